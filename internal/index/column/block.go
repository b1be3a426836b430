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
	low order
	// space has the columns one after another, each padded to whole lanes with room for one
	// row at least: for each facet the rows' entries, then the values at hand.
	space  []uint8
	padded int
	// members are the codes of the dictionaries that rows of the block have, each once;
	// those of facet f end at ends[f], where those of the next begin.
	members []uint32
	ends    [match.Facets]uint32
	// per is how many members share an entry; 0: entries are codes of the dictionary.
	per [match.Facets]uint8
	// most is the largest entry.
	most [match.Facets]uint8
	// patched is how many changes were made since the block was made of its rows.
	patched int
}

// codes are the rows' entries of a facet.
func (b *block) codes(f match.Facet) []uint8 { return b.space[int(f)*b.padded:][:b.padded] }

// values are the rows' values at hand, in steps.
func (b *block) values(v fact.Business) []uint8 {
	return b.space[(int(match.Facets)+int(v))*b.padded:][:b.padded]
}

// membersOf are the members of a facet.
func (b *block) membersOf(f match.Facet) []uint32 {
	from := uint32(0)
	if f > 0 {
		from = b.ends[f-1]
	}
	return b.members[from:b.ends[f]]
}

// builder makes blocks; not for concurrent use.
type builder struct {
	// seen and local are, by code of a dictionary, when it was last met and as what.
	seen  [match.Facets][]uint64
	local [match.Facets][]uint8
	round uint64
	// members are those of the block that is made.
	members []uint32
}

// build makes a block of rows, whose order it keeps.
func (w *builder) build(low order, rows []*Row) *block {
	b := &block{rows: rows, low: low, padded: len(rows)/kernel.Lane*kernel.Lane + kernel.Lane}
	b.space = make([]uint8, columns*b.padded)
	for v := range fact.Businesses {
		column := b.values(v)
		for i, r := range rows {
			column[i] = stepsOf(r.Need, v)
		}
	}
	w.members = w.members[:0]
	for f := range match.Facets {
		w.encode(b, f)
		b.ends[f] = uint32(len(w.members))
	}
	b.members = slices.Clone(w.members)
	return b
}

// encode fills a facet's column.
func (w *builder) encode(b *block, f match.Facet) {
	w.round++
	seen, from, largest := w.seen[f], len(w.members), uint32(0)
	for _, r := range b.rows {
		code := r.codes[f]
		if int(code) >= len(seen) {
			seen = append(seen, make([]uint64, max(256, 2*int(code))-len(seen))...)
			w.local[f] = append(w.local[f], make([]uint8, len(seen)-len(w.local[f]))...)
		}
		if seen[code] != w.round {
			seen[code], largest = w.round, max(largest, code)
			w.members = append(w.members, code)
		}
	}
	w.seen[f] = seen
	const entries = len(kernel.Table{})
	column, members, local := b.codes(f), w.members[from:], w.local[f]
	if largest < uint32(entries) {
		b.most[f] = uint8(largest)
		for i, r := range b.rows {
			column[i] = uint8(r.codes[f])
		}
		return
	}
	// Codes that were given one after another are often alike.
	slices.Sort(members)
	per := (len(members) + entries - 1) / entries
	b.per[f], b.most[f] = uint8(per), uint8((len(members)-1)/per)
	for i, code := range members {
		local[code] = uint8(i / per)
	}
	for i, r := range b.rows {
		column[i] = local[r.codes[f]]
	}
}

// bytes is how many bytes a scan of all columns reads.
func (b *block) bytes() int { return len(b.space) + 4*len(b.members) }
