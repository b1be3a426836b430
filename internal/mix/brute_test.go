package mix_test

import (
	"math/big"
	"slices"

	"pgregory.net/rapid"

	"github.com/maecenas-cci/maecenas/internal/mix"
)

// mean is the mean score of parts by amount.
func mean(q mix.Question, parts []mix.Part) *big.Rat {
	value, total := int64(0), int64(0)
	for _, p := range parts {
		value, total = value+int64(q.Offers[p.Offer].Score)*p.Amount, total+p.Amount
	}
	return big.NewRat(value, total)
}

// chooseWays visits every choice of an instrument for each offer.
func chooseWays(q mix.Question, set []int, visit func([]int)) {
	ways := make([]int, len(set))
	var choose func(i int)
	choose = func(i int) {
		if i == len(set) {
			visit(ways)
			return
		}
		o := q.Offers[set[i]]
		for way := range o.Instruments {
			if !passedOver(q, o, way) {
				ways[i] = way
				choose(i + 1)
			}
		}
	}
	choose(0)
}

// passedOver reports whether another instrument of an offer has the range of one and
// no more aid in it; of those alike, the first counts.
func passedOver(q mix.Question, o mix.Offer, way int) bool {
	one := possible(q, o, o.Instruments[way])
	for i, other := range o.Instruments {
		wide := possible(q, o, other)
		if i != way && wide[0] <= one[0] && wide[1] >= one[1] && wide[2] <= one[2] && (wide != one || i < way) {
			return true
		}
	}
	return false
}

// possible is the range that an instrument has by itself, and the aid in it.
func possible(q mix.Question, o mix.Offer, in mix.Instrument) [3]int64 {
	least, most, aid := in.Least, int64(0), int64(0)
	if o.AidState != "" {
		aid = int64(in.GrantEquivalent)
	}
	for amount := least; amount <= q.Most && amount <= in.Most && amount <= o.Budget; amount++ {
		bears := (q.Secured+q.Most-amount)*10000 >= int64(o.OthersBear)*(q.Secured+q.Most)
		if bears && (aid == 0 || amount*aid <= q.Room[o.AidState]) {
			most = amount
		}
	}
	return [3]int64{least, most, aid}
}

// every visits every choice of amounts by which some offers meet all constraints.
func every(q mix.Question, set, ways []int, visit func([]mix.Part)) {
	parts := make([]mix.Part, len(set))
	var choose func(i int, rest int64)
	choose = func(i int, rest int64) {
		if i == len(set) {
			if violation(q, parts) == "" {
				visit(parts)
			}
			return
		}
		for amount := int64(1); amount <= rest; amount++ {
			parts[i] = mix.Part{Offer: set[i], Instrument: ways[i], Amount: amount}
			choose(i+1, rest-amount)
		}
	}
	choose(0, q.Most)
}

// bestOfWays is what a set covers by an instrument each, and its mean; nil where it
// does not cover the need. It is the best of all amounts that add up to the least that can be, but
// for sets that share a ceiling of aid, where it may be less.
func bestOfWays(t *rapid.T, q mix.Question, set, ways []int) (least int64, _ *big.Rat) {
	// What must be covered so that every part can give its least, and a unit for each
	// other part, because shares round down.
	start := q.Least
	for fits := false; !fits && start <= q.Most; {
		sum := int64(0)
		fits = true
		for i, at := range set {
			least := q.Offers[at].Instruments[ways[i]].Least
			sum += least
			fits = fits && (q.Secured+start-least)*10000 >= int64(q.Offers[at].OthersBear)*(q.Secured+start)
		}
		if fits = fits && sum <= start; !fits {
			start++
		}
	}
	feasible := false
	var most *big.Rat // the best mean of all amounts that add up to least
	every(q, set, ways, func(parts []mix.Part) {
		total := int64(0)
		for _, p := range parts {
			total += p.Amount
		}
		if feasible && total > least || total >= start+int64(len(set)) {
			return
		}
		if m := mean(q, parts); !feasible || total < least || m.Cmp(most) > 0 {
			most = m
		}
		feasible, least = true, total
	})
	if !feasible {
		return 0, nil
	}
	best := bestMean(q, set, ways, least)
	if c := best.Cmp(most); c > 0 || c < 0 && !shareCeiling(q, set) {
		t.Errorf("%+v: %v has a mean of %v by the rule, and %v at best", q, set, best, most)
	}
	return least, best
}

// known is a set of offers that covers, as the brute force knows it.
type known struct {
	offers   []int
	eligible bool
	mean     *big.Rat
}

func subsets(n, most int) (all [][]int) {
	for bits := 1; bits < 1<<n; bits++ {
		var set []int
		for i := range n {
			if bits&(1<<i) != 0 {
				set = append(set, i)
			}
		}
		if len(set) <= most {
			all = append(all, set)
		}
	}
	return all
}

// shareCeiling reports whether two offers are under one ceiling of aid.
func shareCeiling(q mix.Question, set []int) bool {
	states := map[string]bool{}
	for _, i := range set {
		state := q.Offers[i].AidState
		if states[state] && state != "" {
			return true
		}
		states[state] = true
	}
	return false
}

// bestMean is the best mean over the orders in which offers are filled, by the
// documented rule and by trying amounts one by one.
func bestMean(q mix.Question, set, ways []int, total int64) *big.Rat {
	best := big.NewRat(-1, 1)
	permute(len(set), func(order []int) {
		parts := make([]mix.Part, len(set))
		sum := int64(0)
		for i := range set {
			parts[i] = mix.Part{Offer: set[i], Instrument: ways[i], Amount: q.Offers[set[i]].Instruments[ways[i]].Least}
			sum += parts[i].Amount
		}
		for _, i := range order {
			for sum < total {
				parts[i].Amount++
				if !within(q, parts, total) {
					parts[i].Amount--
					break
				}
				sum++
			}
		}
		if m := mean(q, parts); sum == total && violation(q, parts) == "" && m.Cmp(best) > 0 {
			best = m
		}
	})
	return best
}

// within reports whether no part gives too much of a total.
func within(q mix.Question, parts []mix.Part, total int64) bool {
	aid := map[string]int64{}
	for _, p := range parts {
		o := q.Offers[p.Offer]
		in := o.Instruments[p.Instrument]
		if p.Amount > in.Most || p.Amount > o.Budget ||
			(q.Secured+total-p.Amount)*10000 < int64(o.OthersBear)*(q.Secured+total) {
			return false
		}
		if o.AidState != "" {
			aid[o.AidState] += p.Amount * int64(in.GrantEquivalent)
		}
	}
	for state, given := range aid {
		if given > 0 && given > q.Room[state] {
			return false
		}
	}
	return true
}

func permute(n int, visit func([]int)) {
	order := make([]int, 0, n)
	var next func()
	next = func() {
		if len(order) == n {
			visit(order)
			return
		}
		for i := range n {
			if !slices.Contains(order, i) {
				order = append(order, i)
				next()
				order = order[:len(order)-1]
			}
		}
	}
	next()
}
