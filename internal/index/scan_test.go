package index_test

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"hash/fnv"
	"math"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/maecenas-cci/maecenas/internal/index"
	"github.com/maecenas-cci/maecenas/internal/match"
	"github.com/maecenas-cci/maecenas/internal/match/matchtest"
	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

// world is a market, as an index and as plain lists.
type world struct {
	x        *index.Index
	needs    map[string]*match.Need
	mandates map[string]*match.Mandate
}

func drawWorld(t *rapid.T) *world {
	d := matchtest.Draw{T: t}
	w := &world{index.New(), map[string]*match.Need{}, map[string]*match.Mandate{}}
	var batch index.Batch
	for o := range rapid.IntRange(2, 7).Draw(t, "organizations") {
		for n := range rapid.IntRange(1, 4).Draw(t, "needs") {
			need := match.NewNeed(d.Need(o, n))
			w.needs[need.Rest.Name] = need
			batch.Needs = append(batch.Needs, index.NeedChange{Name: need.Rest.Name, Need: need})
		}
	}
	for i := range rapid.IntRange(1, 4).Draw(t, "investors") {
		for n := range rapid.IntRange(1, 2).Draw(t, "mandates") {
			m := match.NewMandate(d.Mandate(i, n))
			w.mandates[m.Name()] = m
			batch.Mandates = append(batch.Mandates, index.MandateChange{Name: m.Name(), Mandate: m})
		}
	}
	w.x.Apply(batch)
	return w
}

// sorted are a map's keys, ascending, so that a drawn test is the same each time.
func sorted[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// entry is a row of the plain ranking.
type entry struct {
	name, group string
	distance    int64
	eligibility match.Eligibility
	value       int64
	tie         []byte
	sum         match.Sum
}

// pair ranks a pair as the ranking policy has it; ok is false where it is not ranked.
func pair(need *match.Need, m *match.Mandate, q index.Query, name string) (e entry, ok bool) {
	p := m.On(q.Day)
	eligibility, fails := p.Gate(need)
	if q.NearMisses && fails != 1 || !q.NearMisses && eligibility == match.Ineligible {
		return e, false
	}
	sum := p.Score(need)
	tie := sha256.Sum256([]byte(name + "\n" + m.Name()))
	e = entry{eligibility: eligibility, value: sum.Low, tie: tie[:8], sum: sum}
	if q.ByFit {
		e.value = sum.Low - sum.Activity
	}
	if q.NearMisses {
		e.distance = math.MaxInt64
		if d, _, ok := p.Distance(need); ok {
			e.distance = d
		}
	}
	return e, true
}

// ranked is the plain ranking of all that is seen and kept.
func ranked(list []entry, q index.Query) []entry {
	slices.SortFunc(list, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(a.eligibility, b.eligibility), cmp.Compare(b.value, a.value), bytes.Compare(a.tie, b.tie))
	})
	seen := map[string]bool{}
	return slices.DeleteFunc(list, func(e entry) bool {
		if q.Keep != nil {
			if ok, _ := q.Keep(e.name); !ok {
				return true
			}
		}
		double := seen[e.group] && !q.EveryNeed
		seen[e.group] = true
		return double
	})
}

func (w *world) needsFor(m *match.Mandate, q index.Query) []entry {
	var list []entry
	for name, need := range w.needs {
		if !m.On(q.Day).SeesNeed(need) {
			continue
		}
		if e, ok := pair(need, m, q, need.Rest.Name); ok {
			e.name, e.group = name, strings.Split(name, "/")[1]
			list = append(list, e)
		}
	}
	return ranked(list, q)
}

func (w *world) mandatesFor(need *match.Need, q index.Query) []entry {
	var list []entry
	for name, m := range w.mandates {
		m := m.With(q.Tuning)
		if !m.On(q.Day).SeesMandate(need) {
			continue
		}
		if e, ok := pair(need, m, q, need.Rest.Name); ok {
			e.name, e.group = name, name
			list = append(list, e)
		}
	}
	return ranked(list, q)
}

// all reads a ranking to its end, page by page, through encoded keys.
func all(t *rapid.T, q index.Query, page func(index.Query) ([]index.Hit, bool, error)) (hits []index.Hit) {
	for {
		part, more, err := page(q)
		if err != nil {
			t.Fatal(err)
		}
		hits = append(hits, part...)
		if !more {
			return hits
		}
		if len(part) != q.Limit {
			t.Fatalf("a page of %d hits of %d says that more follow", len(part), q.Limit)
		}
		encoded, err := part[len(part)-1].Key.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		q.After = new(index.Key)
		if err := q.After.UnmarshalBinary(encoded); err != nil {
			t.Fatal(err)
		}
	}
}

func compare(t *rapid.T, hits []index.Hit, want []entry) {
	type line struct {
		Name        string
		Eligibility match.Eligibility
		Sum         match.Sum
		Distance    int64
		Rank        int32
	}
	var got, expected []line
	for _, h := range hits {
		got = append(got, line{h.Name, h.Eligibility, h.Sum, h.Key.Distance, h.Key.Rank})
	}
	for i, e := range want {
		expected = append(expected, line{e.name, e.eligibility, e.sum, e.distance, int32(i + 1)})
	}
	if diff := gocmp.Diff(expected, got); diff != "" {
		t.Fatalf("ranking (-plain +index):\n%s", diff)
	}
}

