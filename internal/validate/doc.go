// Package validate says what makes a record valid by itself: the rules of the
// schema, which [Schema] runs, and what those cannot say, which [Audit] finds:
// codes that are in no list, values that contradict each other, links of a canvas
// that lead nowhere, evidence that nobody has attested.
//
// What a record refers to in the store is not looked at here.
package validate

// Violation is one field that is wrong.
type Violation struct {
	// Field is the path in the request's JSON, such as mandate.instruments[2].amountMin.
	Field string
	// Description says what is wrong with it and what would be right.
	Description string
	// Reason is a stable word for the rule, such as string.date.
	Reason string
}
