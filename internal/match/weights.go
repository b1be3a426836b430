package match

import (
	"slices"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// Term is an addend of the score.
type Term = maecenasv1.MatchTerm_Term

// What the sides' terms weigh together, of Whole.
const (
	Whole              = 1000
	InvestorWeight     = 600
	OrganizationWeight = 200
	ActivityWeight     = 200
)

// terms is one more than the number of terms, so that their enum numbers index
// arrays.
const terms = 18

// lastWish is the last of the investor's terms that can be wished for.
const lastWish = maecenasv1.MatchTerm_LANGUAGE

// policyOrder are the terms in the policy's order: the investor's, then the
// organization's, then nobody's. Ties of remainders go to the first.
var policyOrder = [terms - 1]Term{
	maecenasv1.MatchTerm_SECTOR, maecenasv1.MatchTerm_PLACE, maecenasv1.MatchTerm_STAGE, maecenasv1.MatchTerm_TICKET,
	maecenasv1.MatchTerm_ORDER,
	maecenasv1.MatchTerm_DESIGN, maecenasv1.MatchTerm_ROBUSTNESS, maecenasv1.MatchTerm_DEFENSIBILITY,
	maecenasv1.MatchTerm_TEAM, maecenasv1.MatchTerm_MARKET_EVIDENCE,
	maecenasv1.MatchTerm_IMPACT, maecenasv1.MatchTerm_CLUSTER, maecenasv1.MatchTerm_LANGUAGE,
	maecenasv1.MatchTerm_TERMS, maecenasv1.MatchTerm_SUPPORT, maecenasv1.MatchTerm_DECISION_SPEED,
	maecenasv1.MatchTerm_ACTIVITY,
}

// investorTerms are the investor's terms, in the policy's order.
var investorTerms = policyOrder[:13]

// ORDER weighs so much of what SECTOR, PLACE, STAGE and TICKET weigh together, where
// preferences are learned.
const (
	orderWeightNumerator   = 2
	orderWeightDenominator = 13
)

// weights are the weights of the terms, which sum to Whole.
type weights [terms]int32

// organizationWeights are the weights of the organization's terms.
var organizationWeights = map[Term]int32{
	maecenasv1.MatchTerm_TERMS: 100, maecenasv1.MatchTerm_SUPPORT: 50, maecenasv1.MatchTerm_DECISION_SPEED: 50,
}

// defaultWeights are the weights of the investor's terms by type of funder, before
// they are scaled: this project's proposal, version 1. Within SECTOR, PLACE, STAGE
// and TICKET they keep 15 : 40 : 20 : 25, which real deals support; the others
// follow from what each type says it decides by: angels by the team, venture funds
// by design, protection and team, banks and guarantee funds by what pays back,
// public bodies and foundations by what they serve, crowds by what the market
// shows.
var defaultWeights = map[maecenasv1.Investor_Type][lastWish + 1]int32{
	//                                        SECTOR PLACE STAGE TICKET DESIGN ROBUST DEFEND TEAM MARKET IMPACT CLUSTER LANGUAGE
	maecenasv1.Investor_TYPE_UNSPECIFIED: {0, 15, 40, 20, 25, 15, 15, 10, 15, 15, 0, 0, 0},
	maecenasv1.Investor_ANGEL:            {0, 15, 40, 20, 25, 15, 5, 10, 30, 20, 0, 0, 0},
	maecenasv1.Investor_VENTURE_FUND:     {0, 15, 40, 20, 25, 20, 10, 20, 25, 25, 0, 0, 0},
	maecenasv1.Investor_CORPORATE:        {0, 15, 40, 20, 25, 20, 10, 25, 10, 20, 0, 5, 0},
	maecenasv1.Investor_BANK:             {0, 15, 40, 20, 25, 5, 45, 5, 15, 15, 0, 0, 0},
	maecenasv1.Investor_GUARANTEE_FUND:   {0, 15, 40, 20, 25, 5, 40, 5, 15, 10, 5, 5, 0},
	maecenasv1.Investor_PUBLIC_BODY:      {0, 15, 40, 20, 25, 15, 15, 5, 15, 10, 15, 10, 0},
	maecenasv1.Investor_FOUNDATION:       {0, 15, 40, 20, 25, 10, 10, 0, 15, 5, 25, 5, 5},
	maecenasv1.Investor_IMPACT_FUND:      {0, 15, 40, 20, 25, 15, 15, 10, 20, 15, 25, 0, 0},
	maecenasv1.Investor_CROWDFUNDING:     {0, 15, 40, 20, 25, 15, 5, 5, 15, 35, 5, 0, 5},
}

// DefaultWeights are the weights of the investor's terms, 0 to 100 each, for a
// type of funder whose mandate states none. The caller owns the map.
func DefaultWeights(t maecenasv1.Investor_Type) map[Term]int {
	out := map[Term]int{}
	for term, w := range defaultsOf(t) {
		if term > 0 {
			out[Term(term)] = int(w)
		}
	}
	return out
}

func defaultsOf(t maecenasv1.Investor_Type) [lastWish + 1]int32 {
	if w, ok := defaultWeights[t]; ok {
		return w
	}
	return defaultWeights[maecenasv1.Investor_TYPE_UNSPECIFIED]
}

// weigh compiles stated weights to weights that sum to Whole. Where none is stated,
// the defaults of the investor's type count. ORDER has a weight where preferences are
// learned, in proportion to the terms that are.
func weigh(stated wishWeights, t maecenasv1.Investor_Type, learns bool) weights {
	if stated == (wishWeights{}) {
		stated = defaultsOf(t)
	}
	var raw [terms]int32
	copy(raw[:], stated[:])
	if learns {
		four := int32(0)
		for term := range raw {
			if Term(term) <= maecenasv1.MatchTerm_TICKET {
				four += raw[term]
			}
			raw[term] *= orderWeightDenominator
		}
		raw[maecenasv1.MatchTerm_ORDER] = orderWeightNumerator * four
	}
	inOrder := make([]int32, len(investorTerms))
	for i, term := range investorTerms {
		inOrder[i] = raw[term]
	}
	var out weights
	for i, w := range scale(inOrder, InvestorWeight) {
		out[investorTerms[i]] = w
	}
	for term, w := range organizationWeights {
		out[term] = w
	}
	out[maecenasv1.MatchTerm_ACTIVITY] = ActivityWeight
	return out
}

// scale gives weights the same proportions and a sum of total, by largest
// remainders; each above 0 stays at least 1, taken from the largest.
func scale(raw []int32, total int64) []int32 {
	var sum int64
	for _, w := range raw {
		sum += int64(w)
	}
	parts := make([]int64, len(raw))
	for i, w := range raw {
		parts[i] = int64(w) * total
	}
	out := apportion(parts, sum, total)
	for i, w := range raw {
		if w > 0 && out[i] == 0 {
			largest := slices.Index(out, slices.Max(out))
			out[largest]--
			out[i] = 1
		}
	}
	return out
}

// apportion divides each part by den, rounds it down, and gives what is missing to
// total to the largest remainders; ties go to the first.
func apportion(parts []int64, den, total int64) []int32 {
	out := make([]int32, len(parts))
	order := make([]int, len(parts))
	missing := total
	for i, p := range parts {
		out[i], order[i] = int32(p/den), i
		missing -= p / den
	}
	slices.SortStableFunc(order, func(a, b int) int { return int(parts[b]%den) - int(parts[a]%den) })
	for _, i := range order[:missing] {
		out[i]++
	}
	return out
}
