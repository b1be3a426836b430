package fact

import "github.com/maecenas-cci/maecenas/internal/taxonomy"

// Currency is a currency code as a small number; 0 is none.
type Currency uint32

// CurrencyOf compiles a code of three letters; anything else is none.
func CurrencyOf(code string) Currency {
	if len(code) != 3 {
		return 0
	}
	return Currency(code[0])<<16 | Currency(code[1])<<8 | Currency(code[2])
}

// String is the code.
func (c Currency) String() string {
	if c == 0 {
		return ""
	}
	return string([]byte{byte(c >> 16), byte(c >> 8), byte(c)})
}

// Exchange answers exchange rates of one day, and remembers them: a ranking
// asks for the same few pairs for every row. It is not for concurrent use.
type Exchange struct {
	rates *taxonomy.Rates
	date  string
	known []factor
}

type factor struct {
	from, to Currency
	num, den int64
	ok       bool
}

// Open sets the day and the rates; rates nil: there are none.
func (x *Exchange) Open(rates *taxonomy.Rates, date string) {
	if x.rates != rates || x.date != date {
		*x = Exchange{rates: rates, date: date, known: x.known[:0]}
	}
}

// Fork is the same day for another goroutine.
func (x *Exchange) Fork() Exchange { return Exchange{rates: x.rates, date: x.date} }

// Date is the day that is open, YYYY-MM-DD.
func (x *Exchange) Date() string { return x.date }

// Factor is the units of to for one unit of from, num/den; ok is false where
// there is no rate on the day.
func (x *Exchange) Factor(from, to Currency) (num, den int64, ok bool) {
	if from == to && from != 0 {
		return 1, 1, true
	}
	if from == 0 || to == 0 || x.rates == nil {
		return 0, 0, false
	}
	for i := range x.known {
		if f := &x.known[i]; f.from == from && f.to == to {
			return f.num, f.den, f.ok
		}
	}
	num, den, ok = x.rates.Factor(from.String(), to.String(), x.date)
	x.known = append(x.known, factor{from, to, num, den, ok})
	return num, den, ok
}

// ConvertUp is an amount in another currency, rounded up to whole units; ok is
// false where there is no rate, the amount is unset, or the result is too large.
func (x *Exchange) ConvertUp(amount int64, from, to Currency) (int64, bool) {
	if amount < 0 {
		return 0, false
	}
	if from == to {
		return amount, true
	}
	if x.rates == nil {
		return 0, false
	}
	return x.rates.ConvertUp(amount, from.String(), to.String(), x.date)
}
