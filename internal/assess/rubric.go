package assess

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/maecenas-cci/maecenas/internal/assess/exact"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// RubricVersion is the version of weights, value functions and rules. It changes
// whenever any figure of any input would.
const RubricVersion = "1"

// The value functions that are made of straight lines.
var (
	// commitmentCurve: months that a customer is bound.
	commitmentCurve = exact.Curve{{X: 0, Y: 0}, {X: 12, Y: 5000}, {X: 36, Y: 10000}}
	// costCurve: own unit cost over the benchmark's, less one, in percent.
	costCurve = exact.Curve{{X: -30, Y: 10000}, {X: 0, Y: 5000}, {X: 30, Y: 0}}
	// runwayCurve: months that the cash lasts.
	runwayCurve = exact.Curve{{X: 0, Y: 0}, {X: 6, Y: 4000}, {X: 12, Y: 7000}, {X: 18, Y: 8500}, {X: 24, Y: 10000}}
	// marginCurve: EBITDA over revenue, in percent.
	marginCurve = exact.Curve{{X: -100, Y: 0}, {X: 0, Y: 6000}, {X: 20, Y: 10000}}
	// yearsCurve: median years in the sector.
	yearsCurve = exact.Curve{{X: 0, Y: 0}, {X: 5, Y: 6000}, {X: 10, Y: 10000}}
	// ageCurve: completed months since the day that evidence speaks of.
	ageCurve = exact.Curve{{X: 12, Y: 10000}, {X: 24, Y: 5000}, {X: 36, Y: 2500}}
)

// anchor is a point of a value function: an input in words and its value in
// hundredths of a point.
type anchor struct {
	input string
	value int32
}

// anchors writes a curve's points as anchors; format is of their X.
func anchors(curve exact.Curve, format string) []anchor {
	list := make([]anchor, len(curve))
	for i, point := range curve {
		list[i] = anchor{fmt.Sprintf(format, point.X), point.Y}
	}
	return list
}

// dimension is a dimension of the rubric.
type dimension struct {
	group    maecenasv1.DimensionResult_Group
	weight   int32
	question string
	formula  string
	anchors  []anchor
	sources  []string
}

// proofWords explains the factor that enters every mean over streams.
const proofWords = " Each stream counts by its proof factor (ACTUAL 1, PILOT 3/4, PLANNED 1/2; unset 1/2 to 1) and is " +
	"weighted by annual amount; unless all amounts are stated, the range over the streams counts. Without streams unknown."

