package synthetic

import (
	"fmt"

	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// funder is what the records of one investor share.
type funder struct {
	name   string
	kind   maecenasv1.Investor_Type
	land   *land
	region region
	sector sector
	stage  maecenasv1.FundingStage_Stage
	ticket int64
}

func funderOf(o Options, i int) funder {
	d := throw(o, forInvestor, i)
	f := funder{
		name: InvestorName(i), kind: maecenasv1.Investor_Type(d.between(1, 9)), land: someLand(d), sector: pick(d, sectors),
		stage: maecenasv1.FundingStage_Stage(d.between(1, 5)),
	}
	f.region = pick(d, f.land.regions)
	f.ticket = d.money(8000, 3+int(f.stage))
	return f
}

func investors(o Options, i int, yield func(*maecenasv1.Record) bool) bool {
	f := funderOf(o, i)
	return yield(&maecenasv1.Record{Resource: &maecenasv1.Record_Investor{Investor: &maecenasv1.Investor{
		Name: f.name, DisplayName: fmt.Sprintf("Synthetic funder %d", i), Type: f.kind,
		Place:     &maecenasv1.Place{CountryCode: f.land.code, RegionCode: f.region.code, Locality: f.region.town},
		Languages: []string{f.land.language},
	}}})
}

func mandates(o Options, i int, yield func(*maecenasv1.Record) bool) bool {
	f, d := funderOf(o, i), throw(o, forMandate, i)
	for n, id := range []string{"first", "second", "third"} {
		if n > 0 && !d.of(40) {
			break
		}
		if !yield(mandate(d, f, id)) {
			return false
		}
	}
	return true
}

func mandate(d dice, f funder, id string) *maecenasv1.Record {
	m := &maecenasv1.Mandate{
		Name: f.name + "/mandates/" + id, Title: "Mandate", State: maecenasv1.Mandate_PUBLISHED,
		OpenDate:    fmt.Sprintf("2026-%02d-01", d.between(1, 11)),
		AmountIsBar: d.of(20), LearnFromDeals: d.of(40), DecisionWeeks: proto.Int32(int32(d.between(2, 30))),
		Disclosure:   maecenasv1.Mandate_Disclosure(d.between(1, 3)),
		Requirements: requirements(d, f),
		Preferences:  preferences(d, f),
	}
	if d.of(60) {
		m.CloseDate = fmt.Sprintf("%d-%02d-28", d.between(2027, 2028), d.between(1, 12))
	}
	for _, kind := range offered[f.kind] {
		m.Instruments = append(m.Instruments, &maecenasv1.InstrumentOffer{
			Instrument: kind, AmountMin: proto.Int64(f.ticket), AmountMax: proto.Int64(f.ticket * int64(d.between(3, 12))),
			CurrencyCode: "EUR", DilutionBp: proto.Int32(int32(d.between(5, 25) * 100)), InterestBp: proto.Int32(int32(d.between(2, 9) * 100)),
			PersonalGuarantee: proto.Bool(d.of(15)),
		})
	}
	if d.of(30) {
		m.Weights = map[string]int32{
			"SECTOR": int32(d.between(5, 30)), "PLACE": int32(d.between(5, 40)), "STAGE": int32(d.between(5, 30)),
			"TICKET": int32(d.between(5, 30)), "ROBUSTNESS": int32(d.between(0, 30)), "DESIGN": int32(d.between(0, 30)),
		}
	}
	return &maecenasv1.Record{Resource: &maecenasv1.Record_Mandate{Mandate: m}}
}

func requirements(d dice, f funder) []*maecenasv1.Requirement {
	var list []*maecenasv1.Requirement
	if d.of(70) {
		codes := []string{f.land.code}
		for range d.between(0, 3) {
			codes = append(codes, lands[d.IntN(len(lands))].code)
		}
		list = append(list, &maecenasv1.Requirement{Rule: &maecenasv1.Requirement_Place{
			Place: &maecenasv1.Requirement_InPlaces{Codes: unique(codes)},
		}})
	}
	if d.of(30) {
		list = append(list, &maecenasv1.Requirement{Rule: &maecenasv1.Requirement_Readiness{
			Readiness: &maecenasv1.Requirement_MinReadiness{Level: int32(d.between(2, 6))},
		}})
	}
	if d.of(20) {
		list = append(list, &maecenasv1.Requirement{Rule: &maecenasv1.Requirement_Score{
			Score: &maecenasv1.Requirement_MinScore{Score: int32(d.between(20, 55) * 100)},
		}})
	}
	if d.of(30) {
		list = append(list, &maecenasv1.Requirement{Rule: &maecenasv1.Requirement_Sector{
			Sector: &maecenasv1.Requirement_InSectors{CulturalDomains: []maecenasv1.Organization_CulturalDomain{f.sector.domain}},
		}})
	}
	return list
}

func preferences(d dice, f funder) *maecenasv1.Preferences {
	if d.of(20) {
		return nil
	}
	p := &maecenasv1.Preferences{
		Sectors: []*maecenasv1.Preferences_Sector{{Grade: 100, Value: &maecenasv1.Preferences_Sector_Activity{
			Activity: &maecenasv1.Activity{Scheme: maecenasv1.Activity_NACE_2, Code: f.sector.code},
		}}},
		Places: []*maecenasv1.Preferences_PlaceWish{
			{CountryCode: f.land.code, Grade: int32(d.between(30, 80))},
			{CountryCode: f.land.code, RegionCode: f.region.code, Grade: 100},
		},
		Stages: []*maecenasv1.Preferences_StageWish{
			{Stage: f.stage, Grade: 100}, {Stage: f.stage + 1, Grade: int32(d.between(20, 90))},
		},
	}
	graded := map[maecenasv1.Organization_CulturalDomain]bool{}
	for range d.between(0, 3) {
		grade, domain := int32(d.between(10, 90)), pick(d, sectors).domain
		if graded[domain] {
			continue
		}
		graded[domain] = true
		p.Sectors = append(p.Sectors, &maecenasv1.Preferences_Sector{
			Grade: grade, Value: &maecenasv1.Preferences_Sector_CulturalDomain{CulturalDomain: domain},
		})
	}
	return p
}

func deals(o Options, i int, yield func(*maecenasv1.Record) bool) bool {
	f, d := funderOf(o, i), throw(o, forDeal, i)
	for n := range d.skewed(31) {
		home := f.region
		where := f.land
		if d.of(30) {
			where = someLand(d)
			home = pick(d, where.regions)
		}
		work := f.sector
		if d.of(50) {
			work = pick(d, sectors)
		}
		deal := &maecenasv1.Deal{
			Name: fmt.Sprintf("%s/deals/deal-%02d", f.name, n),
			Snapshot: &maecenasv1.Deal_Snapshot{
				Place:           &maecenasv1.Place{CountryCode: where.code, RegionCode: home.code, Locality: home.town},
				Activities:      []*maecenasv1.Activity{{Scheme: maecenasv1.Activity_NACE_2, Code: work.code}},
				CulturalDomains: []maecenasv1.Organization_CulturalDomain{work.domain},
			},
			Date:       fmt.Sprintf("%d-%02d-%02d", 2026-d.skewed(6), d.between(1, 10), d.between(1, 28)),
			Instrument: offered[f.kind][0], Amount: proto.Int64(f.ticket * int64(d.between(10, 40)) / 10), CurrencyCode: "EUR",
			Stage: f.stage + maecenasv1.FundingStage_Stage(d.IntN(2)), RoundNumber: proto.Int32(int32(1 + d.skewed(4))),
			Origin: maecenasv1.Deal_IMPORTED, Published: d.of(85),
		}
		if !yield(&maecenasv1.Record{Resource: &maecenasv1.Record_Deal{Deal: deal}}) {
			return false
		}
	}
	return true
}

// unique keeps the first of equal values.
func unique(list []string) []string {
	var out []string
	seen := map[string]bool{}
	for _, v := range list {
		if !seen[v] {
			seen[v] = true
			out = append(out, v)
		}
	}
	return out
}
