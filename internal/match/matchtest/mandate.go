package matchtest

import (
	"fmt"
	"slices"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match"
	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

// Mandate draws the facts of a mandate, the n-th of an investor.
func (d Draw) Mandate(investor, n int) match.MandateFacts {
	f := match.MandateFacts{
		Investor: &maecenasv1.Investor{Name: fmt.Sprintf("investors/i%d", investor), Type: maecenasv1.Investor_Type(d.int(0, 9))},
		Mandate: &maecenasv1.Mandate{
			Name:        fmt.Sprintf("investors/i%d/mandates/m%d", investor, n),
			State:       pick(d, maecenasv1.Mandate_PUBLISHED, maecenasv1.Mandate_PUBLISHED, maecenasv1.Mandate_PUBLISHED, maecenasv1.Mandate_DRAFT),
			Instruments: d.offers(), AmountIsBar: d.rarely(), LearnFromDeals: d.often(),
			Preferences: d.preferences(), Weights: d.Weights(),
		},
	}
	if d.rarely() {
		f.Mandate.OpenDate, f.Mandate.CloseDate = d.date(), d.date()
	}
	if d.rarely() {
		f.Mandate.CloseDate = "2025-12-31"
		f.Mandate.Budget = &maecenasv1.Mandate_Budget{Remaining: optional(d, func() int64 { return int64(d.int(0, 1)) })}
	}
	if d.rarely() {
		f.Investor.ExcludedOrganizations = []string{"organizations/o1"}
	}
	for range max(0, d.int(0, 4)-2) {
		f.Mandate.Requirements = append(f.Mandate.Requirements, d.Requirement(3))
	}
	for range d.int(0, 5) {
		f.Deals = append(f.Deals, d.deal())
	}
	if d.often() {
		f.Learned = match.Learn(f.Deals, d.Market(f.Deals))
	}
	if d.rarely() {
		f.Mandate.StateAidBasis = maecenasv1.StateAid_DE_MINIMIS
		f.Mandate.AuthorityCountryCode = pick(d, "IT", "IT", "FR", "")
	}
	f.Mandate.OfferedSupport = some(d, 2, supportKinds...)
	f.Mandate.DecisionWeeks = optional(d, func() int32 { return pick[int32](d, 0, 2, 7, 26, 52) })
	return f
}

// Market draws a market with an investor's deals in it, and a few others and needs.
func (d Draw) Market(deals []*maecenasv1.Deal) *match.Market {
	others := match.InvestorDeals{Agreed: d.often()}
	for range d.int(0, 3) {
		others.Deals = append(others.Deals, d.deal())
	}
	var needs []*match.Need
	for range d.int(0, 2) {
		needs = append(needs, match.NewNeed(d.Need(9, 0)))
	}
	return match.NewMarket(match.MarketFacts{
		Date: Today, Rates: taxonomy.ShippedRates(), Needs: slices.Values(needs),
		Investors: slices.Values([]match.InvestorDeals{{Deals: deals, Agreed: true}, others}),
	})
}

func (d Draw) offers() []*maecenasv1.InstrumentOffer {
	var list []*maecenasv1.InstrumentOffer
	for _, k := range append(some(d, 2, Kinds...), pick(d, Kinds...)) {
		o := &maecenasv1.InstrumentOffer{
			Instrument: k, DilutionBp: optional(d, d.bp), InterestBp: optional(d, d.bp), RevenueShareBp: optional(d, d.bp),
			PersonalGuarantee: optional(d, d.rarely), RightsTransfer: optional(d, d.rarely),
			AmountMin: optional(d, d.amount), AmountMax: optional(d, d.amount), CurrencyCode: d.currency(),
			GrantEquivalentBp: optional(d, d.bp),
		}
		list = append(list, o)
	}
	return list
}

// Weights draws weights of the investor's terms; often none.
func (d Draw) Weights() map[string]int32 {
	if d.often() {
		return nil
	}
	w := map[string]int32{}
	for t := maecenasv1.MatchTerm_SECTOR; t <= maecenasv1.MatchTerm_LANGUAGE; t++ {
		if d.often() {
			w[t.String()] = pick[int32](d, 0, 1, 15, 40, 100)
		}
	}
	return w
}

func (d Draw) grade() int32 { return pick[int32](d, 1, 7, 40, 99, 100) }

func (d Draw) preferences() *maecenasv1.Preferences {
	p := &maecenasv1.Preferences{}
	for range d.int(0, 3) {
		s := &maecenasv1.Preferences_Sector{Grade: d.grade(), Value: &maecenasv1.Preferences_Sector_Activity{Activity: d.Activity()}}
		if d.rarely() {
			s.Value = &maecenasv1.Preferences_Sector_CulturalDomain{CulturalDomain: maecenasv1.Organization_HERITAGE}
		}
		p.Sectors = append(p.Sectors, s)
	}
	for range d.int(0, 4) {
		at := d.Place()
		p.Places = append(p.Places, &maecenasv1.Preferences_PlaceWish{
			CountryCode: at.GetCountryCode(), RegionCode: at.GetRegionCode(),
			MetropolitanArea: at.GetMetropolitanArea(), Locality: at.GetLocality(), Grade: d.grade(),
		})
	}
	for range d.int(0, 2) {
		p.Stages = append(p.Stages, &maecenasv1.Preferences_StageWish{Stage: maecenasv1.FundingStage_Stage(d.int(1, 6)), Grade: d.grade()})
	}
	if d.rarely() {
		p.Impact = []*maecenasv1.Preferences_ImpactWish{{Goal: 8, Grade: d.grade()}, {Goal: 11, Grade: d.grade()}}
		p.Clusters = []*maecenasv1.Preferences_ClusterWish{{Label: "puglia-creativa", Grade: d.grade()}}
		p.Languages = []*maecenasv1.Preferences_LanguageWish{{Language: "it", Grade: d.grade()}, {Language: "pt", Grade: d.grade()}}
	}
	return p
}

func (d Draw) deal() *maecenasv1.Deal {
	return &maecenasv1.Deal{
		Organization: pick(d, "", "organizations/o1", "organizations/o2"),
		Amount:       optional(d, d.amount), CurrencyCode: d.currency(), RoundNumber: optional(d, d.round),
		Date: d.date(), Published: d.often(), Stage: maecenasv1.FundingStage_Stage(d.int(0, 6)),
		Snapshot: &maecenasv1.Deal_Snapshot{Place: d.Place(), Activities: []*maecenasv1.Activity{d.Activity()}, CulturalDomains: d.domains(1)},
	}
}

// Requirement draws a requirement of any kind, nested at most so deep.
func (d Draw) Requirement(depth int) *maecenasv1.Requirement {
	if depth > 0 && d.rarely() {
		list := &maecenasv1.Requirement_List{}
		for range d.int(1, 3) {
			list.Requirements = append(list.Requirements, d.Requirement(depth-1))
		}
		switch d.int(0, 2) {
		case 0:
			return &maecenasv1.Requirement{Rule: &maecenasv1.Requirement_All{All: list}}
		case 1:
			return &maecenasv1.Requirement{Rule: &maecenasv1.Requirement_Any{Any: list}}
		default:
			return &maecenasv1.Requirement{Rule: &maecenasv1.Requirement_Not{Not: d.Requirement(depth - 1)}}
		}
	}
	kinds := []func() *maecenasv1.Requirement{
		d.place, d.sector, d.profile, d.size, d.stage, d.proof, d.evidenceLevel, d.founded, d.rights, d.membership, d.coFunding,
	}
	return kinds[d.int(0, len(kinds)-1)]()
}

func (d Draw) place() *maecenasv1.Requirement {
	return &maecenasv1.Requirement{Rule: &maecenasv1.Requirement_Place{Place: &maecenasv1.Requirement_InPlaces{
		Codes: append(some(d, 2, "IT", "US", "ITF", "FRL0", "ITF47", "US-CA"), "ITF4"), Excluded: d.rarely(),
	}}}
}

func (d Draw) sector() *maecenasv1.Requirement {
	r := &maecenasv1.Requirement_InSectors{CulturalDomains: d.domains(1), Excluded: d.rarely()}
	for range d.int(0, 2) {
		r.Activities = append(r.Activities, d.Activity())
	}
	return &maecenasv1.Requirement{Rule: &maecenasv1.Requirement_Sector{Sector: r}}
}

func (d Draw) profile() *maecenasv1.Requirement {
	if d.often() {
		return &maecenasv1.Requirement{Rule: &maecenasv1.Requirement_LegalForm{LegalForm: &maecenasv1.Requirement_LegalForms{
			Values: []maecenasv1.Organization_LegalForm{maecenasv1.Organization_COOPERATIVE, maecenasv1.Organization_LegalForm(d.int(1, 11))},
		}}}
	}
	return &maecenasv1.Requirement{Rule: &maecenasv1.Requirement_HelixRole{HelixRole: &maecenasv1.Requirement_HelixRoles{
		Values: []maecenasv1.Organization_HelixRole{maecenasv1.Organization_HelixRole(d.int(1, 4))},
	}}}
}

func (d Draw) size() *maecenasv1.Requirement {
	return &maecenasv1.Requirement{Rule: &maecenasv1.Requirement_SizeClass{SizeClass: &maecenasv1.Requirement_SizeClasses{
		Values: []maecenasv1.Organization_SizeClass{maecenasv1.Organization_MICRO, maecenasv1.Organization_SizeClass(d.int(1, 4))},
	}}}
}

func (d Draw) stage() *maecenasv1.Requirement {
	return &maecenasv1.Requirement{Rule: &maecenasv1.Requirement_Stage{Stage: &maecenasv1.Requirement_StageRange{
		Earliest: maecenasv1.FundingStage_Stage(d.int(0, 3)), Latest: maecenasv1.FundingStage_Stage(d.int(0, 6)),
	}}}
}

func (d Draw) proof() *maecenasv1.Requirement {
	if d.often() {
		return &maecenasv1.Requirement{Rule: &maecenasv1.Requirement_Score{Score: &maecenasv1.Requirement_MinScore{
			Dimension: maecenasv1.Assessment_Dimension(d.int(0, 14)), Score: int32(d.int(1, 10000)),
		}}}
	}
	return &maecenasv1.Requirement{Rule: &maecenasv1.Requirement_Readiness{Readiness: &maecenasv1.Requirement_MinReadiness{Level: int32(d.int(1, 9))}}}
}

func (d Draw) evidenceLevel() *maecenasv1.Requirement {
	return &maecenasv1.Requirement{Rule: &maecenasv1.Requirement_Evidence{Evidence: &maecenasv1.Requirement_MinEvidence{
		Subject: maecenasv1.Requirement_MinEvidence_Subject(d.int(1, 3)), Level: maecenasv1.Evidence_Level(d.int(1, 3)),
	}}}
}

func (d Draw) founded() *maecenasv1.Requirement {
	r := &maecenasv1.Requirement_FoundedBetween{}
	if d.often() {
		r.EarliestDate = d.date()
	} else {
		r.LatestDate = d.date()
	}
	return &maecenasv1.Requirement{Rule: &maecenasv1.Requirement_Founded{Founded: r}}
}

func (d Draw) rights() *maecenasv1.Requirement {
	return &maecenasv1.Requirement{Rule: &maecenasv1.Requirement_Rights{Rights: &maecenasv1.Requirement_RightsHeld{
		Kinds: some(d, 1, maecenasv1.Right_COPYRIGHT, maecenasv1.Right_PATENT), MinOwnedShareBp: max(1, d.bp()),
	}}}
}

func (d Draw) membership() *maecenasv1.Requirement {
	if d.often() {
		return &maecenasv1.Requirement{Rule: &maecenasv1.Requirement_Language{Language: &maecenasv1.Requirement_Languages{
			Values: []string{pick(d, "it", "pt", "pt-PT")},
		}}}
	}
	return &maecenasv1.Requirement{Rule: &maecenasv1.Requirement_Cluster{Cluster: &maecenasv1.Requirement_ClusterMembership{
		Labels: []string{"puglia-creativa"},
	}}}
}

func (d Draw) coFunding() *maecenasv1.Requirement {
	return &maecenasv1.Requirement{Rule: &maecenasv1.Requirement_CoFunding{CoFunding: &maecenasv1.Requirement_MinCoFunding{
		ShareBp: min(9999, max(1, d.bp())),
	}}}
}
