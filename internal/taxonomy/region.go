package taxonomy

import "strings"

// Region is a part of a country: a NUTS region, or a subdivision in the shape of
// ISO 3166-2. It is comparable; the zero value is no region.
type Region struct {
	// code is canonical: "ITF4" or "US-CA".
	code string
}

// ParseRegion reads a region code of a country. Where the country has NUTS
// regions these are meant: a code of NUTS 2021 or 2024 at level 1 to 3, the
// levels 1 and 2 as listed, level 3 wherever its level-2 region is. Greece and
// the United Kingdom begin theirs with EL and UK. The shape of ISO 3166-2
// ("US-CA") is accepted for every country, because people and other systems
// have such codes, but relates to no NUTS region: a country's users should
// settle on one system. Either case is accepted. Errors are *[CodeError].
func ParseRegion(country, code string) (Region, error) {
	c, err := ParseCountry(country)
	if err != nil {
		return Region{}, err
	}
	code = strings.ToUpper(code)
	if len(code) > 2 && code[2] == '-' {
		return parseISO(c, code)
	}
	if len(code) < 3 || len(code) > 5 || !isAlphanumeric(code) || !isLetter(code[0]) || !isLetter(code[1]) {
		return Region{}, refuse("region", code, "is neither a NUTS code such as ITF4 nor in the shape of ISO 3166-2 such as US-CA")
	}
	if nutsCountry(code[:2]) != c || code[:2] != nutsPrefix(c) {
		return Region{}, refuse("NUTS", code, "is not in the country "+string(c))
	}
	t := regions()
	if _, ok := t.countries[c]; !ok {
		return Region{}, refuse("NUTS", code, "is of a country without NUTS regions; write it as "+string(c)+"-"+code[2:])
	}
	if _, ok := t.names[code[:min(len(code), 4)]]; !ok {
		return Region{}, refuse("NUTS", code, "is listed neither in NUTS 2021 nor in NUTS 2024")
	}
	return Region{code}, nil
}

// parseISO checks the shape of ISO 3166-2: country, hyphen, one to three letters
// or digits.
func parseISO(c Country, code string) (Region, error) {
	if len(code) < 4 || len(code) > 6 || !isAlphanumeric(code[3:]) {
		return Region{}, refuse("ISO 3166-2", code, "is not a country, a hyphen and one to three letters or digits")
	}
	if code[:2] != string(c) {
		return Region{}, refuse("ISO 3166-2", code, "is not in the country "+string(c))
	}
	return Region{code}, nil
}

func isAlphanumeric(s string) bool {
	for i := range len(s) {
		if !isLetter(s[i]) && (s[i] < '0' || s[i] > '9') {
			return false
		}
	}
	return true
}

// IsZero reports whether r is no region.
func (r Region) IsZero() bool { return r.code == "" }

// String is the canonical code: "ITF4", "EL30", "US-CA".
func (r Region) String() string { return r.code }

// IsNUTS reports whether r is a NUTS region rather than one in the shape of ISO
// 3166-2.
func (r Region) IsNUTS() bool { return len(r.code) > 2 && r.code[2] != '-' }

// Country is the country the region lies in, "" for the zero value.
func (r Region) Country() Country {
	if r.code == "" {
		return ""
	}
	return nutsCountry(r.code[:2])
}

// Level is 1 to 3 for NUTS regions, 1 for a subdivision of ISO 3166-2, 0 for the
// zero value.
func (r Region) Level() int {
	switch {
	case r.code == "":
		return 0
	case !r.IsNUTS():
		return 1
	}
	return len(r.code) - 2
}

// Parent is the region one level up; at level 1 there is none, only the
// [Region.Country].
func (r Region) Parent() (Region, bool) {
	if r.Level() <= 1 {
		return Region{}, false
	}
	return Region{r.code[:len(r.code)-1]}, true
}

// Contains reports whether o is r or lies in it. Regions of different systems
// never do.
func (r Region) Contains(o Region) bool {
	if r.code == "" || !r.IsNUTS() {
		return r.code != "" && r == o
	}
	return strings.HasPrefix(o.code, r.code)
}

// Subdivision is the region at the level that matching calls subdivision: NUTS 1
// or ISO 3166-2.
func (r Region) Subdivision() (Region, bool) {
	if !r.IsNUTS() {
		return r, r.code != ""
	}
	return Region{r.code[:3]}, true
}

// Area is the NUTS 2 region that r is or lies in; false for coarser regions and
// other systems.
func (r Region) Area() (Region, bool) { return r.nuts(2) }

// Local is r itself when it is a NUTS 3 region.
func (r Region) Local() (Region, bool) { return r.nuts(3) }

func (r Region) nuts(level int) (Region, bool) {
	if !r.IsNUTS() || r.Level() < level {
		return Region{}, false
	}
	return Region{r.code[:2+level]}, true
}
