// Package duplicates finds organizations that are likely the same one twice: by
// ids in other systems, web sites, and names that are the same or nearly so in
// one place. It decides nothing; people look at what it finds.
//
// It is exact within its rules and does not compare all with all: equal keys are
// found by hashing, and similar names by the rare pairs of letters that two
// names within a few edits of each other must share (the prefix filter over
// q-grams: Gravano et al., VLDB 2001; Xiao, Wang and Lin, VLDB 2008).
//
// The package is pure: the same organizations give the same pairs.
package duplicates

import (
	"cmp"
	"slices"
)

// Organization is what is compared of an organization.
type Organization struct {
	// Name is its display name.
	Name string
	// WebsiteURI is its web site.
	WebsiteURI string
	// CountryCode, RegionCode and Locality are where it is.
	CountryCode, RegionCode, Locality string
	// ExternalIDs are its ids in other systems, without the systems.
	ExternalIDs []string
}

// Reason is why two organizations are likely one.
type Reason string

// The reasons, the strongest first.
const (
	// SameExternalID: an id of at least six characters in some system of each.
	SameExternalID Reason = "SAME_EXTERNAL_ID"
	// SameWebsite: a host, or a page of a host that many have theirs at.
	SameWebsite Reason = "SAME_WEBSITE"
	// SameNameSamePlace: the name without its legal form, in a municipality.
	SameNameSamePlace Reason = "SAME_NAME_SAME_PLACE"
	// SameNameSameCountry: the name without its legal form, in a country.
	SameNameSameCountry Reason = "SAME_NAME_SAME_COUNTRY"
	// SimilarNameSamePlace: a name with the same words, or within one edit of 6
	// letters, two of 12 or three of 24, in a municipality, or in a region where
	// one does not say in which; numbers in it are the same.
	SimilarNameSamePlace Reason = "SIMILAR_NAME_SAME_PLACE"
)

// weights order pairs; those of a pair's reasons add up.
var weights = map[Reason]int{
	SameExternalID: 50, SameWebsite: 40, SameNameSamePlace: 45, SameNameSameCountry: 30, SimilarNameSamePlace: 25,
}

// order is the order of reasons in a pair.
var order = []Reason{SameExternalID, SameWebsite, SameNameSamePlace, SameNameSameCountry, SimilarNameSamePlace}

// most is how many organizations may share an id or a web site before it says
// that they have a host or an umbrella in common, not that they are one.
const most = 20

// Pair is two organizations, by their numbers in what Find was given.
type Pair struct {
	Older, Newer int
	// Reasons are why, the strongest first.
	Reasons []Reason
}

// Find returns the likely duplicates among organizations, which come oldest
// first: the likeliest pair first, then the oldest. Of many that share a key,
// each is paired with the oldest alone.
func Find(organizations []Organization) []Pair {
	f := finder{pairs: map[[2]int32]reasons{}}
	keys := make([]key, len(organizations))
	for i := range organizations {
		keys[i] = keyOf(&organizations[i])
	}
	f.shared(keys, SameExternalID, most, func(k *key) []string { return k.ids })
	f.shared(keys, SameWebsite, most, func(k *key) []string { return one(k.site) })
	f.shared(keys, SameNameSameCountry, len(keys), func(k *key) []string { return one(joined(k.country, k.name)) })
	f.shared(keys, SameNameSamePlace, len(keys), func(k *key) []string { return one(joined(k.locality, k.name)) })
	f.shared(keys, SimilarNameSamePlace, len(keys), func(k *key) []string { return one(joined(k.locality, k.sorted)) })
	f.similar(keys)
	return f.sorted()
}

// one is a key, or none where it is empty.
func one(text string) []string {
	if text == "" {
		return nil
	}
	return []string{text}
}

// joined is a key of two, empty where either is.
func joined(a, b string) string {
	if a == "" || b == "" {
		return ""
	}
	return a + "\x00" + b
}

// reasons is a set of reasons, a bit for each of order.
type reasons uint8

type finder struct {
	pairs map[[2]int32]reasons
}

func (f *finder) add(older, newer int32, reason Reason) {
	if older == newer {
		return
	}
	f.pairs[[2]int32{min(older, newer), max(older, newer)}] |= 1 << slices.Index(order, reason)
}

// shared pairs what shares a key with the oldest of it, unless more than most do.
func (f *finder) shared(keys []key, reason Reason, most int, of func(*key) []string) {
	type group struct {
		oldest int32
		size   int
	}
	groups := map[string]*group{}
	for i := range keys {
		for _, text := range of(&keys[i]) {
			if g := groups[text]; g != nil {
				g.size++
			} else {
				groups[text] = &group{int32(i), 1}
			}
		}
	}
	for i := range keys {
		for _, text := range of(&keys[i]) {
			if g := groups[text]; g.size > 1 && g.size <= most {
				f.add(g.oldest, int32(i), reason)
			}
		}
	}
}

// sorted returns the pairs, the likeliest first.
func (f *finder) sorted() []Pair {
	pairs := make([]Pair, 0, len(f.pairs))
	for at, set := range f.pairs {
		pair := Pair{Older: int(at[0]), Newer: int(at[1])}
		for bit, reason := range order {
			if set&(1<<bit) != 0 && !implied(reason, pair.Reasons) {
				pair.Reasons = append(pair.Reasons, reason)
			}
		}
		pairs = append(pairs, pair)
	}
	slices.SortFunc(pairs, func(a, b Pair) int {
		return cmp.Or(cmp.Compare(b.likelihood(), a.likelihood()), cmp.Compare(a.Older, b.Older), cmp.Compare(a.Newer, b.Newer))
	})
	return pairs
}

// implied tells a reason that a stronger one of the pair says already.
func implied(reason Reason, stronger []Reason) bool {
	switch reason {
	case SameNameSameCountry:
		return slices.Contains(stronger, SameNameSamePlace)
	case SimilarNameSamePlace:
		return slices.Contains(stronger, SameNameSamePlace) || slices.Contains(stronger, SameNameSameCountry)
	default:
		return false
	}
}

func (p Pair) likelihood() int {
	sum := 0
	for _, reason := range p.Reasons {
		sum += weights[reason]
	}
	return sum
}
