package account

import (
	"context"
	"errors"
	"fmt"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/timestamppb"

	storagev1 "github.com/maecenas-cci/maecenas/gen/maecenas/storage/v1"
	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/auth/secret"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// Attempt asks to sign in.
type Attempt struct {
	// Email and Password are what the person says.
	Email, Password string
	// From is the IP address that it comes from.
	From string
}

// SignIn begins a session. SIGN_IN_FAILED whatever was wrong, after the same work;
// SIGN_IN_THROTTLED after too many attempts on the address or from where it comes.
func (a *Accounts) SignIn(ctx context.Context, attempt Attempt) (SignedIn, error) {
	email := address(attempt.Email)
	if err := a.take(email, attempt.From); err != nil {
		return SignedIn{}, err
	}
	name := a.keeper.Directory().ByEmail(email)
	stored, err := a.verify(ctx, name, attempt.Password)
	if err != nil {
		return SignedIn{}, err
	}
	var token secret.Token
	revision, err := a.keeper.Transact(ctx, false, func(t *record.Tx) error {
		if err := a.still(t, name, stored); err != nil {
			return err
		}
		if stored.renewed != "" {
			if err := t.Put(&storagev1.Credential{Name: credentialOf(name), Uid: stored.uid, PasswordHash: stored.renewed, SetTime: stored.set}, nil); err != nil {
				return err
			}
		}
		if token, err = a.begin(t, name); err != nil {
			return err
		}
		return note(ctx, t, name)
	})
	if err != nil {
		return SignedIn{}, err
	}
	a.throttle.Succeeded(email, attempt.From)
	return a.tell(ctx, name, token, revision)
}

// take asks for an attempt on an address; "" is none, for what is tried from
// somewhere only.
func (a *Accounts) take(email, from string) error {
	wait := a.throttle.Take(email, from)
	if wait <= 0 {
		return nil
	}
	return &fault.Error{
		Code: codes.ResourceExhausted, Reason: maecenasv1.ErrorReason_SIGN_IN_THROTTLED,
		Message: "too many attempts: wait as long as RetryInfo says", RetryAfter: wait,
	}
}

func signInFailed() error {
	return &fault.Error{
		Code: codes.Unauthenticated, Reason: maecenasv1.ErrorReason_SIGN_IN_FAILED,
		Message: "the address and the password do not belong together, or may not sign in",
	}
}

// kept is what was stored of a password that was right.
type kept struct {
	uid, hash string
	set       *timestamppb.Timestamp
	// renewed is a hash of today's costs, where the stored one has others.
	renewed string
}

func credentialOf(principal string) string { return principal + "/credential" }

// verify compares a password with that of a principal, whose name is empty where
// there is none. It does the same work whether there is one, or one that may sign
// in. SIGN_IN_FAILED.
func (a *Accounts) verify(ctx context.Context, name, password string) (kept, error) {
	stored := &storagev1.Credential{}
	read := name
	if read == "" {
		read = "principals/nobody"
	}
	err := a.keeper.Read(ctx, 0, func(r store.Reader) error {
		if err := r.Get(credentialOf(read), stored); !errors.Is(err, store.ErrNotFound) {
			return err
		}
		return nil
	})
	if err != nil {
		return kept{}, err
	}
	if name == "" {
		stored = &storagev1.Credential{}
	}
	verdict, err := a.passwords.Verify(ctx, stored.GetPasswordHash(), password)
	if err != nil {
		return kept{}, hashing(err)
	}
	if !verdict.Match || a.keeper.Directory().Principal(name, a.keeper.Now()) == nil {
		return kept{}, signInFailed()
	}
	known := kept{uid: stored.GetUid(), hash: stored.GetPasswordHash(), set: stored.GetSetTime()}
	if verdict.Outdated {
		if known.renewed, err = a.passwords.Hash(ctx, password); err != nil {
			return kept{}, hashing(err)
		}
	}
	return known, nil
}

// hashing tells of a hasher that failed; its error holds nothing of the password.
func hashing(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return fault.Ended(err)
	}
	return fmt.Errorf("hashing a password: %w", err)
}

// still answers SIGN_IN_FAILED where a password that was right is no longer, and
// makes the person the caller of the transaction.
func (a *Accounts) still(t *record.Tx, name string, known kept) error {
	now := &storagev1.Credential{}
	if err := fault.Optional(t.Get(credentialOf(name), now)); err != nil {
		return err
	}
	p := a.keeper.Directory().Principal(name, t.Now)
	if p == nil || now.GetPasswordHash() != known.hash {
		return signInFailed()
	}
	t.Caller = p
	return nil
}

// Authenticate returns who calls with a key or the token of a session, at most one of
// which is stated; without any it is [auth.Anonymous]. UNAUTHENTICATED.
func (a *Accounts) Authenticate(key, session string) (*auth.Principal, error) {
	var hash []byte
	switch {
	case key != "":
		parsed, err := secret.ParseKey(key)
		if err != nil {
			return nil, unknownCredentials()
		}
		hash = parsed.Hash()
	case session != "":
		parsed, err := secret.ParseToken(session, secret.Session)
		if err != nil {
			return nil, unknownCredentials()
		}
		hash = parsed.Hash()
	default:
		return auth.Anonymous(), nil
	}
	caller := a.keeper.Directory().ByHash(auth.Hash(hash), a.keeper.Now())
	if caller == nil {
		return nil, unknownCredentials()
	}
	return caller, nil
}

func unknownCredentials() error {
	return &fault.Error{
		Code: codes.Unauthenticated, Reason: maecenasv1.ErrorReason_UNAUTHENTICATED,
		Message: "the credentials are not known, or have ended: sign in, or send Authorization: Bearer KEY",
	}
}
