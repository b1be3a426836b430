// Package ranking measures rankings against what happened: how high those stand
// that were chosen.
//
// The figures are those of information retrieval. NDCG@10: the sum of 1/log2(rank
// + 1) over the chosen in the first ten, over the most it could be (Järvelin and
// Kekäläinen, 2002). Recall@k: the share of the chosen that stand in the first k.
// MRR: one over the rank of the first chosen. AUC: the chance that a chosen one
// stands above another (Mann and Whitney, 1947; ties count half). A query's figure
// is its mean over several ways to break ties at random; the whole's is the mean
// over queries, with a 95 % interval by bootstrap over queries (Efron, 1979).
//
// Everything random is seeded: the same queries give the same figures.
package ranking

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
)

// Candidate is one of those that a query ranks.
type Candidate struct {
	// Score orders candidates, the largest first; equal ones are tied.
	Score int64
	// Chosen says that it was chosen afterwards.
	Chosen bool
}

// Metric is one of the figures.
type Metric int

// The figures, in the order in which they are reported.
const (
	// NDCG10 is NDCG@10.
	NDCG10 Metric = iota
	// Recall10 is recall@10.
	Recall10
	// Recall50 is recall@50.
	Recall50
	// MRR is the mean reciprocal rank.
	MRR
	// AUC is the area under the receiver operating characteristic.
	AUC
	// Metrics is how many there are.
	Metrics
)

// String returns the figure's usual name.
func (m Metric) String() string {
	return [...]string{"NDCG@10", "recall@10", "recall@50", "MRR", "AUC"}[m]
}

// Figure is a mean over queries with its 95 % interval; all lie in 0..1.
type Figure struct {
	Mean, Low, High float64
}

// Figures are the figures of a set of queries, by Metric.
type Figures struct {
	// Queries is how many queries were measured.
	Queries int
	// Of holds each figure.
	Of [Metrics]Figure
}

// String writes all figures in one line, with three decimals.
func (f Figures) String() string {
	parts := []string{fmt.Sprintf("queries %d", f.Queries)}
	for m := range Metrics {
		v := f.Of[m]
		parts = append(parts, fmt.Sprintf("%s %.3f [%.3f,%.3f]", m, v.Mean, v.Low, v.High))
	}
	return strings.Join(parts, "  ")
}

// tieBreaks is over how many random orders of ties a query's figure is averaged.
const tieBreaks = 3

// Board collects the results of queries. The zero value is ready; it is not safe
// for concurrent use.
type Board struct {
	results [][Metrics]float64
	asked   uint64
}

// Add measures one query and reports whether it counts: one with nobody chosen,
// or with nobody else, says nothing about a ranking. It reorders the candidates.
func (b *Board) Add(candidates []Candidate) bool {
	b.asked++
	chosen := 0
	for _, c := range candidates {
		if c.Chosen {
			chosen++
		}
	}
	if chosen == 0 || chosen == len(candidates) {
		return false
	}
	var result [Metrics]float64
	for draw := range uint64(tieBreaks) {
		random := rand.New(rand.NewPCG(draw, b.asked))
		random.Shuffle(len(candidates), func(i, j int) {
			candidates[i], candidates[j] = candidates[j], candidates[i]
		})
		slices.SortStableFunc(candidates, func(x, y Candidate) int { return cmp.Compare(y.Score, x.Score) })
		for m, v := range positional(candidates, chosen) {
			result[m] += v / tieBreaks
		}
	}
	result[AUC] = areaUnderCurve(candidates, chosen)
	b.results = append(b.results, result)
	return true
}

// positional are the figures that depend on single ranks; AUC stays 0.
func positional(sorted []Candidate, chosen int) (r [Metrics]float64) {
	var ideal float64
	for i := range min(chosen, 10) {
		ideal += discount(i)
	}
	for i, c := range sorted {
		if !c.Chosen {
			continue
		}
		if r[MRR] == 0 {
			r[MRR] = 1 / float64(i+1)
		}
		if i < 10 {
			r[NDCG10] += discount(i) / ideal
			r[Recall10] += 1 / float64(chosen)
		}
		if i < 50 {
			r[Recall50] += 1 / float64(chosen)
		}
	}
	return r
}

func discount(i int) float64 { return 1 / math.Log2(float64(i+2)) }

// areaUnderCurve counts ranks from the lowest; tied ones share their mean rank.
func areaUnderCurve(sorted []Candidate, chosen int) float64 {
	n := len(sorted)
	var ranks float64
	for end := n; end > 0; {
		start := end
		tied := 0
		for start > 0 && sorted[start-1].Score == sorted[end-1].Score {
			start--
			if sorted[start].Chosen {
				tied++
			}
		}
		lowest, highest := n-end+1, n-start
		ranks += float64(lowest+highest) / 2 * float64(tied)
		end = start
	}
	p := float64(chosen)
	return (ranks - p*(p+1)/2) / (p * (float64(n) - p))
}

// resamples is how many bootstrap samples make an interval.
const resamples = 500

// Figures returns the figures of all queries that counted; zeroes when none did.
func (b *Board) Figures() Figures {
	n := len(b.results)
	f := Figures{Queries: n}
	if n == 0 {
		return f
	}
	for _, r := range b.results {
		for m, v := range r {
			f.Of[m].Mean += v / float64(n)
		}
	}
	var means [Metrics][]float64
	random := rand.New(rand.NewPCG(1, 1))
	for range resamples {
		var sum [Metrics]float64
		for range n {
			for m, v := range b.results[random.IntN(n)] {
				sum[m] += v
			}
		}
		for m, v := range sum {
			means[m] = append(means[m], v/float64(n))
		}
	}
	for m := range means {
		slices.Sort(means[m])
		f.Of[m].Low = means[m][resamples*25/1000]
		f.Of[m].High = means[m][resamples*975/1000]
	}
	return f
}
