package grade

import "github.com/maecenas-cci/maecenas/internal/match/fact"

// activityLine is the value of the number of companies first backed in a year.
var activityLine = Line{{0, 0}, {1, 2000}, {3, 4000}, {7, 6000}, {15, 8000}, {31, 10000}}

// ActivityLine are the points of the value of ACTIVITY.
func ActivityLine() Line { return append(Line(nil), activityLine...) }

// Deals is the value of ACTIVITY of an investor by how many companies it first backed
// by a published deal in the year before the day asked; ever says that there is one at
// all.
func Deals(inYear int, ever bool) fact.Interval {
	if !ever {
		return fact.Anything
	}
	return fact.Exactly(activityLine.At(int64(inYear)))
}

// Call is the value of ACTIVITY of a public call with a budget that remains;
// Unset: it does not say.
func Call(remaining int64) fact.Interval {
	switch {
	case remaining < 0:
		return fact.Anything
	case remaining == 0:
		return fact.Exactly(0)
	default:
		return fact.Exactly(fact.Full)
	}
}
