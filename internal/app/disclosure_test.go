package app_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/app"
	"github.com/maecenas-cci/maecenas/internal/matchmaker"
)

// probes are mandates that ask, each in another way, for what may be kept back.
func probes() map[string]*maecenasv1.Mandate {
	type r = maecenasv1.Requirement
	score := func(d maecenasv1.Assessment_Dimension, least int32) *r {
		return &r{Rule: &maecenasv1.Requirement_Score{Score: &maecenasv1.Requirement_MinScore{Dimension: d, Score: least}}}
	}
	sizes := func(values ...maecenasv1.Organization_SizeClass) *r {
		return &r{Rule: &maecenasv1.Requirement_SizeClass{SizeClass: &maecenasv1.Requirement_SizeClasses{Values: values}}}
	}
	evidence := func(s maecenasv1.Requirement_MinEvidence_Subject) *r {
		return &r{Rule: &maecenasv1.Requirement_Evidence{Evidence: &maecenasv1.Requirement_MinEvidence{Subject: s, Level: maecenasv1.Evidence_DOCUMENTED}}}
	}
	readiness := func(level int32) *r {
		return &r{Rule: &maecenasv1.Requirement_Readiness{Readiness: &maecenasv1.Requirement_MinReadiness{Level: level}}}
	}
	not := func(inner *r) *r { return &r{Rule: &maecenasv1.Requirement_Not{Not: inner}} }
	anyOf := func(inner ...*r) *r {
		return &r{Rule: &maecenasv1.Requirement_Any{Any: &maecenasv1.Requirement_List{Requirements: inner}}}
	}
	all := map[string]*maecenasv1.Mandate{"plain": mandate(), "several": mandate(
		sizes(maecenasv1.Organization_MICRO), score(maecenasv1.Assessment_FINANCIAL_RUNWAY, 5000), readiness(8),
	)}
	for name, requirement := range map[string]*r{
		"runway":    score(maecenasv1.Assessment_FINANCIAL_RUNWAY, 1),
		"margin":    score(maecenasv1.Assessment_OPERATING_MARGIN, 10000),
		"score":     score(maecenasv1.Assessment_DIMENSION_UNSPECIFIED, 4000),
		"micro":     sizes(maecenasv1.Organization_MICRO),
		"large":     sizes(maecenasv1.Organization_LARGE),
		"evidence":  evidence(maecenasv1.Requirement_MinEvidence_FINANCIALS),
		"readiness": readiness(8),
		"not micro": not(sizes(maecenasv1.Organization_MICRO)),
		"any":       anyOf(sizes(maecenasv1.Organization_LARGE), score(maecenasv1.Assessment_OPERATING_MARGIN, 1)),
	} {
		all[name] = mandate(requirement)
	}
	heavy := mandate()
	heavy.Weights = map[string]int32{"ROBUSTNESS": 100}
	all["weights"] = heavy
	return all
}

// answers asks everything that could tell of an organization's facts and writes
// the answers down.
func answers(t *testing.T, s story) string {
	t.Helper()
	ctx, text := t.Context(), ""
	note := func(question string, ranked matchmaker.Ranked, err error) {
		text += fmt.Sprintf("%s: %v\n", question, err)
		for _, one := range ranked.Matches {
			bytes, err := prototext.MarshalOptions{}.Marshal(one)
			if err != nil {
				t.Fatal(err)
			}
			// The text form varies between builds on purpose, within one it does not.
			text += string(bytes) + "\n"
		}
	}
	filters := []string{
		"", "organization.financials.cash > 0", "organization.financials.cash <= 0", "NOT organization.financials.cash > 0",
		"organization.financials.revenue12m:*", "NOT organization.financials.revenue12m:*",
		"organization.size_class = MICRO", "organization.size_class != MICRO", "assessment.score > 3000", "assessment.readiness < 9",
	}
	asked := probes()
	for _, name := range slices.Sorted(maps.Keys(asked)) {
		for _, misses := range []bool{false, true} {
			for _, filter := range filters {
				for _, by := range []string{"score", "fit"} {
					ranking := matchmaker.Ranking{Limit: 20, Full: true, NearMisses: misses, Filter: filter, OrderBy: by}
					ranked, err := s.PreviewMatchNeeds(ctx, matchmaker.MandatePreview{Mandate: asked[name], Type: maecenasv1.Investor_BANK}, ranking)
					note(fmt.Sprint(name, misses, filter, by), ranked, err)
				}
			}
		}
	}
	ranking := matchmaker.Ranking{Limit: 20, Full: true, Overrides: matchmaker.Overrides{Weights: map[string]int32{"ROBUSTNESS": 100, "TEAM": 1}}}
	ranked, err := s.MatchNeeds(ctx, s.mandate.GetName(), ranking)
	note("override", ranked, err)
	ranked, err = s.MatchMandates(ctx, s.need.GetName(), ranking)
	note("mandates", ranked, err)
	ranked, err = s.Explain(ctx, s.need.GetName(), s.mandate.GetName(), ranking)
	note("explain", ranked, err)
	return text
}

