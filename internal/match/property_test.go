package match_test

import (
	"testing"

	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match"
	"github.com/maecenas-cci/maecenas/internal/match/matchtest"
	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

var today = match.NewDay(matchtest.Today, taxonomy.ShippedRates())

// TestExplanation: an explanation agrees with the gates and the exact sum, its
// contributions sum to the score, and it is the same each time.
func TestExplanation(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := matchtest.Draw{T: t}
		facts, mandate := d.Need(0, 0), d.Mandate(0, 0)
		n, p := match.NewNeed(facts), match.NewMandate(mandate).On(today)
		e := p.Explain(n)
		eligibility, fails := p.Gate(n)
		sum := p.Score(n)
		var contributions, weights int32
		var low, high int64
		for i, l := range e.GetTerms() {
			if l.GetTerm() != match.Policy().GetTerms()[i].GetTerm() {
				t.Errorf("line %d is %v", i, l.GetTerm())
			}
			if l.GetScore() < 0 || l.GetScore() > l.GetPotential() || l.GetPotential() > 10000 {
				t.Errorf("%v is %d to %d", l.GetTerm(), l.GetScore(), l.GetPotential())
			}
			contributions, weights = contributions+l.GetContribution(), weights+l.GetWeight()
			low += int64(l.GetWeight()) * int64(l.GetScore())
			high += int64(l.GetWeight()) * int64(l.GetPotential())
		}
		if contributions != e.GetScore() || weights != match.Whole || len(e.GetTerms()) != 17 {
			t.Errorf("contributions %d of score %d, weights %d, %d lines", contributions, e.GetScore(), weights, len(e.GetTerms()))
		}
		if low != sum.Low || high != sum.High || e.GetScore() != sum.Score() || e.GetPotential() != sum.Potential() {
			t.Errorf("lines sum to %d..%d, the ranking's sum is %d..%d", low, high, sum.Low, sum.High)
		}
		failing := 0
		for _, r := range e.GetRequirements() {
			if r.GetResult() == maecenasv1.RequirementResult_FAIL && topLevel(r.GetPath()) {
				failing++
			}
			if r.GetCode() == "" || r.GetResult() == 0 || r.GetPath() == "" {
				t.Errorf("requirement %v", r)
			}
		}
		if eligibility != e.GetEligibility() || fails != failing || (e.GetNearMiss() != nil) != (fails == 1) {
			t.Errorf("%v with %d fails, explained as %v with %d and near-miss %v", eligibility, fails, e.GetEligibility(), failing, e.GetNearMiss())
		}
		if m := e.GetNearMiss(); m != nil && m.Distance != nil && (m.GetDistance() <= 0 || m.GetDistanceUnit() == "") {
			t.Errorf("near-miss %v", m)
		}
		if again := match.NewMandate(mandate).On(today).Explain(match.NewNeed(facts)); !proto.Equal(again, e) {
			t.Errorf("a second explanation is another:\n%v\n%v", e, again)
		}
	})
}

// topLevel reports whether a path names a requirement that is no part of another.
func topLevel(path string) bool {
	for i := range len(path) {
		if path[i] == '.' {
			return false
		}
	}
	return true
}

// TestStatedFact: stating a fact that was unset never lowers the score, never raises
// the potential, and leaves every answer that was known.
func TestStatedFact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := matchtest.Draw{T: t}
		facts := d.Need(0, 0)
		p := match.NewMandate(d.Mandate(0, 0)).On(today)
		stated := matchtest.Clone(facts)
		what := state(d, stated)
		if what == "" {
			t.Skip("everything is stated")
		}
		before, after := p.Explain(match.NewNeed(facts)), p.Explain(match.NewNeed(stated))
		if after.GetScore() < before.GetScore() || after.GetPotential() > before.GetPotential() {
			t.Errorf("stating %s moves %d..%d to %d..%d", what, before.GetScore(), before.GetPotential(), after.GetScore(), after.GetPotential())
		}
		for i, l := range before.GetTerms() {
			if a := after.GetTerms()[i]; a.GetScore() < l.GetScore() || a.GetPotential() > l.GetPotential() {
				t.Errorf("stating %s moves %v from %d..%d to %d..%d", what, l.GetTerm(), l.GetScore(), l.GetPotential(), a.GetScore(), a.GetPotential())
			}
		}
		for i, r := range before.GetRequirements() {
			if a := after.GetRequirements()[i]; r.GetResult() != maecenasv1.RequirementResult_UNKNOWN && a.GetResult() != r.GetResult() {
				t.Errorf("stating %s moves %s from %v to %v", what, r.GetCode(), r.GetResult(), a.GetResult())
			}
		}
	})
}

