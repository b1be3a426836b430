package fact

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strings"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

// Business is one of the five terms that read the assessment.
type Business uint8

// The terms that read the assessment, in the policy's order.
const (
	Design Business = iota
	Robustness
	Defensibility
	Team
	MarketEvidence
	Businesses // how many there are
)

// Groups is a set of groups of facts that an organization can keep back.
type Groups uint8

// The groups, as in Organization.Disclosure.
const (
	Canvas Groups = 1 << iota
	Traction
	Financials
	TeamFacts
	FundingHistory
	Terms
	AllGroups = Canvas | Traction | Financials | TeamFacts | FundingHistory | Terms
)

// Need is an organization's need, compiled: a hot part of integers that every
// row of a scan reads, and the rest behind a pointer. It is immutable, and holds
// no message.
type Need struct {
	// PlaceKey and SectorKey are equal where place, or activities with their
	// shares and domains, are equal: 8 bytes of a SHA-256.
	PlaceKey, SectorKey uint64
	// AmountMin and AmountMax are in whole units of Currency; Unset where unset.
	AmountMin, AmountMax int64
	// Activities are the first ActivityCount of Rest.Activities, where those are
	// all; ActivityCount is Elsewhere where they are more, or the user's own.
	Activities    [hotActivities]HotActivity
	ActivityCount uint8
	Instruments   Instruments
	Currency      Currency
	// Bounds are the most that is accepted: shares in basis points, and for
	// Guarantee and RightsTransfer 1 accepted, 0 refused; Unset: no bound.
	Bounds  [Bounds]int16
	Domains Domains
	// Business are the values of the terms that read the assessment.
	Business [Businesses]struct{ Low, High int16 }
	// ExcludedTypes are the types of investor for whom it does not exist, by
	// their enum numbers.
	ExcludedTypes uint16
	// Shown are the groups of facts that others see.
	Shown Groups
	// Stage is the FundingStage.Stage; 0 where unset.
	Stage uint8
	// LegalForm and HelixRole are the organization's; 0 where unset.
	LegalForm, HelixRole uint8
	// Readiness and ReadinessPotential are the assessment's, 1 to 9.
	Readiness, ReadinessPotential uint8
	// Rounds are the rounds that were closed before; Unset where unset.
	Rounds int8
	// Goals are the sustainable development goals served, by their numbers.
	Goals uint32
	// Support is what is wanted beside money, by the enum numbers of its kinds.
	Support uint8
	// Dated says that the need has a day by which the money is needed.
	Dated bool
	// SizeLeast and SizeMost are the ends of the size class where it follows from
	// the facts on every day; 0 where it depends on exchange rates.
	SizeLeast, SizeMost taxonomy.Size
	// Visible says that the need is OPEN and its organization listed.
	Visible bool
	// Excludes says that some investors are excluded by name.
	Excludes bool
	// Rest is what few rows are asked for.
	Rest *Rest
}

// hotActivities is how many activities a row holds.
const hotActivities = 3

// Elsewhere says that a need's activities are in Rest alone.
const Elsewhere = 255

// HotActivity is an activity of NACE.
type HotActivity struct {
	Key   uint32
	Share int16
}

// Rest is the part of a need that gates and explanations read.
type Rest struct {
	Name, Organization string
	Place              Place
	PlaceText          string
	// Where is what the place says on the levels that companies are counted by.
	Where      PlaceAnswers
	Activities []Activity
	// Founded is YYYY-MM-DD; "" where unset.
	Founded           string
	Languages, Labels []string
	// Secured is what is there already, in whole units of the need's currency.
	Secured int64
	// Aid is the de minimis aid that is stated, and AidComplete says that it is all
	// of the last three years; both unset where funding history is not shown.
	Aid               []Aid
	AidComplete       bool
	Size              SizeFacts
	Proof             Proof
	ExcludedInvestors []string
}

// NeedFacts are what a need is compiled from; see match.NeedFacts.
type NeedFacts struct {
	Need         *maecenasv1.Need
	Organization *maecenasv1.Organization
	Canvas       *maecenasv1.Canvas
	Assessment   *maecenasv1.Assessment
	Shown        *maecenasv1.Organization_Disclosure

	ExcludedInvestorTypes []maecenasv1.Investor_Type
	ExcludedInvestors     []string
}

