package account_test

import (
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/account"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/record"
)

func (f *fixture) end(t *testing.T, as, membership string) error {
	t.Helper()
	_, err := f.Memberships.Delete(f.as(t, as), record.Deletion{Name: membership})
	return err
}

func TestWhoGrants(t *testing.T) {
	t.Parallel()
	f := open(t)
	teatro, danza, agency := f.organization(t, "teatro", false), f.organization(t, "danza", false), f.organization(t, "agenzia", true)
	owner, editor, stranger := f.person(t, "o@x.example"), f.person(t, "e@x.example"), f.person(t, "s@x.example")
	f.granted(t, owner, teatro, maecenasv1.Membership_OWNER)
	member := f.granted(t, editor, teatro, maecenasv1.Membership_EDITOR)
	fund, fundOwner := "investors/fondo", f.person(t, "f@x.example")
	_, _, err := f.app.Investors.Create(f.local, record.Creation[*maecenasv1.Investor]{
		ID: "fondo", Resource: &maecenasv1.Investor{DisplayName: "F", Type: maecenasv1.Investor_BANK},
	})
	if err != nil {
		t.Fatal(err)
	}
	f.granted(t, fundOwner, fund, maecenasv1.Membership_OWNER)
	for _, one := range []struct {
		what, as, member, of string
		role                 maecenasv1.Membership_Role
		want                 string
	}{
		{"an editor", editor, stranger, teatro, maecenasv1.Membership_VIEWER, "PERMISSION_DENIED"},
		{"an owner of another", owner, editor, danza, maecenasv1.Membership_VIEWER, "PERMISSION_DENIED"},
		{"an owner, itself into the installation", owner, owner, auth.Installation, maecenasv1.Membership_ADMINISTRATOR, "PERMISSION_DENIED"},
		{"to who has a role there", owner, editor, teatro, maecenasv1.Membership_VIEWER, "RESOURCE_EXISTS"},
		{"to somebody the owner does not know", owner, stranger, teatro, maecenasv1.Membership_VIEWER, "REFERENCE_NOT_FOUND"},
		{"to nobody", owner, "principals/nobody", teatro, maecenasv1.Membership_VIEWER, "REFERENCE_NOT_FOUND"},
		{"to an organization that is not listed", owner, danza, teatro, maecenasv1.Membership_EDITOR, "REFERENCE_NOT_FOUND"},
		{"to itself", owner, teatro, teatro, maecenasv1.Membership_EDITOR, "FIELD_INVALID"},
		{"an organization into an investor", fundOwner, agency, fund, maecenasv1.Membership_OWNER, "FIELD_INVALID"},
		{"a role of the installation", owner, agency, teatro, maecenasv1.Membership_AUDITOR, "FIELD_INVALID"},
		{"to an agency", owner, agency, teatro, maecenasv1.Membership_EDITOR, ""},
	} {
		_, err := f.grant(f.as(t, one.as), one.member, one.of, one.role)
		want(t, one.what, err, one.want)
	}
	_, err = f.grant(f.local, agency, auth.Installation, maecenasv1.Membership_AUDITOR)
	want(t, "an organization runs the installation", err, "FIELD_INVALID")
	_, err = f.grant(f.local, owner, auth.Installation, maecenasv1.Membership_OWNER)
	want(t, "a role that the installation has not", err, "FIELD_INVALID")
	_, err = f.grant(f.local, owner, "organizations/nothing", maecenasv1.Membership_OWNER)
	want(t, "of nothing", err, "REFERENCE_NOT_FOUND")
	_, _, err = f.Memberships.Update(f.as(t, editor), record.Update[*maecenasv1.Membership]{
		Resource: &maecenasv1.Membership{Name: member.GetName(), Role: maecenasv1.Membership_OWNER},
	})
	want(t, "an editor makes itself an owner", err, "PERMISSION_DENIED")
	_, _, err = f.Memberships.Get(f.as(t, stranger), member.GetName(), 0)
	want(t, "a stranger reads it", err, "RESOURCE_NOT_FOUND")
	want(t, "a stranger ends it", f.end(t, stranger, member.GetName()), "RESOURCE_NOT_FOUND")
	page, err := f.ListMemberships(f.as(t, editor), account.MembershipQuery{Listing: record.Listing{Limit: 100}})
	if err != nil || len(page.Records) != 1 || page.Records[0].GetMember() != editor || page.Records[0].GetMemberDisplayName() != "P" {
		t.Errorf("an editor sees %v, %v", page.Records, err)
	}
	page, err = f.ListMemberships(f.as(t, owner), account.MembershipQuery{Listing: record.Listing{Limit: 100}, Resource: teatro, Member: agency})
	if err != nil || len(page.Records) != 1 || page.Records[0].GetGranter() != owner || page.Records[0].GetMemberDisplayName() != "O" {
		t.Errorf("an owner sees %v, %v", page.Records, err)
	}
	want(t, "leaving", f.end(t, editor, member.GetName()), "")
}

