package synthetic

import (
	"fmt"

	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// profile is what the records of one organization share.
type profile struct {
	name   string
	land   *land
	region region
	sector sector
	// quality is how well it is run, 0 to 100: what its facts hang on.
	quality int
	// revenue is a year's, in the land's currency.
	revenue int64
	// stage is how far it has come, 1 to 6.
	stage maecenasv1.FundingStage_Stage
}

func profileOf(o Options, i int) profile {
	d := throw(o, forProfile, i)
	p := profile{name: OrganizationName(i), land: someLand(d), sector: pick(d, sectors)}
	p.region = pick(d, p.land.regions)
	p.quality = (d.IntN(101) + d.IntN(101)) / 2
	p.stage = maecenasv1.FundingStage_Stage(1 + d.around(p.quality, 25)*5/100)
	p.revenue = d.money(6000, 3+int(p.stage))
	return p
}

func someLand(d dice) *land {
	at := d.IntN(100)
	for i := range lands {
		if at -= lands[i].percent; at < 0 {
			return &lands[i]
		}
	}
	return &lands[0]
}

func organizations(o Options, i int, yield func(*maecenasv1.Record) bool) bool {
	p, d := profileOf(o, i), throw(o, forOrganization, i)
	org := &maecenasv1.Organization{
		Name:                        p.name,
		DisplayName:                 fmt.Sprintf("Synthetic %d", i),
		LegalForm:                   pick(d, forms),
		HelixRole:                   maecenasv1.Organization_COMPANY,
		Place:                       &maecenasv1.Place{CountryCode: p.land.code, RegionCode: p.region.code, Locality: p.region.town},
		Activities:                  activities(d, p),
		CulturalDomains:             []maecenasv1.Organization_CulturalDomain{p.sector.domain},
		FoundedDate:                 proto.String(fmt.Sprintf("%d-%02d-%02d", 2025-d.skewed(30), d.between(1, 12), d.between(1, 28))),
		Languages:                   []string{p.land.language},
		SustainableDevelopmentGoals: goals(d),
		Traction:                    traction(d, p),
		Financials:                  financials(d, p),
		Team:                        team(d, p),
		Listed:                      d.of(97),
		Disclosure:                  disclosure(d),
	}
	if p.land.language != "en" && d.of(50) {
		org.Languages = append(org.Languages, "en")
	}
	if d.of(30) {
		org.Labels = []string{pick(d, labels)}
	}
	return yield(&maecenasv1.Record{Resource: &maecenasv1.Record_Organization{Organization: org}})
}

func activities(d dice, p profile) []*maecenasv1.Activity {
	list := []*maecenasv1.Activity{{Scheme: maecenasv1.Activity_NACE_2, Code: p.sector.code}}
	if other := pick(d, sectors); d.of(40) && other.code != p.sector.code {
		first := int32(d.between(5, 9) * 1000)
		list[0].ShareBp = proto.Int32(first)
		list = append(list, &maecenasv1.Activity{Scheme: maecenasv1.Activity_NACE_2, Code: other.code, ShareBp: proto.Int32(10000 - first)})
	}
	return list
}

func goals(d dice) []int32 {
	var list []int32
	for _, goal := range []int32{4, 5, 8, 10, 11, 12, 13} {
		if d.of(20) {
			list = append(list, goal)
		}
	}
	return list
}

// fact returns a fact that is unset in some cases, fewer where quality is high.
func fact[T any](d dice, p profile, v T) *T {
	if d.of(25 - p.quality/5) {
		return nil
	}
	return &v
}

// evidence is better where quality is high.
func evidence(d dice, p profile) *maecenasv1.Evidence {
	e := &maecenasv1.Evidence{
		Level:    maecenasv1.Evidence_SELF_DECLARED,
		AsOfDate: fmt.Sprintf("%d-%02d-%02d", 2026-d.skewed(4), d.between(1, 10), d.between(1, 28)),
	}
	if d.of(p.quality / 2) {
		e.Level = maecenasv1.Evidence_DOCUMENTED
	}
	return e
}

func traction(d dice, p profile) *maecenasv1.Traction {
	if d.of(10) {
		return nil
	}
	level := d.around(p.quality, 20)
	return &maecenasv1.Traction{
		Interviews:         fact(d, p, int32(level/2)),
		LettersOfIntent:    fact(d, p, int32(level/25)),
		Pilots:             fact(d, p, int32(level/30)),
		PayingCustomers:    fact(d, p, int32(max(0, level-20)*d.between(1, 20)/10)),
		RevenueGrowth12MBp: fact(d, p, int32((level-40)*d.between(10, 100))),
		Evidence:           evidence(d, p),
	}
}

func financials(d dice, p profile) *maecenasv1.Financials {
	if d.of(8) {
		return nil
	}
	margin := int64(d.around(p.quality, 20) - 45)
	ebitda := p.revenue * margin / 100
	return &maecenasv1.Financials{
		CurrencyCode:        p.land.currency,
		Cash:                fact(d, p, p.revenue*int64(d.around(p.quality, 30))/200),
		MonthlyBurn:         fact(d, p, -ebitda/12),
		Revenue12M:          fact(d, p, p.revenue),
		Ebitda12M:           fact(d, p, ebitda),
		FullTimeEquivalents: fact(d, p, int32(1+p.revenue/60000)),
		BalanceSheetTotal:   fact(d, p, p.revenue*int64(d.between(20, 150))/100),
		Evidence:            evidence(d, p),
	}
}

func team(d dice, p profile) *maecenasv1.Team {
	t := &maecenasv1.Team{Evidence: evidence(d, p)}
	for _, role := range []maecenasv1.Team_Member_Role{
		maecenasv1.Team_Member_CREATIVE, maecenasv1.Team_Member_BUSINESS, maecenasv1.Team_Member_PRODUCTION,
		maecenasv1.Team_Member_FINANCE, maecenasv1.Team_Member_TECHNOLOGY,
	} {
		if role == maecenasv1.Team_Member_CREATIVE || d.of(20+p.quality*2/3) {
			t.Members = append(t.Members, &maecenasv1.Team_Member{Role: role, SectorYears: fact(d, p, int32(d.around(p.quality, 40)/5))})
		}
	}
	return t
}

func disclosure(d dice) *maecenasv1.Organization_Disclosure {
	shown := func(percent int) maecenasv1.Organization_Visibility {
		if d.of(percent) {
			return maecenasv1.Organization_TO_INVESTORS
		}
		return maecenasv1.Organization_ON_INTRODUCTION
	}
	return &maecenasv1.Organization_Disclosure{
		Canvas: shown(92), Traction: shown(95), Financials: shown(80), Team: shown(95), FundingHistory: shown(75), Terms: shown(90),
	}
}
