package matchmaker

import (
	"context"
	"strings"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/store"
	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

// Rates are the exchange rates that the newest snapshot has.
func (mk *Matchmaker) Rates() *taxonomy.Rates {
	if rates := mk.Snapshot().Rates(); rates != nil {
		return rates
	}
	return mk.shipped // the index is being built
}

// StoredRates are the imported exchange rates of a store's state, laid over those
// that the program brings along: for a currency and a day the imported rate counts.
func (mk *Matchmaker) StoredRates(r store.Reader) (*taxonomy.Rates, error) {
	imported, err := importedRates(r)
	if err != nil {
		return nil, err
	}
	return imported.Over(mk.shipped), nil
}

func importedRates(r store.Reader) (*taxonomy.Rates, error) {
	var quotes []taxonomy.Quote
	err := r.List(store.KindExchangeRates, store.ListOptions{}, func(_ store.Cursor, rec store.Record) (bool, error) {
		if day, ok := rec.(*maecenasv1.ExchangeRates); ok {
			date := day.GetName()[strings.LastIndexByte(day.GetName(), '/')+1:]
			for currency, units := range day.GetRates() {
				quotes = append(quotes, taxonomy.Quote{Day: date, Currency: currency, UnitsPerEuro: units})
			}
		}
		return true, nil
	})
	if err != nil {
		return nil, err
	}
	return taxonomy.NewRates(quotes)
}

// EffectiveRates are the exchange rates that conversions of a day go by.
type EffectiveRates struct {
	// Rates are ascending by currency.
	Rates []EffectiveRate
	// Date is the day asked.
	Date string
	// Revision is what was read.
	Revision int64
}

// EffectiveRate is the latest rate of a currency not after a day.
type EffectiveRate struct {
	taxonomy.Quote
	// Imported says that it was, and was not brought along by the program.
	Imported bool
}

// LookupRates tells the exchange rates that conversions of a day go by; an empty date
// is today.
func (mk *Matchmaker) LookupRates(ctx context.Context, date string, minRevision int64) (EffectiveRates, error) {
	if err := mk.Await(ctx, minRevision); err != nil {
		return EffectiveRates{}, err
	}
	found := EffectiveRates{Date: mk.Day(date)}
	err := mk.View(ctx, func(r store.Reader) error {
		found.Revision, found.Rates = r.Revision(), nil
		imported, err := importedRates(r)
		if err != nil {
			return err
		}
		for _, quote := range imported.Over(mk.shipped).On(found.Date) {
			found.Rates = append(found.Rates, EffectiveRate{Quote: quote, Imported: imported.Has(quote.Currency, quote.Day)})
		}
		return nil
	})
	return found, err
}
