package filter_test

import (
	"strings"
	"testing"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/filter"
)

// BenchmarkMatch is one candidate; a request may have some thousands. In the
// last case a filter at its bounds looks for words that are nowhere in a text
// at its bounds.
func BenchmarkMatch(b *testing.B) {
	words := strings.TrimSuffix(strings.Repeat("absent OR ", filter.MaxTerms/2), " OR ")
	for _, bench := range []struct{ name, text, description string }{
		{"scalars", `organization.place.country_code = "IT" AND need.amount_min >= 20000 AND ` +
			`organization.legal_form != PUBLIC_BODY AND organization.founded_date < "2020-01-01" AND need.stage = (SEED OR EARLY)`, ""},
		{"lists", `organization.activities.code = "59*" AND need.instruments:GRANT AND organization.labels:AGIS`, ""},
		{"words", `theatre festival`, ""},
		{"worst", words, strings.Repeat("Città ", 5000/6)},
	} {
		b.Run(bench.name, func(b *testing.B) {
			f, err := pairSchema(b).Parse(bench.text)
			if err != nil {
				b.Fatal(err)
			}
			messages := pair()
			if bench.description != "" {
				messages["organization"] = &maecenasv1.Organization{DisplayName: "x", Description: bench.description}
			}
			// A filter that is decided early would not be evaluated in full.
			if f.Match(messages) != (bench.name != "worst") {
				b.Fatal("not the answer that takes all of it")
			}
			b.ReportAllocs()
			for b.Loop() {
				f.Match(messages)
			}
		})
	}
}

func BenchmarkParse(b *testing.B) {
	schema := pairSchema(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := schema.Parse(`organization.place.country_code = "IT" AND need.amount_min >= 20000 AND NOT organization.legal_form = PUBLIC_BODY`); err != nil {
			b.Fatal(err)
		}
	}
}
