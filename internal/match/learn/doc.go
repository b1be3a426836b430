// Package learn works out what an investor's deals show of its preferences: grades,
// in the form of stated ones, and learned values, which say how much more often than
// the base an investor first backed companies with an answer.
//
// An answer is what a company or a need says on a level: a class of activity, a
// region, a stage, a band of amounts, a number of rounds. Three things are counted: an
// investor's own companies, those of all investors that count (the [Market]), and the
// open needs (the pool). Only a company's first deal with an investor counts, never
// what follows it. Counts and values are integers.
package learn
