package duplicates_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/maecenas-cci/maecenas/internal/duplicates"
)

func bari(name string) duplicates.Organization {
	return duplicates.Organization{Name: name, CountryCode: "IT", RegionCode: "ITF47", Locality: "Bari"}
}

func TestNames(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		a, b string
		want duplicates.Reason // in one place; empty: none
	}{
		{"Teatro Kursaal", "TEATRO  KURSAAL S.r.l.", duplicates.SameNameSamePlace},
		{"Caffè Òpera società cooperativa sociale", "Caffe Opera soc. coop.", duplicates.SameNameSamePlace},
		{"S.A.R.L. Lumière", "Lumiere", duplicates.SameNameSamePlace},
		{"Straße e.V.", "Strasse", duplicates.SameNameSamePlace},
		{"Studio d.o.o.", "Studio", duplicates.SameNameSamePlace},
		{"Pogoń Sp. z o.o.", "Pogon", duplicates.SameNameSamePlace},
		{"Θέατρο Σκιών Ι.Κ.Ε.", "Θεατρο Σκιων", duplicates.SameNameSamePlace},
		{"L'Officina", "LOfficina", duplicates.SameNameSamePlace},
		{"S.r.l.", "SRL", duplicates.SameNameSamePlace},
		{"Teatro Kursaal", "Teatro Kursal", duplicates.SimilarNameSamePlace},
		{"Teatro Kursaal", "Kursaal Teatro srl", duplicates.SimilarNameSamePlace},
		{"Kursaal", "Kursal", duplicates.SimilarNameSamePlace},
		{"Compagnia Teatrale dei Balocchi", "Compagna Teatral del Balocchi", duplicates.SimilarNameSamePlace},
		{"Teatro Kursaal", "Teatro Kursk", ""},
		{"Kursaal", "Kursk", ""},
		{"Studio 1", "Studio 2", ""},
		{"Festival 2024 Bari", "Festival 2025 Bari", ""},
		{"Nero", "Vero", ""},
		{"Dance Company", "Dance", ""},
		{"As de Coeur", "de Coeur", ""},
		{"", "", ""},
	} {
		got := duplicates.Find([]duplicates.Organization{bari(test.a), bari(test.b)})
		var want []duplicates.Pair
		if test.want != "" {
			want = []duplicates.Pair{{Older: 0, Newer: 1, Reasons: []duplicates.Reason{test.want}}}
		}
		if diff := cmp.Diff(want, slices.Clip(got)); diff != "" && len(want)+len(got) > 0 {
			t.Errorf("%q and %q (-want +got):\n%s", test.a, test.b, diff)
		}
	}
}

func TestReasonsAndTheirOrder(t *testing.T) {
	t.Parallel()
	organizations := []duplicates.Organization{
		{Name: "Alfa Teatro", CountryCode: "IT", RegionCode: "ITF47", Locality: "Bari", WebsiteURI: "https://www.alfa.example/it", ExternalIDs: []string{"IT 0123-4567"}},
		{Name: "Beta Danza", CountryCode: "IT", RegionCode: "ITF4", Locality: "Lecce", WebsiteURI: "https://facebook.com/betadanza"},
		{Name: "Gamma Film", CountryCode: "IT", RegionCode: "ITF43"},
		{Name: "Alfa Teatro srl", CountryCode: "IT", RegionCode: "ITI4", Locality: "Roma", WebsiteURI: "http://alfa.example"},
		{Name: "Beta", CountryCode: "FR", WebsiteURI: "http://m.facebook.com/BetaDanza/"},
		{Name: "Gama Film", CountryCode: "IT", RegionCode: "ITF44", Locality: "Taranto"},
		{Name: "Gamma Film", CountryCode: "ES", Locality: "Taranto"},
		{Name: "Delta", CountryCode: "IT", ExternalIDs: []string{"IT01234567", "x1", "short"}, WebsiteURI: "https://facebook.com/"},
		{Name: "Alfa Teatro", CountryCode: "IT", RegionCode: "ITF4", Locality: "BARI", WebsiteURI: "alfa.example:8080"},
		{Name: "Epsilon", CountryCode: "IT", ExternalIDs: []string{"x1", "short"}, WebsiteURI: "https://facebook.com"},
	}
	want := []duplicates.Pair{
		{Older: 0, Newer: 8, Reasons: []duplicates.Reason{duplicates.SameWebsite, duplicates.SameNameSamePlace}},
		{Older: 0, Newer: 3, Reasons: []duplicates.Reason{duplicates.SameWebsite, duplicates.SameNameSameCountry}},
		{Older: 0, Newer: 7, Reasons: []duplicates.Reason{duplicates.SameExternalID}},
		{Older: 1, Newer: 4, Reasons: []duplicates.Reason{duplicates.SameWebsite}},
		{Older: 2, Newer: 5, Reasons: []duplicates.Reason{duplicates.SimilarNameSamePlace}},
	}
	if diff := cmp.Diff(want, duplicates.Find(organizations)); diff != "" {
		t.Errorf("pairs (-want +got):\n%s", diff)
	}
}

func TestAHostOfManyIsNoReason(t *testing.T) {
	t.Parallel()
	var many []duplicates.Organization
	for i := range 21 {
		many = append(many, duplicates.Organization{Name: strings.Repeat(string(rune('a'+i)), 8), WebsiteURI: "https://portal.example"})
	}
	if got := duplicates.Find(many); len(got) > 0 {
		t.Errorf("%d pairs of a portal's", len(got))
	}
	if got := duplicates.Find(many[:20]); len(got) != 19 || got[18].Older != 0 {
		t.Errorf("%d pairs of twenty", len(got))
	}
}

