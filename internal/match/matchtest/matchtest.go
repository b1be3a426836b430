// Package matchtest draws needs and mandates for tests: every kind of requirement,
// preference and fact, from pools small enough that the sides often meet, and with
// facts left out as often as stated.
package matchtest

import (
	"fmt"

	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match"
)

// Today is a day on which some drawn mandates are open and some are not.
const Today = "2025-06-15"

// Draw draws what is asked for from one test.
type Draw struct{ *rapid.T }

func pick[T any](d Draw, list ...T) T { return rapid.SampledFrom(list).Draw(d.T, "pick") }

// often is true about three times of four, rarely about once of six. Small numbers
// are drawn most, so they stand for the frequent answer.
func (d Draw) often() bool  { return rapid.IntRange(0, 3).Draw(d.T, "often") < 3 }
func (d Draw) rarely() bool { return rapid.IntRange(0, 5).Draw(d.T, "rarely") == 5 }

func (d Draw) int(low, high int) int { return rapid.IntRange(low, high).Draw(d.T, "n") }

// some draws up to most values, each once.
func some[T comparable](d Draw, most int, list ...T) []T {
	return rapid.SliceOfNDistinct(rapid.SampledFrom(list), 0, min(most, len(list)), rapid.ID[T]).Draw(d.T, "some")
}

// optional is nil, or a drawn value.
func optional[T any](d Draw, draw func() T) *T {
	if !d.often() {
		return nil
	}
	v := draw()
	return &v
}

// Place draws a place of which parts may be unset.
func (d Draw) Place() *maecenasv1.Place {
	p := &maecenasv1.Place{CountryCode: pick(d, "IT", "IT", "FR", "US")}
	if d.often() {
		p.RegionCode = d.region(p.GetCountryCode())
	}
	if d.often() {
		p.MetropolitanArea = pick(d, "Bari", "Lecce", "Paris")
	}
	if d.often() {
		p.Locality = pick(d, "Bari", "Monopoli", "Lyon")
	}
	return p
}

func (d Draw) region(country string) string {
	switch country {
	case "IT":
		return pick(d, "ITF", "ITF4", "ITF45", "ITF47", "ITF3", "ITI", "ITI4", "ITI43")
	case "FR":
		return pick(d, "FRL", "FRL0", "FRL04", "FR1")
	default:
		return pick(d, "US-CA", "US-NY")
	}
}

// Activity draws an activity of one of the three schemes, at any level.
func (d Draw) Activity() *maecenasv1.Activity {
	switch d.int(0, 5) {
	case 0:
		return &maecenasv1.Activity{Scheme: maecenasv1.Activity_OTHER, Code: pick(d, "music", "film")}
	case 1:
		return &maecenasv1.Activity{Scheme: maecenasv1.Activity_NACE_2_1, Code: pick(d, "J", "59", "59.1", "59.11", "90.20", "90", "60.39")}
	default:
		return &maecenasv1.Activity{Scheme: maecenasv1.Activity_NACE_2, Code: pick(d, "J", "R", "59", "59.1", "59.11", "59.12", "59.20", "90", "90.01", "90.02", "62.01")}
	}
}

func (d Draw) domains(most int) []maecenasv1.Organization_CulturalDomain {
	return some(d, most, maecenasv1.Organization_PERFORMING_ARTS, maecenasv1.Organization_AUDIOVISUAL_MULTIMEDIA, maecenasv1.Organization_HERITAGE)
}

// Kinds are the instruments that are drawn.
var Kinds = []maecenasv1.Instrument_Kind{
	maecenasv1.Instrument_GRANT, maecenasv1.Instrument_EQUITY, maecenasv1.Instrument_CONVERTIBLE, maecenasv1.Instrument_REVENUE_SHARE,
}

func (d Draw) amount() int64 {
	return pick[int64](d, 1, 999, 10_000, 50_000, 50_001, 250_000, 1_000_000, 1_000_000_000_000)
}

// currency draws a currency with rates, and now and then one that has none.
func (d Draw) currency() string { return pick(d, "EUR", "EUR", "EUR", "USD", "GBP", "RSD") }

