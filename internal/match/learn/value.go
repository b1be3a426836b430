package learn

import (
	"sort"

	"github.com/maecenas-cci/maecenas/internal/match/fact"
)

// The figures of the formula.
const (
	// Shrinkage is how many deals of the market an investor's own are shrunk by.
	Shrinkage = 3
	// MarketParts and PoolParts are the parts of market and pool in the base rate.
	MarketParts = 1
	PoolParts   = 4
)

// count is what is counted of one answer on a level, of all there; in parts.
type count struct {
	own, ownAll       int64 // the investor's
	market, marketAll int64 // of all investors that count
	pool, poolAll     int64 // open needs
	parts             int64 // how many make one company
}

// value is half_up(10000·p/(p + b)), 0 to 10000, where p is the investor's share of
// an answer, shrunk by three deals of the market, and b the base rate, a fifth market
// and four fifths pool:
//
//	p = (own + 3·market/marketAll) / (ownAll + 3)
//	b = (market/marketAll + 4·pool/poolAll) / 5
//
// So 5000 is as often as the base, 7500 three times as often. Where market or pool
// are empty, or nothing is counted of the answer, it is 5000. All counts are at most
// 10^9 parts.
func (c count) value() int32 {
	if c.marketAll == 0 || c.poolAll == 0 || c.own == 0 && c.market == 0 && c.pool == 0 {
		return fact.Neutral.Low
	}
	shrinkage := Shrinkage * c.parts
	// p/(p+b) = x/(x+y) with both as products of two factors.
	x1, x2 := (MarketParts+PoolParts)*c.poolAll, c.own*c.marketAll+shrinkage*c.market
	y1, y2 := c.ownAll+shrinkage, MarketParts*c.market*c.poolAll+PoolParts*c.pool*c.marketAll
	// The largest v with v - 1/2 <= 10000·x/(x + y).
	return int32(sort.Search(fact.Full, func(v int) bool {
		odd := 2*int64(v) + 1
		return fact.CompareProducts(odd*y1, y2, (2*fact.Full-odd)*x1, x2) > 0
	}))
}
