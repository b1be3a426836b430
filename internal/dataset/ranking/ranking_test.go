package ranking_test

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/maecenas-cci/maecenas/internal/dataset/ranking"
)

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-9 {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

func TestFiguresOfARankingWithoutTies(t *testing.T) {
	t.Parallel()
	var b ranking.Board
	// Chosen stand at ranks 2 and 12 of 60.
	candidates := make([]ranking.Candidate, 60)
	for i := range candidates {
		candidates[i] = ranking.Candidate{Score: int64(-i), Chosen: i == 1 || i == 11}
	}
	if !b.Add(candidates) {
		t.Fatal("the query does not count")
	}
	f := b.Figures()
	near(t, "NDCG@10", f.Of[ranking.NDCG10].Mean, (1/math.Log2(3))/(1+1/math.Log2(3)))
	near(t, "recall@10", f.Of[ranking.Recall10].Mean, 0.5)
	near(t, "recall@50", f.Of[ranking.Recall50].Mean, 1)
	near(t, "MRR", f.Of[ranking.MRR].Mean, 0.5)
	// One stands above the first, ten others above the second, of 58 others.
	near(t, "AUC", f.Of[ranking.AUC].Mean, 1-(1.0+10.0)/(2*58))
	near(t, "the interval's low end of one query", f.Of[ranking.AUC].Low, f.Of[ranking.AUC].Mean)
}

func TestTiesCountHalfAndAreBrokenAtRandom(t *testing.T) {
	t.Parallel()
	var b ranking.Board
	for range 2000 {
		b.Add([]ranking.Candidate{{Score: 5, Chosen: true}, {Score: 5}, {Score: 5}, {Score: 5}})
	}
	f := b.Figures()
	near(t, "AUC", f.Of[ranking.AUC].Mean, 0.5)
	want := (1 + 1.0/2 + 1.0/3 + 1.0/4) / 4
	if got := f.Of[ranking.MRR].Mean; math.Abs(got-want) > 0.01 {
		t.Errorf("MRR of random ties is %.4f, want about %.4f", got, want)
	}
	if mrr := f.Of[ranking.MRR]; mrr.Low > want || mrr.High < want || mrr.Low >= mrr.High {
		t.Errorf("the interval [%v, %v] does not hold %v", mrr.Low, mrr.High, want)
	}
}

func TestQueriesThatSayNothingDoNotCount(t *testing.T) {
	t.Parallel()
	var b ranking.Board
	for _, c := range [][]ranking.Candidate{nil, {{Score: 1}}, {{Score: 1, Chosen: true}}} {
		if b.Add(c) {
			t.Errorf("%v counts", c)
		}
	}
	if f := b.Figures(); f != (ranking.Figures{}) {
		t.Errorf("figures of nothing are %v", f)
	}
}

func TestFiguresAreReproducibleAndInRange(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		queries := rapid.SliceOfN(rapid.SliceOfN(rapid.Custom(func(t *rapid.T) ranking.Candidate {
			return ranking.Candidate{Score: rapid.Int64Range(-3, 3).Draw(t, "score"), Chosen: rapid.Bool().Draw(t, "chosen")}
		}), 0, 30), 0, 5).Draw(t, "queries")
		var one, two ranking.Board
		for _, q := range queries {
			again := append([]ranking.Candidate(nil), q...)
			one.Add(q)
			two.Add(again)
		}
		f := one.Figures()
		if f != two.Figures() {
			t.Fatalf("%v, then %v", f, two.Figures())
		}
		for m := range ranking.Metrics {
			v := f.Of[m]
			if v.Low < 0 || v.Low > v.High || v.High > 1+1e-9 {
				t.Fatalf("%v is %v", m, v)
			}
		}
		if f.Queries > 0 && !strings.Contains(f.String(), "NDCG@10 ") {
			t.Fatal(f.String())
		}
	})
}
