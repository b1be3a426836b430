package index

import (
	"context"

	"github.com/maecenas-cci/maecenas/internal/match"
)

// Key is a place in a ranking; see [match.Key].
type Key = match.Key

// Query is what is asked of a ranking.
type Query struct {
	// Day is the day asked. MatchNeeds takes it from its plan.
	Day match.Day
	// Limit is the most hits answered.
	Limit int
	// After is the key of the last hit of the page before; nil: the first page.
	After *Key
	// ByFit ranks by the score without ACTIVITY.
	ByFit bool
	// NearMisses ranks those that fail exactly one requirement, nearest first, in
	// place of those that fail none.
	NearMisses bool
	// EveryNeed ranks every need; else at most one of an organization, its first
	// among those that are ranked and kept.
	EveryNeed bool
	// Keep is a filter by name; nil keeps all. It is asked lazily, in the ranking's
	// order, of few rows more than are answered, at most once of each.
	Keep func(name string) (bool, error)
	// Tuning stands in place of what mandates state in MatchMandates; nil: it does not.
	// MatchNeeds takes it with its plan.
	Tuning *match.Tuning

	engine engine
}

// Hit is one row of a ranking.
type Hit struct {
	// Name is the resource name of the need, or of the mandate.
	Name string
	// Key is where it ranks; its Rank counts from the first page on.
	Key Key
	// Eligibility says whether the must-haves are met.
	Eligibility match.Eligibility
	// Sum is the exact sum.
	Sum match.Sum
}

// MatchNeeds ranks the needs that a plan's mandate may see, best first; more says
// that others follow. The answer is exact and total in order. Errors are ctx's and
// those of Keep.
func (s *Snapshot) MatchNeeds(ctx context.Context, plan *match.Plan, q Query) (hits []Hit, more bool, err error) {
	plan.Memoize()
	defer plan.Forget()
	return rank(ctx, &q, &needScan{plan: plan, table: &s.needs, set: s.visible, query: &q})
}

// MatchMandates ranks the mandates that a need's organization may see, best first;
// more says that others follow. The answer is exact and total in order. Errors are
// ctx's and those of Keep.
func (s *Snapshot) MatchMandates(ctx context.Context, need *match.Need, q Query) (hits []Hit, more bool, err error) {
	return rank(ctx, &q, &mandateScan{need: need, table: &s.mandates, query: &q})
}
