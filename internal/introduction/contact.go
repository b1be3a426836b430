package introduction

import (
	"context"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/resource"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// Contacts are whom to talk to on both sides: seen by their own people, and by the
// other side while an introduction is open, which is written to the audit log.
type Contacts struct {
	// Organizations and Investors write those of each side.
	Organizations *record.Collection[*maecenasv1.OrganizationContact]
	Investors     *record.Collection[*maecenasv1.InvestorContact]

	keeper *record.Keeper
}

func newContacts(k *record.Keeper) *Contacts {
	return &Contacts{
		keeper: k,
		Organizations: record.NewCollection(k, record.Kind[*maecenasv1.OrganizationContact]{
			Store: store.KindOrganizationContact, Pattern: store.KindOrganizationContact.Pattern(),
			Singular: "organizationContact", Parent: resource.Organization, Singleton: true,
			New: func() *maecenasv1.OrganizationContact { return &maecenasv1.OrganizationContact{} },
			Show: func(e *record.Eyes, c *maecenasv1.OrganizationContact) (*maecenasv1.OrganizationContact, bool, error) {
				seen, ok := e.OrganizationContact(c)
				return seen, ok, nil
			},
		}),
		Investors: record.NewCollection(k, record.Kind[*maecenasv1.InvestorContact]{
			Store: store.KindInvestorContact, Pattern: store.KindInvestorContact.Pattern(),
			Singular: "investorContact", Parent: resource.Investor, Singleton: true,
			New: func() *maecenasv1.InvestorContact { return &maecenasv1.InvestorContact{} },
			Show: func(e *record.Eyes, c *maecenasv1.InvestorContact) (*maecenasv1.InvestorContact, bool, error) {
				seen, ok := e.InvestorContact(c)
				return seen, ok, nil
			},
		}),
	}
}

// Organization reads whom to talk to at an organization, with the revision that was
// read. RESOURCE_NOT_FOUND: there is none, or the caller may not see it.
func (c *Contacts) Organization(ctx context.Context, name string, minRevision int64) (*maecenasv1.OrganizationContact, int64, error) {
	return look(ctx, c.keeper, c.Organizations, name, minRevision)
}

// Investor is Organization for an investor.
func (c *Contacts) Investor(ctx context.Context, name string, minRevision int64) (*maecenasv1.InvestorContact, int64, error) {
	return look(ctx, c.keeper, c.Investors, name, minRevision)
}

// look reads a contact; a look by others than its own people is in the audit log
// before it is answered.
func look[T record.Resource](ctx context.Context, k *record.Keeper, contacts *record.Collection[T], name string, minRevision int64) (T, int64, error) {
	seen, revision, err := contacts.Get(ctx, name, minRevision)
	if err == nil && !auth.FromContext(ctx).Belongs(name) && auth.Action(ctx) != "" {
		if err = k.Note(ctx, name); err != nil {
			var none T
			return none, 0, err
		}
	}
	return seen, revision, err
}
