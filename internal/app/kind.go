package app

import (
	"errors"
	"fmt"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/patch"
	"github.com/maecenas-cci/maecenas/internal/profile"
	"github.com/maecenas-cci/maecenas/internal/resource"
	"github.com/maecenas-cci/maecenas/internal/store"
	"github.com/maecenas-cci/maecenas/internal/validate"
)

// kind is what the standard methods need to know of one kind of resource.
type kind[T Resource] struct {
	store      store.Kind
	pattern    string
	singular   string // its field in requests
	collection string // the segment before its id
	parent     string // the pattern of its parent; empty at the top
	singleton  bool   // there is one of each parent, without an id of its own
	dated      bool   // its id is a day, YYYY-MM-DD
	new        func() T
	children   []child

	// audit checks and completes what the schema's rules cannot.
	audit func(a *validate.Audit, rec T)
	// attested checks that the record claims no third party's evidence that old
	// does not have; nil: it carries none.
	attested func(a *validate.Audit, rec, old T)
	// refers checks references in single writes; nil: there are none.
	refers func(t *tx, rec T) error
	// settle sets what the server computes, and checks references; nil: nothing.
	settle func(t *tx, rec T) error
	// number counts a version that is about to be written; nil: there is no count.
	number func(rec T)
	// after writes what goes with a record that was written; nil: nothing.
	after func(t *tx, rec T) error
}

// child is a kind of record below another.
type child struct {
	kind store.Kind
	// derived is true for what the server made.
	derived bool
}

// check completes rec and answers FIELD_INVALID with all that is wrong with it.
func (c *Collection[T]) check(rec, old T) error {
	return c.examine(rec, old, false)
}

// examine is check, which may let evidence of third parties pass.
func (c *Collection[T]) examine(rec, old T, trusted bool) error {
	violations := c.app.rules.Record(c.kind.singular, rec, func(a *validate.Audit) {
		c.kind.audit(a, rec)
		if c.kind.attested != nil && !trusted {
			c.kind.attested(a, rec, old)
		}
	})
	if len(violations) > 0 {
		return fault.Invalid(violations...)
	}
	return nil
}

func (k kind[T]) refer(t *tx, rec T) error {
	if k.refers == nil {
		return nil
	}
	return k.refers(t, rec)
}

// checkMask answers FIELD_INVALID where the mask names what cannot be written by itself.
func (k kind[T]) checkMask(mask *fieldmaskpb.FieldMask) error {
	paths, problems := patch.Problems(k.new().ProtoReflect().Descriptor(), mask)
	var violations []fault.Violation
	for i, path := range paths {
		violations = append(violations, fault.Violation{
			Field: "updateMask", Reason: "field_mask", Description: validate.Printable(path) + " " + problems[i],
		})
	}
	if len(violations) > 0 {
		return fault.Invalid(violations...)
	}
	return nil
}

// collect makes the collections.
func (a *App) collect() {
	a.Organizations = collection(a, kind[*maecenasv1.Organization]{
		store: store.KindOrganization, pattern: resource.Organization, singular: "organization", collection: "organizations",
		new: newOf[maecenasv1.Organization], audit: (*validate.Audit).Organization, attested: (*validate.Audit).AttestedOrganization, settle: settleOrganization,
		refers: organizationRefers,
		children: []child{
			{kind: store.KindNeed},
			{kind: store.KindAssessment, derived: true},
			{kind: store.KindCanvasRevision, derived: true},
			{kind: store.KindCanvas, derived: true},
		},
	})
	a.Canvases = collection(a, kind[*maecenasv1.Canvas]{
		store: store.KindCanvas, pattern: resource.Canvas, singular: "canvas", singleton: true,
		new: newOf[maecenasv1.Canvas], audit: (*validate.Audit).Canvas, attested: (*validate.Audit).AttestedCanvas,
		number: func(c *maecenasv1.Canvas) { c.Revision++ }, after: putRevision,
	})
	a.Needs = collection(a, kind[*maecenasv1.Need]{
		store: store.KindNeed, pattern: resource.Need, singular: "need", collection: "needs", parent: resource.Organization,
		new: newOf[maecenasv1.Need], audit: (*validate.Audit).Need,
	})
	a.Investors = collection(a, kind[*maecenasv1.Investor]{
		store: store.KindInvestor, pattern: resource.Investor, singular: "investor", collection: "investors",
		new: newOf[maecenasv1.Investor], audit: (*validate.Audit).Investor, settle: settleInvestor,
		children: []child{{kind: store.KindMandate}, {kind: store.KindDeal}},
	})
	a.Mandates = collection(a, kind[*maecenasv1.Mandate]{
		store: store.KindMandate, pattern: resource.Mandate, singular: "mandate", collection: "mandates", parent: resource.Investor,
		new: newOf[maecenasv1.Mandate], audit: (*validate.Audit).Mandate, refers: mandateRefers, settle: settleMandate,
	})
	a.Deals = collection(a, kind[*maecenasv1.Deal]{
		store: store.KindDeal, pattern: resource.Deal, singular: "deal", collection: "deals", parent: resource.Investor,
		new: newOf[maecenasv1.Deal], audit: (*validate.Audit).Deal, settle: settleDeal,
	})
	a.ExchangeRates = collection(a, kind[*maecenasv1.ExchangeRates]{
		store: store.KindExchangeRates, pattern: resource.ExchangeRates, singular: "exchangeRates", collection: "exchangeRates", dated: true,
		new: newOf[maecenasv1.ExchangeRates], audit: (*validate.Audit).ExchangeRates,
	})
}

