package taxonomy

import (
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"math/bits"
	"slices"
	"strings"
	"sync"
)

// ratesText holds month-end euro foreign exchange reference rates of the
// European Central Bank from December 2015 to April 2026, then fixed parities:
// currencies pegged to the euro by treaty or law, and the irrevocable conversion
// rates of national currencies that became the euro. Between two dates a rate is
// up to a month old, which is near enough for whether two ranges of money meet,
// and not for payment. The bank has not quoted the Russian rouble since March
// 2022: its rate of February 2022 stands.
//
//go:embed rates.txt
var ratesText string

// Rates are dated exchange rates, immutable once made. A rate is units of a
// currency for one euro, an exact decimal fraction.
type Rates struct {
	byCurrency map[string][]rate // by ascending day
	newest     int32
}

type rate struct {
	day      int32 // yyyymmdd
	num, den int64 // units per euro, at most 9 digits each
}

// unity is the euro's rate, and any currency's to itself.
var unity = rate{num: 1, den: 1}

// ShippedRates are the rates compiled in; see the package's sources.
func ShippedRates() *Rates { return shippedRates() }

var shippedRates = sync.OnceValue(func() *Rates {
	r, err := ParseRates(ratesText)
	if err != nil {
		panic("taxonomy: embedded rates: " + err.Error())
	}
	return r
})

// ParseRates reads a table of rates. A line "date" followed by currency codes
// names the columns of the lines that follow: a day YYYY-MM-DD and as many
// rates, units of the currency for one euro, "-" where there is none. Fields are
// separated by white space. A rate has at most 9 digits. Days may come in any
// order, but none twice for a currency.
func ParseRates(table string) (*Rates, error) {
	r := &Rates{byCurrency: make(map[string][]rate)}
	var columns []string
	n := 0
	for line := range strings.Lines(table) {
		n++
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		if fields[0] == "date" {
			columns = fields[1:]
			continue
		}
		if err := r.add(columns, fields); err != nil {
			return nil, fmt.Errorf("rates, line %d: %w", n, err)
		}
	}
	return r, r.sort()
}

// Quote is the rate of a currency on a day.
type Quote struct {
	// Day is YYYY-MM-DD.
	Day string
	// Currency is the code of ISO 4217.
	Currency string
	// UnitsPerEuro is how many units of it one euro is: a decimal fraction above 0
	// of at most 9 digits.
	UnitsPerEuro string
}

// NewRates makes a table of quotes, in any order, none twice for a currency and a
// day. The euro's are left out.
func NewRates(quotes []Quote) (*Rates, error) {
	r := &Rates{byCurrency: make(map[string][]rate)}
	for _, q := range quotes {
		if err := r.add([]string{q.Currency}, []string{q.Day, q.UnitsPerEuro}); err != nil {
			return nil, fmt.Errorf("rates of %s: %w", q.Day, err)
		}
	}
	return r, r.sort()
}

// CheckRate tells why a text is no rate, as in [Quote.UnitsPerEuro]; nil: it is one.
func CheckRate(text string) error {
	_, _, err := parseRate(text)
	return err
}

// Over returns r laid over another table: where both have a rate of a currency and a
// day, r's counts. Neither is changed.
func (r *Rates) Over(base *Rates) *Rates {
	both := &Rates{byCurrency: maps.Clone(base.byCurrency), newest: max(r.newest, base.newest)}
	for code, upper := range r.byCurrency {
		lower := base.byCurrency[code]
		merged := make([]rate, 0, len(upper)+len(lower))
		for len(upper) > 0 || len(lower) > 0 {
			switch {
			case len(lower) == 0 || len(upper) > 0 && upper[0].day < lower[0].day:
				merged, upper = append(merged, upper[0]), upper[1:]
			case len(upper) == 0 || lower[0].day < upper[0].day:
				merged, lower = append(merged, lower[0]), lower[1:]
			default:
				merged, upper, lower = append(merged, upper[0]), upper[1:], lower[1:]
			}
		}
		both.byCurrency[code] = merged
	}
	return both
}

// Equal reports whether two tables say the same of every currency and day.
func (r *Rates) Equal(o *Rates) bool {
	return maps.EqualFunc(r.byCurrency, o.byCurrency, slices.Equal[[]rate])
}

// Has reports whether the table has a rate of a currency of just that day.
func (r *Rates) Has(currency, date string) bool {
	day, ok := parseDay(date)
	if !ok {
		return false
	}
	_, found := slices.BinarySearchFunc(r.byCurrency[currency], day, func(x rate, day int32) int { return int(x.day - day) })
	return found
}

// On lists the rates that conversions of a day (YYYY-MM-DD) go by, ascending by
// currency, each with the day that it is of. Nothing for a malformed date.
func (r *Rates) On(date string) []Quote {
	day, ok := parseDay(date)
	if !ok {
		return nil
	}
	var quotes []Quote
	for _, code := range slices.Sorted(maps.Keys(r.byCurrency)) {
		if found, ok := r.at(code, day); ok {
			quotes = append(quotes, Quote{Day: dayText(found.day), Currency: code, UnitsPerEuro: found.String()})
		}
	}
	return quotes
}

// String writes the rate as the shortest decimal fraction.
func (r rate) String() string {
	digits, num, den := 0, r.num, r.den
	for num%den != 0 { // den divides a power of ten of at most 8 digits
		num *= 10
		digits++
	}
	text := fmt.Sprintf("%0*d", digits+1, num/den)
	if digits == 0 {
		return text
	}
	return text[:len(text)-digits] + "." + text[len(text)-digits:]
}