// rubric is the dimensions in their order; weights sum to 100.
var rubric = [dimensions]dimension{
	{
		group: maecenasv1.DimensionResult_DESIGN, weight: 6,
		question: "What does it cost customers to leave?",
		formula:  "Mean over streams of the longest commitment of the relationships of their segment; gifts 0." + proofWords,
		anchors:  anchors(commitmentCurve, "%d months"),
		sources:  []string{sourceSeven, sourceOwn},
	},
	{
		group: maecenasv1.DimensionResult_DESIGN, weight: 8,
		question: "Does revenue come back by itself?",
		formula:  "Mean over streams of their recurrence; gifts at most 50 %." + proofWords,
		anchors:  []anchor{{"ONE_OFF", 0}, {"REPEAT", 5000}, {"AUTOMATIC", 10000}},
		sources:  []string{sourceSeven, sourceOwn},
	},
	{
		group: maecenasv1.DimensionResult_DESIGN, weight: 8,
		question: "Does it earn before it spends?",
		formula:  "Mean over streams of the share that is paid before the cost arises." + proofWords,
		anchors:  []anchor{{"0 % prepaid", 0}, {"100 % prepaid", 10000}},
		sources:  []string{sourceSeven, sourceOwn},
	},
	{
		group: maecenasv1.DimensionResult_DESIGN, weight: 6,
		question: "What does a unit cost against a comparable one, made comparably?",
		formula:  "Own unit cost over the benchmark's, less one. Unknown unless both are stated, the benchmark is above 0 and its source is given.",
		anchors:  anchors(costCurve, "%+d %%"),
		sources:  []string{sourceSeven, sourceOwn},
	},
	{
		group: maecenasv1.DimensionResult_DESIGN, weight: 4,
		question: "Do others create value for it, fairly?",
		formula: "Share of effort by users, and by unpaid partners for whom a compensation policy is stated; volunteers never count. " +
			"Weighted by effort share when all are stated and not all 0, else the range over the activities. Without activities unknown.",
		anchors: []anchor{{"SELF, PAID_PARTNER, VOLUNTEERS, UNPAID_PARTNER without a policy", 0}, {"USERS, UNPAID_PARTNER with a policy", 10000}},
		sources: []string{sourceSeven, sourceOwn},
	},
	{
		group: maecenasv1.DimensionResult_DESIGN, weight: 10,
		question: "Can sales grow without costs growing along?",
		formula: "Proof factor of the revenue, times 1 less the costs that grow with sales (FIXED 0, STEP half, VARIABLE all, unset 0 to all) " +
			"over revenue without gifts, at least 0; 0 when there is no such revenue. Unknown unless all amounts of streams and costs are stated.",
		anchors: []anchor{{"growing costs are all of earned revenue", 0}, {"growing costs are none of it", 10000}},
		sources: []string{sourceSeven, sourceIdea, sourceOwn},
	},
	{
		group: maecenasv1.DimensionResult_DESIGN, weight: 8,
		question: "What keeps others from copying it?",
		formula: "1 less the product of (1 - s) over the three kinds of moat with the largest s, each kind by its strongest moat. " +
			"Undocumented, a strength supports at most that of 2. Without moats 0.",
		anchors: exposureAnchors(),
		sources: []string{sourceSeven, sourceOwn},
	},
	{
		group: maecenasv1.DimensionResult_ROBUSTNESS, weight: 8,
		question: "Does revenue rest on several payers?",
		formula: "Proof factor of the revenue, times 1 less the sum over segments of (share of revenue) squared times (1 + t)/2, where t is " +
			"the share of the largest payer in the segment (unset 0 to 1). Unless all amounts are stated, 0 to 1 - 1/(2 × segments with a stream).",
		anchors: []anchor{{"one payer", 0}, {"one segment of very many payers", 5000}, {"very many segments", 10000}},
		sources: []string{sourceIdea, sourceOwn},
	},
	{
		group: maecenasv1.DimensionResult_ROBUSTNESS, weight: 12,
		question: "What has the market shown?",
		formula: "(level - 1)/8. Level 2: a segment and a value proposition; 3: 3 interviews; 4: 10 interviews; 5: a letter of intent; " +
			"6: a pilot; 7: a paying customer; 8: 3 paying customers; 9: 10 paying customers and growth above 0. " +
			"The highest level that is shown supports, the highest that is not ruled out is possible.",
		anchors: marketAnchors(),
		sources: []string{sourceReadiness, sourceOwn},
	},
	{
		group: maecenasv1.DimensionResult_ROBUSTNESS, weight: 5,
		question: "How long does the cash last?",
		formula:  "Cash over monthly burn, in months; no cash 0, cash and no burn 100 %. Unknown unless both are stated.",
		anchors:  anchors(runwayCurve, "%d months"),
		sources:  []string{sourceReadiness, sourceOwn},
	},
	{
		group: maecenasv1.DimensionResult_ROBUSTNESS, weight: 5,
		question: "What is left of revenue?",
		formula:  "EBITDA over revenue of the last 12 months; no revenue 0. Unknown unless both are stated.",
		anchors:  anchors(marginCurve, "%d %%"),
		sources:  []string{sourceOwn},
	},
	{
		group: maecenasv1.DimensionResult_ROBUSTNESS, weight: 8,
		question: "Does it keep its rights?",
		formula: "Plain mean of the share owned over all rights of intellectual resources. Not applicable without such a resource and without " +
			"a licensing stream; unknown when no rights are listed.",
		anchors: []anchor{{"0 % owned", 0}, {"100 % owned", 10000}},
		sources: []string{sourceRights, sourceOwn},
	},
	{
		group: maecenasv1.DimensionResult_ROBUSTNESS, weight: 8,
		question: "Are the roles covered, by people who know the sector?",
		formula: "60 % by the roles covered of creative, business, finance, and technology or production; 40 % by the median years in the " +
			"sector (unset 0 to 60). Without members unknown.",
		anchors: slices.Concat([]anchor{{"each of four roles covered", 100 * rolesPercent / teamRoles}}, teamAnchors()),
		sources: []string{sourcePayne, sourceMason, sourceOwn},
	},
	{
		group: maecenasv1.DimensionResult_COHERENCE, weight: 4,
		question: "Do the parts of the canvas fit together?",
		formula: "Links that are there over links required: each segment has a value proposition, a channel, a relationship and, if it pays, " +
			"a stream; each value proposition an activity and a resource; each cost what drives it. None required 0.",
		anchors: []anchor{{"no link", 0}, {"every link", 10000}},
		sources: []string{sourceCanvas, sourceOrphans},
	},
}

