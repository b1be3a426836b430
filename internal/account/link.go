package account

import (
	"context"
	"encoding/hex"
	"errors"
	"time"

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

// How long one-time links can be used.
const (
	SetupLife      = time.Hour
	ResetLife      = 24 * time.Hour
	InvitationLife = 7 * 24 * time.Hour
)

// linkPath is the page on which a link is used. Its token stands behind the #, which
// browsers send to no server, so that no log has it.
const linkPath = "/link#"

type link = storagev1.Link

// OneTime is a link that was made, to be handed over.
type OneTime struct {
	// Token is what it carries; zero in the answer to a request that was made before.
	Token secret.Token
	// ExpireTime is until when it can be used.
	ExpireTime time.Time
	// Revision is that of the data.
	Revision int64
}

// Path is where it leads to, below the address of the server.
func (o OneTime) Path() string {
	if o.Token == (secret.Token{}) {
		return ""
	}
	return linkPath + o.Token.Reveal()
}

// linkName names a link by its hash, so that it is found without a search.
func linkName(token secret.Token) string { return "links/" + hex.EncodeToString(token.Hash()[:16]) }

// issue puts a link, and takes away those that replaced says and those that have ended.
func (a *Accounts) issue(t *record.Tx, made *link, life time.Duration, replaced func(*link) bool) (OneTime, error) {
	err := removeLinks(t, func(l *link) bool { return !l.GetExpireTime().AsTime().After(t.Now) || replaced(l) })
	if err != nil {
		return OneTime{}, err
	}
	token, err := secret.NewToken(a.random, secret.Link)
	if err != nil {
		return OneTime{}, err
	}
	end := t.Now.Add(life)
	made.Name, made.Hash, made.ExpireTime = linkName(token), token.Hash(), timestamppb.New(end)
	return OneTime{Token: token, ExpireTime: end}, t.Put(made, nil)
}

func removeLinks(t *record.Tx, gone func(*link) bool) error {
	var names []string
	err := t.List(store.KindLink, store.ListOptions{}, func(_ store.Cursor, rec store.Record) (bool, error) {
		if l, ok := rec.(*link); ok && gone(l) {
			names = append(names, l.GetName())
		}
		return true, nil
	})
	for _, name := range names {
		err = errors.Join(err, t.Remove(store.KindLink, name))
	}
	return err
}

// SetupLink makes the link by which the first administrator comes in, and ends
// earlier ones; false once there is a principal.
func (a *Accounts) SetupLink(ctx context.Context) (OneTime, bool, error) {
	var made OneTime
	empty := false
	revision, err := a.keeper.Transact(ctx, false, func(t *record.Tx) (err error) {
		if empty = a.keeper.Directory().Empty(); !empty {
			return nil
		}
		made, err = a.issue(t, &link{Purpose: storagev1.Link_SETUP}, SetupLife,
			func(l *link) bool { return l.GetPurpose() == storagev1.Link_SETUP })
		return err
	})
	made.Revision = revision
	return made, empty && err == nil, err
}

// ResetLink makes the link by which a person sets a new password, and ends earlier
// ones. RESOURCE_NOT_FOUND, PERMISSION_DENIED, FIELD_INVALID where it is no person.
func (a *Accounts) ResetLink(ctx context.Context, name string) (OneTime, error) {
	var made OneTime
	revision, err := a.keeper.Transact(ctx, false, func(t *record.Tx) error {
		if err := administrators(t.Caller, "only an administrator makes a link for a new password"); err != nil {
			return err
		}
		p, err := a.Principals.Load(t, name)
		if err != nil {
			return err
		}
		if p.GetKind() != maecenasv1.Principal_PERSON {
			return fault.Invalid(fault.Violation{Field: "name", Reason: "person", Description: "is no person: a service account calls with a key"})
		}
		made, err = a.issue(t, &link{Purpose: storagev1.Link_RESET, Principal: name}, ResetLife,
			func(l *link) bool { return l.GetPrincipal() == name })
		if err != nil {
			return err
		}
		return note(ctx, t, name)
	})
	made.Revision = revision
	return made, err
}

// Invitation asks to invite a person.
type Invitation struct {
	// Resource is of what it becomes a member, Role as what.
	Resource string
	Role     maecenasv1.Membership_Role
	// Email is its address.
	Email string
	// Intent is how it is meant.
	Intent record.Intent
}

// Invite makes the link by which a person becomes a member; an earlier one to the
// same ends. It does not look whether somebody has the address. PERMISSION_DENIED,
// FIELD_INVALID, REFERENCE_NOT_FOUND.
func (a *Accounts) Invite(ctx context.Context, invitation Invitation) (OneTime, error) {
	invited := &link{
		Purpose: storagev1.Link_INVITATION, Email: address(invitation.Email), Resource: invitation.Resource,
		Role: int32(invitation.Role), Granter: auth.FromContext(ctx).Name,
	}
	sample := &maecenasv1.Membership{Member: "principals/invited", Resource: invitation.Resource, Role: invitation.Role}
	if violations := a.keeper.Rules().Record("", sample, func(audit *auditor) { auditMembership(audit, sample) }); len(violations) > 0 {
		return OneTime{}, fault.Invalid(violations...)
	}
	var made OneTime
	name, replayed, revision, err := a.keeper.Once(ctx, invitation.Intent, func(t *record.Tx) (string, error) {
		if t.Caller.RoleOn(invitation.Resource) < auth.RoleOwner {
			return "", fault.Denied("only owners of " + invitation.Resource + " invite to it")
		}
		if err := subjectOf(t, invitation.Resource); err != nil {
			return "", err
		}
		var err error
		made, err = a.issue(t, invited, InvitationLife, func(l *link) bool {
			return l.GetEmail() == invited.GetEmail() && l.GetResource() == invited.GetResource()
		})
		if err != nil {
			return "", err
		}
		return invited.GetName(), note(ctx, t, named(invitation.Resource))
	})
	if err == nil && replayed {
		// The link is shown once; when it ends can be told for as long as it is there.
		err = a.keeper.Read(ctx, 0, func(r store.Reader) error { return fault.Optional(r.Get(name, invited)) })
		made = OneTime{ExpireTime: invited.GetExpireTime().AsTime()}
	}
	made.Revision = revision
	return made, err
}

// named is a resource as the audit log has it: the installation is no record.
func named(of string) string {
	if of == auth.Installation {
		return ""
	}
	return of
}

// linkOf reads the link of a token that can still be used.
func (a *Accounts) linkOf(r store.Reader, token secret.Token, now time.Time) (*link, error) {
	found := &link{}
	err := r.Get(linkName(token), found)
	if errors.Is(err, store.ErrNotFound) {
		return nil, linkInvalid()
	}
	if err != nil {
		return nil, err
	}
	if !secret.Equal(found.GetHash(), token.Hash()) || !found.GetExpireTime().AsTime().After(now) || !a.stands(r, found, now) {
		return nil, linkInvalid()
	}
	return found, nil
}

// stands answers whether what a link is for still makes sense.
func (a *Accounts) stands(r store.Reader, l *link, now time.Time) bool {
	directory := a.keeper.Directory()
	switch l.GetPurpose() {
	case storagev1.Link_SETUP:
		return directory.Empty()
	case storagev1.Link_RESET:
		return directory.Principal(l.GetPrincipal(), now) != nil
	case storagev1.Link_INVITATION:
		if l.GetResource() != auth.Installation && record.SubjectExists(r, l.GetResource()) != nil {
			return false
		}
		if l.GetGranter() == auth.Local().Name {
			return true
		}
		granter := directory.Principal(l.GetGranter(), now)
		return granter != nil && granter.RoleOn(l.GetResource()) >= auth.RoleOwner
	default:
		return false
	}
}

func linkInvalid() error {
	return &fault.Error{
		Code: codes.NotFound, Reason: maecenasv1.ErrorReason_LINK_INVALID,
		Message: "the link is not known, was used or has ended: ask for another",
	}
}
