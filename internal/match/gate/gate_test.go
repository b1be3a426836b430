package gate_test

import (
	"testing"

	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match/fact"
	"github.com/maecenas-cci/maecenas/internal/match/gate"
	"github.com/maecenas-cci/maecenas/internal/match/matchtest"
	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

func exchange() *fact.Exchange {
	x := &fact.Exchange{}
	x.Open(taxonomy.ShippedRates(), matchtest.Today)
	return x
}

// facts are of a film cooperative in Bari; each case changes what it is about.
func facts() fact.NeedFacts {
	return fact.NeedFacts{
		Need: &maecenasv1.Need{
			CurrencyCode: "EUR", AmountMin: proto.Int64(30_000), AmountMax: proto.Int64(50_000), Stage: maecenasv1.FundingStage_EARLY,
			Instruments: []maecenasv1.Instrument_Kind{maecenasv1.Instrument_LOAN, maecenasv1.Instrument_EQUITY},
			Secured:     []*maecenasv1.Need_Secured{{Amount: 6_000}, {Amount: 4_000}},
		},
		Organization: &maecenasv1.Organization{
			Place:      &maecenasv1.Place{CountryCode: "IT", RegionCode: "ITF4", Locality: "Bari"},
			Activities: []*maecenasv1.Activity{{Scheme: maecenasv1.Activity_NACE_2, Code: "59.11"}},
			LegalForm:  maecenasv1.Organization_COOPERATIVE, HelixRole: maecenasv1.Organization_COMPANY,
			CulturalDomains: []maecenasv1.Organization_CulturalDomain{maecenasv1.Organization_AUDIOVISUAL_MULTIMEDIA},
			FoundedDate:     proto.String("2020-03-01"), Languages: []string{"it", "pt-BR"}, Labels: []string{"puglia-creativa"},
			Financials: &maecenasv1.Financials{CurrencyCode: "EUR", FullTimeEquivalents: proto.Int32(12), Revenue12M: proto.Int64(900_000)},
			Traction:   &maecenasv1.Traction{Pilots: proto.Int32(1), Evidence: &maecenasv1.Evidence{Level: maecenasv1.Evidence_DOCUMENTED}},
			Team:       &maecenasv1.Team{Members: []*maecenasv1.Team_Member{{}}},
		},
		Canvas: &maecenasv1.Canvas{KeyResources: []*maecenasv1.KeyResource{{
			Kind: maecenasv1.KeyResource_INTELLECTUAL, Rights: []*maecenasv1.Right{{Kind: maecenasv1.Right_COPYRIGHT, OwnedShareBp: proto.Int32(6000)}, {Kind: maecenasv1.Right_PATENT}},
		}}},
		Assessment: &maecenasv1.Assessment{
			Score: 4000, Potential: 7000, Readiness: 4, ReadinessPotential: 6,
			Dimensions: []*maecenasv1.DimensionResult{
				{Dimension: maecenasv1.Assessment_TEAM, Score: proto.Int32(5500), Potential: proto.Int32(5500)},
				{Dimension: maecenasv1.Assessment_RIGHTS_CONTROL, Status: maecenasv1.DimensionResult_NOT_APPLICABLE},
			},
		},
	}
}

// hidden shows nothing but the profile.
func hidden(f *fact.NeedFacts) { f.Shown = &maecenasv1.Organization_Disclosure{} }

type change = func(*fact.NeedFacts)

func place(excluded bool, codes ...string) *maecenasv1.Requirement {
	return &maecenasv1.Requirement{Rule: &maecenasv1.Requirement_Place{Place: &maecenasv1.Requirement_InPlaces{Codes: codes, Excluded: excluded}}}
}

func at(country, region string) change {
	return func(f *fact.NeedFacts) {
		f.Organization.Place = &maecenasv1.Place{CountryCode: country, RegionCode: region}
	}
}

func sector(excluded bool, domains []maecenasv1.Organization_CulturalDomain, codes ...string) *maecenasv1.Requirement {
	r := &maecenasv1.Requirement_InSectors{CulturalDomains: domains, Excluded: excluded}
	for _, c := range codes {
		r.Activities = append(r.Activities, &maecenasv1.Activity{Scheme: maecenasv1.Activity_NACE_2, Code: c})
	}
	return &maecenasv1.Requirement{Rule: &maecenasv1.Requirement_Sector{Sector: r}}
}

func does(codes ...string) change {
	return func(f *fact.NeedFacts) {
		f.Organization.Activities, f.Organization.CulturalDomains = nil, nil
		for _, c := range codes {
			f.Organization.Activities = append(f.Organization.Activities, &maecenasv1.Activity{Scheme: maecenasv1.Activity_NACE_2, Code: c})
		}
	}
}

func size(values ...maecenasv1.Organization_SizeClass) *maecenasv1.Requirement {
	return &maecenasv1.Requirement{Rule: &maecenasv1.Requirement_SizeClass{SizeClass: &maecenasv1.Requirement_SizeClasses{Values: values}}}
}

func stage(earliest, latest maecenasv1.FundingStage_Stage) *maecenasv1.Requirement {
	return &maecenasv1.Requirement{Rule: &maecenasv1.Requirement_Stage{Stage: &maecenasv1.Requirement_StageRange{Earliest: earliest, Latest: latest}}}
}

func readiness(level int32) *maecenasv1.Requirement {
	return &maecenasv1.Requirement{Rule: &maecenasv1.Requirement_Readiness{Readiness: &maecenasv1.Requirement_MinReadiness{Level: level}}}
}

func score(d maecenasv1.Assessment_Dimension, v int32) *maecenasv1.Requirement {
	return &maecenasv1.Requirement{Rule: &maecenasv1.Requirement_Score{Score: &maecenasv1.Requirement_MinScore{Dimension: d, Score: v}}}
}

func evidence(s maecenasv1.Requirement_MinEvidence_Subject, l maecenasv1.Evidence_Level) *maecenasv1.Requirement {
	return &maecenasv1.Requirement{Rule: &maecenasv1.Requirement_Evidence{Evidence: &maecenasv1.Requirement_MinEvidence{Subject: s, Level: l}}}
}

func founded(earliest, latest string) *maecenasv1.Requirement {
	return &maecenasv1.Requirement{Rule: &maecenasv1.Requirement_Founded{Founded: &maecenasv1.Requirement_FoundedBetween{EarliestDate: earliest, LatestDate: latest}}}
}

func rights(share int32, kinds ...maecenasv1.Right_Kind) *maecenasv1.Requirement {
	return &maecenasv1.Requirement{Rule: &maecenasv1.Requirement_Rights{Rights: &maecenasv1.Requirement_RightsHeld{Kinds: kinds, MinOwnedShareBp: share}}}
}

func language(values ...string) *maecenasv1.Requirement {
	return &maecenasv1.Requirement{Rule: &maecenasv1.Requirement_Language{Language: &maecenasv1.Requirement_Languages{Values: values}}}
}

func cluster(labels ...string) *maecenasv1.Requirement {
	return &maecenasv1.Requirement{Rule: &maecenasv1.Requirement_Cluster{Cluster: &maecenasv1.Requirement_ClusterMembership{Labels: labels}}}
}

func coFunding(share int32) *maecenasv1.Requirement {
	return &maecenasv1.Requirement{Rule: &maecenasv1.Requirement_CoFunding{CoFunding: &maecenasv1.Requirement_MinCoFunding{ShareBp: share}}}
}

func all(list ...*maecenasv1.Requirement) *maecenasv1.Requirement {
	return &maecenasv1.Requirement{Rule: &maecenasv1.Requirement_All{All: &maecenasv1.Requirement_List{Requirements: list}}}
}

func anyOf(list ...*maecenasv1.Requirement) *maecenasv1.Requirement {
	return &maecenasv1.Requirement{Rule: &maecenasv1.Requirement_Any{Any: &maecenasv1.Requirement_List{Requirements: list}}}
}

func not(r *maecenasv1.Requirement) *maecenasv1.Requirement {
	return &maecenasv1.Requirement{Rule: &maecenasv1.Requirement_Not{Not: r}}
}

const (
	pass    = maecenasv1.RequirementResult_PASS
	fail    = maecenasv1.RequirementResult_FAIL
	unknown = maecenasv1.RequirementResult_UNKNOWN
)

func TestAnswers(t *testing.T) {
	t.Parallel()
	audiovisual := []maecenasv1.Organization_CulturalDomain{maecenasv1.Organization_AUDIOVISUAL_MULTIMEDIA}
	heritage := []maecenasv1.Organization_CulturalDomain{maecenasv1.Organization_HERITAGE}
	const micro, small = maecenasv1.Organization_MICRO, maecenasv1.Organization_SMALL
	for _, c := range []struct {
		name     string
		ask      *maecenasv1.Requirement
		change   change
		want     maecenasv1.RequirementResult_Result
		distance int64 // 0: no number
		unit     string
	}{
		{"country", place(false, "FR", "IT"), nil, pass, 0, ""},
		{"region above", place(false, "ITF"), nil, pass, 0, ""},
		{"region below", place(false, "ITF47"), nil, unknown, 0, ""},
		{"region beside", place(false, "ITF3"), nil, fail, 0, ""},
		{"region unset", place(false, "ITF3"), at("IT", ""), unknown, 0, ""},
		{"region of another country", place(false, "ITF3"), at("FR", ""), fail, 0, ""},
		{"Greece by its NUTS code", place(false, "EL30"), at("GR", "EL30"), pass, 0, ""},
		{"excluded", place(true, "ITF"), nil, fail, 0, ""},
		{"not excluded", place(true, "FR"), nil, pass, 0, ""},
		{"excluded, perhaps", place(true, "ITF47"), nil, unknown, 0, ""},

		{"class", sector(false, nil, "59.11"), nil, pass, 0, ""},
		{"section", sector(false, nil, "J"), nil, pass, 0, ""},
		{"another division", sector(false, nil, "62"), nil, fail, 0, ""},
		{"coarser than asked", sector(false, nil, "59.11"), does("59.1"), unknown, 0, ""},
		{"no activity", sector(false, nil, "59.11"), does(), unknown, 0, ""},
		{"one of two", sector(false, nil, "62", "59"), does("90.01", "62.01"), pass, 0, ""},
		{"domain", sector(false, audiovisual, "62"), nil, pass, 0, ""},
		{"another domain", sector(false, heritage), nil, fail, 0, ""},
		{"no domain", sector(false, heritage), does("59.11"), unknown, 0, ""},
		{"excluded sector", sector(true, nil, "59"), nil, fail, 0, ""},
		{"not an excluded sector", sector(true, nil, "62"), nil, pass, 0, ""},

		{"size", size(micro, small), nil, pass, 0, ""},
		{"larger", size(micro), nil, fail, 0, ""},
		{"size hidden", size(micro, small), hidden, unknown, 0, ""},
		{"size open", size(small), func(f *fact.NeedFacts) { f.Organization.Financials.FullTimeEquivalents = nil }, unknown, 0, ""},

		{"stage", stage(maecenasv1.FundingStage_SEED, maecenasv1.FundingStage_EARLY), nil, pass, 0, ""},
		{"too early", stage(maecenasv1.FundingStage_EXPANSION, 0), nil, fail, 2, "STAGES"},
		{"too late", stage(0, maecenasv1.FundingStage_SEED), nil, fail, 1, "STAGES"},
		{"stage unset", stage(maecenasv1.FundingStage_SEED, 0), func(f *fact.NeedFacts) { f.Need.Stage = 0 }, unknown, 0, ""},
		{"any stage", stage(0, 0), func(f *fact.NeedFacts) { f.Need.Stage = 0 }, pass, 0, ""},

		{"ready", readiness(4), nil, pass, 0, ""},
		{"ready perhaps", readiness(6), nil, unknown, 0, ""},
		{"never ready", readiness(8), nil, fail, 2, "LEVELS"},
		{"no assessment", readiness(9), func(f *fact.NeedFacts) { f.Assessment = nil }, unknown, 0, ""},
		{"score", score(0, 4000), nil, pass, 0, ""},
		{"score perhaps", score(0, 7000), nil, unknown, 0, ""},
		{"score never", score(0, 7001), nil, fail, 1, "HUNDREDTHS"},
		{"dimension", score(maecenasv1.Assessment_TEAM, 6000), nil, fail, 500, "HUNDREDTHS"},
		{"not applicable", score(maecenasv1.Assessment_RIGHTS_CONTROL, 6000), nil, pass, 0, ""},

		{"documented", evidence(maecenasv1.Requirement_MinEvidence_TRACTION, maecenasv1.Evidence_DOCUMENTED), nil, pass, 0, ""},
		{"not verified", evidence(maecenasv1.Requirement_MinEvidence_TRACTION, maecenasv1.Evidence_THIRD_PARTY_VERIFIED), nil, fail, 1, "LEVELS"},
		{"self-declared", evidence(maecenasv1.Requirement_MinEvidence_TEAM, maecenasv1.Evidence_SELF_DECLARED), nil, pass, 0, ""},
		{"evidence hidden", evidence(maecenasv1.Requirement_MinEvidence_TRACTION, maecenasv1.Evidence_DOCUMENTED), hidden, unknown, 0, ""},
		{"nothing stated", evidence(maecenasv1.Requirement_MinEvidence_TEAM, maecenasv1.Evidence_SELF_DECLARED), func(f *fact.NeedFacts) { f.Organization.Team = nil }, unknown, 0, ""},

		{"founded after", founded("2020-03-01", ""), nil, pass, 0, ""},
		{"founded too early", founded("2020-03-31", ""), nil, fail, 30, "DAYS"},
		{"founded too late", founded("", "2019-02-28"), nil, fail, 367, "DAYS"},
		{"founded when", founded("", "2019-02-28"), func(f *fact.NeedFacts) { f.Organization.FoundedDate = nil }, unknown, 0, ""},

		{"rights", rights(5000), nil, pass, 0, ""},
		{"of a kind", rights(5000, maecenasv1.Right_TRADEMARK), nil, fail, 5000, "BASIS_POINTS"},
		{"too small a share", rights(7500, maecenasv1.Right_COPYRIGHT), nil, fail, 1500, "BASIS_POINTS"},
		{"a share unset", rights(7500), nil, unknown, 0, ""},
		{"canvas hidden", rights(5000), hidden, unknown, 0, ""},
		{"no canvas", rights(5000), func(f *fact.NeedFacts) { f.Canvas = nil }, unknown, 0, ""},

		{"language", language("en", "it"), nil, pass, 0, ""},
		{"a variant", language("pt"), nil, pass, 0, ""},
		{"another variant", language("pt-PT"), nil, fail, 0, ""},
		{"a longer tag that is no variant", language("i"), nil, fail, 0, ""},
		{"no language", language("pt"), func(f *fact.NeedFacts) { f.Organization.Languages = nil }, unknown, 0, ""},
		{"member", cluster("puglia-creativa"), nil, pass, 0, ""},
		{"no member", cluster("living-lab"), nil, fail, 0, ""},
		// 10,000 of 40,000.
		{"co-funded", coFunding(2500), nil, pass, 0, ""},
		{"not enough", coFunding(2501), nil, fail, 1, "BASIS_POINTS"},
		{"history hidden", coFunding(2500), hidden, unknown, 0, ""},
		{"least amount unset", coFunding(2500), func(f *fact.NeedFacts) { f.Need.AmountMin = nil }, unknown, 0, ""},

		{"all hold", all(readiness(4), place(false, "IT")), nil, pass, 0, ""},
		{"all, one unknown", all(readiness(6), place(false, "IT")), nil, unknown, 0, ""},
		{"all, one fails", all(readiness(6), readiness(7)), nil, fail, 1, "LEVELS"},
		{"any holds", anyOf(readiness(9), place(false, "IT")), nil, pass, 0, ""},
		{"any, one unknown", anyOf(readiness(9), readiness(6)), nil, unknown, 0, ""},
		{"any, none", anyOf(readiness(9), readiness(7)), nil, fail, 1, "LEVELS"},
		{"any, units differ", anyOf(readiness(9), coFunding(9000)), nil, fail, 0, ""},
		{"not", not(place(false, "IT")), nil, fail, 0, ""},
		{"not unknown", not(readiness(6)), nil, unknown, 0, ""},
		{"not not", not(not(readiness(8))), nil, fail, 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f, x := facts(), exchange()
			if c.change != nil {
				c.change(&f)
			}
			n, r := fact.NewNeed(f), gate.Compile([]*maecenasv1.Requirement{c.ask})
			e := r[0].Explain(n, x)
			if e.GetResult() != c.want {
				t.Errorf("%v, want %v: %v", e.GetResult(), c.want, e)
			}
			if c.want != fail {
				return
			}
			d, unit, ok := r[0].Distance(n, x)
			if ok != (c.distance != 0) || ok && (d != c.distance || unit != c.unit) {
				t.Errorf("distance %d %s %v, want %d %s", d, unit, ok, c.distance, c.unit)
			}
		})
	}
}

