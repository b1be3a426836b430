package index

import (
	"context"

	"github.com/maecenas-cci/maecenas/internal/match"
)

// scan goes over the rows of one direction.
type scan interface {
	// each offers every row that is ranked to a page, one need per organization
	// where only those are asked.
	each(ctx context.Context, into *page, onePerGroup bool) error
	// group answers every ranked row of a hit's organization, the hit among them.
	group(name string) []candidate
}

// candidate is a row that is ranked. Its key's Tie is worked out only where it
// decides.
type candidate struct {
	name string
	// need and mandate are the pair's names, of which the tie is made.
	need, mandate string
	key           Key
	sum           match.Sum
	tied          bool
}

// settle works out the tie.
func (c *candidate) settle() {
	if !c.tied {
		c.key.Tie, c.tied = match.Tie(c.need, c.mandate), true
	}
}

// before reports whether c ranks before o.
func (c *candidate) before(o *candidate) bool {
	if d := c.key.CompareUntied(o.key); d != 0 {
		return d < 0
	}
	c.settle()
	o.settle()
	return c.key.Tie < o.key.Tie
}

// after reports whether c ranks after a key.
func (c *candidate) after(k *Key) bool {
	if d := c.key.CompareUntied(*k); d != 0 {
		return d > 0
	}
	c.settle()
	return c.key.Tie > k.Tie
}

// evaluate gates and scores a pair, what is cheap first; ok is false where it is not
// ranked, or ranks after all that a full page keeps. Into nil: no page.
func evaluate(c *candidate, p *match.Plan, n *match.Need, q *Query, into *page) (ok bool) {
	bound := p.Bound(n)
	c.key, c.tied = Key{Eligibility: match.Eligible, Value: bound}, false
	if q.ByFit {
		c.key.Value -= p.Activity()
	}
	if into.rejects(c) {
		return false
	}
	most := 0
	if q.NearMisses {
		most = 1
	}
	e, fails := p.GateUpTo(n, most)
	if fails != most {
		return false
	}
	c.key.Eligibility = e
	if q.NearMisses {
		c.key.Distance = match.NoDistance
		if d, _, ok := p.Distance(n); ok {
			c.key.Distance = d
		}
	}
	c.key.Value += p.Tighten(bound, n) - bound
	if into.rejects(c) {
		return false
	}
	c.sum = p.Score(n)
	c.key.Value = c.sum.Low
	if q.ByFit {
		c.key.Value = c.sum.Fit()
	}
	return !into.rejects(c)
}
