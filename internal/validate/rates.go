package validate

import (
	"maps"
	"slices"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

// ExchangeRates checks the exchange rates of a day.
func (a *Audit) ExchangeRates(e *maecenasv1.ExchangeRates) {
	for _, code := range slices.Sorted(maps.Keys(e.GetRates())) {
		field := "rates[" + Printable(code) + "]"
		if _, err := taxonomy.ParseCurrency(code); err != nil {
			a.code(field, err)
			continue
		}
		if code == "EUR" {
			a.add(field, "rate", "is not stated: rates are units for one euro")
			continue
		}
		if err := taxonomy.CheckRate(e.GetRates()[code]); err != nil {
			a.add(field, "rate", "must be a decimal fraction above 0 of at most 9 digits, such as 3.3845")
		}
	}
}
