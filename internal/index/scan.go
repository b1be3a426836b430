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
	key  Key
	tied bool
	sum  match.Sum
	// other is the name of the other side.
	need, mandate string
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

// evaluate gates and scores a pair; ok is false where it is not ranked.
func evaluate(p *match.Plan, n *match.Need, q *Query) (c candidate, ok bool) {
	most := 0
	if q.NearMisses {
		most = 1
	}
	e, fails := p.GateUpTo(n, most)
	if fails != most {
		return c, false
	}
	c.sum = p.Score(n)
	c.key = Key{Eligibility: e, Value: c.sum.Low}
	if q.ByFit {
		c.key.Value = c.sum.Fit()
	}
	if q.NearMisses {
		if d, _, ok := p.Distance(n); ok {
			c.key.Distance = d
		} else {
			c.key.Distance = match.NoDistance
		}
	}
	return c, true
}

// needScan ranks needs for a mandate.
type needScan struct {
	plan  *match.Plan
	table *table[match.Need]
	query *Query
}

func (s *needScan) candidate(r *row[match.Need]) (candidate, bool) {
	if !s.plan.SeesNeed(&r.value) {
		return candidate{}, false
	}
	c, ok := evaluate(s.plan, &r.value, s.query)
	c.name, c.need, c.mandate = r.name, r.name, s.plan.Mandate().Name()
	return c, ok
}

func (s *needScan) each(ctx context.Context, into *page, onePerGroup bool) error {
	seen := 0
	for _, bucket := range s.table.buckets {
		if seen += len(bucket); seen >= checkEvery {
			seen = 0
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		var best candidate
		ranked := false
		for i := range bucket {
			if bucket[i].first && ranked {
				into.offer(&best)
				ranked = false
			}
			c, ok := s.candidate(&bucket[i])
			switch {
			case !ok:
			case !onePerGroup:
				into.offer(&c)
			case !ranked || c.before(&best):
				best, ranked = c, true
			}
		}
		if ranked {
			into.offer(&best)
		}
	}
	return ctx.Err()
}

func (s *needScan) group(name string) []candidate {
	bucket := s.table.buckets[s.table.bucketOf(name)]
	var out []candidate
	for i := range bucket {
		if groupOf(bucket[i].name) != groupOf(name) {
			continue
		}
		if c, ok := s.candidate(&bucket[i]); ok {
			out = append(out, c)
		}
	}
	return out
}

// mandateScan ranks mandates for a need.
type mandateScan struct {
	need  *match.Need
	table *table[*match.Mandate]
	query *Query
	plan  match.Plan
}

func (s *mandateScan) candidate(r *row[*match.Mandate]) (candidate, bool) {
	s.plan.Bind(r.value.WithWeights(s.query.Weights), &s.query.Day)
	if !s.plan.SeesMandate(s.need) {
		return candidate{}, false
	}
	c, ok := evaluate(&s.plan, s.need, s.query)
	c.name, c.need, c.mandate = r.name, s.need.Rest.Name, r.name
	return c, ok
}

func (s *mandateScan) each(ctx context.Context, into *page, _ bool) error {
	seen := 0
	for _, bucket := range s.table.buckets {
		if seen += len(bucket); seen >= checkEvery {
			seen = 0
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		for i := range bucket {
			if c, ok := s.candidate(&bucket[i]); ok {
				into.offer(&c)
			}
		}
	}
	return ctx.Err()
}

// group is the mandate alone: an investor may have several in a ranking.
func (s *mandateScan) group(name string) []candidate {
	bucket := s.table.buckets[s.table.bucketOf(name)]
	for i := range bucket {
		if bucket[i].name == name {
			if c, ok := s.candidate(&bucket[i]); ok {
				return []candidate{c}
			}
		}
	}
	return nil
}
