package column

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/maecenas-cci/maecenas/internal/match/fact"
)

// Search is the search for one question, by one goroutine or several.
type Search struct {
	set   *Set
	first *scan
	// order are the blocks that are looked at: those whose places are worth most come
	// first, so that the least sum soon is high.
	order []ordered
	at    atomic.Int64
	// places are the parts of all places, worked out to find the order: who helps need
	// not do it again.
	places []part
}

// ordered is a block with what its places are worth at most, in units.
type ordered struct {
	block uint32
	place uint8
}

var scans = sync.Pool{New: func() any { return &scan{} }}

// Search begins a search.
func (s *Set) Search(q Question) *Search {
	x := &Search{set: s, first: scans.Get().(*scan)}
	if len(s.blocks) > 0 {
		x.first.open(s, q)
		x.arrange()
		if x.first.asked[fact.FacetPlace] {
			x.places = slices.Clone(x.first.memo[fact.FacetPlace])
		}
	}
	return x
}

// arrange puts the blocks in order, without those whose places all fail.
func (x *Search) arrange() {
	const f = fact.FacetPlace
	c := x.first
	places := make([]ordered, 0, len(x.set.blocks))
	var ends [257]int
	from := uint32(0)
	for i, to := range x.set.ends {
		o := ordered{block: uint32(i)}
		if c.asked[f] {
			least := uint8(255)
			for _, code := range x.set.places[from:to] {
				p := c.partOf(f, code)
				least, o.place = min(least, p.level()), max(o.place, p.value())
			}
			if from = to; least >= c.limit {
				continue
			}
		}
		places = append(places, o)
		ends[int(255-o.place)+1]++
	}
	for v := range 256 {
		ends[v+1] += ends[v]
	}
	x.order = make([]ordered, len(places))
	for _, o := range places {
		at := &ends[int(255-o.place)]
		x.order[*at] = o
		*at++
	}
}

// Run visits rows until no block is left; once, for the question that the search was
// begun with. The error is ctx's.
func (x *Search) Run(ctx context.Context) error {
	defer x.close(x.first)
	return x.run(ctx, x.first)
}

// Help takes part in the search from another goroutine, with a plan and functions of
// its own.
func (x *Search) Help(ctx context.Context, q Question) error {
	if len(x.set.blocks) == 0 {
		return ctx.Err()
	}
	c := scans.Get().(*scan)
	defer x.close(c)
	c.open(x.set, q)
	copy(c.memo[fact.FacetPlace], x.places)
	return x.run(ctx, c)
}

func (x *Search) close(c *scan) {
	c.question, c.parts, c.set = Question{}, nil, nil
	scans.Put(c)
}

func (x *Search) run(ctx context.Context, c *scan) error {
	others := c.most - int64(c.mostOf[fact.FacetPlace])
	for {
		i := int(x.at.Add(1) - 1)
		if i >= len(x.order) {
			return ctx.Err()
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		o := x.order[i]
		clearLeast, openLeast := c.question.Least()
		if c.fixed+(others+int64(o.place))*c.unit < min(clearLeast, openLeast) {
			continue
		}
		c.scan(x.set.blocks[o.block])
	}
}

// Loose visits the rows that are in no block yet.
func (s *Set) Loose(visit func(*Row)) {
	for _, r := range s.loose {
		visit(r)
	}
}
