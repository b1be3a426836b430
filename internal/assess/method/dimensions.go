package method

import (
	"slices"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/assess/exact"
)

// proofWords explains the factor that enters every mean over streams.
const proofWords = " Each stream counts by its proof factor (ACTUAL 1, PILOT 3/4, PLANNED 1/2; unset 1/2 to 1) and is " +
	"weighted by annual amount; unless all amounts are stated, the range over the streams counts. Without streams unknown."

// Dimension is a dimension of the rubric.
type Dimension struct {
	// Group is its group.
	Group maecenasv1.DimensionResult_Group
	// Weight is its weight; those of all dimensions sum to 100.
	Weight int32

	question, formula string
	anchors           []*anchor
	parameters        []*maecenasv1.MethodParameter
	evidence, sources []string
}

// Count is how many dimensions there are.
const Count = 14

// Dimensions are the dimensions in their order: that of number d of the enum is at d-1.
var Dimensions = [Count]Dimension{
	{
		Group: maecenasv1.DimensionResult_DESIGN, Weight: 6,
		question: "What does it cost customers to leave?",
		formula:  "Mean over streams of the longest commitment of the relationships of their segment; gifts 0." + proofWords,
		anchors:  curve(Commitment, "%d months", "MONTHS"),
		evidence: []string{"canvas.customerRelationships[]"},
		sources:  []string{sourceSeven, sourceOwn},
	},
	{
		Group: maecenasv1.DimensionResult_DESIGN, Weight: 8,
		question:   "Does revenue come back by itself?",
		formula:    "Mean over streams of their recurrence; gifts at most 50 %." + proofWords,
		anchors:    recurrenceAnchors(),
		parameters: []*maecenasv1.MethodParameter{parameter("giftMost", GiftRecurrence*exact.Full/RecurrenceUnit, "HUNDREDTHS", "The most that a gift counts.")},
		evidence:   []string{"canvas.revenueStreams[]"},
		sources:    []string{sourceSeven, sourceOwn},
	},
	{
		Group: maecenasv1.DimensionResult_DESIGN, Weight: 8,
		question: "Does it earn before it spends?",
		formula:  "Mean over streams of the share that is paid before the cost arises." + proofWords,
		anchors:  wholeShare("prepaid"),
		evidence: []string{"canvas.revenueStreams[]"},
		sources:  []string{sourceSeven, sourceOwn},
	},
	{
		Group: maecenasv1.DimensionResult_DESIGN, Weight: 6,
		question: "What does a unit cost against a comparable one, made comparably?",
		formula:  "Own unit cost over the benchmark's, less one. Unknown unless both are stated, the benchmark is above 0 and its source is given.",
		anchors:  curve(Cost, "%+d %%", "PERCENT"),
		evidence: []string{"canvas.unitEconomics"},
		sources:  []string{sourceSeven, sourceOwn},
	},
	{
		Group: maecenasv1.DimensionResult_DESIGN, Weight: 4,
		question: "Do others create value for it, fairly?",
		formula: "Share of effort by users, and by unpaid partners for whom a compensation policy is stated; volunteers never count. " +
			"Weighted by effort share when all are stated and not all 0, else the range over the activities. Without activities unknown.",
		anchors:  othersAnchors(),
		evidence: []string{"canvas.keyActivities[]"},
		sources:  []string{sourceSeven, sourceOwn},
	},
	{
		Group: maecenasv1.DimensionResult_DESIGN, Weight: 10,
		question: "Can sales grow without costs growing along?",
		formula: "Proof factor of the revenue, times 1 less the costs that grow with sales (FIXED 0, STEP half, VARIABLE all, unset 0 to all) " +
			"over revenue without gifts, at least 0; 0 when there is no such revenue. Unknown unless all amounts of streams and costs are stated.",
		anchors:  []*anchor{{Input: "growing costs are all of earned revenue"}, {Input: "growing costs are none of it", Value: exact.Full}},
		evidence: []string{"canvas.revenueStreams[]", "canvas.costItems[]"},
		sources:  []string{sourceSeven, sourceIdea, sourceOwn},
	},
	{
		Group: maecenasv1.DimensionResult_DESIGN, Weight: 8,
		question: "What keeps others from copying it?",
		formula: "1 less the product of (1 - s) over the three kinds of moat with the largest s, each kind by its strongest moat. " +
			"Undocumented, a strength supports at most that of 2. Without moats 0.",
		anchors: moatAnchors(),
		parameters: []*maecenasv1.MethodParameter{
			parameter("kindsCounted", MoatsCounted, "COUNT", "How many kinds of moat count, those that protect most."),
			parameter("undocumentedStrength", UndocumentedStrength, "STRENGTH", "The most that a strength supports that is not documented."),
		},
		evidence: []string{"canvas.moats[]"},
		sources:  []string{sourceSeven, sourceOwn},
	},
	{
		Group: maecenasv1.DimensionResult_ROBUSTNESS, Weight: 8,
		question: "Does revenue rest on several payers?",
		formula: "Proof factor of the revenue, times 1 less the sum over segments of (share of revenue) squared times (1 + t)/2, where t is " +
			"the share of the largest payer in the segment (unset 0 to 1). Unless all amounts are stated, 0 to 1 - 1/(2 × segments with a stream).",
		anchors:  []*anchor{{Input: "one payer"}, {Input: "one segment of very many payers", Value: exact.Full / 2}, {Input: "very many segments", Value: exact.Full}},
		evidence: []string{"canvas.revenueStreams[]"},
		sources:  []string{sourceIdea, sourceOwn},
	},
	{
		Group: maecenasv1.DimensionResult_ROBUSTNESS, Weight: 12,
		question: "What has the market shown?",
		formula: "(level - 1)/8. Level 2: a segment and a value proposition; 3: 3 interviews; 4: 10 interviews; 5: a letter of intent; " +
			"6: a pilot; 7: a paying customer; 8: 3 paying customers; 9: 10 paying customers and growth above 0. " +
			"The highest level that is shown supports, the highest that is not ruled out is possible.",
		anchors:  marketAnchors(),
		evidence: []string{"organization.traction"},
		sources:  []string{sourceReadiness, sourceOwn},
	},
	{
		Group: maecenasv1.DimensionResult_ROBUSTNESS, Weight: 5,
		question: "How long does the cash last?",
		formula:  "Cash over monthly burn, in months; no cash 0, cash and no burn 100 %. Unknown unless both are stated.",
		anchors:  curve(Runway, "%d months", "MONTHS"),
		evidence: []string{"organization.financials"},
		sources:  []string{sourceReadiness, sourceOwn},
	},
	{
		Group: maecenasv1.DimensionResult_ROBUSTNESS, Weight: 5,
		question: "What is left of revenue?",
		formula:  "EBITDA over revenue of the last 12 months; no revenue 0. Unknown unless both are stated.",
		anchors:  curve(Margin, "%d %%", "PERCENT"),
		evidence: []string{"organization.financials"},
		sources:  []string{sourceOwn},
	},
	{
		Group: maecenasv1.DimensionResult_ROBUSTNESS, Weight: 8,
		question: "Does it keep its rights?",
		formula: "Plain mean of the share owned over all rights of intellectual resources. Not applicable without such a resource and without " +
			"a licensing stream; unknown when no rights are listed.",
		anchors:  wholeShare("owned"),
		evidence: []string{"canvas.keyResources[kind=INTELLECTUAL]"},
		sources:  []string{sourceRights, sourceOwn},
	},
	{
		Group: maecenasv1.DimensionResult_ROBUSTNESS, Weight: 8,
		question: "Are the roles covered, by people who know the sector?",
		formula: "60 % by the roles covered of creative, business, finance, and technology or production; 40 % by the median years in the " +
			"sector (unset 0 to 60). Without members unknown.",
		anchors:    slices.Concat(roleAnchors(), yearAnchors()),
		parameters: []*maecenasv1.MethodParameter{parameter("mostYears", MaxYears, "YEARS", "The most years that somebody can have, for whom none are stated.")},
		evidence:   []string{"organization.team"},
		sources:    []string{sourcePayne, sourceMason, sourceOwn},
	},
	{
		Group: maecenasv1.DimensionResult_COHERENCE, Weight: 4,
		question: "Do the parts of the canvas fit together?",
		formula: "Links that are there over links required: each segment has a value proposition, a channel, a relationship and, if it pays, " +
			"a stream; each value proposition an activity and a resource; each cost what drives it. None required 0.",
		anchors: []*anchor{{Input: "no link"}, {Input: "every link", Value: exact.Full}},
		sources: []string{sourceCanvas, sourceOrphans},
	},
}
