package exposure

import (
	"context"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/index"
	"github.com/maecenas-cci/maecenas/internal/match"
)

// DefaultTop is how many matches of a mandate are its top where nobody says.
const DefaultTop = 20

// Query asks for a report.
type Query struct {
	// Day is the day asked, with its exchange rates.
	Day match.Day
	// Top is how many matches of each mandate are its top; 0: DefaultTop.
	Top int
}

// Report replays the mandates of a snapshot that are published and open on the day.
// Errors are ctx's.
func Report(ctx context.Context, snapshot *index.Snapshot, q Query) (*maecenasv1.ExposureReport, error) {
	if q.Top == 0 {
		q.Top = DefaultTop
	}
	p := populationOf(snapshot, &q.Day)
	mandates := openMandates(snapshot, q.Day)
	counts, err := replay(ctx, snapshot, p, mandates, q)
	if err != nil {
		return nil, err
	}
	return &maecenasv1.ExposureReport{
		Cells: p.report(counts), Top: int32(q.Top), Mandates: int64(len(mandates)),
		DataRevision: snapshot.Revision(), PolicyVersion: match.PolicyVersion, AsOfDate: q.Day.Date,
	}, nil
}

// openMandates are those that are published and open on the day, by name.
func openMandates(snapshot *index.Snapshot, day match.Day) []*match.Mandate {
	var open []*match.Mandate
	for m := range snapshot.Mandates() {
		if m.On(day).Open() {
			open = append(open, m)
		}
	}
	slices.SortFunc(open, func(a, b *match.Mandate) int { return strings.Compare(a.Name(), b.Name()) })
	return open
}

// tally counts pairs of one group, or of all that a worker saw.
type tally struct {
	shown, pairs, fails, unknown, scored, score int64
}

func (t *tally) add(o tally) {
	t.shown += o.shown
	t.pairs += o.pairs
	t.fails += o.fails
	t.unknown += o.unknown
	t.scored += o.scored
	t.score += o.score
}

// counts are what replaying mandates gave.
type counts struct {
	needs []tally // by the population's needs
	shown []bool  // by its organizations: in the top of a mandate
}

func newCounts(p *population) counts {
	return counts{make([]tally, len(p.needs)), make([]bool, p.organizations)}
}

// replay replays mandates on all cores. Sums of integers do not tell in which order.
func replay(ctx context.Context, snapshot *index.Snapshot, p *population, mandates []*match.Mandate, q Query) (counts, error) {
	workers := max(1, min(runtime.GOMAXPROCS(0), len(mandates)))
	parts, errs := make([]counts, workers), make([]error, workers)
	var next atomic.Int64
	var group sync.WaitGroup
	for w := range workers {
		group.Go(func() {
			parts[w] = newCounts(p)
			for errs[w] == nil {
				i := int(next.Add(1)) - 1
				if i >= len(mandates) {
					return
				}
				errs[w] = parts[w].mandate(ctx, snapshot, p, mandates[i].On(q.Day), q)
			}
		})
	}
	group.Wait()
	all := newCounts(p)
	for w := range workers {
		if errs[w] != nil {
			return counts{}, errs[w]
		}
		for i := range all.needs {
			all.needs[i].add(parts[w].needs[i])
		}
		for i, shown := range parts[w].shown {
			all.shown[i] = all.shown[i] || shown
		}
	}
	return all, nil
}

// checkEvery is after how many pairs a replay looks whether it was cancelled.
const checkEvery = 4096

// mandate adds one mandate's pairs and its top.
func (c *counts) mandate(ctx context.Context, snapshot *index.Snapshot, p *population, plan *match.Plan, q Query) error {
	hits, _, err := snapshot.MatchNeeds(ctx, plan, index.Query{Day: q.Day, Limit: q.Top})
	if err != nil {
		return err
	}
	for _, hit := range hits {
		i := p.byName[hit.Name]
		c.needs[i].shown++
		c.shown[p.needs[i].organization] = true
	}
	for i := range p.needs {
		if i%checkEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		need := p.needs[i].need
		if !plan.Exists(need) {
			continue
		}
		t := &c.needs[i]
		t.pairs++
		fails, unknown := plan.Tally(need)
		if unknown {
			t.unknown++
		}
		if fails > 0 {
			t.fails++
			continue
		}
		t.scored++
		t.score += int64(plan.Score(need).Score())
	}
	return ctx.Err()
}
