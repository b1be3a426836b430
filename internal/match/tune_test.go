package match_test

import (
	"math/big"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match"
	"github.com/maecenas-cci/maecenas/internal/match/matchtest"
)

// TestWeightOrder works rank-order-centroid weights out in fractions: each within one
// of 600 parts, none out of order.
func TestWeightOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		all := make([]match.Term, 12)
		for i := range all {
			all[i] = match.Term(i + 1)
		}
		order := rapid.Permutation(all).Draw(t, "order")[:rapid.IntRange(1, 12).Draw(t, "terms")]
		facts := match.MandateFacts{Mandate: &maecenasv1.Mandate{WeightOrder: order}}
		m := match.NewMandate(facts)
		weights := m.Weights()
		last, sum := int32(match.InvestorWeight), int32(0)
		for i, term := range order {
			exact := new(big.Rat)
			for j := i + 1; j <= len(order); j++ {
				exact.Add(exact, big.NewRat(match.InvestorWeight, int64(len(order)*j)))
			}
			off := new(big.Rat).Sub(exact, big.NewRat(int64(weights[term]), 1))
			if off.Abs(off).Cmp(big.NewRat(1, 1)) >= 0 || weights[term] > last {
				t.Errorf("%v: %v weighs %d, want about %v", order, term, weights[term], exact)
			}
			last, sum = weights[term], sum+weights[term]
		}
		if sum != match.InvestorWeight {
			t.Errorf("%v: weights sum to %d", order, sum)
		}
		// The same order asked of any mandate in a request.
		asked := match.NewMandate(match.MandateFacts{Mandate: &maecenasv1.Mandate{Weights: map[string]int32{"TEAM": 1}}})
		asked = asked.With(match.Tune(match.Overrides{WeightOrder: order}))
		if diff := cmp.Diff(weights, asked.Weights()); diff != "" {
			t.Error(diff)
		}
	})
}

// TestWeightOrderOfThree is by hand: 11/18, 5/18 and 2/18 of 600, all with a remainder
// of 2/3, of which the first two in the policy's order are rounded up.
func TestWeightOrderOfThree(t *testing.T) {
	t.Parallel()
	m := match.NewMandate(match.MandateFacts{Mandate: &maecenasv1.Mandate{WeightOrder: []match.Term{
		maecenasv1.MatchTerm_TEAM, maecenasv1.MatchTerm_IMPACT, maecenasv1.MatchTerm_SECTOR,
	}}})
	w := m.Weights()
	if w[maecenasv1.MatchTerm_TEAM] != 367 || w[maecenasv1.MatchTerm_IMPACT] != 166 || w[maecenasv1.MatchTerm_SECTOR] != 67 {
		t.Errorf("weights %v", w)
	}
}

// TestOverridesAreAsStated: what a request overrides counts as if the mandate stated
// it, and nothing else changes.
func TestOverridesAreAsStated(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := matchtest.Draw{T: t}
		n, facts, other := match.NewNeed(d.Need(0, 0)), d.Mandate(0, 0), d.Mandate(0, 0).Mandate
		o := match.Overrides{Weights: other.GetWeights(), Preferences: other.GetPreferences()}
		tuned := match.NewMandate(facts).With(match.Tune(o)).On(today).Explain(n)
		facts.Mandate = proto.CloneOf(facts.Mandate)
		if facts.Mandate.Preferences == nil {
			facts.Mandate.Preferences = &maecenasv1.Preferences{}
		}
		if len(o.Weights) > 0 {
			facts.Mandate.Weights = o.Weights
		}
		stated := facts.Mandate.Preferences
		if list := o.Preferences.GetSectors(); len(list) > 0 {
			stated.Sectors = list
		}
		if list := o.Preferences.GetPlaces(); len(list) > 0 {
			stated.Places = list
		}
		if list := o.Preferences.GetStages(); len(list) > 0 {
			stated.Stages = list
		}
		if list := o.Preferences.GetImpact(); len(list) > 0 {
			stated.Impact = list
		}
		if list := o.Preferences.GetClusters(); len(list) > 0 {
			stated.Clusters = list
		}
		if list := o.Preferences.GetLanguages(); len(list) > 0 {
			stated.Languages = list
		}
		if want := match.NewMandate(facts).On(today).Explain(n); !proto.Equal(want, tuned) {
			t.Errorf("tuned:\n%v\nstated:\n%v", tuned, want)
		}
	})
}

// TestValuesSum: the values by term, weighed, are the exact sum.
func TestValuesSum(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := matchtest.Draw{T: t}
		n, m := match.NewNeed(d.Need(0, 0)), match.NewMandate(d.Mandate(0, 0))
		p := m.On(today)
		values, sum := p.Values(n), int64(0)
		for term, w := range m.Weights() {
			sum += int64(w) * int64(values[term])
		}
		if want := p.Score(n).Low; sum != want {
			t.Errorf("values sum to %d, the score's exact sum is %d", sum, want)
		}
	})
}
