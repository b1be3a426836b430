package assess

import (
	"github.com/maecenas-cci/maecenas/internal/assess/exact"
	"github.com/maecenas-cci/maecenas/internal/assess/method"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// switchingCost: what binds a customer who was won, in months; gifts bind nobody.
func (e *evaluation) switchingCost() figure {
	return e.streamMean(commitmentScale(), bindingValue).figure()
}

// commitmentScale is the unit of bindingValue.
func commitmentScale() int64 { return exact.Full * method.Commitment.Grid() }

func bindingValue(e *evaluation, s *stream) span {
	if s.gift {
		return span{}
	}
	g := &e.groups[s.group]
	months := span{low: g.commitment, high: g.commitment}
	if g.open || !g.reached {
		months.high = method.Commitment[len(method.Commitment)-1].X
	}
	return span{method.Commitment.Step(months.low), method.Commitment.Step(months.high)}
}

// recurringRevenue: whether revenue comes back by itself.
func (e *evaluation) recurringRevenue() figure {
	return e.streamMean(recurrenceScale, recurrenceValue).figure()
}

// recurrenceScale is the unit of recurrenceValue.
const recurrenceScale = method.RecurrenceUnit

func recurrenceValue(_ *evaluation, s *stream) span {
	v := spanOf(method.Recurrence(s.recurrence))
	if s.gift {
		v = span{min(v.low, method.GiftRecurrence), min(v.high, method.GiftRecurrence)}
	}
	return v
}

// earnBeforeSpend: how much is paid before its cost arises.
func (e *evaluation) earnBeforeSpend() figure {
	return e.streamMean(maxShare, prepaidValue).figure()
}

func prepaidValue(_ *evaluation, s *stream) span { return s.prepaid.span(maxShare) }

// costPosition: the cost of a unit against a benchmark with a source.
func (m *model) costPosition() figure {
	if !m.ownCost.set || !m.benchmarkCost.set || m.benchmarkCost.value == 0 || !m.sourced {
		return unknown
	}
	benchmark := exact.NewInt(m.benchmarkCost.value)
	percent := exact.NewInt(m.ownCost.value).Sub(benchmark).Times(100)
	return exactly(method.Cost.At(percent, benchmark))
}

// othersCreateValue: the effort of users, and of unpaid partners who are promised
// something for it; never of volunteers.
func (m *model) othersCreateValue() figure {
	if len(m.activities) == 0 {
		return unknown
	}
	weighted, efforts := true, int64(0)
	hull := span{low: 1}
	var sum span
	for i := range m.activities {
		a := &m.activities[i]
		v := a.byOthers()
		hull.low, hull.high = min(hull.low, v.low), max(hull.high, v.high)
		if !a.effort.set {
			weighted = false
			continue
		}
		efforts += a.effort.value
		sum.low += a.effort.value * v.low
		sum.high += a.effort.value * v.high
	}
	if !weighted || efforts == 0 {
		sum, efforts = hull, 1
	}
	return interval{exact.NewRatio(sum.low, efforts), exact.NewRatio(sum.high, efforts)}.figure()
}

func (a *activity) byOthers() span { return spanOf(method.ByOthers(a.by, a.policy)) }

// scalability: what is left of earned revenue when costs grow along with sales.
func (e *evaluation) scalability() figure {
	load, known := e.load()
	if !e.amountsKnown || !known {
		return unknown
	}
	earned := int64(0)
	for i := range e.streams {
		if !e.streams[i].gift {
			earned += e.streams[i].amount.value
		}
	}
	if earned == 0 {
		return figure{}
	}
	rest := func(load int64) exact.Ratio {
		return exact.NewRatio(max(0, method.GrowthUnit*earned-load), method.GrowthUnit*earned)
	}
	return interval{e.proof.low.Mul(rest(load.high)), e.proof.high.Mul(rest(load.low))}.figure()
}

// load is the part of the costs that doubles when sales double, in parts of
// method.GrowthUnit, and whether it is known: there is a cost and every cost has an amount.
func (m *model) load() (span, bool) {
	var load span
	for i := range m.costs {
		c := &m.costs[i]
		if !c.amount.set {
			return span{}, false
		}
		growth := method.Growth(c.behaviour)
		load.low += c.amount.value * growth.Low
		load.high += c.amount.value * growth.High
	}
	return load, len(m.costs) > 0
}

// protection: the three kinds of moat that protect most, each by its strongest.
func (m *model) protection() figure {
	var low, high [maecenasv1.Moat_SCALE + 1]int64
	for i := range m.moats {
		one := &m.moats[i]
		strength := one.strength.span(maxStrength)
		if !one.documented {
			strength.low = min(strength.low, method.UndocumentedStrength)
		}
		low[one.kind] = max(low[one.kind], strength.low)
		high[one.kind] = max(high[one.kind], strength.high)
	}
	return interval{protected(low[:]), protected(high[:])}.figure()
}

// protected is 1 less the product of what the three strongest leave open.
func protected(strengths []int64) exact.Ratio {
	open, whole := int64(1), int64(1)
	for range method.MoatsCounted {
		strongest := 0
		for kind, strength := range strengths {
			if strength > strengths[strongest] {
				strongest = kind
			}
		}
		open *= method.Exposure[strengths[strongest]]
		whole *= method.Exposure[0]
		strengths[strongest] = 0
	}
	return exact.NewRatio(whole-open, whole)
}
