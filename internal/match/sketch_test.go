package match_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/maecenas-cci/maecenas/internal/match"
	"github.com/maecenas-cci/maecenas/internal/match/matchtest"
	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

// TestSketchBounds: what a sketch says a pair can reach is never less than what it does,
// and what it excludes is in no ranking.
func TestSketchBounds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, sketchBounds)
}

// FuzzSketchBounds is the same, by the fuzzer's choices.
func FuzzSketchBounds(f *testing.F) { f.Fuzz(rapid.MakeFuzz(sketchBounds)) }

func sketchBounds(t *rapid.T) {
	d := matchtest.Draw{T: t}
	m := match.NewMandate(d.Mandate(0, 0))
	sketch := m.Sketch()
	for range 3 {
		n := match.NewNeed(d.Need(0, 0))
		day := match.NewDay(rapid.SampledFrom([]string{matchtest.Today, "2024-12-31", "2009-06-01"}).Draw(t, "day"), taxonomy.ShippedRates())
		a, p := match.NewAsking(n, &day), m.On(day)
		sum := p.Score(n)
		least := rapid.Int64Range(0, sum.Low).Draw(t, "least")
		for range 2 { // the second time from memory
			if most := a.Most(&sketch, m, false, least); most < sum.Low {
				t.Fatalf("at most %d, but it is %d", most, sum.Low)
			}
			if most := a.Most(&sketch, m, true, sum.Fit()); most < sum.Fit() {
				t.Fatalf("fit is at most %d, but it is %d", most, sum.Fit())
			}
		}
		for most := range 2 {
			if fails, _ := p.Tally(n); a.Excludes(&sketch, most) && p.SeesMandate(n) && fails == most {
				t.Fatalf("excluded, but %d fail", fails)
			}
		}
	}
}
