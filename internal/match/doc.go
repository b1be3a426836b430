// Package match joins a funding need and a mandate: whether the pair exists for
// others, which must-haves are met, how well it fits, and why.
//
// Both sides are compiled once ([NewNeed], [NewMandate]) into rows without
// messages. A [Plan] binds a mandate to a day: exchange rates, whether it is open,
// the deals of the year before. One plan answers for every need, so a pair has one
// score whichever side asks. The package is pure: no clock, no randomness, no I/O,
// and no floating point.
//
// What it is made of: package fact compiles, package gate answers must-haves,
// package grade works out the values of the terms; here they are weighed, summed,
// ordered and explained. The weights and value functions are this project's
// proposal, published by [Policy] under [PolicyVersion].
//
// A need must be compiled from what investors may see of it: what is undisclosed
// never reaches this package, and the groups that [NeedFacts].Shown keeps back are
// unset here even if they are given.
package match
