package column

import (
	"slices"

	"github.com/maecenas-cci/maecenas/internal/match"
	"github.com/maecenas-cci/maecenas/internal/match/fact"
)

// unknown is the code of rows of whose facet nothing is known.
const unknown = 0

// standing is who stands for the rows of a code.
type standing struct {
	need *match.Need
	// mixed says that the rows are not all alike in what the facet tells apart roughly.
	mixed bool
}

// pageSize is how many standings are copied when one of them changes.
const pageSize = 256

type page [pageSize]standing

// standings are the standings by code, in pages that snapshots share.
type standings []*page

func (s standings) of(code uint32) *standing { return &s[code/pageSize][code%pageSize] }

// dictionary gives equal facets one code. A code is given again once no row has it.
type dictionary struct {
	facet match.Facet
	codes map[fact.FacetKey]uint32
	keys  []fact.FacetKey
	rows  []int32
	free  []uint32
	pages standings
	// owned are the pages that no published set has; nil where not even the list of
	// pages is the dictionary's own.
	owned map[uint32]bool
}

func newDictionary(f match.Facet) *dictionary {
	d := &dictionary{facet: f, codes: map[fact.FacetKey]uint32{}, keys: make([]fact.FacetKey, 1), rows: make([]int32, 1)}
	d.pages = standings{{}}
	return d
}

// take is the code of a need's facet, for one more row.
func (d *dictionary) take(n *match.Need) uint32 {
	key, ok := n.Facet(d.facet)
	if !ok {
		return unknown
	}
	if code, known := d.codes[key]; known {
		d.rows[code]++
		if s := d.pages.of(code); d.facet == fact.FacetSector && !s.mixed && s.need.SectorKey != n.SectorKey {
			d.set(code, standing{s.need, true})
		}
		return code
	}
	code := uint32(len(d.keys))
	if last := len(d.free) - 1; last >= 0 {
		code, d.free = d.free[last], d.free[:last]
		d.keys[code], d.rows[code] = key, 1
	} else {
		d.keys, d.rows = append(d.keys, key), append(d.rows, 1)
	}
	d.codes[key] = code
	d.set(code, standing{n.Stand(d.facet), false})
	return code
}

// drop takes a row's code back.
func (d *dictionary) drop(code uint32) {
	if code == unknown {
		return
	}
	if d.rows[code]--; d.rows[code] == 0 {
		delete(d.codes, d.keys[code])
		d.free = append(d.free, code)
	}
}

// set writes a standing where no published set sees it.
func (d *dictionary) set(code uint32, s standing) {
	if d.owned == nil {
		d.owned, d.pages = map[uint32]bool{}, slices.Clone(d.pages)
	}
	at := code / pageSize
	switch {
	case int(at) == len(d.pages):
		d.pages = append(d.pages, &page{})
	case !d.owned[at]:
		copied := *d.pages[at]
		d.pages[at] = &copied
	}
	d.owned[at] = true
	*d.pages.of(code) = s
}

// publish is the standings as they are, for a set.
func (d *dictionary) publish() standings {
	d.owned = nil
	return d.pages
}
