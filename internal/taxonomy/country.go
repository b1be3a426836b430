package taxonomy

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

// countryText lists countries, one a line: ISO 3166-1 alpha-2 code, English
// short name as people use it.
//
//go:embed countries.txt
var countryText string

// Country is an ISO 3166-1 alpha-2 code, upper case; "" is none.
type Country string

type countryTable struct {
	names  map[Country]string
	order  []Country
	folded map[Country]string
}

var countries = sync.OnceValue(func() *countryTable {
	t := &countryTable{names: make(map[Country]string), folded: make(map[Country]string)}
	for line := range strings.Lines(countryText) {
		code, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		c := Country(code)
		t.names[c] = name
		t.folded[c] = fold(name)
		t.order = append(t.order, c)
	}
	return t
})

// ParseCountry accepts an ISO 3166-1 alpha-2 code in either case, and XK, which
// the European Union uses for Kosovo. The Union's EL and UK are no ISO codes:
// they occur inside NUTS codes only, and the error names the code to use.
// Errors are *[CodeError].
func ParseCountry(code string) (Country, error) {
	t := countries()
	if _, ok := t.names[Country(code)]; ok {
		return Country(code), nil
	}
	upper := Country(strings.ToUpper(code))
	if _, ok := t.names[upper]; ok {
		return upper, nil
	}
	if iso := nutsCountry(string(upper)); iso != upper {
		return "", refuse("ISO 3166-1", code, "is used in NUTS codes only; the country is "+string(iso))
	}
	return "", refuse("ISO 3166-1", code, "is no country")
}

// Countries lists all countries by code. The caller owns the slice.
func Countries() []Country { return slices.Clone(countries().order) }

// Name is the country's English short name, "" when c is none.
func (c Country) Name() string { return countries().names[c] }

// SearchCountries finds countries by words of their English name or by code,
// best first, at most limit.
func SearchCountries(words string, limit int) []Country {
	t := countries()
	query := strings.Fields(fold(words))
	code := Country(strings.ToUpper(strings.TrimSpace(words)))
	return best(t.order, limit, func(c Country) int {
		if c == code {
			return 1 << 10
		}
		return relevance(t.folded[c], query)
	})
}

// nutsCountry is the ISO country of the two letters that begin a NUTS code.
func nutsCountry(prefix string) Country {
	switch prefix {
	case "EL":
		return "GR"
	case "UK":
		return "GB"
	}
	return Country(prefix)
}

// nutsPrefix is the inverse of nutsCountry.
func nutsPrefix(c Country) string {
	switch c {
	case "GR":
		return "EL"
	case "GB":
		return "UK"
	}
	return string(c)
}
