// Package fact compiles what matching knows of an organization's need and of a
// mandate's offers into small rows of integers, so that gates and values are
// worked out without touching a message again.
//
// A group of facts that is not shown is unset here, whatever the messages hold:
// nothing above this package can tell what is behind it.
package fact

// Interval is a value that is not quite known: the least that the stated facts
// support and the most it could be, both in hundredths of a percent, 0 to 10000.
type Interval struct {
	Low, High int32
}

// Full is the value that stands for 100 percent.
const Full = 10000

var (
	// Anything is the value of which nothing is known.
	Anything = Interval{0, Full}
	// Neutral is the value of a term without a wish.
	Neutral = Interval{Full / 2, Full / 2}
)

// Exactly is a value that is known.
func Exactly(v int32) Interval { return Interval{v, v} }

// Or is the larger of two values, each end for itself.
func (i Interval) Or(o Interval) Interval {
	return Interval{max(i.Low, o.Low), max(i.High, o.High)}
}

// Answer is an answer of a question that may not be known.
type Answer uint8

// The answers to yes-or-no questions about facts: Unanswered is the zero value.
const (
	Unanswered Answer = iota
	Yes
	No
)

// answerOf compiles an optional bool.
func answerOf(b *bool) Answer {
	switch {
	case b == nil:
		return Unanswered
	case *b:
		return Yes
	default:
		return No
	}
}

// Unset stands for an unset share or amount, none of which can be below 0.
const Unset = -1

// shareOf compiles an optional share in basis points.
func shareOf(bp *int32) int16 {
	if bp == nil {
		return Unset
	}
	return int16(*bp)
}

// amountOf compiles an optional amount.
func amountOf(v *int64) int64 {
	if v == nil {
		return Unset
	}
	return *v
}