// TestSimilarNamesAreFound compares the search with a comparison of all with all.
func TestSimilarNamesAreFound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[abc]{4,14}`)
		var organizations []duplicates.Organization
		for range rapid.IntRange(2, 12).Draw(t, "count") {
			organizations = append(organizations, duplicates.Organization{
				Name: name.Draw(t, "name"), CountryCode: "IT", RegionCode: "ITF4",
				Locality: rapid.SampledFrom([]string{"", "Bari", "Lecce"}).Draw(t, "locality"),
			})
		}
		found := map[[2]int]bool{}
		for _, pair := range duplicates.Find(organizations) {
			if slices.Contains(pair.Reasons, duplicates.SimilarNameSamePlace) {
				found[[2]int{pair.Older, pair.Newer}] = true
			}
		}
		for i := range organizations {
			for j := i + 1; j < len(organizations); j++ {
				a, b := organizations[i], organizations[j]
				near := a.Name != b.Name && (a.Locality == b.Locality || a.Locality == "" || b.Locality == "") &&
					distance(a.Name, b.Name) <= allowed(min(len(a.Name), len(b.Name)))
				if near && !found[[2]int{i, j}] && !repeated(organizations, i, j) || !near && found[[2]int{i, j}] {
					t.Fatalf("%q in %q and %q in %q: near %t, found %t", a.Name, a.Locality, b.Name, b.Locality, near, !near)
				}
			}
		}
	})
}

// repeated tells whether an older one has the name and place of either: it is
// then paired in its stead.
func repeated(organizations []duplicates.Organization, i, j int) bool {
	return slices.Index(namesAndPlaces(organizations), key(organizations[i])) != i || slices.Index(namesAndPlaces(organizations), key(organizations[j])) != j
}

func key(o duplicates.Organization) string { return o.Name + " " + o.Locality }

func namesAndPlaces(organizations []duplicates.Organization) []string {
	keys := make([]string, len(organizations))
	for i, o := range organizations {
		keys[i] = key(o)
	}
	return keys
}

func allowed(letters int) int {
	switch {
	case letters < 6:
		return 0
	case letters < 12:
		return 1
	default:
		return 2
	}
}

// distance is Levenshtein's, by its definition.
func distance(a, b string) int {
	table := make([][]int, len(a)+1)
	for i := range table {
		table[i] = make([]int, len(b)+1)
		for j := range table[i] {
			switch {
			case i == 0 || j == 0:
				table[i][j] = i + j
			case a[i-1] == b[j-1]:
				table[i][j] = table[i-1][j-1]
			default:
				table[i][j] = 1 + min(table[i-1][j-1], table[i-1][j], table[i][j-1])
			}
		}
	}
	return table[len(a)][len(b)]
}

// population makes names as they are: of a few hundred words, in towns of which
// few have most.
func population(n int) []duplicates.Organization {
	chance := rand.New(rand.NewPCG(1, 2))
	syllables := strings.Fields("ba be bi bo ca ce co da de di fa fi ga gi la le li lo ma me mi mo na ne no pa pe po ra re ri ro sa se si so ta te ti to va ve vi")
	words := make([]string, 3000)
	for i := range words {
		for range 2 + chance.IntN(3) {
			words[i] += syllables[chance.IntN(len(syllables))]
		}
	}
	forms := []string{"", "srl", "S.p.A.", "aps", "ETS", "società cooperativa"}
	organizations := make([]duplicates.Organization, n)
	for i := range organizations {
		town := int(chance.ExpFloat64() * 60)
		organizations[i] = duplicates.Organization{
			Name:        fmt.Sprintf("%s %s %s %s", words[chance.IntN(40)], words[chance.IntN(len(words))], words[chance.IntN(len(words))], forms[chance.IntN(len(forms))]),
			CountryCode: "IT", RegionCode: fmt.Sprintf("IT%c%d", 'A'+town%7, town%9), Locality: fmt.Sprintf("Town %d", town),
			WebsiteURI: fmt.Sprintf("https://www.site-%d.example/", i), ExternalIDs: []string{fmt.Sprintf("IT%08d", i)},
		}
		if chance.IntN(10) == 0 {
			organizations[i].Locality = ""
		}
		if i > 0 && chance.IntN(50) == 0 { // one in fifty is there already
			organizations[i] = organizations[chance.IntN(i)]
			organizations[i].Name = strings.Replace(organizations[i].Name, " ", "a ", 1)
			organizations[i].WebsiteURI, organizations[i].ExternalIDs = "", nil
		}
	}
	return organizations
}

func TestOfMany(t *testing.T) {
	t.Parallel()
	organizations := population(20_000)
	got := duplicates.Find(organizations)
	if len(got) < 300 {
		t.Errorf("%d pairs", len(got))
	}
	if diff := cmp.Diff(got, duplicates.Find(organizations)); diff != "" {
		t.Error("the same organizations give other pairs")
	}
}

func BenchmarkFind(b *testing.B) {
	organizations := population(100_000)
	b.ReportAllocs()
	pairs := 0
	for b.Loop() {
		pairs = len(duplicates.Find(organizations))
	}
	b.ReportMetric(float64(pairs), "pairs")
}
