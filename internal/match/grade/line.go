package grade

import "math/bits"

// Point is a point of a value function.
type Point struct {
	X, Y int64
}

// Line is a value function: linear between its points, which ascend in X, and
// flat outside.
type Line []Point

// At is the value at x, rounded half up; for values that are not negative.
func (l Line) At(x int64) int32 {
	if x <= l[0].X {
		return int32(l[0].Y)
	}
	for i := 1; i < len(l); i++ {
		if a, b := l[i-1], l[i]; x < b.X {
			width := b.X - a.X
			return int32(halfUp(a.Y*width+(b.Y-a.Y)*(x-a.X), width))
		}
	}
	return int32(l[len(l)-1].Y)
}

// halfUp is the quotient of two numbers that are not negative, rounded half up.
func halfUp(num, den int64) int64 { return (2*num + den) / (2 * den) }

// ratio is the product of two pairs of numbers as a fraction.
type ratio struct{ num, den wide }

// wide is an unsigned number of 128 bits: products of an amount and an exchange
// rate's ends need more than 64.
type wide struct{ hi, lo uint64 }

func product(a, b int64) wide {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	return wide{hi, lo}
}

func (w wide) times(k uint64) wide {
	hi, lo := bits.Mul64(w.lo, k)
	return wide{hi + w.hi*k, lo}
}

func (w wide) plus(o wide) wide {
	lo, carry := bits.Add64(w.lo, o.lo, 0)
	hi, _ := bits.Add64(w.hi, o.hi, carry)
	return wide{hi, lo}
}

func (w wide) minus(o wide) wide {
	lo, borrow := bits.Sub64(w.lo, o.lo, 0)
	hi, _ := bits.Sub64(w.hi, o.hi, borrow)
	return wide{hi, lo}
}

func (w wide) less(o wide) bool { return w.hi < o.hi || w.hi == o.hi && w.lo < o.lo }

// over is the quotient by a number that it is less than 2^16 times of, rounded
// down.
func (w wide) over(d wide) int64 {
	var q int64
	for i := 15; i >= 0; i-- {
		q <<= 1
		if step := d.times(1 << i); !w.less(step) {
			w, q = w.minus(step), q|1
		}
	}
	return q
}

// atRatio is the value of a line that falls, at a fraction, rounded half up. The
// fraction's ends times 2^17 must fit 127 bits.
func (l Line) atRatio(r ratio) int32 {
	if !r.den.times(uint64(l[0].X)).less(r.num) {
		return int32(l[0].Y)
	}
	for i := 1; i < len(l); i++ {
		a, b := l[i-1], l[i]
		if !r.num.less(r.den.times(uint64(b.X))) {
			continue
		}
		// y = a.Y - (a.Y-b.Y)(r-a.X)/(b.X-a.X), over the denominator d.
		d := r.den.times(uint64(b.X - a.X))
		fall := r.num.minus(r.den.times(uint64(a.X))).times(uint64(a.Y - b.Y))
		y := d.times(uint64(a.Y)).minus(fall)
		return int32(y.times(2).plus(d).over(d.times(2)))
	}
	return int32(l[len(l)-1].Y)
}
