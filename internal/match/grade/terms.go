package grade

import (
	"github.com/maecenas-cci/maecenas/internal/match/fact"
)

// Terms is the value of what is offered against the bounds that a need sets, on
// the best common instrument; 0 where there is none.
func Terms(n *fact.Need, offers []fact.Offer) fact.Interval {
	unbounded := n.Unbounded()
	var best fact.Interval
	for i := range offers {
		if n.Instruments.Has(offers[i].Kind) {
			if unbounded {
				return fact.Neutral
			}
			best = best.Or(terms(n, &offers[i]))
		}
	}
	return best
}

// terms is the mean over the bounds that apply to an instrument, neutral where
// none does. It is summed as a fraction over the product of the bounds, so that
// only the mean is rounded.
func terms(n *fact.Need, o *fact.Offer) fact.Interval {
	var low, high, count int64
	den := int64(1)
	for b := range fact.Bounds {
		bound := n.Bounds[b]
		if bound == fact.Unset || !b.AppliesTo(o.Kind) {
			continue
		}
		count++
		l, h, d := margin(b, int64(bound), int64(o.Terms[b]))
		low, high, den = low*d+l*den, high*d+h*den, den*d
	}
	if count == 0 {
		return fact.Neutral
	}
	return fact.Interval{Low: int32(halfUp(low*fact.Full, den*count)), High: int32(halfUp(high*fact.Full, den*count))}
}

// margin is how far an offer stays within a bound, 0 to 1, as two numerators over
// one denominator.
func margin(b fact.Bound, bound, offer int64) (low, high, den int64) {
	if b >= fact.Guarantee { // accepted, or refused and not asked
		switch {
		case bound == 1 || offer == 0:
			return 1, 1, 1
		case offer == fact.Unset:
			return 0, 1, 1
		default:
			return 0, 0, 1
		}
	}
	switch {
	case offer == fact.Unset:
		return 0, 1, 1
	case bound == 0 && offer == 0:
		return 1, 1, 1
	case offer >= bound:
		return 0, 0, 1
	default:
		return bound - offer, bound - offer, bound
	}
}
