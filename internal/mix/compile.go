package mix

import (
	"cmp"
	"slices"
)

// whole is 100 percent in basis points.
const whole = 10000

// giver is an offer that can give something, with what bounds it.
type giver struct {
	offer    int // its place in the question
	place    int // its place among the givers
	score    int64
	eligible bool
	ways     []way
	// bears is the share of the whole that it may bear at most, in basis points.
	bears int64
	// state is the Member State whose ceiling it counts under, numbered from 1; 0:
	// none. room is what that ceiling has room for.
	state int
	room  int64
	// clashes are the places of those it cannot stand beside.
	clashes []int32
	// named says that there are mandates which it cannot be combined with.
	named bool
}

// way is an instrument with the amounts that are possible by itself.
type way struct {
	instrument  int // its place in the offer
	least, most int64
	equivalent  int64
}

// compile makes givers of the offers that can give something, the best score first,
// then as they rank.
func compile(q *Question) []*giver {
	var givers []*giver
	for i := range q.Offers {
		if g := newGiver(q, i); len(g.ways) > 0 {
			givers = append(givers, g)
		}
	}
	slices.SortStableFunc(givers, func(a, b *giver) int {
		return cmp.Compare(b.score, a.score)
	})
	states := map[string]int{}
	for _, g := range givers {
		if state := q.Offers[g.offer].AidState; state != "" {
			if states[state] == 0 {
				states[state] = len(states) + 1
			}
			g.state, g.room = states[state], q.Room[state]
		}
	}
	return givers
}

func newGiver(q *Question, at int) *giver {
	o := &q.Offers[at]
	g := &giver{offer: at, score: int64(o.Score), eligible: o.Eligible, bears: whole - int64(o.OthersBear)}
	for i := range o.Instruments {
		in := &o.Instruments[i]
		w := way{instrument: i, least: max(1, in.Least), most: min(in.Most, o.Budget, q.Most, g.share(q.Secured+q.Most))}
		if o.AidState != "" && in.GrantEquivalent > 0 {
			w.equivalent = int64(in.GrantEquivalent)
			w.most = min(w.most, q.Room[o.AidState]/w.equivalent)
		}
		if w.least <= w.most && !slices.ContainsFunc(g.ways, w.within) {
			g.ways = append(slices.DeleteFunc(g.ways, func(o way) bool { return o.within(w) }), w)
		}
	}
	return g
}

// share is what a giver may bear of a whole.
func (g *giver) share(of int64) int64 { return g.bears * of / whole }

// shareUp is the same, rounded up.
func (g *giver) shareUp(of int64) int64 { return (g.bears*of + whole - 1) / whole }

// wholeFor is the least whole of which a giver may bear an amount.
func (g *giver) wholeFor(amount int64) int64 { return (amount*whole + g.bears - 1) / g.bears }

// within reports whether another way of the same mandate does all that w does.
func (w way) within(o way) bool {
	return o.least <= w.least && o.most >= w.most && o.equivalent <= w.equivalent
}

// clash numbers the givers and notes who cannot stand beside whom: one of the two
// names the other.
func clash(q *Question, givers []*giver) {
	at := make(map[string]int32, len(givers))
	for i, g := range givers {
		at[q.Offers[g.offer].Name] = int32(i)
		g.place, g.clashes, g.named = i, nil, len(q.Offers[g.offer].Incompatible) > 0
	}
	for i, g := range givers {
		for _, name := range q.Offers[g.offer].Incompatible {
			if j, ok := at[name]; ok && int(j) != i {
				g.clashes = append(g.clashes, j)
				givers[j].clashes = append(givers[j].clashes, int32(i))
				givers[j].named = true
			}
		}
	}
}
