package introduction

import (
	"context"
	"errors"
	"time"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/profile"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/resource"
	"github.com/maecenas-cci/maecenas/internal/store"
	"github.com/maecenas-cci/maecenas/internal/validate"
)

// Request asks for a step of an introduction.
type Request struct {
	// Name is its resource name.
	Name string
	// Etag is the etag that was read; empty: whatever it is.
	Etag string
	// Action is what is done.
	Action Action
	// To is where Advance takes it.
	To maecenasv1.Introduction_State
	// Reason is why, for the other side to read.
	Reason string
	// Retract takes back that the deal be published.
	Retract bool
	// Funding is what was funded; it goes with FUNDED, which needs it.
	Funding *maecenasv1.Introduction_Funding
	// Intent is how it is meant.
	Intent record.Intent
}

// Act takes a step for the caller's side: of both, for the first that may.
// RESOURCE_NOT_FOUND, ETAG_STALE, INTRODUCTION_STEP_ILLEGAL, NOT_MATCHABLE,
// INVESTOR_UNVERIFIED and FIELD_INVALID say what hinders it.
func (s *Service) Act(ctx context.Context, request Request) (*maecenasv1.Introduction, int64, error) {
	return s.change(ctx, request, func(t *record.Tx, i *maecenasv1.Introduction, sides []side) error {
		by, to, ok := take(i, sides, request.Action, request.To)
		if !ok {
			return illegal(i, sides)
		}
		if err := s.verified(t, i, by, to); err != nil {
			return err
		}
		switch to {
		case maecenasv1.Introduction_MUTUAL:
			p, err := s.pair(t, i)
			if err == nil {
				err = p.acceptable(i.GetName())
			}
			if err != nil {
				return err
			}
		case maecenasv1.Introduction_DECLINED, maecenasv1.Introduction_WITHDRAWN:
			i.Reason = request.Reason
		case maecenasv1.Introduction_FUNDED:
			if err := s.fund(t, i, request.Funding); err != nil {
				return err
			}
		}
		advance(t, i, by, to, request.Reason)
		return nil
	})
}

// change reads an introduction that the caller may write, lets fn change it, and
// writes it.
func (s *Service) change(ctx context.Context, request Request, fn func(*record.Tx, *maecenasv1.Introduction, []side) error) (*maecenasv1.Introduction, int64, error) {
	if err := fault.CheckName("name", pattern, request.Name); err != nil {
		return nil, 0, err
	}
	if request.Funding != nil && request.To != maecenasv1.Introduction_FUNDED {
		return nil, 0, fault.Invalid(fault.Violation{Field: "funding", Reason: "unset", Description: "goes with FUNDED only"})
	}
	return s.write(ctx, request.Intent, func(t *record.Tx) (*maecenasv1.Introduction, error) {
		i := &maecenasv1.Introduction{}
		err := t.Get(request.Name, i)
		if errors.Is(err, store.ErrNotFound) || err == nil && len(sidesOf(t.Caller, i, auth.RoleViewer)) == 0 {
			return nil, fault.NotFound(request.Name)
		}
		if err != nil {
			return nil, err
		}
		sides := writes(t.Caller, i)
		if len(sides) == 0 {
			return nil, fault.Denied("a step is taken by who may write the need or the mandate")
		}
		if request.Etag != "" && request.Etag != i.GetEtag() {
			return nil, fault.StaleEtag(i.GetName(), i.GetEtag())
		}
		if err := fn(t, i, sides); err != nil {
			return nil, err
		}
		return i, t.Put(i, i.GetCreateTime())
	})
}

// fund makes the deal of what was funded, with what was known of the organization,
// for the investor's own people to see until both sides publish it. The need stays as
// its organization has it: it may be funded in part.
func (s *Service) fund(t *record.Tx, i *maecenasv1.Introduction, funding *maecenasv1.Introduction_Funding) error {
	if funding == nil {
		return fault.Invalid(fault.Violation{Field: "funding", Reason: "required", Description: "must be set for FUNDED"})
	}
	p, err := s.pair(t, i)
	if err != nil {
		return err
	}
	o := &maecenasv1.Organization{}
	if err := t.Get(resource.Subject(i.GetNeed()), o); err != nil {
		return err
	}
	id, err := t.ID("deal")
	if err != nil {
		return err
	}
	deal := &maecenasv1.Deal{
		Name:         resource.Subject(i.GetMandate()) + "/deals/" + id,
		Organization: o.GetName(), Snapshot: profile.Snapshot(o), Date: funding.GetDate(), Instrument: funding.GetInstrument(),
		Amount: funding.Amount, CurrencyCode: funding.GetCurrencyCode(), Stage: p.need.GetStage(), RoundNumber: p.need.RoundNumber,
		Origin: maecenasv1.Deal_INTRODUCTION,
	}
	wrong := s.keeper.Rules().Record("funding", deal, func(a *validate.Audit) { a.Deal(deal) })
	if funding.GetDate() > t.Now.Format(time.DateOnly) {
		wrong = append(wrong, fault.Violation{Field: "funding.date", Reason: "future", Description: "must not be after today"})
	}
	if len(wrong) > 0 {
		return fault.Invalid(wrong...)
	}
	i.Deal = deal.GetName()
	i.Funding = &maecenasv1.Introduction_Funding{
		Date: deal.GetDate(), Instrument: deal.GetInstrument(), Amount: deal.Amount, CurrencyCode: deal.GetCurrencyCode(),
	}
	return t.Put(deal, nil)
}
