package account

import (
	"context"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	storagev1 "github.com/maecenas-cci/maecenas/gen/maecenas/storage/v1"
	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/auth/secret"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/store"
	"github.com/maecenas-cci/maecenas/internal/validate"
)

type auditor = validate.Audit

// Redemption asks to use a one-time link.
type Redemption struct {
	// Token is the link's.
	Token string
	// Password is the new one; for an invitation of a person who has an account, its
	// present one.
	Password string
	// DisplayName is the name of a person whose account is made by this.
	DisplayName string
	// Email is the address of the first administrator.
	Email string
	// From is the IP address that it comes from.
	From string
}

// Redeem uses a link: sets up the first administrator, takes an invitation or sets a
// new password, which ends the person's sessions and keys, and signs in. LINK_INVALID,
// FIELD_INVALID, SIGN_IN_FAILED, SIGN_IN_THROTTLED, RESOURCE_EXISTS where a role would
// end that the one granted does not contain; the link can then still be used, if it could before.
func (a *Accounts) Redeem(ctx context.Context, redemption Redemption) (SignedIn, error) {
	if err := a.take("", redemption.From); err != nil {
		return SignedIn{}, err
	}
	token, err := secret.ParseToken(redemption.Token, secret.Link)
	if err != nil {
		return SignedIn{}, linkInvalid()
	}
	var found *link
	err = a.keeper.Read(ctx, 0, func(r store.Reader) (err error) {
		found, err = a.linkOf(r, token, a.keeper.Now())
		return err
	})
	if err != nil {
		return SignedIn{}, err
	}
	person, err := a.redeemer(ctx, found, redemption)
	if err != nil {
		return SignedIn{}, err
	}
	name, session := person.name, secret.Token{}
	revision, err := a.keeper.Transact(ctx, false, func(t *record.Tx) error {
		// Somebody else may have used it meanwhile.
		if found, err = a.linkOf(t, token, t.Now); err != nil {
			return err
		}
		if name, err = a.settleRedeemer(t, person); err != nil {
			return err
		}
		if err := a.effect(t, found, name); err != nil {
			return err
		}
		if session, err = a.begin(t, name); err != nil {
			return err
		}
		if t.Wrote(store.KindPrincipal) {
			return nil // that has its own line
		}
		return note(ctx, t, name)
	})
	if err != nil {
		return SignedIn{}, err
	}
	a.throttle.Succeeded("", redemption.From)
	return a.tell(ctx, name, session, revision)
}

// redeemer is who uses a link.
type redeemer struct {
	// name is that of its account; empty: it is made.
	name string
	// known is what was stored of the present password, where that was asked for.
	known kept
	// hash is that of the new password; empty: it keeps its own.
	hash string
	// made is the account to be made.
	made *maecenasv1.Principal
}

// redeemer finds out who uses a link, and does what is slow.
func (a *Accounts) redeemer(ctx context.Context, found *link, redemption Redemption) (redeemer, error) {
	var person redeemer
	email := found.GetEmail()
	switch found.GetPurpose() {
	case storagev1.Link_SETUP:
		email = address(redemption.Email)
		if email == "" {
			return person, fault.Invalid(fault.Violation{Field: "email", Reason: "required", Description: "must be set: you sign in with it"})
		}
	case storagev1.Link_RESET:
		person.name = found.GetPrincipal()
		p := &maecenasv1.Principal{}
		err := a.keeper.Read(ctx, 0, func(r store.Reader) error { return r.Get(person.name, p) })
		if err != nil {
			return person, linkInvalid()
		}
		email = p.GetEmail()
	default:
		person.name = a.keeper.Directory().ByEmail(email)
	}
	// Whether there is an account or not, a password that cannot be one is told so.
	if err := checkPassword("password", redemption.Password, email); err != nil {
		return person, err
	}
	if found.GetPurpose() == storagev1.Link_INVITATION {
		var err error
		if person.known, err = a.invited(ctx, found, person.name, redemption); err != nil || person.name != "" {
			return person, err
		}
	}
	if person.name == "" {
		person.made = &maecenasv1.Principal{Kind: maecenasv1.Principal_PERSON, Email: email, DisplayName: redemption.DisplayName}
		if person.made.GetDisplayName() == "" {
			person.made.DisplayName = email
		}
		violations := a.keeper.Rules().Record("", person.made, func(audit *auditor) { auditPrincipal(audit, person.made) })
		if len(violations) > 0 {
			return person, fault.Invalid(violations...)
		}
	}
	hash, err := a.passwords.Hash(ctx, redemption.Password)
	if err != nil {
		return person, hashing(err)
	}
	person.hash = hash
	return person, nil
}

