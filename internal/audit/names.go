package audit

import (
	"errors"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// uidOf is the uid of a record by name. RESOURCE_NOT_FOUND.
func uidOf(r store.Reader, name string) (string, error) {
	kind, err := store.KindOfName(name)
	if err != nil {
		return "", fault.NotFound(name)
	}
	rec := kind.New()
	err = r.Get(name, rec)
	if errors.Is(err, store.ErrNotFound) {
		return "", fault.NotFound(name)
	}
	return rec.GetUid(), err
}

// namer finds the records that uids stand for, while there are some.
type namer struct {
	r store.Reader
}

// name is the name of a record; empty where it is gone.
func (n *namer) name(kind store.Kind, subject, uid string) (string, error) {
	rec, err := n.find(kind, subject, uid)
	if rec == nil || err != nil {
		return "", err
	}
	return rec.GetName(), nil
}

// find is a record by its uid and its subject's; nil where it is gone.
func (n *namer) find(kind store.Kind, subject, uid string) (store.Record, error) {
	if !kind.Valid() || uid == "" {
		return nil, nil
	}
	if kind.IsSubject() {
		subject = uid
	}
	rec, err := n.r.GetByUID(kind, subject, uid)
	if errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrInvalid) {
		return nil, nil
	}
	return rec, err
}

// fill adds to an entry the names of what is still known.
func (n *namer) fill(entry *maecenasv1.AuditEntry) (err error) {
	if entry.ActorName, err = n.name(store.KindPrincipal, "", entry.GetActor()); err != nil {
		return err
	}
	entry.ObjectName, err = n.name(store.Kind(entry.GetObjectType()), entry.GetSubject(), entry.GetObject())
	return err
}

// access is an entry as the owner of what was looked at sees it: not who, but for
// whom.
func (n *namer) access(entry *maecenasv1.AuditEntry) (*maecenasv1.Access, error) {
	object, err := n.name(store.Kind(entry.GetObjectType()), entry.GetSubject(), entry.GetObject())
	if err != nil {
		return nil, err
	}
	access := &maecenasv1.Access{AccessTime: entry.GetEntryTime(), Permission: entry.GetPermission(), Object: object}
	for _, kind := range []store.Kind{store.KindInvestor, store.KindOrganization} {
		side, err := n.find(kind, "", entry.GetActingFor())
		if err != nil {
			return nil, err
		}
		if named, ok := side.(interface {
			GetName() string
			GetDisplayName() string
		}); ok {
			access.Subject, access.DisplayName = named.GetName(), named.GetDisplayName()
			break
		}
	}
	return access, nil
}

// About calls each with the entries about a record, or what is below it, and those
// of what a principal did, oldest first, as the subject of a uid may read them. Of
// others it tells not who they are, but for whom they acted, by name while it is
// known.
func About(r store.Reader, uid string, each func(*maecenasv1.AuditEntry) error) error {
	names := namer{r: r}
	return r.List(store.KindAuditEntry, store.ListOptions{}, func(_ store.Cursor, rec store.Record) (bool, error) {
		entry, ok := rec.(*maecenasv1.AuditEntry)
		if !ok || entry.GetSubject() != uid && entry.GetObject() != uid && entry.GetActor() != uid {
			return true, nil
		}
		if err := names.fill(entry); err != nil {
			return false, err
		}
		access, err := names.access(entry)
		if err != nil {
			return false, err
		}
		entry.ActingFor, entry.PreviousHash, entry.Hash = access.GetSubject(), nil, nil
		if entry.GetActor() != uid {
			entry.Actor, entry.ActorName = "", ""
		}
		if entry.GetSubject() != uid && entry.GetObject() != uid {
			entry.ObjectName = "" // it may be hidden from the subject today
		}
		return true, each(entry)
	})
}
