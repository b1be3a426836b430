package column

import (
	"cmp"
	"math/bits"
	"slices"

	"github.com/maecenas-cci/maecenas/internal/index/kernel"
	"github.com/maecenas-cci/maecenas/internal/match"
	"github.com/maecenas-cci/maecenas/internal/match/fact"
)

// Question is what a scan looks for.
type Question struct {
	// Plan is whose needs are looked for. It is the scan's while it runs.
	Plan *match.Plan
	// NearMisses looks for rows that fail exactly one requirement, else for rows that
	// fail none.
	NearMisses bool
	// Kernel adds up; nil: the chosen one.
	Kernel *kernel.Kernel
	// Least is the least sum ([match.Sum].Low) that is looked for now: of rows that may
	// be eligible, and of those that surely are not; 0: any, [Never]: none. It is asked
	// again and again, and may only rise.
	Least func() (passing, open int64)
	// Visit is called for each row that is not out of reach, in any order; many of
	// them may turn out to be none that is looked for.
	Visit func(*Row)
}

// Never is a least sum that no row has.
const Never = int64(1) << 40

// strip is after how many rows the least sums are asked again.
const strip = 256

// scan is the state of one goroutine's scan. It is kept for the next, being large.
type scan struct {
	question Question
	parts    *match.Parts
	set      *Set
	kernel   *kernel.Kernel
	// unit is what 1 in a table stands for; fixed is what every row has.
	unit, fixed int64
	// limit is the first level that is not looked for.
	limit uint8
	// gates are the facets that requirements ask of, and values the others that terms do;
	// of these late are those of so many codes that a block has tables of its own. Most
	// blocks are done without them, and those of fewest codes come first.
	gates, values, late []match.Facet
	products            kernel.Products
	weighted            [6]int // the columns of products; -1: none
	columns             [6][]uint8
	limits              kernel.Limits
	mostProduct         int64 // in units
	// mostOf is what a row can have at most of a facet, most of all and the products;
	// in units.
	mostOf [match.Facets]uint8
	most   int64
	asked  [match.Facets]bool

	block  [match.Facets]tables
	whole  [match.Facets]bool // whether block is made for all blocks
	memo   [match.Facets][]part
	sums   [Capacity]uint16
	levels [Capacity]uint8
	masks  [Capacity / 32]uint32
	strip  [strip / 32]uint32
	zeros  [Capacity]uint8
}

// open prepares a scan.
func (c *scan) open(s *Set, q Question) {
	c.question, c.set, c.kernel = q, s, q.Kernel
	if c.kernel == nil {
		c.kernel = kernel.Chosen()
	}
	c.parts = q.Plan.Parts(q.NearMisses)
	c.fixed = c.parts.Fixed()
	c.limit = levelFail
	if q.NearMisses {
		c.limit = 2 * levelFail
	}
	largest := int64(0)
	for f := range match.Facets {
		largest = max(largest, c.parts.Most(f))
		if c.asked[f] = c.parts.Gates(f) || c.parts.Most(f) > 0; c.asked[f] {
			c.forget(f)
		}
	}
	c.weigh(largest)
	c.most = c.mostProduct
	for f := range match.Facets {
		c.mostOf[f] = uint8((c.parts.Most(f) + c.unit - 1) / c.unit)
		c.most += int64(c.mostOf[f])
	}
	c.arrange()
}

// arrange decides when which facet is looked at. Requirements that most needs pass are
// left to those who finish: they would keep few rows out of reach.
func (c *scan) arrange() {
	c.gates, c.values, c.late = c.gates[:0], c.values[:0], c.late[:0]
	for f := range match.Facets {
		if !c.asked[f] {
			continue
		}
		c.tableOfAll(f)
		switch {
		case c.parts.Gates(f) && (f == fact.FacetPlace || c.question.NearMisses || c.selective(f)):
			c.gates = append(c.gates, f)
		case c.parts.Most(f) == 0:
		case c.whole[f] || f == fact.FacetPlace:
			c.values = append(c.values, f)
		default:
			c.late = append(c.late, f)
		}
	}
	slices.SortFunc(c.late, func(f, g match.Facet) int {
		return cmp.Compare(len(c.set.standings[f]), len(c.set.standings[g]))
	})
}

