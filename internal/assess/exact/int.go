// Package exact is the arithmetic of the assessment: whole numbers of 256 bits,
// ratios of two of them and curves of straight lines. Nothing is rounded before
// a ratio is asked for its hundredths, so a figure is the same on every machine.
//
// 256 bits are room to spare. The widest term of the rubric multiplies four sums
// of at most 60 amounts of at most 10^12 and a constant of 4×10^8: under 2^212.
package exact

import (
	"math/big"
	"math/bits"
)

// Int is a whole number of 256 bits in two's complement, least significant word
// first. It wraps around beyond its range of ±2^255, which no term within the
// ranges of the schema reaches.
type Int [4]uint64

// NewInt returns n.
func NewInt(n int64) Int {
	sign := uint64(n >> 63)
	return Int{uint64(n), sign, sign, sign}
}

// Add returns x + y.
func (x Int) Add(y Int) Int {
	var z Int
	var carry uint64
	z[0], carry = bits.Add64(x[0], y[0], 0)
	z[1], carry = bits.Add64(x[1], y[1], carry)
	z[2], carry = bits.Add64(x[2], y[2], carry)
	z[3], _ = bits.Add64(x[3], y[3], carry)
	return z
}

// Sub returns x - y.
func (x Int) Sub(y Int) Int {
	var z Int
	var borrow uint64
	z[0], borrow = bits.Sub64(x[0], y[0], 0)
	z[1], borrow = bits.Sub64(x[1], y[1], borrow)
	z[2], borrow = bits.Sub64(x[2], y[2], borrow)
	z[3], _ = bits.Sub64(x[3], y[3], borrow)
	return z
}

// Mul returns x × y.
func (x Int) Mul(y Int) Int {
	var z Int
	for i, xi := range x {
		if xi == 0 {
			continue
		}
		var carry uint64
		for j := 0; i+j < len(z); j++ {
			hi, lo := bits.Mul64(xi, y[j])
			var c uint64
			lo, c = bits.Add64(lo, z[i+j], 0)
			hi += c
			lo, c = bits.Add64(lo, carry, 0)
			hi += c
			z[i+j], carry = lo, hi
		}
	}
	return z
}

// Times returns x × n.
func (x Int) Times(n int64) Int { return x.Mul(NewInt(n)) }

// AddProduct adds a × b to x; neither may be negative.
func (x *Int) AddProduct(a, b int64) {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	var carry uint64
	x[0], carry = bits.Add64(x[0], lo, 0)
	x[1], carry = bits.Add64(x[1], hi, carry)
	x[2], carry = bits.Add64(x[2], 0, carry)
	x[3] += carry
}

// Sign returns -1, 0 or 1.
func (x Int) Sign() int {
	switch {
	case int64(x[3]) < 0:
		return -1
	case x == Int{}:
		return 0
	}
	return 1
}

// Cmp returns the sign of x - y.
func (x Int) Cmp(y Int) int { return x.Sub(y).Sign() }

// small tells whether x is at least 0 and under 2^62, so that it can be doubled
// in one word.
func (x Int) small() bool { return x[0]>>62|x[1]|x[2]|x[3] == 0 }

// bits returns how many bits x, which is at least 0, has.
func (x Int) bits() int {
	for i := len(x) - 1; i >= 0; i-- {
		if x[i] != 0 {
			return 64*i + bits.Len64(x[i])
		}
	}
	return 0
}

// shifted returns x without its lowest n bits; what is left fits in one word.
func (x Int) shifted(n int) uint64 {
	word, bit := n/64, n%64
	low := x[word] >> bit
	if bit > 0 && word+1 < len(x) {
		low |= x[word+1] << (64 - bit)
	}
	return low
}

// big returns x, which is at least 0.
func (x Int) big() *big.Int {
	z := new(big.Int)
	for i := len(x) - 1; i >= 0; i-- {
		z.Lsh(z, 64).Or(z, new(big.Int).SetUint64(x[i]))
	}
	return z
}
