package filter_test

import "testing"

func BenchmarkMatch(b *testing.B) {
	for name, text := range map[string]string{
		"scalars": `organization.place.country_code = "IT" AND need.amount_min >= 20000 AND organization.legal_form != PUBLIC_BODY AND organization.founded_date < "2020-01-01" AND need.stage = (SEED OR EARLY)`,
		"lists":   `organization.activities.code = "59*" AND need.instruments:GRANT AND organization.labels:AGIS`,
		"words":   `theatre festival`,
	} {
		b.Run(name, func(b *testing.B) {
			f, err := pairSchema(b).Parse(text)
			if err != nil {
				b.Fatal(err)
			}
			messages := pair()
			if !f.Match(messages) {
				b.Fatal("no match: not all of it is evaluated")
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
