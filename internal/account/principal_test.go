package account_test

import (
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/store"
)

func (f *fixture) update(t *testing.T, as string, p *maecenasv1.Principal, paths ...string) error {
	t.Helper()
	ctx := f.local
	if as != "" {
		ctx = f.as(t, as)
	}
	_, _, err := f.Principals.Update(ctx, record.Update[*maecenasv1.Principal]{Resource: p, Mask: &fieldmaskpb.FieldMask{Paths: paths}})
	return err
}

func TestAddressesAreUnique(t *testing.T) {
	t.Parallel()
	f := open(t)
	anna := f.person(t, "Anna@Teatro.example")
	_, _, err := f.Principals.Create(f.local, record.Creation[*maecenasv1.Principal]{
		Resource: &maecenasv1.Principal{Kind: maecenasv1.Principal_PERSON, DisplayName: "A", Email: "ANNA@teatro.example"},
	})
	want(t, "the same in other letters", err, "RESOURCE_EXISTS")
	bruno := f.person(t, "bruno@teatro.example")
	want(t, "taking another's", f.update(t, "", &maecenasv1.Principal{Name: bruno, Email: "anna@TEATRO.example"}, "email"), "RESOURCE_EXISTS")
	want(t, "a new one", f.update(t, "", &maecenasv1.Principal{Name: anna, Email: "anna@danza.example"}, "email"), "")
	want(t, "one that was given back", f.update(t, "", &maecenasv1.Principal{Name: bruno, Email: "anna@teatro.example"}, "email"), "")
	found, err := f.Named(f.local, "ANNA@danza.example")
	if err != nil || found.GetName() != anna || found.GetEmail() != "anna@danza.example" {
		t.Errorf("%v, %v", found, err)
	}
	for what, p := range map[string]*maecenasv1.Principal{
		"a person without":      {Kind: maecenasv1.Principal_PERSON, DisplayName: "A"},
		"a service account":     {Kind: maecenasv1.Principal_SERVICE_ACCOUNT, DisplayName: "A", Email: "x@y.example"},
		"a kind that is unsaid": {DisplayName: "A", Email: "x@y.example"},
	} {
		_, _, err := f.Principals.Create(f.local, record.Creation[*maecenasv1.Principal]{Resource: p})
		want(t, what, err, "FIELD_INVALID")
	}
}

func TestOneself(t *testing.T) {
	t.Parallel()
	f := open(t)
	anna, bruno := f.person(t, "anna@teatro.example"), f.person(t, "bruno@teatro.example")
	if _, _, err := f.Principals.Get(f.as(t, anna), anna, 0); err != nil {
		t.Error(err)
	}
	_, _, err := f.Principals.Get(f.as(t, anna), bruno, 0)
	_, _, none := f.Principals.Get(f.as(t, anna), "principals/nobody", 0)
	if reason(err) != "RESOURCE_NOT_FOUND" || reason(none) != "RESOURCE_NOT_FOUND" {
		t.Errorf("%v, %v", err, none)
	}
	want(t, "name and language", f.update(t, anna, &maecenasv1.Principal{Name: anna, DisplayName: "Anna", LanguageCode: "it"}), "")
	want(t, "everything, as it is", f.update(t, anna, &maecenasv1.Principal{
		Name: anna, DisplayName: "Anna B", Kind: maecenasv1.Principal_PERSON, Email: "anna@teatro.example",
	}, "*"), "")
	want(t, "its address", f.update(t, anna, &maecenasv1.Principal{Name: anna, Email: "bruno@teatro.example"}), "PERMISSION_DENIED")
	want(t, "disabling itself", f.update(t, anna, &maecenasv1.Principal{Name: anna, Disabled: true}), "PERMISSION_DENIED")
	want(t, "another", f.update(t, anna, &maecenasv1.Principal{Name: bruno, DisplayName: "B"}), "RESOURCE_NOT_FOUND")
	want(t, "its kind", f.update(t, "", &maecenasv1.Principal{Name: anna, Kind: maecenasv1.Principal_SERVICE_ACCOUNT}, "kind"), "FIELD_INVALID")
	_, err = f.Principals.Delete(f.as(t, anna), record.Deletion{Name: anna})
	want(t, "deleting itself", err, "PERMISSION_DENIED")
	page, err := f.Principals.List(f.as(t, anna), record.Listing{Limit: 10})
	if err != nil || len(page.Records) != 1 {
		t.Errorf("a list shows %d, %v", len(page.Records), err)
	}
}

