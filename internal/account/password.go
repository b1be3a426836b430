package account

import (
	"context"

	"google.golang.org/protobuf/types/known/timestamppb"

	storagev1 "github.com/maecenas-cci/maecenas/gen/maecenas/storage/v1"
	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/auth/secret"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/record"
)

// PasswordChange asks to set one's own password.
type PasswordChange struct {
	// Name is the caller.
	Name string
	// Present and New are the passwords.
	Present, New string
	// From is the IP address that it comes from.
	From string
}

// SetPassword sets the caller's own password, by the present one. All other sessions
// end; keys stay, since other programs call with them. SIGN_IN_FAILED, SIGN_IN_THROTTLED, FIELD_INVALID, RESOURCE_NOT_FOUND.
func (a *Accounts) SetPassword(ctx context.Context, change PasswordChange) (int64, error) {
	caller := auth.FromContext(ctx)
	if err := own(caller, change.Name); err != nil {
		return 0, err
	}
	if caller.Name != change.Name {
		return 0, fault.Denied("only the person sets its own password: make a link for it")
	}
	p, _, err := a.Principals.Get(ctx, change.Name, 0)
	if err != nil {
		return 0, err
	}
	if err := checkPassword("newPassword", change.New, p.GetEmail()); err != nil {
		return 0, err
	}
	if err := a.take(p.GetEmail(), change.From); err != nil {
		return 0, err
	}
	known, err := a.verify(ctx, change.Name, change.Present)
	if err != nil {
		return 0, err
	}
	a.throttle.Succeeded(p.GetEmail(), change.From)
	hash, err := a.passwords.Hash(ctx, change.New)
	if err != nil {
		return 0, hashing(err)
	}
	return a.keeper.Transact(ctx, false, func(t *record.Tx) error {
		if err := a.still(t, change.Name, known); err != nil {
			return err
		}
		if err := t.Get(change.Name, p); err != nil {
			return err
		}
		return setPassword(t, p, hash, caller.Session)
	})
}

// checkPassword answers FIELD_INVALID to a password that is not taken.
func checkPassword(field, password, email string) error {
	if err := secret.CheckPassword(password, email); err != nil {
		return fault.Invalid(fault.Violation{Field: field, Reason: "password", Description: err.Error()})
	}
	return nil
}

// setPassword writes a person with the hash of a password, and ends the sessions of its person but
// one, and the links by which it could be set anew.
func setPassword(t *record.Tx, p *maecenasv1.Principal, hash, but string) error {
	name := p.GetName()
	p.PasswordSet, p.PasswordTime = true, timestamppb.New(t.Now)
	if err := t.Put(p, p.GetCreateTime()); err != nil {
		return err
	}
	credential := &storagev1.Credential{Name: credentialOf(name)}
	if err := fault.Optional(t.Get(credential.GetName(), credential)); err != nil {
		return err
	}
	credential.PasswordHash, credential.SetTime = hash, timestamppb.New(t.Now)
	if err := t.Put(credential, nil); err != nil {
		return err
	}
	if err := removeLinks(t, func(l *link) bool { return l.GetPrincipal() == name }); err != nil {
		return err
	}
	return endSessions(t, name, but)
}
