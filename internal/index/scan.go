package index

import (
	"context"

	"github.com/maecenas-cci/maecenas/internal/match"
)

// checkEvery is after how many rows a scan looks whether it was cancelled.
const checkEvery = 4096

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

// mandateScan ranks mandates for a need.
type mandateScan struct {
	need  *match.Need
	table *table[*mandateRow]
	query *Query
	plan  match.Plan
}

func (s *mandateScan) rank(c *candidate, r *mandateRow, into *page) (ok bool) {
	s.plan.Bind(r.mandate.With(s.query.Tuning), &s.query.Day)
	if !s.plan.SeesMandate(s.need) || !evaluate(c, &s.plan, s.need, s.query, into) {
		return false
	}
	c.name, c.need, c.mandate = r.name, s.need.Rest.Name, r.name
	return true
}

func (s *mandateScan) each(ctx context.Context, into *page, _ bool) error {
	seen := 0
	var c candidate
	for r := range s.table.all() {
		if seen++; seen == checkEvery {
			seen = 0
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		if s.rank(&c, r, into) {
			into.offer(&c)
		}
	}
	return ctx.Err()
}

// group is the mandate alone: an investor may have several in a ranking.
func (s *mandateScan) group(string) []candidate { return nil }
