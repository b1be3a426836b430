package match

import (
	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match/fact"
	"github.com/maecenas-cci/maecenas/internal/match/gate"
	"github.com/maecenas-cci/maecenas/internal/match/grade"
)

// Sum is the exact sum of weight × value: thousandths of hundredths of a percent,
// 0 to 10,000,000. Order goes by it, not by the rounded score.
type Sum struct {
	// Low counts what the stated facts support, High the most it could be.
	Low, High int64
	// Activity is ACTIVITY's part of Low.
	Activity int64
}

func (s *Sum) add(weight int32, v fact.Interval) {
	s.Low += int64(weight) * int64(v.Low)
	s.High += int64(weight) * int64(v.High)
}

// Fit is the exact sum without ACTIVITY's part.
func (s Sum) Fit() int64 { return s.Low - s.Activity }

// Score is the sum as a score, 0 to 10000, half up.
func (s Sum) Score() int32 { return int32((s.Low + Whole/2) / Whole) }

// Potential is the most that the score could be, 0 to 10000, half up.
func (s Sum) Potential() int32 { return int32((s.High + Whole/2) / Whole) }

// Activity is ACTIVITY's part of the exact sum, the same for every need.
func (p *Plan) Activity() int64 { return p.same.Activity }

// Score is the exact sum of a need.
func (p *Plan) Score(n *Need) Sum {
	s, w := p.same, &p.m.weights
	if p.m.sectors != nil && w[maecenasv1.MatchTerm_SECTOR] > 0 {
		s.add(w[maecenasv1.MatchTerm_SECTOR], p.sector(n))
	}
	if p.m.places != nil && w[maecenasv1.MatchTerm_PLACE] > 0 {
		s.add(w[maecenasv1.MatchTerm_PLACE], p.place(n))
	}
	if p.m.stages != nil {
		s.add(w[maecenasv1.MatchTerm_STAGE], p.m.stages.Value(n.Stage))
	}
	s.add(w[maecenasv1.MatchTerm_TICKET], grade.Ticket(n, p.m.offers, &p.exchange))
	for b := range fact.Businesses {
		v := n.Business[b]
		s.add(w[maecenasv1.MatchTerm_DESIGN+Term(b)], fact.Interval{Low: int32(v.Low), High: int32(v.High)})
	}
	s.add(w[maecenasv1.MatchTerm_TERMS], grade.Terms(n, p.m.offers))
	return s
}

// Bound is at least the Low of a need's sum, from what a row has at hand: a ranking
// leaves rows alone that cannot rank any more. What costs more to work out counts in
// full.
func (p *Plan) Bound(n *Need) int64 {
	w := &p.m.weights
	s := p.same.Low + p.m.open + int64(w[maecenasv1.MatchTerm_TICKET]+w[maecenasv1.MatchTerm_TERMS])*fact.Full
	if p.m.stages != nil {
		s += int64(w[maecenasv1.MatchTerm_STAGE]) * int64(p.m.stages.Value(n.Stage).Low)
	}
	for b := range fact.Businesses {
		s += int64(w[maecenasv1.MatchTerm_DESIGN+Term(b)]) * int64(n.Business[b].Low)
	}
	return s
}

// Tighten is a bound with TICKET and TERMS worked out.
func (p *Plan) Tighten(bound int64, n *Need) int64 {
	w := &p.m.weights
	if weight := w[maecenasv1.MatchTerm_TICKET]; weight > 0 {
		bound -= int64(weight) * int64(fact.Full-grade.Ticket(n, p.m.offers, &p.exchange).Low)
	}
	return bound - int64(w[maecenasv1.MatchTerm_TERMS])*int64(fact.Full-grade.Terms(n, p.m.offers).Low)
}