func (d Draw) bp() int32 { return pick[int32](d, 0, 1, 1000, 2500, 3333, 10000) }

func (d Draw) date() string {
	return pick(d, "2010-01-01", "2024-06-14", "2024-06-15", "2024-12-31", "2025-06-14", "2025-06-15", "2025-07-01")
}

// Need draws the facts of a need, the n-th of an organization.
func (d Draw) Need(organization, n int) match.NeedFacts {
	org := d.organization(organization)
	need := &maecenasv1.Need{
		Name: fmt.Sprintf("%s/needs/n%d", org.GetName(), n), State: pick(d, maecenasv1.Need_OPEN, maecenasv1.Need_OPEN, maecenasv1.Need_OPEN, maecenasv1.Need_DRAFT),
		CurrencyCode: d.currency(), Stage: maecenasv1.FundingStage_Stage(d.int(0, 6)),
		Instruments: append(some(d, 2, Kinds...), pick(d, Kinds...)),
	}
	least := d.amount()
	need.AmountMin = optional(d, func() int64 { return least * int64(d.int(0, 1)) })
	need.AmountMax = optional(d, func() int64 { return least * int64(d.int(1, 6)) })
	if d.often() {
		need.Terms = &maecenasv1.Need_Terms{
			MaxDilutionBp: optional(d, d.bp), MaxInterestBp: optional(d, d.bp), MaxRevenueShareBp: optional(d, d.bp),
			AcceptsPersonalGuarantee: optional(d, d.rarely), AcceptsRightsTransfer: optional(d, d.rarely),
		}
	}
	for range d.int(0, 2) {
		need.Secured = append(need.Secured, &maecenasv1.Need_Secured{Amount: d.amount()})
	}
	need.RoundNumber, need.WantedSupport = optional(d, d.round), some(d, 2, supportKinds...)
	if d.rarely() {
		need.NeededByDate = "2025-12-01"
	}
	f := match.NeedFacts{Need: need, Organization: org, Assessment: d.Assessment()}
	if d.often() {
		f.Canvas = d.canvas()
	}
	if d.often() {
		f.Shown = d.disclosure()
	}
	if d.rarely() {
		f.ExcludedInvestorTypes = []maecenasv1.Investor_Type{maecenasv1.Investor_BANK}
		f.ExcludedInvestors = []string{"investors/i1"}
	}
	return f
}

var supportKinds = []maecenasv1.Support_Kind{maecenasv1.Support_MENTORING, maecenasv1.Support_SPACE, maecenasv1.Support_DISTRIBUTION}

func (d Draw) round() int32 { return pick[int32](d, 1, 1, 2, 3, 4, 7) }

func (d Draw) stateAid() *maecenasv1.StateAid {
	return &maecenasv1.StateAid{
		CountryCode: pick(d, "IT", "FR"), AmountEur: pick[int64](d, 1, 100_000, 250_000, 300_000), DeMinimis: d.often(),
		GrantDate: pick(d, "2022-06-15", "2022-06-16", "2025-06-15", "2025-06-16"),
	}
}

