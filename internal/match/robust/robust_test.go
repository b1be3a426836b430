package robust_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"
	"pgregory.net/rapid"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match"
	"github.com/maecenas-cci/maecenas/internal/match/robust"
)

// drawWeights draws weights that sum to 1000, some of them 0.
func drawWeights(t *rapid.T) (w match.PerTerm) {
	rest := int32(match.Whole)
	terms := match.Terms()
	for _, term := range terms[:len(terms)-1] {
		w[term] = min(rest, rapid.SampledFrom([]int32{0, 0, 1, 50, 200, 400}).Draw(t, "weight"))
		rest -= w[term]
	}
	w[terms[len(terms)-1]] = rest
	return w
}

// drawRanking draws a ranking, in its order.
func drawRanking(t *rapid.T) robust.Ranking {
	r := robust.Ranking{OneMandate: rapid.Bool().Draw(t, "one mandate"), ByFit: rapid.Bool().Draw(t, "by fit")}
	one := drawWeights(t)
	for i := range rapid.IntRange(1, 6).Draw(t, "rows") {
		row := robust.Row{
			Name: fmt.Sprint("row", i), Tie: uint64(rapid.IntRange(0, 2).Draw(t, "tie")*10 + i), Weights: one,
			Eligibility: rapid.SampledFrom([]match.Eligibility{match.Eligible, match.Eligible, match.Conditional}).Draw(t, "eligibility"),
		}
		if !r.OneMandate {
			row.Weights = drawWeights(t)
		}
		for _, term := range match.Terms() {
			row.Values[term] = rapid.SampledFrom([]int32{0, 5000, 5000, 9999, 10000}).Draw(t, "value")
		}
		r.Rows = append(r.Rows, row)
	}
	even := match.PerTerm{}
	for i := range even {
		even[i] = 1
	}
	slices.SortFunc(r.Rows, func(a, b robust.Row) int { return compare(&r, &a, &b, even) })
	return r
}

// mean is the mean of a row's values by its weights times factors, as a fraction.
func mean(r *robust.Ranking, row *robust.Row, factors match.PerTerm) (value, weight int64) {
	for t := range factors {
		w := int64(row.Weights[t]) * int64(factors[t])
		weight += w
		if !r.ByFit || match.Term(t) != maecenasv1.MatchTerm_ACTIVITY {
			value += w * int64(row.Values[t])
		}
	}
	return value, weight
}

func compare(r *robust.Ranking, a, b *robust.Row, factors match.PerTerm) int {
	av, aw := mean(r, a, factors)
	bv, bw := mean(r, b, factors)
	return cmp.Or(
		cmp.Compare(a.Eligibility, b.Eligibility), cmp.Compare(bv*aw, av*bw), cmp.Compare(a.Tie, b.Tie),
	)
}

// TestShares compares the shares with rankings made anew for each draw.
func TestShares(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := drawRanking(t)
		top := rapid.IntRange(1, len(r.Rows)+1).Draw(t, "top")
		kept := map[string]int32{}
		for d := range robust.Draws {
			order := slices.Clone(r.Rows)
			slices.SortFunc(order, func(a, b robust.Row) int { return compare(&r, &a, &b, robust.Factors(d)) })
			for _, row := range order[:min(top, len(order))] {
				kept[row.Name]++
			}
		}
		for i, one := range r.Measure(0, len(r.Rows), top) {
			share := kept[r.Rows[i].Name] * 10
			label := maecenasv1.Robustness_FRAGILE
			if share >= 9000 {
				label = maecenasv1.Robustness_STABLE
			} else if share >= 6000 {
				label = maecenasv1.Robustness_SENSITIVE
			}
			if one.GetShare() != share || one.GetLabel() != label || one.GetTop() != int32(top) {
				t.Errorf("%v of %+v: %v, want %d %v", r.Rows[i].Name, r, one, share, label)
			}
		}
	})
}

// TestSmallestChange tries every weight of every term.
func TestSmallestChange(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := drawRanking(t)
		for i, one := range r.Measure(0, len(r.Rows), 1) {
			if i+1 == len(r.Rows) {
				if one.GetSmallestChange() != nil {
					t.Errorf("nobody follows, and %v", one)
				}
				continue
			}
			want := tryAll(&r, &r.Rows[i], &r.Rows[i+1])
			if diff := gocmp.Diff(want, one.GetSmallestChange(), protocmp.Transform()); diff != "" {
				t.Errorf("%+v\n(-tried +got)\n%s", r, diff)
			}
		}
	})
}

