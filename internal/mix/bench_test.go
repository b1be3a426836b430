package mix_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

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
