package index_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"sync"

	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/index"
	"github.com/maecenas-cci/maecenas/internal/match"
	"github.com/maecenas-cci/maecenas/internal/match/fact"
	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

// rowCount is the number of rows that benchmarks of scale are run with: 2,000,000 and
// 10,000,000 are what targets are stated for.
var rowCount = flag.Int("rows", 100_000, "rows of the benchmarks of scale")

// market is a generated index, made once for all benchmarks.
var market = sync.OnceValue(func() *index.Index {
	x := index.New()
	x.Apply(index.Batch{Revision: 1, Needs: marketNeeds(*rowCount)})
	return x
})

// marketCountries, marketCodes and so on are what a generated market is made of, the
// first the most frequent.
var (
	marketCountries = []taxonomy.Country{"DE", "IT", "FR", "ES", "PL", "NL", "RO", "BE", "GR", "CZ", "PT", "SE", "HU", "AT", "BG", "DK", "FI", "SK", "IE", "HR", "LT", "SI", "LV", "EE", "CY", "LU", "MT"}
	marketCodes     = append(codes,
		"59.12", "59.13", "59.14", "60.10", "60.20", "62.02", "62.03", "63.12", "70.21", "71.12", "74.20", "74.30", "90.02", "90.04",
		"91.01", "91.03", "18.13", "18.14", "26.40", "32.20", "47.61", "47.63", "58.11", "58.13", "58.14", "58.19", "58.29", "62.09",
		"73.12", "85.59", "13.10", "14.13", "16.29", "23.41", "25.99", "31.09", "47.91", "79.90")
	marketMoney = map[taxonomy.Country]string{"PL": "PLN", "RO": "RON", "CZ": "CZK", "SE": "SEK", "HU": "HUF", "DK": "DKK"}
)

// deep picks an element, the first ones very much more often.
func deep[T any](r *rand.Rand, list []T) T {
	return list[r.IntN(1+r.IntN(1+r.IntN(len(list))))]
}

// regionsOf are the regions of NUTS 2 in a country.
func regionsOf(c taxonomy.Country) (list []taxonomy.Region) {
	for _, region := range taxonomy.Regions(c) {
		if region.Level() == 2 {
			list = append(list, region)
		}
	}
	return list
}

// profile is what the needs of one organization have in common.
func profile(r *rand.Rand, i int) match.NeedFacts {
	country := deep(r, marketCountries)
	place := &maecenasv1.Place{CountryCode: string(country)}
	if regions := regionsOf(country); len(regions) > 0 {
		region := deep(r, regions)
		place.RegionCode = region.String()
		if r.IntN(4) > 0 {
			place.Locality = fmt.Sprintf("%s %d", region, r.IntN(1+r.IntN(5)))
		}
	}
	o := &maecenasv1.Organization{
		Name: fmt.Sprintf("organizations/p%d", i), Listed: true, HelixRole: maecenasv1.Organization_COMPANY, Place: place,
		LegalForm: maecenasv1.Organization_LegalForm(1 + r.IntN(1+r.IntN(11))), Languages: []string{string(country), "en"}[r.IntN(2):],
		Financials: &maecenasv1.Financials{
			CurrencyCode: "EUR", FullTimeEquivalents: proto.Int32(int32(r.IntN(1 + r.IntN(1+r.IntN(400))))),
			Revenue12M: proto.Int64(int64(r.IntN(1 + r.IntN(20_000_000)))), BalanceSheetTotal: proto.Int64(int64(r.IntN(1 + r.IntN(20_000_000)))),
		},
	}
	for left := int32(20); left > 0 && len(o.Activities) < 3; {
		share := 1 + r.Int32N(left)
		if r.IntN(2) == 0 {
			share = left
		}
		o.Activities = append(o.Activities, &maecenasv1.Activity{Scheme: maecenasv1.Activity_NACE_2, Code: deep(r, marketCodes), ShareBp: proto.Int32(500 * share)})
		left -= share
	}
	for range r.IntN(3) {
		o.CulturalDomains = append(o.CulturalDomains, maecenasv1.Organization_CulturalDomain(1+r.IntN(1+r.IntN(10))))
	}
	n := &maecenasv1.Need{State: maecenasv1.Need_OPEN, CurrencyCode: "EUR", AmountMin: proto.Int64(1), AmountMax: proto.Int64(1)}
	if code, ok := marketMoney[country]; ok {
		n.CurrencyCode = code
	}
	for range r.IntN(3) {
		n.WantedSupport = append(n.WantedSupport, maecenasv1.Support_Kind(1+r.IntN(1+r.IntN(6))))
	}
	return match.NeedFacts{Need: n, Organization: o}
}

