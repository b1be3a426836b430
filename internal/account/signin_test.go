package account_test

import (
	"errors"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/account"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/store"
)

func mask(paths ...string) *fieldmaskpb.FieldMask { return &fieldmaskpb.FieldMask{Paths: paths} }

func attempt(email, password string) account.Attempt {
	return account.Attempt{Email: email, Password: password, From: "192.0.2.1"}
}

// TestNobodyIsTold: whatever is wrong, the answer is the same, after the same work,
// and nothing is written.
func TestNobodyIsTold(t *testing.T) {
	t.Parallel()
	f := open(t)
	anna, bruno := f.person(t, "anna@teatro.example"), f.person(t, "bruno@teatro.example")
	f.person(t, "carla@teatro.example") // has no password
	f.setPassword(t, anna, rose)
	f.setPassword(t, bruno, rose)
	want(t, "disabling", f.update(t, "", &maecenasv1.Principal{Name: bruno, Disabled: true}), "")
	var first error
	for _, one := range []account.Attempt{
		attempt("anna@teatro.example", train), attempt("nobody@teatro.example", rose), attempt("bruno@teatro.example", rose),
		attempt("carla@teatro.example", rose), attempt("", rose), attempt("anna", rose), attempt("principals/nobody", rose),
	} {
		revision, verified, hashed := f.app.Revision(), f.work.verified.Load(), f.work.hashed.Load()
		_, err := f.SignIn(t.Context(), one)
		if first == nil {
			first = err
		}
		if reason(err) != "SIGN_IN_FAILED" || err.Error() != first.Error() {
			t.Errorf("%s: %v", one.Email, err)
		}
		if f.work.verified.Load()-verified != 1 || f.work.hashed.Load() != hashed || f.app.Revision() != revision {
			t.Errorf("%s: %d verified, %d hashed, revision %d", one.Email, f.work.verified.Load()-verified, f.work.hashed.Load()-hashed, f.app.Revision()-revision)
		}
	}
	begun, err := f.SignIn(t.Context(), attempt("ANNA@teatro.example ", rose))
	if err != nil || begun.Session.GetPrincipal().GetName() != anna {
		t.Fatalf("%v, %v", begun.Session, err)
	}
	want(t, "the session", f.calls(begun.Token.Reveal()), "")
}

// TestThrottled: an address that somebody has and one that nobody has are slowed down
// alike, by account and by where the attempts come from.
func TestThrottled(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.setPassword(t, f.person(t, "anna@teatro.example"), rose)
	waits := map[string]time.Duration{}
	for _, email := range []string{"anna@teatro.example", "nobody@teatro.example"} {
		for i := range 6 {
			_, err := f.SignIn(t.Context(), account.Attempt{Email: email, Password: train, From: "192.0.2." + string(rune('2'+i))})
			if i < 5 {
				want(t, email, err, "SIGN_IN_FAILED")
				continue
			}
			want(t, email, err, "SIGN_IN_THROTTLED")
			var own *fault.Error
			if errors.As(err, &own) {
				waits[email] = own.RetryAfter
			}
		}
	}
	if waits["anna@teatro.example"] == 0 || waits["anna@teatro.example"] != waits["nobody@teatro.example"] {
		t.Errorf("waits %v", waits)
	}
	f.now = f.now.Add(waits["anna@teatro.example"])
	if _, err := f.SignIn(t.Context(), attempt("anna@teatro.example", rose)); err != nil {
		t.Errorf("after the wait: %v", err)
	}
	for range 30 {
		_, _ = f.Redeem(t.Context(), account.Redemption{Token: "ml_x", Password: rose, From: "198.51.100.1"})
	}
	_, err := f.SignIn(t.Context(), account.Attempt{Email: "anna@teatro.example", Password: rose, From: "198.51.100.1"})
	want(t, "where links were tried", err, "SIGN_IN_THROTTLED")
}

func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	f := open(t)
	anna := f.person(t, "anna@teatro.example")
	token := f.setPassword(t, anna, rose)
	begun := f.now
	look := func() account.SignedIn {
		t.Helper()
		p, err := f.Authenticate("", token)
		if err != nil {
			t.Fatalf("after %v: %v", f.now.Sub(begun), err)
		}
		current, err := f.CurrentSession(auth.WithPrincipal(t.Context(), p), token)
		if err != nil {
			t.Fatal(err)
		}
		return current
	}
	if first := look(); first.Token.Reveal() != "" || !first.Session.GetExpireTime().AsTime().Equal(begun.Add(account.SessionIdle)) {
		t.Errorf("at once: %v", first.Session.GetExpireTime().AsTime())
	}
	end := begun.Add(account.SessionIdle)
	for f.now.Sub(begun) < 80*24*time.Hour {
		f.now = f.now.Add(20 * 24 * time.Hour)
		before := end
		if end = f.now.Add(account.SessionIdle); end.After(begun.Add(account.SessionMost)) {
			end = begun.Add(account.SessionMost)
		}
		current := look()
		if prolonged := current.Token.Reveal() == token; prolonged != end.After(before) || !current.Session.GetExpireTime().AsTime().Equal(end) {
			t.Errorf("after %v it ends %v, want %v; prolonged %v", f.now.Sub(begun), current.Session.GetExpireTime().AsTime(), end, prolonged)
		}
	}
	f.now = begun.Add(account.SessionMost)
	want(t, "at most", f.calls(token), "UNAUTHENTICATED")
	other, err := f.SignIn(t.Context(), attempt("anna@teatro.example", rose))
	if err != nil {
		t.Fatal(err)
	}
	if n := f.count(t, store.KindSession); n != 1 {
		t.Errorf("%d sessions are kept", n)
	}
	f.now = f.now.Add(account.SessionIdle)
	want(t, "not looked at", f.calls(other.Token.Reveal()), "UNAUTHENTICATED")
	if err := f.Prune(f.local); err != nil || f.count(t, store.KindSession) != 0 {
		t.Errorf("%d are left, %v", f.count(t, store.KindSession), err)
	}
}

