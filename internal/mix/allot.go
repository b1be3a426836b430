package mix

import "math/bits"

// allotment is what the givers of a set give.
type allotment struct {
	ways    [MostParts]int
	amounts [MostParts]int64
	// total is what the amounts add up to, and value is the sum of score × amount.
	total, value int64
	// rounded says that the total is larger because shares round down, and shared that
	// parts are under one ceiling of aid.
	rounded, shared bool
}

// better reports whether a's mean score is larger than b's; exact.
func (a *allotment) better(b *allotment) bool { return compareMeans(a, b) > 0 }

// compareMeans compares the mean scores by amount of two allotments.
func compareMeans(a, b *allotment) int { return compareProducts(a.value, b.total, b.value, a.total) }

// compareProducts compares a·p with b·q; none may be negative.
func compareProducts(a, p, b, q int64) int {
	h1, l1 := bits.Mul64(uint64(a), uint64(p))
	h2, l2 := bits.Mul64(uint64(b), uint64(q))
	switch {
	case h1 > h2 || h1 == h2 && l1 > l2:
		return 1
	case h1 == h2 && l1 == l2:
		return 0
	default:
		return -1
	}
}

// allot finds what the givers of a set, the best score first, give to cover the
// need; ok is false where they cannot.
func allot(q *Question, set []*giver) (best allotment, ok bool) {
	var chosen [MostParts]int
	for {
		if one, covers := allotWays(q, set, &chosen); covers && (!ok || one.total < best.total || one.total == best.total && one.better(&best)) {
			best, ok = one, true
		}
		// The next choice of ways, the last giver's first.
		i := len(set) - 1
		for ; i >= 0; i-- {
			if chosen[i]++; chosen[i] < len(set[i].ways) {
				break
			}
			chosen[i] = 0
		}
		if i < 0 {
			return best, ok
		}
	}
}

// allotWays is allot where it is chosen by which way each gives.
func allotWays(q *Question, set []*giver, chosen *[MostParts]int) (a allotment, ok bool) {
	a.ways, a.total = *chosen, q.Least
	least := int64(0)
	for i, g := range set {
		w := &g.ways[chosen[i]]
		least += w.least
		// The whole must be so large that this least is no more than it may bear.
		a.total = max(a.total, g.wholeFor(w.least)-q.Secured)
	}
	a.total = max(a.total, least)
	// What parts may bear of the whole rounds down, by less than one unit each.
	for last := min(q.Most, a.total+int64(len(set))-1); a.total <= last; a.total++ {
		if covered, ok := a.give(q, set); ok {
			return covered, true
		}
		a.rounded = true
	}
	return a, false
}

// give makes the amounts that add up to a total.
func (a allotment) give(q *Question, set []*giver) (allotment, bool) {
	var most [MostParts]int64
	sum := int64(0)
	for i, g := range set {
		most[i] = min(g.ways[a.ways[i]].most, g.share(q.Secured+a.total))
		sum += most[i]
		for _, other := range set[:i] {
			a.shared = a.shared || g.state != 0 && g.state == other.state
		}
	}
	if sum < a.total {
		return a, false
	}
	order := [MostParts]int{0, 1, 2, 3}
	ok := a.fill(set, &most, order[:len(set)], false)
	if !a.shared || a.within(set) {
		return a, ok
	}
	return a.bestOrder(set, &most)
}

// within reports whether aid stays within every ceiling.
func (a *allotment) within(set []*giver) bool {
	for _, g := range set {
		room, aid := g.room, false
		for j, other := range set {
			if other.state == g.state {
				given := a.amounts[j] * other.ways[a.ways[j]].equivalent
				room, aid = room-given, aid || given > 0
			}
		}
		if g.state != 0 && aid && room < 0 {
			return false
		}
	}
	return true
}

// bestOrder fills in every order of the parts.
func (a allotment) bestOrder(set []*giver, most *[MostParts]int64) (best allotment, ok bool) {
	order := make([]int, 0, MostParts)
	var used [MostParts]bool
	var visit func()
	visit = func() {
		if len(order) == len(set) {
			if one := a; one.fill(set, most, order, true) && (!ok || one.better(&best)) {
				best, ok = one, true
			}
			return
		}
		for i := range set {
			if !used[i] {
				used[i], order = true, append(order, i)
				visit()
				used[i], order = false, order[:len(order)-1]
			}
		}
	}
	visit()
	return best, ok
}

// fill gives every part its least and the rest in an order, each up to its most; it
// returns whether the total is reached. Ceilings of aid count where parts share one.
func (a *allotment) fill(set []*giver, most *[MostParts]int64, order []int, ceilings bool) bool {
	var room [MostParts + 1]int64 // by the first part of the same state, from 1
	var ceiling [MostParts]int
	rest := a.total
	for i, g := range set {
		w := &g.ways[a.ways[i]]
		a.amounts[i] = w.least
		if rest -= w.least; !ceilings || g.state == 0 || w.equivalent == 0 {
			continue
		}
		for first, other := range set {
			if other.state == g.state && other.ways[a.ways[first]].equivalent > 0 {
				ceiling[i] = first + 1
				break
			}
		}
		if ceiling[i] == i+1 {
			room[i+1] = g.room
		}
		if room[ceiling[i]] -= w.least * w.equivalent; room[ceiling[i]] < 0 {
			return false
		}
	}
	for _, i := range order {
		w := &set[i].ways[a.ways[i]]
		more := min(most[i]-w.least, rest)
		if ceiling[i] != 0 {
			more = min(more, room[ceiling[i]]/w.equivalent)
			room[ceiling[i]] -= more * w.equivalent
		}
		a.amounts[i] += more
		rest -= more
	}
	a.value = 0
	for i, g := range set {
		a.value += g.score * a.amounts[i]
	}
	return rest == 0
}
