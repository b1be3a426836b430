package grade

import (
	"github.com/maecenas-cci/maecenas/internal/match/fact"
)

// ticketLine is the value of the ratio by which an amount misses a range.
var ticketLine = Line{{1, 10000}, {2, 5500}, {4, 2800}, {8, 1400}, {16, 800}, {32, 0}}

// TicketLine are the points of the value of TICKET.
func TicketLine() Line { return append(Line(nil), ticketLine...) }

// Widest is how many times its least amount a need's most counts at most, so that
// a range as wide as the market gains nothing.
const Widest = 4

// Ticket is the value of the amount that a need asks against what is offered, on
// the best common instrument; 0 where there is none.
func Ticket(n *fact.Need, offers []fact.Offer, x *fact.Exchange) fact.Interval {
	var best fact.Interval
	for i := range offers {
		o := &offers[i]
		if n.Instruments.Has(o.Kind) {
			best = best.Or(ticket(n, o, x))
		}
	}
	return best
}

func ticket(n *fact.Need, o *fact.Offer, x *fact.Exchange) fact.Interval {
	if n.AmountMin < 0 || n.AmountMax < 0 {
		return fact.Anything
	}
	if o.Min == 0 && o.Max == 0 {
		return fact.Exactly(fact.Full)
	}
	most := n.AmountMax
	if n.AmountMin > 0 {
		most = min(most, Widest*n.AmountMin)
	}
	if o.Currency == n.Currency && o.Currency != 0 {
		return fact.Exactly(min(atPlain(o.Min, most), atPlain(n.AmountMin, o.Max)))
	}
	num, den, ok := x.Factor(o.Currency, n.Currency)
	if !ok {
		return fact.Anything
	}
	v := ticketLine.atRatio(ratio{product(o.Min, num), product(most, den)})
	if o.Max > 0 {
		v = min(v, ticketLine.atRatio(ratio{product(n.AmountMin, den), product(o.Max, num)}))
	}
	return fact.Exactly(v)
}

// atPlain is the value of a ratio of amounts in one currency; a denominator of 0
// is a bound that is unset.
func atPlain(num, den int64) int32 {
	if num <= den || den == 0 {
		return fact.Full
	}
	for i := 1; i < len(ticketLine); i++ {
		a, b := ticketLine[i-1], ticketLine[i]
		if num < b.X*den {
			width := (b.X - a.X) * den
			return int32(halfUp(a.Y*width-(a.Y-b.Y)*(num-a.X*den), width))
		}
	}
	return 0
}

// TicketMost is at least the value of every need whose least amount lies between
// stand.AmountMin and leastTo, whose most is at most stand.AmountMax, and whose currency
// and instruments are the same, or some of them.
func TicketMost(stand *fact.Need, leastTo int64, offers []fact.Offer, x *fact.Exchange) int32 {
	if stand.AmountMin < 0 || stand.AmountMax < 0 {
		return 0
	}
	roomy := fact.Need{Currency: stand.Currency, AmountMin: leastTo, AmountMax: stand.AmountMax}
	small := fact.Need{Currency: stand.Currency, AmountMin: stand.AmountMin, AmountMax: stand.AmountMax}
	best := int32(0)
	for i := range offers {
		o := &offers[i]
		if !stand.Instruments.Has(o.Kind) {
			continue
		}
		// Each bound of the offer by itself, against the amounts that suit it most.
		least, most := *o, *o
		least.Max, most.Min = 0, 0
		best = max(best, min(ticket(&roomy, &least, x).Low, ticket(&small, &most, x).Low))
	}
	return best
}
