package mix

// The reasons of a part: what its amount follows from, then what was looked at.
const (
	// GivesItsMost: the most of its instrument's range.
	GivesItsMost = "GIVES_ITS_MOST"
	// GivesItsLeast: the least of its instrument's range; better matches give the rest, or
	// it is more than was needed.
	GivesItsLeast = "GIVES_ITS_LEAST"
	// BudgetLimits: all that is left of its budget.
	BudgetLimits = "BUDGET_LIMITS"
	// MatchFundingLimits: as much as it may bear of the whole.
	MatchFundingLimits = "MATCH_FUNDING_LIMITS"
	// DeMinimisLimits: as much as the ceiling of de minimis aid has room for.
	DeMinimisLimits = "DE_MINIMIS_LIMITS"
	// CoversTheRest: what the others leave.
	CoversTheRest = "COVERS_THE_REST"
	// MatchFundingBorne: others bear the share that it asks.
	MatchFundingBorne = "MATCH_FUNDING_BORNE"
	// DeMinimisWithin: with what is stated, aid stays within the ceiling.
	DeMinimisWithin = "DE_MINIMIS_WITHIN"
	// GrantEquivalentAssumed: it does not say its grant equivalent; all counts as aid.
	GrantEquivalentAssumed = "GRANT_EQUIVALENT_ASSUMED"
	// Combinable: it cannot be combined with some mandates, none of which is here.
	Combinable = "COMBINABLE"
	// BudgetUnstated: it does not say what is left of its budget.
	BudgetUnstated = "BUDGET_UNSTATED"
)

// mix is the answer that a set found becomes.
func (f *found) mix(q *Question) Mix {
	m := Mix{Covered: f.total, Score: int32((2*f.value + f.total) / (2 * f.total))}
	for i, g := range f.parts {
		m.Parts = append(m.Parts, Part{
			Offer: g.offer, Instrument: g.ways[f.ways[i]].instrument, Amount: f.amounts[i], Reasons: f.reasons(q, i),
		})
	}
	return m
}

func (f *found) reasons(q *Question, at int) []string {
	g, amount := f.parts[at], f.amounts[at]
	w, o := &g.ways[f.ways[at]], &q.Offers[g.offer]
	in := &o.Instruments[w.instrument]
	reasons := []string{CoversTheRest}
	switch {
	case amount == in.Most:
		reasons[0] = GivesItsMost
	case amount == o.Budget:
		reasons[0] = BudgetLimits
	case o.OthersBear > 0 && amount == g.share(q.Secured+f.total):
		reasons[0] = MatchFundingLimits
	case w.equivalent > 0 && f.room(q, g) < w.equivalent:
		reasons[0] = DeMinimisLimits
	case amount == w.least && (len(f.parts) > 1 || f.total > q.Least):
		reasons[0] = GivesItsLeast
	}
	for _, one := range []struct {
		code  string
		holds bool
	}{
		{MatchFundingBorne, o.OthersBear > 0},
		{DeMinimisWithin, o.AidState != ""},
		{GrantEquivalentAssumed, o.AidState != "" && in.Assumed},
		{Combinable, g.named},
		{BudgetUnstated, o.Budget == Unbounded},
	} {
		if one.holds {
			reasons = append(reasons, one.code)
		}
	}
	return reasons
}

// room is what is left under the ceiling of a giver's state.
func (f *found) room(q *Question, of *giver) int64 {
	room := q.Room[q.Offers[of.offer].AidState]
	for i, g := range f.parts {
		if g.state == of.state {
			room -= f.amounts[i] * g.ways[f.ways[i]].equivalent
		}
	}
	return room
}
