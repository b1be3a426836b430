package match

import (
	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match/fact"
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
	if w[maecenasv1.MatchTerm_TICKET] > 0 {
		s.add(w[maecenasv1.MatchTerm_TICKET], grade.Ticket(n, p.m.offers, &p.exchange))
	}
	for b := range fact.Businesses {
		v := n.Business[b]
		s.add(w[maecenasv1.MatchTerm_DESIGN+Term(b)], fact.Interval{Low: int32(v.Low), High: int32(v.High)})
	}
	s.add(w[maecenasv1.MatchTerm_TERMS], grade.Terms(n, p.m.offers))
	return s
}

// common is the value of a term that is the same for every need; ok is false for
// the others.
func (p *Plan) common(t Term) (v fact.Interval, ok bool) {
	switch t {
	case maecenasv1.MatchTerm_SECTOR:
		return fact.Neutral, p.m.sectors == nil
	case maecenasv1.MatchTerm_PLACE:
		return fact.Neutral, p.m.places == nil
	case maecenasv1.MatchTerm_STAGE:
		return fact.Neutral, p.m.stages == nil
	case maecenasv1.MatchTerm_ACTIVITY:
		return p.activity, true
	case maecenasv1.MatchTerm_IMPACT, maecenasv1.MatchTerm_CLUSTER, maecenasv1.MatchTerm_LANGUAGE,
		maecenasv1.MatchTerm_SUPPORT, maecenasv1.MatchTerm_DECISION_SPEED:
		return fact.Neutral, true
	default:
		return fact.Interval{}, false
	}
}

// value is the value of one term.
func (p *Plan) value(t Term, n *Need) fact.Interval {
	if v, ok := p.common(t); ok {
		return v
	}
	switch t {
	case maecenasv1.MatchTerm_SECTOR:
		return p.m.sectors.Value(n.Rest.Activities, n.Rest.Domains)
	case maecenasv1.MatchTerm_PLACE:
		return p.m.places.Value(&n.Rest.Place)
	case maecenasv1.MatchTerm_STAGE:
		return p.m.stages.Value(n.Stage)
	case maecenasv1.MatchTerm_TICKET:
		return grade.Ticket(n, p.m.offers, &p.exchange)
	case maecenasv1.MatchTerm_TERMS:
		return grade.Terms(n, p.m.offers)
	default:
		v := n.Business[t-maecenasv1.MatchTerm_DESIGN]
		return fact.Interval{Low: int32(v.Low), High: int32(v.High)}
	}
}

func (p *Plan) sector(n *Need) fact.Interval {
	if p.memo == nil {
		return p.m.sectors.Value(n.Rest.Activities, n.Rest.Domains)
	}
	s := p.memo.sectors.slot(n.SectorKey)
	if !s.filled || s.key != n.SectorKey {
		s.set(n.SectorKey, p.m.sectors.Value(n.Rest.Activities, n.Rest.Domains))
	}
	return s.interval()
}

func (p *Plan) place(n *Need) fact.Interval {
	if p.memo == nil {
		return p.m.places.Value(&n.Rest.Place)
	}
	s := p.memo.places.slot(n.PlaceKey)
	if !s.filled || s.key != n.PlaceKey {
		s.set(n.PlaceKey, p.m.places.Value(&n.Rest.Place))
	}
	return s.interval()
}

// memo holds values by the keys of needs. Needs share places and often sectors, so
// a ranking works out few values.
type memo struct {
	sectors, places slots
}

const slotCount = 1 << 12

type slots [slotCount]slot

type slot struct {
	key       uint64
	low, high int16
	filled    bool
}

func (s *slots) slot(key uint64) *slot { return &s[key%slotCount] }

func (s *slot) set(key uint64, v fact.Interval) {
	*s = slot{key, int16(v.Low), int16(v.High), true}
}

func (s *slot) interval() fact.Interval { return fact.Interval{Low: int32(s.low), High: int32(s.high)} }
