// Package synthetic makes data of any size for benchmarks and loads: records that
// are valid, look like a real population, and are the same for the same options.
//
// Countries, regions and sectors are skewed, as they are: few hold most. What is
// known of an organization hangs together: one that is run well has more customers,
// more cash, longer commitments, better evidence and asks for more at a later
// stage, so that scores spread and requirements cut at several depths. Some facts
// are unset, some groups undisclosed.
//
// Nothing is kept: each record is made from the seed and its number alone, so a
// hundred million cost no more memory than one.
package synthetic

import (
	"fmt"
	"iter"
	"math/rand/v2"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// Options says how much is made. The zero value makes nothing.
type Options struct {
	// Seed chooses among populations.
	Seed uint64
	// Organizations is how many organizations are made, each with one need or two.
	Organizations int
	// WithoutCanvases leaves canvases out; else nine in ten have one.
	WithoutCanvases bool
	// Investors is how many investors are made, each with one to three mandates and
	// up to thirty deals.
	Investors int
}

// Records makes all records in the order of an import: organizations, canvases,
// needs, investors, mandates, deals. A record is the caller's.
func Records(o Options) iter.Seq[*maecenasv1.Record] {
	return func(yield func(*maecenasv1.Record) bool) {
		for _, part := range []struct {
			count int
			make  func(o Options, i int, yield func(*maecenasv1.Record) bool) bool
		}{
			{o.Organizations, organizations},
			{o.Organizations, canvases},
			{o.Organizations, needs},
			{o.Investors, investors},
			{o.Investors, mandates},
			{o.Investors, deals},
		} {
			for i := range part.count {
				if !part.make(o, i, yield) {
					return
				}
			}
		}
	}
}

// OrganizationName is the name of the i-th organization, from 0.
func OrganizationName(i int) string { return fmt.Sprintf("organizations/synthetic-%08d", i) }

// InvestorName is the name of the i-th investor, from 0.
func InvestorName(i int) string { return fmt.Sprintf("investors/synthetic-%06d", i) }

// MandateName is the name of the first mandate of the i-th investor, from 0.
func MandateName(i int) string { return InvestorName(i) + "/mandates/first" }

// NeedName is the name of the first need of the i-th organization, from 0.
func NeedName(i int) string { return OrganizationName(i) + "/needs/first" }

// dice is a source of chances that belongs to one record.
type dice struct{ *rand.Rand }

// What a throw is for: records of one number must not share their chances.
const (
	forProfile uint64 = iota + 1
	forOrganization
	forCanvas
	forNeed
	forInvestor
	forMandate
	forDeal
)

// throw returns the dice of the i-th record of a kind.
func throw(o Options, purpose uint64, i int) dice {
	// PCG's first draws of neighbouring seeds resemble each other: mix them.
	return dice{rand.New(rand.NewPCG(mix(o.Seed^purpose<<56), mix(uint64(i)+purpose)))} //nolint:gosec // to be foreseen is its purpose
}

// mix is the finalizer of SplitMix64 (Steele, Lea and Flood, 2014).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// of reports true in percent of cases.
func (d dice) of(percent int) bool { return d.IntN(100) < percent }

// between returns a number from low to high, both inclusive.
func (d dice) between(low, high int) int { return low + d.IntN(high-low+1) }

// around returns a number from 0 to 100 near another.
func (d dice) around(center, width int) int {
	return min(100, max(0, center+d.between(-width, width)+d.between(-width, width)/2))
}

// skewed returns an index below n; each is chosen less often than the one before,
// much as ranks of cities are (Zipf).
func (d dice) skewed(n int) int {
	// The smallest of three throws falls off as a cubic: a sixth of the indices
	// gets two in five of the cases.
	return min(d.IntN(n), d.IntN(n), d.IntN(n))
}

// money returns an amount that has one or two significant digits, from low times 1
// to low times 2 to the power of octaves.
func (d dice) money(low, octaves int) int64 {
	v := int64(low)
	for range d.IntN(octaves + 1) {
		v *= 2
	}
	v += v * int64(d.IntN(100)) / 100
	round := int64(1)
	for v/round >= 100 {
		round *= 10
	}
	return v / round * round
}

// pick returns one of a list, the first ones more often.
func pick[T any](d dice, list []T) T { return list[d.skewed(len(list))] }

// even returns one of a list, each as often.
func even[T any](d dice, list []T) T { return list[d.IntN(len(list))] }