// sampled is how many codes are asked whether a requirement is selective.
const sampled = 64

// selective reports whether half of the codes of a facet or more do not surely pass.
func (c *scan) selective(f match.Facet) bool {
	if c.whole[f] {
		return c.block[f].selective()
	}
	asked, gated := 0, 0
	for code := uint32(1); code < pageSize && asked < sampled; code++ {
		if c.set.standings[f].of(code).need == nil {
			continue
		}
		if asked++; c.partOf(f, code).level() != 0 {
			gated++
		}
	}
	return 2*gated >= asked
}

// weigh chooses the unit, so that every part fits a table and every sum 16 bits, and
// the weights of products.
func (c *scan) weigh(largest int64) {
	const leastUnit = 200 // 10,000,000 of these fit 16 bits
	c.unit = max(leastUnit, (largest+254)/255)
	weights := c.question.Plan.BusinessWeights()
	c.weighted = [6]int{-1, -1, -1, -1, -1, -1}
	for i, w := range weights {
		if w > 0 {
			c.weighted[i] = i
		}
	}
	for ; ; c.unit *= 2 {
		for shift := 7; shift >= 0; shift-- {
			if c.fits(weights, uint64(shift)) {
				return
			}
		}
	}
}

// fits sets the products' weights, and reports whether their bounds hold.
func (c *scan) fits(weights [fact.Businesses]int32, shift uint64) bool {
	p := kernel.Products{Shift: shift}
	sum := int64(0)
	pair := [3]int64{}
	for i, weight := range weights {
		w := (int64(weight)*valueStep<<shift + c.unit - 1) / c.unit
		if w > 127 {
			return false
		}
		p.Weights[i] = int8(w)
		sum += w * valueMost
		pair[i/2] += w * valueMost
	}
	if sum > 65535 || max(pair[0], pair[1], pair[2]) > 32767 {
		return false
	}
	// The shift rounds down what is less than one unit.
	c.products, c.mostProduct = p, sum>>shift+1
	return true
}

// scan visits the rows of a block that are not out of reach.
func (c *scan) scan(b *block) {
	levels, levelled := c.zeros[:b.padded], false
	best := c.mostProduct
	for _, f := range c.gates {
		t := c.table(b, f)
		if t.leastLevel >= c.limit {
			return
		}
		best += int64(t.mostValue)
	}
	for _, f := range c.values {
		best += int64(c.table(b, f).mostValue)
	}
	for _, f := range c.late {
		best += int64(c.mostOf[f])
	}
	clearLeast, openLeast := c.question.Least()
	if c.fixed+best*c.unit < min(clearLeast, openLeast) {
		return
	}
	for _, f := range c.gates {
		t := &c.block[f]
		if t.mostLevel == 0 || !c.question.NearMisses && !t.selective() {
			continue
		}
		if !levelled {
			levels, levelled = c.levels[:b.padded], true
			clear(levels)
		}
		c.kernel.AddLevels(levels, b.codes(f), &t.levels, int(b.most[f])+1)
	}
	if levelled {
		c.limits = kernel.Limits{Level: c.limit}
		if c.few(b, levels) {
			return
		}
	}
	c.add(b, levels)
}

// fewRows is how many rows of a block are finished without adding up any further.
const fewRows = 3

// few reports whether so few rows of a block are selected that they were visited.
func (c *scan) few(b *block, levels []uint8) bool {
	if c.count(c.sums[:len(levels)], levels) > fewRows {
		return false
	}
	c.visit(b, 0, c.masks[:len(levels)/32])
	return true
}

