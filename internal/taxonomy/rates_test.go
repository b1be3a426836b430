package taxonomy_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

func TestRatesOver(t *testing.T) {
	t.Parallel()
	base, err := taxonomy.ParseRates("date USD HUF\n2024-01-01 1.1 400\n2024-03-01 1.2 390\n")
	if err != nil {
		t.Fatal(err)
	}
	imported, err := taxonomy.NewRates([]taxonomy.Quote{
		{"2024-03-01", "USD", "1.25"}, {"2024-02-01", "USD", "1.15"}, {"2024-02-01", "TND", "3.3845"}, {"2024-02-01", "EUR", "1"},
	})
	if err != nil {
		t.Fatal(err)
	}
	both := imported.Over(base)
	for date, want := range map[string][]taxonomy.Quote{
		"2023-12-31": nil,
		"2024-01-31": {{"2024-01-01", "HUF", "400"}, {"2024-01-01", "USD", "1.1"}},
		"2024-02-01": {{"2024-01-01", "HUF", "400"}, {"2024-02-01", "TND", "3.3845"}, {"2024-02-01", "USD", "1.15"}},
		"2024-04-01": {{"2024-03-01", "HUF", "390"}, {"2024-02-01", "TND", "3.3845"}, {"2024-03-01", "USD", "1.25"}},
		"yesterday":  nil,
	} {
		if diff := cmp.Diff(want, both.On(date)); diff != "" {
			t.Errorf("on %s (-want +got):\n%s", date, diff)
		}
	}
	if both.Newest() != "2024-03-01" {
		t.Errorf("the newest is of %s", both.Newest())
	}
	if _, _, ok := base.Factor("TND", "EUR", "2024-04-01"); ok {
		t.Error("laying rates over a table changed it")
	}
	if both.Equal(base) || !both.Equal(imported.Over(base)) {
		t.Error("tables that say the same are equal, and others are not")
	}
	if _, err := taxonomy.NewRates([]taxonomy.Quote{{"2024-01-01", "USD", "1"}, {"2024-01-01", "USD", "2"}}); err == nil {
		t.Error("two rates of a currency and a day were taken")
	}
}

// TestRatesOverLaws: of every currency and day, the upper table's rate counts where it has
// one, else the lower's, and no other is there.
func TestRatesOverLaws(t *testing.T) {
	t.Parallel()
	quotes := rapid.MapOf(
		rapid.Custom(func(t *rapid.T) [2]string {
			return [2]string{
				fmt.Sprintf("2024-01-%02d", rapid.IntRange(1, 9).Draw(t, "day")), rapid.SampledFrom([]string{"USD", "TND", "HUF"}).Draw(t, "currency"),
			}
		}),
		rapid.SampledFrom([]string{"1.5", "0.00000001", "999999999", "120", "3.25"}),
	)
	table := func(t *rapid.T, of map[[2]string]string) *taxonomy.Rates {
		var list []taxonomy.Quote
		for at, text := range of {
			list = append(list, taxonomy.Quote{Day: at[0], Currency: at[1], UnitsPerEuro: text})
		}
		rates, err := taxonomy.NewRates(list)
		if err != nil {
			t.Fatal(err)
		}
		return rates
	}
	rapid.Check(t, func(t *rapid.T) {
		upper, lower := quotes.Draw(t, "upper"), quotes.Draw(t, "lower")
		both := table(t, upper).Over(table(t, lower))
		want := map[[2]string]string{}
		for _, of := range []map[[2]string]string{lower, upper} {
			for at, text := range of {
				want[at] = text
			}
		}
		if !both.Equal(table(t, want)) {
			t.Fatalf("%v over %v is not %v", upper, lower, want)
		}
	})
}
