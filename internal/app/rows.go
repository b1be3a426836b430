package app

import (
	"context"
	"errors"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/assess"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/index"
	"github.com/maecenas-cci/maecenas/internal/match"
	"github.com/maecenas-cci/maecenas/internal/resource"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// The index is derived: its rows are made here and nowhere else, of nothing but
// what investors may see.

// profile is what all needs of an organization share.
type profile struct {
	organization *maecenasv1.Organization // as it is
	seen         *maecenasv1.Organization // as investors see it
	canvas       *maecenasv1.Canvas       // as investors see it
	shown        *maecenasv1.Organization_Disclosure
	assessment   *maecenasv1.Assessment // over what is disclosed
}

func (a *App) profileOf(o *maecenasv1.Organization, c *maecenasv1.Canvas) profile {
	seen := auth.Investor.Profile(o)
	seen.SizeClass = a.sizeClass(seen.GetFinancials())
	return profile{
		organization: o, seen: seen, canvas: auth.Investor.Canvas(c, o), shown: auth.Shown(o),
		assessment: assess.Assess(facts(o, c, maecenasv1.Assessment_DISCLOSED)),
	}
}

func (p profile) row(n *maecenasv1.Need) *match.Need {
	return match.NewNeed(match.NeedFacts{
		Need: auth.Investor.Need(n, p.organization), Organization: p.seen, Canvas: p.canvas,
		Assessment: p.assessment, Shown: p.shown,
		ExcludedInvestorTypes: p.organization.GetExcludedInvestorTypes(),
		ExcludedInvestors:     p.organization.GetExcludedInvestors(),
	})
}

// rows are the changes of the index that follow from the transaction.
func (t *tx) rows() (index.Batch, error) {
	var batch index.Batch
	for _, name := range t.gone {
		if resource.Valid(resource.Need, name) {
			batch.Needs = append(batch.Needs, index.NeedChange{Name: name})
		} else {
			batch.Mandates = append(batch.Mandates, index.MandateChange{Name: name})
		}
	}
	for _, name := range t.touched.names {
		var err error
		if resource.Valid(resource.Organization, name) {
			err = t.app.addNeeds(t, name, &batch)
		} else {
			err = t.app.addMandates(t, name, &batch)
		}
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return index.Batch{}, err
		}
	}
	return batch, nil
}

// addNeeds makes the rows of an organization's needs.
func (a *App) addNeeds(r store.Reader, organization string, batch *index.Batch) error {
	o, c, err := loadProfile(r, organization)
	if err != nil {
		return err
	}
	var side *profile
	return r.List(store.KindNeed, store.ListOptions{Parent: organization}, func(_ store.Cursor, rec store.Record) (bool, error) {
		if side == nil {
			made := a.profileOf(o, c)
			side = &made
		}
		if n, ok := rec.(*maecenasv1.Need); ok {
			batch.Needs = append(batch.Needs, index.NeedChange{Name: n.GetName(), Need: side.row(n)})
		}
		return true, nil
	})
}

// addMandates makes the rows of an investor's mandates.
func (a *App) addMandates(r store.Reader, investor string, batch *index.Batch) error {
	i, deals, err := loadInvestor(r, investor)
	if err != nil {
		return err
	}
	return r.List(store.KindMandate, store.ListOptions{Parent: investor}, func(_ store.Cursor, rec store.Record) (bool, error) {
		if m, ok := rec.(*maecenasv1.Mandate); ok {
			batch.Mandates = append(batch.Mandates, index.MandateChange{
				Name: m.GetName(), Mandate: match.NewMandate(match.MandateFacts{Mandate: m, Investor: i, Deals: deals}),
			})
		}
		return true, nil
	})
}

// loadInvestor reads an investor and its deals.
func loadInvestor(r store.Reader, name string) (*maecenasv1.Investor, []*maecenasv1.Deal, error) {
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

// rebuild makes the index from the store.
func (a *App) rebuild(ctx context.Context) error {
	return a.store.View(ctx, func(r store.Reader) error {
		var batch index.Batch
		for _, kind := range []store.Kind{store.KindOrganization, store.KindInvestor} {
			subjects := 0
			err := r.List(kind, store.ListOptions{}, func(_ store.Cursor, rec store.Record) (bool, error) {
				if subjects++; subjects%rebuildBatch == 0 {
					a.index.Apply(batch)
					batch = index.Batch{}
				}
				if kind == store.KindOrganization {
					return true, a.addNeeds(r, rec.GetName(), &batch)
				}
				return true, a.addMandates(r, rec.GetName(), &batch)
			})
			if err != nil {
				return err
			}
		}
		batch.Revision = r.Revision()
		a.apply(batch)
		return nil
	})
}
