package matchmaker

import (
	"context"
	"errors"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/index"
	"github.com/maecenas-cci/maecenas/internal/match"
	"github.com/maecenas-cci/maecenas/internal/profile"
	"github.com/maecenas-cci/maecenas/internal/resource"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// The index is derived: its rows are made here and nowhere else, of nothing but
// what investors may see.

// Rows are the changes of the index that follow from a transaction: which
// organizations and investors it touched, and which needs and mandates are gone.
func (mk *Matchmaker) Rows(r store.Reader, touched, gone []string) (index.Batch, error) {
	var batch index.Batch
	for _, name := range gone {
		if resource.Valid(resource.Need, name) {
			batch.Needs = append(batch.Needs, index.NeedChange{Name: name})
		} else {
			batch.Mandates = append(batch.Mandates, index.MandateChange{Name: name})
		}
	}
	for _, name := range touched {
		var err error
		if resource.Valid(resource.Organization, name) {
			err = mk.addNeeds(r, name, &batch)
		} else {
			err = mk.addMandates(r, name, &batch)
		}
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return index.Batch{}, err
		}
	}
	return batch, nil
}

// addNeeds makes the rows of an organization's needs.
func (mk *Matchmaker) addNeeds(r store.Reader, organization string, batch *index.Batch) error {
	p, err := profile.Load(r, organization)
	if err != nil {
		return err
	}
	var side *profile.Disclosed
	return r.List(store.KindNeed, store.ListOptions{Parent: organization}, func(_ store.Cursor, rec store.Record) (bool, error) {
		if side == nil {
			made := p.Disclose(mk.Rates(), mk.Today())
			side = &made
		}
		if n, ok := rec.(*maecenasv1.Need); ok {
			batch.Needs = append(batch.Needs, index.NeedChange{Name: n.GetName(), Need: side.Row(n)})
		}
		return true, nil
	})
}

// addMandates makes the rows of an investor's mandates.
func (mk *Matchmaker) addMandates(r store.Reader, investor string, batch *index.Batch) error {
	i, deals, err := LoadInvestor(r, investor)
	if err != nil {
		return err
	}
	return r.List(store.KindMandate, store.ListOptions{Parent: investor}, func(_ store.Cursor, rec store.Record) (bool, error) {
		if m, ok := rec.(*maecenasv1.Mandate); ok {
			batch.Mandates = append(batch.Mandates, index.MandateChange{
				Name: m.GetName(), Mandate: match.NewMandate(match.MandateFacts{
					Mandate: m, Investor: i, Deals: deals, Learned: mk.lessons.Load().of(m, deals),
				}),
			})
		}
		return true, nil
	})
}

// LoadInvestor reads an investor and its deals.
func LoadInvestor(r store.Reader, name string) (*maecenasv1.Investor, []*maecenasv1.Deal, error) {
	i := &maecenasv1.Investor{}
	if err := r.Get(name, i); err != nil {
		return nil, nil, err
	}
	var deals []*maecenasv1.Deal
	err := r.List(store.KindDeal, store.ListOptions{Parent: name}, func(_ store.Cursor, rec store.Record) (bool, error) {
		if d, ok := rec.(*maecenasv1.Deal); ok {
			deals = append(deals, d)
		}
		return true, nil
	})
	return i, deals, err
}

// rebuildBatch is how many subjects' rows are published at once while the index is built.
const rebuildBatch = 4096

// Rebuild makes the index from the store.
func (mk *Matchmaker) Rebuild(ctx context.Context) error {
	return mk.store.View(ctx, func(r store.Reader) error {
		rates, err := mk.StoredRates(r)
		if err != nil {
			return err
		}
		batch := index.Batch{Rates: rates}
		if err := mk.each(r, store.KindOrganization, &batch, mk.addNeeds); err != nil {
			return err
		}
		// What is learned rests on the needs, and mandates on what is learned.
		mk.index.Apply(batch)
		if err := mk.Relearn(r); err != nil {
			return err
		}
		batch = index.Batch{Rates: rates}
		if err := mk.each(r, store.KindInvestor, &batch, mk.addMandates); err != nil {
			return err
		}
		batch.Revision = r.Revision()
		mk.Apply(batch)
		return nil
	})
}

// each makes the rows of every subject of a kind, and publishes them in between.
func (mk *Matchmaker) each(r store.Reader, kind store.Kind, batch *index.Batch, add func(store.Reader, string, *index.Batch) error) error {
	subjects := 0
	return r.List(kind, store.ListOptions{}, func(_ store.Cursor, rec store.Record) (bool, error) {
		if subjects++; subjects%rebuildBatch == 0 {
			mk.index.Apply(*batch)
			*batch = index.Batch{Rates: batch.Rates}
		}
		return true, add(r, rec.GetName(), batch)
	})
}