func (f *fixture) count(t *testing.T, kind store.Kind) int {
	t.Helper()
	n := 0
	err := f.store.View(t.Context(), func(r store.Reader) error {
		return r.List(kind, store.ListOptions{}, func(store.Cursor, store.Record) (bool, error) {
			n++
			return true, nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestSignOut(t *testing.T) {
	t.Parallel()
	f := open(t)
	anna := f.person(t, "anna@teatro.example")
	first := f.setPassword(t, anna, rose)
	second, err := f.SignIn(t.Context(), attempt("anna@teatro.example", rose))
	if err != nil {
		t.Fatal(err)
	}
	p, err := f.Authenticate("", first)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time it is gone already
		if _, err := f.SignOut(auth.WithPrincipal(t.Context(), p)); err != nil {
			t.Fatal(err)
		}
	}
	want(t, "signed out of", f.calls(first), "UNAUTHENTICATED")
	want(t, "the other", f.calls(second.Token.Reveal()), "")
	for range 60 {
		f.now = f.now.Add(time.Second)
		if second, err = f.SignIn(t.Context(), attempt("anna@teatro.example", rose)); err != nil {
			t.Fatal(err)
		}
	}
	if n := f.count(t, store.KindSession); n != 50 {
		t.Errorf("%d sessions at a time", n)
	}
	want(t, "the last", f.calls(second.Token.Reveal()), "")
}

func TestSetPassword(t *testing.T) {
	t.Parallel()
	f := open(t)
	anna, bruno := f.person(t, "anna@teatro.example"), f.person(t, "bruno@teatro.example")
	first := f.setPassword(t, anna, rose)
	second, err := f.SignIn(t.Context(), attempt("anna@teatro.example", rose))
	if err != nil {
		t.Fatal(err)
	}
	unused, err := f.ResetLink(f.local, anna)
	if err != nil {
		t.Fatal(err)
	}
	p, err := f.Authenticate("", first)
	if err != nil {
		t.Fatal(err)
	}
	ctx := auth.WithPrincipal(t.Context(), p)
	set := func(name, present, next string) error {
		_, err := f.SetPassword(ctx, account.PasswordChange{Name: name, Present: present, New: next, From: "192.0.2.1"})
		return err
	}
	want(t, "by a wrong one", set(anna, train, train), "SIGN_IN_FAILED")
	want(t, "to a bad one", set(anna, rose, "password1234"), "FIELD_INVALID")
	want(t, "another's", set(bruno, rose, train), "RESOURCE_NOT_FOUND")
	want(t, "one's own", set(anna, rose, train), "")
	want(t, "the session of the call", f.calls(first), "")
	want(t, "the other", f.calls(second.Token.Reveal()), "UNAUTHENTICATED")
	_, err = f.Redeem(t.Context(), account.Redemption{Token: unused.Token.Reveal(), Password: rose, From: "192.0.2.1"})
	want(t, "a link from before", err, "LINK_INVALID")
	_, err = f.SignIn(t.Context(), attempt("anna@teatro.example", rose))
	want(t, "the one before", err, "SIGN_IN_FAILED")
	_, err = f.SignIn(t.Context(), attempt("anna@teatro.example", train))
	want(t, "the new one", err, "")
	f.granted(t, bruno, auth.Installation, maecenasv1.Membership_ADMINISTRATOR)
	_, err = f.SetPassword(f.as(t, bruno), account.PasswordChange{Name: anna, Present: train, New: rose, From: "192.0.2.1"})
	want(t, "an administrator", err, "PERMISSION_DENIED")
}

// TestCostsGrow: who signs in with a hash of older costs gets one of today's.
func TestCostsGrow(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.setPassword(t, f.person(t, "anna@teatro.example"), rose)
	f.work.Hasher = dearer(t)
	for i := range 2 {
		hashed := f.work.hashed.Load()
		if _, err := f.SignIn(t.Context(), attempt("anna@teatro.example", rose)); err != nil {
			t.Fatal(err)
		}
		if n := f.work.hashed.Load() - hashed; n != int64(1-i) {
			t.Errorf("sign-in %d: hashed %d times", i, n)
		}
	}
}
