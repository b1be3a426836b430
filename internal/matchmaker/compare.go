package matchmaker

import (
	"cmp"
	"context"
	"slices"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/resource"
)

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

// differing are the terms whose contributions differ, those that differ most first.
func differing(matches []*maecenasv1.Match) []maecenasv1.MatchTerm_Term {
	least, most := map[maecenasv1.MatchTerm_Term]int32{}, map[maecenasv1.MatchTerm_Term]int32{}
	var terms []maecenasv1.MatchTerm_Term
	for i, one := range matches {
		for _, term := range one.GetTerms() {
			if i == 0 {
				terms = append(terms, term.GetTerm())
				least[term.GetTerm()], most[term.GetTerm()] = term.GetContribution(), term.GetContribution()
				continue
			}
			least[term.GetTerm()] = min(least[term.GetTerm()], term.GetContribution())
			most[term.GetTerm()] = max(most[term.GetTerm()], term.GetContribution())
		}
	}
	spread := func(t maecenasv1.MatchTerm_Term) int32 { return most[t] - least[t] }
	terms = slices.DeleteFunc(terms, func(t maecenasv1.MatchTerm_Term) bool { return spread(t) == 0 })
	slices.SortStableFunc(terms, func(a, b maecenasv1.MatchTerm_Term) int { return cmp.Compare(spread(b), spread(a)) })
	return terms
}
