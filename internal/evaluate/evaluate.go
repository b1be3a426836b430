// Package evaluate ranks a benchmark folder with the engine that serves requests
// and measures the rankings against what happened.
//
// It wires packages that may not know each other: dataset, which reads the
// tables, and index and match, which rank. Nothing is stored; nothing of the
// tables outlives a run.
package evaluate

import (
	"bufio"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"math"
	"strconv"
	"strings"

	"github.com/maecenas-cci/maecenas/internal/assess"
	"github.com/maecenas-cci/maecenas/internal/dataset/benchmark"
	"github.com/maecenas-cci/maecenas/internal/dataset/ranking"
	"github.com/maecenas-cci/maecenas/internal/index"
	"github.com/maecenas-cci/maecenas/internal/match"
	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

// Options says how a folder is ranked. The zero value ranks needs for mandates.
type Options struct {
	// Reverse ranks mandates for needs.
	Reverse bool
	// Graded leaves learned values out: grades of the last deals alone.
	Graded bool
	// Progress, where it is set, is called after each query.
	Progress func(done, total int)
}

// Report is what a run did.
type Report struct {
	// Day is the day asked, YYYY-MM-DD.
	Day string
	// Organizations and Investors are how many the folder holds.
	Organizations, Investors int
	// Queries is how many rankings were made, Pairs how many places they had.
	Queries, Pairs int
	// Figures are those of the queries of which somebody was chosen; its Queries
	// is 0 where the folder does not tell.
	Figures ranking.Figures
}

// engine is the index with a folder in it.
type engine struct {
	data     *benchmark.Benchmark
	snapshot *index.Snapshot
	day      match.Day
}

// Run ranks everything for everybody in a benchmark folder and writes each pair
// as a row investor_id,org_id,score, where the score is the exact sum that the
// order goes by. With scores nil it only measures. Errors are those of the files,
// of the writer and of ctx.
func Run(ctx context.Context, dir string, o Options, scores io.Writer) (Report, error) {
	data, err := benchmark.Read(dir)
	if err != nil {
		return Report{}, err
	}
	if scores == nil {
		scores = io.Discard
	}
	e, err := load(data, o.Graded)
	if err != nil {
		return Report{}, err
	}
	report := Report{Day: data.Day, Organizations: len(data.Askers), Investors: len(data.Givers)}
	queries, run := len(data.Givers), e.needsFor
	if o.Reverse {
		queries, run = len(data.Askers), e.mandatesFor
	}
	out := newScoreWriter(scores)
	var board ranking.Board
	for i := range queries {
		places, err := run(ctx, i)
		if err != nil {
			return Report{}, err
		}
		report.Queries++
		for _, p := range places {
			if p.ranked {
				report.Pairs++
				out.write(p)
			}
		}
		if data.Chosen != nil {
			board.Add(e.candidates(places))
		}
		if o.Progress != nil {
			o.Progress(i+1, queries)
		}
	}
	report.Figures = board.Figures()
	return report, out.close()
}

// asGiven takes the tables' dollars for euros one to one, so that bands of amounts are
// of amounts as they are given.
const asGiven = "date USD\n1900-01-01 1\n"

// load compiles a folder into an index, as the server does what is stored.
func load(data *benchmark.Benchmark, graded bool) (*engine, error) {
	rates, err := taxonomy.ParseRates(asGiven)
	if err != nil {
		return nil, err
	}
	batch := index.Batch{Revision: 1}
	for _, a := range data.Askers {
		batch.Needs = append(batch.Needs, index.NeedChange{Name: a.Need.GetName(), Need: match.NewNeed(match.NeedFacts{
			Need:         a.Need,
			Organization: a.Organization,
			Assessment:   assess.Assess(assess.Of(a.Organization, nil)),
		})})
	}
	var market *match.Market
	if !graded {
		market = match.NewMarket(match.MarketFacts{
			Date: data.Day, Rates: rates, Needs: needsOf(batch), Investors: investorsOf(data),
		})
	}
	for _, g := range data.Givers {
		facts := match.MandateFacts{
			Mandate:      g.Mandate,
			Investor:     g.Investor,
			Deals:        g.Deals,
			ListedStages: g.ListedStages,
		}
		if market != nil {
			facts.Learned = match.Learn(g.Deals, market)
		}
		batch.Mandates = append(batch.Mandates, index.MandateChange{Name: g.Mandate.GetName(), Mandate: match.NewMandate(facts)})
	}
	x := index.New()
	x.Apply(batch)
	return &engine{data, x.Snapshot(), match.NewDay(data.Day, rates)}, nil
}

// needsOf are the needs of a batch.
func needsOf(b index.Batch) iter.Seq[*match.Need] {
	return func(yield func(*match.Need) bool) {
		for _, c := range b.Needs {
			if !yield(c.Need) {
				return
			}
		}
	}
}

// investorsOf are all investors of a folder, all of whom agreed.
func investorsOf(data *benchmark.Benchmark) iter.Seq[match.InvestorDeals] {
	return func(yield func(match.InvestorDeals) bool) {
		for _, g := range data.Givers {
			if !yield(match.InvestorDeals{Deals: g.Deals, Agreed: true}) {
				return
			}
		}
		for _, deals := range data.Others {
			if !yield(match.InvestorDeals{Deals: deals, Agreed: true}) {
				return
			}
		}
	}
}

// place is a pair and where a ranking put it.
type place struct {
	benchmark.Pair
	score  int64
	ranked bool
}

// needsFor ranks all organizations for the i-th investor; those that its ranking
// does not hold follow at the end.
func (e *engine) needsFor(ctx context.Context, i int) ([]place, error) {
	giver := &e.data.Givers[i]
	plan := e.snapshot.Mandate(giver.Mandate.GetName()).On(e.day)
	hits, _, err := e.snapshot.MatchNeeds(ctx, plan, index.Query{Day: e.day, Limit: len(e.data.Askers)})
	if err != nil {
		return nil, fmt.Errorf("evaluate: investor %s: %w", giver.ID, err)
	}
	places, seen := start(hits, len(e.data.Askers), func(name string) benchmark.Pair {
		return benchmark.Pair{Investor: giver.ID, Organization: idOf(name)}
	})
	for _, a := range e.data.Askers {
		if p := (benchmark.Pair{Investor: giver.ID, Organization: a.ID}); !seen[p] {
			places = append(places, place{Pair: p, score: math.MinInt64})
		}
	}
	return places, nil
}

// mandatesFor ranks all investors for the i-th organization; those that its
// ranking does not hold follow at the end.
func (e *engine) mandatesFor(ctx context.Context, i int) ([]place, error) {
	asker := &e.data.Askers[i]
	need := e.snapshot.Need(asker.Need.GetName())
	hits, _, err := e.snapshot.MatchMandates(ctx, need, index.Query{Day: e.day, Limit: len(e.data.Givers)})
	if err != nil {
		return nil, fmt.Errorf("evaluate: organization %s: %w", asker.ID, err)
	}
	places, seen := start(hits, len(e.data.Givers), func(name string) benchmark.Pair {
		return benchmark.Pair{Investor: idOf(name), Organization: asker.ID}
	})
	for _, g := range e.data.Givers {
		if p := (benchmark.Pair{Investor: g.ID, Organization: asker.ID}); !seen[p] {
			places = append(places, place{Pair: p, score: math.MinInt64})
		}
	}
	return places, nil
}

// start makes places of a ranking's hits.
func start(hits []index.Hit, room int, pair func(name string) benchmark.Pair) ([]place, map[benchmark.Pair]bool) {
	places := make([]place, 0, room)
	seen := make(map[benchmark.Pair]bool, len(hits))
	for _, h := range hits {
		p := pair(h.Name)
		seen[p] = true
		places = append(places, place{Pair: p, score: h.Sum.Low, ranked: true})
	}
	return places, seen
}

// candidates are the places that count.
func (e *engine) candidates(places []place) []ranking.Candidate {
	list := make([]ranking.Candidate, 0, len(places))
	for _, p := range places {
		if !e.data.LeftOut[p.Pair] {
			list = append(list, ranking.Candidate{Score: p.score, Chosen: e.data.Chosen[p.Pair]})
		}
	}
	return list
}

// idOf is the tables' id in a name such as investors/i00002/mandates/rounds.
func idOf(name string) string {
	_, rest, _ := strings.Cut(name, "/")
	id, _, _ := strings.Cut(rest, "/")
	return id
}

// scoreWriter writes rows; the first error ends it and is kept.
type scoreWriter struct {
	buffer *bufio.Writer
	rows   *csv.Writer
	err    error
}

func newScoreWriter(w io.Writer) *scoreWriter {
	buffer := bufio.NewWriterSize(w, 64<<10)
	s := &scoreWriter{buffer: buffer, rows: csv.NewWriter(buffer)}
	s.err = s.rows.Write([]string{"investor_id", "org_id", "score"})
	return s
}

func (s *scoreWriter) write(p place) {
	if s.err == nil {
		s.err = s.rows.Write([]string{p.Investor, p.Organization, strconv.FormatInt(p.score, 10)})
	}
}

func (s *scoreWriter) close() error {
	s.rows.Flush()
	if s.err == nil {
		s.err = s.rows.Error()
	}
	if s.err == nil {
		s.err = s.buffer.Flush()
	}
	return s.err
}