// marketNeeds are needs of made-up organizations: skewed in country, region and
// activity, with stage, amount, instruments and assessment that go together. They share
// what is read for explanations only, so that many fit in memory.
func marketNeeds(rows int) []index.NeedChange {
	r := newRand(uint64(rows))
	profiles := make([]*match.Need, min(rows, 50_000))
	for i := range profiles {
		profiles[i] = match.NewNeed(profile(r, i))
	}
	out := make([]index.NeedChange, rows)
	organization, own := 0, profiles[0]
	for i := range out {
		if i%8 != 7 {
			organization, own = i, profiles[r.IntN(len(profiles))]
		}
		n := *own
		ask(r, &n)
		out[i] = index.NeedChange{Name: fmt.Sprintf("organizations/o%08d/needs/n%d", organization, i), Need: &n}
	}
	return out
}

// ask makes up what a need asks.
func ask(r *rand.Rand, n *match.Need) {
	quality := (r.IntN(10000) + r.IntN(10000) + r.IntN(10000)) / 3
	stage := min(6, 1+quality/2500+r.IntN(2))
	n.Stage, n.Rounds = uint8(stage), int8(r.IntN(stage))
	if r.IntN(10) == 0 {
		n.Stage = 0
	}
	round := []int64{10, 15, 20, 25, 30, 40, 50, 60, 75, 80, 90}
	n.AmountMin = deep(r, round) * 1000 << (r.IntN(3) + stage - 1)
	if r.IntN(3) == 0 {
		n.AmountMin += int64(r.IntN(9000))
	}
	n.AmountMax = n.AmountMin * int64(4+r.IntN(9)) / 4
	kinds := []maecenasv1.Instrument_Kind{maecenasv1.Instrument_GRANT, maecenasv1.Instrument_LOAN, maecenasv1.Instrument_EQUITY, maecenasv1.Instrument_CONVERTIBLE, maecenasv1.Instrument_GUARANTEE, maecenasv1.Instrument_PRIZE, maecenasv1.Instrument_VOUCHER}
	n.Instruments = fact.InstrumentsOf(deep(r, kinds), deep(r, kinds), maecenasv1.Instrument_EQUITY)
	if r.IntN(2) == 0 {
		n.Bounds[fact.Dilution] = int16(500 * (1 + r.IntN(7)))
	}
	if r.IntN(3) == 0 {
		n.Bounds[fact.Guarantee] = int16(r.IntN(2))
	}
	n.Readiness, n.ReadinessPotential = uint8(1+quality/1250), uint8(min(9, 2+quality/1250+r.IntN(3)))
	n.Dated = r.IntN(4) == 0
	for b := range n.Business {
		v := max(0, min(10000, quality+r.IntN(4000)-2000))
		n.Business[b].Low, n.Business[b].High = int16(v), int16(min(10000, v+2000))
	}
}

// marketMandate is a mandate of the market; of its needs so many pass.
func marketMandate(pass string) *match.Mandate {
	m := &maecenasv1.Mandate{
		Name: "investors/market/mandates/" + pass, State: maecenasv1.Mandate_PUBLISHED, DecisionWeeks: proto.Int32(9),
		OfferedSupport: []maecenasv1.Support_Kind{1, 2, 4},
		Instruments: []*maecenasv1.InstrumentOffer{
			{Instrument: maecenasv1.Instrument_EQUITY, AmountMin: proto.Int64(80_000), AmountMax: proto.Int64(900_000), CurrencyCode: "EUR", DilutionBp: proto.Int32(1000), PersonalGuarantee: proto.Bool(false)},
			{Instrument: maecenasv1.Instrument_CONVERTIBLE, AmountMin: proto.Int64(50_000), AmountMax: proto.Int64(400_000), CurrencyCode: "EUR", DilutionBp: proto.Int32(1500), PersonalGuarantee: proto.Bool(false)},
		},
		Preferences: &maecenasv1.Preferences{
			Sectors: []*maecenasv1.Preferences_Sector{
				{Grade: 100, Value: &maecenasv1.Preferences_Sector_Activity{Activity: &maecenasv1.Activity{Scheme: maecenasv1.Activity_NACE_2, Code: "59.1"}}},
				{Grade: 70, Value: &maecenasv1.Preferences_Sector_Activity{Activity: &maecenasv1.Activity{Scheme: maecenasv1.Activity_NACE_2, Code: "58.21"}}},
				{Grade: 40, Value: &maecenasv1.Preferences_Sector_CulturalDomain{CulturalDomain: maecenasv1.Organization_HERITAGE}},
			},
			Places: []*maecenasv1.Preferences_PlaceWish{
				{CountryCode: "IT", RegionCode: "ITF4", Grade: 100}, {CountryCode: "IT", Grade: 60}, {CountryCode: "GR", Grade: 50},
				{CountryCode: "FR", RegionCode: "FRL0", Grade: 80}, {CountryCode: "DE", Grade: 30},
			},
			Stages: []*maecenasv1.Preferences_StageWish{{Stage: maecenasv1.FundingStage_SEED, Grade: 100}, {Stage: maecenasv1.FundingStage_EARLY, Grade: 80}},
		},
	}
	in := func(codes ...string) *maecenasv1.Requirement {
		return &maecenasv1.Requirement{Rule: &maecenasv1.Requirement_Place{Place: &maecenasv1.Requirement_InPlaces{Codes: codes}}}
	}
	switch pass {
	case "5pct":
		m.Requirements = []*maecenasv1.Requirement{
			in("IT", "FR"),
			{Rule: &maecenasv1.Requirement_SizeClass{SizeClass: &maecenasv1.Requirement_SizeClasses{Values: []maecenasv1.Organization_SizeClass{1}}}},
			{Rule: &maecenasv1.Requirement_Readiness{Readiness: &maecenasv1.Requirement_MinReadiness{Level: 4}}},
		}
	case "0.1pct":
		m.Requirements = []*maecenasv1.Requirement{
			in("ITF", "FRL", "EL6"),
			{Rule: &maecenasv1.Requirement_Sector{Sector: &maecenasv1.Requirement_InSectors{Activities: []*maecenasv1.Activity{{Scheme: maecenasv1.Activity_NACE_2, Code: "59"}}}}},
			{Rule: &maecenasv1.Requirement_SizeClass{SizeClass: &maecenasv1.Requirement_SizeClasses{Values: []maecenasv1.Organization_SizeClass{1}}}},
			{Rule: &maecenasv1.Requirement_Readiness{Readiness: &maecenasv1.Requirement_MinReadiness{Level: 4}}},
		}
	}
	return match.NewMandate(match.MandateFacts{Mandate: m, Investor: &maecenasv1.Investor{Type: maecenasv1.Investor_VENTURE_FUND}})
}

