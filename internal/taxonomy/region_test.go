package taxonomy_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

func region(t testing.TB, country, code string) taxonomy.Region {
	t.Helper()
	r, err := taxonomy.ParseRegion(country, code)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestParseRegion(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		country, code string
		want          string
		level         int
		nuts          bool
	}{
		{"IT", "ITF", "ITF", 1, true},
		{"IT", "ITF4", "ITF4", 2, true},
		{"it", "itf4", "ITF4", 2, true},
		{"IT", "ITF47", "ITF47", 3, true},
		{"IT", "ITZZ", "ITZZ", 2, true},
		{"IT", "ITZZZ", "ITZZZ", 3, true},
		{"GR", "EL30", "EL30", 2, true},
		{"GR", "EL303", "EL303", 3, true},
		{"GB", "UKI", "UKI", 1, true},
		{"GB", "UKM75", "UKM75", 3, true},
		{"PT", "PT17", "PT17", 2, true}, // NUTS 2021 only
		{"PT", "PT1A", "PT1A", 2, true}, // NUTS 2024 only
		{"NL", "NL31", "NL31", 2, true},
		{"NL", "NL35", "NL35", 2, true},
		{"TR", "TRC3", "TRC3", 2, true},
		{"XK", "XK00", "XK00", 2, true},
		{"US", "US-CA", "US-CA", 1, false},
		{"us", "us-ca", "US-CA", 1, false},
		{"MA", "MA-06", "MA-06", 1, false},
		{"TN", "TN-11", "TN-11", 1, false},
		{"IT", "IT-75", "IT-75", 1, false},
		{"GR", "GR-I", "GR-I", 1, false},
		{"GB", "GB-ENG", "GB-ENG", 1, false},
	} {
		r := region(t, tt.country, tt.code)
		if r.String() != tt.want || r.Level() != tt.level || r.IsNUTS() != tt.nuts ||
			string(r.Country()) != strings.ToUpper(tt.country) {
			t.Errorf("ParseRegion(%s, %q) = %s of %s, level %d, NUTS %v", tt.country, tt.code, r, r.Country(), r.Level(), r.IsNUTS())
		}
	}
}

func TestParseRegionRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ country, code, reason string }{
		{"IT", "", "neither"},
		{"IT", "IT", "neither"},
		{"IT", "ITF471", "neither"},
		{"IT", "IT 4", "neither"},
		{"IT", "Püglia", "neither"},
		{"IT", "75", "neither"},
		{"IT", "ITF9", "listed neither"},
		{"IT", "ITF99", "listed neither"},
		{"IT", "ITX", "listed neither"},
		{"IT", "FR10", "not in the country IT"},
		{"GR", "GR30", "not in the country GR"},
		{"GB", "GBI", "not in the country GB"},
		{"FR", "EL30", "not in the country FR"},
		{"MA", "MA06", "without NUTS"},
		{"US", "USC", "without NUTS"},
		{"US", "US-", "hyphen"},
		{"US", "US-CALI", "hyphen"},
		{"US", "US-C_", "hyphen"},
		{"US", "CA-ON", "not in the country US"},
		{"EL", "EL30", "GR"},
		{"UK", "UKI", "GB"},
		{"", "ITF4", "no country"},
		{"QQ", "QQ1", "no country"},
	} {
		_, err := taxonomy.ParseRegion(tt.country, tt.code)
		var code *taxonomy.CodeError
		if !errors.As(err, &code) || !strings.Contains(code.Reason, tt.reason) {
			t.Errorf("ParseRegion(%q, %q): %v, want a reason with %q", tt.country, tt.code, err, tt.reason)
		}
	}
}

