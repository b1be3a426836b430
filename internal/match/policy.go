package match

import (
	"slices"
	"strconv"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match/fact"
	"github.com/maecenas-cci/maecenas/internal/match/grade"
)

// PolicyVersion is the version of the weights, value functions and order. It
// changes whenever a score or an order could.
const PolicyVersion = "1"

// termTexts say what each term means and how its value comes about, in the
// policy's order.
var termTexts = [terms]struct {
	meaning, formula string
	points           func() []*maecenasv1.RankingPolicy_Point
	inactive         bool
}{
	maecenasv1.MatchTerm_SECTOR: {
		meaning: "Activities and cultural domains against what is preferred.",
		formula: "Per activity the best of grade × closeness over the preferred entries: 100 % inside the entry, else by the nearest common ancestor group 75, division 50, section 25, else 0; a code coarser than the entry is the least and the most over its classes; between NACE revisions by correspondence, else 50 by cultural domain. Mean by share (a share unset, or all 0: between the least and the largest; no activity: 0 to 100). Then the larger of this and the best grade of a preferred cultural domain.",
	},
	maecenasv1.MatchTerm_PLACE: {
		meaning: "Place against what is preferred.",
		formula: "10 + 50 × area + 20 × locality + 20 × subdivision. The grade at a level is that of the entry at it which holds the organization; else, for stated lists, the larger of the grade at the nearest higher level and the best deeper entry, in full where it holds the organization, 40 % where it shares its place at this level; else 0. Fields unset: the least and the most over what they could be, each entry and each level for itself.",
	},
	maecenasv1.MatchTerm_STAGE: {
		meaning: "Stage against what is preferred.",
		formula: "Half the stage's grade, half nearness by steps from the nearest listed stage; unset: the least and the most over the six stages.",
		points:  stagePoints,
	},
	maecenasv1.MatchTerm_TICKET: {
		meaning: "The amount asked against what is given.",
		formula: "On the best instrument in common, of r = max(1, given least / asked most, asked least / given most), where the asked most counts at most 4 times the asked least. A bound of the mandate that is unset binds nothing; an amount of the need unset, or no exchange rate: 0 to 100.",
		points:  linePoints(grade.TicketLine()),
	},
	maecenasv1.MatchTerm_DESIGN:          {meaning: "The design of the business model.", formula: meanOf(fact.Design)},
	maecenasv1.MatchTerm_ROBUSTNESS:      {meaning: "How the business model stands.", formula: meanOf(fact.Robustness)},
	maecenasv1.MatchTerm_DEFENSIBILITY:   {meaning: "What keeps others from copying it, and whose the rights are.", formula: meanOf(fact.Defensibility)},
	maecenasv1.MatchTerm_TEAM:            {meaning: "The team.", formula: meanOf(fact.Team)},
	maecenasv1.MatchTerm_MARKET_EVIDENCE: {meaning: "What the market has shown.", formula: meanOf(fact.MarketEvidence)},
	maecenasv1.MatchTerm_IMPACT:          {meaning: "Sustainable development goals that are wished for.", formula: "Neutral for everybody as yet.", inactive: true},
	maecenasv1.MatchTerm_CLUSTER:         {meaning: "Clusters that are wished for.", formula: "Neutral for everybody as yet.", inactive: true},
	maecenasv1.MatchTerm_LANGUAGE:        {meaning: "Languages that are wished for.", formula: "Neutral for everybody as yet.", inactive: true},
	maecenasv1.MatchTerm_TERMS: {
		meaning: "How far within its bounds the organization is offered terms.",
		formula: "On the best instrument in common, mean over the stated bounds that apply to it of 1 - offer / bound, at least 0; bound 0: 100 where the offer is 0, else 0; a guarantee or rights transfer accepted 100, refused 100 where it is not asked, else 0; offer unset: 0 to 100; no bound applies: neutral.",
	},
	maecenasv1.MatchTerm_SUPPORT:        {meaning: "Wanted support that is offered.", formula: "Neutral for everybody as yet.", inactive: true},
	maecenasv1.MatchTerm_DECISION_SPEED: {meaning: "How fast the decision comes.", formula: "Neutral for everybody as yet.", inactive: true},
	maecenasv1.MatchTerm_ACTIVITY: {
		meaning: "How likely anything happens.",
		formula: "Of the published deals in the year before the day asked; for a public call (grants, prizes or vouchers alone, with a closing date) 100 while budget remains and 0 once it is spent. No deal ever published, or a call that does not say its budget: 0 to 100.",
		points:  linePoints(grade.ActivityLine()),
	},
}

