package taxonomy_test

import (
	"math"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

func TestParseCurrency(t *testing.T) {
	t.Parallel()
	for code, digits := range map[string]int{"EUR": 2, "eur": 2, "JPY": 0, "TND": 3, "ISK": 0, "BGN": 2, "XOF": 0} {
		c, err := taxonomy.ParseCurrency(code)
		if err != nil || c.Digits != digits || c.Code != strings.ToUpper(code) || c.Name == "" || c.IsZero() {
			t.Errorf("ParseCurrency(%q) = %+v, %v", code, c, err)
		}
	}
	for _, code := range []string{"", "EU", "EURO", "XAU", "XTS", "XXX", "DEM", "€"} {
		if c, err := taxonomy.ParseCurrency(code); err == nil || !c.IsZero() {
			t.Errorf("ParseCurrency(%q) = %v", code, c)
		}
	}
	seen := map[string]bool{}
	for _, c := range taxonomy.Currencies() {
		if len(c.Code) != 3 || c.Name == "" || c.Digits < 0 || c.Digits > 4 || seen[c.Code] {
			t.Errorf("%+v", c)
		}
		seen[c.Code] = true
	}
}

// Figures as the European Central Bank published them.
func TestShippedRates(t *testing.T) {
	t.Parallel()
	rates := taxonomy.ShippedRates()
	for _, tt := range []struct {
		from, to, date string
		num, den       int64
	}{
		{"EUR", "USD", "2019-12-31", 11234, 10000},
		{"EUR", "USD", "2020-01-15", 11234, 10000}, // the latest not after the day
		{"EUR", "USD", "2022-12-30", 10666, 10000},
		{"EUR", "GBP", "2021-12-31", 84028, 100000},
		{"EUR", "CHF", "2023-12-29", 926, 1000},
		{"EUR", "JPY", "2024-12-31", 16306, 100},
		{"USD", "EUR", "2019-12-31", 10000, 11234},
		{"EUR", "HRK", "2030-01-01", 75345, 10000},
		{"EUR", "BGN", "2026-06-01", 195583, 100000},
		{"EUR", "XOF", "2020-05-05", 655957, 1000},
		{"TND", "TND", "2020-01-01", 1, 1},
		{"EUR", "EUR", "1999-01-01", 1, 1},
	} {
		num, den, ok := rates.Factor(tt.from, tt.to, tt.date)
		if !ok || big.NewRat(num, den).Cmp(big.NewRat(tt.num, tt.den)) != 0 {
			t.Errorf("%s to %s on %s: %d/%d, %v, want %d/%d", tt.from, tt.to, tt.date, num, den, ok, tt.num, tt.den)
		}
	}
	for _, tt := range [][3]string{
		{"EUR", "USD", "2015-12-30"}, {"TND", "EUR", "2024-01-01"}, {"EUR", "USD", ""}, {"EUR", "USD", "2024-1-1"},
		{"EUR", "USD", "2024-13-01"}, {"EUR", "usd", "2024-01-01"}, {"ZZZ", "ZZZ", "2024-01-01"}, {"EUR", "STN", "2017-12-31"},
	} {
		if num, den, ok := rates.Factor(tt[0], tt[1], tt[2]); ok {
			t.Errorf("%v: %d/%d", tt, num, den)
		}
	}
	if d := rates.Newest(); d < "2026-01-01" {
		t.Error("newest", d)
	}
}

// The shipped table has at least one rate a year for the currencies the bank quotes.
func TestShippedRatesCover(t *testing.T) {
	t.Parallel()
	quoted := strings.Fields("AUD BRL CAD CHF CNY CZK DKK GBP HKD HUF IDR ILS INR ISK JPY KRW MXN MYR NOK NZD PHP PLN RON SEK SGD THB TRY USD ZAR")
	for _, code := range quoted {
		var last string
		for _, year := range strings.Fields("2018 2019 2020 2021 2022 2023 2024 2025") {
			r, ok := taxonomy.ShippedRates().Convert(1, "EUR", code, year+"-12-31")
			if !ok {
				t.Errorf("%s: none at the end of %s", code, year)
				continue
			}
			if r.String() == last {
				t.Errorf("%s: unchanged over %s", code, year)
			}
			last = r.String()
		}
	}
}

func TestParseRates(t *testing.T) {
	t.Parallel()
	rates, err := taxonomy.ParseRates("date USD TND\n2024-02-01 1.1 3.3\n\n2024-01-01 1.2 -\ndate HUF\n2024-01-01 400\n")
	if err != nil {
		t.Fatal(err)
	}
	if num, den, ok := rates.Factor("TND", "USD", "2024-03-01"); !ok || num != 1 || den != 3 {
		t.Error(num, den, ok)
	}
	if num, den, ok := rates.Factor("USD", "HUF", "2024-01-31"); !ok || num != 1000 || den != 3 {
		t.Error(num, den, ok)
	}
	if _, _, ok := rates.Factor("EUR", "TND", "2024-01-31"); ok {
		t.Error("a rate before its first day")
	}
	if rates.Newest() != "2024-02-01" {
		t.Error(rates.Newest())
	}
	for table, want := range map[string]string{
		"date USD\n2024-01-01 1.1 2":               "line 2",
		"2024-01-01 1.1":                           "line 1",
		"date USD\n2024-1-01 1.1":                  "no day",
		"date USD\n2024-01-01 0":                   "above 0",
		"date USD\n2024-01-01 1,1":                 "no rate",
		"date USD\n2024-01-01 -1":                  "no rate",
		"date USD\n2024-01-01 .5":                  "no rate",
		"date USD\n2024-01-01 1.1.1":               "no rate",
		"date USD\n2024-01-01 1234567890":          "no rate",
		"date QQQ\n2024-01-01 1":                   "no currency",
		"date USD\n2024-01-01 1\n2024-01-01 1.5\n": "two",
	} {
		if _, err := taxonomy.ParseRates(table); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", table, err, want)
		}
	}
	empty, err := taxonomy.ParseRates("")
	if err != nil || empty.Newest() != "" {
		t.Error(empty, err)
	}
}