func TestRegionLevels(t *testing.T) {
	t.Parallel()
	type levels struct{ Subdivision, Area, Local, Parent string }
	for code, want := range map[string]levels{
		"ITF":   {"ITF", "", "", ""},
		"ITF4":  {"ITF", "ITF4", "", "ITF"},
		"ITF47": {"ITF", "ITF4", "ITF47", "ITF4"},
		"IT-75": {"IT-75", "", "", ""},
	} {
		r := region(t, "IT", code)
		var got levels
		take := func(to *string, r taxonomy.Region, ok bool) {
			if ok != (!r.IsZero()) {
				t.Errorf("%s: %v, %v", code, r, ok)
			}
			*to = r.String()
		}
		part, ok := r.Subdivision()
		take(&got.Subdivision, part, ok)
		part, ok = r.Area()
		take(&got.Area, part, ok)
		part, ok = r.Local()
		take(&got.Local, part, ok)
		part, ok = r.Parent()
		take(&got.Parent, part, ok)
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: %s", code, d)
		}
	}
	var none taxonomy.Region
	if _, ok := none.Subdivision(); ok || none.Level() != 0 || none.Country() != "" || none.Contains(none) || none.IsNUTS() {
		t.Error("the zero Region is something")
	}
}

func TestRegionNames(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ country, code, name, latin string }{
		{"IT", "ITF4", "Puglia", "Puglia"},
		{"GR", "EL43", "Κρήτη", "Kríti"},
		{"BG", "BG41", "Югозападен", "Yugozapaden"},
		{"FR", "FRL0", "Provence-Alpes-Côte d'Azur", "Provence-Alpes-Côte d'Azur"},
		{"IT", "ITF47", "", ""},
		{"US", "US-CA", "", ""},
		{"IT", "ITZZ", "Extra-Regio NUTS 2", "Extra-Regio NUTS 2"},
		{"CH", "CHZ", "Extra-Regio level 1", "Extra-Regio level 1"},
		{"GR", "ELZ", "Extra-Regio NUTS 1", "Extra-Regio NUTS 1"},
	} {
		r := region(t, tt.country, tt.code)
		if r.Name() != tt.name || r.LatinName() != tt.latin {
			t.Errorf("%s: %q, %q", tt.code, r.Name(), r.LatinName())
		}
	}
	for _, tt := range []struct {
		country, code string
		in21, in24    bool
	}{
		{"PT", "PT17", true, false}, {"PT", "PT170", true, false}, {"PT", "PT1A", false, true}, {"GB", "UKI3", true, false},
		{"IT", "ITF4", true, true}, {"UA", "UA13", false, true}, {"US", "US-CA", false, false},
	} {
		r := region(t, tt.country, tt.code)
		if r.InNUTS2021() != tt.in21 || r.InNUTS2024() != tt.in24 {
			t.Errorf("%s: in 2021 %v, in 2024 %v", tt.code, r.InNUTS2021(), r.InNUTS2024())
		}
	}
}

func TestCountries(t *testing.T) {
	t.Parallel()
	if n := len(taxonomy.Countries()); n != 249+1 {
		t.Errorf("%d countries, ISO 3166-1 has 249, and Kosovo", n)
	}
	seen := map[taxonomy.Country]bool{}
	for _, c := range taxonomy.Countries() {
		if len(c) != 2 || c.Name() == "" || seen[c] || c.LocalName() == "" {
			t.Errorf("%q: %q, %q", c, c.Name(), c.LocalName())
		}
		seen[c] = true
	}
	if c, err := taxonomy.ParseCountry("it"); c != "IT" || err != nil || !c.HasNUTS() || c.LocalName() != "Italia" {
		t.Error(c, err)
	}
	if taxonomy.Country("GR").LocalName() != "Ελλάδα" || taxonomy.Country("MA").LocalName() != "Morocco" {
		t.Error("local names")
	}
	for _, code := range []string{"", "EL", "UK", "uk", "ZZ", "ITA", "I"} {
		if c, err := taxonomy.ParseCountry(code); err == nil || c != "" {
			t.Errorf("ParseCountry(%q) = %q", code, c)
		}
	}
	if got := taxonomy.SearchCountries("cote", 3); len(got) == 0 || got[0] != "CI" {
		t.Error(got)
	}
	if got := taxonomy.SearchCountries("tr", 3); len(got) == 0 || got[0] != "TR" {
		t.Error(got)
	}
	if got := taxonomy.Regions("IT"); len(got) != 5+21 || taxonomy.Regions("US") != nil {
		t.Error(got)
	}
}