func (d Draw) organization(n int) *maecenasv1.Organization {
	org := &maecenasv1.Organization{
		Name: fmt.Sprintf("organizations/o%d", n), Listed: !d.rarely(), Place: d.Place(),
		LegalForm:       maecenasv1.Organization_LegalForm(d.int(1, 11)),
		HelixRole:       maecenasv1.Organization_HelixRole(d.int(1, 4)),
		CulturalDomains: d.domains(2),
		FoundedDate:     optional(d, d.date),
		Languages:       some(d, 2, "it", "pt-BR", "en"),
		Labels:          some(d, 2, "puglia-creativa", "living-lab"),
	}
	org.SustainableDevelopmentGoals = some(d, 2, int32(4), 8, 11)
	for range max(0, d.int(0, 3)-1) {
		org.StateAid = append(org.StateAid, d.stateAid())
	}
	org.StateAidComplete = d.rarely()
	for range d.int(0, 3) {
		a := d.Activity()
		a.ShareBp = optional(d, func() int32 { return pick[int32](d, 0, 1, 2500, 3333) })
		org.Activities = append(org.Activities, a)
	}
	if d.often() {
		org.Traction = &maecenasv1.Traction{Interviews: optional(d, func() int32 { return 3 }), Evidence: d.evidence()}
	}
	if d.often() {
		org.Financials = &maecenasv1.Financials{
			CurrencyCode: d.currency(), Evidence: d.evidence(),
			FullTimeEquivalents: optional(d, func() int32 { return pick[int32](d, 1, 9, 10, 49, 250) }),
			Revenue12M:          optional(d, d.amount), BalanceSheetTotal: optional(d, d.amount),
		}
	}
	if d.often() {
		org.Team = &maecenasv1.Team{Members: []*maecenasv1.Team_Member{{}}, Evidence: d.evidence()}
	}
	return org
}

func (d Draw) evidence() *maecenasv1.Evidence {
	return &maecenasv1.Evidence{Level: maecenasv1.Evidence_Level(d.int(0, 3))}
}

// weights are the rubric's weights, by dimension.
var weights = [15]int32{0, 6, 8, 8, 6, 4, 10, 8, 8, 12, 5, 5, 8, 8, 4}

// Assessment draws an assessment, or nil.
func (d Draw) Assessment() *maecenasv1.Assessment {
	if d.rarely() {
		return nil
	}
	low, high := d.ends()
	a := &maecenasv1.Assessment{Score: low, Potential: high, Readiness: int32(d.int(1, 9))}
	a.ReadinessPotential = int32(d.int(int(a.GetReadiness()), 9))
	for i := maecenasv1.Assessment_Dimension(1); i < 15; i++ {
		r := &maecenasv1.DimensionResult{Dimension: i, Weight: weights[i], Status: maecenasv1.DimensionResult_NOT_APPLICABLE}
		if i != maecenasv1.Assessment_RIGHTS_CONTROL || d.often() {
			low, high := d.ends()
			r.Status, r.Score, r.Potential = maecenasv1.DimensionResult_PARTIAL, &low, &high
		}
		a.Dimensions = append(a.Dimensions, r)
	}
	return a
}

func (d Draw) ends() (low, high int32) {
	low, high = int32(d.int(0, 10000)), int32(d.int(0, 10000))
	return min(low, high), max(low, high)
}

func (d Draw) canvas() *maecenasv1.Canvas {
	c := &maecenasv1.Canvas{}
	for range d.int(0, 2) {
		r := &maecenasv1.KeyResource{Kind: pick(d, maecenasv1.KeyResource_INTELLECTUAL, maecenasv1.KeyResource_HUMAN)}
		for range d.int(0, 2) {
			r.Rights = append(r.Rights, &maecenasv1.Right{
				Kind: pick(d, maecenasv1.Right_COPYRIGHT, maecenasv1.Right_PATENT), OwnedShareBp: optional(d, d.bp),
			})
		}
		c.KeyResources = append(c.KeyResources, r)
	}
	return c
}

func (d Draw) disclosure() *maecenasv1.Organization_Disclosure {
	v := func() maecenasv1.Organization_Visibility {
		return pick(d, maecenasv1.Organization_TO_INVESTORS, maecenasv1.Organization_TO_INVESTORS, maecenasv1.Organization_ON_INTRODUCTION)
	}
	return &maecenasv1.Organization_Disclosure{Canvas: v(), Traction: v(), Financials: v(), Team: v(), FundingHistory: v(), Terms: v()}
}

// Clone is a copy of a need's facts.
func Clone(f match.NeedFacts) match.NeedFacts {
	f.Need, f.Organization = proto.CloneOf(f.Need), proto.CloneOf(f.Organization)
	if f.Assessment != nil {
		f.Assessment = proto.CloneOf(f.Assessment)
	}
	if f.Canvas != nil {
		f.Canvas = proto.CloneOf(f.Canvas)
	}
	return f
}