func TestDisabledAtOnce(t *testing.T) {
	t.Parallel()
	f := open(t)
	admin, anna := f.person(t, "admin@teatro.example"), f.person(t, "anna@teatro.example")
	f.granted(t, admin, auth.Installation, maecenasv1.Membership_ADMINISTRATOR)
	session := f.setPassword(t, anna, rose)
	key := f.key(t, f.local, anna, &maecenasv1.ApiKey{})
	want(t, "before", f.calls(session), "")
	want(t, "before", f.callsWith(key.GetKey()), "")
	want(t, "disabling", f.update(t, admin, &maecenasv1.Principal{Name: anna, Disabled: true}, "disabled"), "")
	want(t, "its session", f.calls(session), "UNAUTHENTICATED")
	want(t, "its key", f.callsWith(key.GetKey()), "UNAUTHENTICATED")
	_, err := f.SignIn(t.Context(), attempt("anna@teatro.example", rose))
	want(t, "signing in", err, "SIGN_IN_FAILED")
	want(t, "taking it back", f.update(t, admin, &maecenasv1.Principal{Name: anna}, "disabled"), "")
	want(t, "its session, afterwards", f.calls(session), "UNAUTHENTICATED")
	want(t, "its key, afterwards", f.callsWith(key.GetKey()), "")
}

// TestDeletedWhole: nothing of a principal is left, and it is nobody's member.
func TestDeletedWhole(t *testing.T) {
	t.Parallel()
	f := open(t)
	anna, teatro := f.person(t, "anna@teatro.example"), f.organization(t, "teatro", false)
	f.granted(t, anna, teatro, maecenasv1.Membership_EDITOR)
	session := f.setPassword(t, anna, rose)
	f.key(t, f.local, anna, &maecenasv1.ApiKey{})
	if _, err := f.ResetLink(f.local, anna); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Principals.Delete(f.local, record.Deletion{Name: anna}); err == nil {
		t.Log("deleted without force, as what is below it is the server's")
	} else {
		t.Fatal(err)
	}
	want(t, "its session", f.calls(session), "UNAUTHENTICATED")
	err := f.store.View(t.Context(), func(r store.Reader) error {
		for _, kind := range store.Kinds() {
			if kind == store.KindOrganization || kind == store.KindAssessment {
				continue
			}
			err := r.List(kind, store.ListOptions{}, func(_ store.Cursor, rec store.Record) (bool, error) {
				t.Errorf("%s is left", rec.GetName())
				return true, nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestLastAdministrator(t *testing.T) {
	t.Parallel()
	f := open(t)
	anna, bruno := f.person(t, "anna@teatro.example"), f.person(t, "bruno@teatro.example")
	first := f.granted(t, anna, auth.Installation, maecenasv1.Membership_ADMINISTRATOR)
	gone := func(ctx func() error) string { return reason(ctx()) }
	attempts := map[string]func() error{
		"disabled": func() error { return f.update(t, anna, &maecenasv1.Principal{Name: anna, Disabled: true}, "disabled") },
		"deleted": func() error {
			_, err := f.Principals.Delete(f.as(t, anna), record.Deletion{Name: anna})
			return err
		},
		"ended": func() error {
			_, err := f.Memberships.Delete(f.as(t, anna), record.Deletion{Name: first.GetName()})
			return err
		},
		"made an auditor": func() error {
			_, _, err := f.Memberships.Update(f.as(t, anna), record.Update[*maecenasv1.Membership]{
				Resource: &maecenasv1.Membership{Name: first.GetName(), Role: maecenasv1.Membership_AUDITOR},
			})
			return err
		},
	}
	for what, attempt := range attempts {
		if got := gone(attempt); got != "LAST_OWNER" {
			t.Errorf("the last administrator is %s: %q", what, got)
		}
	}
	second := f.granted(t, bruno, auth.Installation, maecenasv1.Membership_ADMINISTRATOR)
	want(t, "disabling the other", f.update(t, anna, &maecenasv1.Principal{Name: bruno, Disabled: true}, "disabled"), "")
	if got := gone(attempts["ended"]); got != "LAST_OWNER" {
		t.Errorf("one who is disabled counts: %q", got)
	}
	want(t, "enabling it", f.update(t, anna, &maecenasv1.Principal{Name: bruno}, "disabled"), "")
	if got := gone(attempts["deleted"]); got != "" || second.GetName() == "" {
		t.Errorf("one of two: %q", got)
	}
}
