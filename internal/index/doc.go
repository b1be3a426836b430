// Package index ranks needs for a mandate and mandates for a need, over an
// immutable snapshot of compiled rows.
//
// Readers take a [Snapshot] by an atomic load and never lock or wait; writers
// apply batches one after another, each of which publishes a new snapshot that
// shares every part the batch did not touch. The index is derived from the store
// and never saved; it carries the store's revision.
//
// Rows lie in buckets by a hash of their organization, so that the needs of one
// organization lie side by side, and needs that others see in columns beside them
// (package column). A ranking of needs lets a kernel rule out the rows that cannot be
// among the first, and evaluates the others exactly; a ranking of mandates does the
// same by a sketch of each ([match.Sketch]). Rankings are those of a plain scan to the
// last hundredth and tie, and keep no more than a page in memory.
package index
