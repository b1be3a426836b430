package match

import (
	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match/fact"
	"github.com/maecenas-cci/maecenas/internal/match/gate"
	"github.com/maecenas-cci/maecenas/internal/match/grade"
)

// NeedFacts are what a need is compiled from: the records as investors may see
// them, and the assessment over what is disclosed.
//
// Exclusions are stripped from what investors see, so they come in beside it.
// Shown tells unset from kept back; nil: everything is shown, as in an
// organization's own preview. Canvas and Assessment may be nil.
type NeedFacts = fact.NeedFacts

// Need is a need, compiled; immutable and safe for concurrent use. Hundreds of
// thousands are held in memory: it is a row of about 130 bytes with, behind a
// pointer, some 600 bytes that are read for gates and explanations only, and it
// retains no message.
type Need = fact.Need

// NewNeed compiles a need. What a code list does not have is taken as unset.
func NewNeed(f NeedFacts) *Need { return fact.NewNeed(f) }

// Facet is a part of a need's facts; see package fact.
type Facet = fact.Facet

// Facets is how many facets there are.
const Facets = fact.Facets

// Part is what a facet adds to a match with a plan, for all needs that are alike in it.
type Part struct {
	// Most is at least what its terms add to the Low of a sum; 0 where so many fail that
	// no such need is looked for.
	Most int64
	// Fails is how many requirements surely fail, at most as many as do.
	Fails int
	// Open says that one of them surely does not pass, be it unknown.
	Open bool
}

// Parts divides what a plan asks by the facets that it asks of, so that a scan can
// leave rows alone by what it knows of their facets. It is not for concurrent use.
type Parts struct {
	p            *Plan
	nearMisses   bool
	terms        [Facets][]Term
	requirements [Facets][]*gate.Requirement
	most         [Facets]int64
	// beyond is the most of terms that no facet answers.
	beyond int64
}

// facetTerms are the terms that each facet answers.
var facetTerms = [Facets][]Term{
	fact.FacetPlace:   {maecenasv1.MatchTerm_PLACE},
	fact.FacetSector:  {maecenasv1.MatchTerm_SECTOR},
	fact.FacetStage:   {maecenasv1.MatchTerm_STAGE, maecenasv1.MatchTerm_ORDER},
	fact.FacetSupport: {maecenasv1.MatchTerm_SUPPORT, maecenasv1.MatchTerm_DECISION_SPEED},
	fact.FacetNames:   {maecenasv1.MatchTerm_IMPACT, maecenasv1.MatchTerm_CLUSTER, maecenasv1.MatchTerm_LANGUAGE},
	fact.FacetTerms:   {maecenasv1.MatchTerm_TERMS},
	fact.FacetAmount:  {maecenasv1.MatchTerm_TICKET},
}

// boundElsewhere are the terms of facets, those of the values at hand, and ACTIVITY,
// which is the same for every need.
var boundElsewhere = func() (is [terms]bool) {
	for _, list := range facetTerms {
		for _, t := range list {
			is[t] = true
		}
	}
	for b := range fact.Businesses {
		is[maecenasv1.MatchTerm_DESIGN+Term(b)] = true
	}
	is[maecenasv1.MatchTerm_ACTIVITY] = true
	return is
}()

// Parts divides the plan. With nearMisses the number of fails counts, otherwise only
// whether there is one.
func (p *Plan) Parts(nearMisses bool) *Parts {
	b := &Parts{p: p, nearMisses: nearMisses}
	for f, terms := range facetTerms {
		for _, t := range terms {
			if w := p.m.weights[t]; w > 0 && !p.m.neutral(t) {
				b.terms[f] = append(b.terms[f], t)
				b.most[f] += int64(w) * fact.Full
			}
		}
	}
	for _, t := range policyOrder {
		if !boundElsewhere[t] && !p.m.neutral(t) {
			b.beyond += int64(p.m.weights[t]) * fact.Full
		}
	}
	for i := range p.m.requirements {
		r := &p.m.requirements[i]
		if f, ok := r.Facet(); ok {
			b.requirements[f] = append(b.requirements[f], r)
		}
	}
	return b
}

// Most is at least what any need can have of a facet: the part of those of which
// nothing is known.
func (b *Parts) Most(f Facet) int64 { return b.most[f] }

// Gates reports whether a requirement can be answered by a facet.
func (b *Parts) Gates(f Facet) bool {
	switch f {
	case fact.FacetTerms:
		return true
	case fact.FacetAmount:
		return !b.nearMisses && b.p.m.builtIn.AmountIsBar()
	default:
		return len(b.requirements[f]) > 0
	}
}

// Of is a facet's part for all needs that one stands for ([fact.Need.Stand]); mixed
// says that those are not all alike in what the facet tells apart roughly.
func (b *Parts) Of(f Facet, stand *Need, mixed bool) Part {
	var part Part
	count := gate.Count{Most: len(b.p.m.requirements) + 8}
	switch {
	case f == fact.FacetTerms:
		b.p.m.builtIn.CountTerms(stand, &b.p.exchange, &count)
	case f == fact.FacetAmount && !b.nearMisses:
		b.p.m.builtIn.CountAmount(stand, &b.p.exchange, &count)
	}
	for _, r := range b.requirements[f] {
		count.Add(r.Answer(stand, &b.p.exchange))
	}
	part.Fails, part.Open = count.Fails, count.Unknown || count.Fails > 0
	if count.Fails > 1 || count.Fails > 0 && !b.nearMisses {
		return part
	}
	for _, t := range b.terms[f] {
		part.Most += int64(b.p.m.weights[t]) * int64(b.atMost(t, stand, mixed))
	}
	return part
}

// atMost is at least the Low of a term's value for all needs that one stands for.
func (b *Parts) atMost(t Term, stand *Need, mixed bool) int32 {
	switch {
	case t == maecenasv1.MatchTerm_TICKET:
		return b.p.ticketMost(stand)
	case t == maecenasv1.MatchTerm_SECTOR && mixed:
		return min(fact.Full, b.p.value(t, stand).Low+fact.SectorSlack)
	case t == maecenasv1.MatchTerm_PLACE:
		return b.p.whole(t, stand).Low // who asks remembers it by the facet
	default:
		return b.p.value(t, stand).Low
	}
}

// ticketMost is TICKET's. A bucket of amounts is narrower than a band of learned
// values, so that it lies in the bands of its ends.
func (p *Plan) ticketMost(stand *Need) int32 {
	const t = maecenasv1.MatchTerm_TICKET
	_, leastTo := fact.AmountEnds(stand.AmountMin)
	graded := grade.TicketMost(stand, leastTo, p.m.offers, &p.exchange)
	if !p.m.learns[t] {
		return graded
	}
	other := *stand
	other.AmountMin = leastTo
	learned := max(p.learned(t, stand).Low, p.learned(t, &other).Low)
	return half(fact.Exactly(graded), fact.Exactly(learned)).Low
}

// Fixed is the part of the Low of a sum that is the same for every need, with the most of
// terms of which no facet tells.
func (b *Parts) Fixed() int64 { return b.p.same.Low + b.beyond }

// BusinessWeights are the weights of the values that a need has at hand in Business.
func (p *Plan) BusinessWeights() (w [fact.Businesses]int32) {
	for b := range w {
		w[b] = p.m.weights[maecenasv1.MatchTerm_DESIGN+Term(b)]
	}
	return w
}

// Fork is a plan of the same mandate on the same day, for another goroutine.
func (p *Plan) Fork() *Plan {
	f := *p
	f.exchange = p.exchange.Fork()
	if f.memo = nil; p.memo != nil {
		f.Memoize()
	}
	return &f
}
