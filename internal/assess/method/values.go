package method

import (
	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/assess/exact"
)

// The value functions that are made of straight lines.
var (
	// Commitment: months that a customer is bound.
	Commitment = exact.Curve{{X: 0, Y: 0}, {X: 12, Y: 5000}, {X: 36, Y: 10000}}
	// Cost: own unit cost over the benchmark's, less one, in percent.
	Cost = exact.Curve{{X: -30, Y: 10000}, {X: 0, Y: 5000}, {X: 30, Y: 0}}
	// Runway: months that the cash lasts.
	Runway = exact.Curve{{X: 0, Y: 0}, {X: 6, Y: 4000}, {X: 12, Y: 7000}, {X: 18, Y: 8500}, {X: 24, Y: 10000}}
	// Margin: EBITDA over revenue, in percent.
	Margin = exact.Curve{{X: -100, Y: 0}, {X: 0, Y: 6000}, {X: 20, Y: 10000}}
	// Years: median years in the sector.
	Years = exact.Curve{{X: 0, Y: 0}, {X: 5, Y: 6000}, {X: 10, Y: 10000}}
	// Age: completed months since the day that evidence speaks of.
	Age = exact.Curve{{X: 12, Y: 10000}, {X: 24, Y: 5000}, {X: 36, Y: 2500}}
)

// Share is a value in parts of some unit, from the least to the most it could be.
type Share struct{ Low, High int64 }

// ProofUnit is one whole proof factor.
const ProofUnit = 4

// Proof is a stream's proof factor in quarters: a plan supports half of what it
// promises.
func Proof(stage maecenasv1.RevenueStream_Stage) Share {
	switch stage {
	case maecenasv1.RevenueStream_ACTUAL:
		return Share{4, 4}
	case maecenasv1.RevenueStream_PILOT:
		return Share{3, 3}
	case maecenasv1.RevenueStream_PLANNED:
		return Share{2, 2}
	default:
		return Share{2, 4}
	}
}

// IsGift tells whether a stream of the kind is a gift.
func IsGift(kind maecenasv1.RevenueStream_Kind) bool {
	return kind == maecenasv1.RevenueStream_PUBLIC_GRANT || kind == maecenasv1.RevenueStream_DONATION
}

const (
	// RecurrenceUnit is one whole recurrence.
	RecurrenceUnit = 2
	// GiftRecurrence is the most that a gift's recurrence counts.
	GiftRecurrence = 1
)

// Recurrence is how far revenue comes back by itself, in halves.
func Recurrence(r maecenasv1.RevenueStream_Recurrence) Share {
	switch r {
	case maecenasv1.RevenueStream_AUTOMATIC:
		return Share{2, 2}
	case maecenasv1.RevenueStream_REPEAT:
		return Share{1, 1}
	case maecenasv1.RevenueStream_ONE_OFF:
		return Share{0, 0}
	default:
		return Share{0, 2}
	}
}

// GrowthUnit is a cost that doubles when sales do.
const GrowthUnit = 2

// Growth is how far a cost grows with sales, in halves.
func Growth(b maecenasv1.CostItem_Behaviour) Share {
	switch b {
	case maecenasv1.CostItem_FIXED:
		return Share{0, 0}
	case maecenasv1.CostItem_STEP:
		return Share{1, 1}
	case maecenasv1.CostItem_VARIABLE:
		return Share{2, 2}
	default:
		return Share{0, 2}
	}
}

// ByOthers tells whether what is performed so is value that others create, fairly: by
// users, and by unpaid partners who are promised something; never by volunteers.
func ByOthers(by maecenasv1.KeyActivity_PerformedBy, policy bool) Share {
	switch by {
	case maecenasv1.KeyActivity_USERS:
		return Share{1, 1}
	case maecenasv1.KeyActivity_UNPAID_PARTNER:
		if policy {
			return Share{1, 1}
		}
		return Share{0, 0}
	case maecenasv1.KeyActivity_PERFORMED_BY_UNSPECIFIED:
		return Share{0, 1}
	default:
		return Share{0, 0}
	}
}

