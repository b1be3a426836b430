package match

import (
	"sync/atomic"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match/fact"
	"github.com/maecenas-cci/maecenas/internal/match/grade"
	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

// stagesApart and roundsApart are how many stages and numbers of rounds there are, with
// the unset one.
const (
	stagesApart = 7
	roundsApart = 5
)

// Sketch is what a scan over mandates knows of one without looking at it: what its terms
// can add at most for a need, in a few lines of memory side by side.
type Sketch struct {
	// fixed is the part of the sum that is the same for every need on every day, and that
	// of terms of which nothing is known but that they have a weight.
	fixed    int64
	weights  weights
	stage    [stagesApart]int32 // what STAGE adds at most, by stage
	order    [roundsApart]int32 // what ORDER adds at most, by rounds closed before
	place    nearFar
	sector   nearFar
	activity int32 // what ACTIVITY adds on every day; -1: it hangs on the day
	speed    int16
	support  uint8
	// unseen says that nobody sees the mandate; types are its investor's type as a set.
	unseen bool
	types  uint16
	kinds  fact.Instruments
	// ticket are the widest bounds of all offers; has no kind where they have several
	// currencies.
	ticket      fact.Offer
	learnTicket bool
	// countries are those that wishes of places name, allowed those in which a requirement
	// does not surely fail.
	countries, allowed uint64
	// sections are those of wished activities, in two schemes; domains the wished domains.
	sections uint64
	domains  fact.Domains
	// year remembers ACTIVITY of one day.
	year *atomic.Uint64
}

// nearFar is what a term adds at most where a need is among what is wished, and where it
// surely is not.
type nearFar struct{ near, far int32 }

// countryBit is a set of one country. Several share a bit.
func countryBit(c taxonomy.Country) uint64 {
	if len(c) != 2 {
		return 0
	}
	return 1 << ((uint(c[0])*26 + uint(c[1])) % 64)
}

// Sketch makes the mandate's.
func (m *Mandate) Sketch() Sketch {
	p, w := m.On(Day{}), &m.weights
	s := Sketch{
		fixed: m.same.Low, weights: m.weights, unseen: !m.published, types: 1 << m.investorType,
		support: m.support, speed: int16(grade.Speed(true, m.weeks).Low), activity: -1,
	}
	for _, t := range [...]Term{maecenasv1.MatchTerm_IMPACT, maecenasv1.MatchTerm_CLUSTER, maecenasv1.MatchTerm_LANGUAGE} {
		if !m.neutral(t) {
			s.fixed += int64(w[t]) * fact.Full
		}
	}
	for i := range s.stage {
		if t := maecenasv1.MatchTerm_STAGE; !m.neutral(t) {
			s.stage[i] = w[t] * p.whole(t, &Need{Stage: uint8(i)}).Low
		}
	}
	for i := range s.order {
		if t := maecenasv1.MatchTerm_ORDER; !m.neutral(t) {
			s.order[i] = w[t] * p.learned(t, &Need{Rounds: int8(i - 1)}).Low
		}
	}
	s.sketchWishes(m)
	s.sketchOffers(m)
	switch {
	case m.publicCall:
		s.activity = w[maecenasv1.MatchTerm_ACTIVITY] * grade.Call(m.remaining).Low
	case len(m.dealDates) == 0:
		s.activity = 0
	default:
		s.year = &atomic.Uint64{}
	}
	return s
}

// sketchWishes bounds PLACE and SECTOR.
func (s *Sketch) sketchWishes(m *Mandate) {
	bound := func(t Term, near, far int32) nearFar {
		switch {
		case m.neutral(t):
			return nearFar{}
		case m.learns[t]:
			near, far = (near+fact.Full+1)/2, (far+fact.Full+1)/2
		}
		return nearFar{m.weights[t] * near, m.weights[t] * far}
	}
	near, far := fact.Neutral.Low, fact.Neutral.Low
	if m.places != nil {
		near, far = m.places.Most(), grade.PlaceBase
		for _, c := range m.places.Countries() {
			s.countries |= countryBit(c)
		}
	}
	s.place = bound(maecenasv1.MatchTerm_PLACE, near, far)
	near, far = fact.Neutral.Low, fact.Neutral.Low
	if m.sectors != nil {
		near, far = m.sectors.Most(), 0
		s.sections, s.domains = m.sectors.Sections()
	}
	s.sector = bound(maecenasv1.MatchTerm_SECTOR, near, far)
	s.allowed = ^uint64(0)
	if m.firstPlace != nil {
		if countries, ok := m.firstPlace.Countries(); ok {
			s.allowed = 0
			for _, c := range countries {
				s.allowed |= countryBit(c)
			}
		}
	}
}

// sketchOffers bounds TICKET, by one offer that is at least as wide as each.
func (s *Sketch) sketchOffers(m *Mandate) {
	s.learnTicket = m.learns[maecenasv1.MatchTerm_TICKET]
	for i := range m.offers {
		o := &m.offers[i]
		s.kinds |= fact.InstrumentsOf(o.Kind)
		switch {
		case i == 0:
			s.ticket = *o
		case o.Currency != s.ticket.Currency:
			s.ticket.Kind = 0
		}
		s.ticket.Min = min(s.ticket.Min, o.Min)
		if s.ticket.Max > 0 {
			if s.ticket.Max = max(s.ticket.Max, o.Max); o.Max == 0 {
				s.ticket.Max = 0
			}
		}
	}
}

// Asking is a need as sketches are asked of it, on a day; not for concurrent use.
type Asking struct {
	need     *Need
	day      *Day
	number   uint64 // the day, to remember by; 0: it cannot be
	country  uint64
	sections uint64
	support  [256]int32
	// terms and speed are the values of those terms where they do not hang on the mandate,
	// else -1.
	terms, speed int32
	stage        uint8
	rounds       int8
	exchange     fact.Exchange
}

// NewAsking prepares a need on a day.
func NewAsking(n *Need, d *Day) *Asking {
	a := &Asking{
		need: n, day: d, country: countryBit(n.Rest.Place.Country), sections: fact.Sections(n.Rest.Activities),
		terms: fact.Full, speed: -1, stage: n.Stage, rounds: min(max(n.Rounds, -1), roundsApart-2) + 1,
	}
	if day, ok := fact.DayNumber(d.Date); ok {
		a.number = uint64(day)
	}
	if a.stage >= stagesApart {
		a.stage = 0
	}
	for offered := range a.support {
		a.support[offered] = grade.Support(n.Support, uint8(offered)).Low
	}
	if n.Unbounded() {
		a.terms = fact.Neutral.Low
	}
	if !n.Dated {
		a.speed = fact.Neutral.Low
	}
	a.exchange.Open(d.Rates, d.Date)
	return a
}

// Near reports whether the need's place is in a country that wishes name; near mandates
// are likely the best.
func (a *Asking) Near(s *Sketch) bool { return a.country == 0 || s.countries&a.country != 0 }

// Excludes reports whether the pair surely is in no ranking, of those that fail exactly
// most requirements.
func (a *Asking) Excludes(s *Sketch, most int) bool {
	if s.unseen || s.types&a.need.ExcludedTypes != 0 {
		return true
	}
	fails := 0
	if s.kinds&a.need.Instruments == 0 {
		fails++
	}
	if a.country != 0 && s.allowed&a.country == 0 {
		fails++
	}
	return fails > most
}

// Most is at least the Low of the pair's sum; m is the mandate of the sketch, which is
// asked only where the day is another than the last. Fit leaves ACTIVITY out. Where it is
// less than least, it may be larger than it need be.
func (a *Asking) Most(s *Sketch, m *Mandate, fit bool, least int64) int64 {
	w, n := &s.weights, a.need
	sum := s.fixed + int64(s.stage[a.stage]) + int64(s.order[a.rounds]) +
		int64(w[maecenasv1.MatchTerm_SUPPORT])*int64(a.support[s.support]) +
		int64(w[maecenasv1.MatchTerm_TERMS])*int64(a.terms)
	speed := a.speed
	if speed < 0 {
		speed = int32(s.speed)
	}
	sum += int64(w[maecenasv1.MatchTerm_DECISION_SPEED]) * int64(speed)
	for b := range fact.Businesses {
		sum += int64(w[maecenasv1.MatchTerm_DESIGN+Term(b)]) * int64(n.Business[b].Low)
	}
	place, sector := s.place.near, s.sector.near
	if !a.Near(s) {
		place = s.place.far
	}
	if fact.SectionsApart(a.sections, s.sections) && s.domains&n.Domains == 0 {
		sector = s.sector.far
	}
	sum += int64(place) + int64(sector)
	full := int64(w[maecenasv1.MatchTerm_TICKET]) * fact.Full
	active := int64(0)
	if !fit {
		active = int64(s.activity)
		if active < 0 {
			active = int64(w[maecenasv1.MatchTerm_ACTIVITY]) * int64(a.activity(s, m))
		}
	}
	if sum += full + active; sum < least || s.ticket.Kind == 0 {
		return sum
	}
	return sum - full + int64(w[maecenasv1.MatchTerm_TICKET])*int64(a.ticket(s))
}

// ticket is at least TICKET's value.
func (a *Asking) ticket(s *Sketch) int32 {
	if max(a.need.AmountMin, a.need.AmountMax) > fact.LargestAmount {
		return fact.Full
	}
	stand := Need{Currency: a.need.Currency, AmountMin: a.need.AmountMin, AmountMax: a.need.AmountMax, Instruments: ^fact.Instruments(0)}
	v := grade.Ticket(&stand, []fact.Offer{s.ticket}, &a.exchange).Low
	if s.learnTicket {
		return (v + fact.Full + 1) / 2
	}
	return v
}

// activity is ACTIVITY's value on the day, from memory where the day is the last asked.
func (a *Asking) activity(s *Sketch, m *Mandate) int32 {
	const bits = 16
	if known := s.year.Load(); a.number != 0 && known>>bits == a.number {
		return int32(known & (1<<bits - 1))
	}
	v := grade.Deals(m.dealsInYear(a.day), true).Low
	if a.number != 0 {
		s.year.Store(a.number<<bits | uint64(v))
	}
	return v
}
