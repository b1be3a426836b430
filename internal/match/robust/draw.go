package robust

import (
	"slices"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match"
)

// standing is what a row is worth in a draw: a mean of its values, as a fraction.
type standing struct {
	value, weight int64
	row           int
}

// kept counts, for rows of some places, the draws that keep them among the first.
func (r *Ranking) kept(from, to, top int) []int {
	kept := make([]int, to-from)
	// Eligible matches stay before conditional ones: where a group's members all are in
	// the top, or none can be, no draw says otherwise.
	first := 0
	for first < len(r.Rows) {
		last := first + 1
		for last < len(r.Rows) && r.Rows[last].Eligibility == r.Rows[first].Eligibility {
			last++
		}
		switch {
		case last <= top:
			for i := max(first, from); i < min(last, to); i++ {
				kept[i-from] = Draws
			}
		case first < top && first < to && last > from:
			r.draw(first, last, top-first, func(row int) {
				if row >= from && row < to {
					kept[row-from]++
				}
			})
		}
		first = last
	}
	return kept
}

// draw visits, for every draw, the rows of a group that are its first so many.
func (r *Ranking) draw(first, last, top int, visit func(row int)) {
	list := make([]standing, last-first)
	columns := newColumns(r.Rows[first:last], r.OneMandate, r.ByFit)
	for d := range Draws {
		columns.weigh(&factors()[d], list)
		// Only which come first matters, not their order: a selection, not a sort.
		r.selectFirst(list, first, top)
		for _, s := range list[:top] {
			visit(first + s.row)
		}
	}
}

// before reports whether a ranks before b.
func (r *Ranking) before(a, b *standing, first int) bool {
	if left, right := a.value*b.weight, b.value*a.weight; left != right {
		return left > right
	}
	return r.Rows[first+a.row].Tie < r.Rows[first+b.row].Tie
}

// selectFirst moves the first so many of a list to its front.
func (r *Ranking) selectFirst(list []standing, first, top int) {
	low, high := 0, len(list)-1
	for low < high {
		pivot := list[low+(high-low)/2]
		i, j := low, high
		for i <= j {
			for r.before(&list[i], &pivot, first) {
				i++
			}
			for r.before(&pivot, &list[j], first) {
				j--
			}
			if i <= j {
				list[i], list[j] = list[j], list[i]
				i, j = i+1, j-1
			}
		}
		switch {
		case top-1 <= j:
			high = j
		case top-1 >= i:
			low = i
		default:
			return
		}
	}
}

// columns are the weights of rows and their products with the values, of the terms
// that have a weight.
type columns struct {
	terms    []int
	products [][]int64 // by term, then by row
	weights  [][]int64 // nil where all rows have the same weights
}

func newColumns(rows []Row, oneMandate, byFit bool) *columns {
	c := &columns{}
	for t := 1; t < len(rows[0].Weights); t++ {
		if !slices.ContainsFunc(rows, func(r Row) bool { return r.Weights[t] > 0 }) {
			continue
		}
		products, weights := make([]int64, len(rows)), make([]int64, len(rows))
		for i := range rows {
			weights[i] = int64(rows[i].Weights[t])
			products[i] = weights[i] * int64(rows[i].counted(match.Term(t), byFit))
		}
		c.terms, c.products = append(c.terms, t), append(c.products, products)
		if !oneMandate {
			c.weights = append(c.weights, weights)
		}
	}
	return c
}

// counted is the value of a term as far as it counts for the order.
func (r *Row) counted(t match.Term, byFit bool) int32 {
	if byFit && t == maecenasv1.MatchTerm_ACTIVITY {
		return 0
	}
	return r.Values[t]
}

// weigh makes the standings of rows in a draw.
func (c *columns) weigh(factors *match.PerTerm, into []standing) {
	for i := range into {
		into[i] = standing{row: i}
		if c.weights == nil {
			into[i].weight = 1 // one sum of weights for all
		}
	}
	for k, t := range c.terms {
		f := int64(factors[t])
		products := c.products[k]
		for i := range into {
			into[i].value += f * products[i]
		}
		if c.weights == nil {
			continue
		}
		weights := c.weights[k]
		for i := range into {
			into[i].weight += f * weights[i]
		}
	}
}
