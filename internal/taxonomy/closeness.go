package taxonomy

import (
	_ "embed"
	"slices"
	"strings"
)

// naceLinkText relates NACE Rev. 2 classes (left) to Rev. 2.1 classes (right),
// after the official correspondence table; "~" marks that only part of the left
// class goes there.
//
//go:embed nace_link.txt
var naceLinkText string

// Closeness of two codes by their nearest common ancestor, in percent. The steps
// are this project's proposal, part of the published ranking policy.
const (
	within       = 100
	sameGroup    = 75
	sameDivision = 50
	sameSection  = 25
)

// Closeness is how near an activity is to a preferred entry, in percent: 100
// inside the entry, else by the nearest common ancestor 75 (group), 50
// (division), 25 (section) or 0. An activity coarser than the entry could be any
// of its classes: low and high are the least and most over the classes its
// scheme lists and the entry itself. Between schemes the activity is translated
// by [Correspond], and low and high are the least and most over its
// counterparts; ok is false when a class of it has none, and for zero values.
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
	low, high = within, 0
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
	low = within
	for _, c := range activities().classesOf(activity) {
		low = min(low, near(entry, c))
	}
	return low, within
}

// near is the closeness of a code that is not coarser than the entry, or shares
// no more than an ancestor with it.
func near(entry, c Class) int {
	switch {
	case entry.Contains(c):
		return within
	case entry.section != c.section:
		return 0
	case entry.level >= 3 && c.level >= 3 && entry.at(3) == c.at(3):
		return sameGroup
	case entry.level >= 2 && c.level >= 2 && entry.at(2) == c.at(2):
		return sameDivision
	}
	return sameSection
}

// Correspond lists the classes of another scheme that an activity can be, after
// the official correspondence of NACE Rev. 2 and Rev. 2.1, ascending. A code
// coarser than a class corresponds to all that its classes correspond to. In its
// own scheme a code corresponds to itself. The answer is nil where the shipped
// correspondence does not cover the whole of c: it covers the culture-related
// classes and those whose code and meaning did not change.
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

// link reads a correspondence table: "58.11 59.11" relates codes, a code alone
// stays itself.
func (t *activityTable) link(text string) {
	t.links = [3]map[Class][]Class{rev2: {}, rev21: {}}
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) == 0 || fields[0] == "#" {
			continue
		}
		from := mustActivity(NACE2, fields[0])
		for _, f := range fields[min(1, len(fields)-1):] {
			to := mustActivity(NACE21, f)
			t.links[rev2][from] = append(t.links[rev2][from], to)
			t.links[rev21][to] = append(t.links[rev21][to], from)
		}
	}
}
