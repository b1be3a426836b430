package mix

import "math/bits"

// option is a giver by one of its ways, with what the search knows of it.
type option struct {
	giver *giver
	way   int
	// forces is how much must be covered where it gives its least, so that others bear
	// their share.
	forces int64
	// bound is at least what it can give for each Least of what is covered: the share
	// of the whole that it may bear is largest there.
	bound int64
	// higher is the next option whose bound is larger, or the number of options.
	higher int
	// heavy says that this option, or one after it, can force more than Least to be
	// covered; of those, heavyScore is the best score and heavyBears the least share.
	heavy                  bool
	heavyScore, heavyBears int64
}

// optionsOf lists the options in the order of the givers and of their ways.
func optionsOf(q *Question, givers []*giver) []option {
	var list []option
	for _, g := range givers {
		for i, w := range g.ways {
			list = append(list, option{
				giver: g, way: i, forces: g.wholeFor(w.least) - q.Secured, bound: min(w.most, g.shareUp(q.Secured+q.Least)),
			})
		}
	}
	for i := len(list) - 1; i >= 0; i-- {
		o := &list[i]
		o.higher = i + 1
		for o.higher < len(list) && list[o.higher].bound <= o.bound {
			o.higher = list[o.higher].higher
		}
		if i+1 < len(list) {
			o.heavy, o.heavyScore, o.heavyBears = list[i+1].heavy, list[i+1].heavyScore, list[i+1].heavyBears
		}
		if o.forces > q.Least {
			if !o.heavy {
				o.heavyBears = whole
			}
			o.heavy, o.heavyScore, o.heavyBears = true, o.giver.score, min(o.heavyBears, o.giver.bears)
		}
	}
	return list
}

// node is a set that is being extended by options after its last.
type node struct {
	parts [MostParts]*giver
	ways  [MostParts]int
	n     int
	last  int // the place of its last option
	// covered is the least that a set which begins with it covers.
	covered int64
	// filled is how much of that its parts give at most, each its least and the rest
	// to the best score first, and value is the sum of score × amount of it: no set
	// that begins with it and covers no more has a better mean.
	filled, value int64
	// settled says that options after it are idle, but for those that make it cover
	// more.
	settled bool
	// slack is by how many units more what is covered may be rounded up: none where
	// every part gives its least and no more.
	slack int64
	// alone is the best that some first parts give by themselves; covers says that they
	// cover the need.
	alone  allotment
	covers bool
}

// excludes reports whether a giver is there already, or cannot stand beside one that is.
func (s *node) excludes(g *giver) bool {
	for _, other := range s.parts[:s.n] {
		if other == g {
			return true
		}
		for _, place := range g.clashes {
			if int(place) == other.place {
				return true
			}
		}
	}
	return false
}

// with is the node with one option more; ok is false where more than the most that is
// asked would be covered.
func (s *node) with(q *Question, at int, o *option) (to node, ok bool) {
	to = *s
	to.parts[to.n], to.ways[to.n], to.last = o.giver, o.way, at
	to.n++
	to.covered = max(s.covered, o.forces)
	least := int64(0)
	for i, g := range to.parts[:to.n] {
		least += g.ways[to.ways[i]].least
	}
	if to.covered = max(to.covered, least); to.covered > q.Most {
		return to, false
	}
	to.settled = s.settled && to.covered == s.covered
	rest := to.covered - least
	to.value = 0
	var given [MostParts]int64
	for i, g := range to.parts[:to.n] {
		w := &g.ways[to.ways[i]]
		most := min(w.most, g.shareUp(q.Secured+to.covered))
		if w.equivalent > 0 {
			most = min(most, to.underCeiling(i, &given))
		}
		given[i] = min(max(most, w.least), w.least+rest)
		rest -= given[i] - w.least
		to.value += given[i] * g.score
	}
	to.filled = to.covered - rest
	if to.slack = rounding; to.covered == least {
		to.slack = 0
	}
	to.settled = to.settled || to.covers && to.noBetter(&to.alone)
	return to, true
}

// noBetter reports whether no set that begins with the node, and does not force it to
// cover more, has a better mean than an allotment.
func (s *node) noBetter(a *allotment) bool {
	value, covered := s.value+s.slack*s.parts[0].score, s.covered+s.slack
	return s.filled == s.covered && compareProducts(value, a.total, a.value, covered) <= 0
}

// underCeiling is at least what a part can give beside those under the same ceiling of
// aid: together they have room by the least aid that one of them has in it.
func (s *node) underCeiling(at int, given *[MostParts]int64) int64 {
	g := s.parts[at]
	equivalent, others := int64(whole), int64(0)
	for i, other := range s.parts[:s.n] {
		w := &other.ways[s.ways[i]]
		if other.state != g.state || w.equivalent == 0 {
			continue
		}
		equivalent = min(equivalent, w.equivalent)
		switch {
		case i < at:
			others += given[i]
		case i > at:
			others += w.least
		}
	}
	return g.room/equivalent - others
}

// mulDiv is a·b/c, rounded down; c is above 0, and the quotient fits.
func mulDiv(a, b, c int64) int64 {
	if b == c {
		return a
	}
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	q, _ := bits.Div64(hi, lo, uint64(c))
	return int64(q)
}