func TestSearchRegions(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]string{
		"puglia": "ITF4", "Apulia": "ITF4", "Provence": "FRL", "malmo": "SE22", "kriti": "EL43", "Κρητη": "EL43",
		"ITF4": "ITF4", "itf": "ITF", "castilla leon": "ES41", "Łódzkie": "PL71", "lodzkie": "PL71", "izmir": "TR31",
		"attiki": "EL3", "crete": "EL43", "ile de france": "FR1", "lisboa": "PT1A", "zuid-holland": "NL36",
	} {
		got := taxonomy.SearchRegions(words, 4)
		if len(got) == 0 || len(got) > 4 || got[0].String() != want {
			t.Errorf("%q: %v, want %s first", words, got, want)
		}
	}
	if got := taxonomy.SearchRegions("", 4); len(got) != 0 {
		t.Error(got)
	}
}

// anyRegion draws a NUTS region of level 1 to 3 or one in the shape of ISO 3166-2.
func anyRegion(t *rapid.T) taxonomy.Region {
	country := rapid.SampledFrom([]taxonomy.Country{"IT", "GR", "GB", "PT", "US"}).Draw(t, "country")
	code := string(country) + "-" + rapid.StringMatching(`[A-Z0-9]{1,3}`).Draw(t, "iso")
	if country.HasNUTS() && rapid.Bool().Draw(t, "nuts") {
		code = rapid.SampledFrom(taxonomy.Regions(country)).Draw(t, "region").String()
		if len(code) == 4 && rapid.Bool().Draw(t, "local") {
			code += rapid.StringMatching(`[A-Z0-9]`).Draw(t, "digit")
		}
	}
	r, err := taxonomy.ParseRegion(string(country), code)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRegionLaws(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := anyRegion(t), anyRegion(t), anyRegion(t)
		if again, err := taxonomy.ParseRegion(string(a.Country()), a.String()); err != nil || again != a {
			t.Fatalf("%v parses as %v, %v", a, again, err)
		}
		if !a.Contains(a) || a != b && a.Contains(b) && b.Contains(a) {
			t.Fatalf("%v, %v", a, b)
		}
		if a.Contains(b) && b.Contains(c) && !a.Contains(c) {
			t.Fatalf("%v contains %v, which contains %v", a, b, c)
		}
		if p, ok := a.Parent(); ok && (!p.Contains(a) || p.Level() != a.Level()-1 || p.Country() != a.Country()) {
			t.Fatalf("parent of %v is %v", a, p)
		}
		if a.Contains(b) && a.Country() != b.Country() {
			t.Fatalf("%v contains %v abroad", a, b)
		}
	})
}

func FuzzParseRegion(f *testing.F) {
	for _, s := range [][2]string{{"IT", "ITF4"}, {"GR", "EL303"}, {"GB", "UKI"}, {"US", "US-CA"}, {"XK", "XK00"}, {"", ""}, {"IT", "IT-"}} {
		f.Add(s[0], s[1])
	}
	f.Fuzz(func(t *testing.T, country, code string) {
		r, err := taxonomy.ParseRegion(country, code)
		if err != nil {
			if !r.IsZero() {
				t.Fatalf("%q %q: an error and %v", country, code, r)
			}
			return
		}
		again, err := taxonomy.ParseRegion(string(r.Country()), r.String())
		if err != nil || again != r || r.Level() < 1 || r.Level() > 3 {
			t.Fatalf("%q %q: %v, again %v, %v", country, code, r, again, err)
		}
	})
}

func BenchmarkParseRegion(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := taxonomy.ParseRegion("IT", "ITF47"); err != nil {
			b.Fatal(err)
		}
	}
}