// marketMandates are mandates of made-up investors: skewed in country and activity, with
// wishes, ranges and deals of their own.
func marketMandates(rows int) []index.MandateChange {
	r := newRand(uint64(rows) + 7)
	out := make([]index.MandateChange, rows)
	for i := range out {
		country := deep(r, marketCountries)
		m := &maecenasv1.Mandate{
			Name: fmt.Sprintf("investors/i%07d/mandates/m%d", i/3, i), State: maecenasv1.Mandate_PUBLISHED,
			DecisionWeeks: proto.Int32(int32(2 + r.IntN(26))), OfferedSupport: []maecenasv1.Support_Kind{maecenasv1.Support_Kind(1 + r.IntN(6))},
			Preferences: &maecenasv1.Preferences{Places: []*maecenasv1.Preferences_PlaceWish{{CountryCode: string(country), Grade: int32(30 + r.IntN(71))}}},
			AmountIsBar: r.IntN(4) == 0,
		}
		if regions := regionsOf(country); len(regions) > 0 {
			for range r.IntN(3) {
				m.Preferences.Places = append(m.Preferences.Places, &maecenasv1.Preferences_PlaceWish{CountryCode: string(country), RegionCode: deep(r, regions).String(), Grade: 100})
			}
		}
		for range 1 + r.IntN(3) {
			m.Preferences.Sectors = append(m.Preferences.Sectors, &maecenasv1.Preferences_Sector{Grade: int32(40 + r.IntN(61)), Value: &maecenasv1.Preferences_Sector_Activity{
				Activity: &maecenasv1.Activity{Scheme: maecenasv1.Activity_NACE_2, Code: deep(r, marketCodes)},
			}})
		}
		stage := 1 + r.IntN(6)
		m.Preferences.Stages = []*maecenasv1.Preferences_StageWish{{Stage: maecenasv1.FundingStage_Stage(stage), Grade: 100}}
		for _, kind := range []maecenasv1.Instrument_Kind{maecenasv1.Instrument_EQUITY, maecenasv1.Instrument_Kind(1 + r.IntN(12))} {
			least := int64(10_000 << (r.IntN(2) + stage))
			m.Instruments = append(m.Instruments, &maecenasv1.InstrumentOffer{
				Instrument: kind, AmountMin: &least, AmountMax: proto.Int64(least * int64(2+r.IntN(10))), CurrencyCode: "EUR",
				DilutionBp: proto.Int32(int32(500 * r.IntN(6))), PersonalGuarantee: proto.Bool(false),
			})
		}
		if r.IntN(2) == 0 {
			m.Requirements = append(m.Requirements, &maecenasv1.Requirement{Rule: &maecenasv1.Requirement_Place{Place: &maecenasv1.Requirement_InPlaces{Codes: []string{string(country)}}}})
		}
		if r.IntN(3) == 0 {
			m.Requirements = append(m.Requirements, &maecenasv1.Requirement{Rule: &maecenasv1.Requirement_Readiness{Readiness: &maecenasv1.Requirement_MinReadiness{Level: int32(2 + r.IntN(5))}}})
		}
		f := match.MandateFacts{Mandate: m, Investor: &maecenasv1.Investor{Type: maecenasv1.Investor_Type(1 + r.IntN(9))}}
		for range r.IntN(1 + r.IntN(12)) {
			f.Deals = append(f.Deals, &maecenasv1.Deal{Date: fmt.Sprintf("20%d-%02d-15", 23+r.IntN(3), 1+r.IntN(12)), Published: true})
		}
		out[i] = index.MandateChange{Name: m.Name, Mandate: match.NewMandate(f)}
	}
	return out
}