func TestLastOwner(t *testing.T) {
	t.Parallel()
	f := open(t)
	teatro := f.organization(t, "teatro", true)
	anna, bruno := f.person(t, "a@x.example"), f.person(t, "b@x.example")
	first := f.granted(t, anna, teatro, maecenasv1.Membership_OWNER)
	second := f.granted(t, bruno, teatro, maecenasv1.Membership_EDITOR)
	change := func(as string, m *maecenasv1.Membership) error {
		_, _, err := f.Memberships.Update(f.as(t, as), record.Update[*maecenasv1.Membership]{Resource: m})
		return err
	}
	want(t, "leaving", f.end(t, anna, first.GetName()), "LAST_OWNER")
	want(t, "a lesser role", change(anna, &maecenasv1.Membership{Name: first.GetName(), Role: maecenasv1.Membership_EDITOR}), "LAST_OWNER")
	soon := timestamppb.New(f.now.Add(time.Hour))
	want(t, "an end", change(anna, &maecenasv1.Membership{Name: first.GetName(), ExpireTime: soon}), "LAST_OWNER")
	want(t, "another, for an hour", change(anna, &maecenasv1.Membership{Name: second.GetName(), Role: maecenasv1.Membership_OWNER, ExpireTime: soon}), "")
	want(t, "leaving to one who ends", f.end(t, anna, first.GetName()), "LAST_OWNER")
	_, _, err := f.Memberships.Update(f.as(t, anna), record.Update[*maecenasv1.Membership]{
		Resource: &maecenasv1.Membership{Name: second.GetName(), Role: maecenasv1.Membership_OWNER}, Mask: mask("expire_time"),
	})
	want(t, "for good", err, "")
	want(t, "leaving to another", f.end(t, anna, first.GetName()), "")
	if got := f.app.Keeper().Directory().Principal(anna, f.now).RoleOn(teatro); got != auth.RoleNone {
		t.Errorf("afterwards the role is %v", got)
	}
}

// TestMembershipsEnd: one that has a time ends by itself.
func TestMembershipsEnd(t *testing.T) {
	t.Parallel()
	f := open(t)
	teatro, anna := f.organization(t, "teatro", true), f.person(t, "a@x.example")
	_, _, err := f.Memberships.Create(f.local, record.Creation[*maecenasv1.Membership]{Resource: &maecenasv1.Membership{
		Member: anna, Resource: teatro, Role: maecenasv1.Membership_EDITOR, ExpireTime: timestamppb.New(f.now.Add(time.Hour)),
	}})
	if err != nil {
		t.Fatal(err)
	}
	role := func() auth.Role { return f.app.Keeper().Directory().Principal(anna, f.now).RoleOn(teatro) }
	before := role()
	f.now = f.now.Add(time.Hour)
	if before != auth.RoleEditor || role() != auth.RoleNone {
		t.Errorf("before %v, after %v", before, role())
	}
}

