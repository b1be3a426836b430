package account_test

import (
	"context"
	"crypto/rand"
	"strings"
	"testing"
	"time"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/account"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/auth/secret"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/store"
)

func dearer(t *testing.T) *secret.Hasher {
	t.Helper()
	hasher, err := secret.NewHasher(secret.HasherOptions{Random: rand.Reader, Params: secret.Params{Memory: 128, Passes: 1, Lanes: 1}})
	if err != nil {
		t.Fatal(err)
	}
	return hasher
}

func (f *fixture) redeem(t *testing.T, made account.OneTime, password, email string) (account.SignedIn, error) {
	t.Helper()
	return f.Redeem(t.Context(), account.Redemption{Token: made.Token.Reveal(), Password: password, Email: email, DisplayName: "Anna", From: "192.0.2.1"})
}

func (f *fixture) setupLink(t *testing.T) account.OneTime {
	t.Helper()
	made, ok, err := f.SetupLink(f.local)
	if err != nil || !ok || !strings.HasPrefix(made.Path(), "/link#ml_") {
		t.Fatalf("%v, %v, %v", made, ok, err)
	}
	return made
}

func TestSetup(t *testing.T) {
	t.Parallel()
	f := open(t)
	old := f.setupLink(t)
	made := f.setupLink(t)
	_, err := f.redeem(t, old, rose, "anna@teatro.example")
	want(t, "an earlier one", err, "LINK_INVALID")
	_, err = f.redeem(t, made, rose, "")
	want(t, "without an address", err, "FIELD_INVALID")
	_, err = f.redeem(t, made, rose, "no address")
	want(t, "with what is no address", err, "FIELD_INVALID")
	_, err = f.redeem(t, made, "password1234", "anna@teatro.example")
	want(t, "with a bad password", err, "FIELD_INVALID")
	f.now = f.now.Add(account.SetupLife)
	_, err = f.redeem(t, made, rose, "anna@teatro.example")
	want(t, "after its hour", err, "LINK_INVALID")
	made = f.setupLink(t)
	begun, err := f.redeem(t, made, rose, "Anna@teatro.example")
	if err != nil {
		t.Fatal(err)
	}
	p, err := f.Authenticate("", begun.Token.Reveal())
	if err != nil || !p.Administrator || begun.Session.GetPrincipal().GetEmail() != "anna@teatro.example" ||
		!begun.Session.GetPrincipal().GetPasswordSet() || len(begun.Session.GetMemberships()) != 1 {
		t.Errorf("%v, %v", begun.Session, err)
	}
	_, err = f.redeem(t, made, rose, "bruno@teatro.example")
	want(t, "once more", err, "LINK_INVALID")
	if _, ok, err := f.SetupLink(f.local); ok || err != nil {
		t.Errorf("another, when somebody is there: %v, %v", ok, err)
	}
	if n := f.count(t, store.KindLink); n != 0 {
		t.Errorf("%d links are left", n)
	}
}

