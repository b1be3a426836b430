package account

import (
	"context"
	"errors"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/resource"
	"github.com/maecenas-cci/maecenas/internal/store"
	"github.com/maecenas-cci/maecenas/internal/validate"
)

func (a *Accounts) principalKind() record.Kind[*maecenasv1.Principal] {
	return record.Kind[*maecenasv1.Principal]{
		Store: store.KindPrincipal, Pattern: resource.Principal, Singular: "principal", Collection: "principals",
		New: func() *maecenasv1.Principal { return &maecenasv1.Principal{} },
		Show: func(e *record.Eyes, p *maecenasv1.Principal) (*maecenasv1.Principal, bool, error) {
			return p, e.Caller.RoleOn(p.GetName()) >= auth.RoleOwner, nil
		},
		Audit: auditPrincipal, Settle: a.settlePrincipal, Removed: a.principalRemoved,
		Children: []record.Child{
			{Kind: store.KindKeySecret, Derived: true},
			{Kind: store.KindApiKey, Derived: true},
			{Kind: store.KindSession, Derived: true},
			{Kind: store.KindCredential, Derived: true},
			{Kind: store.KindConsent, Derived: true},
		},
	}
}

// auditPrincipal writes the address in the form in which it is compared.
func auditPrincipal(audit *validate.Audit, p *maecenasv1.Principal) {
	p.Email = address(p.GetEmail())
	switch {
	case p.GetKind() == maecenasv1.Principal_PERSON && p.GetEmail() == "":
		audit.Violations = append(audit.Violations, validate.Violation{
			Field: "email", Reason: "required", Description: "must be set: a person signs in with it",
		})
	case p.GetKind() == maecenasv1.Principal_SERVICE_ACCOUNT && p.GetEmail() != "":
		audit.Violations = append(audit.Violations, validate.Violation{
			Field: "email", Reason: "excluded", Description: "must not be set: a service account calls with a key",
		})
	}
}

// address is an address as it is stored and looked for.
func address(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// settlePrincipal decides whether the caller may write what differs, and ends the
// sessions of who is disabled.
func (a *Accounts) settlePrincipal(t *record.Tx, p *maecenasv1.Principal) error {
	old := &maecenasv1.Principal{}
	err := t.Get(p.GetName(), old)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if old.GetName() == "" {
		if err := administrators(t.Caller, "only an administrator makes principals"); err != nil {
			return err
		}
		return a.unique(p)
	}
	if err := own(t.Caller, p.GetName()); err != nil {
		return err
	}
	if p.GetKind() != old.GetKind() {
		return fault.Invalid(fault.Violation{Field: "principal.kind", Reason: "immutable", Description: "cannot be changed"})
	}
	if !t.Caller.Administrator && !sameBut(old, p) {
		return fault.Denied("of yourself you may write the name and the language; the rest is for an administrator")
	}
	if err := a.unique(p); err != nil || !p.GetDisabled() || old.GetDisabled() {
		return err
	}
	if err := a.leavesAdministrator(t, p.GetName()); err != nil {
		return err
	}
	return endSessions(t, p.GetName(), "")
}

// unique answers RESOURCE_EXISTS to an address that another principal has. Only
// administrators come to see it, who may list everybody.
func (a *Accounts) unique(p *maecenasv1.Principal) error {
	holder := a.keeper.Directory().ByEmail(p.GetEmail())
	if p.GetEmail() == "" || holder == "" || holder == p.GetName() {
		return nil
	}
	return &fault.Error{
		Code: codes.AlreadyExists, Reason: maecenasv1.ErrorReason_RESOURCE_EXISTS,
		Message:    "principal.email: another principal has this address",
		Violations: []fault.Violation{{Field: "principal.email", Reason: "unique", Description: "another principal has this address"}},
	}
}

// sameBut answers whether two differ in nothing but what people write of themselves.
func sameBut(old, p *maecenasv1.Principal) bool {
	old = proto.CloneOf(old)
	old.DisplayName, old.LanguageCode = p.GetDisplayName(), p.GetLanguageCode()
	return proto.Equal(old, p)
}

func administrators(caller *auth.Principal, message string) error {
	if caller.Unbounded() {
		return nil
	}
	return fault.Denied(message)
}

// principalRemoved ends what others hold of a principal that is deleted.
func (a *Accounts) principalRemoved(t *record.Tx, name string) error {
	if err := administrators(t.Caller, "only an administrator deletes principals"); err != nil {
		return err
	}
	if err := a.leavesAdministrator(t, name); err != nil {
		return err
	}
	for _, m := range a.keeper.Directory().MembershipsOf(name) {
		if err := fault.Optional(t.Remove(store.KindMembership, m.GetName())); err != nil {
			return err
		}
	}
	return removeLinks(t, func(l *link) bool { return l.GetPrincipal() == name || l.GetGranter() == name })
}

// Named returns the principal of a name or of an address; RESOURCE_NOT_FOUND.
func (a *Accounts) Named(ctx context.Context, nameOrAddress string) (*maecenasv1.Principal, error) {
	name := nameOrAddress
	if strings.Contains(name, "@") {
		if name = a.keeper.Directory().ByEmail(address(nameOrAddress)); name == "" {
			return nil, fault.NotFound(validate.Printable(nameOrAddress))
		}
	}
	p, _, err := a.Principals.Get(ctx, name, 0)
	return p, err
}
