package matchmaker

import (
	"context"
	"slices"

	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/index"
	"github.com/maecenas-cci/maecenas/internal/match"
	"github.com/maecenas-cci/maecenas/internal/match/robust"
	"github.com/maecenas-cci/maecenas/internal/resource"
	"github.com/maecenas-cci/maecenas/internal/validate"
)

// Overrides are what one request asks in place of what mandates state.
type Overrides = match.Overrides

// tuning is what a request asks in place of what mandates state; nil: nothing. The
// request's own message stays as it is: its page tokens are bound to it.
func tuning(o Overrides) (*match.Tuning, error) {
	if o.Preferences != nil {
		o.Preferences = proto.CloneOf(o.Preferences)
	}
	audit := &validate.Audit{}
	audit.Tuning(len(o.Weights) > 0, len(o.WeightOrder) > 0, o.Preferences)
	if len(audit.Violations) > 0 {
		return nil, fault.Invalid(audit.Violations...)
	}
	return match.Tune(o), nil
}

// explainedTop is how many matches are the top where one pair is explained.
const explainedTop = 20

// pool is the first part of the ranking that a query asks for, as far as the
// robustness of its first matches needs it.
func pool(query index.Query, places int) index.Query {
	query.After, query.Limit = nil, max(robust.Pool, places+1)
	return query
}

// needRows are the needs of a mandate's ranking, as robustness reads them.
func needRows(ctx context.Context, snapshot *index.Snapshot, plan *match.Plan, m *match.Mandate, query index.Query, places int) (robust.Ranking, error) {
	hits, _, err := snapshot.MatchNeeds(ctx, plan, pool(query, places))
	rows := robust.Ranking{OneMandate: true, ByFit: query.ByFit}
	for _, hit := range hits {
		rows.Rows = append(rows.Rows, robust.Row{
			Name: hit.Name, Eligibility: hit.Eligibility, Tie: hit.Key.Tie,
			Weights: m.Weights(), Values: plan.Values(snapshot.Need(hit.Name)),
		})
	}
	return rows, err
}

// mandateRows are the mandates of a need's ranking, as robustness reads them.
func mandateRows(ctx context.Context, snapshot *index.Snapshot, n *match.Need, query index.Query, places int) (robust.Ranking, error) {
	hits, _, err := snapshot.MatchMandates(ctx, n, pool(query, places))
	rows := robust.Ranking{ByFit: query.ByFit}
	for _, hit := range hits {
		m := snapshot.Mandate(hit.Name).With(query.Tuning)
		rows.Rows = append(rows.Rows, robust.Row{
			Name: hit.Name, Eligibility: hit.Eligibility, Tie: hit.Key.Tie,
			Weights: m.Weights(), Values: m.On(query.Day).Values(n),
		})
	}
	return rows, err
}

// measure tells how robust the matches of a page are: whether they stay among
// those that this page and the pages before it show.
func (ranked *Ranked) measure(rows robust.Ranking, limit int) {
	if len(ranked.Matches) == 0 {
		return
	}
	from := int(ranked.Matches[0].GetRank()) - 1
	to := from + len(ranked.Matches)
	if from < 0 || to > len(rows.Rows) {
		return
	}
	for i, one := range rows.Measure(from, to, from+limit) {
		ranked.Matches[i].Robustness = one
	}
}

// measureOne tells how robust the place of one need in a mandate's ranking is, there in
// place of its organization's other needs; nil for a pair that has no place.
func measureOne(rows robust.Ranking, plan *match.Plan, n *match.Need) *maecenasv1.Robustness {
	eligibility, _ := plan.Gate(n)
	if eligibility == match.Ineligible || !plan.SeesNeed(n) {
		return nil
	}
	rows.Rows = slices.DeleteFunc(rows.Rows, func(row robust.Row) bool {
		return resource.Subject(row.Name) == n.Rest.Organization
	})
	place := rows.Insert(robust.Row{
		Name: n.Rest.Name, Eligibility: eligibility, Tie: match.Tie(n.Rest.Name, plan.Mandate().Name()),
		Weights: plan.Mandate().Weights(), Values: plan.Values(n),
	})
	return rows.Measure(place, place+1, explainedTop)[0]
}
