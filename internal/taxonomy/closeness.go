package taxonomy

import (
	_ "embed"
	"slices"
	"strings"
)

// naceLinkText relates NACE Rev. 2 classes (left) to the Rev. 2.1 classes that
// their activities went to (right). It was written from the titles and notes of
// the two revisions and is yet to be compared with Eurostat's correspondence
// table. A code alone stays itself. "~" before the left code: a part of it went
// there too, which counts from right to left only.
//
//go:embed nace_link.txt
var naceLinkText string

// Closeness of two codes, in percent: inside the entry, else by their nearest
// common ancestor. The steps are this project's proposal, part of the published ranking policy.
const (
	Within       = 100
	SameGroup    = 75
	SameDivision = 50
	SameSection  = 25
)

// Closeness is how near an activity is to a preferred entry, in percent: 100
// inside the entry, else by the nearest common ancestor 75 (group), 50
// (division), 25 (section) or 0. An activity coarser than the entry could be any
// of its classes: low and high are the least and most over the classes its
// scheme lists and the entry itself. Between schemes the activity is translated
// by [Correspond], and low and high are the least and most over its
// counterparts; ok is false when a class of it has none, and for zero values.
//
// An activity lies in the entry if low is 100, outside if high is below 100;
// otherwise that is unknown.
func Closeness(entry, activity Class) (low, high int, ok bool) {
	if entry.level == 0 || activity.level == 0 {
		return 0, 0, false
	}
	if entry.rev == activity.rev {
		low, high = closeness(entry, activity)
		return low, high, true
	}
	counterparts := Correspond(activity, entry.Scheme())
	if len(counterparts) == 0 {
		return 0, 0, false
	}
	low, high = Within, 0
	for _, c := range counterparts {
		l, h := closeness(entry, c)
		low, high = min(low, l), max(high, h)
	}
	return low, high, true
}

func closeness(entry, activity Class) (low, high int) {
	nearest := near(entry, activity)
	if entry.level <= activity.level || !activity.Contains(entry) {
		return nearest, nearest
	}
	classes := activities().classesOf(activity)
	if len(classes) == 0 { // a group that is not listed: its classes share the group at least
		return SameGroup, Within
	}
	low = Within
	for _, c := range classes {
		low = min(low, near(entry, c))
	}
	return low, Within
}

// near is the closeness of a code that is not coarser than the entry, or shares
// no more than an ancestor with it.
func near(entry, c Class) int {
	switch {
	case entry.Contains(c):
		return Within
	case entry.section != c.section:
		return 0
	case entry.level >= 3 && c.level >= 3 && entry.at(3) == c.at(3):
		return SameGroup
	case entry.level >= 2 && c.level >= 2 && entry.at(2) == c.at(2):
		return SameDivision
	}
	return SameSection
}

// Correspond lists the classes of another scheme that an activity can be,
// ascending. In its own scheme a code corresponds to itself; a code coarser than
// a class to all that its classes correspond to. The answer is nil where the
// shipped correspondence of NACE Rev. 2 and Rev. 2.1 does not cover the whole of
// c: it covers the culture-related classes and their neighbours, and names where
// their activities mainly went. Fringes that single products or activities make
// are left out, so it is no substitute for reclassifying.
func Correspond(c Class, to Scheme) []Class {
	rev := revisionOf(to)
	if c.level == 0 || rev == noRevision {
		return nil
	}
	if rev == c.rev {
		return []Class{c}
	}
	t := activities()
	var out []Class
	for _, k := range t.classesOf(c) {
		counterparts := t.links[c.rev][k]
		if len(counterparts) == 0 {
			return nil
		}
		out = append(out, counterparts...)
	}
	slices.SortFunc(out, byCode)
	return slices.Compact(out)
}

func byCode(a, b Class) int { return int(a.code) - int(b.code) }

// link reads naceLinkText; a malformed line is a defect of the embedded table.
func (t *activityTable) link(text string) {
	t.links = [3]map[Class][]Class{rev2: {}, rev21: {}}
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		left, fringe := strings.CutPrefix(fields[0], "~")
		from := mustActivity(NACE2, left)
		right := fields[1:]
		if len(right) == 0 {
			right = []string{left}
		}
		for _, code := range right {
			to := mustActivity(NACE21, code)
			t.links[rev21][to] = append(t.links[rev21][to], from)
			if !fringe {
				t.links[rev2][from] = append(t.links[rev2][from], to)
			}
		}
	}
}