// tryAll finds the smallest change that lets b pass a by trying all.
func tryAll(r *robust.Ranking, a, b *robust.Row) *maecenasv1.Robustness_Change {
	for distance := int32(1); distance <= match.Whole; distance++ {
		for _, term := range match.Terms() {
			w := a.Weights[term]
			for _, x := range []int32{w - distance, w + distance} {
				if x < 0 || x > match.Whole || w == match.Whole {
					continue
				}
				if passes(r, a, b, term, x) {
					return &maecenasv1.Robustness_Change{Term: term, Weight: w, NeededWeight: x, PassedBy: b.Name}
				}
			}
		}
	}
	return nil
}

// passes reports whether b ranks before a where a term weighs x and the others keep
// their proportions. Sums are times 1000 less what the term weighed.
func passes(r *robust.Ranking, a, b *robust.Row, term match.Term, x int32) bool {
	without := int64(match.Whole - a.Weights[term])
	sum := func(row *robust.Row, changed bool) (total int64) {
		for t := range row.Weights {
			w := int64(row.Weights[t])
			switch {
			case !changed:
				w *= without
			case match.Term(t) == term:
				w = int64(x) * without
			default:
				w *= int64(match.Whole - x)
			}
			if !r.ByFit || match.Term(t) != maecenasv1.MatchTerm_ACTIVITY {
				total += w * int64(row.Values[t])
			}
		}
		return total
	}
	c := cmp.Compare(sum(b, r.OneMandate), sum(a, true))
	return a.Eligibility == b.Eligibility && (c > 0 || c == 0 && b.Tie < a.Tie)
}

// TestNothingCanPass: what is best in every term stays in every draw.
func TestNothingCanPass(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := drawRanking(t)
		r.OneMandate = true
		for i := range r.Rows {
			r.Rows[i].Weights = r.Rows[0].Weights
			r.Rows[i].Tie = max(r.Rows[i].Tie, 1)
			for term := range r.Rows[i].Values {
				r.Rows[0].Values[term] = max(r.Rows[0].Values[term], r.Rows[i].Values[term])
			}
		}
		r.Rows[0].Tie = 0 // before all others where values are equal
		one := r.Measure(0, 1, 1)[0]
		if one.GetShare() != 10000 || one.GetLabel() != maecenasv1.Robustness_STABLE || one.GetSmallestChange() != nil {
			t.Errorf("%+v: %v", r, one)
		}
	})
}

// TestInsert puts a row of a ranking back where it was.
func TestInsert(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := drawRanking(t)
		want := slices.Clone(r.Rows)
		place := rapid.IntRange(0, len(r.Rows)-1).Draw(t, "place")
		row := r.Rows[place]
		r.Rows = slices.Delete(slices.Clone(r.Rows), place, place+1)
		if got := r.Insert(row); got != place || !slices.Equal(r.Rows, want) {
			t.Errorf("inserted at %d, it was at %d", got, place)
		}
	})
}

// TestFactors: the factors are what the package says of them.
func TestFactors(t *testing.T) {
	t.Parallel()
	sum, n := 0, 0
	for d := range robust.Draws {
		for _, term := range match.Terms() {
			f := int(robust.Factors(d)[term])
			if f < 1 || f > 1021 {
				t.Fatalf("factor %d", f)
			}
			sum, n = sum+f, n+1
		}
	}
	if mean := sum / n; mean < 509 || mean > 513 {
		t.Errorf("mean factor %d of %d", mean, n)
	}
}

func BenchmarkMeasure(b *testing.B) {
	for name, one := range map[string]bool{"one mandate": true, "many mandates": false} {
		b.Run(name, func(b *testing.B) {
			r := robust.Ranking{OneMandate: one}
			for i := range robust.Pool {
				row := robust.Row{Name: fmt.Sprint(i), Tie: uint64(i), Eligibility: match.Eligible}
				for _, term := range match.Terms() {
					row.Weights[term] = match.Whole / 17
					row.Values[term] = int32(((i+3)*int(term)*7919 + 13*i) % 10000)
				}
				r.Rows = append(r.Rows, row)
			}
			even := match.PerTerm{}
			for i := range even {
				even[i] = 1
			}
			slices.SortFunc(r.Rows, func(x, y robust.Row) int { return compare(&r, &x, &y, even) })
			b.ReportAllocs()
			for b.Loop() {
				r.Measure(0, 20, 20)
			}
		})
	}
}
