package account_test

import (
	"context"
	"crypto/rand"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/account"
	"github.com/maecenas-cci/maecenas/internal/app"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/auth/secret"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/store"
	"github.com/maecenas-cci/maecenas/internal/store/memstore"
)

// counted counts the work of hashing.
type counted struct {
	*secret.Hasher

	verified, hashed atomic.Int64
}

func (c *counted) Verify(ctx context.Context, stored, password string) (secret.Verdict, error) {
	c.verified.Add(1)
	return c.Hasher.Verify(ctx, stored, password)
}

func (c *counted) Hash(ctx context.Context, password string) (string, error) {
	c.hashed.Add(1)
	return c.Hasher.Hash(ctx, password)
}

// fixture is the use cases over a store in memory, at a time that a test sets.
type fixture struct {
	*account.Accounts

	app   *app.App
	store store.Store
	work  *counted
	now   time.Time
	local context.Context //nolint:containedctx // of the command line, for one test
}

func open(t *testing.T) *fixture {
	t.Helper()
	f := &fixture{now: time.Date(2026, time.June, 1, 12, 0, 0, 0, time.UTC), local: auth.WithPrincipal(t.Context(), auth.Local())}
	clock := func() time.Time { return f.now }
	f.store = memstore.New(memstore.Options{Now: clock})
	a, err := app.Open(t.Context(), app.Options{Store: f.store, Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	hasher, err := secret.NewHasher(secret.HasherOptions{Random: rand.Reader, Params: secret.Params{Memory: 64, Passes: 1, Lanes: 1}})
	if err != nil {
		t.Fatal(err)
	}
	f.app, f.work = a, &counted{Hasher: hasher}
	if f.Accounts, err = account.New(account.Options{Keeper: a.Keeper(), Passwords: f.work}); err != nil {
		t.Fatal(err)
	}
	return f
}

// as is a context whose caller is a principal, as it may do now.
func (f *fixture) as(t *testing.T, name string) context.Context {
	t.Helper()
	p := f.app.Keeper().Directory().Principal(name, f.now)
	if p == nil {
		t.Fatalf("%s may not call", name)
	}
	return auth.WithPrincipal(t.Context(), p)
}

// person makes a person without a password.
func (f *fixture) person(t *testing.T, email string) string {
	t.Helper()
	p, _, err := f.Principals.Create(f.local, record.Creation[*maecenasv1.Principal]{
		Resource: &maecenasv1.Principal{Kind: maecenasv1.Principal_PERSON, DisplayName: "P", Email: email},
	})
	if err != nil {
		t.Fatal(err)
	}
	return p.GetName()
}

// service makes a service account.
func (f *fixture) service(t *testing.T) string {
	t.Helper()
	p, _, err := f.Principals.Create(f.local, record.Creation[*maecenasv1.Principal]{
		Resource: &maecenasv1.Principal{Kind: maecenasv1.Principal_SERVICE_ACCOUNT, DisplayName: "S"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return p.GetName()
}

// organization makes one; listed is what it is.
func (f *fixture) organization(t *testing.T, id string, listed bool) string {
	t.Helper()
	o, _, err := f.app.Organizations.Create(f.local, record.Creation[*maecenasv1.Organization]{ID: id, Resource: &maecenasv1.Organization{
		DisplayName: "O", LegalForm: maecenasv1.Organization_ASSOCIATION, HelixRole: maecenasv1.Organization_COMPANY,
		Place: &maecenasv1.Place{CountryCode: "IT"}, Listed: listed,
	}})
	if err != nil {
		t.Fatal(err)
	}
	return o.GetName()
}

// grant grants a role, and returns the membership.
func (f *fixture) grant(ctx context.Context, member, of string, role maecenasv1.Membership_Role) (*maecenasv1.Membership, error) {
	m, _, err := f.Memberships.Create(ctx, record.Creation[*maecenasv1.Membership]{
		Resource: &maecenasv1.Membership{Member: member, Resource: of, Role: role},
	})
	return m, err
}

func (f *fixture) granted(t *testing.T, member, of string, role maecenasv1.Membership_Role) *maecenasv1.Membership {
	t.Helper()
	m, err := f.grant(f.local, member, of, role)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// setPassword gives a person a password by a link, and returns the token of the session.
func (f *fixture) setPassword(t *testing.T, name, password string) string {
	t.Helper()
	made, err := f.ResetLink(f.local, name)
	if err != nil {
		t.Fatal(err)
	}
	begun, err := f.Redeem(t.Context(), account.Redemption{Token: made.Token.Reveal(), Password: password, From: "192.0.2.1"})
	if err != nil {
		t.Fatal(err)
	}
	return begun.Token.Reveal()
}

// reason is the reason of an error; empty for none.
func reason(err error) string {
	var own *fault.Error
	if errors.As(err, &own) {
		return own.Reason.String()
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

func want(t *testing.T, what string, err error, expected string) {
	t.Helper()
	if reason(err) != expected {
		t.Errorf("%s: %q (%v), want %q", what, reason(err), err, expected)
	}
}

const (
	rose  = "una rosa è una rosa"
	train = "corre il treno nella notte"
)

// encode is a record as it is stored.
func encode(t *testing.T, rec store.Record) string {
	t.Helper()
	content, err := proto.Marshal(rec)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