// TestPaths: a requirement is explained with its parts, each where it stands, and
// with the funder's words.
func TestPaths(t *testing.T) {
	t.Parallel()
	ask := all(readiness(4), anyOf(not(place(false, "FR")), cluster("x")))
	ask.Title = "as we say"
	r := gate.Compile([]*maecenasv1.Requirement{{}, ask})
	if len(r) != 1 {
		t.Fatalf("%d requirements, want the one that has a rule", len(r))
	}
	var got []string
	for _, e := range r[0].ExplainAll(nil, fact.NewNeed(facts()), exchange()) {
		got = append(got, e.GetPath()+" "+e.GetCode()+" "+e.GetResult().String()+" "+e.GetRequired()+" "+e.GetActual()+" "+e.GetTitle())
	}
	want := []string{
		"requirements[1] ALL PASS READINESS_AT_LEAST (>= 4), ANY (NOT (PLACE_IN (FR)), CLUSTER_MEMBER (x)) 4..6, IT, ITF4, Bari, puglia-creativa as we say",
		"requirements[1].all[0] READINESS_AT_LEAST PASS >= 4 4..6 ",
		"requirements[1].all[1] ANY PASS NOT (PLACE_IN (FR)), CLUSTER_MEMBER (x) IT, ITF4, Bari, puglia-creativa ",
		"requirements[1].all[1].any[0] NOT PASS PLACE_IN (FR) IT, ITF4, Bari ",
		"requirements[1].all[1].any[0].not PLACE_IN FAIL FR IT, ITF4, Bari ",
		"requirements[1].all[1].any[1] CLUSTER_MEMBER FAIL x puglia-creativa ",
	}
	for i := range want {
		if i >= len(got) || got[i] != want[i] {
			t.Errorf("got %q\nwant %q", got, want)
			break
		}
	}
}

