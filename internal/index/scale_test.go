package index_test

import (
	"flag"
	"fmt"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/maecenas-cci/maecenas/internal/index"
	"github.com/maecenas-cci/maecenas/internal/index/kernel"
	"github.com/maecenas-cci/maecenas/internal/match"
	"github.com/maecenas-cci/maecenas/internal/match/fact"
	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

func marketDay() match.Day { return match.NewDay("2026-01-15", taxonomy.ShippedRates()) }

var passes = []string{"all", "5pct", "0.1pct"}

// BenchmarkMatch is the first 20 needs of a mandate, one of an organization.
func BenchmarkMatch(b *testing.B) {
	s := market().Snapshot()
	for _, pass := range passes {
		m := marketMandate(pass)
		for _, k := range kernel.Available() {
			for threads := 1; threads <= 2; threads++ {
				b.Run(fmt.Sprintf("rows=%d/pass=%s/kernel=%s/threads=%d", *rowCount, pass, k.Name(), threads), func(b *testing.B) {
					b.ReportAllocs()
					for b.Loop() {
						hits, _, err := s.MatchNeeds(b.Context(), m.On(marketDay()), index.Query{Limit: 20}.On(k, threads))
						if err != nil || len(hits) != 20 {
							b.Fatal(len(hits), err)
						}
					}
				})
			}
		}
	}
}

// BenchmarkStream reads the bytes of all columns once: no scan of them is faster.
func BenchmarkStream(b *testing.B) {
	set := market().Snapshot().Visible()
	b.Run(fmt.Sprintf("rows=%d", *rowCount), func(b *testing.B) {
		var sum uint64
		for b.Loop() {
			sum += stream(set)
		}
		b.SetBytes(int64(set.Bytes()))
		b.ReportMetric(float64(set.Bytes())/float64(set.Len()), "bytes/row")
		if sum == 1 {
			b.Log(sum)
		}
	})
}

// structRow is what columns hold of a need, side by side.
type structRow struct {
	codes [match.Facets]uint16
	low   [fact.Businesses]int16
	row   uint32
}

// structs is the slice-of-structs layout with its dictionaries.
type structs struct {
	rows   []structRow
	needs  []*match.Need
	names  []string
	stands [match.Facets][]*match.Need
}

func structsOf(s *index.Snapshot) *structs {
	var t structs
	var codes [match.Facets]map[fact.FacetKey]uint16
	for r := range s.Visible().Rows() {
		row := structRow{row: uint32(len(t.rows))}
		for f := range match.Facets {
			if codes[f] == nil {
				codes[f] = map[fact.FacetKey]uint16{}
			}
			key, _ := r.Need.Facet(f)
			code, ok := codes[f][key]
			if !ok {
				code = uint16(len(t.stands[f]))
				codes[f][key] = code
				t.stands[f] = append(t.stands[f], r.Need.Stand(f))
			}
			row.codes[f] = code
		}
		for i := range row.low {
			row.low[i] = r.Need.Business[i].Low
		}
		t.rows, t.needs, t.names = append(t.rows, row), append(t.needs, r.Need), append(t.names, r.Name())
	}
	return &t
}

// best is the rows of the largest 20 sums, by tables of each code and scalar Go.
func (t *structs) best(p *match.Plan) []int64 {
	parts, weights := p.Parts(false), p.BusinessWeights()
	var most [match.Facets][]int32
	var fails [match.Facets][]bool
	for f := range match.Facets {
		most[f], fails[f] = make([]int32, len(t.stands[f])), make([]bool, len(t.stands[f]))
		for code, stand := range t.stands[f] {
			part := parts.Of(f, stand, true)
			most[f][code], fails[f][code] = int32(part.Most), part.Fails > 0
		}
	}
	var kept []int64
	least := int64(-1)
rows:
	for i := range t.rows {
		r := &t.rows[i]
		sum := parts.Fixed()
		for f, code := range r.codes {
			if fails[f][code] {
				continue rows
			}
			sum += int64(most[f][code])
		}
		for v, low := range r.low {
			sum += int64(weights[v]) * int64(low)
		}
		if sum <= least {
			continue
		}
		n := t.needs[r.row]
		if e, _ := p.Gate(n); e != match.Eligible {
			continue
		}
		kept = append(kept, p.Score(n).Low)
		slices.SortFunc(kept, func(a, b int64) int { return int(b - a) })
		if len(kept) > 20 {
			kept = kept[:20]
			least = kept[19]
		}
	}
	return kept
}

// BenchmarkStructs is the same tables over a slice of structs.
func BenchmarkStructs(b *testing.B) {
	s := market().Snapshot()
	t := structsOf(s)
	for _, pass := range passes {
		m := marketMandate(pass)
		b.Run(fmt.Sprintf("rows=%d/pass=%s", *rowCount, pass), func(b *testing.B) {
			b.ReportAllocs()
			var got []int64
			for b.Loop() {
				p := m.On(marketDay())
				p.Memoize()
				got = t.best(p)
			}
			hits, _, err := s.MatchNeeds(b.Context(), m.On(marketDay()), index.Query{Limit: 20, EveryNeed: true})
			if err != nil {
				b.Fatal(err)
			}
			for i, h := range hits {
				if h.Eligibility == match.Eligible && h.Sum.Low != got[i] {
					b.Fatalf("hit %d has %d, not %d", i, h.Sum.Low, got[i])
				}
			}
		})
	}
}

// TestMarket compares rankings of a generated market with one scan of everything.
func TestMarket(t *testing.T) {
	t.Parallel()
	x := index.New()
	x.Apply(index.Batch{Needs: marketNeeds(30_000)})
	s := x.Snapshot()
	for _, pass := range passes {
		m := marketMandate(pass)
		p, n, in := m.On(marketDay()), 0, 0
		var want []entry
		q := index.Query{Day: marketDay(), Limit: 200}
		for r := range s.Visible().Rows() {
			n++
			if e, ok := pair(r.Need, m, q, r.Name()); ok {
				e.name, e.group = r.Name(), idOf(r.Name())
				want = append(want, e)
			}
			if e, _ := p.Gate(r.Need); e != match.Ineligible {
				in++
			}
		}
		t.Logf("pass=%s: %d of %d", pass, in, n)
		want = ranked(want, q)
		for _, k := range kernel.Available() {
			for threads := 1; threads <= 2; threads++ {
				hits, _, err := s.MatchNeeds(t.Context(), m.On(marketDay()), q.On(k, threads))
				if err != nil {
					t.Fatal(err)
				}
				var got, expected []match.Sum
				var names, expectedNames []string
				for _, h := range hits {
					got, names = append(got, h.Sum), append(names, h.Name)
				}
				for _, e := range want[:min(len(want), q.Limit)] {
					expected, expectedNames = append(expected, e.sum), append(expectedNames, e.name)
				}
				if diff := gocmp.Diff(expected, got) + gocmp.Diff(expectedNames, names); diff != "" {
					t.Fatalf("%s, %d threads:\n%s", k.Name(), threads, diff)
				}
			}
		}
	}
}

// BenchmarkRebuild makes an index of rows that are compiled already.
func BenchmarkRebuild(b *testing.B) {
	changes := marketNeeds(*rowCount)
	for _, size := range []int{len(changes), 4096} {
		b.Run(fmt.Sprintf("rows=%d/batch=%d", *rowCount, size), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				x := index.New()
				for part := range slices.Chunk(changes, size) {
					x.Apply(index.Batch{Needs: part})
				}
				x.Apply(index.Batch{Revision: 1})
			}
		})
	}
}

