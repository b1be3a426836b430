package method

// aggregation is how dimensions become a score.
const aggregation = "Every dimension has a score (what the stated facts support) and a potential (the most it could be if every " +
	"missing fact turned out best), in hundredths of a point, rounded half up. The assessment's are the means over the applicable " +
	"dimensions by weight, rounded half up. Contributions are the weighted parts of the score, rounded down, and what is then " +
	"missing goes to the largest remainders, ties in this order, so that they sum to the score exactly. Coverage is the weight of " +
	"the dimensions about which something is known; from sufficient_coverage on an assessment is SUFFICIENT. Only the score ranks. " +
	"Confidence stands beside the score and is never multiplied into it: by weight, the weakest evidence of each dimension's " +
	"inputs, in full up to 12 completed months of age, half at 24, a quarter from 36 on, linear between, and half without a date; " +
	"0 where a dimension is unknown, 25 % where it has no input items, 100 % for COHERENCE."

// sources of the method.
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

// The sources, as dimensions name them.
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

// limits that are known.
var limits = [...]string{
	"Weights and value functions are this project's own proposal, versioned data, not a standard; no predictive accuracy is claimed for the score.",
	"Facts are self-declared until documented or attested; confidence says so beside the score.",
	"Segments are the organization's own cut of its market.",
	"Flags can be avoided by silence, at the price of the score.",
}

// credits that every publication names.
var credits = [...]string{
	"The Business Model Canvas and its nine blocks are by Strategyzer (strategyzer.com), licensed under CC BY-SA 3.0 " +
		"(creativecommons.org/licenses/by-sa/3.0). Every screen, print and export of a canvas names it.",
}

// readinessConditions are what meets the levels of readiness, from level 1 on.
var readinessConditions = [...]string{
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

// flagConditions are when the flags are raised, in the order of the enum.
var flagConditions = [...]string{
	"Amounts are known, and grants and donations are more than half of the revenue.",
	"Amounts are known, and in some segment the largest payers (unset counts 0) carry at least half of the revenue.",
	"An activity is performed by an unpaid partner and no compensation policy says what they get.",
	"In the same currency, the canvas's costs, all with amounts, are under 80 % of revenue less EBITDA.",
	"In the same currency, the canvas's ACTUAL amounts (every stream with amount and stage) differ from the revenue of 12 months by more than a quarter of the larger.",
	"EBITDA is below 0 and the monthly burn is not above 0.",
	"A dated input is older than 24 completed months on the day asked.",
}
