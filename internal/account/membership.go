package account

import (
	"context"
	"errors"
	"slices"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/resource"
	"github.com/maecenas-cci/maecenas/internal/store"
	"github.com/maecenas-cci/maecenas/internal/validate"
)

func (a *Accounts) membershipKind() record.Kind[*maecenasv1.Membership] {
	return record.Kind[*maecenasv1.Membership]{
		Store: store.KindMembership, Pattern: store.KindMembership.Pattern(), Singular: "membership", Collection: "memberships",
		New:  func() *maecenasv1.Membership { return &maecenasv1.Membership{} },
		Show: showMembership, Audit: auditMembership, Settle: a.settleMembership, Removed: a.membershipRemoved,
	}
}

// showMembership: its member, the owners of the resource, and those who act for an
// organization that is the member.
func showMembership(e *record.Eyes, m *maecenasv1.Membership) (*maecenasv1.Membership, bool, error) {
	if !maySee(e.Caller, m) {
		return m, false, nil
	}
	seen := proto.CloneOf(m)
	var err error
	if resource.Valid(resource.Organization, m.GetMember()) {
		o := &maecenasv1.Organization{}
		err = e.Get(m.GetMember(), o)
		seen.MemberDisplayName = o.GetDisplayName()
	} else {
		p := &maecenasv1.Principal{}
		err = e.Get(m.GetMember(), p)
		seen.MemberDisplayName = p.GetDisplayName()
	}
	return seen, true, fault.Optional(err)
}

// maySee: who may not act for an agency does not learn for whom it acts, since these need
// not be listed.
func maySee(caller *auth.Principal, m *maecenasv1.Membership) bool {
	return caller.RoleOn(m.GetResource()) >= auth.RoleOwner || caller.RoleOn(m.GetMember()) >= auth.RoleEditor
}

// grantable are the roles that there are in what begins with a name.
func grantable(of string) []maecenasv1.Membership_Role {
	if of == auth.Installation {
		return []maecenasv1.Membership_Role{
			maecenasv1.Membership_VERIFIER, maecenasv1.Membership_AUDITOR, maecenasv1.Membership_ADMINISTRATOR,
		}
	}
	return []maecenasv1.Membership_Role{maecenasv1.Membership_VIEWER, maecenasv1.Membership_EDITOR, maecenasv1.Membership_OWNER}
}

func auditMembership(audit *validate.Audit, m *maecenasv1.Membership) {
	add := func(field, reason, description string) {
		audit.Violations = append(audit.Violations, validate.Violation{Field: field, Reason: reason, Description: description})
	}
	if m.GetRole() != maecenasv1.Membership_ROLE_UNSPECIFIED && !slices.Contains(grantable(m.GetResource()), m.GetRole()) {
		add("role", "role", "is not a role of "+validate.Printable(m.GetResource()))
	}
	if resource.Valid(resource.Organization, m.GetMember()) {
		switch {
		case !resource.Valid(resource.Organization, m.GetResource()):
			add("member", "member", "must be a principal: an organization acts for organizations alone")
		case m.GetMember() == m.GetResource():
			add("member", "member", "is the resource itself")
		}
	}
}

// settleMembership decides whether the caller may grant or change it.
func (a *Accounts) settleMembership(t *record.Tx, m *maecenasv1.Membership) error {
	old := &maecenasv1.Membership{}
	err := t.Get(m.GetName(), old)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if old.GetName() == "" {
		return a.grant(t, m)
	}
	if m.GetMember() != old.GetMember() || m.GetResource() != old.GetResource() {
		return fault.Invalid(fault.Violation{Field: "membership.resource", Reason: "immutable", Description: "member and resource cannot be changed"})
	}
	if t.Caller.RoleOn(m.GetResource()) < auth.RoleOwner {
		return fault.Denied("only owners of " + m.GetResource() + " change its memberships")
	}
	if m.GetRole() != old.GetRole() || m.GetExpireTime() != nil {
		if err := checkEnd(t, m); err != nil {
			return err
		}
		return a.leavesSomebody(t, old)
	}
	return nil
}

// grant checks a membership that is new, but for what a file may say.
func (a *Accounts) grant(t *record.Tx, m *maecenasv1.Membership) error {
	if t.Caller.RoleOn(m.GetResource()) < auth.RoleOwner {
		return fault.Denied("only owners of " + m.GetResource() + " grant roles on it")
	}
	if err := checkEnd(t, m); err != nil {
		return err
	}
	if err := subjectOf(t, m.GetResource()); err != nil {
		return err
	}
	if err := a.memberOf(t, m); err != nil {
		return err
	}
	for _, other := range a.keeper.Directory().Members(m.GetResource()) {
		if other.GetMember() == m.GetMember() {
			e := fault.Exists(other.GetName())
			e.Message = m.GetMember() + " has a role there already: change " + other.GetName()
			return e
		}
	}
	m.Granter = t.Caller.Name
	accept(t, m)
	return nil
}

// accept marks a membership whose member is an organization as accepted, where the
// caller owns that: it makes its people act for another, and so they have to agree.
func accept(t *record.Tx, m *maecenasv1.Membership) {
	if resource.Valid(resource.Organization, m.GetMember()) && t.Caller.RoleOn(m.GetMember()) >= auth.RoleOwner {
		m.AcceptTime = timestamppb.New(t.Now)
	}
}

// Acceptance asks to accept a membership.
type Acceptance struct {
	// Name is the membership's.
	Name string
	// Etag is the etag that was read; empty: whatever it is.
	Etag string
	// Intent is how it is meant.
	Intent record.Intent
}

