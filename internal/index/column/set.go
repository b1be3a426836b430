package column

import (
	"iter"
	"slices"

	"github.com/maecenas-cci/maecenas/internal/match"
	"github.com/maecenas-cci/maecenas/internal/match/fact"
)

// Set is needs in blocks; immutable, and safe for concurrent use.
type Set struct {
	blocks []*block
	// loose are rows that are not in a block yet.
	loose     []*Row
	rows      int
	standings [match.Facets]standings
	// places are the codes of places of all blocks, side by side as every search reads
	// them first; those of block i end at ends[i].
	places, ends []uint32
}

// Len is the number of rows.
func (s *Set) Len() int { return s.rows }

// Bytes is how many bytes of columns and dictionaries a scan reads at most.
func (s *Set) Bytes() (n int) {
	for _, b := range s.blocks {
		n += b.bytes()
	}
	return n
}

// Rows are all rows, in no order that means anything.
func (s *Set) Rows() iter.Seq[*Row] {
	return func(yield func(*Row) bool) {
		for _, b := range s.blocks {
			for _, r := range b.rows {
				if !yield(r) {
					return
				}
			}
		}
		for _, r := range s.loose {
			if !yield(r) {
				return
			}
		}
	}
}

const (
	// filled is how many rows a block has that is made of many: room for some more.
	filled = Capacity * 3 / 4
	// sparse is the number of rows below which a block is merged with the next.
	sparse = Capacity / 4
	// bulk is the number of rows from which on a batch may stay loose, so that loading
	// many batches does not make every block anew for each.
	bulk = 1024
	// looseShare is the part of the rows, one of so many, that may be loose.
	looseShare = 4
)

// Writer makes sets, each from the one before. It is not for concurrent use; the sets
// are.
type Writer struct {
	dictionaries [match.Facets]*dictionary
	builder      builder
}

// NewWriter is a writer whose first set is the zero Set.
func NewWriter() *Writer {
	w := &Writer{}
	for f := range w.dictionaries {
		w.dictionaries[f] = newDictionary(match.Facet(f))
	}
	return w
}

// Apply is the set without the rows that are gone, which must be in it, and with those
// that are added. The work is in proportion to the blocks that they fall into, but for
// batches of a thousand rows and more, whose rows can stay loose until they are a
// quarter of all, or a small batch comes.
func (w *Writer) Apply(old *Set, gone, added []*Row) *Set {
	if len(gone)+len(added) == 0 && len(old.loose) == 0 {
		return old
	}
	for _, r := range added {
		for f, d := range w.dictionaries {
			r.codes[f] = d.take(r.Need)
		}
	}
	for _, r := range gone {
		for f, d := range w.dictionaries {
			d.drop(r.codes[f])
		}
	}
	next := &Set{rows: old.rows + len(added) - len(gone)}
	inBlocks := gone
	if len(old.loose) > 0 {
		next.loose, inBlocks = without(old.loose, gone)
	}
	next.loose = append(next.loose, added...)
	if len(added) < bulk || len(next.loose)*looseShare >= next.rows {
		added, next.loose = next.loose, nil
	} else {
		added = nil
	}
	next.blocks = w.merge(old.blocks, inBlocks, added)
	next.places, next.ends = make([]uint32, 0, len(old.places)+len(added)), make([]uint32, 0, len(next.blocks))
	for _, b := range next.blocks {
		next.places = append(next.places, b.membersOf(fact.FacetPlace)...)
		next.ends = append(next.ends, uint32(len(next.places)))
	}
	for f, d := range w.dictionaries {
		next.standings[f] = d.publish()
	}
	return next
}

// without is a copy of a list without the rows that are gone, and those of them that
// are not in it.
func without(list, gone []*Row) (left, others []*Row) {
	missing := make(map[*Row]bool, len(gone))
	for _, r := range gone {
		missing[r] = true
	}
	for _, r := range list {
		if missing[r] {
			delete(missing, r)
		} else {
			left = append(left, r)
		}
	}
	for r := range missing {
		others = append(others, r)
	}
	return left, others
}

// delta is what changes in a block.
type delta struct{ gone, added []*Row }

// merge is blocks with changes.
func (w *Writer) merge(blocks []*block, gone, added []*Row) []*block {
	if len(gone)+len(added) == 0 {
		return blocks
	}
	deltas := map[int]*delta{}
	of := func(r *Row) *delta {
		at := blockOf(blocks, &r.order)
		if deltas[at] == nil {
			deltas[at] = &delta{}
		}
		return deltas[at]
	}
	for _, r := range gone {
		d := of(r)
		d.gone = append(d.gone, r)
	}
	for _, r := range added {
		d := of(r)
		d.added = append(d.added, r)
	}
	if len(blocks) == 0 {
		return w.split(nil, order{}, deltas[0].added)
	}
	next := make([]*block, 0, len(blocks)+len(added)/filled+1)
	var held *block // a sparse block that was made anew, for the next to be merged with
	for i, b := range blocks {
		d := deltas[i]
		if d == nil && held == nil {
			next = append(next, b)
			continue
		}
		if held == nil {
			if patched := b.patch(d); patched != nil {
				next = append(next, patched)
				continue
			}
		}
		rows, low := b.rows, b.low
		if d != nil {
			rows = d.apply(rows)
		}
		if held != nil {
			if d == nil && len(held.rows)+len(rows) > filled {
				next, held = append(next, w.builder.build(held.low, held.rows), b), nil
				continue
			}
			rows, low, held = slices.Concat(held.rows, rows), held.low, nil
		}
		if len(rows) < sparse && i+1 < len(blocks) {
			held = &block{rows: rows, low: low}
			continue
		}
		next = w.split(next, low, rows)
	}
	return next
}

// blockOf is the block that a row lies in, or belongs to; 0 where there is none yet.
func blockOf(blocks []*block, o *order) int {
	at, found := slices.BinarySearchFunc(blocks, o, func(b *block, o *order) int { return b.low.compare(o) })
	if found {
		return at
	}
	return max(at-1, 0)
}

// apply is a copy of rows with the changes.
func (d *delta) apply(rows []*Row) []*Row {
	out := make([]*Row, 0, len(rows)+len(d.added))
	if len(d.gone) == 0 {
		out = append(out, rows...)
	} else {
		gone := make(map[*Row]bool, len(d.gone))
		for _, r := range d.gone {
			gone[r] = true
		}
		for _, r := range rows {
			if !gone[r] {
				out = append(out, r)
			}
		}
	}
	return append(out, d.added...)
}

// split appends rows to blocks: as one, or in their order as several.
func (w *Writer) split(blocks []*block, low order, rows []*Row) []*block {
	if len(rows) == 0 {
		return blocks
	}
	if len(rows) < Capacity {
		return append(blocks, w.builder.build(low, rows))
	}
	slices.SortFunc(rows, func(a, b *Row) int { return a.order.compare(&b.order) })
	parts := (len(rows) + filled - 1) / filled
	for i := range parts {
		from, to := i*len(rows)/parts, (i+1)*len(rows)/parts
		if i > 0 {
			low = rows[from].order
		}
		blocks = append(blocks, w.builder.build(low, rows[from:to:to]))
	}
	return blocks
}

// Columns are the bytes that a scan of everything reads beside dictionaries, block by
// block, to measure with; they must not be changed.
func (s *Set) Columns() iter.Seq[[]uint8] {
	return func(yield func([]uint8) bool) {
		for _, b := range s.blocks {
			if !yield(b.space) {
				return
			}
		}
	}
}