// Exposure is 1 - s in twentieths, by a moat's strength: what is left open.
var Exposure = [...]int64{20, 17, 13, 8, 4}

const (
	// UndocumentedStrength is the most that a strength counts for without a document.
	UndocumentedStrength = 2
	// MoatsCounted is how many kinds of moat count.
	MoatsCounted = 3
)

// Roles is how many roles a team is asked for.
const Roles = 4

// TeamRoles are the roles that a team is asked for; members of either role in a group
// cover it.
var TeamRoles = [Roles][]maecenasv1.Team_Member_Role{
	{maecenasv1.Team_Member_CREATIVE},
	{maecenasv1.Team_Member_BUSINESS},
	{maecenasv1.Team_Member_FINANCE},
	{maecenasv1.Team_Member_TECHNOLOGY, maecenasv1.Team_Member_PRODUCTION},
}

// The parts of TEAM, in percent: what the roles are worth, and the years.
const (
	RolesPercent = 60
	YearsPercent = 40
)

// MarketLevels is the highest level of MARKET_EVIDENCE.
const MarketLevels = 9

// MarketFact is what a level of MARKET_EVIDENCE asks of.
type MarketFact int

// What the levels ask of: counts of traction, growth in basis points, items of the canvas.
const (
	Interviews MarketFact = iota
	Letters
	Pilots
	Customers
	RevenueGrowth
	Segments
	Propositions
)

// paths of the facts.
var marketPaths = [...]string{
	Interviews: "organization.traction.interviews", Letters: "organization.traction.lettersOfIntent",
	Pilots: "organization.traction.pilots", Customers: "organization.traction.payingCustomers",
	RevenueGrowth: "organization.traction.revenueGrowth12mBp",
	Segments:      "canvas.customerSegments", Propositions: "canvas.valuePropositions",
}

// MarketCondition is a fact that must reach something.
type MarketCondition struct {
	Fact    MarketFact
	AtLeast int64
}

// MarketConditions are what the levels of MARKET_EVIDENCE ask, all of a line: that of
// level 1 comes first, and asks nothing.
var MarketConditions = [MarketLevels][]MarketCondition{
	{},
	{{Segments, 1}, {Propositions, 1}},
	{{Interviews, 3}},
	{{Interviews, 10}},
	{{Letters, 1}},
	{{Pilots, 1}},
	{{Customers, 1}},
	{{Customers, 3}},
	{{Customers, 10}, {RevenueGrowth, 1}},
}

// MarketValue is the value of a level, 1 to 9, in hundredths of a percent.
func MarketValue(level int) int32 {
	return exact.NewRatio(int64(level-1), MarketLevels-1).Hundredths()
}

// EvidencePercent is what evidence of a level counts, before its age.
var EvidencePercent = map[maecenasv1.Evidence_Level]int64{
	maecenasv1.Evidence_SELF_DECLARED:        50,
	maecenasv1.Evidence_DOCUMENTED:           80,
	maecenasv1.Evidence_THIRD_PARTY_VERIFIED: 100,
}

// IsDocumented tells whether evidence of a level is more than somebody's word.
func IsDocumented(level maecenasv1.Evidence_Level) bool {
	return level == maecenasv1.Evidence_DOCUMENTED || level == maecenasv1.Evidence_THIRD_PARTY_VERIFIED
}

const (
	// NoItemsPercent is what a dimension counts that has no input items.
	NoItemsPercent = 25
	// UndatedPercent is how much of it evidence counts that has no date.
	UndatedPercent = 50
	// StaleMonths is the age over which evidence is stale.
	StaleMonths = 24
	// SufficientCoverage is the coverage from which an assessment is SUFFICIENT, in
	// hundredths of a percent.
	SufficientCoverage = 6000
	// MaxYears is the most years in the sector that a member can have.
	MaxYears = 60
)
