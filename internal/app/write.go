package app

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/timestamppb"

	storagev1 "github.com/maecenas-cci/maecenas/gen/maecenas/storage/v1"
	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/index"
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

// tx is a transaction of the store with what its end needs: whose assessments
// and whose rows of the index have to be made again.
type tx struct {
	store.Writer
	app *App
	now time.Time
	// assessed are the organizations whose facts or canvas changed.
	assessed set
	// touched are the organizations and investors whose rows changed.
	touched set
	// gone are the needs and mandates that were deleted.
	gone []string
	// exchange is what is known of exchange rates that were written.
	exchange exchange
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

// errDry ends a transaction that was only to be tried.
var errDry = errors.New("nothing is to be written")

// transact runs fn in one transaction, makes the assessments and the rows that
// follow from it, and publishes them before it returns the revision.
func (a *App) transact(ctx context.Context, dry bool, fn func(*tx) error) (int64, error) {
	a.writing.Lock()
	defer a.writing.Unlock()
	var batch index.Batch
	revision, err := a.store.Update(ctx, func(w store.Writer) error {
		batch = index.Batch{}
		t := &tx{Writer: w, app: a, now: a.now().UTC()}
		err := fn(t)
		if err != nil {
			return err
		}
		if err := t.resettle(); err != nil {
			return err
		}
		if err := t.assess(); err != nil {
			return err
		}
		if dry {
			return errDry
		}
		if batch, err = t.app.Rows(t, t.touched.names, t.gone); err == nil && t.exchange.written {
			batch.Rates, err = t.rates()
		}
		return err
	})
	if dry && errors.Is(err, errDry) {
		return a.Revision(), nil
	}
	if err != nil {
		return 0, fault.OfStore(err)
	}
	if revision > a.Revision() {
		batch.Revision = revision
		a.Apply(batch)
	}
	return revision, nil
}

// once runs fn in one transaction unless the same request did so within a day;
// then it answers what that one wrote. fn returns the name of what it wrote.
func (a *App) once(ctx context.Context, intent Intent, fn func(*tx) (string, error)) (name string, replayed bool, revision int64, err error) {
	if intent.RequestID == "" || intent.ValidateOnly {
		revision, err = a.transact(ctx, intent.ValidateOnly, func(t *tx) (err error) {
			name, err = fn(t)
			return err
		})
		return name, false, revision, err
	}
	key := auth.FromContext(ctx).Name + " " + intent.RequestID
	var past *storagev1.RequestEntry
	revision, err = a.transact(ctx, false, func(t *tx) (err error) {
		if past, err = t.remembered(key); err != nil || past != nil {
			return err
		}
		if name, err = fn(t); err != nil {
			return err
		}
		if _, err = t.PruneRequests(t.now.Add(-requestMemory)); err != nil {
			return err
		}
		return t.PutRequest(key, &storagev1.RequestEntry{
			Digest: intent.Digest, Resource: name, Revision: t.Revision() + 1, CommitTime: timestamppb.New(t.now),
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

func (t *tx) remembered(key string) (*storagev1.RequestEntry, error) {
	entry, err := t.GetRequest(key)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil, nil
	case err != nil:
		return nil, err
	case entry.GetCommitTime().AsTime().Before(t.now.Add(-requestMemory)):
		return nil, nil
	default:
		return entry, nil
	}
}

// put stamps a record and writes it. created is when its first version was made.
func (t *tx) put(rec store.Record, created *timestamppb.Timestamp) error {
	now := timestamppb.New(t.now)
	if created == nil {
		created = now
	}
	message := rec.ProtoReflect()
	setField(message, "create_time", protoreflect.ValueOfMessage(created.ProtoReflect()))
	setField(message, "update_time", protoreflect.ValueOfMessage(now.ProtoReflect()))
	if rec.GetUid() == "" {
		uid, err := t.app.identity.UID()
		if err != nil {
			return err
		}
		setField(message, "uid", protoreflect.ValueOfString(uid))
	}
	etag, err := etagOf(rec)
	if err != nil {
		return err
	}
	setField(message, "etag", protoreflect.ValueOfString(etag))
	if err := t.Put(rec); err != nil {
		return err
	}
	switch rec.(type) {
	case *maecenasv1.ExchangeRates:
		t.noteRates()
		return nil
	case *maecenasv1.Organization, *maecenasv1.Canvas:
		t.assessed.add(resource.Subject(rec.GetName()))
	}
	t.touched.add(resource.Subject(rec.GetName()))
	return nil
}

// remove deletes a record.
func (t *tx) remove(kind store.Kind, name string) error {
	if err := t.Delete(kind, name); err != nil {
		return err
	}
	if kind == store.KindExchangeRates {
		t.noteRates()
		return nil
	}
	t.touched.add(resource.Subject(name))
	if kind == store.KindNeed || kind == store.KindMandate {
		t.gone = append(t.gone, name)
	}
	return nil
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
