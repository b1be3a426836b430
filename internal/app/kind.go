package app

import (
	"fmt"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/introduction"
	"github.com/maecenas-cci/maecenas/internal/profile"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/resource"
	"github.com/maecenas-cci/maecenas/internal/store"
	"github.com/maecenas-cci/maecenas/internal/validate"
)

// collect makes the collections.
func (a *App) collect() {
	a.Organizations = record.NewCollection(a.keeper, record.Kind[*maecenasv1.Organization]{
		Store: store.KindOrganization, Pattern: resource.Organization, Singular: "organization", Collection: "organizations",
		New: newOf[maecenasv1.Organization], Show: showOrganization, Audit: (*validate.Audit).Organization, Attested: (*validate.Audit).AttestedOrganization, Created: own[*maecenasv1.Organization], Removed: part, Settle: a.settleOrganization,
		Refers: organizationRefers,
		Children: []record.Child{
			{Kind: store.KindNeed},
			{Kind: store.KindAssessment, Derived: true},
			{Kind: store.KindCanvasRevision, Derived: true},
			{Kind: store.KindCanvas, Derived: true},
			{Kind: store.KindOrganizationContact, Derived: true},
			{Kind: store.KindAttestation, Derived: true},
			{Kind: store.KindOrganizationBookmark, Derived: true},
		},
	})
	a.Canvases = record.NewCollection(a.keeper, record.Kind[*maecenasv1.Canvas]{
		Store: store.KindCanvas, Pattern: resource.Canvas, Singular: "canvas", Singleton: true,
		New: newOf[maecenasv1.Canvas], Show: showCanvas, Audit: (*validate.Audit).Canvas, Attested: (*validate.Audit).AttestedCanvas,
		Number: func(c *maecenasv1.Canvas) { c.Revision++ }, After: putRevision,
	})
	a.Needs = record.NewCollection(a.keeper, record.Kind[*maecenasv1.Need]{
		Store: store.KindNeed, Pattern: resource.Need, Singular: "need", Collection: "needs", Parent: resource.Organization,
		New: newOf[maecenasv1.Need], Show: showNeed, Audit: (*validate.Audit).Need, Removed: introduction.Forget,
	})
	a.Investors = record.NewCollection(a.keeper, record.Kind[*maecenasv1.Investor]{
		Store: store.KindInvestor, Pattern: resource.Investor, Singular: "investor", Collection: "investors",
		New: newOf[maecenasv1.Investor], Show: showInvestor, Audit: (*validate.Audit).Investor, Created: own[*maecenasv1.Investor], Removed: part, Settle: settleInvestor,
		Children: []record.Child{
			{Kind: store.KindMandate},
			{Kind: store.KindDeal},
			{Kind: store.KindInvestorContact, Derived: true},
			{Kind: store.KindInvestorBookmark, Derived: true},
		},
	})
	a.Mandates = record.NewCollection(a.keeper, record.Kind[*maecenasv1.Mandate]{
		Store: store.KindMandate, Pattern: resource.Mandate, Singular: "mandate", Collection: "mandates", Parent: resource.Investor,
		New: newOf[maecenasv1.Mandate], Show: showMandate, Audit: (*validate.Audit).Mandate, Refers: mandateRefers, Settle: settleMandate, Removed: introduction.Forget,
	})
	a.Deals = record.NewCollection(a.keeper, record.Kind[*maecenasv1.Deal]{
		Store: store.KindDeal, Pattern: resource.Deal, Singular: "deal", Collection: "deals", Parent: resource.Investor,
		New: newOf[maecenasv1.Deal], Show: showDeal, Audit: (*validate.Audit).Deal, Refers: dealRefers, Settle: settleDeal,
		Removed: introduction.ForgetDeal,
	})
	a.ExchangeRates = record.NewCollection(a.keeper, record.Kind[*maecenasv1.ExchangeRates]{
		Store: store.KindExchangeRates, Pattern: resource.ExchangeRates, Singular: "exchangeRates", Collection: "exchangeRates", Dated: true,
		New: newOf[maecenasv1.ExchangeRates], Show: showRates, Audit: (*validate.Audit).ExchangeRates,
	})
}

func newOf[M any]() *M { return new(M) }

// naturalPersons are the legal forms that EU law treats as natural persons.
var naturalPersons = map[maecenasv1.Organization_LegalForm]bool{
	maecenasv1.Organization_SOLE_TRADER:    true,
	maecenasv1.Organization_PARTNERSHIP:    true,
	maecenasv1.Organization_UNINCORPORATED: true,
}

func (a *App) settleOrganization(t *record.Tx, o *maecenasv1.Organization) error {
	o.NaturalPersonRegime = naturalPersons[o.GetLegalForm()]
	rates, err := a.ratesOf(t)
	if err != nil {
		return err
	}
	o.SizeClass = profile.SizeClass(o.GetFinancials(), rates, a.Today())
	return nil
}

// settleInvestor: who was verified was verified by this name, as this type of funder.
func settleInvestor(t *record.Tx, i *maecenasv1.Investor) error {
	old := &maecenasv1.Investor{}
	if err := fault.Optional(t.Get(i.GetName(), old)); err != nil {
		return err
	}
	if old.GetName() != "" && (old.GetDisplayName() != i.GetDisplayName() || old.GetType() != i.GetType()) {
		i.Verification = nil
	}
	if i.GetVerification() == nil {
		i.Verification = &maecenasv1.Investor_Verification{State: maecenasv1.Investor_Verification_UNVERIFIED}
	}
	return nil
}

// putRevision keeps the canvas as it was just written.
func putRevision(t *record.Tx, c *maecenasv1.Canvas) error {
	snapshot := proto.CloneOf(c)
	snapshot.ExternalIds = nil
	return t.Put(&maecenasv1.CanvasRevision{
		Name:     fmt.Sprintf("%s/revisions/%d", c.GetName(), c.GetRevision()),
		Snapshot: snapshot,
	}, timestamppb.New(t.Now))
}

// own makes whoever creates an organization or investor its owner, also who
// administers and creates it for others: it hands it on by inviting them, and leaves.
// Who works on a data folder is nobody who could be a member.
func own[T record.Resource](t *record.Tx, rec T) error {
	if t.Caller.UID == "" {
		return nil
	}
	id, err := t.ID("membership")
	if err != nil {
		return err
	}
	return t.Put(&maecenasv1.Membership{
		Name: "memberships/" + id, Member: t.Caller.Name, Resource: rec.GetName(),
		Role: maecenasv1.Membership_OWNER, Granter: t.Caller.Name,
	}, nil)
}

// disown ends the memberships of an organization or investor, and those that it
// has in others.
func disown(t *record.Tx, name string) error {
	directory := t.Keeper().Directory()
	for _, m := range append(directory.Members(name), directory.MembershipsOf(name)...) {
		if err := fault.Optional(t.Remove(store.KindMembership, m.GetName())); err != nil {
			return err
		}
	}
	return nil
}