// value is the value of one term.
func (p *Plan) value(t Term, n *Need) fact.Interval {
	if p.m.neutral(t) {
		return fact.Neutral
	}
	switch t {
	case maecenasv1.MatchTerm_SECTOR:
		return p.m.sectors.Value(n.Rest.Activities, n.Domains)
	case maecenasv1.MatchTerm_PLACE:
		return p.m.places.Value(&n.Rest.Place)
	case maecenasv1.MatchTerm_STAGE:
		return p.m.stages.Value(n.Stage)
	case maecenasv1.MatchTerm_TICKET:
		return grade.Ticket(n, p.m.offers, &p.exchange)
	case maecenasv1.MatchTerm_TERMS:
		return grade.Terms(n, p.m.offers)
	case maecenasv1.MatchTerm_ACTIVITY:
		return p.activity
	default:
		v := n.Business[t-maecenasv1.MatchTerm_DESIGN]
		return fact.Interval{Low: int32(v.Low), High: int32(v.High)}
	}
}

func (p *Plan) sector(n *Need) fact.Interval {
	if p.memo == nil {
		return p.m.sectors.Value(n.Rest.Activities, n.Domains)
	}
	if n.ActivityCount == fact.Elsewhere {
		s := p.memo.sectors.slot(n.SectorKey)
		if s.filled&hasValue == 0 {
			s.set(p.m.sectors.Value(n.Rest.Activities, n.Domains))
		}
		return s.interval()
	}
	var m grade.Mean
	for i := range n.ActivityCount {
		a := &n.Activities[i]
		s := p.memo.activities.slot(uint64(a.Key) * spread)
		if s.filled&hasValue == 0 {
			s.set(p.m.sectors.Activity(&n.Rest.Activities[i]))
		}
		m.Add(s.interval(), a.Share)
	}
	return p.m.sectors.OrDomain(m.Value(), n.Domains)
}

func (p *Plan) place(n *Need) fact.Interval {
	if p.memo == nil {
		return p.m.places.Value(&n.Rest.Place)
	}
	s := p.memo.places.slot(n.PlaceKey)
	if s.filled&hasValue == 0 {
		s.set(p.m.places.Value(&n.Rest.Place))
	}
	return s.interval()
}

// answer answers a requirement, from memory where a need alike was asked. Only the
// first requirement of a sort is remembered: mandates rarely have more.
func (p *Plan) answer(r *gate.Requirement, n *Need) gate.Answer {
	if p.memo == nil {
		return r.Answer(n, &p.exchange)
	}
	var s *slot
	switch r {
	case p.m.firstPlace:
		s = p.memo.places.slot(n.PlaceKey)
	case p.m.firstSector:
		s = p.memo.sectors.slot(n.SectorKey)
	default:
		return r.Answer(n, &p.exchange)
	}
	if s.filled&hasAnswer == 0 {
		s.answer = r.Answer(n, &p.exchange)
		s.filled |= hasAnswer
	}
	return s.answer
}

// memo holds values and answers by the keys of needs. Needs share places and often
// sectors, so a ranking works out few of them.
type memo struct {
	sectors, activities, places slots
}

// spread is odd, so that multiplying by it maps keys one to one, and mixes them: the
// golden ratio's first 64 bits.
const spread = 0x9E3779B97F4A7C15

const slotBits = 12

type slots [1 << slotBits]slot

type slot struct {
	key       uint64
	low, high int16
	answer    gate.Answer
	filled    uint8
}

// What a slot holds for its key.
const (
	hasValue = 1 << iota
	hasAnswer
)

// slot is the slot of a key, emptied if it held another's.
func (s *slots) slot(key uint64) *slot {
	at := &s[key>>(64-slotBits)]
	if at.key != key {
		*at = slot{key: key}
	}
	return at
}

func (s *slot) set(v fact.Interval) {
	s.low, s.high = int16(v.Low), int16(v.High)
	s.filled |= hasValue
}

func (s *slot) interval() fact.Interval { return fact.Interval{Low: int32(s.low), High: int32(s.high)} }
