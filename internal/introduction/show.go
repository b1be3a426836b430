package introduction

import (
	"slices"

	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/record"
)

// show is an introduction as the caller's side may see it, with the names of both
// sides and where the caller may take it; false: the caller is on neither side.
//
// The deal is the investor's alone until it is published. What the other side is
// called is shown while the introduction is open, while it has proposed itself, and
// else as far as it exists for the caller today.
func show(e *record.Eyes, i *maecenasv1.Introduction) (*maecenasv1.Introduction, bool, error) {
	own := sidesOf(e.Caller, i, auth.RoleViewer)
	if len(own) == 0 {
		return nil, false, nil
	}
	seen := proto.CloneOf(i)
	if err := nameOrganization(e, seen, own); err != nil {
		return nil, false, err
	}
	if err := nameInvestor(e, seen, own); err != nil {
		return nil, false, err
	}
	if !slices.Contains(own, maecenasv1.Introduction_INVESTOR) && i.GetDeal() != "" {
		deal := &maecenasv1.Deal{}
		if err := fault.Optional(e.Get(i.GetDeal(), deal)); err != nil {
			return nil, false, err
		}
		if !deal.GetPublished() {
			seen.Deal = ""
		}
	}
	if !e.Caller.ReadOnly {
		seen.NextStates = states(i, writes(e.Caller, i)...)
	}
	return seen, true, nil
}

// Shown is an introduction as the caller's side sees it now; nil: the caller is on
// neither side.
func Shown(e *record.Eyes, i *maecenasv1.Introduction) (*maecenasv1.Introduction, error) {
	seen, ok, err := show(e, i)
	if !ok || err != nil {
		return nil, err
	}
	return seen, nil
}

// toldOf answers whether a caller's sides are shown what the other is called whatever
// else they may see: it is their own, the introduction is open, or it proposed itself.
func toldOf(i *maecenasv1.Introduction, other side, own []side) bool {
	return slices.Contains(own, other) || auth.IntroductionOpen(i.GetState()) ||
		i.GetState() == maecenasv1.Introduction_PROPOSED && i.GetProposer() == other
}

func nameOrganization(e *record.Eyes, i *maecenasv1.Introduction, own []side) error {
	o, _, exists, err := e.OrganizationOf(i.GetNeed())
	if err != nil {
		return err
	}
	told := toldOf(i, maecenasv1.Introduction_ORGANIZATION, own)
	if !told && !exists {
		return nil
	}
	n := &maecenasv1.Need{}
	if err := fault.Optional(e.Get(i.GetNeed(), n)); err != nil {
		return err
	}
	i.OrganizationDisplayName = o.GetDisplayName()
	if told || n.GetState() == maecenasv1.Need_OPEN {
		i.NeedTitle = n.GetTitle()
	}
	return nil
}

func nameInvestor(e *record.Eyes, i *maecenasv1.Introduction, own []side) error {
	investor, _, exists, err := e.InvestorOf(i.GetMandate())
	if err != nil {
		return err
	}
	told := toldOf(i, maecenasv1.Introduction_INVESTOR, own)
	if !told && !exists {
		return nil
	}
	m := &maecenasv1.Mandate{}
	if err := fault.Optional(e.Get(i.GetMandate(), m)); err != nil {
		return err
	}
	i.InvestorDisplayName = investor.GetDisplayName()
	if told || m.GetState() == maecenasv1.Mandate_PUBLISHED {
		i.MandateTitle = m.GetTitle()
	}
	return nil
}
