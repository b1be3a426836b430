package index_test

import (
	"fmt"
	"sync"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/maecenas-cci/maecenas/internal/index"
	"github.com/maecenas-cci/maecenas/internal/match"
	"github.com/maecenas-cci/maecenas/internal/match/matchtest"
)

// TestApply changes an index step by step and compares it with plain lists; old
// snapshots stay as they were.
func TestApply(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		names := sorted(w.needs)
		spare := match.NewNeed((matchtest.Draw{T: t}).Need(0, 0))
		for step := range rapid.IntRange(1, 10).Draw(t, "steps") {
			before := w.x.Snapshot()
			count, _ := before.Len()
			batch := index.Batch{Revision: int64(step + 1)}
			for range rapid.IntRange(1, 3).Draw(t, "changes") {
				c := index.NeedChange{Name: rapid.SampledFrom(names).Draw(t, "name")}
				if rapid.Bool().Draw(t, "set") {
					c.Need = spare
				}
				batch.Needs = append(batch.Needs, c)
				if w.needs[c.Name] = c.Need; c.Need == nil {
					delete(w.needs, c.Name)
				}
			}
			w.x.Apply(batch)
			after := w.x.Snapshot()
			if n, _ := before.Len(); n != count {
				t.Fatalf("a snapshot changed from %d needs to %d", count, n)
			}
			if n, _ := after.Len(); n != len(w.needs) || after.Revision() != batch.Revision {
				t.Fatalf("%d needs at revision %d, want %d at %d", n, after.Revision(), len(w.needs), batch.Revision)
			}
			for _, name := range names {
				got, want := after.Need(name), w.needs[name]
				if (got == nil) != (want == nil) || got != nil && *got != *want {
					t.Fatalf("%s: got %v, want %v", name, got, want)
				}
			}
		}
	})
}

// TestManyRows spreads enough organizations over buckets that they are split, by one
// batch and by many.
func TestManyRows(t *testing.T) {
	t.Parallel()
	once, steps := index.New(), index.New()
	var batch index.Batch
	for i := range 3000 {
		f := generatedNeed(newRand(uint64(i)), i)
		f.Organization.Name = fmt.Sprintf("organizations/o%d", i/2)
		f.Need.Name = fmt.Sprintf("%s/needs/n%d", f.Organization.Name, i%2)
		n := match.NewNeed(f)
		c := index.NeedChange{Name: n.Rest.Name, Need: n}
		batch.Needs = append(batch.Needs, c)
		steps.Apply(index.Batch{Revision: int64(i), Needs: []index.NeedChange{c}})
	}
	once.Apply(batch)
	day := match.NewDay(matchtest.Today, nil)
	q := index.Query{Limit: 500}
	a, moreA, errA := once.Snapshot().MatchNeeds(t.Context(), generatedMandate(1, false).On(day), q)
	b, moreB, errB := steps.Snapshot().MatchNeeds(t.Context(), generatedMandate(1, false).On(day), q)
	if errA != nil || errB != nil {
		t.Fatal(errA, errB)
	}
	for _, h := range a {
		n := once.Snapshot().Need(h.Name)
		if want := generatedMandate(1, false).On(day).Score(n); h.Sum != want {
			t.Errorf("%s: sum %v in a ranking, %v alone", h.Name, h.Sum, want)
		}
	}
	if diff := gocmp.Diff(a, b); diff != "" || moreA != moreB || len(a) != 500 {
		t.Errorf("in one batch and in many (%d hits, more %v and %v):\n%s", len(a), moreA, moreB, diff)
	}
}

// TestReadersNeverWait: a reader's snapshot stays whole while batches are applied;
// every need of an organization is replaced at once, so a ranking never mixes two
// revisions.
func TestReadersNeverWait(t *testing.T) {
	t.Parallel()
	x, m, day := index.New(), generatedMandate(1, false), match.NewDay(matchtest.Today, nil)
	batch := func(revision int64) index.Batch {
		b := index.Batch{Revision: revision}
		for i := range 300 {
			f := generatedNeed(newRand(uint64(revision)), i)
			n := match.NewNeed(f)
			b.Needs = append(b.Needs, index.NeedChange{Name: n.Rest.Name, Need: n})
		}
		return b
	}
	batches := []index.Batch{batch(1), batch(2)}
	x.Apply(batches[0])
	want := map[int64][]index.Hit{}
	for _, b := range batches {
		y := index.New()
		y.Apply(b)
		hits, _, err := y.Snapshot().MatchNeeds(t.Context(), m.On(day), index.Query{Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		want[b.Revision] = hits
	}
	var readers sync.WaitGroup
	for range 2 {
		readers.Go(func() {
			for range 20 {
				s := x.Snapshot()
				hits, _, err := s.MatchNeeds(t.Context(), m.On(day), index.Query{Limit: 10})
				if diff := gocmp.Diff(want[s.Revision()], hits); err != nil || diff != "" {
					t.Errorf("at revision %d: %v\n%s", s.Revision(), err, diff)
				}
			}
		})
	}
	for i := range 40 {
		x.Apply(batches[i%2])
	}
	readers.Wait()
}
