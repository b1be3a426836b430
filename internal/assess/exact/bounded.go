package exact

import (
	"math/big"
	"math/bits"
)

// Bounded is a share between 0 and 1 with bounds in units of 2^-60. These decide
// nearly every comparison and rounding, and cheaply; where they leave it open,
// the share itself does. So nothing is lost, and products may grow as they like.
type Bounded struct {
	share     Ratio
	low, high uint64
}

// unitBits and unit are the unit of the bounds: a whole is unit of them.
const (
	unitBits = 60
	unit     = 1 << unitBits
)

// NewBounded returns r, which must lie between 0 and 1, with its bounds.
func NewBounded(r Ratio) Bounded {
	low, high := r.bounds()
	return Bounded{r, low, high}
}

// Cmp returns the sign of p - q.
func (p *Bounded) Cmp(q *Bounded) int {
	switch {
	case p.high < q.low:
		return -1
	case p.low > q.high:
		return 1
	default:
		return p.share.Cmp(q.share)
	}
}

// ProductHundredths returns p × q in hundredths of a percent, rounded half up.
func (p *Bounded) ProductHundredths(q *Bounded) int32 {
	low, high := rounded(timesDown(p.low, q.low)), rounded(timesUp(p.high, q.high))
	if low == high {
		return low
	}
	return roundedExactly(new(big.Rat).Mul(p.rat(), q.rat()))
}

// SpreadHundredths returns p × (1 - (q × r + s)) in the same way; what lies below
// 0 is taken as 0.
func (p *Bounded) SpreadHundredths(q, r, s *Bounded) int32 {
	left := func(taken uint64) uint64 { return unit - min(taken, unit) }
	low := rounded(timesDown(p.low, left(timesUp(q.high, r.high)+s.high)))
	high := rounded(timesUp(p.high, left(timesDown(q.low, r.low)+s.low)))
	if low == high {
		return low
	}
	spread := new(big.Rat).Mul(q.rat(), r.rat())
	spread.Sub(big.NewRat(1, 1), spread.Add(spread, s.rat()))
	return roundedExactly(spread.Mul(spread, p.rat()))
}

func (p *Bounded) rat() *big.Rat {
	return new(big.Rat).SetFrac(p.share.Num.big(), p.share.Den.big())
}

// bounds returns multiples of 1/unit, at most three apart, between which r lies;
// 0 and 1 are met exactly.
func (r Ratio) bounds() (low, high uint64) {
	switch {
	case r.Num.Sign() <= 0 || r.Den.Sign() <= 0:
		return 0, 0
	case r.Num.Cmp(r.Den) >= 0:
		return unit, unit
	}
	quotient := func(num, den uint64) uint64 {
		hi, lo := bits.Mul64(num, unit)
		q, _ := bits.Div64(hi, lo, den)
		return q
	}
	// The 62 highest bits of the denominator count, and those at the same places
	// of the numerator.
	drop := max(r.Den.bits()-62, 0)
	num, den := r.Num.shifted(drop), r.Den.shifted(drop)
	switch {
	case drop == 0:
		low = quotient(num, den)
		return low, low + 1
	case num >= den: // equal in what counts
		return unit - 3, unit
	default:
		return quotient(num, den+1), min(quotient(num+1, den)+1, unit)
	}
}

// timesDown and timesUp return the product of two shares in units, rounded.
func timesDown(x, y uint64) uint64 {
	hi, lo := bits.Mul64(x, y)
	return hi<<(64-unitBits) | lo>>unitBits
}

func timesUp(x, y uint64) uint64 { return timesDown(x, y) + 1 }

// rounded rounds a share in units half up to hundredths of a percent.
func rounded(x uint64) int32 {
	hi, lo := bits.Mul64(min(x, unit), 2*Full)
	lo, carry := bits.Add64(lo, unit, 0)
	quotient, _ := bits.Div64(hi+carry, lo, 2*unit)
	return int32(quotient)
}

// roundedExactly rounds a share half up, within 0 and 1.
func roundedExactly(r *big.Rat) int32 {
	if r.Sign() <= 0 {
		return 0
	}
	num := new(big.Int).Mul(r.Num(), big.NewInt(2*Full))
	num.Add(num, r.Denom())
	num.Quo(num, new(big.Int).Lsh(r.Denom(), 1))
	return int32(min(num.Int64(), Full))
}
