package match

import (
	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match/fact"
	"github.com/maecenas-cci/maecenas/internal/match/gate"
)

// Explain is everything about a pair: eligibility with every requirement, every
// term with its side, weight, value, contribution and reason, and, where exactly one
// requirement fails, how near it misses. Contributions sum to the score. What an
// explanation takes from elsewhere (names for people, confidence, the closing date,
// the rank) is unset, and nothing is left out for anybody: who may see weights and
// criteria is for the caller to say.
func (p *Plan) Explain(n *Need) *maecenasv1.Match {
	b := p.breakDown(n)
	m := p.brief(n, b)
	m.Terms = p.lines(n, b)
	p.eachRequirement(n, func(r *gate.Requirement) bool {
		m.Requirements = r.ExplainAll(m.Requirements, n, &p.exchange)
		return true
	})
	return m
}

// Brief is an explanation without terms and requirements: names, eligibility, score,
// potential, fit and, where exactly one requirement fails, how near it misses.
func (p *Plan) Brief(n *Need) *maecenasv1.Match { return p.brief(n, p.breakDown(n)) }

func (p *Plan) brief(n *Need, b breakdown) *maecenasv1.Match {
	e, fails := p.Gate(n)
	m := &maecenasv1.Match{
		Need: n.Rest.Name, Mandate: p.m.name, Eligibility: e,
		Score: b.sum.Score(), Potential: b.sum.Potential(),
		Fit: b.sum.Score() - b.contributions[maecenasv1.MatchTerm_ACTIVITY],
	}
	if fails == 1 {
		m.NearMiss = p.nearMiss(n)
	}
	return m
}

// breakdown is a score, term by term.
type breakdown struct {
	sum           Sum
	values        [terms]fact.Interval
	contributions []int32
}

func (p *Plan) breakDown(n *Need) (b breakdown) {
	b.sum = p.Score(n)
	var parts [terms]int64
	for t := Term(1); t < terms; t++ {
		b.values[t] = p.value(t, n)
		parts[t] = int64(p.m.weights[t]) * int64(b.values[t].Low)
	}
	b.contributions = apportion(parts[:], Whole, int64(b.sum.Score()))
	return b
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

// lines are the lines of the sum, in the policy's order.
func (p *Plan) lines(n *Need, b breakdown) []*maecenasv1.MatchTerm {
	lines := make([]*maecenasv1.MatchTerm, 0, terms-1)
	for t := Term(1); t < terms; t++ {
		lines = append(lines, &maecenasv1.MatchTerm{
			Term: t, Side: sideOf(t), Weight: proto.Int32(p.m.weights[t]),
			Score: b.values[t].Low, Potential: b.values[t].High,
			Contribution: proto.Int32(b.contributions[t]), Reason: p.reason(t, n, b.values[t]),
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