// teamAnchors are the points of the part of TEAM that years have.
func teamAnchors() []anchor {
	list := anchors(yearsCurve, "median of %d years")
	for i := range list {
		list[i].value = list[i].value * yearsPercent / 100
	}
	return list
}

// Rubric returns the method as data, a new message every time: dimensions with
// the weights and curves that figures are worked out with, readiness, flags,
// evidence, sources, limits and credits.
func Rubric() *maecenasv1.Rubric {
	r := &maecenasv1.Rubric{
		Version:            RubricVersion,
		SufficientCoverage: sufficientCoverage,
		Aggregation:        aggregation,
		Sources:            slices.Clone(sources[:]),
		Limits:             slices.Clone(limits[:]),
		Credits:            slices.Clone(credits[:]),
	}
	for i := range rubric {
		r.Dimensions = append(r.Dimensions, rubric[i].message(maecenasv1.Assessment_Dimension(i+1)))
	}
	for i, condition := range readinessConditions {
		r.Readiness = append(r.Readiness, &maecenasv1.Rubric_Readiness{Level: int32(i + 1), Condition: condition})
	}
	for i, condition := range flagConditions {
		r.Flags = append(r.Flags, &maecenasv1.Rubric_FlagRule{Flag: maecenasv1.Assessment_Flag(i + 1), Condition: condition})
	}
	for level := maecenasv1.Evidence_SELF_DECLARED; level <= maecenasv1.Evidence_THIRD_PARTY_VERIFIED; level++ {
		r.EvidenceWeights = append(r.EvidenceWeights, &maecenasv1.Rubric_EvidenceWeight{
			Level: level, Percent: int32(evidencePercent[level]),
		})
	}
	return r
}

func (d *dimension) message(number maecenasv1.Assessment_Dimension) *maecenasv1.Rubric_Dimension {
	m := &maecenasv1.Rubric_Dimension{
		Dimension: number,
		Group:     d.group,
		Weight:    d.weight,
		Question:  d.question,
		Formula:   d.formula,
		Sources:   slices.Clone(d.sources),
	}
	for _, one := range d.anchors {
		m.Anchors = append(m.Anchors, &maecenasv1.Rubric_Anchor{Input: one.input, Value: one.value})
	}
	return m
}

// marketAnchors are the levels of MARKET_EVIDENCE.
func marketAnchors() []anchor {
	list := make([]anchor, marketLevels)
	for i := range list {
		list[i] = anchor{"level " + strconv.Itoa(i+1), exact.NewRatio(int64(i), marketLevels-1).Hundredths()}
	}
	return list
}

// exposureAnchors are the strengths of a single moat.
func exposureAnchors() []anchor {
	names := [maxStrength + 1]string{"none", "weak", "some", "strong", "very strong"}
	list := make([]anchor, len(names))
	for i, name := range names {
		list[i] = anchor{fmt.Sprintf("strength %d (%s), alone", i, name), exact.NewRatio(exposure[0]-exposure[i], exposure[0]).Hundredths()}
	}
	return list
}

