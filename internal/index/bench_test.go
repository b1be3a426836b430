package index_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/index"
	"github.com/maecenas-cci/maecenas/internal/match"
	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

// regions, codes and so on are what generated organizations are made of, the first
// the most frequent.
var (
	regions   = []string{"ITF4", "ITI4", "ITC4", "FRL0", "FR10", "ES51", "ES61", "EL30", "PT17", "HR03", "SI04", "DE30", "ITG1", "ITF3", "CY00", "MT00"}
	codes     = []string{"59.11", "90.01", "62.01", "58.21", "74.10", "90.03", "59.20", "71.11", "73.11", "91.02", "32.12", "85.52"}
	cities    = []string{"Bari", "Roma", "Milano", "Marseille", "Paris", "Barcelona", "Sevilla", "Athina", "Lisboa", "Split", "Ljubljana", "Berlin"}
	money     = []string{"EUR", "EUR", "EUR", "EUR", "USD", "GBP", "SEK"}
	languages = []string{"it", "fr", "es", "el", "pt-BR", "en"}
)

// skewed picks an element, the first ones far more often.
func skewed[T any](r *rand.Rand, list []T) T {
	return list[min(r.IntN(len(list)), r.IntN(len(list)))]
}

// generatedNeed is a need of a made-up organization: skewed in place and sector, and
// its dimensions correlated.
func generatedNeed(r *rand.Rand, i int) match.NeedFacts {
	org := fmt.Sprintf("organizations/o%07d", i)
	region := skewed(r, regions)
	country := region[:2]
	if country == "EL" {
		country = "GR"
	}
	quality := r.IntN(10000)
	a := &maecenasv1.Assessment{Readiness: int32(1 + quality/1200), ReadinessPotential: 9, Score: int32(quality), Potential: 10000}
	for d := maecenasv1.Assessment_Dimension(1); d <= maecenasv1.Assessment_COHERENCE; d++ {
		v := int32(min(10000, max(0, quality+r.IntN(4000)-2000)))
		a.Dimensions = append(a.Dimensions, &maecenasv1.DimensionResult{Dimension: d, Weight: 7, Score: &v, Potential: proto.Int32(min(10000, v+2000))})
	}
	amount := int64(5000 << r.IntN(10))
	o := &maecenasv1.Organization{
		Name: org, Listed: true, LegalForm: maecenasv1.Organization_LegalForm(1 + r.IntN(11)), HelixRole: maecenasv1.Organization_COMPANY,
		Place:           &maecenasv1.Place{CountryCode: country, RegionCode: region, Locality: skewed(r, cities)},
		Activities:      []*maecenasv1.Activity{{Scheme: maecenasv1.Activity_NACE_2, Code: skewed(r, codes), ShareBp: proto.Int32(7000)}, {Scheme: maecenasv1.Activity_NACE_2, Code: skewed(r, codes), ShareBp: proto.Int32(3000)}},
		CulturalDomains: []maecenasv1.Organization_CulturalDomain{maecenasv1.Organization_CulturalDomain(1 + r.IntN(10))},
		Languages:       []string{skewed(r, languages)}, FoundedDate: proto.String(fmt.Sprintf("20%02d-01-01", r.IntN(25))),
		Financials: &maecenasv1.Financials{CurrencyCode: "EUR", FullTimeEquivalents: proto.Int32(int32(r.IntN(60))), Revenue12M: proto.Int64(int64(r.IntN(5_000_000))), BalanceSheetTotal: proto.Int64(int64(r.IntN(5_000_000)))},
	}
	n := &maecenasv1.Need{
		Name: org + "/needs/n", State: maecenasv1.Need_OPEN, CurrencyCode: skewed(r, money), Stage: maecenasv1.FundingStage_Stage(r.IntN(7)),
		AmountMin: &amount, AmountMax: proto.Int64(amount * int64(1+r.IntN(3))),
		Instruments: []maecenasv1.Instrument_Kind{maecenasv1.Instrument_Kind(1 + r.IntN(12)), maecenasv1.Instrument_GRANT},
		Terms:       &maecenasv1.Need_Terms{MaxDilutionBp: proto.Int32(2500), AcceptsPersonalGuarantee: proto.Bool(false)},
	}
	return match.NeedFacts{Need: n, Organization: o, Assessment: a}
}

