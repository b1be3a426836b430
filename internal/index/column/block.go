package column

import (
	"slices"

	"github.com/maecenas-cci/maecenas/internal/index/kernel"
	"github.com/maecenas-cci/maecenas/internal/match"
	"github.com/maecenas-cci/maecenas/internal/match/fact"
)

// Capacity is the most rows of a block.
const Capacity = 4096

// Steps of the values that rows have at hand: 250 steps make 100 percent.
const (
	valueStep = 40
	valueMost = fact.Full / valueStep
)

// block is rows with their columns; immutable.
type block struct {
	rows []*Row
	// low is at most the order of each row, and above that of each row of the block
	// before.
	low    order
	facets [match.Facets]column
	values [fact.Businesses][]uint8
}

// column is one facet of a block's rows.
type column struct {
	// codes are the rows' entries, padded to whole lanes.
	codes []uint8
	// members are the codes of the dictionary that rows of the block have, each once.
	members []uint32
	// per is how many members share an entry; 0: entries are codes of the dictionary.
	per int
	// entries is one more than the largest entry.
	entries int
}

// builder makes blocks; not for concurrent use.
type builder struct {
	// seen and local are, by code of a dictionary, when it was last met and as what.
	seen  [match.Facets][]uint64
	local [match.Facets][]uint16
	round uint64
}

// build makes a block of rows, whose order it keeps.
func (w *builder) build(low order, rows []*Row) *block {
	padded := (len(rows) + kernel.Lane - 1) / kernel.Lane * kernel.Lane
	space := make([]uint8, (int(match.Facets)+int(fact.Businesses))*padded)
	b := &block{rows: rows, low: low}
	cut := func() []uint8 {
		c := space[:padded:padded]
		space = space[padded:]
		return c
	}
	for f := range b.facets {
		b.facets[f].codes = cut()
	}
	for v := range b.values {
		b.values[v] = cut()
	}
	for i, r := range rows {
		for v := range b.values {
			b.values[v][i] = uint8((int(r.Need.Business[v].Low) + valueStep - 1) / valueStep)
		}
	}
	for f := range b.facets {
		w.encode(&b.facets[f], match.Facet(f), rows)
	}
	return b
}

// encode fills a facet's column.
func (w *builder) encode(c *column, f match.Facet, rows []*Row) {
	w.round++
	largest := uint32(0)
	for _, r := range rows {
		code := r.codes[f]
		if largest = max(largest, code); int(code) >= len(w.seen[f]) {
			grown := max(256, 2*int(code))
			w.seen[f] = append(w.seen[f], make([]uint64, grown-len(w.seen[f]))...)
			w.local[f] = append(w.local[f], make([]uint16, grown-len(w.local[f]))...)
		}
		if w.seen[f][code] != w.round {
			w.seen[f][code] = w.round
			c.members = append(c.members, code)
		}
	}
	const entries = len(kernel.Table{})
	if largest < uint32(entries) {
		c.entries = int(largest) + 1
		for i, r := range rows {
			c.codes[i] = uint8(r.codes[f])
		}
		return
	}
	// Codes that were given one after another are often alike.
	slices.Sort(c.members)
	c.per = (len(c.members) + entries - 1) / entries
	c.entries = (len(c.members) + c.per - 1) / c.per
	for i, code := range c.members {
		w.local[f][code] = uint16(i / c.per)
	}
	for i, r := range rows {
		c.codes[i] = uint8(w.local[f][r.codes[f]])
	}
}

// bytes is how many bytes a scan of all columns reads.
func (b *block) bytes() int {
	n := int(fact.Businesses) * len(b.values[0])
	for f := range b.facets {
		n += len(b.facets[f].codes) + 4*len(b.facets[f].members)
	}
	return n
}
