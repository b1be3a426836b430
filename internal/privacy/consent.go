package privacy

import (
	"context"

	"google.golang.org/protobuf/types/known/timestamppb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/resource"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// consents are read by the person who gave them and, as the operator has to be able
// to show that they were given, by administrators.
var consents = record.Kind[*maecenasv1.Consent]{
	Store: store.KindConsent, Pattern: resource.Consent, Singular: "consent", Collection: "consents", Parent: resource.Principal,
	New: func() *maecenasv1.Consent { return &maecenasv1.Consent{} },
	Show: func(e *record.Eyes, c *maecenasv1.Consent) (*maecenasv1.Consent, bool, error) {
		return c, e.Caller.RoleOn(c.GetName()) >= auth.RoleViewer, nil
	},
	Refers: consentRefers,
	Settle: func(t *record.Tx, c *maecenasv1.Consent) error {
		if c.GetGiveTime() == nil {
			c.GiveTime = timestamppb.New(t.Now)
		}
		return nil
	},
}

// consentRefers answers REFERENCE_NOT_FOUND where what a consent concerns does not
// exist for who gives it.
func consentRefers(t *record.Tx, c *maecenasv1.Consent) error {
	if c.GetSubject() == "" {
		return nil
	}
	var ok bool
	var err error
	if resource.Valid(resource.Investor, c.GetSubject()) {
		_, _, ok, err = t.Eyes().InvestorOf(c.GetSubject())
	} else {
		_, _, ok, err = t.Eyes().OrganizationOf(c.GetSubject())
	}
	if err == nil && !ok {
		err = fault.ReferenceNotFound("consent.subject", c.GetSubject())
	}
	return err
}

// GiveConsent creates a consent of the caller, for nobody can agree for another:
// below everybody else, administrators included, it answers RESOURCE_NOT_FOUND.
// Other errors as of [record.Collection.Create].
func (p *Privacy) GiveConsent(ctx context.Context, creation record.Creation[*maecenasv1.Consent]) (*maecenasv1.Consent, int64, error) {
	if err := fault.CheckName("parent", resource.Principal, creation.Parent); err != nil {
		return nil, 0, err
	}
	caller := auth.FromContext(ctx)
	if caller.Name != creation.Parent || caller.RoleOn(creation.Parent) < auth.RoleOwner {
		return nil, 0, fault.NotFound(creation.Parent)
	}
	return p.Consents.Create(ctx, creation)
}

// WithdrawConsent ends a consent, and returns it with the revision that was
// committed. That it was given stays known, until its retention is over. One that
// was withdrawn before stays as it is. RESOURCE_NOT_FOUND, ETAG_STALE.
func (p *Privacy) WithdrawConsent(ctx context.Context, name, etag string, intent record.Intent) (*maecenasv1.Consent, int64, error) {
	if err := fault.CheckName("name", resource.Consent, name); err != nil {
		return nil, 0, err
	}
	var consent *maecenasv1.Consent
	_, replayed, revision, err := p.keeper.Once(ctx, intent, func(t *record.Tx) (string, error) {
		var err error
		if consent, err = p.Consents.Seen(t.Eyes(), name); err != nil {
			return "", err
		}
		if etag != "" && etag != consent.GetEtag() {
			return "", fault.StaleEtag(name, consent.GetEtag())
		}
		if consent.GetWithdrawTime() != nil {
			return name, nil
		}
		consent.WithdrawTime = timestamppb.New(t.Now)
		return name, t.Put(consent, consent.GetCreateTime())
	})
	if err == nil && replayed {
		consent, _, err = p.Consents.Get(ctx, name, 0)
	}
	if err != nil {
		return nil, 0, err
	}
	return consent, revision, nil
}
