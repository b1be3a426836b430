package app

import (
	"context"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// What callers see of each kind. A record below an organization or investor that
// does not exist for a caller does not exist either.

// Known answers RESOURCE_NOT_FOUND where an object does not exist for the caller, be
// it that there is none or that the caller may not know of it.
func (a *App) Known(ctx context.Context, name string) error {
	if name == auth.Installation {
		return nil
	}
	return a.keeper.Look(ctx, 0, func(e *record.Eyes) error {
		kind, err := store.KindOfName(name)
		if err != nil {
			return fault.NotFound(name)
		}
		switch kind {
		case store.KindOrganization:
			_, err = a.Organizations.Seen(e, name)
		case store.KindCanvas:
			_, err = a.Canvases.Seen(e, name)
		case store.KindNeed:
			_, err = a.Needs.Seen(e, name)
		case store.KindInvestor:
			_, err = a.Investors.Seen(e, name)
		case store.KindMandate:
			_, err = a.Mandates.Seen(e, name)
		case store.KindDeal:
			_, err = a.Deals.Seen(e, name)
		case store.KindExchangeRates:
			_, err = a.ExchangeRates.Seen(e, name)
		default:
			err = knownBetween(e, kind, name)
		}
		return err
	})
}

func showOrganization(e *record.Eyes, o *maecenasv1.Organization) (*maecenasv1.Organization, bool, error) {
	view, ok := e.Organization(o)
	if !ok {
		return o, false, nil
	}
	return view.Organization(o), true, nil
}

func showCanvas(e *record.Eyes, c *maecenasv1.Canvas) (*maecenasv1.Canvas, bool, error) {
	o, view, ok, err := e.OrganizationOf(c.GetName())
	if !ok || err != nil {
		return c, false, err
	}
	seen := view.Canvas(c, o)
	return seen, seen != nil, nil
}

// showNeed: others see needs that are open, and those introduced also what became
// of them.
func showNeed(e *record.Eyes, n *maecenasv1.Need) (*maecenasv1.Need, bool, error) {
	o, view, ok, err := e.OrganizationOf(n.GetName())
	if !ok || err != nil {
		return n, false, err
	}
	switch {
	case view == auth.Owner, n.GetState() == maecenasv1.Need_OPEN:
	case view == auth.Introduced && n.GetState() != maecenasv1.Need_DRAFT && n.GetState() != maecenasv1.Need_STATE_UNSPECIFIED:
	default:
		return n, false, nil
	}
	return view.Need(n, o), true, nil
}

// showRevision and showAssessment: the past is for an organization's own people.
func showRevision(e *record.Eyes, c *maecenasv1.CanvasRevision) (*maecenasv1.CanvasRevision, bool, error) {
	return c, e.Caller.RoleOn(c.GetName()) >= auth.RoleViewer, nil
}

func showAssessment(e *record.Eyes, a *maecenasv1.Assessment) (*maecenasv1.Assessment, bool, error) {
	return a, e.Caller.RoleOn(a.GetName()) >= auth.RoleViewer, nil
}

func showInvestor(e *record.Eyes, i *maecenasv1.Investor) (*maecenasv1.Investor, bool, error) {
	view, ok := e.Investor(i)
	return view.Investor(i), ok, nil
}

func showMandate(e *record.Eyes, m *maecenasv1.Mandate) (*maecenasv1.Mandate, bool, error) {
	_, view, ok, err := e.InvestorOf(m.GetName())
	if !ok || err != nil {
		return m, false, err
	}
	seen := view.Mandate(m)
	if seen == nil || view == auth.Owner || len(seen.GetIncompatibleMandates()) == 0 {
		return seen, seen != nil, nil
	}
	seen.IncompatibleMandates, err = publicMandates(e, seen.GetIncompatibleMandates())
	return seen, true, err
}

// publicMandates are those of a list that exist for the caller.
func publicMandates(e *record.Eyes, names []string) ([]string, error) {
	var public []string
	for _, name := range names {
		m := &maecenasv1.Mandate{}
		if err := fault.Optional(e.Get(name, m)); err != nil {
			return nil, err
		}
		_, view, ok, err := e.InvestorOf(name)
		if err != nil {
			return nil, err
		}
		if ok && m.GetName() != "" && view.Mandate(m) != nil {
			public = append(public, name)
		}
	}
	return public, nil
}

// showDeal: which organization was funded is told to others where both sides agreed to
// publish it, as they do of what came of an introduction, or it tells so itself.
func showDeal(e *record.Eyes, d *maecenasv1.Deal) (*maecenasv1.Deal, bool, error) {
	_, view, ok, err := e.InvestorOf(d.GetName())
	if !ok || err != nil {
		return d, false, err
	}
	seen := view.Deal(d)
	if seen == nil || view == auth.Owner || seen.GetOrigin() == maecenasv1.Deal_INTRODUCTION {
		return seen, seen != nil, nil
	}
	named := false
	if seen.GetOrganization() != "" {
		o, of, exists, err := e.OrganizationOf(seen.GetOrganization())
		if err != nil {
			return seen, false, err
		}
		named = exists && of.NamesFunded(o)
	}
	if !named { // alike, whether it named one or not
		seen.Organization, seen.Snapshot = "", auth.Unnamed(seen.GetSnapshot())
	}
	return seen, true, nil
}

// showRates: exchange rates are for everybody who has signed in.
func showRates(e *record.Eyes, r *maecenasv1.ExchangeRates) (*maecenasv1.ExchangeRates, bool, error) {
	return r, e.Caller.Name != "", nil
}