// AcceptMembership accepts one whose member is an organization, for its owners; once
// more it changes nothing. RESOURCE_NOT_FOUND, PERMISSION_DENIED, ETAG_STALE,
// FIELD_INVALID where the member is a principal.
func (a *Accounts) AcceptMembership(ctx context.Context, acceptance Acceptance) (*maecenasv1.Membership, int64, error) {
	if err := fault.CheckName("name", store.KindMembership.Pattern(), acceptance.Name); err != nil {
		return nil, 0, err
	}
	var m *maecenasv1.Membership
	_, replayed, revision, err := a.keeper.Once(ctx, acceptance.Intent, func(t *record.Tx) (name string, err error) {
		if m, err = a.Memberships.Load(t, acceptance.Name); err != nil {
			return "", err
		}
		if err = accepted(t, m, acceptance); err != nil {
			return "", err
		}
		m, _, err = showMembership(t.Eyes(), m)
		return acceptance.Name, err
	})
	if err == nil && replayed {
		m, _, err = a.Memberships.Get(ctx, acceptance.Name, 0)
	}
	if err != nil {
		return nil, 0, err
	}
	return m, revision, nil
}

func accepted(t *record.Tx, m *maecenasv1.Membership, acceptance Acceptance) error {
	switch {
	case !maySee(t.Caller, m):
		return fault.NotFound(acceptance.Name)
	case !resource.Valid(resource.Organization, m.GetMember()):
		return fault.Invalid(fault.Violation{Field: "name", Reason: "member", Description: "has a principal as its member, who need not accept it"})
	case t.Caller.RoleOn(m.GetMember()) < auth.RoleOwner:
		return fault.Denied("only owners of " + m.GetMember() + " accept it")
	case acceptance.Etag != "" && acceptance.Etag != m.GetEtag():
		return fault.StaleEtag(acceptance.Name, m.GetEtag())
	case m.GetAcceptTime() != nil:
		return nil
	}
	accept(t, m)
	return t.Put(m, m.GetCreateTime())
}

func checkEnd(t *record.Tx, m *maecenasv1.Membership) error {
	if m.GetExpireTime() == nil || m.GetExpireTime().AsTime().After(t.Now) {
		return nil
	}
	return fault.Invalid(fault.Violation{Field: "membership.expireTime", Reason: "future", Description: "must be in the future"})
}

// subjectOf answers REFERENCE_NOT_FOUND where there is nothing to be a member of.
func subjectOf(t *record.Tx, name string) error {
	if name == auth.Installation {
		return nil
	}
	return missing("membership.resource", name, record.SubjectExists(t, name))
}

// missing tells of a missing record as of a reference that leads nowhere.
func missing(field, name string, err error) error {
	var own *fault.Error
	if errors.As(err, &own) && own.Code == codes.NotFound {
		return fault.ReferenceNotFound(field, name)
	}
	return err
}

// memberOf answers REFERENCE_NOT_FOUND where there is no such member, or none that
// the caller may know of: of organizations those that are listed, of principals
// those who are members of something that the caller owns. Others are invited, and
// consent by using the link.
func (a *Accounts) memberOf(t *record.Tx, m *maecenasv1.Membership) error {
	name := m.GetMember()
	if err := missing("membership.member", name, record.SubjectExists(t, name)); err != nil {
		return err
	}
	if t.Caller.RoleOn(name) >= auth.RoleViewer {
		return nil
	}
	if resource.Valid(resource.Organization, name) {
		o := &maecenasv1.Organization{}
		if err := t.Get(name, o); err != nil || o.GetListed() {
			return err
		}
		return fault.ReferenceNotFound("membership.member", name)
	}
	for _, other := range a.keeper.Directory().MembershipsOf(name) {
		if t.Caller.RoleOn(other.GetResource()) >= auth.RoleOwner {
			return nil
		}
	}
	return fault.ReferenceNotFound("membership.member", name)
}

// membershipRemoved decides whether the caller may end it: the owners of the resource
// may, and its member.
func (a *Accounts) membershipRemoved(t *record.Tx, name string) error {
	m := &maecenasv1.Membership{}
	if err := t.Get(name, m); err != nil {
		return err
	}
	if t.Caller.RoleOn(m.GetResource()) < auth.RoleOwner && t.Caller.RoleOn(m.GetMember()) < auth.RoleOwner {
		if !maySee(t.Caller, m) {
			return fault.NotFound(name)
		}
		return fault.Denied("only owners of " + m.GetResource() + ", or of its member, end it")
	}
	return a.leavesSomebody(t, m)
}

// MembershipQuery asks for memberships.
type MembershipQuery struct {
	// Listing is the page.
	Listing record.Listing
	// Resource and Member keep those of one; empty: all.
	Resource, Member string
}

// ListMemberships lists those that the caller may read, oldest first.
func (a *Accounts) ListMemberships(ctx context.Context, query MembershipQuery) (record.Page[*maecenasv1.Membership], error) {
	return record.List(ctx, a.keeper, store.KindMembership, query.Listing,
		func(e *record.Eyes, m *maecenasv1.Membership) (*maecenasv1.Membership, bool, error) {
			asked := (query.Resource == "" || m.GetResource() == query.Resource) && (query.Member == "" || m.GetMember() == query.Member)
			if !asked {
				return m, false, nil
			}
			return showMembership(e, m)
		})
}