// secrets are ways in which the financials of an organization can differ.
func secrets() map[string]*maecenasv1.Financials {
	return map[string]*maecenasv1.Financials{
		"none": nil,
		"poor": {CurrencyCode: "EUR", Cash: proto.Int64(-5), MonthlyBurn: proto.Int64(9000), Revenue12M: proto.Int64(10), Ebitda12M: proto.Int64(-8)},
		"rich": {
			CurrencyCode: "CHF", Cash: proto.Int64(9e8), MonthlyBurn: proto.Int64(-1), Revenue12M: proto.Int64(9e8), Ebitda12M: proto.Int64(5e8),
			FullTimeEquivalents: proto.Int32(900), BalanceSheetTotal: proto.Int64(9e9),
			Evidence: &maecenasv1.Evidence{Level: maecenasv1.Evidence_DOCUMENTED, AsOfDate: "2026-06-30"},
		},
	}
}

func TestWhatIsNotDisclosedTellsNothing(t *testing.T) {
	t.Parallel()
	ask := func(financials *maecenasv1.Financials, visibility maecenasv1.Organization_Visibility) string {
		o := theatre()
		o.Financials, o.Disclosure.Financials = financials, visibility
		return answers(t, tell(t, o, mandate()))
	}
	want := ask(nil, maecenasv1.Organization_ON_INTRODUCTION)
	for name, financials := range secrets() {
		if got := ask(financials, maecenasv1.Organization_ON_INTRODUCTION); got != want {
			t.Errorf("financials that are kept back (%s) show in an answer", name)
		}
		if got := ask(financials, maecenasv1.Organization_VISIBILITY_UNSPECIFIED); got != want {
			t.Errorf("financials that nobody disclosed (%s) show in an answer", name)
		}
	}
	// The questions are good enough to tell what is disclosed.
	poor := ask(secrets()["poor"], maecenasv1.Organization_TO_INVESTORS)
	if rich := ask(secrets()["rich"], maecenasv1.Organization_TO_INVESTORS); poor == rich || poor == want {
		t.Error("the questions do not tell financials apart that are disclosed")
	}
}

func TestUnlistedAndExcludedDoNotExist(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*maecenasv1.Organization){
		"unlisted": func(o *maecenasv1.Organization) { o.Listed = false },
		"type excluded": func(o *maecenasv1.Organization) {
			o.ExcludedInvestorTypes = []maecenasv1.Investor_Type{maecenasv1.Investor_FOUNDATION}
		},
		"excluded": func(o *maecenasv1.Organization) { o.ExcludedInvestors = []string{"investors/fondazione"} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := tell(t, theatre(), mandate())
			change(s.organization)
			must(s.Organizations.Update(t.Context(), app.Change[*maecenasv1.Organization]{
				Resource: s.organization, Mask: mask("listed", "excluded_investor_types", "excluded_investors"),
			}))(t)
			ranked, err := s.MatchNeeds(t.Context(), s.mandate.GetName(), matchmaker.Ranking{Limit: 20})
			if err != nil || len(ranked.Matches) != 0 {
				t.Errorf("matches = %v, %v", ranked.Matches, err)
			}
			_, err = s.Explain(t.Context(), s.need.GetName(), s.mandate.GetName(), matchmaker.Ranking{})
			if name == "unlisted" { // for its own people the mandate exists
				if err != nil {
					t.Errorf("explain: %v", err)
				}
				return
			}
			wantError(t, err, codes.NotFound, maecenasv1.ErrorReason_RESOURCE_NOT_FOUND)
		})
	}
}