// state states one unset fact of a need's facts, and says which; "" where it finds
// none.
func state(d matchtest.Draw, f match.NeedFacts) string {
	whole := d.Need(0, 0)
	org, from := f.Organization, whole.Organization
	statements := []func() string{
		func() string { return set("amount_min", &f.Need.AmountMin, whole.Need.AmountMin) },
		func() string { return set("amount_max", &f.Need.AmountMax, whole.Need.AmountMax) },
		func() string { return set("founded_date", &org.FoundedDate, from.FoundedDate) },
		func() string {
			return setText("metropolitan_area", &org.Place.MetropolitanArea, from.Place.MetropolitanArea)
		},
		func() string { return setText("locality", &org.Place.Locality, from.Place.Locality) },
		func() string {
			if org.Place.CountryCode != from.Place.CountryCode {
				return ""
			}
			return setText("region_code", &org.Place.RegionCode, from.Place.RegionCode)
		},
		func() string {
			if f.Need.Stage != 0 || whole.Need.Stage == 0 {
				return ""
			}
			f.Need.Stage = whole.Need.Stage
			return "stage"
		},
		func() string {
			for _, a := range org.Activities {
				if share := int32(2500); a.ShareBp == nil {
					a.ShareBp = &share
					return "share_bp"
				}
			}
			return ""
		},
		func() string {
			if org.Financials == nil || from.Financials == nil {
				return ""
			}
			return set("revenue12m", &org.Financials.Revenue12M, from.Financials.Revenue12M) +
				set("full_time_equivalents", &org.Financials.FullTimeEquivalents, from.Financials.FullTimeEquivalents)
		},
		func() string { return set("round_number", &f.Need.RoundNumber, whole.Need.RoundNumber) },
		func() string { return setList("languages", &org.Languages, from.Languages) },
		func() string {
			return setList("sustainable_development_goals", &org.SustainableDevelopmentGoals, from.SustainableDevelopmentGoals)
		},
		func() string {
			if org.StateAidComplete {
				return ""
			}
			org.StateAidComplete = true
			return "state_aid_complete"
		},
		func() string { return narrow(d, f.Assessment) },
		func() string {
			for _, r := range f.Canvas.GetKeyResources() {
				for _, right := range r.GetRights() {
					if right.OwnedShareBp == nil {
						right.OwnedShareBp = proto.Int32(5000)
						return "owned_share_bp"
					}
				}
			}
			return ""
		},
	}
	return statements[rapid.IntRange(0, len(statements)-1).Draw(d.T, "fact")]()
}

// narrow narrows the figures of an assessment, as a fact that it rests on would.
func narrow(d matchtest.Draw, a *maecenasv1.Assessment) string {
	if a == nil {
		return ""
	}
	for _, r := range a.Dimensions {
		if r.Score != nil {
			r.Score = proto.Int32(rapid.Int32Range(r.GetScore(), r.GetPotential()).Draw(d.T, "score"))
			r.Potential = proto.Int32(rapid.Int32Range(r.GetScore(), r.GetPotential()).Draw(d.T, "potential"))
		}
	}
	a.Score = rapid.Int32Range(a.Score, a.Potential).Draw(d.T, "score")
	a.Readiness = rapid.Int32Range(a.Readiness, a.ReadinessPotential).Draw(d.T, "readiness")
	return "a fact behind the assessment"
}

func set[T any](what string, to **T, from *T) string {
	if *to != nil || from == nil {
		return ""
	}
	*to = from
	return what
}

func setText(what string, to *string, from string) string {
	if *to != "" || from == "" {
		return ""
	}
	*to = from
	return what
}

func setList[T any](what string, to *[]T, from []T) string {
	if len(*to) > 0 || len(from) == 0 {
		return ""
	}
	*to = from
	return what
}

// TestKeptBack: what a group holds that is not shown changes nothing at all.
func TestKeptBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := matchtest.Draw{T: t}
		facts, other := d.Need(0, 0), d.Need(0, 0)
		facts.Shown = &maecenasv1.Organization_Disclosure{}
		changed := matchtest.Clone(facts)
		changed.Organization.Traction, changed.Organization.Financials = other.Organization.Traction, other.Organization.Financials
		changed.Organization.Team, changed.Canvas = other.Organization.Team, other.Canvas
		changed.Need.Terms, changed.Need.Secured = other.Need.Terms, other.Need.Secured
		changed.Organization.StateAid, changed.Organization.StateAidComplete = other.Organization.StateAid, other.Organization.StateAidComplete
		p := match.NewMandate(d.Mandate(0, 0)).On(today)
		if a, b := p.Explain(match.NewNeed(facts)), p.Explain(match.NewNeed(changed)); !proto.Equal(a, b) {
			t.Errorf("what is kept back shows:\n%v\n%v", a, b)
		}
	})
}

// TestWeights: weights times k change nothing; overriding with a mandate's own
// weights neither; all 0 are the defaults.
func TestWeights(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := matchtest.Draw{T: t}
		n, facts := match.NewNeed(d.Need(0, 0)), d.Mandate(0, 0)
		w, times := map[string]int32{}, map[string]int32{}
		k := rapid.Int32Range(2, 5).Draw(t, "k")
		for term := maecenasv1.MatchTerm_SECTOR; term <= maecenasv1.MatchTerm_LANGUAGE; term++ {
			v := rapid.Int32Range(0, 20).Draw(t, "weight")
			w[term.String()], times[term.String()] = v, k*v
		}
		m := match.NewMandate(facts)
		a, b := m.With(match.Tune(match.Overrides{Weights: w})).On(today).Explain(n), m.With(match.Tune(match.Overrides{Weights: times})).On(today).Explain(n)
		facts.Mandate.Weights = times
		c := match.NewMandate(facts).On(today).Explain(n)
		if !proto.Equal(a, b) || !proto.Equal(a, c) {
			t.Errorf("weights %v and %d times as much differ:\n%v\n%v\n%v", w, k, a, b, c)
		}
		var sum int32
		for _, l := range a.GetTerms()[:13] {
			if w[l.GetTerm().String()] > 0 && l.GetWeight() == 0 {
				t.Errorf("%v lost its weight", l.GetTerm())
			}
			sum += l.GetWeight()
		}
		if sum != match.InvestorWeight {
			t.Errorf("the investor's weights sum to %d", sum)
		}
	})
}