// TestDelegation: the editors of an agency act for who granted it, which both see and
// both can end; its viewers do not.
func TestDelegation(t *testing.T) {
	t.Parallel()
	f := open(t)
	teatro, agency := f.organization(t, "teatro", false), f.organization(t, "agenzia", true)
	owner, editor, viewer, head := f.person(t, "o@x.example"), f.person(t, "e@x.example"), f.person(t, "v@x.example"), f.person(t, "h@x.example")
	f.granted(t, owner, teatro, maecenasv1.Membership_OWNER)
	f.granted(t, editor, agency, maecenasv1.Membership_EDITOR)
	f.granted(t, viewer, agency, maecenasv1.Membership_VIEWER)
	f.granted(t, head, agency, maecenasv1.Membership_OWNER)
	given, err := f.grant(f.as(t, owner), agency, teatro, maecenasv1.Membership_OWNER)
	if err != nil {
		t.Fatal(err)
	}
	role := func(name string) auth.Role { return f.app.Keeper().Directory().Principal(name, f.now).RoleOn(teatro) }
	if role(editor) != auth.RoleNone || role(head) != auth.RoleNone {
		t.Errorf("before the agency accepts: editor %v, owner %v", role(editor), role(head))
	}
	if waiting, err := f.CurrentSession(f.as(t, editor), ""); err != nil || len(waiting.Session.GetMemberships()) != 1 {
		t.Errorf("before the agency accepts: %v, %v", waiting.Session.GetMemberships(), err)
	}
	accept := func(as, name string) error {
		_, _, err := f.AcceptMembership(f.as(t, as), account.Acceptance{Name: name})
		return err
	}
	want(t, "the organization accepts for the agency", accept(owner, given.GetName()), "PERMISSION_DENIED")
	want(t, "an editor of the agency accepts", accept(editor, given.GetName()), "PERMISSION_DENIED")
	want(t, "a stranger accepts", accept(f.person(t, "s@x.example"), given.GetName()), "RESOURCE_NOT_FOUND")
	want(t, "of a principal", accept(owner, f.app.Keeper().Directory().MembershipsOf(owner)[0].GetName()), "FIELD_INVALID")
	want(t, "an old etag", func() error {
		_, _, err := f.AcceptMembership(f.as(t, head), account.Acceptance{Name: given.GetName(), Etag: "old"})
		return err
	}(), "ETAG_STALE")
	dry, _, err := f.AcceptMembership(f.as(t, head), account.Acceptance{Name: given.GetName(), Intent: record.Intent{ValidateOnly: true}})
	if err != nil || dry.GetAcceptTime() == nil || role(editor) != auth.RoleNone {
		t.Errorf("tried: %v, %v, %v", dry, role(editor), err)
	}
	want(t, "its owner accepts", accept(head, given.GetName()), "")
	want(t, "its owner accepts again", accept(head, given.GetName()), "")
	if role(editor) != auth.RoleEditor || role(head) != auth.RoleEditor || role(viewer) != auth.RoleNone {
		t.Errorf("editor %v, owner %v, viewer %v", role(editor), role(head), role(viewer))
	}
	current, err := f.CurrentSession(f.as(t, editor), "")
	if err != nil || len(current.Session.GetMemberships()) != 2 || current.Session.GetMemberships()[1].GetResource() != teatro {
		t.Errorf("%v, %v", current.Session.GetMemberships(), err)
	}
	if _, _, err := f.Memberships.Get(f.as(t, editor), given.GetName(), 0); err != nil {
		t.Errorf("those of the agency who act see it: %v", err)
	}
	_, _, err = f.Memberships.Get(f.as(t, viewer), given.GetName(), 0)
	want(t, "who does not act, for an organization that is not listed", err, "RESOURCE_NOT_FOUND")
	want(t, "an editor of the agency gives it up", f.end(t, editor, given.GetName()), "PERMISSION_DENIED")
	_, err = f.grant(f.as(t, head), head, teatro, maecenasv1.Membership_OWNER)
	want(t, "the agency makes itself an owner", err, "PERMISSION_DENIED")
	want(t, "the owner, alone with an agency, leaves", f.end(t, owner, f.app.Keeper().Directory().MembershipsOf(owner)[0].GetName()), "LAST_OWNER")
	want(t, "the owner ends it", f.end(t, owner, given.GetName()), "")
	if role(editor) != auth.RoleNone {
		t.Errorf("afterwards %v", role(editor))
	}
	if given, err = f.grant(f.as(t, owner), agency, teatro, maecenasv1.Membership_EDITOR); err != nil {
		t.Fatal(err)
	}
	want(t, "the agency's owner gives it up", f.end(t, head, given.GetName()), "")
}
