package match

import "github.com/maecenas-cci/maecenas/internal/match/fact"

// NeedFacts are what a need is compiled from: the records as investors may see
// them, and the assessment over what is disclosed.
//
// Exclusions are stripped from what investors see, so they come in beside it.
// Shown tells unset from kept back; nil: everything is shown, as in an
// organization's own preview. Canvas and Assessment may be nil.
type NeedFacts = fact.NeedFacts

// Need is a need, compiled; immutable and safe for concurrent use. Hundreds of
// thousands are held in memory: it is a row of about 130 bytes with, behind a
// pointer, some 600 bytes that are read for gates and explanations only, and it
// retains no message.
type Need = fact.Need

// NewNeed compiles a need. What a code list does not have is taken as unset.
func NewNeed(f NeedFacts) *Need { return fact.NewNeed(f) }
