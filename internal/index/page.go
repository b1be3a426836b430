package index

import (
	"container/heap"
	"context"
	"slices"
)

// page keeps the first candidates after a key: a heap with the last of them on top.
type page struct {
	limit int
	after *Key
	kept  []candidate
}

// offer keeps a candidate if it is among the first.
func (p *page) offer(c *candidate) {
	if p.after != nil && !c.after(p.after) {
		return
	}
	if len(p.kept) < p.limit {
		heap.Push(p, *c)
		return
	}
	if p.limit > 0 && c.before(&p.kept[0]) {
		p.kept[0] = *c
		heap.Fix(p, 0)
	}
}

// full reports whether another candidate would have to displace one.
func (p *page) full() bool { return p.limit > 0 && len(p.kept) >= p.limit }

// wants reports whether offer would keep a candidate.
func (p *page) wants(c *candidate) bool {
	if p.after != nil && !c.after(p.after) {
		return false
	}
	return len(p.kept) < p.limit || p.limit > 0 && c.before(&p.kept[0])
}

// rejects reports whether a candidate ranks after all that is kept, and the page is
// full; a nil page rejects nothing.
func (p *page) rejects(c *candidate) bool {
	if p == nil || len(p.kept) < p.limit || p.limit == 0 {
		return false
	}
	// As Key.CompareUntied, without copying two keys for each row.
	last := &p.kept[0].key
	switch {
	case c.key.Distance != last.Distance:
		return c.key.Distance > last.Distance
	case c.key.Eligibility != last.Eligibility:
		return c.key.Eligibility > last.Eligibility
	default:
		return c.key.Value < last.Value
	}
}

// Len, Less, Swap, Push and Pop make the page a heap.
func (p *page) Len() int           { return len(p.kept) }
func (p *page) Less(i, j int) bool { return p.kept[j].before(&p.kept[i]) }
func (p *page) Swap(i, j int)      { p.kept[i], p.kept[j] = p.kept[j], p.kept[i] }

// Push is heap's.
func (p *page) Push(c any) { p.kept = append(p.kept, c.(candidate)) }

// Pop is heap's.
func (p *page) Pop() any {
	last := len(p.kept) - 1
	c := p.kept[last]
	p.kept = p.kept[:last]
	return c
}

// sorted are the kept candidates in order.
func (p *page) sorted() []candidate {
	slices.SortFunc(p.kept, func(a, b candidate) int {
		if a.before(&b) {
			return -1
		}
		return 1
	})
	for i := range p.kept {
		p.kept[i].settle()
	}
	return p.kept
}

// rank answers one page of a scan.
func rank(ctx context.Context, q *Query, s scan) (hits []Hit, more bool, err error) {
	if q.Keep != nil {
		hits, err = filtered(ctx, q, s)
	} else {
		p := page{limit: q.Limit + 1, after: q.After}
		if err = s.each(ctx, &p, !q.EveryNeed); err == nil {
			hits = answered(p.sorted(), q)
		}
	}
	if err != nil {
		return nil, false, err
	}
	if len(hits) > q.Limit {
		return hits[:q.Limit], true, nil
	}
	return hits, false, nil
}

// answered makes hits of candidates, ranked on from the page before.
func answered(list []candidate, q *Query) []Hit {
	hits := make([]Hit, 0, len(list))
	for i := range list {
		hits = append(hits, hitOf(&list[i], q, len(hits)))
	}
	return hits
}

func hitOf(c *candidate, q *Query, place int) Hit {
	c.settle()
	h := Hit{Name: c.name, Key: c.key, Eligibility: c.key.Eligibility, Sum: c.sum}
	h.Key.Rank = int32(place + 1)
	if q.After != nil {
		h.Key.Rank += q.After.Rank
	}
	return h
}

// filtered answers a page of what a filter keeps. It takes candidates in order, a
// stretch at a time, each stretch four times the one before, so that memory stays
// in proportion to what is asked of the filter.
func filtered(ctx context.Context, q *Query, s scan) (hits []Hit, err error) {
	f := filter{query: q, scan: s, kept: map[string]bool{}}
	after := q.After
	for limit := 4 * (q.Limit + 1); ; limit *= 4 {
		p := page{limit: limit, after: after}
		if err := s.each(ctx, &p, false); err != nil {
			return nil, err
		}
		list := p.sorted()
		for i := range list {
			ok, err := f.represents(ctx, &list[i])
			if err != nil {
				return nil, err
			}
			if !ok {
				continue
			}
			hits = append(hits, hitOf(&list[i], q, len(hits)))
			if len(hits) > q.Limit {
				return hits, nil
			}
		}
		if len(list) < limit {
			return hits, nil
		}
		after = &list[len(list)-1].key
	}
}

// filter asks Keep, once for each name.
type filter struct {
	query *Query
	scan  scan
	kept  map[string]bool
}

func (f *filter) keep(ctx context.Context, name string) (bool, error) {
	if ok, asked := f.kept[name]; asked {
		return ok, nil
	}
	if err := ctx.Err(); err != nil {
		return false, err
	}
	ok, err := f.query.Keep(name)
	if err == nil {
		f.kept[name] = ok
	}
	return ok, err
}

// represents reports whether the filter keeps a candidate and, where one need of
// an organization is asked, none of it that ranks before.
func (f *filter) represents(ctx context.Context, c *candidate) (bool, error) {
	ok, err := f.keep(ctx, c.name)
	if err != nil || !ok || f.query.EveryNeed {
		return ok, err
	}
	for _, other := range f.scan.group(c.name) {
		if other.name == c.name || !other.before(c) {
			continue
		}
		if ok, err := f.keep(ctx, other.name); err != nil || ok {
			return false, err
		}
	}
	return true, nil
}