func drawQuery(t *rapid.T) index.Query {
	q := index.Query{
		Day:        match.NewDay(rapid.SampledFrom([]string{matchtest.Today, "2024-12-31", "2009-06-01"}).Draw(t, "day"), taxonomy.ShippedRates()),
		Limit:      rapid.IntRange(1, 5).Draw(t, "limit"),
		ByFit:      rapid.Bool().Draw(t, "by fit"),
		NearMisses: rapid.IntRange(0, 3).Draw(t, "near misses") == 0,
		EveryNeed:  rapid.Bool().Draw(t, "every need"),
	}
	if rapid.Bool().Draw(t, "filtered") {
		modulus := rapid.Uint32Range(2, 3).Draw(t, "kept of")
		q.Keep = func(name string) (bool, error) {
			h := fnv.New32a()
			h.Write([]byte(name))
			return h.Sum32()%modulus == 0, nil
		}
	}
	return q
}

// TestAgainstPlainScan reads rankings of small markets to their ends and compares
// them with a plain scan that sorts everything.
func TestAgainstPlainScan(t *testing.T) {
	t.Parallel()
	rapid.Check(t, againstPlainScan)
}

// FuzzAgainstPlainScan is the same, by the fuzzer's choices.
func FuzzAgainstPlainScan(f *testing.F) { f.Fuzz(rapid.MakeFuzz(againstPlainScan)) }

func againstPlainScan(t *rapid.T) {
	w, q := drawWorld(t), drawQuery(t)
	s := w.x.Snapshot()
	for _, name := range sorted(w.mandates) {
		m := w.mandates[name]
		if s.Mandate(name) != m {
			t.Fatalf("the index does not hold %s", name)
		}
		hits := all(t, q, func(q index.Query) ([]index.Hit, bool, error) {
			return s.MatchNeeds(context.Background(), m.On(q.Day), q)
		})
		compare(t, hits, w.needsFor(m, q))
	}
	if d := (matchtest.Draw{T: t}); rapid.Bool().Draw(t, "tuned") {
		stated := d.Mandate(9, 9).Mandate
		q.Tuning = match.Tune(match.Overrides{Weights: stated.GetWeights(), Preferences: stated.GetPreferences()})
	}
	for _, name := range sorted(w.needs) {
		need := w.needs[name]
		hits := all(t, q, func(q index.Query) ([]index.Hit, bool, error) {
			return s.MatchMandates(context.Background(), need, q)
		})
		compare(t, hits, w.mandatesFor(need, q))
	}
}

// TestOthersStay: a need more or less in the index never reorders the others, nor does
// a mandate; neither moves a score.
func TestOthersStay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w, q := drawWorld(t), drawQuery(t)
		q.Limit, q.Keep, q.EveryNeed = 100, nil, true
		before := w.x.Snapshot()
		gone := rapid.SampledFrom(sorted(w.needs)).Draw(t, "gone")
		w.x.Apply(index.Batch{Needs: []index.NeedChange{{Name: gone}}})
		without := w.x.Snapshot()
		for _, name := range sorted(w.mandates) {
			p := w.mandates[name].On(q.Day)
			othersStay(t, gone, before, without, func(s *index.Snapshot) ([]index.Hit, bool, error) {
				return s.MatchNeeds(context.Background(), p, q)
			})
		}
		gone = rapid.SampledFrom(sorted(w.mandates)).Draw(t, "gone")
		w.x.Apply(index.Batch{Mandates: []index.MandateChange{{Name: gone}}})
		for _, name := range sorted(w.needs) {
			othersStay(t, gone, without, w.x.Snapshot(), func(s *index.Snapshot) ([]index.Hit, bool, error) {
				return s.MatchMandates(context.Background(), w.needs[name], q)
			})
		}
	})
}

// othersStay compares a ranking with and without one of its candidates.
func othersStay(t *rapid.T, gone string, with, without *index.Snapshot, rank func(*index.Snapshot) ([]index.Hit, bool, error)) {
	t.Helper()
	before, _, err := rank(with)
	if err != nil {
		t.Fatal(err)
	}
	after, _, err := rank(without)
	if err != nil {
		t.Fatal(err)
	}
	before = slices.DeleteFunc(before, func(h index.Hit) bool { return h.Name == gone })
	for i := range before {
		before[i].Key.Rank = int32(i + 1)
	}
	if diff := gocmp.Diff(before, after, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("without %s:\n%s", gone, diff)
	}
}

func TestEmptyAndCancelled(t *testing.T) {
	t.Parallel()
	day, q := match.Day{Date: matchtest.Today}, index.Query{Limit: 3}
	hits, more, err := index.New().Snapshot().MatchNeeds(t.Context(), generatedMandate(1, true).On(day), q)
	if len(hits) != 0 || more || err != nil {
		t.Errorf("an empty index answers %v, %v, %v", hits, more, err)
	}
	s := generatedIndex(10_000).Snapshot()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := s.MatchNeeds(ctx, generatedMandate(1, true).On(day), q); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	broken := errors.New("broken")
	q.Keep = func(string) (bool, error) { return false, broken }
	if _, _, err := s.MatchNeeds(t.Context(), generatedMandate(1, false).On(day), q); !errors.Is(err, broken) {
		t.Errorf("a filter that fails: %v", err)
	}
}

// TestFilterIsLazy: a filter is asked of few more names than are answered, of each
// once.
func TestFilterIsLazy(t *testing.T) {
	t.Parallel()
	s := generatedIndex(20_000).Snapshot()
	asked := map[string]int{}
	q := index.Query{Limit: 20, Keep: func(name string) (bool, error) { asked[name]++; return true, nil }}
	hits, _, err := s.MatchNeeds(t.Context(), generatedMandate(1, false).On(match.Day{Date: matchtest.Today}), q)
	if err != nil || len(hits) != 20 {
		t.Fatal(len(hits), err)
	}
	if len(asked) > 25 {
		t.Errorf("asked of %d names for 20 hits", len(asked))
	}
	for name, n := range asked {
		if n > 1 {
			t.Errorf("asked %d times of %s", n, name)
		}
	}
}
