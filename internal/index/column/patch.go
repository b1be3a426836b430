package column

import (
	"slices"

	"github.com/maecenas-cci/maecenas/internal/index/kernel"
	"github.com/maecenas-cci/maecenas/internal/match"
	"github.com/maecenas-cci/maecenas/internal/match/fact"
)

const (
	// fewChanges is the number of changes up to which a block is copied and patched
	// rather than made of its rows.
	fewChanges = 64
	// patches is how many changes a block takes before it is made of its rows again:
	// until then it keeps members that no row has any more, which make its bounds
	// looser, never wrong.
	patches = 512
)

// patch is a copy of a block with few changes; nil: it has to be made anew.
func (b *block) patch(d *delta) *block {
	changes := len(d.gone) + len(d.added)
	size := len(b.rows) + len(d.added) - len(d.gone)
	if changes > fewChanges || b.patched+changes > patches || size > b.padded || size < sparse {
		return nil
	}
	c := *b
	c.patched += changes
	c.rows = append(make([]*Row, 0, b.padded), b.rows...)
	c.space = slices.Clone(b.space)
	for _, r := range d.gone {
		if !c.remove(r) {
			return nil
		}
	}
	for _, r := range d.added {
		if !c.add(r) {
			return nil
		}
	}
	return &c
}

// columns are how many columns a block has.
const columns = int(match.Facets) + int(fact.Businesses)

// remove puts the last row in a row's place.
func (b *block) remove(r *Row) bool {
	at, last := slices.Index(b.rows, r), len(b.rows)-1
	if at < 0 {
		return false
	}
	b.rows[at] = b.rows[last]
	b.rows = b.rows[:last]
	for c := range columns {
		column := b.space[c*b.padded:]
		column[at] = column[last]
	}
	return true
}

// add adds a row; false: its codes have no entry left.
func (b *block) add(r *Row) bool {
	at := len(b.rows)
	for f := range match.Facets {
		entry, ok := b.entry(f, r.codes[f])
		if !ok {
			return false
		}
		b.codes(f)[at] = entry
		b.most[f] = max(b.most[f], entry)
	}
	for v := range fact.Businesses {
		b.values(v)[at] = stepsOf(r.Need, v)
	}
	b.rows = append(b.rows, r)
	return true
}

// entry is the entry of a code, which becomes a member if it is none.
func (b *block) entry(f match.Facet, code uint32) (entry uint8, ok bool) {
	const entries = len(kernel.Table{})
	per, members := int(b.per[f]), b.membersOf(f)
	at := slices.Index(members, code)
	if at < 0 {
		at = len(members)
		if per == 0 && code >= uint32(entries) || per > 0 && at/per >= entries {
			return 0, false
		}
		// The members of others follow: the list is copied, as other blocks share it.
		b.members = slices.Insert(slices.Clone(b.members), int(b.ends[f]), code)
		for g := f; g < match.Facets; g++ {
			b.ends[g]++
		}
	}
	if per == 0 {
		return uint8(code), true
	}
	return uint8(at / per), true
}

// stepsOf is a value at hand in steps, rounded up.
func stepsOf(n *match.Need, v fact.Business) uint8 {
	return uint8((int(n.Business[v].Low) + valueStep - 1) / valueStep)
}
