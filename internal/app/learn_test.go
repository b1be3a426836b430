package app_test

import (
	"testing"

	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/matchmaker"
	"github.com/maecenas-cci/maecenas/internal/record"
)

func TestLearnedPreferences(t *testing.T) {
	t.Parallel()
	m := mandate()
	m.Preferences, m.LearnFromDeals = nil, true
	s := tell(t, theatre(), m)
	ctx := local(t)
	score := func() int32 {
		ranked, err := s.MatchNeeds(ctx, s.mandate.GetName(), matchmaker.Ranking{Limit: 1})
		if err != nil || len(ranked.Matches) != 1 {
			t.Fatal(ranked, err)
		}
		return ranked.Matches[0].GetScore()
	}
	learn := func() *maecenasv1.Mandate {
		if _, err := s.Learn(ctx); err != nil {
			t.Fatal(err)
		}
		return must(s.Mandates.Get(ctx, s.mandate.GetName(), 0))(t)
	}
	first := learn()
	if first.GetLearned().GetVersion() == "" || first.GetEtag() != s.mandate.GetEtag() {
		t.Fatalf("learned = %v, etag %s of %s", first.GetLearned(), first.GetEtag(), s.mandate.GetEtag())
	}
	before := score()
	for range 5 {
		must(s.Deals.Create(ctx, record.Creation[*maecenasv1.Deal]{Parent: "investors/fondazione", Resource: &maecenasv1.Deal{
			Date: "2020-05-05", Stage: maecenasv1.FundingStage_EARLY, Amount: proto.Int64(30000), CurrencyCode: "EUR",
			Snapshot: &maecenasv1.Deal_Snapshot{
				Place: theatre().GetPlace(), Activities: theatre().GetActivities(), CulturalDomains: theatre().GetCulturalDomains(),
			},
		}}))(t)
	}
	second := learn()
	if second.GetLearned().GetVersion() == first.GetLearned().GetVersion() || len(second.GetLearned().GetDeals()) != 5 {
		t.Errorf("learned = %v", second.GetLearned())
	}
	after := score()
	if after <= before {
		t.Errorf("five deals with its like lift a need from %d to %d", before, after)
	}
	revision := s.Revision()
	if learn(); s.Revision() != revision {
		t.Error("learning the same makes a revision")
	}
	off := must(s.Mandates.Update(ctx, record.Update[*maecenasv1.Mandate]{
		Resource: &maecenasv1.Mandate{Name: s.mandate.GetName()}, Mask: mask("learn_from_deals"),
	}))(t)
	if off.GetLearned() != nil || score() == after {
		t.Errorf("learning switched off leaves %v and %d", off.GetLearned(), score())
	}
}
