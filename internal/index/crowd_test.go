package index_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"github.com/maecenas-cci/maecenas/internal/index"
	"github.com/maecenas-cci/maecenas/internal/index/kernel"
	"github.com/maecenas-cci/maecenas/internal/match"
	"github.com/maecenas-cci/maecenas/internal/match/matchtest"
)

// crowd makes needs of any number out of the parts of some that were drawn.
type crowd struct {
	pool []match.NeedFacts
	r    *rand.Rand
}

func drawCrowd(t *rapid.T) *crowd {
	c := &crowd{r: newRand(rapid.Uint64().Draw(t, "crowd"))}
	for i := range 12 {
		c.pool = append(c.pool, (matchtest.Draw{T: t}).Need(i, 0))
	}
	return c
}

func (c *crowd) one() match.NeedFacts { return c.pool[c.r.IntN(len(c.pool))] }

// need is a need of an organization: place, sector, profile, terms, amounts and
// assessment of different ones in the pool, and figures moved a little.
func (c *crowd) need(organization, n int) *match.Need {
	f := c.one()
	o, other := proto.CloneOf(f.Organization), c.one().Organization
	o.Name = fmt.Sprintf("organizations/o%d", organization)
	o.Listed = c.r.IntN(20) > 0
	o.Place, o.Activities, o.CulturalDomains = c.one().Organization.GetPlace(), other.GetActivities(), other.GetCulturalDomains()
	o.LegalForm, o.Languages, o.Labels = c.one().Organization.GetLegalForm(), other.GetLanguages(), c.one().Organization.GetLabels()
	f.Organization = o
	need := proto.CloneOf(c.one().Need)
	need.Name = fmt.Sprintf("%s/needs/n%d", o.GetName(), n)
	need.Terms, need.Stage, need.Instruments = c.one().Need.GetTerms(), c.one().Need.GetStage(), c.one().Need.GetInstruments()
	if need.AmountMin != nil {
		*need.AmountMin += int64(c.r.IntN(1 + int(*need.AmountMin/3)))
	}
	if need.AmountMax != nil && need.AmountMin != nil {
		*need.AmountMax = max(*need.AmountMax, *need.AmountMin)
	}
	f.Need, f.Assessment = need, c.one().Assessment
	if f.Assessment != nil && c.r.IntN(2) == 0 {
		f.Assessment = proto.CloneOf(f.Assessment)
		for _, d := range f.Assessment.GetDimensions() {
			if d.Score != nil && d.Potential != nil {
				d.Score = proto.Int32(int32(c.r.IntN(int(d.GetPotential()) + 1)))
			}
		}
	}
	return match.NewNeed(f)
}

// TestCrowd changes an index of several blocks step by step and compares rankings, on
// every kernel and on two goroutines, with a plain scan that sorts everything.
func TestCrowd(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) { crowded(t, rapid.IntRange(300, 1500).Draw(t, "organizations")) })
}

// FuzzCrowd is the same, by the fuzzer's choices.
func FuzzCrowd(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) { crowded(t, 700) }))
}

func crowded(t *rapid.T, organizations int) {
	c := drawCrowd(t)
	w := &world{index.New(), map[string]*match.Need{}, map[string]*match.Mandate{}}
	for revision := range int64(3) {
		batch := index.Batch{Revision: revision}
		changes := organizations
		if revision > 0 {
			changes = 1 + c.r.IntN(1+c.r.IntN(organizations))
		}
		for range changes {
			o := c.r.IntN(organizations)
			for n := range 1 + c.r.IntN(3) {
				need := c.need(o, n)
				change := index.NeedChange{Name: need.Rest.Name, Need: need}
				w.needs[need.Rest.Name] = need
				if revision > 0 && c.r.IntN(3) == 0 {
					change.Need = nil
					delete(w.needs, need.Rest.Name)
				}
				batch.Needs = append(batch.Needs, change)
			}
		}
		w.x.Apply(batch)
		s := w.x.Snapshot()
		if n, _ := s.Len(); n != len(w.needs) {
			t.Fatalf("%d needs, want %d", n, len(w.needs))
		}
		m := match.NewMandate((matchtest.Draw{T: t}).Mandate(0, int(revision)))
		q := drawQuery(t)
		q.Limit *= 8
		want := w.needsFor(m, q)
		for _, k := range kernel.Available() {
			for threads := 1; threads <= 2; threads++ {
				hits, _, err := s.MatchNeeds(context.Background(), m.On(q.Day), q.On(k, threads))
				if err != nil {
					t.Fatal(err)
				}
				compare(t, hits, want[:min(len(want), q.Limit)])
			}
		}
		if len(want) > q.Limit {
			next, count := q, len(want)
			next.Limit = count/3 + 1
			hits := all(t, next, func(q index.Query) ([]index.Hit, bool, error) {
				return s.MatchNeeds(context.Background(), m.On(q.Day), q)
			})
			compare(t, hits, want)
		}
	}
}
