package taxonomy

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

// currencyText lists currencies, one a line: ISO 4217 code, minor digits, name
// and, where the code was withdrawn, the first day without it.
//
//go:embed currencies.txt
var currencyText string

// Currency is a currency of ISO 4217. It is comparable; the zero value is none.
type Currency struct {
	// Code is the alphabetic code: "EUR".
	Code string
	// Name is the currency's English name.
	Name string
	// Digits is the number of decimal digits of its minor unit, 0..4. Amounts
	// in the API are whole units all the same.
	Digits int
	// Withdrawn is the first day, YYYY-MM-DD, on which the code is no longer
	// current; "" while it is. Past deals keep their currency.
	Withdrawn string
}

type currencyTable struct {
	byCode map[string]Currency
	order  []Currency
}

var currencies = sync.OnceValue(func() *currencyTable {
	t := &currencyTable{byCode: make(map[string]Currency)}
	for line := range strings.Lines(currencyText) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		c := Currency{Code: f[0], Digits: int(f[1][0] - '0'), Name: f[2]}
		if len(f) > 3 {
			c.Withdrawn = f[3]
		}
		t.byCode[c.Code] = c
		t.order = append(t.order, c)
	}
	return t
})

// ParseCurrency accepts an alphabetic code of ISO 4217, in either case, of a
// currency that can be paid in: no metals, funds, units of account or testing
// codes. HRK and BGN, which became the euro in 2023 and 2026, are accepted too,
// for what lies in the past. Errors are *[CodeError].
func ParseCurrency(code string) (Currency, error) {
	t := currencies()
	if c, ok := t.byCode[code]; ok {
		return c, nil
	}
	if c, ok := t.byCode[strings.ToUpper(code)]; ok {
		return c, nil
	}
	return Currency{}, refuse("ISO 4217", code, "is no currency")
}

// Currencies lists all currencies by code. The caller owns the slice.
func Currencies() []Currency { return slices.Clone(currencies().order) }

// IsZero reports whether c is no currency.
func (c Currency) IsZero() bool { return c.Code == "" }

// String is the currency's code.
func (c Currency) String() string { return c.Code }
