package match

import (
	"slices"
	"strconv"

	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match/fact"
	"github.com/maecenas-cci/maecenas/internal/match/grade"
	"github.com/maecenas-cci/maecenas/internal/match/learn"
	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

// PolicyVersion is the version of the weights, value functions and order. It
// changes whenever a score or an order could.
const PolicyVersion = "2"

// termTexts say what each term means and how its value comes about, in the
// policy's order.
var termTexts = [terms]struct {
	meaning, formula string
	points           func() []*maecenasv1.RankingPolicy_Point
	parameters       []*maecenasv1.MethodParameter
	business         fact.Business // of a term with means: which
	means            bool
}{
	maecenasv1.MatchTerm_SECTOR: {
		meaning: "Activities and cultural domains against what is preferred.",
		formula: "Per activity the best of grade × closeness over the preferred entries: 100 % inside the entry, else by the nearest common ancestor group 75, division 50, section 25, else 0; a code coarser than the entry is the least and the most over its classes; between NACE revisions by correspondence, else 50 by cultural domain. Mean by share (a share unset, or all 0: between the least and the largest; no activity: 0 to 100). Then the larger of this and the best grade of a preferred cultural domain.",
		parameters: []*maecenasv1.MethodParameter{
			parameter("inside", taxonomy.Within, "PERCENT", "Closeness inside the entry."),
			parameter("group", taxonomy.SameGroup, "PERCENT", "Closeness in the same group."),
			parameter("division", taxonomy.SameDivision, "PERCENT", "Closeness in the same division."),
			parameter("section", taxonomy.SameSection, "PERCENT", "Closeness in the same section."),
			parameter("domain", grade.DomainCloseness, "PERCENT", "Closeness by a cultural domain, where no correspondence relates two revisions."),
		},
	},
	maecenasv1.MatchTerm_PLACE: {
		meaning: "Place against what is preferred.",
		formula: "10 + 50 × area + 20 × locality + 20 × subdivision. The grade at a level is that of the entry at it which holds the organization; else, for stated lists, the larger of the grade at the nearest higher level and the best deeper entry, in full where it holds the organization, 40 % where it shares its place at this level; else 0. Fields unset: the least and the most over what they could be, each entry and each level for itself.",
		parameters: []*maecenasv1.MethodParameter{
			parameter("base", grade.PlaceBase, "HUNDREDTHS", "What every place has."),
			parameter("area", grade.PlaceArea, "PERCENT", "Part of the grade at the area: metropolitan area or NUTS 2."),
			parameter("locality", grade.PlaceLocal, "PERCENT", "Part of the grade at the locality: municipality or NUTS 3."),
			parameter("subdivision", grade.PlaceSubdivision, "PERCENT", "Part of the grade at the subdivision: NUTS 1 or ISO 3166-2."),
			parameter("shared", grade.SharedPart, "PERCENT", "Part of a deeper entry's grade where only its place at a level is shared."),
		},
	},
	maecenasv1.MatchTerm_STAGE: {
		meaning: "Stage against what is preferred.",
		formula: "Half the stage's grade, half nearness by steps from the nearest listed stage (PRE_SEED, SEED, EARLY, GROWTH, EXPANSION, ESTABLISHED); unset: the least and the most over the six stages.",
		points:  stagePoints,
		parameters: []*maecenasv1.MethodParameter{
			parameter("grade", grade.StageGrade, "PERCENT", "How much of the value the stage's grade is; the rest is nearness."),
		},
	},
	maecenasv1.MatchTerm_TICKET: {
		meaning: "The amount asked against what is given.",
		formula: "On the best instrument in common, of r = max(1, given least / asked most, asked least / given most), where the asked most counts at most 4 times the asked least. A bound of the mandate that is unset binds nothing; an amount of the need unset, or no exchange rate: 0 to 100.",
		points:  linePoints(grade.TicketLine()),
		parameters: []*maecenasv1.MethodParameter{
			parameter("widest", grade.Widest, "TIMES", "How many times the asked least the asked most counts at most."),
		},
	},
	maecenasv1.MatchTerm_ORDER: {
		meaning: "How many rounds the organization closed before. It counts where preferences are learned, and otherwise has no weight.",
		formula: learnedFormula,
	},
	maecenasv1.MatchTerm_DESIGN:          {meaning: "The design of the business model.", formula: meanOf(fact.Design), business: fact.Design, means: true},
	maecenasv1.MatchTerm_ROBUSTNESS:      {meaning: "How the business model stands.", formula: meanOf(fact.Robustness), business: fact.Robustness, means: true},
	maecenasv1.MatchTerm_DEFENSIBILITY:   {meaning: "What keeps others from copying it, and whose the rights are.", formula: meanOf(fact.Defensibility), business: fact.Defensibility, means: true},
	maecenasv1.MatchTerm_TEAM:            {meaning: "The team.", formula: meanOf(fact.Team), business: fact.Team, means: true},
	maecenasv1.MatchTerm_MARKET_EVIDENCE: {meaning: "What the market has shown.", formula: meanOf(fact.MarketEvidence), business: fact.MarketEvidence, means: true},
	maecenasv1.MatchTerm_IMPACT:          {meaning: "Sustainable development goals that are wished for.", formula: shareOfGrades},
	maecenasv1.MatchTerm_CLUSTER:         {meaning: "Clusters that are wished for, by the organization's labels.", formula: shareOfGrades},
	maecenasv1.MatchTerm_LANGUAGE:        {meaning: "Languages that are wished for; pt is met by pt-BR.", formula: shareOfGrades},
	maecenasv1.MatchTerm_TERMS: {
		meaning: "How far within its bounds the organization is offered terms.",
		formula: "On the best instrument in common, mean over the stated bounds that apply to it of 1 - offer / bound, at least 0; bound 0: 100 where the offer is 0, else 0; a guarantee or rights transfer accepted 100, refused 100 where it is not asked, else 0; offer unset: 0 to 100; no bound applies: neutral.",
	},
	maecenasv1.MatchTerm_SUPPORT: {
		meaning: "Wanted support that is offered.",
		formula: "Kinds of wanted support that are offered over kinds that are wanted, half up; none wanted: neutral.",
	},
	maecenasv1.MatchTerm_DECISION_SPEED: {
		meaning: "How fast the decision comes, for an organization that needs the money by a day.",
		formula: "Of the weeks from application to decision; unset: 0 to 100; no day needed by: neutral.",
		points:  linePoints(grade.SpeedLine()),
	},
	maecenasv1.MatchTerm_ACTIVITY: {
		meaning: "How likely anything happens.",
		formula: "Of the companies that the investor first backed, by a deal that is published, in the year before the day asked (a deal that names no organization is a company of its own; what follows the first deal does not count); for a public call (grants, prizes or vouchers alone, with a closing date) 100 while budget remains and 0 once it is spent. No such company ever, or a call that does not say its budget: 0 to 100.",
		points:  linePoints(grade.ActivityLine()),
	},
}

const shareOfGrades = "The sum of the grades of what is there over the sum of all grades, half up. No wish: neutral. An organization that lists none: 0 to 100."

// weighting says how weights and contributions come about; see [weigh] and [apportion].
const weighting = "The mandate's weights; where it orders terms instead, of n terms the i-th weighs (1/i + ... + 1/n) / n; where none is above 0, the defaults of the investor's type. They are scaled to investor_weight in proportion by largest remainders: each is rounded down, and what is missing goes to the largest remainders, ties to the first term. Each weight above 0 that became 0 then becomes least_weight, taken from the largest, the first of several. The organization's terms and ACTIVITY have their own. The score is the sum of weight × value over whole_weight, half up, the potential that of the greatest values; contributions are the parts of the score by largest remainders in the same way, so that they sum to it."

// learnedFormula says how learned values come about.
const learnedFormula = "The learned value of an answer on a level: half_up(10000 × p / (p + b)), where p = (own + s × market / market_total) / (own_total + s) and b = (m × market / market_total + q × pool / pool_total) / (m + q); s, m and q are learning's shrinkage, market_parts and pool_parts. Own counts the companies with the answer that the investor backed, each by its first deal alone; market the same over all investors who agreed or whose deals are published; pool the open needs with it; totals are over all answers of the level. So 5000 is as often as the base, 7500 three times as often. Where market_total or pool_total is 0, or nothing is counted of the answer, 5000. Unset: from the least to the most over the answers of the level and 5000. " +
	"SECTOR: the code of each activity, their mean by share as for grades; a code coarser than a class spans the classes in it and 5000. PLACE: the mean, half up, of subdivision (NUTS 1 or ISO 3166-2), area (the larger of metropolitan area and NUTS 2, of those that are counted) and locality (the larger of municipality and NUTS 3). STAGE: the stage. TICKET: the band of the least amount asked, in whole euros rounded up, by the day's rates (a deal's amount by its own date's); of deals and pool each amount counts in its band and its neighbours as smoothing says, in sixteenths, those beyond the ends at the ends, with a shrinkage of 16 s. ORDER: rounds closed before, 0, 1, 2, and 3 or more. " +
	"Where the investor agreed to learn and the mandate states no preference of a term, SECTOR, PLACE, STAGE and TICKET are half graded and half learned, half up (no grade: neutral), and ORDER is learned alone; an instrument's range is no stated preference. ORDER then has the weight order_weight_numerator / order_weight_denominator of the four's together, before all are scaled. Grades of such terms are each value's share of the investor's last graded_deals deals (beside learned values, of its first deals in each company) over the largest share, in percent, half up, at least 1; places have entries at every level and only an entry at the level counts."

func parameter(name string, value int64, unit, description string) *maecenasv1.MethodParameter {
	return &maecenasv1.MethodParameter{Name: name, Value: value, Unit: unit, Description: description}
}

func linePoints(l grade.Line) func() []*maecenasv1.RankingPolicy_Point {
	return func() []*maecenasv1.RankingPolicy_Point {
		var out []*maecenasv1.RankingPolicy_Point
		for _, p := range l {
			out = append(out, &maecenasv1.RankingPolicy_Point{Input: strconv.FormatInt(p.X, 10), Value: int32(p.Y), At: &p.X})
		}
		return out
	}
}

func stagePoints() []*maecenasv1.RankingPolicy_Point {
	var out []*maecenasv1.RankingPolicy_Point
	for steps, v := range grade.StageSteps() {
		at := int64(steps)
		out = append(out, &maecenasv1.RankingPolicy_Point{Input: strconv.Itoa(steps), Value: v, At: &at})
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
		InvestorWeight: InvestorWeight, ActivityWeight: ActivityWeight, WholeWeight: Whole, LeastWeight: 1, Weighting: weighting,
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
			"Learned values: measured on the same rounds; see the project's decisions, number 18.",
			"De minimis aid: Regulation (EU) 2023/2831, Article 3(2).",
			"Places: NUTS, Regulation (EC) No 1059/2003, and ISO 3166-2. Size classes: Recommendation 2003/361/EC.",
			"Weights and value functions are this project's own proposal.",
		},
		Limits: []string{
			"Ranking is decision support: it does not predict who is funded, beyond what the published benchmark measured.",
			"Facts are the organization's own until documented or attested; the confidence beside a match says how well they are supported.",
			"What an organization does not disclose counts as unset.",
		},
	}
	for _, t := range policyOrder {
		text := &termTexts[t]
		term := &maecenasv1.RankingPolicy_Term{
			Term: t, Side: sideOf(t), Description: text.meaning, Formula: text.formula, Active: true,
		}
		for _, one := range text.parameters {
			term.Parameters = append(term.Parameters, proto.CloneOf(one))
		}
		if text.means {
			term.Dimensions = slices.Clone(text.business.Of())
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
	p.Learning = &maecenasv1.RankingPolicy_Learning{
		GradedDeals: learn.GradedDeals, Shrinkage: learn.Shrinkage,
		MarketParts: learn.MarketParts, PoolParts: learn.PoolParts,
		OrderWeightNumerator: orderWeightNumerator, OrderWeightDenominator: orderWeightDenominator,
		BandStarts: slices.Clone(learn.BandStarts[:]), Smoothing: slices.Clone(learn.Smoothing[:]),
	}
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
