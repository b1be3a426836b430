package assess_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"pgregory.net/rapid"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/assess"
	"github.com/maecenas-cci/maecenas/internal/assess/address"
)

func full(in assess.Input) *maecenasv1.Assessment {
	a := assess.Assess(in)
	assess.Complete(a, in, today)
	return a
}

// hide hides some groups, as an assessment over what is disclosed has them.
func hide(t *rapid.T, in assess.Input) assess.Input {
	hidden := func() bool { return rapid.Bool().Draw(t, "hidden") }
	if hidden() {
		in.Traction = nil
	}
	if hidden() {
		in.Financials = nil
	}
	if hidden() {
		in.Team = nil
	}
	in.CanvasUndisclosed = hidden()
	return in
}

// TestOracle compares every figure with the rubric in fractions.
func TestOracle(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := drawInput(t)
		if violations := assess.Check(nil, in.Canvas); len(violations) > 0 {
			t.Fatalf("the generator makes invalid canvases: %v", violations)
		}
		if rapid.IntRange(0, 3).Draw(t, "hide") == 0 {
			in = hide(t, in)
		}
		got := full(in)
		want := oracleAssess(in, today)
		if diff := cmp.Diff(want, got, protocmp.Transform(),
			protocmp.IgnoreFields(&maecenasv1.Assessment{}, "input_hash", "improvements", "missing", "next_readiness", "readiness_potential"),
			protocmp.IgnoreFields(&maecenasv1.DimensionResult{}, "inputs"),
		); diff != "" {
			t.Fatalf("(-oracle +got):\n%s", diff)
		}
		wholeness(t, got)
	})
}

// wholeness checks what holds of any assessment.
func wholeness(t interface {
	Fatalf(format string, args ...any)
}, a *maecenasv1.Assessment) {
	sum := int32(0)
	for _, d := range a.Dimensions {
		sum += d.GetContribution()
		if d.GetScore() > d.GetPotential() || d.GetScore() < 0 || d.GetPotential() > 10000 || d.GetContribution() < 0 {
			t.Fatalf("%v: figures out of order: %v", d.Dimension, d)
		}
	}
	if sum != a.Score {
		t.Fatalf("contributions sum to %d, the score is %d", sum, a.Score)
	}
	if a.Score > a.Potential || a.Potential > 10000 {
		t.Fatalf("score %d, potential %d", a.Score, a.Potential)
	}
	if a.Readiness < 1 || a.Readiness > a.ReadinessPotential || a.ReadinessPotential > 9 {
		t.Fatalf("readiness %d, at most %d", a.Readiness, a.ReadinessPotential)
	}
	if next := a.NextReadiness; a.Readiness < 9 && (next.GetLevel() != a.Readiness+1 || len(next.GetLacks()) == 0) || a.Readiness == 9 && next != nil {
		t.Fatalf("readiness %d, next %v", a.Readiness, next)
	}
}

// monotone checks that knowing more neither lowers what is supported nor raises
// what is possible.
func monotone(t *rapid.T, before, after *maecenasv1.Assessment) {
	if after.Score < before.Score || after.Potential > before.Potential {
		t.Fatalf("score %d → %d, potential %d → %d", before.Score, after.Score, before.Potential, after.Potential)
	}
	if after.Readiness < before.Readiness || after.ReadinessPotential > before.ReadinessPotential {
		t.Fatalf("readiness %d → %d, potential %d → %d",
			before.Readiness, after.Readiness, before.ReadinessPotential, after.ReadinessPotential)
	}
	for i, was := range before.Dimensions {
		is := after.Dimensions[i]
		if is.Score != nil && (is.GetScore() < was.GetScore() || is.GetPotential() > was.GetPotential()) {
			t.Fatalf("%v: [%d, %d] → [%d, %d]", is.Dimension, was.GetScore(), was.GetPotential(), is.GetScore(), is.GetPotential())
		}
	}
}

