// Package account is about those who call: principals, the keys and passwords by
// which they are known, their sessions, the one-time links by which people come in,
// and the memberships by which they may do something.
//
// A key is text that is shown once; a session is a token in a cookie; a person
// signs in with an address and a password. Of all of them only hashes are stored,
// and who calls is found by a hash in [auth.Directory], without a read of the store.
//
// A session lasts for 30 days from when its person last looked at it, and for 90
// days at most. It ends at once when it is signed out of, when the person is
// disabled or deleted, and, unless the person did that in it, when the password is
// set. A link for a new password ends the person's keys as well: whoever took the
// account over may have made some.
//
// Who has no business with a principal is told that there is none. Wrong addresses,
// wrong passwords, and right ones of people who may not sign in are answered alike,
// after the same work.
package account

import (
	"context"
	"crypto/rand"
	"io"

	"google.golang.org/grpc/codes"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/auth/secret"
	"github.com/maecenas-cci/maecenas/internal/auth/throttle"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/resource"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// Passwords hashes passwords and compares them; a [secret.Hasher] does.
type Passwords interface {
	// Hash returns what is stored of a password.
	Hash(ctx context.Context, password string) (string, error)
	// Verify compares a password with what is stored of one. It takes as long where
	// stored is empty, which no password matches.
	Verify(ctx context.Context, stored, password string) (secret.Verdict, error)
}

// Options are what Accounts are made of. Only Keeper is needed.
type Options struct {
	// Keeper writes and reads the records.
	Keeper *record.Keeper
	// Passwords hashes passwords; nil: a hasher with the costs that are recommended.
	Passwords Passwords
	// Random is where secrets come from; nil: the system's.
	Random io.Reader
}

// Accounts holds the use cases. It is safe for concurrent use.
type Accounts struct {
	// Principals, Keys and Memberships are the collections of the resources of those
	// names. Keys are created by [Accounts.CreateKey].
	Principals  *record.Collection[*maecenasv1.Principal]
	Keys        *record.Collection[*maecenasv1.ApiKey]
	Memberships *record.Collection[*maecenasv1.Membership]

	keeper    *record.Keeper
	passwords Passwords
	random    io.Reader
	throttle  *throttle.Throttle
}

// New makes Accounts. The error is that of reading random bytes.
func New(opts Options) (*Accounts, error) {
	if opts.Random == nil {
		opts.Random = rand.Reader
	}
	if opts.Passwords == nil {
		hasher, err := secret.NewHasher(secret.HasherOptions{Random: opts.Random})
		if err != nil {
			return nil, err
		}
		opts.Passwords = hasher
	}
	a := &Accounts{
		keeper: opts.Keeper, passwords: opts.Passwords, random: opts.Random,
		throttle: throttle.New(throttle.Options{Now: opts.Keeper.Now}),
	}
	a.Principals = record.NewCollection(a.keeper, a.principalKind())
	a.Keys = record.NewCollection(a.keeper, keyKind())
	a.Memberships = record.NewCollection(a.keeper, a.membershipKind())
	return a, nil
}

// Known answers RESOURCE_NOT_FOUND where a principal, a key or a membership does not
// exist for the caller, be it that there is none or that it is none of the caller's
// business. ok is false for names of other kinds.
func (a *Accounts) Known(ctx context.Context, name string) (ok bool, err error) {
	if name == auth.Installation {
		return true, nil
	}
	switch {
	case store.KindPrincipal.Matches(name):
		return true, look(ctx, a.keeper, a.Principals, name)
	case store.KindApiKey.Matches(name):
		return true, look(ctx, a.keeper, a.Keys, name)
	case store.KindMembership.Matches(name):
		return true, look(ctx, a.keeper, a.Memberships, name)
	default:
		return false, nil
	}
}

func look[T record.Resource](ctx context.Context, k *record.Keeper, c *record.Collection[T], name string) error {
	return k.Look(ctx, 0, func(e *record.Eyes) error {
		_, err := c.Seen(e, name)
		return err
	})
}

// own answers RESOURCE_NOT_FOUND where a principal, or what is below one, is
// neither the caller's own nor the caller an administrator.
func own(caller *auth.Principal, name string) error {
	switch {
	case caller.RoleOn(name) >= auth.RoleOwner:
		return nil
	case caller.Name != "" && resource.Subject(name) == caller.Name:
		return &fault.Error{
			Code: codes.PermissionDenied, Reason: maecenasv1.ErrorReason_KEY_SCOPE_EXCEEDED,
			Message: "this key is of other resources: it may not be used for its own principal",
		}
	default:
		return fault.NotFound(name)
	}
}

// local answers whether the caller works on a data folder.
func local(caller *auth.Principal) bool { return caller.Administrator && caller.UID == "" }
