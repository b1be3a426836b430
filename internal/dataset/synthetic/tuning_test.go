package synthetic_test

import (
	"testing"

	"github.com/maecenas-cci/maecenas/internal/dataset/synthetic"
	"github.com/maecenas-cci/maecenas/internal/matchmaker"
)

// BenchmarkTuning asks an app that holds 100,000 organizations what is worked out on
// request: tuned rankings, robustness both ways, what would lift a match, and mixes.
func BenchmarkTuning(b *testing.B) {
	if testing.Short() {
		b.Skip("loads 100,000 organizations")
	}
	population := synthetic.Options{Seed: 1, Organizations: 100_000, Investors: 2_000}
	a := loaded(b, population)
	const day = "2026-11-24"
	mandate := func(i int) string { return synthetic.MandateName(i % population.Investors) }
	need := func(i int) string { return synthetic.NeedName(i % population.Organizations) }
	for _, one := range []struct {
		name string
		ask  func(i int) error
	}{
		{"needs/tuned", func(i int) error {
			_, err := a.MatchNeeds(local(b), mandate(i), matchmaker.Ranking{Limit: 20, Date: day, Overrides: matchmaker.Overrides{Weights: map[string]int32{"TEAM": 3, "PLACE": 1}}})
			return err
		}},
		{"needs/robustness", func(i int) error {
			_, err := a.MatchNeeds(local(b), mandate(i), matchmaker.Ranking{Limit: 20, Date: day, Robustness: true})
			return err
		}},
		{"mandates/robustness", func(i int) error {
			_, err := a.MatchMandates(local(b), need(i), matchmaker.Ranking{Limit: 20, Date: day, Robustness: true})
			return err
		}},
		{"needs/near-misses", func(i int) error {
			_, err := a.MatchNeeds(local(b), mandate(i), matchmaker.Ranking{Limit: 20, Date: day, NearMisses: true})
			return err
		}},
		{"improvements", func(i int) error {
			ranked, err := a.MatchMandates(local(b), need(i), matchmaker.Ranking{Limit: 1, Date: day})
			if err != nil || len(ranked.Matches) == 0 {
				return err
			}
			_, err = a.Explain(local(b), need(i), ranked.Matches[0].GetMandate(), matchmaker.Ranking{Date: day, Improvements: true})
			return err
		}},
		{"mix", func(i int) error {
			_, err := a.ProposeMix(local(b), matchmaker.Mixing{Need: need(i), Mixes: 5, Date: day})
			return err
		}},
	} {
		b.Run(one.name, func(b *testing.B) { measure(b, one.ask) })
	}
}
