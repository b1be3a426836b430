package mix

import (
	"context"
	"slices"
)

// checkEvery is after how many sets the search looks whether it was cancelled.
const checkEvery = 1024

// search goes through the sets of options, the best score first within each, and
// passes over those that cannot be among the best.
type search struct {
	ctx   context.Context
	q     *Question
	limit int
	// conditional says that only sets with a giver that is not eligible count.
	conditional bool

	options []option
	size    int // how many parts the sets have that are gone through
	best    []found
	visits  int
}

// found is a set that covers the need.
type found struct {
	parts []*giver // in their order
	allotment
}

// run searches among some givers: smaller sets first.
func (s *search) run(givers []*giver) error {
	clash(s.q, givers)
	s.options = optionsOf(s.q, givers)
	for s.size = 1; s.size <= s.q.Parts; s.size++ {
		if err := s.extend(node{covered: s.q.Least, slack: rounding}); err != nil {
			return err
		}
	}
	return nil
}

// extend adds each option that may follow, and goes on from there.
func (s *search) extend(from node) error {
	start := 0
	if from.n > 0 {
		start = from.last + 1
	}
	slots := s.size - from.n
	for i := start; i < len(s.options); i++ {
		as, forced := s.promising(&from, i, slots)
		if !as && !forced {
			return nil // what follows has lower bounds still
		}
		if s.visits++; s.visits%checkEvery == 0 {
			if err := s.ctx.Err(); err != nil {
				return err
			}
		}
		o := &s.options[i]
		if slots == 1 && !as && o.forces <= from.covered || from.excludes(o.giver) {
			continue
		}
		to, fits := from.with(s.q, i, o)
		switch {
		case !fits:
		case slots == 1:
			if to.filled == to.covered && !to.settled {
				s.visit(&to)
			}
		default:
			s.settle(&to)
			if err := s.extend(to); err != nil {
				return err
			}
		}
	}
	return s.ctx.Err()
}

// promising reports whether a set of from and options from a place on, so many at
// most, can cover the need and be among the best: with from covering what it does, and
// where one of them makes it cover more.
func (s *search) promising(from *node, start, slots int) (as, forced bool) {
	value := from.value
	if rest := from.covered - from.filled; rest > 0 {
		var ok bool
		if value, ok = s.fill(from, start, slots, rest); !ok {
			return false, false
		}
	}
	o := &s.options[start]
	if len(s.best) < s.limit {
		return true, o.heavy
	}
	last := &s.best[len(s.best)-1]
	best := o.giver.score
	if from.n > 0 {
		best = from.parts[0].score
	}
	c := compareProducts(value+from.slack*best, last.total, last.value, from.covered+from.slack)
	as = !from.settled && (c > 0 || c == 0 && !s.late(from, o.giver))
	if o.heavy {
		// One that makes the whole larger bears this share of it, in millionths.
		share := 100 * o.heavyBears * s.q.Least / (s.q.Least + 1 + rounding)
		c := compareProducts(best*million-share*(best-o.heavyScore), last.total, last.value, million)
		forced = c > 0 || c == 0 && !s.late(from, o.giver)
	}
	return as, forced
}

const (
	million = 1_000_000
	// rounding is by how many units what is covered is rounded up at most.
	rounding = MostParts - 1
)

// late reports whether every set that begins with from and goes on at a giver or after
// it ranks after the last that is kept, their means being equal.
func (s *search) late(from *node, next *giver) bool {
	last := s.best[len(s.best)-1].parts
	if len(last) < s.size {
		return true
	}
	for i, g := range from.parts[:from.n] {
		if g.place != last[i].place {
			return g.place > last[i].place
		}
	}
	return next.place > last[from.n].place
}

// fill adds to a set's value the most that options from a place on can, for the rest
// that it leaves; ok is false where they cannot give it. One of them gives an equal
// part or more of the rest: it is big or comes after, those before it are smaller.
func (s *search) fill(from *node, start, slots int, rest int64) (value int64, ok bool) {
	// Bounds are for each Least of what is covered.
	equal := mulDiv(rest, s.q.Least, from.covered) / int64(slots)
	big, small := start, int64(0)
	for big < len(s.options) && s.options[big].bound < equal {
		small, big = s.options[big].bound, s.options[big].higher
	}
	if big == len(s.options) {
		return 0, false
	}
	good := min(rest, mulDiv(small*int64(slots-1), from.covered, s.q.Least)+1)
	return from.value + good*s.options[start].giver.score + (rest-good)*s.options[big].giver.score, true
}

// settle notes that a set covers the need by itself, so that more parts only take from
// it and are idle, but where they make it cover more; or that none which begins with
// it has a better mean.
func (s *search) settle(to *node) {
	if to.filled < to.covered {
		return
	}
	a, ok := allot(s.q, to.parts[:to.n])
	if !ok {
		return
	}
	if !to.covers || a.better(&to.alone) {
		to.alone, to.covers = a, true
	}
	plain := !a.rounded && a.value == to.value && a.total == to.covered
	to.settled = to.settled || plain || to.noBetter(&to.alone)
}

// visit keeps a set if it covers the need and is among the best.
func (s *search) visit(to *node) {
	parts := to.parts[:to.n]
	if s.conditional && !slices.ContainsFunc(parts, func(g *giver) bool { return !g.eligible }) {
		return
	}
	a, ok := allotWays(s.q, parts, &to.ways)
	if !ok {
		return
	}
	at := len(s.best)
	for at > 0 && s.best[at-1].after(parts, &a) {
		at--
	}
	if at == s.limit {
		return
	}
	// By other ways of the same mandates, it comes up for itself.
	if chosen, _ := allot(s.q, parts); chosen.ways != to.ways || s.idle(parts, &a) {
		return
	}
	s.best = slices.Insert(s.best, at, found{parts: slices.Clone(parts), allotment: a})
	s.best = s.best[:min(len(s.best), s.limit)]
}

// after reports whether f comes after a set.
func (f *found) after(parts []*giver, a *allotment) bool {
	if c := compareMeans(&f.allotment, a); c != 0 {
		return c < 0
	}
	if len(f.parts) != len(parts) {
		return len(f.parts) > len(parts)
	}
	for i, g := range f.parts {
		if g.place != parts[i].place {
			return g.place > parts[i].place
		}
	}
	return false
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