// invited compares the password of a person who was invited and has an account; name is
// empty for who has none. Tries are counted apart from those to sign in, or whoever
// invites somebody could make that person wait; and by who invited, since whoever has
// the links of its own invitations could use them to ask who has an account, or to guess
// at passwords. SIGN_IN_FAILED, SIGN_IN_THROTTLED.
func (a *Accounts) invited(ctx context.Context, found *link, name string, redemption Redemption) (kept, error) {
	inviter, account := "inviter "+found.GetGranter(), "invited "+found.GetEmail()
	if err := a.take(inviter, ""); err != nil {
		return kept{}, err
	}
	if name == "" {
		a.throttle.GiveBack(inviter)
		return kept{}, nil
	}
	if err := a.take(account, redemption.From); err != nil {
		a.throttle.GiveBack(inviter)
		return kept{}, err
	}
	known, err := a.verify(ctx, name, redemption.Password)
	if err == nil {
		a.throttle.Succeeded(account, redemption.From)
		a.throttle.GiveBack(inviter)
	}
	return known, err
}

// settleRedeemer writes the account and the password of who uses a link, makes it
// the caller of the transaction, and returns its name.
func (a *Accounts) settleRedeemer(t *record.Tx, person redeemer) (string, error) {
	if person.known.hash != "" {
		return person.name, a.still(t, person.name, person.known)
	}
	p := &maecenasv1.Principal{}
	if person.made == nil {
		if err := t.Get(person.name, p); err != nil {
			return "", linkInvalid()
		}
		// A new password from an administrator may follow on somebody else's knowing the
		// old one, who may have made keys.
		if err := endKeys(t, person.name); err != nil {
			return "", err
		}
	} else {
		if a.keeper.Directory().ByEmail(person.made.GetEmail()) != "" {
			return "", &fault.Error{
				Code: codes.Aborted, Reason: maecenasv1.ErrorReason_WRITE_CONFLICT, Message: "somebody else was faster: try again",
			}
		}
		id, err := t.ID("principal")
		if err != nil {
			return "", err
		}
		uid, err := t.UID()
		if err != nil {
			return "", err
		}
		p = proto.CloneOf(person.made)
		p.Name, p.Uid = "principals/"+id, uid
	}
	t.Caller = &auth.Principal{Name: p.GetName(), UID: p.GetUid()}
	return p.GetName(), setPassword(t, p, person.hash, "")
}

// effect does what a link is for, and takes it away.
func (a *Accounts) effect(t *record.Tx, found *link, name string) error {
	switch found.GetPurpose() {
	case storagev1.Link_SETUP:
		if err := removeLinks(t, func(l *link) bool { return l.GetPurpose() == storagev1.Link_SETUP }); err != nil {
			return err
		}
		return a.join(t, name, auth.Installation, maecenasv1.Membership_ADMINISTRATOR, name)
	case storagev1.Link_INVITATION:
		if err := t.Remove(store.KindLink, found.GetName()); err != nil {
			return err
		}
		return a.join(t, name, found.GetResource(), maecenasv1.Membership_Role(found.GetRole()), found.GetGranter())
	default:
		return nil // setting the password took it away
	}
}

// join makes somebody a member. An invitation takes nothing from who is a member
// already: a role that contains the one it grants stays with its end, a lesser one
// gives way to it. One that neither contains nor is contained, auditor and verifier, is
// for an owner to decide about: RESOURCE_EXISTS.
func (a *Accounts) join(t *record.Tx, member, of string, role maecenasv1.Membership_Role, granter string) error {
	for _, m := range a.keeper.Directory().MembershipsOf(member) {
		if m.GetResource() != of {
			continue
		}
		old := &maecenasv1.Membership{}
		if err := t.Get(m.GetName(), old); err != nil {
			return err
		}
		over := old.GetExpireTime() != nil && !old.GetExpireTime().AsTime().After(t.Now)
		switch had := old.GetRole(); {
		case over:
		case had == role && old.GetExpireTime() == nil, had != role && contains(had, role):
			return nil
		case !contains(role, had):
			e := fault.Exists(old.GetName())
			e.Message = "you are " + had.String() + " of " + of + ", which would end: ask for " + old.GetName() + " to be changed"
			return e
		}
		old.Role, old.Granter, old.ExpireTime = role, granter, nil
		return t.Put(old, old.GetCreateTime())
	}
	id, err := t.ID("membership")
	if err != nil {
		return err
	}
	return t.Put(&maecenasv1.Membership{
		Name: "memberships/" + id, Member: member, Resource: of, Role: role, Granter: granter,
	}, nil)
}

// contains answers whether who has a role may do everything that another, of the same
// resource, lets do: of the roles of the installation ADMINISTRATOR alone is such a one.
func contains(role, other maecenasv1.Membership_Role) bool {
	switch role {
	case maecenasv1.Membership_VERIFIER, maecenasv1.Membership_AUDITOR:
		return role == other
	default:
		return role >= other
	}
}
