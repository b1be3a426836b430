package index

import (
	"context"
	"sync/atomic"

	"github.com/maecenas-cci/maecenas/internal/match"
)

// mandateRow is a mandate under its name, with what a scan knows of it at a glance. Rows
// lie in a bucket side by side.
type mandateRow struct {
	name    string
	mandate *match.Mandate
	sketch  match.Sketch
}

// Name is the resource name that the row was set by.
func (r mandateRow) Name() string { return r.name }

// mandateScan ranks mandates for a need: sketches tell which are not out of reach, and
// those are evaluated exactly.
type mandateScan struct {
	need  *match.Need
	table *table[mandateRow]
	query *Query
	plan  match.Plan
	// shared is what the goroutines of one ranking tell each other.
	shared *floor
}

func (s *mandateScan) rank(c *candidate, r *mandateRow, into *page) (ok bool) {
	s.plan.Bind(r.mandate.With(s.query.Tuning), &s.query.Day)
	if !s.plan.SeesMandate(s.need) || !evaluate(c, &s.plan, s.need, s.query, into) {
		return false
	}
	c.name, c.need, c.mandate = r.name, s.need.Rest.Name, r.name
	return true
}

// sweep is the buckets of a table in two passes: near mandates first, so that the least
// sum soon is high.
type sweep [2]atomic.Int64

func (s *mandateScan) each(ctx context.Context, into *page, _ bool) error {
	helpers, done := s.query.engine.helpers(s.table.rows * mandatesPerNeed)
	defer done()
	s.shared = &floor{}
	var x sweep
	pages := make(chan *page, helpers)
	for range helpers {
		go func() {
			other := mandateScan{need: s.need, table: s.table, query: s.query, shared: s.shared}
			p := &page{limit: into.limit, after: into.after}
			// It ends with ctx, whose error the first goroutine answers too.
			_ = other.run(ctx, &x, p)
			pages <- p
		}()
	}
	err := s.run(ctx, &x, into)
	for range helpers {
		p := <-pages
		for i := range p.kept {
			into.offer(&p.kept[i])
		}
	}
	return err
}

// mandatesPerNeed is how many rows of needs a mandate costs as much as.
const mandatesPerNeed = 8

// run offers what it finds in the buckets that nobody else took.
func (s *mandateScan) run(ctx context.Context, x *sweep, into *page) error {
	asking := match.NewAsking(s.need, &s.query.Day)
	for pass := range x {
		for {
			i := int(x[pass].Add(1) - 1)
			if i >= len(s.table.directory) {
				break
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			if b := s.table.directory[i]; s.table.at(b.prefix) == i {
				s.bucket(b, asking, pass == 0, into)
			}
		}
	}
	return ctx.Err()
}

// bucket offers the mandates of a bucket that are near, or the others.
func (s *mandateScan) bucket(b *bucket[mandateRow], asking *match.Asking, near bool, into *page) {
	most := 0
	if s.query.NearMisses {
		most = 1
	}
	var c candidate
	for i := range b.rows {
		r := &b.rows[i]
		if s.query.Tuning == nil && !s.query.engine.plain {
			if asking.Near(&r.sketch) != near || asking.Excludes(&r.sketch, most) {
				continue
			}
			least, _ := into.least(s.query, s.shared)
			if least > 0 && asking.Most(&r.sketch, r.mandate, s.query.ByFit, least) < least {
				continue
			}
		} else if !near {
			continue
		}
		if s.rank(&c, r, into) {
			into.offer(&c)
		}
	}
}

// group is the mandate alone: an investor may have several in a ranking.
func (s *mandateScan) group(string) []candidate { return nil }
