package match

import (
	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match/fact"
	"github.com/maecenas-cci/maecenas/internal/match/gate"
)

// Explain is everything about a pair: eligibility with every requirement, every
// term with its value, weight, contribution and reason, and, where exactly one
// requirement fails, how near it misses. Contributions sum to the score. What an
// explanation takes from elsewhere (names for people, confidence, the closing date,
// the rank) is unset, and nothing is left out for anybody: who may see weights and
// criteria is for the caller to say.
func (p *Plan) Explain(n *Need) *maecenasv1.Match {
	e, fails := p.Gate(n)
	sum := p.Score(n)
	m := &maecenasv1.Match{
		Need: n.Rest.Name, Mandate: p.m.name,
		Eligibility: e, Score: sum.Score(), Potential: sum.Potential(),
		Terms: p.terms(n, sum),
	}
	m.Fit = m.Score - m.Terms[maecenasv1.MatchTerm_ACTIVITY-1].GetContribution()
	p.eachRequirement(n, func(r *gate.Requirement) bool {
		m.Requirements = r.ExplainAll(m.Requirements, n, &p.exchange)
		return true
	})
	if fails == 1 {
		m.NearMiss = p.nearMiss(n)
	}
	return m
}

// Brief is a pair without terms and requirements: names, eligibility, score,
// potential, fit and, where exactly one requirement fails, how near it misses.
func (p *Plan) Brief(n *Need) *maecenasv1.Match {
	m := p.Explain(n)
	m.Terms, m.Requirements = nil, nil
	return m
}

// nearMiss is the requirement that fails with its distance; for pairs that fail
// exactly one.
func (p *Plan) nearMiss(n *Need) *maecenasv1.NearMiss {
	r := p.failing(n)
	miss := &maecenasv1.NearMiss{Requirement: r.Explain(n, &p.exchange)}
	if d, unit, ok := r.Distance(n, &p.exchange); ok {
		miss.Distance, miss.DistanceUnit = &d, unit
	}
	return miss
}

// terms are the lines of the sum, in the policy's order.
func (p *Plan) terms(n *Need, sum Sum) []*maecenasv1.MatchTerm {
	var values [terms]fact.Interval
	parts := make([]int64, terms)
	for t := Term(1); t < terms; t++ {
		values[t] = p.value(t, n)
		parts[t] = int64(p.m.weights[t]) * int64(values[t].Low)
	}
	contributions := apportion(parts, Whole, int64(sum.Score()))
	lines := make([]*maecenasv1.MatchTerm, 0, terms-1)
	for t := Term(1); t < terms; t++ {
		lines = append(lines, &maecenasv1.MatchTerm{
			Term: t, Side: sideOf(t), Weight: proto.Int32(p.m.weights[t]),
			Score: values[t].Low, Potential: values[t].High,
			Contribution: proto.Int32(contributions[t]), Reason: p.reason(t, n, values[t]),
		})
	}
	return lines
}

// sideOf is whose wish a term is.
func sideOf(t Term) maecenasv1.MatchTerm_Side {
	switch {
	case t == maecenasv1.MatchTerm_ACTIVITY:
		return maecenasv1.MatchTerm_NEITHER
	case t > lastWish:
		return maecenasv1.MatchTerm_ORGANIZATION
	default:
		return maecenasv1.MatchTerm_INVESTOR
	}
}