func TestBuiltIn(t *testing.T) {
	t.Parallel()
	loan := func(least, most int64, currency string) *maecenasv1.InstrumentOffer {
		return &maecenasv1.InstrumentOffer{Instrument: maecenasv1.Instrument_LOAN, AmountMin: &least, AmountMax: &most, CurrencyCode: currency}
	}
	terms := func(t *maecenasv1.Need_Terms) change { return func(f *fact.NeedFacts) { f.Need.Terms = t } }
	type answers = map[string]maecenasv1.RequirementResult_Result
	for _, c := range []struct {
		name   string
		offers []*maecenasv1.InstrumentOffer
		bar    bool
		change change
		want   answers
	}{
		{"in common", []*maecenasv1.InstrumentOffer{loan(1, 2, "EUR")}, false, nil, answers{"INSTRUMENT_IN_COMMON": pass}},
		{"nothing in common", []*maecenasv1.InstrumentOffer{{Instrument: maecenasv1.Instrument_GRANT}}, true, terms(&maecenasv1.Need_Terms{MaxInterestBp: proto.Int32(1)}), answers{"INSTRUMENT_IN_COMMON": fail}},
		{"amounts meet", []*maecenasv1.InstrumentOffer{loan(50_000, 90_000, "EUR")}, true, nil, answers{"INSTRUMENT_IN_COMMON": pass, "AMOUNT_WITHIN": pass}},
		{"amounts do not", []*maecenasv1.InstrumentOffer{loan(50_001, 90_000, "EUR")}, true, nil, answers{"INSTRUMENT_IN_COMMON": pass, "AMOUNT_WITHIN": fail}},
		{"one of two does", []*maecenasv1.InstrumentOffer{loan(50_001, 90_000, "EUR"), {Instrument: maecenasv1.Instrument_EQUITY}}, true, nil, answers{"INSTRUMENT_IN_COMMON": pass, "AMOUNT_WITHIN": pass}},
		{"no rate", []*maecenasv1.InstrumentOffer{loan(1, 90_000, "RSD")}, true, nil, answers{"INSTRUMENT_IN_COMMON": pass, "AMOUNT_WITHIN": unknown}},
		{"amount unset", []*maecenasv1.InstrumentOffer{loan(1, 90_000, "EUR")}, true, func(f *fact.NeedFacts) { f.Need.AmountMax = nil }, answers{"INSTRUMENT_IN_COMMON": pass, "AMOUNT_WITHIN": unknown}},
		{"most unset, least too much", []*maecenasv1.InstrumentOffer{loan(1, 20_000, "EUR")}, true, func(f *fact.NeedFacts) { f.Need.AmountMax = nil }, answers{"INSTRUMENT_IN_COMMON": pass, "AMOUNT_WITHIN": fail}},
		{"bounds", []*maecenasv1.InstrumentOffer{{Instrument: maecenasv1.Instrument_LOAN, InterestBp: proto.Int32(500), PersonalGuarantee: proto.Bool(true)}}, false,
			terms(&maecenasv1.Need_Terms{MaxInterestBp: proto.Int32(400), MaxDilutionBp: proto.Int32(1), AcceptsPersonalGuarantee: proto.Bool(true), AcceptsRightsTransfer: proto.Bool(false)}),
			answers{"INSTRUMENT_IN_COMMON": pass, "INTEREST_ACCEPTED": fail, "PERSONAL_GUARANTEE_ACCEPTED": pass, "RIGHTS_TRANSFER_ACCEPTED": unknown}},
		{"bounds kept back", []*maecenasv1.InstrumentOffer{{Instrument: maecenasv1.Instrument_LOAN}}, false, hidden,
			answers{"INSTRUMENT_IN_COMMON": pass, "INTEREST_ACCEPTED": unknown, "PERSONAL_GUARANTEE_ACCEPTED": unknown, "RIGHTS_TRANSFER_ACCEPTED": unknown}},
		{"a bound that one instrument meets", []*maecenasv1.InstrumentOffer{{Instrument: maecenasv1.Instrument_LOAN, InterestBp: proto.Int32(500)}, {Instrument: maecenasv1.Instrument_EQUITY}}, false,
			terms(&maecenasv1.Need_Terms{MaxInterestBp: proto.Int32(400)}), answers{"INSTRUMENT_IN_COMMON": pass, "INTEREST_ACCEPTED": pass}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f, x := facts(), exchange()
			if c.change != nil {
				c.change(&f)
			}
			n, got := fact.NewNeed(f), answers{}
			gate.NewBuiltIn(fact.OffersOf(c.offers), c.bar, fact.Granter{}).Each(n, func(r *gate.Requirement) bool {
				e := r.Explain(n, x)
				got[e.GetCode()] = e.GetResult()
				return true
			})
			if len(got) != len(c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
			for code, want := range c.want {
				if got[code] != want {
					t.Errorf("%s is %v, want %v", code, got[code], want)
				}
			}
		})
	}
}
