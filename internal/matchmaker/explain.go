package matchmaker

import (
	"cmp"
	"context"
	"errors"
	"slices"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/index"
	"github.com/maecenas-cci/maecenas/internal/match"
	"github.com/maecenas-cci/maecenas/internal/resource"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// Explain tells all of one pair that the caller may see, eligible or not. A pair that
// does not exist for the caller: RESOURCE_NOT_FOUND. INVESTOR_UNVERIFIED.
func (mk *Matchmaker) Explain(ctx context.Context, need, mandate string, ranking Ranking) (Ranked, error) {
	if err := errors.Join(fault.CheckName("need", resource.Need, need), fault.CheckName("mandate", resource.Mandate, mandate)); err != nil {
		return Ranked{}, err
	}
	snapshot, err := mk.snapshot(ctx, ranking.MinRevision)
	if err != nil {
		return Ranked{}, err
	}
	return mk.explain(ctx, snapshot, need, mandate, ranking)
}

func (mk *Matchmaker) explain(ctx context.Context, snapshot *index.Snapshot, need, mandate string, ranking Ranking) (Ranked, error) {
	asked := &pair{need: need, mandate: mandate, n: snapshot.Need(need), m: snapshot.Mandate(mandate), caller: auth.FromContext(ctx)}
	view := asked.view()
	ranking.Overrides.Respect = view == auth.Applicant
	// What is wrong with the question is told alike of pairs that do not exist.
	query, err := mk.query(snapshot, ranking)
	if err != nil {
		return Ranked{}, err
	}
	var plan *match.Plan
	if asked.m != nil {
		plan = asked.m.With(query.Tuning).On(query.Day)
	}
	if err := mk.exists(asked, plan); err != nil {
		return Ranked{}, err
	}
	ranked := rankedAt(snapshot, query)
	err = mk.View(ctx, func(r store.Reader) error {
		if err := mk.unbound(ctx, r, asked); err != nil {
			return err
		}
		one, disclosure, err := whole(r, plan, asked.n, true)
		if err != nil {
			return err
		}
		if ranking.Improvements && view != auth.Investor {
			if one.Improvements, err = mk.improve(ctx, r, snapshot, plan, need, ranking.Overrides); err != nil {
				return err
			}
		}
		// Whom else a mandate ranks is for the mandate's people.
		if ranking.Robustness && view != auth.Applicant {
			query.Keep = mk.bound(ctx, r, asked.m.Investor())
			rows, err := needRows(ctx, snapshot, plan, asked.m.With(query.Tuning), query, 0)
			if err != nil {
				return err
			}
			one.Robustness = measureOne(rows, plan, asked.n)
		}
		ranked.Matches = []*maecenasv1.Match{view.Match(one, disclosure)}
		return nil
	})
	return ranked, err
}

// Comparison asks to explain matches side by side: Mandate with Needs, or Need
// with Mandates, by resource names.
type Comparison struct {
	// Mandate and Needs are one way.
	Mandate string
	Needs   []string
	// Need and Mandates are the other.
	Need     string
	Mandates []string
	// Overrides are how mandates weigh and grade in place of their own.
	Overrides Overrides
	// Date is the day asked; empty: today.
	Date string
	// MinRevision is what the data must have reached.
	MinRevision int64
}

// Compared are matches side by side.
type Compared struct {
	Ranked
	// Differing are the terms in which they differ, the most by contribution first.
	Differing []maecenasv1.MatchTerm_Term
}

// leastCompared is how few matches make a comparison.
const leastCompared = 2

// Compare explains matches side by side, of one revision, in the order asked.
func (mk *Matchmaker) Compare(ctx context.Context, comparison Comparison) (Compared, error) {
	pairs, err := comparison.pairs()
	if err != nil {
		return Compared{}, err
	}
	snapshot, err := mk.snapshot(ctx, comparison.MinRevision)
	if err != nil {
		return Compared{}, err
	}
	compared := Compared{}
	for i, pair := range pairs {
		one, err := mk.explain(ctx, snapshot, pair[0], pair[1], Ranking{Date: comparison.Date, Overrides: comparison.Overrides})
		if err != nil {
			return Compared{}, err
		}
		if i == 0 {
			compared.Ranked = one
			continue
		}
		compared.Matches = append(compared.Matches, one.Matches...)
	}
	compared.Differing = differing(compared.Matches)
	return compared, nil
}

// pairs are the needs and mandates that are compared.
func (c Comparison) pairs() ([][2]string, error) {
	wrong := func(field, description string) error {
		return fault.Invalid(fault.Violation{Field: field, Reason: "comparison", Description: description})
	}
	var pairs [][2]string
	switch {
	case c.Mandate != "" && c.Need == "" && len(c.Mandates) == 0:
		if len(c.Needs) < leastCompared {
			return nil, wrong("needs", "must be 2 to 10 needs")
		}
		for _, need := range c.Needs {
			pairs = append(pairs, [2]string{need, c.Mandate})
		}
	case c.Need != "" && c.Mandate == "" && len(c.Needs) == 0:
		if len(c.Mandates) < leastCompared {
			return nil, wrong("mandates", "must be 2 to 10 mandates")
		}
		for _, mandate := range c.Mandates {
			pairs = append(pairs, [2]string{c.Need, mandate})
		}
	default:
		return nil, wrong("mandate", "set mandate and needs, or need and mandates")
	}
	for _, pair := range pairs {
		if err := fault.CheckName("needs", resource.Need, pair[0]); err != nil {
			return nil, err
		}
		if err := fault.CheckName("mandates", resource.Mandate, pair[1]); err != nil {
			return nil, err
		}
	}
	return pairs, nil
}

// differing are the terms that differ, those that differ most first: by what they
// contribute where that is shown of every match, else by their values.
func differing(matches []*maecenasv1.Match) []maecenasv1.MatchTerm_Term {
	worth := (*maecenasv1.MatchTerm).GetContribution
	for _, one := range matches {
		if slices.ContainsFunc(one.GetTerms(), func(term *maecenasv1.MatchTerm) bool { return term.Contribution == nil }) {
			worth = (*maecenasv1.MatchTerm).GetScore
		}
	}
	least, most := map[maecenasv1.MatchTerm_Term]int32{}, map[maecenasv1.MatchTerm_Term]int32{}
	var terms []maecenasv1.MatchTerm_Term
	for _, one := range matches {
		for _, term := range one.GetTerms() {
			name, value := term.GetTerm(), worth(term)
			if _, met := least[name]; !met {
				terms = append(terms, name)
				least[name], most[name] = value, value
			}
			least[name], most[name] = min(least[name], value), max(most[name], value)
		}
	}
	spread := func(t maecenasv1.MatchTerm_Term) int32 { return most[t] - least[t] }
	terms = slices.DeleteFunc(terms, func(t maecenasv1.MatchTerm_Term) bool { return spread(t) == 0 })
	slices.SortStableFunc(terms, func(a, b maecenasv1.MatchTerm_Term) int { return cmp.Compare(spread(b), spread(a)) })
	return terms
}
