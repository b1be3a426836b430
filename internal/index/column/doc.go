// Package column keeps needs in blocks of columns, and finds those whose place in a
// ranking is not out of reach without reading the others.
//
// A need is one byte in each of a few columns: for each facet of its facts
// ([match.Facet]) a code, and for each value that it has at hand the value in steps of
// 0.4 percent, rounded up. A query works out once for each code that it meets what its
// facet adds to the score at most, and which requirements surely fail; a block's
// codes make tables of 256 bytes of that, and a kernel adds them up for all rows of
// the block. Only rows whose bound reaches the threshold are finished by whoever asks,
// exactly. So a bound that is too large costs time, never a hit; and what has no table
// at all (an unusual requirement, an amount beyond all buckets) is bounded by its most.
//
// Rows lie in the order of their place, then of what they do, in blocks of at most
// [Capacity]: needs of one region share blocks, a block has few codes, and one whose
// places all fail a requirement is passed over whole. Sets are immutable: a change
// makes the touched blocks anew and shares all others.
package column
