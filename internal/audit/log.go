// Package audit reads the audit log: who did what to which object, for auditors;
// and who of others looked at what is theirs, for the owners of an organization or
// investor. What is written to the log is decided where records are written
// ([github.com/maecenas-cci/maecenas/internal/record]).
package audit

import (
	"context"
	"errors"
	"fmt"
	"time"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/audit/chain"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/resource"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// Log is the audit log. It is safe for concurrent use.
type Log struct {
	keeper *record.Keeper
	looks  looks
}

// New makes the Log of what a keeper keeps.
func New(keeper *record.Keeper) *Log { return &Log{keeper: keeper} }

// Query asks for a page of the log, newest first.
type Query struct {
	// Subject is the organization or investor, Actor the principal, by name; empty: any.
	Subject, Actor string
	// After and Before bound the time, After inclusive; zero: nothing.
	After, Before time.Time
	// Cursor is the Next of the page before; nil: at the start.
	Cursor []byte
	// Limit is how many at most, above 0.
	Limit int
	// MinRevision is what the data must have reached.
	MinRevision int64
}

// List reads a page, with names of what is still known. That it was read is itself
// written to the log, at the first page. RESOURCE_NOT_FOUND: there is no such subject or actor.
func (l *Log) List(ctx context.Context, query Query) (record.Page[*maecenasv1.AuditEntry], error) {
	var page record.Page[*maecenasv1.AuditEntry]
	if query.Cursor == nil {
		if err := l.keeper.Note(ctx, ""); err != nil {
			return page, err
		}
	}
	err := l.keeper.Look(ctx, query.MinRevision, func(e *record.Eyes) error {
		keep, err := query.kept(e)
		if err != nil {
			return err
		}
		page = record.Page[*maecenasv1.AuditEntry]{Revision: e.Revision()}
		names := namer{r: e}
		return walk(ctx, e, query, keep, func(cursor store.Cursor, entry *maecenasv1.AuditEntry) (bool, error) {
			if len(page.Records) == query.Limit {
				return false, nil
			}
			if err := names.fill(entry); err != nil {
				return false, err
			}
			page.Records, page.Next = append(page.Records, entry), cursor
			return true, nil
		}, func() { page.Next = nil })
	})
	return page, err
}

// kept is what a query keeps.
func (q Query) kept(r store.Reader) (func(*maecenasv1.AuditEntry) bool, error) {
	uids := [2]string{}
	for i, name := range [2]string{q.Subject, q.Actor} {
		if name == "" {
			continue
		}
		uid, err := uidOf(r, name)
		if err != nil {
			return nil, err
		}
		uids[i] = uid
	}
	return func(entry *maecenasv1.AuditEntry) bool {
		at := entry.GetEntryTime().AsTime()
		return (q.Subject == "" || entry.GetSubject() == uids[0]) && (q.Actor == "" || entry.GetActor() == uids[1]) &&
			(q.After.IsZero() || !at.Before(q.After)) && (q.Before.IsZero() || at.Before(q.Before))
	}, nil
}

// walk calls take with the entries that are kept, newest first, until it answers
// false; where it never does, end runs.
func walk(
	ctx context.Context, r store.Reader, query Query, keep func(*maecenasv1.AuditEntry) bool,
	take func(store.Cursor, *maecenasv1.AuditEntry) (bool, error), end func(),
) error {
	ended := true
	options := store.ListOptions{After: query.Cursor, Descending: true}
	err := r.List(store.KindAuditEntry, options, func(cursor store.Cursor, rec store.Record) (bool, error) {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		entry, ok := rec.(*maecenasv1.AuditEntry)
		if !ok || !keep(entry) {
			return true, nil
		}
		on, err := take(cursor, entry)
		ended = on
		return on, err
	})
	if err == nil && ended {
		end()
	}
	return err
}

// Get reads one entry. RESOURCE_NOT_FOUND.
func (l *Log) Get(ctx context.Context, name string, minRevision int64) (*maecenasv1.AuditEntry, int64, error) {
	if err := fault.CheckName("name", resource.AuditEntry, name); err != nil {
		return nil, 0, err
	}
	entry, revision := &maecenasv1.AuditEntry{}, int64(0)
	err := l.keeper.Look(ctx, minRevision, func(e *record.Eyes) error {
		revision = e.Revision()
		err := e.Get(name, entry)
		if errors.Is(err, store.ErrNotFound) {
			return fault.NotFound(name)
		}
		if err != nil {
			return err
		}
		names := namer{r: e}
		return names.fill(entry)
	})
	return entry, revision, err
}

// Verify works the chain of hashes out again.
func (l *Log) Verify(ctx context.Context) (*maecenasv1.AuditLogState, error) {
	var links chain.Chain
	err := l.keeper.Read(ctx, 0, func(r store.Reader) error {
		return r.List(store.KindAuditEntry, store.ListOptions{}, func(_ store.Cursor, rec store.Record) (bool, error) {
			if entry, ok := rec.(*maecenasv1.AuditEntry); ok {
				links.Add(entry)
			}
			return true, ctx.Err()
		})
	})
	return links.State(), err
}

// Accesses reads a page of the looks that others took at an organization or
// investor, newest first: its own people, as they are now, and the program itself
// are left out. A look without a subject was the operator's.
func (l *Log) Accesses(ctx context.Context, parent string, query Query) (record.Page[*maecenasv1.Access], error) {
	var page record.Page[*maecenasv1.Access]
	query.Subject, query.Actor = parent, ""
	err := l.keeper.Look(ctx, query.MinRevision, func(e *record.Eyes) error {
		keep, err := query.kept(e)
		if err != nil {
			return err
		}
		page = record.Page[*maecenasv1.Access]{Revision: e.Revision()}
		names := namer{r: e}
		own, err := l.people(e, parent)
		if err != nil {
			return err
		}
		looked := func(entry *maecenasv1.AuditEntry) bool {
			return keep(entry) && entry.GetRevision() == 0 && entry.GetActor() != "" && (entry.GetActingFor() != "" || !own[entry.GetActor()])
		}
		return walk(ctx, e, query, looked, func(cursor store.Cursor, entry *maecenasv1.AuditEntry) (bool, error) {
			if len(page.Records) == query.Limit {
				return false, nil
			}
			access, err := names.access(entry)
			if err != nil {
				return false, err
			}
			page.Records, page.Next = append(page.Records, access), cursor
			return true, nil
		}, func() { page.Next = nil })
	})
	return page, err
}

// Rows are the columns of the log as a table, and the cells of an entry.
func Rows(entry *maecenasv1.AuditEntry) []string {
	return []string{
		fmt.Sprint(entry.GetSequence()), entry.GetEntryTime().AsTime().Format(time.RFC3339Nano),
		entry.GetActor(), entry.GetActorName(), entry.GetActingFor(), entry.GetPermission(),
		entry.GetObjectType(), entry.GetObject(), entry.GetObjectName(), entry.GetSubject(), fmt.Sprint(entry.GetRevision()),
		fmt.Sprintf("%x", entry.GetHash()),
	}
}

// Columns name the cells of [Rows].
func Columns() []string {
	return []string{
		"sequence", "entryTime", "actor", "actorName", "actingFor", "permission",
		"objectType", "object", "objectName", "subject", "revision", "hash",
	}
}
