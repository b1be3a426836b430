package record

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/timestamppb"

	storagev1 "github.com/maecenas-cci/maecenas/gen/maecenas/storage/v1"
	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/resource"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// Intent is how a write is meant.
type Intent struct {
	// ValidateOnly checks everything and writes nothing.
	ValidateOnly bool
	// RequestID makes the same write within a day be done once; empty: it does not.
	RequestID string
	// Digest tells requests of one RequestID apart.
	Digest []byte
}

// requestMemory is how long a request id is remembered.
const requestMemory = 24 * time.Hour

// Tx is a transaction of the store, for one caller, that notes what was written.
type Tx struct {
	store.Writer
	// Now is its time, in UTC.
	Now time.Time
	// Caller is who writes.
	Caller *auth.Principal

	keeper  *Keeper
	action  string
	changes []Change
	touched set
}

// Change is a record that a transaction wrote.
type Change struct {
	// Kind is the record's kind.
	Kind store.Kind
	// Name is its resource name.
	Name string
	// Record is what was written; nil: it was deleted.
	Record store.Record

	uid string
}

// Changes are what was written so far, in order.
func (t *Tx) Changes() []Change { return t.changes }

// Wrote answers whether a record of a kind was written or deleted.
func (t *Tx) Wrote(kind store.Kind) bool {
	return slices.ContainsFunc(t.changes, func(c Change) bool { return c.Kind == kind })
}

// Touch notes that the rows of an organization or investor have to be made again.
func (t *Tx) Touch(subject string) { t.touched.add(subject) }

// Touched are the organizations and investors that were touched, in order.
func (t *Tx) Touched() []string { return t.touched.names }

// Keeper is whose transaction it is.
func (t *Tx) Keeper() *Keeper { return t.keeper }

// Eyes read through the eyes of the caller, what was written so far included.
func (t *Tx) Eyes() *Eyes {
	return &Eyes{
		Reader: t, Sight: auth.Sight{Caller: t.Caller, Directory: t.keeper.opts.Directory, VerifiedOnly: t.keeper.opts.VerifiedOnly},
		organizations: map[string]*maecenasv1.Organization{}, investors: map[string]*maecenasv1.Investor{},
	}
}

// set is a set of names that remembers their order.
type set struct {
	names []string
	has   map[string]bool
}

func (s *set) add(name string) {
	if s.has[name] {
		return
	}
	if s.has == nil {
		s.has = map[string]bool{}
	}
	s.has[name] = true
	s.names = append(s.names, name)
}

// Once runs fn in one transaction unless the same request did so within a day;
// then it answers what that one wrote. fn returns the name of what it wrote.
func (k *Keeper) Once(ctx context.Context, intent Intent, fn func(*Tx) (string, error)) (name string, replayed bool, revision int64, err error) {
	if intent.RequestID == "" || intent.ValidateOnly {
		revision, err = k.Transact(ctx, intent.ValidateOnly, func(t *Tx) (err error) {
			name, err = fn(t)
			return err
		})
		return name, false, revision, err
	}
	key := auth.FromContext(ctx).Name + " " + intent.RequestID
	var past *storagev1.RequestEntry
	revision, err = k.Transact(ctx, false, func(t *Tx) (err error) {
		if past, err = t.remembered(key); err != nil || past != nil {
			return err
		}
		if name, err = fn(t); err != nil {
			return err
		}
		if _, err = t.PruneRequests(t.Now.Add(-requestMemory)); err != nil {
			return err
		}
		return t.PutRequest(key, &storagev1.RequestEntry{
			Digest: intent.Digest, Resource: name, Revision: t.Revision() + 1, CommitTime: timestamppb.New(t.Now),
		})
	})
	switch {
	case err != nil || past == nil:
		return name, false, revision, err
	case !bytes.Equal(past.GetDigest(), intent.Digest):
		return "", false, 0, &fault.Error{
			Code: codes.InvalidArgument, Reason: maecenasv1.ErrorReason_REQUEST_ID_REUSED,
			Message:    "the request id was used for another request within a day: take a new one",
			Violations: []fault.Violation{{Field: "requestId", Description: "was used for another request", Reason: "reused"}},
		}
	default:
		return past.GetResource(), true, past.GetRevision(), nil
	}
}

func (t *Tx) remembered(key string) (*storagev1.RequestEntry, error) {
	entry, err := t.GetRequest(key)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil, nil
	case err != nil:
		return nil, err
	case entry.GetCommitTime().AsTime().Before(t.Now.Add(-requestMemory)):
		return nil, nil
	default:
		return entry, nil
	}
}

// Put stamps a record and writes it. created is when its first version was made;
// nil: now.
func (t *Tx) Put(rec store.Record, created *timestamppb.Timestamp) error {
	now := timestamppb.New(t.Now)
	if created == nil {
		created = now
	}
	setTime(rec, "create_time", created)
	setTime(rec, "update_time", now)
	if rec.GetUid() == "" {
		uid, err := t.keeper.opts.Identity.UID()
		if err != nil {
			return err
		}
		setField(rec.ProtoReflect(), "uid", protoreflect.ValueOfString(uid))
	}
	if rec.ProtoReflect().Descriptor().Fields().ByName("etag") != nil {
		etag, err := etagOf(rec)
		if err != nil {
			return err
		}
		setField(rec.ProtoReflect(), "etag", protoreflect.ValueOfString(etag))
	}
	return t.PutAsIs(rec)
}

// PutAsIs writes a record that keeps its times and its etag: what the server does
// of itself is no write of a record's people.
func (t *Tx) PutAsIs(rec store.Record) error {
	kind, err := store.KindOf(rec)
	if err != nil {
		return err
	}
	if err := t.Writer.Put(rec); err != nil {
		return err
	}
	t.changes = append(t.changes, Change{Kind: kind, Name: rec.GetName(), Record: rec})
	t.Touch(resource.Subject(rec.GetName()))
	return nil
}

// Remove deletes a record. store.ErrNotFound: there is none.
func (t *Tx) Remove(kind store.Kind, name string) error {
	uid, err := t.uidOf(kind, name)
	if err != nil {
		return err
	}
	if err := t.Delete(kind, name); err != nil {
		return err
	}
	t.changes = append(t.changes, Change{Kind: kind, Name: name, uid: uid})
	t.Touch(resource.Subject(name))
	return nil
}

// ID makes a resource id for a kind, by the name of one.
func (t *Tx) ID(singular string) (string, error) { return t.keeper.opts.Identity.ID(singular) }

// UID makes a uid.
func (t *Tx) UID() (string, error) { return t.keeper.opts.Identity.UID() }

// setTime sets a time of a record that has it.
func setTime(rec store.Record, name protoreflect.Name, at *timestamppb.Timestamp) {
	message := rec.ProtoReflect()
	if field := message.Descriptor().Fields().ByName(name); field != nil {
		message.Set(field, protoreflect.ValueOfMessage(at.ProtoReflect()))
	}
}

// etagOf is made of everything a record says but its etag.
func etagOf(rec store.Record) (string, error) {
	setField(rec.ProtoReflect(), "etag", protoreflect.ValueOfString(""))
	content, err := proto.MarshalOptions{Deterministic: true}.Marshal(rec)
	if err != nil {
		return "", fmt.Errorf("encoding %s: %w", rec.GetName(), err)
	}
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:8]), nil
}

func setField(message protoreflect.Message, name protoreflect.Name, value protoreflect.Value) {
	message.Set(message.Descriptor().Fields().ByName(name), value)
}