func TestConvertUp(t *testing.T) {
	t.Parallel()
	if _, err := taxonomy.ParseRates("date JPY\n2024-01-01 0.000000001"); err == nil {
		t.Fatal("a rate of ten digits")
	}
	rates, err := taxonomy.ParseRates("date USD JPY\n2024-01-01 1.1 0.00000001")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		amount   int64
		from, to string
		want     int64
		ok       bool
	}{
		{110, "USD", "EUR", 100, true},
		{111, "USD", "EUR", 101, true},
		{-111, "USD", "EUR", -100, true},
		{0, "USD", "EUR", 0, true},
		{1, "JPY", "EUR", 100_000_000, true},
		{math.MaxInt64, "JPY", "EUR", 0, false},
		{math.MinInt64, "JPY", "EUR", 0, false},
		{math.MaxInt64, "EUR", "EUR", math.MaxInt64, true},
		{math.MaxInt64, "EUR", "USD", 0, false},
		{1, "TND", "EUR", 0, false},
	} {
		got, ok := rates.ConvertUp(tt.amount, tt.from, tt.to, "2024-01-01")
		if got != tt.want || ok != tt.ok {
			t.Errorf("%d %s in %s: %d, %v, want %d, %v", tt.amount, tt.from, tt.to, got, ok, tt.want, tt.ok)
		}
	}
}

func TestConvertLaws(t *testing.T) {
	t.Parallel()
	rates := taxonomy.ShippedRates()
	codes := strings.Fields("EUR USD GBP JPY IDR HUF TRY XOF BGN HRK RUB")
	rapid.Check(t, func(t *rapid.T) {
		from := rapid.SampledFrom(codes).Draw(t, "from")
		via := rapid.SampledFrom(codes).Draw(t, "via")
		to := rapid.SampledFrom(codes).Draw(t, "to")
		date := rapid.SampledFrom(strings.Fields("2016-01-01 2019-07-14 2024-02-29 2026-11-24")).Draw(t, "date")
		amount := rapid.Int64Range(-1e12, 1e12).Draw(t, "amount")
		num, den, ok := rates.Factor(from, to, date)
		back, unit, okBack := rates.Factor(to, from, date)
		if ok != okBack || num != unit || den != back {
			t.Fatalf("%s to %s: %d/%d, back %d/%d", from, to, num, den, back, unit)
		}
		n1, d1, ok1 := rates.Factor(from, via, date)
		n2, d2, ok2 := rates.Factor(via, to, date)
		if !ok || !ok1 || !ok2 {
			return
		}
		through := new(big.Rat).Mul(big.NewRat(n1, d1), big.NewRat(n2, d2))
		if through.Cmp(big.NewRat(num, den)) != 0 {
			t.Fatalf("%s to %s to %s: %v, straight %d/%d", from, via, to, through, num, den)
		}
		x, _ := rates.Convert(amount, from, to, date)
		up, ok := rates.ConvertUp(amount, from, to, date)
		over := new(big.Rat).Sub(new(big.Rat).SetInt64(up), x)
		if !ok || over.Sign() < 0 || over.Cmp(big.NewRat(1, 1)) >= 0 {
			t.Fatalf("%d %s is %v %s, rounded up %d", amount, from, x, to, up)
		}
	})
}

//nolint:paralleltest // allocations are counted over the whole process
func TestFactorDoesNotAllocate(t *testing.T) {
	rates := taxonomy.ShippedRates()
	if n := testing.AllocsPerRun(100, func() { rates.Factor("HUF", "USD", "2024-05-05") }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkFactor(b *testing.B) {
	rates := taxonomy.ShippedRates()
	b.ReportAllocs()
	for b.Loop() {
		rates.Factor("HUF", "USD", "2024-05-05")
	}
}