// BenchmarkApply changes one need at a time while a reader ranks, and reports how long
// the slowest of a hundred took.
func BenchmarkApply(b *testing.B) {
	x := index.New()
	x.Apply(index.Batch{Needs: marketNeeds(*rowCount)})
	b.Run(fmt.Sprintf("rows=%d", *rowCount), func(b *testing.B) {
		stop, done := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(done)
			m := marketMandate("all")
			for {
				select {
				case <-stop:
					return
				default:
				}
				if _, _, err := x.Snapshot().MatchNeeds(b.Context(), m.On(marketDay()), index.Query{Limit: 20}.On(nil, 1)); err != nil {
					return
				}
			}
		}()
		spare := marketNeeds(20_000)
		r := newRand(5)
		var took []time.Duration
		b.ReportAllocs()
		for b.Loop() {
			c := spare[r.IntN(len(spare))]
			n := *c.Need
			ask(r, &n)
			begun := time.Now()
			x.Apply(index.Batch{Needs: []index.NeedChange{{Name: c.Name, Need: &n}}})
			took = append(took, time.Since(begun))
		}
		close(stop)
		<-done
		slices.Sort(took)
		b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
		b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
		b.ReportMetric(float64(took[len(took)-1].Microseconds()), "max-µs")
	})
}

// mandateCount is the number of mandates that the reverse direction is measured with.
var mandateCount = flag.Int("mandates", 10_000, "mandates of the benchmark of the reverse direction")

// BenchmarkReverse is the first 20 mandates of a need, with sketches and by evaluating
// each.
func BenchmarkReverse(b *testing.B) {
	x := index.New()
	x.Apply(index.Batch{Mandates: marketMandates(*mandateCount)})
	s := x.Snapshot()
	needs := marketNeeds(64)
	for name, on := range map[string]func(index.Query, int) index.Query{
		"sketch": func(q index.Query, threads int) index.Query { return q.On(nil, threads) },
		"plain":  index.Query.Plain,
	} {
		for threads := 1; threads <= 2; threads++ {
			b.Run(fmt.Sprintf("mandates=%d/scan=%s/threads=%d", *mandateCount, name, threads), func(b *testing.B) {
				b.ReportAllocs()
				at := 0
				for b.Loop() {
					n := needs[at%len(needs)].Need
					at++
					if _, _, err := s.MatchMandates(b.Context(), n, on(index.Query{Limit: 20, Day: marketDay()}, threads)); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// TestReverse compares rankings of mandates with sketches, on one goroutine and on two,
// with those that evaluate each.
func TestReverse(t *testing.T) {
	t.Parallel()
	x := index.New()
	x.Apply(index.Batch{Mandates: marketMandates(3_000)})
	s := x.Snapshot()
	for i, c := range marketNeeds(60) {
		q := index.Query{Limit: 20, Day: marketDay(), ByFit: i%3 == 1, NearMisses: i%7 == 3}
		want, _, err := s.MatchMandates(t.Context(), c.Need, q.Plain(1))
		if err != nil || len(want) == 0 && !q.NearMisses {
			t.Fatal(len(want), err)
		}
		for threads := 1; threads <= 2; threads++ {
			got, _, err := s.MatchMandates(t.Context(), c.Need, q.On(nil, threads))
			if diff := gocmp.Diff(want, got); err != nil || diff != "" {
				t.Fatalf("need %d, %d threads: %v\n%s", i, threads, err, diff)
			}
		}
	}
}