// sort orders what was added, and finds what is there twice.
func (r *Rates) sort() error {
	for code, rates := range r.byCurrency {
		slices.SortFunc(rates, func(a, b rate) int { return int(a.day - b.day) })
		for i := 1; i < len(rates); i++ {
			if rates[i].day == rates[i-1].day {
				return fmt.Errorf("rates: %s has two on day %s", code, dayText(rates[i].day))
			}
		}
		r.newest = max(r.newest, rates[len(rates)-1].day)
	}
	return nil
}

func (r *Rates) add(columns, fields []string) error {
	day, ok := parseDay(fields[0])
	if !ok {
		return fmt.Errorf("%q is no day of the form YYYY-MM-DD", fields[0])
	}
	if len(fields) != len(columns)+1 {
		return fmt.Errorf("%d rates for %d currencies", len(fields)-1, len(columns))
	}
	for i, f := range fields[1:] {
		if f == "-" {
			continue
		}
		c, err := ParseCurrency(columns[i])
		if err != nil {
			return err
		}
		num, den, err := parseRate(f)
		if err != nil {
			return fmt.Errorf("%s: %w", c.Code, err)
		}
		if c.Code != "EUR" {
			r.byCurrency[c.Code] = append(r.byCurrency[c.Code], rate{day, num, den})
		}
	}
	return nil
}

// parseRate reads a positive decimal fraction of at most 9 digits as a reduced
// fraction.
func parseRate(s string) (num, den int64, err error) {
	den = 1
	digits, point := 0, false
	for i := range len(s) {
		switch {
		case s[i] == '.' && !point && digits > 0:
			point = true
		case s[i] >= '0' && s[i] <= '9' && digits < 9:
			digits++
			num = num*10 + int64(s[i]-'0')
			if point {
				den *= 10
			}
		default:
			return 0, 0, fmt.Errorf("%q is no rate of at most 9 digits", s)
		}
	}
	if num == 0 {
		return 0, 0, errors.New("a rate is above 0")
	}
	d := gcd(num, den)
	return num / d, den / d, nil
}

// parseDay reads YYYY-MM-DD as the number yyyymmdd, which orders as days do.
func parseDay(s string) (int32, bool) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return 0, false
	}
	var n int32
	for i := range len(s) {
		if i == 4 || i == 7 {
			continue
		}
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int32(s[i]-'0')
	}
	month, day := n/100%100, n%100
	return n, month >= 1 && month <= 12 && day >= 1 && day <= 31
}

// Factor is the exact number of units of currency to for one unit of currency
// from, as a reduced fraction num/den, by the latest rates not after date
// (YYYY-MM-DD), both against the euro. Between a currency and itself it is 1 on
// every day. ok is false where a rate is missing, for codes that are not
// canonical and for a malformed date. num and den are at most 10^18. It does not
// allocate.
func (r *Rates) Factor(from, to, date string) (num, den int64, ok bool) {
	day, ok := parseDay(date)
	if !ok {
		return 0, 0, false
	}
	if from == to {
		_, ok = currencies().byCode[from]
		return 1, 1, ok
	}
	f, ok := r.at(from, day)
	if !ok {
		return 0, 0, false
	}
	t, ok := r.at(to, day)
	if !ok {
		return 0, 0, false
	}
	// f units of from = 1 euro = t units of to.
	num, den = t.num*f.den, t.den*f.num
	d := gcd(num, den)
	return num / d, den / d, true
}

// at is the latest rate of a currency not after a day.
func (r *Rates) at(currency string, day int32) (rate, bool) {
	if currency == "EUR" {
		return unity, true
	}
	rates := r.byCurrency[currency]
	i, found := slices.BinarySearchFunc(rates, day, func(x rate, day int32) int { return int(x.day - day) })
	if found {
		return rates[i], true
	}
	if i == 0 {
		return rate{}, false
	}
	return rates[i-1], true
}

// Convert is an amount in another currency, exact; see [Rates.Factor].
func (r *Rates) Convert(amount int64, from, to, date string) (*big.Rat, bool) {
	num, den, ok := r.Factor(from, to, date)
	if !ok {
		return nil, false
	}
	x := big.NewRat(num, den)
	return x.Mul(x, new(big.Rat).SetInt64(amount)), true
}

// ConvertUp is an amount in another currency rounded up to whole units, as
// [SizeFacts] wants it; ok is false also where the result does not fit.
func (r *Rates) ConvertUp(amount int64, from, to, date string) (int64, bool) {
	num, den, ok := r.Factor(from, to, date)
	if !ok {
		return 0, false
	}
	magnitude := uint64(amount)
	if amount < 0 {
		magnitude = -magnitude
	}
	hi, lo := bits.Mul64(magnitude, uint64(num))
	if hi >= uint64(den) {
		return 0, false
	}
	quo, rem := bits.Div64(hi, lo, uint64(den))
	if rem > 0 && amount > 0 {
		quo++
	}
	if quo > 1<<63-1 {
		return 0, false
	}
	if amount < 0 {
		return -int64(quo), true
	}
	return int64(quo), true
}

// Newest is the day, YYYY-MM-DD, of the newest rate of any currency, "" where
// there is none: conversions of later days use it.
func (r *Rates) Newest() string {
	if r.newest == 0 {
		return ""
	}
	return dayText(r.newest)
}

// dayText is yyyymmdd as YYYY-MM-DD.
func dayText(day int32) string {
	return fmt.Sprintf("%04d-%02d-%02d", day/10000, day/100%100, day%100)
}

// gcd of two numbers above 0.
func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