// TestReset: a link for a new password is used once, within a day, and ends all
// sessions and earlier links.
func TestReset(t *testing.T) {
	t.Parallel()
	f := open(t)
	anna := f.person(t, "anna@teatro.example")
	session := f.setPassword(t, anna, rose)
	reset := func() account.OneTime {
		t.Helper()
		made, err := f.ResetLink(f.local, anna)
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	old := reset()
	made := reset()
	_, err := f.redeem(t, old, train, "")
	want(t, "an earlier one", err, "LINK_INVALID")
	f.now = f.now.Add(account.ResetLife)
	_, err = f.redeem(t, made, train, "")
	want(t, "after its day", err, "LINK_INVALID")
	made = reset()
	_, err = f.redeem(t, made, "anna@teatro.example", "")
	want(t, "to a bad one", err, "FIELD_INVALID")
	begun, err := f.redeem(t, made, train, "")
	if err != nil || begun.Session.GetPrincipal().GetName() != anna {
		t.Fatal(begun, err)
	}
	want(t, "the sessions before", f.calls(session), "UNAUTHENTICATED")
	_, err = f.redeem(t, made, rose, "")
	want(t, "once more", err, "LINK_INVALID")
	_, err = f.SignIn(t.Context(), attempt("anna@teatro.example", train))
	want(t, "the new password", err, "")

	made = reset()
	want(t, "disabling", f.update(t, "", &maecenasv1.Principal{Name: anna, Disabled: true}), "")
	_, err = f.redeem(t, made, rose, "")
	want(t, "of who is disabled", err, "LINK_INVALID")
	_, err = f.ResetLink(f.local, f.service(t))
	want(t, "of a service account", err, "FIELD_INVALID")
	_, err = f.ResetLink(f.local, "principals/nobody")
	want(t, "of nobody", err, "RESOURCE_NOT_FOUND")
	bruno := f.person(t, "bruno@teatro.example")
	_, err = f.ResetLink(f.as(t, bruno), bruno)
	want(t, "by oneself", err, "PERMISSION_DENIED")
	_, err = f.Redeem(t.Context(), account.Redemption{Token: "ml_nonsense", Password: rose, From: "192.0.2.1"})
	want(t, "what is none", err, "LINK_INVALID")
}

// TestResetEndsKeys: who took an account over does not keep it by a key. The keys of a
// service account stay, and so do one's own where the password is set by the present one.
func TestResetEndsKeys(t *testing.T) {
	t.Parallel()
	f := open(t)
	anna, bot := f.person(t, "anna@teatro.example"), f.service(t)
	f.setPassword(t, anna, rose)
	theirs := f.key(t, f.local, bot, &maecenasv1.ApiKey{})
	key := f.key(t, f.local, anna, &maecenasv1.ApiKey{})
	rotated, _, err := f.RotateKey(f.local, account.Rotation{Name: key.GetName(), Overlap: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.SetPassword(f.as(t, anna), account.PasswordChange{Name: anna, Present: rose, New: train, From: "192.0.2.1"})
	want(t, "by the present one", err, "")
	want(t, "a key after that", f.callsWith(rotated.GetKey()), "")

	f.setPassword(t, anna, rose)
	want(t, "a key after a reset", f.callsWith(rotated.GetKey()), "UNAUTHENTICATED")
	want(t, "its secret before", f.callsWith(key.GetKey()), "UNAUTHENTICATED")
	_, _, err = f.Keys.Get(f.as(t, anna), key.GetName(), 0)
	want(t, "its record", err, "RESOURCE_NOT_FOUND")
	want(t, "a service account's key", f.callsWith(theirs.GetKey()), "")
	if n := f.count(t, store.KindKeySecret); n != 1 {
		t.Errorf("%d secrets are left", n)
	}
}

func TestInvitation(t *testing.T) {
	t.Parallel()
	f := open(t)
	teatro := f.organization(t, "teatro", false)
	owner, bruno := f.person(t, "owner@teatro.example"), f.person(t, "bruno@teatro.example")
	ownership := f.granted(t, owner, teatro, maecenasv1.Membership_OWNER)
	f.granted(t, bruno, teatro, maecenasv1.Membership_VIEWER)
	f.setPassword(t, bruno, rose)
	invite := func(as, email string, role maecenasv1.Membership_Role) (account.OneTime, error) {
		return f.Invite(f.as(t, as), account.Invitation{Resource: teatro, Role: role, Email: email})
	}
	_, err := invite(bruno, "x@teatro.example", maecenasv1.Membership_VIEWER)
	want(t, "by a viewer", err, "PERMISSION_DENIED")
	_, err = invite(owner, "x@teatro.example", maecenasv1.Membership_AUDITOR)
	want(t, "to a role that there is not", err, "FIELD_INVALID")
	known, err := invite(owner, "Bruno@teatro.example", maecenasv1.Membership_EDITOR)
	unknown, err2 := invite(owner, "carla@teatro.example", maecenasv1.Membership_EDITOR)
	if err != nil || err2 != nil || len(known.Path()) != len(unknown.Path()) || !known.ExpireTime.Equal(unknown.ExpireTime) {
		t.Fatalf("%v %v: %v, %v", known, unknown, err, err2)
	}

	begun, err := f.redeem(t, unknown, train, "ignored@teatro.example")
	if err != nil || begun.Session.GetPrincipal().GetEmail() != "carla@teatro.example" {
		t.Fatal(begun.Session, err)
	}
	if p, err := f.Authenticate("", begun.Token.Reveal()); err != nil || p.RoleOn(teatro) != auth.RoleEditor {
		t.Errorf("%v, %v", p, err)
	}
	_, err = f.redeem(t, unknown, train, "")
	want(t, "once more", err, "LINK_INVALID")

	_, err = f.redeem(t, known, train, "")
	want(t, "with another password than the present", err, "SIGN_IN_FAILED")
	if begun, err = f.redeem(t, known, rose, ""); err != nil || begun.Session.GetPrincipal().GetName() != bruno {
		t.Fatal(begun.Session, err)
	}
	if p, err := f.Authenticate("", begun.Token.Reveal()); err != nil || p.RoleOn(teatro) != auth.RoleEditor {
		t.Errorf("from viewer to editor: %v, %v", p, err)
	}
	lesser, err := invite(owner, "bruno@teatro.example", maecenasv1.Membership_VIEWER)
	if err != nil {
		t.Fatal(err)
	}
	if begun, err = f.redeem(t, lesser, rose, ""); err != nil || len(begun.Session.GetMemberships()) != 1 ||
		begun.Session.GetMemberships()[0].GetRole() != maecenasv1.Membership_EDITOR {
		t.Errorf("to a lesser role: %v, %v", begun.Session, err)
	}

	first, err := invite(owner, "dario@teatro.example", maecenasv1.Membership_OWNER)
	again, err2 := invite(owner, "dario@teatro.example", maecenasv1.Membership_VIEWER)
	if err != nil || err2 != nil {
		t.Fatal(err, err2)
	}
	_, err = f.redeem(t, first, rose, "")
	want(t, "an earlier one", err, "LINK_INVALID")
	f.granted(t, f.person(t, "second@teatro.example"), teatro, maecenasv1.Membership_OWNER)
	if _, err := f.Memberships.Delete(f.local, record.Deletion{Name: ownership.GetName()}); err != nil {
		t.Fatal(err)
	}
	_, err = f.redeem(t, again, rose, "")
	want(t, "of who is no owner any more", err, "LINK_INVALID")
	late, err := f.Invite(f.local, account.Invitation{Resource: teatro, Role: maecenasv1.Membership_VIEWER, Email: "e@x.example"})
	if err != nil {
		t.Fatal(err)
	}
	f.now = f.now.Add(account.InvitationLife - time.Second)
	_, err = f.redeem(t, late, "short", "")
	want(t, "in its week, with a bad password", err, "FIELD_INVALID")
	f.now = f.now.Add(time.Second)
	_, err = f.redeem(t, late, rose, "")
	want(t, "after its week", err, "LINK_INVALID")
}

// TestNoSecretIsStored: of keys, tokens and passwords nothing but hashes is kept.
func TestNoSecretIsStored(t *testing.T) {
	t.Parallel()
	f := open(t)
	anna := f.person(t, "anna@teatro.example")
	secrets := []string{rose, f.setPassword(t, anna, rose)}
	key := f.key(t, f.local, anna, &maecenasv1.ApiKey{})
	secrets = append(secrets, key.GetKey(), strings.TrimPrefix(key.GetKey(), key.GetPrefix()))
	made, err := f.ResetLink(f.local, anna)
	if err != nil {
		t.Fatal(err)
	}
	secrets = append(secrets, made.Token.Reveal())
	err = f.store.View(t.Context(), func(r store.Reader) error {
		for _, kind := range store.Kinds() {
			err := r.List(kind, store.ListOptions{}, func(_ store.Cursor, rec store.Record) (bool, error) {
				text := encode(t, rec)
				for _, one := range secrets {
					if strings.Contains(text, one) {
						t.Errorf("%s holds a secret", rec.GetName())
					}
				}
				return true, nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestInvitationRepeated: the same request again makes no other link, and its answer
// has none.
func TestInvitationRepeated(t *testing.T) {
	t.Parallel()
	f := open(t)
	invitation := account.Invitation{
		Resource: f.organization(t, "teatro", false), Role: maecenasv1.Membership_EDITOR, Email: "anna@teatro.example",
		Intent: record.Intent{RequestID: "a", Digest: []byte("x")},
	}
	first, err := f.Invite(f.local, invitation)
	if err != nil {
		t.Fatal(err)
	}
	f.now = f.now.Add(time.Hour)
	again, err := f.Invite(f.local, invitation)
	if err != nil || again.Path() != "" || !again.ExpireTime.Equal(first.ExpireTime) || again.Revision != first.Revision {
		t.Errorf("%v, %v", again, err)
	}
	_, err = f.redeem(t, first, rose, "")
	want(t, "the first", err, "")
}

// TestAuditTrail: what people do about accounts is told in the audit log, under the
// permission of the method, by whom; failed attempts are not.
func TestAuditTrail(t *testing.T) {
	t.Parallel()
	f := open(t)
	act := func(ctx context.Context, permission string) context.Context { return auth.WithAction(ctx, permission) }
	made := f.setupLink(t)
	begun, err := f.Redeem(act(t.Context(), "sessions.redeem"), account.Redemption{Token: made.Token.Reveal(), Password: rose, Email: "anna@teatro.example", From: "192.0.2.1"})
	if err != nil {
		t.Fatal(err)
	}
	anna := begun.Session.GetPrincipal()
	_, err = f.SignIn(act(t.Context(), "sessions.create"), attempt("anna@teatro.example", train))
	want(t, "a wrong password", err, "SIGN_IN_FAILED")
	if _, err = f.SignIn(act(t.Context(), "sessions.create"), attempt("anna@teatro.example", rose)); err != nil {
		t.Fatal(err)
	}
	p, err := f.Authenticate("", begun.Token.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	mine := auth.WithPrincipal(t.Context(), p)
	key := f.key(t, act(mine, "apiKeys.create"), anna.GetName(), &maecenasv1.ApiKey{})
	if _, _, err := f.RotateKey(act(mine, "apiKeys.rotate"), account.Rotation{Name: key.GetName()}); err != nil {
		t.Fatal(err)
	}
	if _, err := f.ResetLink(act(mine, "principals.issueLink"), anna.GetName()); err != nil {
		t.Fatal(err)
	}
	if _, err := f.SetPassword(act(mine, "principals.setPassword"), account.PasswordChange{Name: anna.GetName(), Present: rose, New: train, From: "192.0.2.1"}); err != nil {
		t.Fatal(err)
	}
	if _, err := f.SignOut(act(mine, "sessions.delete")); err != nil {
		t.Fatal(err)
	}
	told := map[string]int{}
	err = f.store.View(t.Context(), func(r store.Reader) error {
		return r.List(store.KindAuditEntry, store.ListOptions{}, func(_ store.Cursor, rec store.Record) (bool, error) {
			entry, _ := rec.(*maecenasv1.AuditEntry)
			told[entry.GetPermission()+" "+entry.GetObjectType()]++
			if entry.GetActor() != anna.GetUid() {
				t.Errorf("%s by %s", entry.GetPermission(), entry.GetActor())
			}
			return true, nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"sessions.redeem principal", "sessions.redeem membership", "sessions.create principal", "apiKeys.create api_key",
		"apiKeys.rotate api_key", "principals.issueLink principal", "principals.setPassword principal", "sessions.delete principal",
	} {
		if told[line] == 0 {
			t.Errorf("no line %s in %v", line, told)
		}
	}
	if told["sessions.create principal"] != 1 || told["sessions.redeem principal"] != 1 {
		t.Errorf("failed attempts have lines, or others have two: %v", told)
	}
}
