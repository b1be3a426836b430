package taxonomy

import (
	_ "embed"
	"strings"
	"sync"
)

// nutsText lists NUTS regions of levels 0 to 2 by country. A line is: code,
// versions ("21", "24" or both), official name in its own script, then, where
// there are any, its Latin transliteration, and other words people search it by.
// A level-0 line also says who lists the country: "EU" (the NUTS Regulation) or
// "SR" (Eurostat's statistical regions). The extra-regio regions that each
// country has are not written out.
//
//go:embed nuts.txt
var nutsText string

type regionName struct {
	official, latin string
	in2021, in2024  bool
}

type regionTable struct {
	names     map[string]regionName // levels 0..2 by NUTS code
	order     []Region              // levels 1..2, without extra-regio
	countries map[Country]bool      // those with NUTS regions
	folded    map[Region][]string   // each name as searching compares it
}

var regions = sync.OnceValue(func() *regionTable {
	t := &regionTable{
		names:     make(map[string]regionName),
		countries: make(map[Country]bool),
		folded:    make(map[Region][]string),
	}
	for line := range strings.Lines(nutsText) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		n := regionName{
			official: f[2],
			in2021:   strings.Contains(f[1], "21"),
			in2024:   strings.Contains(f[1], "24"),
		}
		if len(f) > 3 {
			n.latin = f[3]
		}
		t.names[f[0]] = n
		if len(f[0]) == 2 {
			t.addCountry(f[0], n, strings.Contains(f[1], "EU"))
			continue
		}
		r := Region{f[0]}
		t.order = append(t.order, r)
		for _, name := range f[2:] {
			t.folded[r] = append(t.folded[r], fold(name))
		}
	}
	return t
})

// addCountry adds a country with its extra-regio regions: what belongs to it but
// lies in no region, such as embassies and the continental shelf.
func (t *regionTable) addCountry(prefix string, n regionName, member bool) {
	t.countries[nutsCountry(prefix)] = true
	kind := "level"
	if member {
		kind = "NUTS"
	}
	for i, code := range []string{prefix + "Z", prefix + "ZZ"} {
		n.official, n.latin = "Extra-Regio "+kind+" "+string(rune('1'+i)), ""
		t.names[code] = n
	}
}

// Name is the region's official name in its own language and script at NUTS
// levels 1 and 2, "" for other regions.
func (r Region) Name() string { return regions().names[r.code].official }

// LatinName is the name in Latin script, at NUTS levels 1 and 2: the official
// one where it is written so, or its transliteration.
func (r Region) LatinName() string {
	n := regions().names[r.code]
	if n.latin != "" {
		return n.latin
	}
	return n.official
}

// InNUTS2021 reports whether the region, or for level 3 its level-2 region, is
// listed in NUTS 2021.
func (r Region) InNUTS2021() bool { return r.listing().in2021 }

// InNUTS2024 is the same for NUTS 2024, which applies since 1 January 2024.
func (r Region) InNUTS2024() bool { return r.listing().in2024 }

func (r Region) listing() regionName {
	if !r.IsNUTS() {
		return regionName{}
	}
	return regions().names[r.code[:min(len(r.code), 4)]]
}

// HasNUTS reports whether the country has NUTS regions.
func (c Country) HasNUTS() bool { return regions().countries[c] }

// LocalName is the country's name in its own languages where it has NUTS
// regions, else its English name.
func (c Country) LocalName() string {
	if n, ok := regions().names[nutsPrefix(c)]; ok && c.HasNUTS() {
		return n.official
	}
	return c.Name()
}

// Regions lists the NUTS regions of levels 1 and 2 of a country, in the order of
// the regulation, without the extra-regio ones; nil where it has none. The
// caller owns the slice.
func Regions(c Country) []Region {
	var out []Region
	for _, r := range regions().order {
		if r.Country() == c {
			out = append(out, r)
		}
	}
	return out
}

// SearchRegions finds NUTS regions of levels 1 and 2 one of whose names (in its
// own script, in Latin, in English) holds, for every word asked for, a word that
// begins with it, ignoring case and diacritics; or whose code begins as the text
// does. Best first,
// those of NUTS 2024 before others, at most limit answers.
func SearchRegions(words string, limit int) []Region {
	t := regions()
	query := strings.Fields(fold(words))
	code := strings.ToUpper(strings.TrimSpace(words))
	return best(t.order, limit, func(r Region) int {
		score := 0
		for _, name := range t.folded[r] {
			score = max(score, relevance(name, query))
		}
		if len(code) > 1 && strings.HasPrefix(r.code, code) {
			score = 1 << 10
		}
		if score > 0 && t.names[r.code].in2024 {
			score++
		}
		return score
	})
}
