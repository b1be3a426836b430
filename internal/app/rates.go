package app

import (
	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/profile"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/store"
	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

// ratesOf are the exchange rates as a transaction leaves them so far.
func (a *App) ratesOf(t *record.Tx) (*taxonomy.Rates, error) {
	if !t.Wrote(store.KindExchangeRates) {
		return a.Rates(), nil
	}
	return a.StoredRates(t)
}

// resettle writes the organizations again whose size class is another by the rates
// that the transaction wrote. It reads all organizations, but only where a rate of
// today changed.
func (a *App) resettle(t *record.Tx) error {
	if !t.Wrote(store.KindExchangeRates) {
		return nil
	}
	rates, err := a.ratesOf(t)
	if err != nil {
		return err
	}
	today := a.Today()
	changed := changedRates(a.Rates().On(today), rates.On(today))
	if len(changed) == 0 {
		return nil
	}
	var stale []*maecenasv1.Organization
	err = t.List(store.KindOrganization, store.ListOptions{}, func(_ store.Cursor, rec store.Record) (bool, error) {
		o, ok := rec.(*maecenasv1.Organization)
		if !ok || !changed[o.GetFinancials().GetCurrencyCode()] {
			return true, nil
		}
		if size := profile.SizeClass(o.GetFinancials(), rates, today); size != o.GetSizeClass() {
			o.SizeClass = size
			stale = append(stale, o)
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	for _, o := range stale {
		if err := t.Put(o, o.GetCreateTime()); err != nil {
			return err
		}
	}
	return nil
}

// changedRates are the currencies whose rate is another, or there only before or after.
func changedRates(before, after []taxonomy.Quote) map[string]bool {
	units := map[string]string{}
	for _, q := range before {
		units[q.Currency] = q.UnitsPerEuro
	}
	changed := map[string]bool{}
	for _, q := range after {
		if units[q.Currency] != q.UnitsPerEuro {
			changed[q.Currency] = true
		}
		delete(units, q.Currency)
	}
	for currency := range units {
		changed[currency] = true
	}
	return changed
}

// rates holds the index's exchange rates against the stored ones.
func (v *verifier) rates(r store.Reader) error {
	stored, err := v.app.StoredRates(r)
	if err != nil {
		return err
	}
	if !v.snapshot.Rates().Equal(stored) {
		v.report("index", "has other exchange rates than the store")
	}
	return nil
}
