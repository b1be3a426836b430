package account

import (
	"cmp"
	"context"
	"slices"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	storagev1 "github.com/maecenas-cci/maecenas/gen/maecenas/storage/v1"
	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/auth/secret"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/resource"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// How long a session lasts: NIST SP 800-63B, section 4.1.3, asks for a new sign-in
// after 30 days at the latest where nothing is known of its use.
const (
	// SessionIdle is how long it lasts from when its person last looked at it.
	SessionIdle = 30 * 24 * time.Hour
	// SessionMost is how long it lasts in all.
	SessionMost = 90 * 24 * time.Hour
	// sessionStep is by how much it must have grown older to be written anew.
	sessionStep = 24 * time.Hour
)

// maxSessions is how many sessions of a person there are at a time: of more, the one
// that ends first goes.
const maxSessions = 50

// SignedIn is a session that was begun or prolonged.
type SignedIn struct {
	// Session is what the person is told.
	Session *maecenasv1.Session
	// Token is what the person shows from then on; zero: as before.
	Token secret.Token
	// Revision is that of the data.
	Revision int64
}

// begin begins a session of a person, and returns its token.
func (a *Accounts) begin(t *record.Tx, principal string) (secret.Token, error) {
	if err := pruneSessions(t, principal); err != nil {
		return secret.Token{}, err
	}
	token, err := secret.NewToken(a.random, secret.Session)
	if err != nil {
		return token, err
	}
	id, err := t.ID("session")
	if err != nil {
		return token, err
	}
	session := &storagev1.Session{
		Name: principal + "/sessions/" + id, Hash: token.Hash(), ExpireTime: timestamppb.New(t.Now.Add(SessionIdle)),
	}
	return token, t.Put(session, nil)
}

func sessionsOf(r store.Reader, principal string) ([]*storagev1.Session, error) {
	var sessions []*storagev1.Session
	err := r.List(store.KindSession, store.ListOptions{Parent: principal}, func(_ store.Cursor, rec store.Record) (bool, error) {
		if session, ok := rec.(*storagev1.Session); ok {
			sessions = append(sessions, session)
		}
		return true, nil
	})
	return sessions, err
}

// pruneSessions removes the sessions of a person that have ended, and makes room for
// another.
func pruneSessions(t *record.Tx, principal string) error {
	sessions, err := sessionsOf(t, principal)
	if err != nil {
		return err
	}
	slices.SortFunc(sessions, func(a, b *storagev1.Session) int {
		return cmp.Compare(b.GetExpireTime().AsTime().UnixNano(), a.GetExpireTime().AsTime().UnixNano())
	})
	for i, session := range sessions {
		if i < maxSessions-1 && session.GetExpireTime().AsTime().After(t.Now) {
			continue
		}
		if err := t.Remove(store.KindSession, session.GetName()); err != nil {
			return err
		}
	}
	return nil
}

// endSessions ends the sessions of a principal but one; empty: all.
func endSessions(t *record.Tx, principal, but string) error {
	sessions, err := sessionsOf(t, principal)
	if err != nil {
		return err
	}
	for _, session := range sessions {
		if session.GetName() == but {
			continue
		}
		if err := t.Remove(store.KindSession, session.GetName()); err != nil {
			return err
		}
	}
	return nil
}

// CurrentSession tells who the caller is and what it may do. A session that the call
// came with is prolonged, at most once a day; then shown, its token, is in the
// answer, so that the cookie lasts as long.
func (a *Accounts) CurrentSession(ctx context.Context, shown string) (SignedIn, error) {
	caller := auth.FromContext(ctx)
	if caller.Session != "" {
		if revision, err := a.prolong(ctx, caller.Session); err != nil {
			return SignedIn{}, err
		} else if revision > 0 {
			token, err := secret.ParseToken(shown, secret.Session)
			if err != nil {
				return SignedIn{}, unknownCredentials()
			}
			return a.tell(ctx, caller.Name, token, revision)
		}
	}
	return a.tell(ctx, caller.Name, secret.Token{}, 0)
}

// prolong makes a session last longer, and returns the revision if it had to.
func (a *Accounts) prolong(ctx context.Context, name string) (int64, error) {
	session := &storagev1.Session{}
	err := a.keeper.Read(ctx, 0, func(r store.Reader) error { return r.Get(name, session) })
	if err != nil {
		return 0, fault.OfStore(err)
	}
	if !until(session, a.keeper.Now()).After(session.GetExpireTime().AsTime().Add(sessionStep)) {
		return 0, nil
	}
	return a.keeper.Transact(ctx, false, func(t *record.Tx) error {
		if err := t.Get(name, session); err != nil {
			return unknownCredentials() // it was just ended
		}
		session.ExpireTime = timestamppb.New(until(session, t.Now))
		return t.Put(session, session.GetCreateTime())
	})
}

// until is when a session ends that is looked at now.
func until(session *storagev1.Session, now time.Time) time.Time {
	end, most := now.Add(SessionIdle), session.GetCreateTime().AsTime().Add(SessionMost)
	if end.After(most) {
		return most
	}
	return end
}

// tell describes the session of a principal.
func (a *Accounts) tell(ctx context.Context, name string, token secret.Token, revision int64) (SignedIn, error) {
	caller := auth.FromContext(ctx)
	p := &maecenasv1.Principal{}
	err := a.keeper.Read(ctx, revision, func(r store.Reader) error {
		revision = r.Revision()
		if local(caller) {
			p = &maecenasv1.Principal{Name: name}
			return nil
		}
		return r.Get(name, p)
	})
	if err != nil {
		return SignedIn{}, err
	}
	told := &maecenasv1.Session{Principal: p, ReadOnly: caller.ReadOnly && caller.Name == name}
	if !caller.ExpireTime.IsZero() && caller.Name == name {
		told.ExpireTime = timestamppb.New(caller.ExpireTime)
	}
	if token != (secret.Token{}) {
		if now := a.keeper.Directory().ByHash(auth.Hash(token.Hash()), a.keeper.Now()); now != nil {
			told.ExpireTime = timestamppb.New(now.ExpireTime)
			caller = now
		}
	}
	told.Memberships = a.memberships(caller)
	return SignedIn{Session: told, Token: token, Revision: revision}, nil
}

// memberships are those of a caller, and those of the organizations that it acts
// through, oldest first, as far as its key reaches.
func (a *Accounts) memberships(caller *auth.Principal) []*maecenasv1.Membership {
	directory := a.keeper.Directory()
	now := a.keeper.Now()
	found := directory.MembershipsOf(caller.Name)
	for _, m := range found {
		if resource.Valid(resource.Organization, m.GetResource()) && caller.RoleOn(m.GetResource()) >= auth.RoleEditor {
			found = append(found, directory.MembershipsOf(m.GetResource())...)
		}
	}
	organizations, investors := caller.Sides()
	found = slices.DeleteFunc(found, func(m *maecenasv1.Membership) bool {
		if m.GetExpireTime() != nil && !m.GetExpireTime().AsTime().After(now) || m.GetMember() != caller.Name && m.GetAcceptTime() == nil {
			return true // it ended, or nobody of the organization has accepted it
		}
		return caller.Bounded() && !slices.Contains(organizations, m.GetResource()) && !slices.Contains(investors, m.GetResource())
	})
	slices.SortFunc(found, func(a, b *maecenasv1.Membership) int {
		return cmp.Compare(a.GetUid(), b.GetUid()) // they grow with time
	})
	return found
}

// SignOut ends the session that the call came with; with a key there is none, and
// nothing happens.
func (a *Accounts) SignOut(ctx context.Context) (int64, error) {
	caller := auth.FromContext(ctx)
	if caller.Session == "" {
		return 0, nil
	}
	return a.keeper.Transact(ctx, false, func(t *record.Tx) error {
		if err := fault.Optional(t.Remove(store.KindSession, caller.Session)); err != nil {
			return err
		}
		return note(ctx, t, caller.Name)
	})
}

// note writes a line of the audit log about what is kept in records that have none
// of their own.
func note(ctx context.Context, t *record.Tx, name string) error {
	if action := auth.Action(ctx); action != "" {
		return t.Note(action, name)
	}
	return nil
}
