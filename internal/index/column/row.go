package column

import (
	"cmp"
	"encoding/binary"
	"hash/fnv"
	"strings"

	"github.com/maecenas-cci/maecenas/internal/match"
)

// Row is a need under its name. Its fields must not be changed.
type Row struct {
	Need *match.Need

	order order
	codes [match.Facets]uint32
}

// order is where a row lies among all.
type order struct {
	// place is the text of country and region, so that what lies together comes
	// together; sector the first activity and the domains.
	place, sector uint64
	// hash and then name keep apart what is equal.
	hash uint64
	name string
}

func (o *order) compare(p *order) int {
	switch {
	case o.place != p.place:
		return cmp.Compare(o.place, p.place)
	case o.sector != p.sector:
		return cmp.Compare(o.sector, p.sector)
	case o.hash != p.hash:
		return cmp.Compare(o.hash, p.hash)
	default:
		return strings.Compare(o.name, p.name)
	}
}

// Name is the resource name that the row was set by.
func (r *Row) Name() string { return r.order.name }

// NewRow makes a row. A row is of one [Writer] once that has taken it.
func NewRow(name string, need *match.Need) *Row {
	r := &Row{Need: need, order: order{name: name}}
	place := &need.Rest.Place
	var text [8]byte
	copy(text[:2], place.Country)
	copy(text[2:], place.Region.String())
	r.order.place = binary.BigEndian.Uint64(text[:])
	r.order.sector = uint64(need.Activities[0].Key)<<16 | uint64(need.Domains)
	h := fnv.New64a()
	h.Write([]byte(name))
	r.order.hash = h.Sum64()
	return r
}