const aggregation = "Every dimension has a score (what the stated facts support) and a potential (the most it could be if every " +
	"missing fact turned out best), in hundredths of a point, rounded half up. The assessment's are the means over the applicable " +
	"dimensions by weight, rounded half up. Contributions are the weighted parts of the score, rounded down, and what is then " +
	"missing goes to the largest remainders, ties in this order, so that they sum to the score exactly. Coverage is the weight of " +
	"the dimensions about which something is known; from sufficient_coverage on an assessment is SUFFICIENT. Only the score ranks. " +
	"Confidence stands beside the score and is never multiplied into it: by weight, the weakest evidence of each dimension's " +
	"inputs, in full up to 12 completed months of age, half at 24, a quarter from 36 on, linear between, and half without a date; " +
	"0 where a dimension is unknown, 25 % where it has no input items, 100 % for COHERENCE."

var sources = [...]string{
	sourceCanvas,
	sourceSeven,
	sourceReadiness,
	sourceOrphans,
	sourcePayne,
	sourceMason,
	sourceIdea,
	sourceRights,
	sourceOwn,
}

const (
	sourceCanvas    = "Osterwalder, A. and Pigneur, Y.: Business Model Generation, 2010 (the business model canvas)"
	sourceSeven     = "Strategyzer: seven questions to assess a business model design, with anchors from 0 to 10"
	sourceReadiness = "KTH Innovation Readiness Level (customer and funding readiness)"
	sourceOrphans   = "The orphan rule: no element of a canvas without a link to another"
	sourcePayne     = "Payne, B.: scorecard method (weight of the team)"
	sourceMason     = "Mason et al., 2016 (what business angels give to the team)"
	sourceIdea      = "IDEA Consult, 2013: survey on access to finance for cultural and creative sectors (dependence on public money)"
	sourceRights    = "UK Creative Industries Council, 2012: access to finance (keeping rights)"
	sourceOwn       = "Weights and value functions: this project's own proposal, no standard"
)

var limits = [...]string{
	"Weights and value functions are this project's own proposal, versioned data, not a standard; no predictive accuracy is claimed for the score.",
	"Facts are self-declared until documented or attested; confidence says so beside the score.",
	"Segments are the organization's own cut of its market.",
	"Flags can be avoided by silence, at the price of the score.",
}

var credits = [...]string{
	"The Business Model Canvas and its nine blocks are by Strategyzer (strategyzer.com), licensed under CC BY-SA 3.0 " +
		"(creativecommons.org/licenses/by-sa/3.0). Every screen, print and export of a canvas names it.",
}

var readinessConditions = [readinessLevels]string{
	"Always.",
	"A customer segment and a value proposition.",
	"Segments, propositions, channels, relationships, streams, resources, activities and costs each have an item, and COHERENCE is at least 6000.",
	"Every stream and every cost has an amount (at least one of each), and all streams together, planned ones and gifts too, are at least the costs that are VARIABLE or unset in behaviour.",
	"5 interviews, or a letter of intent, or a paying customer, or what meets level 6.",
	"A pilot, or a paying customer, or a PILOT or ACTUAL stream with an amount above 0.",
	"3 paying customers, and an ACTUAL stream with an amount above 0.",
	"EBITDA of at least 0 with revenue above 0; or cash above 0 that lasts 12 months, or does not burn.",
	"EBITDA of at least 0 with revenue above 0, growth above 0, and ACTUAL streams with an amount above 0 in at least 2 segments.",
}

var flagConditions = [...]string{
	"Amounts are known, and grants and donations are more than half of the revenue.",
	"Amounts are known, and in some segment the largest payers (unset counts 0) carry at least half of the revenue.",
	"An activity is performed by an unpaid partner and no compensation policy says what they get.",
	"In the same currency, the canvas's costs, all with amounts, are under 80 % of revenue less EBITDA.",
	"In the same currency, the canvas's ACTUAL amounts (every stream with amount and stage) differ from the revenue of 12 months by more than a quarter of the larger.",
	"EBITDA is below 0 and the monthly burn is not above 0.",
	"A dated input is older than 24 completed months on the day asked.",
}