// NewNeed compiles a need.
func NewNeed(f NeedFacts) *Need {
	shown := groupsOf(f.Shown)
	need, org := f.Need, f.Organization
	if need == nil {
		need = &maecenasv1.Need{}
	}
	n := &Need{
		AmountMin: amountOf(need.AmountMin), AmountMax: amountOf(need.AmountMax),
		Instruments: InstrumentsOf(need.GetInstruments()...), Currency: CurrencyOf(need.GetCurrencyCode()),
		Bounds:    boundsOf(need.GetTerms(), shown),
		Shown:     shown,
		Stage:     uint8(need.GetStage()),
		LegalForm: uint8(org.GetLegalForm()), HelixRole: uint8(org.GetHelixRole()),
		Visible:  need.GetState() == maecenasv1.Need_OPEN && org.GetListed(),
		Excludes: len(f.ExcludedInvestors) > 0,
		Rounds:   roundsOf(need.RoundNumber),
		Goals:    goalsOf(org.GetSustainableDevelopmentGoals()),
		Support:  SupportOf(need.GetWantedSupport()),
		Dated:    need.GetNeededByDate() != "",
		Rest: &Rest{
			Name: need.GetName(), Organization: organizationOf(need.GetName(), org.GetName()),
			Founded:   org.GetFoundedDate(),
			Languages: slices.Clone(org.GetLanguages()), Labels: slices.Clone(org.GetLabels()),
			Secured: securedOf(need, shown), Size: sizeOf(org.GetFinancials(), shown),
			Proof:             proofOf(f, shown),
			ExcludedInvestors: slices.Clone(f.ExcludedInvestors),
		},
	}
	for _, t := range f.ExcludedInvestorTypes {
		n.ExcludedTypes |= 1 << t
	}
	n.Rest.Aid, n.Rest.AidComplete = aidOf(org, shown)
	n.Readiness, n.ReadinessPotential = readinessOf(f.Assessment)
	n.SizeLeast, n.SizeMost = n.Rest.Size.always()
	n.compilePlace(org.GetPlace())
	n.compileSector(org)
	for b := range Businesses {
		v := businessOf(f.Assessment, b)
		n.Business[b].Low, n.Business[b].High = int16(v.Low), int16(v.High)
	}
	return n
}

// organizationOf is the organization's name: stated, else the need's parent.
func organizationOf(need, organization string) string {
	if organization != "" {
		return organization
	}
	parent, _, ok := strings.Cut(need, "/needs/")
	if !ok {
		return ""
	}
	return parent
}

func groupsOf(d *maecenasv1.Organization_Disclosure) Groups {
	if d == nil {
		return AllGroups
	}
	var g Groups
	for group, v := range map[Groups]maecenasv1.Organization_Visibility{
		Canvas: d.GetCanvas(), Traction: d.GetTraction(), Financials: d.GetFinancials(),
		TeamFacts: d.GetTeam(), FundingHistory: d.GetFundingHistory(), Terms: d.GetTerms(),
	} {
		if v == maecenasv1.Organization_TO_INVESTORS {
			g |= group
		}
	}
	return g
}

func boundsOf(t *maecenasv1.Need_Terms, shown Groups) [Bounds]int16 {
	if t == nil || shown&Terms == 0 {
		t = &maecenasv1.Need_Terms{}
	}
	return [Bounds]int16{
		Dilution: shareOf(t.MaxDilutionBp), Interest: shareOf(t.MaxInterestBp), RevenueShare: shareOf(t.MaxRevenueShareBp),
		Guarantee: askedOf(t.AcceptsPersonalGuarantee), RightsTransfer: askedOf(t.AcceptsRightsTransfer),
	}
}

func securedOf(need *maecenasv1.Need, shown Groups) int64 {
	if shown&FundingHistory == 0 {
		return 0
	}
	var sum int64
	for _, s := range need.GetSecured() {
		sum += s.GetAmount()
	}
	return sum
}

func (n *Need) compilePlace(p *maecenasv1.Place) {
	place := PlaceOf(p.GetCountryCode(), p.GetRegionCode(), p.GetMetropolitanArea(), p.GetLocality())
	n.Rest.Place, n.Rest.PlaceText, n.Rest.Where = place, Text(p), place.Answers()
	n.PlaceKey = key(string(place.Country), place.Region.String(), place.Metro, place.Locality)
}

func (n *Need) compileSector(org *maecenasv1.Organization) {
	n.Domains = DomainsOf(org.GetCulturalDomains())
	parts := []string{strings.Join(n.Domains.Names(), " ")}
	for _, a := range org.GetActivities() {
		if c, ok := ActivityOf(a); ok {
			n.Rest.Activities = append(n.Rest.Activities, c)
			parts = append(parts, string(c.Class.Scheme()), c.Text())
		}
	}
	n.SectorKey = key(parts...)
	n.ActivityCount = uint8(min(len(n.Rest.Activities), Elsewhere))
	for i := range n.Rest.Activities {
		a := &n.Rest.Activities[i]
		if i >= hotActivities || a.Key() == 0 {
			n.ActivityCount = Elsewhere
			return
		}
		n.Activities[i] = HotActivity{a.Key(), a.Share}
	}
}

// key is 8 bytes of the SHA-256 of texts.
func key(parts ...string) uint64 {
	h := sha256.New()
	var size [8]byte
	for _, p := range parts {
		binary.BigEndian.PutUint64(size[:], uint64(len(p)))
		h.Write(size[:])
		h.Write([]byte(p))
	}
	return binary.BigEndian.Uint64(h.Sum(nil))
}
