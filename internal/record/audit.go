package record

import (
	"context"
	"slices"

	"google.golang.org/protobuf/types/known/timestamppb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/audit/chain"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/resource"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// mostEntries is how many records of one transaction the audit log has a line each
// for. Of more, as of an import, it has one line, whose revision leads to all of
// them in the log of changes.
const mostEntries = 50

// silent are the kinds whose writes the audit log has no line for: what the server
// makes of others, what goes with a record that has one, and the log itself.
var silent = map[store.Kind]bool{
	store.KindAssessment: true, store.KindCanvasRevision: true, store.KindAuditEntry: true, store.KindErasedSubject: true,
	store.KindKeySecret: true, store.KindCredential: true, store.KindSession: true, store.KindLink: true,
}

// audit writes the lines of a transaction that somebody's action made.
func (t *Tx) audit() error {
	if t.action == "" {
		return nil
	}
	var told []Change
	for _, change := range t.changes {
		if !silent[change.Kind] {
			told = append(told, change)
		}
	}
	if len(told) > mostEntries {
		if err := t.Note(t.action, ""); err != nil {
			return err
		}
		// That somebody is gone is told whatever went along.
		told = slices.DeleteFunc(told, func(change Change) bool { return change.Record != nil || len(change.Kind.Below()) == 0 })
	}
	for _, change := range told {
		if err := t.note(t.action, change); err != nil {
			return err
		}
	}
	return nil
}

// Note writes a line about a look at a record, or about something without one.
func (t *Tx) Note(permission, name string) error {
	return t.note(permission, Change{Name: name})
}

func (t *Tx) note(permission string, change Change) error {
	entry := &maecenasv1.AuditEntry{EntryTime: timestamppb.New(t.Now), Actor: t.Caller.UID, Permission: permission}
	if len(t.changes) > 0 {
		entry.Revision = t.Revision() + 1
	}
	if kind, err := store.KindOfName(change.Name); err == nil {
		entry.ObjectType = string(kind)
		if entry.Object, err = t.uidOf(kind, change.Name); err != nil {
			return err
		}
		subject := resource.Subject(change.Name)
		if above, err := store.KindOfName(subject); err == nil {
			if entry.Subject, err = t.uidOf(above, subject); err != nil {
				return err
			}
		}
	}
	if entry.Object == "" {
		entry.Object = change.uid
	}
	side, err := t.actingFor(change.Name)
	if err != nil {
		return err
	}
	if kind, err := store.KindOfName(side); err == nil {
		if entry.ActingFor, err = t.uidOf(kind, side); err != nil {
			return err
		}
	}
	last, err := t.lastEntry()
	if err != nil {
		return err
	}
	chain.Link(last, entry)
	return t.Writer.Put(entry)
}

// actingFor is the side in whose name a caller looks at what is not its own: by which
// it sees the organization or investor that a name is below, or which of the two of an
// introduction it belongs to; empty for what is the caller's own and for what no side
// of it shows.
func (t *Tx) actingFor(name string) (string, error) {
	if name == "" || t.Caller.RoleOn(name) > auth.RoleNone {
		return "", nil
	}
	var by string
	subject, eyes := resource.Subject(name), t.Eyes()
	switch kind, _ := store.KindOfName(subject); kind {
	case store.KindOrganization:
		o := &maecenasv1.Organization{}
		if err := t.Get(subject, o); err != nil {
			return "", fault.Optional(err)
		}
		_, by, _ = eyes.OrganizationBy(o)
	case store.KindInvestor:
		i := &maecenasv1.Investor{}
		if err := t.Get(subject, i); err != nil {
			return "", fault.Optional(err)
		}
		_, by, _ = eyes.InvestorBy(i)
	case store.KindIntroduction:
		i := &maecenasv1.Introduction{}
		if err := t.Get(subject, i); err != nil {
			return "", fault.Optional(err)
		}
		for _, side := range []string{i.GetMandate(), i.GetNeed()} {
			if t.Caller.RoleOn(side) > auth.RoleNone {
				return resource.Subject(side), nil
			}
		}
	}
	return by, nil
}

// uidOf is the uid of a record; empty where it is gone.
func (t *Tx) uidOf(kind store.Kind, name string) (string, error) {
	rec := kind.New()
	if err := t.Get(name, rec); err != nil {
		if isNotFound(err) {
			return "", nil
		}
		return "", err
	}
	return rec.GetUid(), nil
}

// lastEntry is the last line of the audit log; nil where there is none.
func (t *Tx) lastEntry() (*maecenasv1.AuditEntry, error) {
	var last *maecenasv1.AuditEntry
	err := t.List(store.KindAuditEntry, store.ListOptions{Descending: true}, func(_ store.Cursor, rec store.Record) (bool, error) {
		last, _ = rec.(*maecenasv1.AuditEntry)
		return false, nil
	})
	return last, err
}

// Note writes a line of the audit log about a look at a record, by the caller and
// under the action of a context.
func (k *Keeper) Note(ctx context.Context, name string) error {
	_, err := k.Transact(ctx, false, func(t *Tx) error { return t.Note(t.action, name) })
	return err
}
