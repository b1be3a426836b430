package match

import (
	"slices"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match/grade"
)

// Overrides are what one request asks in place of what a mandate states; nothing of
// them is stored.
type Overrides struct {
	// Weights are weights of the investor's terms, 0 to 100 each, by the term's name;
	// ORDER's follows. All 0: the defaults of the investor's type. Empty: they are not
	// overridden.
	Weights map[string]int32
	// WeightOrder lists the investor's terms in place of weights, the most important
	// first: rank-order-centroid weights follow. Weights, where there are, count.
	WeightOrder []Term
	// Preferences are grades in place of the mandate's, stated or learned, for those
	// kinds of wishes that they have.
	Preferences *maecenasv1.Preferences
	// Respect leaves mandates that disclose nothing as they are: asked otherwise they
	// would tell, score by score, what they keep back.
	Respect bool
}

// Tuning is overrides, compiled once for any number of mandates; immutable.
type Tuning struct {
	weighs   bool
	respects bool
	stated   wishWeights

	sectors   *grade.Sectors
	places    *grade.Places
	stages    *grade.Stages
	goals     *grade.Goals
	clusters  *grade.Names
	languages *grade.Names
}

// Tune compiles overrides; nil where nothing is overridden.
func Tune(o Overrides) *Tuning {
	t := &Tuning{
		weighs:    len(o.Weights) > 0 || len(o.WeightOrder) > 0,
		sectors:   grade.NewSectors(o.Preferences.GetSectors()),
		places:    grade.NewPlaces(o.Preferences.GetPlaces(), false),
		stages:    grade.NewStages(o.Preferences.GetStages(), nil),
		goals:     grade.NewGoals(o.Preferences.GetImpact()),
		clusters:  grade.NewClusters(o.Preferences.GetClusters()),
		languages: grade.NewLanguages(o.Preferences.GetLanguages()),
	}
	t.stated = statedWeights(o.Weights, o.WeightOrder)
	if *t == (Tuning{}) {
		return nil
	}
	t.respects = o.Respect
	return t
}

// With is the same mandate, tuned; nil: as it is.
func (m *Mandate) With(t *Tuning) *Mandate {
	if t == nil || t.respects && m.silent {
		return m
	}
	c := *m
	if t.weighs {
		c.weights = weigh(t.stated, m.investorType, m.learned != nil)
	}
	replace(&c, maecenasv1.MatchTerm_SECTOR, &c.sectors, t.sectors)
	replace(&c, maecenasv1.MatchTerm_PLACE, &c.places, t.places)
	replace(&c, maecenasv1.MatchTerm_STAGE, &c.stages, t.stages)
	replace(&c, maecenasv1.MatchTerm_IMPACT, &c.goals, t.goals)
	replace(&c, maecenasv1.MatchTerm_CLUSTER, &c.clusters, t.clusters)
	replace(&c, maecenasv1.MatchTerm_LANGUAGE, &c.languages, t.languages)
	c.sum()
	return &c
}

// replace puts a stated wish in place of the mandate's, stated or learned; nil: it
// stays.
func replace[W any](m *Mandate, t Term, wish **W, by *W) {
	if by != nil {
		*wish, m.learns[t], m.fromDeals[t] = by, false, false
	}
}

// wishWeights are weights of the investor's terms but ORDER in any unit; all 0: none
// are stated.
type wishWeights [lastWish + 1]int32

// statedWeights are weights by the term's name, else those that follow from an order.
func statedWeights(weights map[string]int32, order []Term) (stated wishWeights) {
	for name, w := range weights {
		if t := Term(maecenasv1.MatchTerm_Term_value[name]); t > 0 && t <= lastWish && w > 0 {
			stated[t] = w
		}
	}
	if len(weights) > 0 {
		return stated
	}
	// The centroid of all weights that fall in this order (Barron and Barrett, 1996):
	// of n terms the i-th weighs (1/i + 1/(i+1) + ... + 1/n)/n; here times n and times
	// a number that all of 1 to 12 divide.
	const multiple = 27720
	sum := int32(0)
	for i := min(len(order), int(lastWish)); i > 0; i-- {
		sum += multiple / int32(i)
		if t := order[i-1]; t > 0 && t <= lastWish {
			stated[t] = sum
		}
	}
	return stated
}

// PerTerm holds a number for each term, by the terms' numbers; [0] is unused.
type PerTerm [terms]int32

// Terms are the terms in the policy's order. The caller owns the slice.
func Terms() []Term { return slices.Clone(policyOrder[:]) }

// Values are what the stated facts of a need support, term by term, in hundredths of a
// percent. The sum of the products with [Mandate.Weights] is the Low of its [Sum].
func (p *Plan) Values(n *Need) (v PerTerm) {
	for _, t := range policyOrder {
		v[t] = p.value(t, n).Low
	}
	return v
}

// Weights are the weights of the terms, which sum to Whole.
func (m *Mandate) Weights() PerTerm { return PerTerm(m.weights) }
