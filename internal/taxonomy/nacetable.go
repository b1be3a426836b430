package taxonomy

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

// naceText is the table of both schemes, one code a line in the order of the
// classification: code, name, then for a division the last two digits of all its
// classes, and for a culture-related class its domains. A line "= NACE_2" begins
// a scheme.
//
//go:embed nace.txt
var naceText string

// activityTable is naceText read.
type activityTable struct {
	names   map[Class]string
	order   [3][]Class         // named codes by revision, in the order of the classification
	classes map[Class][]Class  // division → its classes, ascending
	domains map[Class][]Domain // class and its ancestors → cultural domains
	folded  map[Class]string   // names as searching compares them
	links   [3]map[Class][]Class
}

var activities = sync.OnceValue(func() *activityTable {
	t := &activityTable{
		names:   make(map[Class]string),
		classes: make(map[Class][]Class),
		domains: make(map[Class][]Domain),
		folded:  make(map[Class]string),
	}
	var scheme Scheme
	for line := range strings.Lines(naceText) {
		line = strings.TrimSuffix(line, "\n")
		if s, ok := strings.CutPrefix(line, "= "); ok {
			scheme = Scheme(s)
			continue
		}
		t.add(scheme, strings.Split(line, "\t"))
	}
	t.link(naceLinkText)
	return t
})

// add takes one line; a malformed one is a defect of the embedded table, which
// the tests read whole, so it panics.
func (t *activityTable) add(scheme Scheme, fields []string) {
	c := mustActivity(scheme, fields[0])
	t.names[c] = fields[1]
	t.folded[c] = fold(fields[1])
	t.order[c.rev] = append(t.order[c.rev], c)
	if len(fields) < 3 {
		return
	}
	for _, f := range strings.Fields(fields[2]) {
		if c.level == 2 {
			t.classes[c] = append(t.classes[c], mustActivity(scheme, fields[0]+f))
			continue
		}
		d := Domain(f)
		for a, ok := c, true; ok; a, ok = a.Parent() {
			if !slices.Contains(t.domains[a], d) {
				t.domains[a] = append(t.domains[a], d)
				slices.SortFunc(t.domains[a], byDomain)
			}
		}
	}
}

func byDomain(a, b Domain) int { return slices.Index(domains, a) - slices.Index(domains, b) }

func mustActivity(scheme Scheme, code string) Class {
	c, err := ParseActivity(scheme, code)
	if err != nil {
		panic("taxonomy: embedded table: " + err.Error())
	}
	return c
}

// classesOf lists the classes at or below c that the scheme lists, ascending.
func (t *activityTable) classesOf(c Class) []Class {
	var out []Class
	if c.level == 1 {
		for d, section := range sections[c.rev] {
			if section == c.section {
				out = append(out, t.classes[Class{c.rev, section, 2, uint16(d * 100)}]...)
			}
		}
		return out
	}
	if c.level == 0 {
		return nil
	}
	for _, k := range t.classes[c.at(2)] {
		if c.Contains(k) {
			out = append(out, k)
		}
	}
	return out
}

// Name is the official English title, in sentence case. Sections, divisions and
// the culture-related groups and classes have one; for other codes it is "".
func (c Class) Name() string { return activities().names[c] }

// Listed reports whether the scheme lists the code. [ParseActivity] accepts any
// code whose division exists, so that a list from elsewhere is not lost; a form
// can use Listed to warn.
func (c Class) Listed() bool {
	if c.level <= 2 {
		return c.level != 0
	}
	return len(activities().classesOf(c)) > 0
}

// Activities lists the codes of a scheme that have names, in the order of the
// classification. The caller owns the slice.
func Activities(scheme Scheme) []Class {
	return slices.Clone(activities().order[revisionOf(scheme)])
}

// SearchActivities finds named codes of a scheme whose titles hold, for every
// word asked for, a word that begins with it, ignoring case and diacritics; or
// whose code begins as the text does. Best first (whole words before beginnings,
// culture-related before others), ties in the order of the classification; at
// most limit answers.
func SearchActivities(words string, scheme Scheme, limit int) []Class {
	t := activities()
	query := strings.Fields(fold(words))
	code := strings.ToUpper(strings.TrimSpace(words))
	return best(t.order[revisionOf(scheme)], limit, func(c Class) int {
		if code != "" && strings.HasPrefix(c.String(), code) {
			return 1 << 10
		}
		r := relevance(t.folded[c], query)
		if r > 0 && len(t.domains[c]) > 0 {
			r += 3
		}
		return r
	})
}

// best keeps the entries that score above 0, highest first, stable, at most limit.
func best[T any](all []T, limit int, score func(T) int) []T {
	type hit struct {
		value T
		score int
	}
	var hits []hit
	for _, v := range all {
		if s := score(v); s > 0 {
			hits = append(hits, hit{v, s})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return b.score - a.score })
	hits = hits[:min(len(hits), max(limit, 0))]
	out := make([]T, len(hits))
	for i, h := range hits {
		out[i] = h.value
	}
	return out
}
