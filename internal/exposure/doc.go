// Package exposure tells whom rankings show: it replays the top of every published
// mandate over a snapshot of the index and counts by group of organizations how many
// are shown, how many fail a must-have, how many answers are unknown and how high
// scores are. It decides nothing; it makes skew visible.
//
// It reads what the index holds, which is what investors may see, so that no figure
// tells of a fact that is kept back. Groups of fewer than five organizations are
// suppressed: a figure about few people is a figure about each of them. So that a
// suppressed group is not what remains when the others are taken from the whole, which
// another grouping may tell, groups are suppressed from the smallest on until at least
// two are, with five organizations between them. What stays open: who knows groups of
// two groupings to differ by few organizations learns of those by subtraction.
//
// Everything is counted in integers, so that the order in which mandates are replayed
// does not show: the same snapshot, day and top give the same bytes.
package exposure
