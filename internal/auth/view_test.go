package auth_test

import (
	"testing"

	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth"
)

func TestMatchSeenByApplicants(t *testing.T) {
	t.Parallel()
	m := &maecenasv1.Match{Score: 7468, Potential: 7999, Fit: 6899, Terms: []*maecenasv1.MatchTerm{
		{Term: maecenasv1.MatchTerm_STAGE, Weight: proto.Int32(78), Contribution: proto.Int32(4), Score: 5000, Reason: &maecenasv1.MatchTerm_Reason{
			Code: "STAGE_LEARNED", Organization: "SEED", Investor: "SEED learned 5000: own 3 of 9, market 1 of 2, pool 1 of 1",
		}},
		{Term: maecenasv1.MatchTerm_PLACE, Weight: proto.Int32(78), Contribution: proto.Int32(4), Reason: &maecenasv1.MatchTerm_Reason{Investor: "IT grade 80"}},
	}}
	if auth.Applicant.Match(m, maecenasv1.Mandate_CRITERIA_AND_WEIGHTS) != m || auth.Owner.Match(m, maecenasv1.Mandate_NONE) != m {
		t.Error("what may be seen whole is not")
	}
	seen := auth.Applicant.Match(m, maecenasv1.Mandate_CRITERIA)
	if seen.GetScore() != 7000 || seen.GetPotential() != 7500 || seen.GetFit() != 6500 {
		t.Errorf("scores in fine steps give weights away: %v", seen)
	}
	for _, term := range seen.GetTerms() {
		if term.Weight != nil || term.Contribution != nil {
			t.Errorf("%s shows its weight", term.GetTerm())
		}
	}
	if seen.GetTerms()[0].GetReason().GetInvestor() != "" || seen.GetTerms()[1].GetReason().GetInvestor() == "" {
		t.Errorf("reasons = %v", seen.GetTerms())
	}
	if none := auth.Applicant.Match(m, maecenasv1.Mandate_NONE); len(none.GetTerms()) != 0 {
		t.Errorf("terms of a mandate that shows none: %v", none)
	}
}

func TestMandateSeenByApplicants(t *testing.T) {
	t.Parallel()
	m := &maecenasv1.Mandate{
		State: maecenasv1.Mandate_PUBLISHED, Disclosure: maecenasv1.Mandate_CRITERIA_AND_WEIGHTS, Etag: "e", Weights: map[string]int32{"TEAM": 1},
		Learned: &maecenasv1.LearnedPreferences{Deals: []string{"investors/a/deals/secret"}},
	}
	if seen := auth.Applicant.Mandate(m); seen.GetLearned() != nil || seen.GetEtag() != "" || len(seen.GetWeights()) != 1 {
		t.Errorf("seen = %v", seen)
	}
	m.State = maecenasv1.Mandate_DRAFT
	if auth.Applicant.Mandate(m) != nil {
		t.Error("a draft is seen by others")
	}
}

func TestOrganizationSeenByInvestors(t *testing.T) {
	t.Parallel()
	o := &maecenasv1.Organization{
		DisplayName: "T", Etag: "e", Listed: true, ExcludedInvestors: []string{"investors/a"}, ExternalIds: []*maecenasv1.ExternalId{{Id: "1"}},
		Team: &maecenasv1.Team{}, Financials: &maecenasv1.Financials{}, StateAidComplete: true,
		Disclosure: &maecenasv1.Organization_Disclosure{Team: maecenasv1.Organization_TO_INVESTORS},
	}
	seen := auth.Investor.Organization(o)
	if seen.GetTeam() == nil || seen.GetFinancials() != nil || seen.GetStateAidComplete() || seen.GetDisclosure() != nil ||
		seen.GetEtag() != "" || seen.GetExcludedInvestors() != nil || seen.GetExternalIds() != nil {
		t.Errorf("seen = %v", seen)
	}
	o.Listed = false
	if auth.Investor.Organization(o) != nil {
		t.Error("an unlisted organization is seen")
	}
}

// TestAdviceSeen: what would lift a match is for the need's own people, in steps as
// coarse as the score is shown; where weights are not shown, their change is not.
func TestAdviceSeen(t *testing.T) {
	t.Parallel()
	m := &maecenasv1.Match{
		Score: 7081,
		Robustness: &maecenasv1.Robustness{
			Share: 9120, Top: 5, Label: maecenasv1.Robustness_STABLE,
			SmallestChange: &maecenasv1.Robustness_Change{Term: maecenasv1.MatchTerm_TEAM, Weight: 33, NeededWeight: 40},
		},
		Improvements: []*maecenasv1.MatchImprovement{
			{Path: "organization.disclosure.financials", Proposed: "TO_INVESTORS", Gain: 273, RankGain: 4, Eligibility: maecenasv1.Match_ELIGIBLE},
			{Path: "need.stage", Proposed: "any answer: adds 17 to 412", Gain: 500},
		},
	}
	if seen := auth.Investor.Match(m, maecenasv1.Mandate_CRITERIA_AND_WEIGHTS); len(seen.GetImprovements()) != 0 || seen.GetScore() != 7081 || len(m.GetImprovements()) != 2 {
		t.Errorf("an investor sees %v", seen)
	}
	if seen := auth.Applicant.Match(m, maecenasv1.Mandate_NONE); len(seen.GetImprovements()) != 0 || seen.GetRobustness() != nil {
		t.Errorf("of a mandate that shows nothing: %v", seen)
	}
	seen := auth.Applicant.Match(m, maecenasv1.Mandate_CRITERIA)
	if r := seen.GetRobustness(); r.GetLabel() != maecenasv1.Robustness_STABLE || r.GetSmallestChange() != nil || r.GetShare() != 0 {
		t.Errorf("robustness %v", r)
	}
	first, second := seen.GetImprovements()[1], seen.GetImprovements()[0]
	if first.GetGain() != 0 || first.GetRankGain() != 4 || second.GetGain() != 500 || second.GetProposed() != "any answer" {
		t.Errorf("improvements %v", seen.GetImprovements())
	}
}
