package mix_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/mix"
)

// thousand is a need of EUR 400,000 to 500,000 and 1,000 eligible mandates. Their
// most is drawn from amounts; the shape says what else they ask.
func thousand(shape string, amounts ...int64) mix.Question {
	r := rand.New(rand.NewPCG(7, 7))
	q := mix.Question{
		Least: 400_000, Most: 500_000, Secured: 60_000, Parts: 4, Limit: 5,
		Room: map[string]int64{"IT": 180_000 * 10000, "FR": 300_000 * 10000, "ES": 300_000 * 10000},
	}
	for i := range 1000 {
		most := amounts[r.IntN(len(amounts))]
		most += r.Int64N(most/2 + 1)
		o := mix.Offer{
			Name: fmt.Sprint("m", i), Score: int32(2000 + r.IntN(6000)), Eligible: true, Budget: mix.Unbounded,
			Instruments: []mix.Instrument{{Kind: maecenasv1.Instrument_GRANT, Least: 1 + most/10, Most: most, GrantEquivalent: 10000}},
		}
		if shape == "alike" {
			o.Score = 5000
		}
		if shape == "bound" {
			o.AidState = []string{"", "IT", "FR", "ES"}[r.IntN(4)]
			o.OthersBear = []int32{0, 2500, 5000, 7500}[r.IntN(4)]
			o.Incompatible = []string{fmt.Sprint("m", r.IntN(1000)), fmt.Sprint("m", r.IntN(1000))}
			o.Instruments = append(o.Instruments, mix.Instrument{Kind: maecenasv1.Instrument_LOAN, Least: 1 + most/20, Most: most, GrantEquivalent: int32(r.IntN(4000))})
		}
		q.Offers = append(q.Offers, o)
	}
	slices.SortStableFunc(q.Offers, func(a, b mix.Offer) int { return int(b.Score) - int(a.Score) })
	return q
}

func BenchmarkPropose(b *testing.B) {
	for name, q := range map[string]mix.Question{
		"any":                thousand("free", 10_000, 50_000, 100_000, 400_000, 1_000_000),
		"bound":              thousand("bound", 10_000, 50_000, 100_000, 400_000, 1_000_000),
		"bound, small":       thousand("bound", 50_000, 80_000, 100_000),
		"four needed":        thousand("free", 60_000, 70_000),
		"four just suffice":  thousand("free", 67_000),
		"none suffice":       thousand("free", 50_000, 60_000),
		"alike":              thousand("alike", 10_000, 50_000, 100_000),
		"few large, at last": fewLarge(),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := mix.Propose(b.Context(), q); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// fewLarge is 990 mandates that give little, and ten that rank after them and give
// nearly all.
func fewLarge() mix.Question {
	q := thousand("free", 10_000)
	for i := 990; i < 1000; i++ {
		q.Offers[i].Instruments[0].Most = 390_000
	}
	return q
}

// BenchmarkDrawn proposes mixes for 400 needs in turn, each with 1,000 mandates whose
// ranges, shares, ceilings and scores lie each time otherwise, from loose to so tight
// that few sets cover; it reports the 99th of a hundred and the slowest.
func BenchmarkDrawn(b *testing.B) {
	questions := make([]mix.Question, 400)
	for i := range questions {
		questions[i] = drawn(uint64(i))
	}
	slowest := make([]time.Duration, len(questions))
	for b.Loop() {
		for i, q := range questions {
			start := time.Now()
			if _, err := mix.Propose(b.Context(), q); err != nil {
				b.Fatal(err)
			}
			if took := time.Since(start); slowest[i] == 0 || took < slowest[i] {
				slowest[i] = took
			}
		}
	}
	slices.Sort(slowest)
	for name, at := range map[string]int{"ms-median": len(slowest) / 2, "ms-p99": len(slowest) * 99 / 100, "ms-slowest": len(slowest) - 1} {
		b.ReportMetric(float64(slowest[at].Microseconds())/1000, name)
	}
}

func drawn(seed uint64) mix.Question {
	r := rand.New(rand.NewPCG(seed, 9))
	q := mix.Question{Least: 20_000 << r.IntN(7), Parts: 4, Limit: 5, Room: map[string]int64{}}
	q.Most = q.Least + q.Least*int64(r.IntN(80))/100
	q.Secured = q.Least * int64(r.IntN(40)*r.IntN(2)) / 100
	states := []string{"IT", "FR", "ES"}
	for _, state := range states {
		q.Room[state] = int64(r.IntN(300_000)) * 10_000
	}
	size := q.Least * []int64{1, 2, 3, 5, 10, 30}[r.IntN(6)] / 10
	spread, bearing, aided, leasts, clashes := []int{1, 10, 300, 5000}[r.IntN(4)], r.IntN(10), r.IntN(10), []int64{20, 5, 2}[r.IntN(3)], 3*r.IntN(2)
	for i := range 1000 {
		o := mix.Offer{Name: fmt.Sprint("m", i), Score: int32(3000 + r.IntN(spread)), Eligible: true, Budget: mix.Unbounded}
		if r.IntN(10) < bearing {
			o.OthersBear = int32(500 * (1 + r.IntN(19)))
		}
		if r.IntN(10) < aided {
			o.AidState = states[r.IntN(3)]
		}
		for range 1 + r.IntN(2) {
			most := size/10 + r.Int64N(2*size) + 1
			o.Instruments = append(o.Instruments, mix.Instrument{
				Kind: maecenasv1.Instrument_GRANT, Least: 1 + r.Int64N(most/leasts+1)*int64(r.IntN(4))/2, Most: most, GrantEquivalent: int32(r.IntN(10001)),
			})
		}
		for range clashes {
			o.Incompatible = append(o.Incompatible, fmt.Sprint("m", r.IntN(1000)))
		}
		q.Offers = append(q.Offers, o)
	}
	slices.SortStableFunc(q.Offers, func(a, b mix.Offer) int { return int(b.Score) - int(a.Score) })
	return q
}