func linePoints(l grade.Line) func() []*maecenasv1.RankingPolicy_Point {
	return func() []*maecenasv1.RankingPolicy_Point {
		var out []*maecenasv1.RankingPolicy_Point
		for _, p := range l {
			out = append(out, &maecenasv1.RankingPolicy_Point{Input: strconv.FormatInt(p.X, 10), Value: int32(p.Y)})
		}
		return out
	}
}

func stagePoints() []*maecenasv1.RankingPolicy_Point {
	var out []*maecenasv1.RankingPolicy_Point
	for steps, v := range grade.StageSteps() {
		out = append(out, &maecenasv1.RankingPolicy_Point{Input: strconv.Itoa(steps), Value: v})
	}
	return out
}

func meanOf(b fact.Business) string {
	text := "Mean, by the rubric's weights, of those that apply:"
	for _, d := range b.Of() {
		text += " " + d.String()
	}
	return text + "."
}

// Policy is how matches are ranked, as data: enough to work out every score from
// the facts. The caller owns the message.
func Policy() *maecenasv1.RankingPolicy {
	p := &maecenasv1.RankingPolicy{
		Version:        PolicyVersion,
		InvestorWeight: InvestorWeight, ActivityWeight: ActivityWeight,
		OrganizationWeights: map[string]int32{},
		NeutralValue:        fact.Neutral.Low,
		Order: []string{
			"Eligible before conditional; pairs that fail a requirement are not ranked.",
			"The larger exact sum of weight × value over what is stated, of all terms (order by score) or of all but ACTIVITY (order by fit).",
			"The smaller of the first 8 bytes of SHA-256 of the need's name, a line feed and the mandate's name, each empty where it is not stored.",
			"Of an organization's needs only its first in this order, unless every need is asked for.",
			"Near-misses, which fail exactly one requirement: the smaller distance first where it is a number, then the order above.",
		},
		Sources: []string{
			"Must-haves and preferences kept apart, graded preferences in place of lists, weights with place first: measured on real funding rounds, United States, 2010 to 2012.",
			"Closeness of activities: the hierarchy of NACE, Regulation (EC) No 1893/2006 and Delegated Regulation (EU) 2023/137; cultural domains of ESSnet-Culture, final report, 2012.",
			"Places: NUTS, Regulation (EC) No 1059/2003, and ISO 3166-2. Size classes: Recommendation 2003/361/EC.",
			"Weights and value functions are this project's own proposal.",
		},
		Limits: []string{
			"Ranking is decision support: it does not predict who is funded, beyond what the published benchmark measured.",
			"Facts are the organization's own until documented or attested; the confidence beside a match says how well they are supported.",
			"What an organization does not disclose counts as unset.",
		},
	}
	for t := Term(1); t < terms; t++ {
		text := &termTexts[t]
		term := &maecenasv1.RankingPolicy_Term{
			Term: t, Side: sideOf(t), Description: text.meaning, Formula: text.formula, Active: !text.inactive,
		}
		if text.points != nil {
			term.Points = text.points()
		}
		p.Terms = append(p.Terms, term)
	}
	for t, w := range organizationWeights {
		p.OrganizationWeights[t.String()] = w
	}
	p.DefaultWeights = policyDefaults()
	return p
}

func policyDefaults() []*maecenasv1.RankingPolicy_DefaultWeights {
	var out []*maecenasv1.RankingPolicy_DefaultWeights
	for t := range defaultWeights {
		d := &maecenasv1.RankingPolicy_DefaultWeights{InvestorType: t, Weights: map[string]int32{}}
		for term, w := range DefaultWeights(t) {
			d.Weights[term.String()] = int32(w)
		}
		out = append(out, d)
	}
	slices.SortFunc(out, func(a, b *maecenasv1.RankingPolicy_DefaultWeights) int {
		return int(a.GetInvestorType()) - int(b.GetInvestorType())
	})
	return out
}