// add adds up a block and visits the rows whose bound reaches the least sum.
func (c *scan) add(b *block, levels []uint8) {
	sums := c.sums[:len(levels)]
	clear(sums)
	same := c.addTables(b, sums, c.gates) + c.addTables(b, sums, c.values)
	if c.mostProduct > 1 {
		for i, v := range c.weighted {
			if c.columns[i] = c.zeros[:len(sums)]; v >= 0 {
				c.columns[i] = b.values(fact.Business(v))
			}
		}
		c.kernel.AddProducts(sums, &c.columns, &c.products)
		same++ // what the shift leaves out
	}
	rest := int64(0)
	for _, f := range c.late {
		rest += int64(c.mostOf[f])
	}
	for i, f := range c.late {
		if c.look(same + rest); c.few(b, levels) {
			return
		}
		c.table(b, f)
		rest -= int64(c.mostOf[f])
		same += c.addTables(b, sums, c.late[i:i+1])
	}
	c.finish(b, sums, levels, same)
}

// manyRows is how many rows of a block are visited without looking at the best first.
const manyRows = 48

// finish visits the rows of a block that are in reach, the best first where they are many:
// what those leave open is less.
func (c *scan) finish(b *block, sums []uint16, levels []uint8, same int64) {
	c.look(same)
	visited := c.masks[:len(levels)/32]
	switch n := c.count(sums, levels); {
	case c.question.NearMisses:
		clear(visited) // they are ordered by distance
	case n > manyRows:
		c.lift(sums, levels)
		c.visit(b, 0, visited)
	default:
		c.visit(b, 0, visited)
		return
	}
	for from := 0; from < len(b.rows); from += strip {
		to := min(from+strip, len(sums))
		c.look(same)
		masks := c.strip[:(to-from)/32]
		c.kernel.Select(masks, sums[from:to], levels[from:to], &c.limits)
		for i := range masks {
			masks[i] &^= visited[from/32+i]
		}
		c.visit(b, from, masks)
	}
}

// count selects rows of a block, and counts them.
func (c *scan) count(sums []uint16, levels []uint8) (n int) {
	masks := c.masks[:len(levels)/32]
	c.kernel.Select(masks, sums, levels, &c.limits)
	for _, mask := range masks {
		n += bits.OnesCount32(mask)
	}
	return n
}

// lift raises the limits until no more than manyRows are selected, by halves.
func (c *scan) lift(sums []uint16, levels []uint8) {
	open := c.limits.Open
	low, high := int(c.limits.Clear), 65535
	for high-low > 1 {
		middle := (low + high) / 2
		c.limits.Clear, c.limits.Open = uint16(middle), max(uint16(middle), open)
		switch n := c.count(sums, levels); {
		case n > manyRows:
			low = middle
		case 2*n >= manyRows:
			return
		default:
			high = middle
		}
	}
	c.limits.Clear, c.limits.Open = uint16(high), max(uint16(high), open)
	c.count(sums, levels)
}

// addTables adds to sums what facets' tables say, and answers what they say of all rows
// alike.
func (c *scan) addTables(b *block, sums []uint16, list []match.Facet) (same int64) {
	for _, f := range list {
		t := &c.block[f]
		if t.leastValue == t.mostValue {
			same += int64(t.mostValue)
			continue
		}
		c.kernel.AddSums(sums, b.codes(f), &t.values, int(b.most[f])+1)
	}
	return same
}

// look sets the limits to what is looked for now, of rows that have something all alike.
func (c *scan) look(same int64) {
	clearLeast, openLeast := c.question.Least()
	c.limits = kernel.Limits{Clear: c.units(clearLeast, same), Open: c.units(openLeast, same), Level: c.limit}
}

// units is the least sum of a row, beside what all have, that reaches a least sum.
func (c *scan) units(least, same int64) uint16 {
	return uint16(min(max((least-c.fixed+c.unit-1)/c.unit-same, 0), 65535))
}

// visit visits the rows of masks.
func (c *scan) visit(b *block, from int, masks []uint32) {
	for m, mask := range masks {
		for ; mask != 0; mask &= mask - 1 {
			if i := from + 32*m + bits.TrailingZeros32(mask); i < len(b.rows) {
				c.question.Visit(b.rows[i])
			}
		}
	}
}
