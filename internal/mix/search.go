package mix

import (
	"context"
	"slices"
)

// checkEvery is after how many sets the search looks whether it was cancelled.
const checkEvery = 1024

// search goes through the sets of givers, the best score first within each, and
// passes over those that cannot be among the best.
type search struct {
	ctx   context.Context
	q     *Question
	limit int
	// conditional says that only sets with a giver that is not eligible count.
	conditional bool

	givers []*giver
	size   int // how many parts the sets have that are gone through
	// higher is the next giver whose bound is larger, or the number of givers.
	higher []int
	best   []found
	visits int
}

// found is a set that covers the need.
type found struct {
	parts []*giver // in the order of the givers
	allotment
}

func (s *search) run(givers []*giver) error {
	s.givers = givers
	clash(s.q, givers)
	s.higher = make([]int, len(givers))
	for i := len(givers) - 1; i >= 0; i-- {
		j := i + 1
		for j < len(givers) && givers[j].bound <= givers[i].bound {
			j = s.higher[j]
		}
		s.higher[i] = j
	}
	// Smaller sets first: of sets with one mean, what comes later ranks later.
	for s.size = 1; s.size <= s.q.Parts; s.size++ {
		if err := s.extend(node{}); err != nil {
			return err
		}
	}
	return nil
}

// node is a set that is being extended by givers after its last.
type node struct {
	set   [MostParts]int
	parts [MostParts]*giver
	n     int
	// filled is how much of Least its parts cover at most, the best score first, and
	// value is the sum of score × amount of that: no mean of the set, or of one that
	// begins with it, is better.
	filled, value int64
	// settled is what its first parts cover by themselves, where each has one way and
	// they share no ceiling of aid; 0: they do not. Parts that do not make that larger
	// are idle.
	settled int64
	// least is the least that its parts give, and simple says that those after the
	// settled ones are.
	least  int64
	simple bool
}

// with is the node with one giver more.
func (from *node) with(q *Question, at int, g *giver) node {
	to := *from
	to.set[to.n], to.parts[to.n] = at, g
	to.n++
	to.least, to.simple = to.least+g.least, to.simple && g.simple
	if g.ceiling == 0 {
		amount := min(g.bound, q.Least-to.filled)
		to.filled, to.value = to.filled+amount, to.value+amount*g.score
		return to
	}
	// Those under one ceiling share it, by the least aid that one of them has in it.
	to.filled, to.value = 0, 0
	var given [MostParts]int64
	for i, one := range to.parts[:to.n] {
		amount := min(one.bound, q.Least-to.filled)
		if one.ceiling > 0 {
			room, before := one.ceiling, int64(0)
			for j, other := range to.parts[:to.n] {
				if other.state == one.state && other.ceiling > 0 {
					room, before = max(room, other.ceiling), before+given[j]
				}
			}
			amount = min(amount, room-before)
		}
		given[i] = amount
		to.filled, to.value = to.filled+amount, to.value+amount*one.score
	}
	return to
}

// extend adds each giver that may follow, and goes on from there.
func (s *search) extend(from node) error {
	start := 0
	if from.n > 0 {
		start = from.set[from.n-1] + 1
	}
	slots := s.size - from.n
	for i := start; i < len(s.givers); i++ {
		if slots == 1 && from.idles(s.givers[i]) {
			continue
		}
		// What follows has a lower bound still.
		if !s.promising(&from, i, slots) {
			return nil
		}
		if s.visits++; s.visits%checkEvery == 0 {
			if err := s.ctx.Err(); err != nil {
				return err
			}
		}
		if s.clashes(&from, i) {
			continue
		}
		to := from.with(s.q, i, s.givers[i])
		switch {
		case slots == 1 && to.filled == s.q.Least:
			s.visit(&to)
		case slots > 1 && !s.final(&to):
			if err := s.extend(to); err != nil {
				return err
			}
		}
	}
	return s.ctx.Err()
}

// idles reports whether a giver more only takes from what the set covers without it,
// and gives it a lower score.
func (from *node) idles(g *giver) bool {
	return from.settled > 0 && from.simple && g.simple && g.forces <= from.settled && from.least+g.least <= from.settled
}

// final reports whether a set covers the need so well that none which begins with it
// is better.
func (s *search) final(to *node) bool {
	if to.filled < s.q.Least {
		return false
	}
	a, ok := allot(s.q, to.parts[:to.n])
	several := func(g *giver) bool { return len(g.ways) > 1 }
	if ok && !a.rounded && !a.shared && !slices.ContainsFunc(to.parts[:to.n], several) {
		to.settled, to.simple = a.total, true
	}
	return ok && compareProducts(a.value, s.q.Least, to.value, a.total) >= 0
}

// promising reports whether a set of from and givers from a place on, so many at
// most, can cover the need and be among the best.
func (s *search) promising(from *node, start, slots int) bool {
	rest := s.q.Least - from.filled
	value := from.value
	if rest > 0 {
		// One of them gives an equal part or more of the rest: it is big or comes
		// after; the others before it are smaller.
		equal := (rest + int64(slots) - 1) / int64(slots)
		big, small := start, int64(0)
		for big < len(s.givers) && s.givers[big].bound < equal {
			small, big = s.givers[big].bound, s.higher[big]
		}
		if big == len(s.givers) {
			return false
		}
		good := min(rest, small*int64(slots-1))
		value += good*s.givers[start].score + (rest-good)*s.givers[big].score
	}
	if len(s.best) < s.limit {
		return true
	}
	// Smaller sets came before, and those of one size come in their order, so an
	// equal one comes too late.
	last := &s.best[len(s.best)-1]
	return compareProducts(value, last.total, last.value, s.q.Least) > 0
}

func (s *search) clashes(from *node, i int) bool {
	for _, other := range from.set[:from.n] {
		if slices.Contains(s.givers[i].clashes, int32(other)) {
			return true
		}
	}
	return false
}

// visit keeps a set if it covers the need and is among the best. Of those with one
// mean the first to come stays first: smaller ones come before, and those of one size
// as their parts rank.
func (s *search) visit(to *node) {
	parts := to.parts[:to.n]
	if s.conditional && !slices.ContainsFunc(parts, func(g *giver) bool { return !g.eligible }) {
		return
	}
	a, ok := allot(s.q, parts)
	if !ok || len(s.best) == s.limit && !a.better(&s.best[s.limit-1].allotment) || s.idle(parts, &a) {
		return
	}
	at := 0
	for at < len(s.best) && !a.better(&s.best[at].allotment) {
		at++
	}
	s.best = slices.Insert(s.best, at, found{parts: slices.Clone(parts), allotment: a})
	s.best = s.best[:min(len(s.best), s.limit)]
}

// idle reports whether some of a set's parts alone cover the need with a mean that
// is no worse.
func (s *search) idle(parts []*giver, whole *allotment) bool {
	var some [MostParts]*giver
	for chosen := 1; chosen < 1<<len(parts)-1; chosen++ {
		n := 0
		for i, g := range parts {
			if chosen&(1<<i) != 0 {
				some[n] = g
				n++
			}
		}
		if a, ok := allot(s.q, some[:n]); ok && !whole.better(&a) {
			return true
		}
	}
	return false
}
