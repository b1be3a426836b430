package robust

import (
	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match"
)

// smallestChange is the smallest change of one weight of a match's mandate, the others
// keeping their proportions, by which the match after it ranks before it; nil where
// there is none. In a ranking of mandates the other mandate's weights stay.
//
// With weight x of 1000 for a term and the rest R of the sum scaled by
// (1000-x)/(1000-w), the lead of the match times 1000-w is a line c + s·x: where it
// falls below 0 (or to 0, if the tie is the other's) is the answer, in whole
// thousandths, the nearest to w.
func (r *Ranking) smallestChange(a, b *Row) *maecenasv1.Robustness_Change {
	if a.Eligibility != b.Eligibility {
		return nil
	}
	var best *maecenasv1.Robustness_Change
	distance := int32(match.Whole + 1)
	for _, t := range match.Terms() {
		w := a.Weights[t]
		if w >= match.Whole {
			continue
		}
		c, s := r.line(a, b, t)
		x, ok := passed(c, s, int64(w), b.Tie < a.Tie)
		if change := max(x-w, w-x); ok && change < distance {
			distance = change
			best = &maecenasv1.Robustness_Change{Term: t, Weight: w, NeededWeight: x, PassedBy: b.Name}
		}
	}
	return best
}

// line is the lead of a before b over the weight of a term.
func (r *Ranking) line(a, b *Row, t match.Term) (c, s int64) {
	var rest, other int64
	for _, u := range match.Terms() {
		v := int64(a.counted(u, r.ByFit))
		if r.OneMandate {
			v -= int64(b.counted(u, r.ByFit))
		} else {
			other += int64(b.Weights[u]) * int64(b.counted(u, r.ByFit))
		}
		if u != t {
			rest += int64(a.Weights[u]) * v
		}
	}
	without := int64(match.Whole - a.Weights[t])
	own := int64(a.counted(t, r.ByFit))
	if r.OneMandate {
		own -= int64(b.counted(t, r.ByFit))
	}
	return match.Whole*rest - without*other, without*own - rest
}

// passed is the whole weight nearest to w, 0 to 1000, at which c + s·x is below 0, or
// at most 0 where ties pass; ok is false where there is none. At w it is neither.
func passed(c, s, w int64, ties bool) (x int32, ok bool) {
	most := int64(-1) // of c + s·x
	if ties {
		most = 0
	}
	var at int64
	switch {
	case s < 0: // x >= (c - most)/-s, rounded up
		at = ceil(c-most, -s)
	case s > 0: // x <= (most - c)/s, rounded down
		at = -ceil(c-most, s)
	default:
		return 0, false
	}
	if at < 0 || at > match.Whole || s < 0 && at <= w || s > 0 && at >= w {
		return 0, false
	}
	return int32(at), true
}

// ceil is a quotient rounded up; the divisor is above 0.
func ceil(a, b int64) int64 {
	if a > 0 {
		return (a + b - 1) / b
	}
	return -(-a / b)
}