// TestStatingAFact: it never hurts, and its gain is within what was foretold.
func TestStatingAFact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := drawInput(t)
		before := full(in)
		facts := unsetFacts(&in)
		paths := map[string]*maecenasv1.MissingFact{}
		for _, fact := range before.Missing {
			paths[fact.Path] = fact
		}
		if len(paths) != len(before.Missing) {
			t.Fatalf("two missing facts have one path: %v", before.Missing)
		}
		if len(facts) != len(before.Missing) {
			t.Fatalf("%d facts are unset, %d missing", len(facts), len(before.Missing))
		}
		if len(facts) == 0 {
			return
		}
		fact := rapid.SampledFrom(facts).Draw(t, "fact")
		bounds := paths[fact.path]
		if bounds == nil && !fact.ambiguous {
			t.Fatalf("%s is unset but not missing", fact.path)
		}
		for range 5 {
			fact.set(t)
			after := assess.Assess(in)
			monotone(t, before, after)
			if gain := after.Score - before.Score; bounds != nil && !fact.ambiguous && (gain < bounds.GainMin || gain > bounds.GainMax) {
				t.Fatalf("%s adds %d, foretold were %d to %d", fact.path, gain, bounds.GainMin, bounds.GainMax)
			}
		}
	})
}

// TestDisclosing: showing more never lowers the score nor raises the potential.
func TestDisclosing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := drawInput(t)
		monotone(t, assess.Assess(hide(t, in)), assess.Assess(in))
	})
}

// TestReadinessPotential: the best answer to every unset fact reaches it, with
// the best canvas where none is disclosed.
func TestReadinessPotential(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := drawInput(t)
		if rapid.Bool().Draw(t, "hide") {
			in = hide(t, in)
		}
		a := assess.Assess(in)
		if in.CanvasUndisclosed {
			in.Canvas, in.CanvasUndisclosed = filled(6).Canvas, false
		}
		for _, fact := range unsetFacts(&in) {
			fact.best()
		}
		if got := assess.Assess(in).Readiness; got != a.ReadinessPotential {
			t.Fatalf("the best answers give %d, foretold was %d", got, a.ReadinessPotential)
		}
	})
}

// TestOrder: the order of items changes nothing, the hash included.
func TestOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := drawInput(t)
		other := clone(in)
		shuffle(t, &other)
		if diff := cmp.Diff(full(in), full(other), protocmp.Transform()); diff != "" {
			t.Fatalf("(-drawn +shuffled):\n%s", diff)
		}
	})
}

func shuffle(t *rapid.T, in *assess.Input) {
	c := in.Canvas
	if c == nil {
		c = &maecenasv1.Canvas{}
	}
	permute(t, c.CustomerSegments)
	permute(t, c.ValuePropositions)
	permute(t, c.Channels)
	permute(t, c.CustomerRelationships)
	permute(t, c.RevenueStreams)
	permute(t, c.KeyResources)
	permute(t, c.KeyActivities)
	permute(t, c.KeyPartnerships)
	permute(t, c.CostItems)
	permute(t, c.Moats)
	for _, item := range c.ValuePropositions {
		permute(t, item.SegmentIds)
	}
	for _, item := range c.CustomerRelationships {
		permute(t, item.SegmentIds)
	}
	for _, item := range c.KeyResources {
		permute(t, item.Rights)
	}
	permute(t, in.Team.GetMembers())
}

func permute[T any](t *rapid.T, list []T) {
	if len(list) > 1 {
		copy(list, rapid.Permutation(list).Draw(t, "order"))
	}
}

// TestSplitting: two streams alike in place of one change no figure.
func TestSplitting(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := drawInput(t)
		before := full(in)
		streams := in.Canvas.GetRevenueStreams()
		if len(streams) == 0 {
			return
		}
		stream := rapid.SampledFrom(streams).Draw(t, "stream")
		second := proto.CloneOf(stream)
		second.Id = "rev-second"
		if stream.AnnualAmount != nil {
			*second.AnnualAmount = rapid.Int64Range(0, *stream.AnnualAmount).Draw(t, "part")
			*stream.AnnualAmount -= *second.AnnualAmount
		}
		in.Canvas.RevenueStreams = append(in.Canvas.RevenueStreams, second)
		after := full(in)
		ignore := []cmp.Option{
			protocmp.Transform(),
			protocmp.IgnoreFields(&maecenasv1.Assessment{}, "input_hash", "improvements", "missing", "next_readiness"),
			protocmp.IgnoreFields(&maecenasv1.DimensionResult{}, "inputs"),
		}
		if diff := cmp.Diff(before, after, ignore...); diff != "" {
			t.Fatalf("(-one +two):\n%s", diff)
		}
	})
}

