// Package mix finds the sets of at most four mandates that together cover a need:
// whose amounts add up to what is asked, and which may be combined.
//
// A part stays within the range of its instrument and what is left of its budget.
// Where a mandate asks that others bear a share of the whole, they do: other parts
// and what was secured before count. Mandates of which one names the other as
// incompatible never stand together. Aid under Regulation (EU) 2023/2831 (de
// minimis) from one Member State stays, with what is stated, within EUR 300,000.
//
// # What is covered
//
// The whole is what was secured and the parts. The parts add up to the least that
// is asked; or, where their own least amounts or the shares that others must bear
// need more, to the least that meets those, up to the most that is asked. Amounts are
// whole units: where shares that round down leave a gap, up to one unit less than there
// are parts is covered beyond that.
//
// # Who gives what
//
// Every part gives its least, and the rest goes to the best score first, each up to
// its most. Where parts share a ceiling of de minimis aid, all orders of the parts
// are tried, and the one with the best mean counts. Of several instruments of one
// mandate that one counts with which the least is covered, then the one with which
// the mean is best, then the first; an instrument is passed over where another of the
// mandate has its range and no more aid in it.
//
// # Which comes first
//
// Sets of eligible mandates alone come before those with conditional ones; then the
// larger mean of the scores, weighed by amounts, exact; then fewer parts; then the
// set whose parts rank first. A set is left out where some of its parts alone cover
// the need with a mean no worse. The search is exact and deterministic: bounds only
// pass over what cannot be among the first.
package mix

import (
	"context"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// MostParts is how many mandates a set has at most.
const MostParts = 4

// Unbounded is the most, or the budget, of what does not state one.
const Unbounded = 1 << 62

// Question is a need and what could cover it. Amounts are whole units of one
// currency, the need's, 0 to 10^14.
type Question struct {
	// Least is what must be covered beyond what is secured, above 0; Most, at least
	// Least, is what the parts add up to at most.
	Least, Most int64
	// Secured is what was secured before.
	Secured int64
	// Offers are the mandates, in the order in which they rank as matches.
	Offers []Offer
	// Room is how much de minimis aid each Member State may still give, in
	// ten-thousandths of a whole unit; a state that is missing may give none.
	Room map[string]int64
	// Parts is how many mandates a set has at most, 1 to [MostParts]; Limit is how
	// many sets are answered, above 0.
	Parts, Limit int
}

// Offer is a mandate that could give a part.
type Offer struct {
	// Name is the mandate's resource name.
	Name string
	// Score is the score of the match, 0 to 10000.
	Score int32
	// Eligible says that all must-haves are met; else some are not known to be.
	Eligible bool
	// Instruments are those in common with the need.
	Instruments []Instrument
	// Budget is what the mandate has left to give; Unbounded: it does not say.
	Budget int64
	// OthersBear is the least share of the whole that others must bear, in basis points.
	OthersBear int32
	// Incompatible are mandates that it cannot be combined with, by resource name.
	Incompatible []string
	// AidState is the Member State whose de minimis ceiling it counts under; "": none.
	AidState string
}

// Instrument is one way in which a mandate gives.
type Instrument struct {
	// Kind is which instrument.
	Kind maecenasv1.Instrument_Kind
	// Least and Most bound the amount; Least is at least 1, Most may be Unbounded.
	Least, Most int64
	// GrantEquivalent is the part of an amount that counts as aid, in basis points;
	// all of it where that is not known.
	GrantEquivalent int32
	// Assumed says that the grant equivalent is not known.
	Assumed bool
}

// Mix is a set of parts that covers the need.
type Mix struct {
	// Parts are the parts, the best score first.
	Parts []Part
	// Covered is what the parts add up to, without what was secured.
	Covered int64
	// Score is the mean of the parts' scores by amount, half up.
	Score int32
}

// Part is what one mandate gives.
type Part struct {
	// Offer is its place in the question's Offers.
	Offer int
	// Instrument is its place in the offer's Instruments.
	Instrument int
	// Amount is how much it gives.
	Amount int64
	// Reasons say why it has this place in the mix; see the constants.
	Reasons []string
}

// Propose answers the first sets, best first; none where nothing covers the need.
// The error is the context's.
func Propose(ctx context.Context, q Question) ([]Mix, error) {
	q.Parts = min(q.Parts, MostParts)
	if q.Least <= 0 || q.Most < q.Least || q.Parts <= 0 || q.Limit <= 0 {
		return nil, ctx.Err()
	}
	all := compile(&q)
	var eligible []*giver
	for _, g := range all {
		if g.eligible {
			eligible = append(eligible, g)
		}
	}
	first := search{ctx: ctx, q: &q, limit: q.Limit}
	if err := first.run(eligible); err != nil {
		return nil, err
	}
	found := first.best
	if len(found) < q.Limit && len(eligible) < len(all) {
		second := search{ctx: ctx, q: &q, limit: q.Limit - len(found), conditional: true}
		if err := second.run(all); err != nil {
			return nil, err
		}
		found = append(found, second.best...)
	}
	mixes := make([]Mix, len(found))
	for i := range found {
		mixes[i] = found[i].mix(&q)
	}
	return mixes, nil
}