// generatedMandate asks of region, size and readiness, and grades sectors, places
// and stages.
func generatedMandate(i int, requirements bool) *match.Mandate {
	m := &maecenasv1.Mandate{
		Name: fmt.Sprintf("investors/i%06d/mandates/m", i), State: maecenasv1.Mandate_PUBLISHED,
		Instruments: []*maecenasv1.InstrumentOffer{
			{Instrument: maecenasv1.Instrument_GRANT, AmountMin: proto.Int64(20000), AmountMax: proto.Int64(400000), CurrencyCode: "EUR", DilutionBp: proto.Int32(0)},
			{Instrument: maecenasv1.Instrument_EQUITY, AmountMin: proto.Int64(100000), AmountMax: proto.Int64(2000000), CurrencyCode: "EUR", DilutionBp: proto.Int32(2000)},
		},
		Preferences: &maecenasv1.Preferences{
			Sectors: []*maecenasv1.Preferences_Sector{
				{Grade: 100, Value: &maecenasv1.Preferences_Sector_Activity{Activity: &maecenasv1.Activity{Scheme: maecenasv1.Activity_NACE_2, Code: codes[i%len(codes)]}}},
				{Grade: 60, Value: &maecenasv1.Preferences_Sector_Activity{Activity: &maecenasv1.Activity{Scheme: maecenasv1.Activity_NACE_2, Code: "90"}}},
			},
			Places: []*maecenasv1.Preferences_PlaceWish{
				{CountryCode: "IT", RegionCode: "ITF4", Grade: 100}, {CountryCode: "IT", Grade: 50}, {CountryCode: "FR", RegionCode: "FRL0", Locality: "Marseille", Grade: 80},
			},
			Stages: []*maecenasv1.Preferences_StageWish{{Stage: maecenasv1.FundingStage_SEED, Grade: 100}, {Stage: maecenasv1.FundingStage_EARLY, Grade: 70}},
		},
	}
	if requirements {
		m.Requirements = []*maecenasv1.Requirement{
			{Rule: &maecenasv1.Requirement_Place{Place: &maecenasv1.Requirement_InPlaces{Codes: []string{"IT", "FR", "ES"}}}},
			{Rule: &maecenasv1.Requirement_SizeClass{SizeClass: &maecenasv1.Requirement_SizeClasses{Values: []maecenasv1.Organization_SizeClass{1, 2}}}},
			{Rule: &maecenasv1.Requirement_Readiness{Readiness: &maecenasv1.Requirement_MinReadiness{Level: 4}}},
		}
	}
	return match.NewMandate(match.MandateFacts{Mandate: m, Investor: &maecenasv1.Investor{Type: maecenasv1.Investor_Type(1 + i%9)}})
}

func generatedIndex(needs int) *index.Index {
	r := newRand(1)
	var b index.Batch
	for i := range needs {
		n := match.NewNeed(generatedNeed(r, i))
		b.Needs = append(b.Needs, index.NeedChange{Name: n.Rest.Name, Need: n})
	}
	x := index.New()
	x.Apply(b)
	return x
}

func BenchmarkMatchNeeds(b *testing.B) {
	s := generatedIndex(100_000).Snapshot()
	day := match.NewDay("2026-01-15", taxonomy.ShippedRates())
	for name, requirements := range map[string]bool{"gates=none": false, "gates=three": true} {
		b.Run("rows=100000/"+name, func(b *testing.B) {
			m := generatedMandate(1, requirements)
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := s.MatchNeeds(b.Context(), m.On(day), index.Query{Limit: 20}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkMatchMandates(b *testing.B) {
	var batch index.Batch
	for i := range 10_000 {
		m := generatedMandate(i, true)
		batch.Mandates = append(batch.Mandates, index.MandateChange{Name: m.Name(), Mandate: m})
	}
	x := index.New()
	x.Apply(batch)
	s, n := x.Snapshot(), match.NewNeed(generatedNeed(newRand(3), 1))
	day := match.NewDay("2026-01-15", taxonomy.ShippedRates())
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := s.MatchMandates(b.Context(), n, index.Query{Limit: 20, Day: day}); err != nil {
			b.Fatal(err)
		}
	}
}

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 2)) }
