package index

import (
	"context"
	"runtime"

	"github.com/maecenas-cci/maecenas/internal/index/column"
	"github.com/maecenas-cci/maecenas/internal/index/kernel"
	"github.com/maecenas-cci/maecenas/internal/match"
)

// engine says what a scan of columns runs on.
type engine struct {
	// kernel adds up; nil: the chosen one.
	kernel *kernel.Kernel
	// threads is how many goroutines take part; 0: as many as help, while others leave
	// processors idle.
	threads int
	// plain evaluates every mandate, whatever its sketch says.
	plain bool
}

// needScan ranks needs for a mandate: columns tell which rows are not out of reach, and
// those are evaluated exactly.
type needScan struct {
	plan  *match.Plan
	table *table[*column.Row]
	set   *column.Set
	query *Query
	// shared is what the goroutines of one ranking tell each other; nil: there is one.
	shared *floor
}

// rank makes a row's candidate; ok is false where it is not ranked.
func (s *needScan) rank(c *candidate, r *column.Row, into *page) (ok bool) {
	if !s.plan.SeesNeed(r.Need) || !evaluate(c, s.plan, r.Need, s.query, into) {
		return false
	}
	c.name, c.need, c.mandate = r.Name(), r.Name(), s.plan.Mandate().Name()
	return true
}

func (s *needScan) group(name string) (out []candidate) {
	for _, r := range s.table.group(groupOf(name)) {
		var c candidate
		if groupOf(r.Name()) == groupOf(name) && s.rank(&c, r, nil) {
			out = append(out, c)
		}
	}
	return out
}

// first reports whether a row's candidate ranks before all others of its group.
func (s *needScan) first(c *candidate) bool {
	group := groupOf(c.name)
	for _, r := range s.table.group(group) {
		var other candidate
		if r.Name() != c.name && groupOf(r.Name()) == group && s.rank(&other, r, nil) && other.before(c) {
			return false
		}
	}
	return true
}

// visit goes over the rows that a page does not reject, or the first of each group.
func (s *needScan) visit(ctx context.Context, into *page, onePerGroup bool, visit func(*candidate)) error {
	search := s.set.Search(s.question(into, onePerGroup, visit))
	s.set.Loose(s.finish(into, onePerGroup, visit))
	return search.Run(ctx)
}

// each offers every row that is ranked to a page.
func (s *needScan) each(ctx context.Context, into *page, onePerGroup bool) error {
	offer := func(to *page) func(*candidate) {
		return func(c *candidate) { to.offer(c) }
	}
	helpers, done := s.query.engine.helpers(s.set.Len())
	defer done()
	if helpers > 0 {
		s.shared = &floor{}
	}
	search := s.set.Search(s.question(into, onePerGroup, offer(into)))
	pages := make(chan *page, helpers)
	for range helpers {
		other := *s
		other.plan = s.plan.Fork()
		go func() {
			p := &page{limit: into.limit, after: into.after}
			// It ends with ctx, whose error the first goroutine answers too.
			_ = search.Help(ctx, other.question(p, onePerGroup, offer(p)))
			other.plan.Forget()
			pages <- p
		}()
	}
	s.set.Loose(s.finish(into, onePerGroup, offer(into)))
	err := search.Run(ctx)
	for range helpers {
		p := <-pages
		for i := range p.kept {
			into.offer(&p.kept[i])
		}
	}
	return err
}

// question is what a page still looks for.
func (s *needScan) question(into *page, onePerGroup bool, visit func(*candidate)) column.Question {
	return column.Question{
		Plan: s.plan, NearMisses: s.query.NearMisses, Kernel: s.query.engine.kernel,
		Least: func() (passing, open int64) { return s.least(into) },
		Visit: s.finish(into, onePerGroup, visit),
	}
}

// finish evaluates a row exactly.
func (s *needScan) finish(into *page, onePerGroup bool, visit func(*candidate)) func(*column.Row) {
	var c candidate
	return func(r *column.Row) {
		if s.rank(&c, r, into) && into.wants(&c) && (!onePerGroup || s.first(&c)) {
			visit(&c)
		}
	}
}

// least is the least sums that the last of a full page leaves open.
func (s *needScan) least(into *page) (passing, open int64) {
	passing, open = into.least(s.query, s.shared)
	if s.query.ByFit {
		activity := s.plan.Activity()
		return passing + activity, open + activity
	}
	return passing, open
}

// severalFrom is the number of rows from which on a second goroutine helps.
const severalFrom = 1 << 17

// idle are the processors that rankings may use beyond one each.
var idle = make(chan struct{}, max(runtime.GOMAXPROCS(0)-1, 0))

// helpers is how many goroutines help the first one, and what gives them back. One more
// than the first is all that a ranking takes, so that it never starves others.
func (e *engine) helpers(rows int) (n int, done func()) {
	nothing := func() {}
	switch {
	case e.threads > 0:
		return e.threads - 1, nothing
	case rows < severalFrom:
		return 0, nothing
	}
	select {
	case idle <- struct{}{}:
		return 1, func() { <-idle }
	default:
		return 0, nothing
	}
}
