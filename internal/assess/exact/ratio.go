package exact

import "math/bits"

// Full is a whole in hundredths of a percent.
const Full = 10000

// Ratio is Num / Den; Den is above 0.
type Ratio struct{ Num, Den Int }

// NewRatio returns num / den.
func NewRatio(num, den int64) Ratio { return Ratio{NewInt(num), NewInt(den)} }

// Mul returns r × s.
func (r Ratio) Mul(s Ratio) Ratio { return Ratio{r.Num.Mul(s.Num), r.Den.Mul(s.Den)} }

// OneMinus returns 1 - r.
func (r Ratio) OneMinus() Ratio { return Ratio{r.Den.Sub(r.Num), r.Den} }

// Cmp returns the sign of r - s.
func (r Ratio) Cmp(s Ratio) int { return r.Num.Mul(s.Den).Cmp(s.Num.Mul(r.Den)) }

// Hundredths returns r as hundredths of a percent, 0 to Full, rounded half up;
// what lies outside 0 and 1 is taken as the nearer of the two.
func (r Ratio) Hundredths() int32 {
	switch {
	case r.Num.Sign() <= 0 || r.Den.Sign() <= 0:
		return 0
	case r.Num.Cmp(r.Den) >= 0:
		return Full
	case r.Den.small():
		// floor((2×Full×num + den) / (2×den)); the quotient is at most Full.
		hi, lo := bits.Mul64(r.Num[0], 2*Full)
		lo, carry := bits.Add64(lo, r.Den[0], 0)
		quotient, _ := bits.Div64(hi+carry, lo, 2*r.Den[0])
		return int32(quotient)
	}
	// The largest q with q - 1/2 <= Full×num/den, found bit by bit.
	target := r.Num.Times(2 * Full).Add(r.Den)
	double := r.Den.Add(r.Den)
	var quotient int64
	for bit := int64(1 << 13); bit > 0; bit >>= 1 {
		if double.Times(quotient+bit).Cmp(target) <= 0 {
			quotient += bit
		}
	}
	return int32(quotient)
}
