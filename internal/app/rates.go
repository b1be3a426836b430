package app

import (
	"strings"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/profile"
	"github.com/maecenas-cci/maecenas/internal/store"
	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

// checkName answers FIELD_INVALID where name is not one resource of the kind.
func (k kind[T]) checkName(field, name string) error {
	if err := fault.CheckName(field, k.pattern, name); err != nil || !k.dated {
		return err
	}
	return fault.CheckDate(field, name[strings.LastIndexByte(name, '/')+1:])
}

// exchange is what a transaction knows of the exchange rates it leaves.
type exchange struct {
	// written says that it wrote or deleted some.
	written bool
	// now are the rates after what it wrote; nil: not worked out since.
	now *taxonomy.Rates
}

// noteRates remembers that exchange rates were written or deleted.
func (t *tx) noteRates() { t.exchange = exchange{written: true} }

// rates are the exchange rates as the transaction leaves them so far.
func (t *tx) rates() (*taxonomy.Rates, error) {
	if !t.exchange.written {
		return t.app.Rates(), nil
	}
	if t.exchange.now == nil {
		rates, err := t.app.StoredRates(t)
		if err != nil {
			return nil, err
		}
		t.exchange.now = rates
	}
	return t.exchange.now, nil
}

// resettle writes the organizations again whose size class is another by the rates
// that the transaction wrote. It reads all organizations, but only where a rate of
// today changed.
func (t *tx) resettle() error {
	if !t.exchange.written {
		return nil
	}
	rates, err := t.rates()
	if err != nil {
		return err
	}
	today := t.app.Today()
	changed := changedRates(t.app.Rates().On(today), rates.On(today))
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
		if err := t.put(o, o.GetCreateTime()); err != nil {
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
