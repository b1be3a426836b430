package duplicates

import (
	"cmp"
	"math/bits"
	"slices"
)

// maxPosting is how many names of one place with one rare pair of letters are
// compared with another such name: a bound for names that somebody made up.
const maxPosting = 1000

// gram is a pair of letters in a name, with which one of its like it is.
type gram struct {
	a, b rune
	nth  uint8
}

// edits is how many edits names of so many letters may be apart: so few that
// names this short are not alike by chance.
func edits(letters int) int {
	switch {
	case letters < 6:
		return 0
	case letters < 12:
		return 1
	case letters < 24:
		return 2
	default:
		return 3
	}
}

// candidate is the oldest organization of a name in a place.
type candidate struct {
	index    int32
	name     []rune
	letters  uint64 // which letters it has, by their last six bits
	grams    []gram // the rarest that a name within its edits shares one of
	numbers  string
	region   string
	locality string
}

// similar pairs names that are nearly the same in one place.
func (f *finder) similar(keys []key) {
	candidates := candidatesOf(keys)
	rarest(candidates)
	places := map[string]*place{}
	in := func(name string) *place {
		p := places[name]
		if p == nil {
			p = &place{postings: map[gram][]int32{}}
			places[name] = p
		}
		return p
	}
	seen := make([]int32, len(candidates)) // by which candidate it was last compared, from 1
	for i := range candidates {
		c := &candidates[i]
		look := func(name string) {
			for _, g := range c.grams {
				for _, other := range in(name).postings[g] {
					if seen[other] == int32(i)+1 {
						continue
					}
					seen[other] = int32(i) + 1
					if alike(&candidates[other], c) {
						f.add(candidates[other].index, c.index, SimilarNameSamePlace)
					}
				}
			}
		}
		// In a region, one of the two does not say in which municipality.
		town, all, homeless := within(c.locality, c.numbers), within(c.region, c.numbers), within(c.region+"\x00", c.numbers)
		if c.locality != "" {
			look(town)
			in(town).add(c.grams, int32(i))
		}
		if c.region != "" {
			if c.locality == "" {
				look(all)
				in(homeless).add(c.grams, int32(i))
			} else {
				look(homeless)
			}
			in(all).add(c.grams, int32(i))
		}
	}
}

func within(place, numbers string) string { return place + "\x01" + numbers }

// place has the candidates of a place by their grams.
type place struct{ postings map[gram][]int32 }

func (p *place) add(grams []gram, i int32) {
	for _, g := range grams {
		if list := p.postings[g]; len(list) < maxPosting {
			p.postings[g] = append(list, i)
		}
	}
}

// candidatesOf are the names that are long enough to be alike, each place's once.
func candidatesOf(keys []key) []candidate {
	var candidates []candidate
	seen := map[string]bool{}
	for i := range keys {
		k := &keys[i]
		where := k.region + "\x01" + k.locality + "\x01" + k.name
		if seen[where] || k.region == "" && k.locality == "" {
			continue
		}
		seen[where] = true
		if name := []rune(k.name); edits(len(name)) > 0 {
			candidates = append(candidates, candidate{
				index: int32(i), name: name, letters: lettersOf(name), numbers: k.numbers, region: k.region, locality: k.locality,
			})
		}
	}
	return candidates
}

// rarest sets the grams of candidates. An edit changes at most two pairs of
// letters, so that of the rarest 2·edits+1 one at least is left.
func rarest(candidates []candidate) {
	count := map[gram]int32{}
	for i := range candidates {
		for _, g := range gramsOf(candidates[i].name) {
			count[g]++
		}
	}
	for i := range candidates {
		c := &candidates[i]
		grams := gramsOf(c.name)
		slices.SortFunc(grams, func(x, y gram) int {
			return cmp.Or(cmp.Compare(count[x], count[y]), cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b), cmp.Compare(x.nth, y.nth))
		})
		c.grams = slices.Clone(grams[:min(len(grams), 2*edits(len(c.name))+1)])
	}
}

func gramsOf(name []rune) []gram {
	grams := make([]gram, 0, len(name)-1)
	for i := range len(name) - 1 {
		g := gram{a: name[i], b: name[i+1]}
		for slices.Contains(grams, g) {
			g.nth++
		}
		grams = append(grams, g)
	}
	return grams
}

// lettersOf is a set of letters in which those that share their last six bits
// are one. An edit adds at most one and takes out at most one.
func lettersOf(name []rune) uint64 {
	var set uint64
	for _, letter := range name {
		set |= 1 << (letter % 64)
	}
	return set
}

// alike tells whether two names are within the edits of the shorter one.
func alike(x, y *candidate) bool {
	a, b := x.name, y.name
	if len(a) > len(b) {
		a, b = b, a
	}
	allowed := edits(len(a))
	return len(b)-len(a) <= allowed && bits.OnesCount64(x.letters^y.letters) <= 2*allowed && distance(a, b, allowed) <= allowed
}

// distance is the number of letters put in, left out or replaced between two
// names, a not the longer; above most it is some number above most.
func distance(a, b []rune, most int) int {
	var room [64]int
	row := append(room[:0], make([]int, len(a)+1)...)
	for i := range row {
		row[i] = i
	}
	for j, letter := range b {
		before, least := row[0], j+1
		row[0] = j + 1
		for i := range a {
			change := before
			if a[i] != letter {
				change++
			}
			before = row[i+1]
			row[i+1] = min(change, row[i]+1, before+1)
			least = min(least, row[i+1])
		}
		if least > most {
			return most + 1
		}
	}
	return row[len(a)]
}