// TestPurity: the same input gives the same bytes and stays as it was; asking
// again for another day leaves no trace of the first.
func TestPurity(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := drawInput(t)
		kept := clone(in)
		bytes := func(a *maecenasv1.Assessment) string {
			text, err := proto.MarshalOptions{Deterministic: true}.Marshal(a)
			if err != nil {
				t.Fatal(err)
			}
			return string(text)
		}
		first := full(in)
		again := assess.Assess(kept)
		assess.Complete(again, kept, "2031-07-01")
		assess.Complete(again, kept, today)
		if bytes(first) != bytes(again) {
			t.Fatalf("the same input, other bytes:\n%s", cmp.Diff(first, again, protocmp.Transform()))
		}
		if diff := cmp.Diff(kept, in, protocmp.Transform()); diff != "" {
			t.Fatalf("the input changed:\n%s", diff)
		}
	})
}

// TestImprovements: making a change gains what was foretold, in the dimension
// that was named, and the list is in order.
func TestImprovements(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := drawInput(t)
		before := full(in)
		for i, one := range before.Improvements {
			if one.Gain <= 0 || i > 0 && one.Gain > before.Improvements[i-1].Gain {
				t.Fatalf("out of order or without gain: %v", before.Improvements)
			}
			put := put(t, clone(in), one.Path, one.Proposed)
			if gain := assess.Assess(put).Score - before.Score; gain != one.Gain {
				t.Fatalf("put: %v gains %d", one, gain)
			}
			kind := maecenasv1.Improvement_DO
			if strings.HasSuffix(one.Path, ".evidence.level") {
				kind = maecenasv1.Improvement_PROVE
			}
			if one.Kind != kind {
				t.Fatalf("%v is not %v", one, kind)
			}
			if strings.Contains(one.Path, "#") {
				continue
			}
			changed := clone(in)
			if got := current(&changed, one); got != one.Current {
				t.Fatalf("%v: now it is %q", one, got)
			}
			apply(t, &changed, one)
			if gain := assess.Assess(changed).Score - before.Score; gain != one.Gain {
				t.Fatalf("%v gains %d", one, gain)
			}
		}
	})
}

// put makes a change in records by its path.
func put(t *rapid.T, in assess.Input, path, value string) assess.Input {
	o := &maecenasv1.Organization{Traction: in.Traction, Financials: in.Financials, Team: in.Team}
	if in.Canvas == nil {
		in.Canvas = &maecenasv1.Canvas{}
	}
	if err := address.Put(address.Records{"organization": o, "canvas": in.Canvas}, path, value); err != nil {
		t.Fatal(err)
	}
	changed := assess.Of(o, in.Canvas)
	changed.CanvasUndisclosed = in.CanvasUndisclosed
	return changed
}

// TestQuestions: every answer to a question gains between the least and the most that
// is foretold of the fact, and those are reached; between neighbours of ordered
// answers the score moves one way.
func TestQuestions(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := drawInput(t)
		before := full(in)
		missing := map[string]*maecenasv1.MissingFact{}
		for _, one := range before.Missing {
			missing[one.Path] = one
		}
		for _, q := range assess.Questions(in) {
			fact, least, most := missing[q.Path], int32(10000), int32(-10000)
			for _, answer := range q.Answers {
				gain := assess.Assess(put(t, clone(in), q.Path, answer)).Score - before.Score
				least, most = min(least, gain), max(most, gain)
			}
			if fact == nil || least < fact.GainMin || most > fact.GainMax {
				t.Fatalf("%v gains %d to %d, foretold %v", q, least, most, fact)
			}
			if q.Ordered && (least != fact.GainMin || most != fact.GainMax) {
				t.Fatalf("%v gains %d to %d, foretold %v", q, least, most, fact)
			}
		}
	})
}

// TestChanges: what is improved is among the changes, once for each value.
func TestChanges(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := drawInput(t)
		changes := map[string]bool{}
		for _, one := range assess.Changes(in) {
			if key := one.Path + "=" + one.Proposed; changes[key] && !strings.Contains(one.Path, "[]") {
				t.Fatalf("%v twice", one)
			} else {
				changes[key] = true
			}
		}
		for _, one := range full(in).Improvements {
			if !changes[one.Path+"="+one.Proposed] {
				t.Fatalf("%v is no change", one)
			}
		}
	})
}