func collection[T Resource](a *App, k kind[T]) *Collection[T] { return &Collection[T]{app: a, kind: k} }

func newOf[M any]() *M { return new(M) }

// naturalPersons are the legal forms that EU law treats as natural persons.
var naturalPersons = map[maecenasv1.Organization_LegalForm]bool{
	maecenasv1.Organization_SOLE_TRADER:    true,
	maecenasv1.Organization_PARTNERSHIP:    true,
	maecenasv1.Organization_UNINCORPORATED: true,
}

func settleOrganization(t *tx, o *maecenasv1.Organization) error {
	o.NaturalPersonRegime = naturalPersons[o.GetLegalForm()]
	rates, err := t.rates()
	if err != nil {
		return err
	}
	o.SizeClass = profile.SizeClass(o.GetFinancials(), rates, t.app.Today())
	return nil
}

// organizationRefers and mandateRefers check references that a file may make
// before what it refers to, and so only single writes are held to.
func organizationRefers(t *tx, o *maecenasv1.Organization) error {
	for i, funding := range o.GetPriorFunding() {
		if funding.GetInvestor() == "" {
			continue
		}
		field := fmt.Sprintf("organization.priorFunding[%d].investor", i)
		if err := t.refers(field, funding.GetInvestor(), &maecenasv1.Investor{}); err != nil {
			return err
		}
	}
	for i, name := range o.GetExcludedInvestors() {
		field := fmt.Sprintf("organization.excludedInvestors[%d]", i)
		if err := t.refers(field, name, &maecenasv1.Investor{}); err != nil {
			return err
		}
	}
	return nil
}

func mandateRefers(t *tx, m *maecenasv1.Mandate) error {
	for i, name := range m.GetIncompatibleMandates() {
		field := fmt.Sprintf("mandate.incompatibleMandates[%d]", i)
		if err := t.refers(field, name, &maecenasv1.Mandate{}); err != nil {
			return err
		}
	}
	return nil
}

// refers answers REFERENCE_NOT_FOUND where there is no such record.
func (t *tx) refers(field, name string, into store.Record) error {
	err := t.Get(name, into)
	if errors.Is(err, store.ErrNotFound) {
		return fault.ReferenceNotFound(field, name)
	}
	return err
}

func settleInvestor(_ *tx, i *maecenasv1.Investor) error {
	if i.GetVerification() == nil {
		i.Verification = &maecenasv1.Investor_Verification{State: maecenasv1.Investor_Verification_UNVERIFIED}
	}
	return nil
}

// settleDeal takes the snapshot of the organization that a deal names, so that
// the deal tells what was true when it was made.
func settleDeal(t *tx, d *maecenasv1.Deal) error {
	if d.GetOrganization() == "" {
		return nil
	}
	o := &maecenasv1.Organization{}
	if err := t.refers("deal.organization", d.GetOrganization(), o); err != nil {
		return err
	}
	if d.GetSnapshot() == nil {
		d.Snapshot = &maecenasv1.Deal_Snapshot{
			Place: o.GetPlace(), Activities: o.GetActivities(), CulturalDomains: o.GetCulturalDomains(),
		}
	}
	return nil
}

// putRevision keeps the canvas as it was just written.
func putRevision(t *tx, c *maecenasv1.Canvas) error {
	snapshot := proto.CloneOf(c)
	snapshot.ExternalIds = nil
	return t.put(&maecenasv1.CanvasRevision{
		Name:     fmt.Sprintf("%s/revisions/%d", c.GetName(), c.GetRevision()),
		Snapshot: snapshot,
	}, timestamppb.New(t.now))
}
