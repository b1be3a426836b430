package boltstore

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	bolt "go.etcd.io/bbolt"
	"google.golang.org/protobuf/proto"

	storagev1 "github.com/maecenas-cci/maecenas/gen/maecenas/storage/v1"
	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// reader reads one state of the file.
type reader struct {
	ctx      context.Context // a reader lives within one call
	tx       *bolt.Tx
	revision int64
	// writes counts what the transaction has written, if it writes.
	writes int
	done   bool
}

// Revision implements store.Reader.
func (r *reader) Revision() int64 { return r.revision }

// usable returns why nothing more may be read.
func (r *reader) usable() error {
	if r.done {
		return store.ErrClosed
	}
	return nil
}

// Get implements store.Reader.
func (r *reader) Get(name string, into store.Record) error {
	if err := r.usable(); err != nil {
		return err
	}
	kind, err := store.KindNamed(into, name)
	if err != nil {
		return err
	}
	return guard(string(kind), []byte(name), func() error {
		key, err := r.find(kind, name)
		if err != nil {
			return err
		}
		return r.load(kind, key, into)
	})
}

// GetByUID implements store.Reader.
func (r *reader) GetByUID(kind store.Kind, subject, uid string) (store.Record, error) {
	if err := r.usable(); err != nil {
		return nil, err
	}
	key, err := store.KeyOf(kind, subject, uid)
	if err != nil {
		return nil, err
	}
	rec := kind.New()
	err = guard(string(kind), key, func() error {
		err := getMessage(r.tx, string(kind), key, rec)
		if errors.Is(err, store.ErrNotFound) {
			return &store.RecordError{Kind: kind, Err: store.ErrNotFound}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return rec, nil
}

// find returns the key of a record. ErrNotFound.
func (r *reader) find(kind store.Kind, name string) ([]byte, error) {
	if !kind.Matches(name) {
		return nil, &store.RecordError{Kind: kind, Name: name, Err: store.ErrNotFound}
	}
	payload, err := get(r.tx, bucketName, []byte(name))
	if errors.Is(err, store.ErrNotFound) {
		return nil, &store.RecordError{Kind: kind, Name: name, Err: store.ErrNotFound}
	}
	if err != nil {
		return nil, err
	}
	stored, key, ok := parseNameValue(payload)
	if !ok || stored != kind {
		return nil, damaged(bucketName, []byte(name), "it does not name a record of its kind")
	}
	return key, nil
}

// load decodes the record at a key that the file says is there.
func (r *reader) load(kind store.Kind, key []byte, into proto.Message) error {
	err := getMessage(r.tx, string(kind), key, into)
	if errors.Is(err, store.ErrNotFound) {
		return damaged(string(kind), key, "the record is missing")
	}
	return err
}

// getMessage decodes the payload at a key. ErrNotFound.
func getMessage(tx *bolt.Tx, bucket string, key []byte, into proto.Message) error {
	payload, err := get(tx, bucket, key)
	if err != nil {
		return err
	}
	return unmarshal(bucket, key, payload, into)
}

// unmarshal copies out of the file's mapping whatever it keeps.
func unmarshal(bucket string, key, payload []byte, into proto.Message) error {
	if err := proto.Unmarshal(payload, into); err != nil {
		return damaged(bucket, key, fmt.Sprintf("it cannot be decoded: %v", err))
	}
	return nil
}

// List implements store.Reader.
func (r *reader) List(kind store.Kind, opts store.ListOptions, each func(store.Cursor, store.Record) (bool, error)) error {
	if err := r.usable(); err != nil {
		return err
	}
	walk, err := r.walk(kind, opts)
	if err != nil {
		return err
	}
	for {
		if err := r.usable(); err != nil {
			return err
		}
		if err := r.ctx.Err(); err != nil {
			return err
		}
		rec := kind.New()
		var found bool
		err := guard(string(kind), walk.key, func() (err error) {
			found, err = walk.next(rec)
			return err
		})
		if err != nil || !found {
			return err
		}
		if more, err := each(bytes.Clone(walk.key), rec); err != nil || !more {
			return err
		}
	}
}

// walk begins a list.
func (r *reader) walk(kind store.Kind, opts store.ListOptions) (*walk, error) {
	subject, err := store.ParentSubject(kind, opts.Parent)
	if err != nil {
		return nil, err
	}
	if err := store.CheckCursor(kind, opts.After); err != nil {
		return nil, err
	}
	w := &walk{r: r, kind: kind, key: opts.After, descending: opts.Descending}
	if subject == "" {
		return w, nil
	}
	err = guard(bucketName, []byte(subject), func() error {
		key, err := r.find(kind.Subject(), subject)
		w.prefix = bytes.Clone(key)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		w.ended, err = true, nil
	}
	return w, err
}

// walk goes from record to record of a kind.
type walk struct {
	r          *reader
	kind       store.Kind
	prefix     []byte
	descending bool
	// key is where the walk stands; nil before it begins.
	key    []byte
	cursor *bolt.Cursor
	// writes is how many writes the transaction had when the cursor was placed:
	// after another one, bbolt's cursors are void.
	writes int
	ended  bool
}

// next goes to the next record and decodes it; false: there is none.
func (w *walk) next(into store.Record) (bool, error) {
	if w.ended {
		return false, nil
	}
	key, sealed, err := w.step()
	if err != nil {
		return false, err
	}
	if key == nil || !bytes.HasPrefix(key, w.prefix) {
		return false, w.end(key, sealed)
	}
	payload, err := store.Unseal(string(w.kind), key, sealed)
	if err != nil {
		return false, err
	}
	// Copied: a write would move it, and the caller keeps it.
	w.key = bytes.Clone(key)
	return true, unmarshal(string(w.kind), w.key, payload, into)
}

// end ends the walk at the first entry outside of what is listed: if its key is
// damaged, it may belong inside.
func (w *walk) end(key, sealed []byte) error {
	w.ended = true
	if key == nil {
		return nil
	}
	_, err := store.Unseal(string(w.kind), key, sealed)
	return err
}

// step moves the cursor by one entry.
func (w *walk) step() (key, sealed []byte, err error) {
	switch {
	case w.cursor == nil || w.writes != w.r.writes:
		return w.place()
	case w.descending:
		key, sealed = previous(w.cursor, w.key)
	default:
		key, sealed = w.cursor.Next()
	}
	return key, sealed, nil
}

// place puts the cursor on the entry behind the one where the walk stands.
func (w *walk) place() (key, sealed []byte, err error) {
	w.cursor, w.writes = w.r.tx.Bucket([]byte(w.kind)).Cursor(), w.r.writes
	if w.descending {
		// What sorts after every key with the prefix: those have 32 bytes at most.
		below := append(bytes.Clone(w.prefix), bytes.Repeat([]byte{0xff}, 33)...)
		if w.key != nil && bytes.Compare(w.key, below) < 0 {
			below = w.key
		}
		if key, _, err = seek(w.cursor, string(w.kind), below); err != nil {
			return nil, nil, err
		}
		if key == nil {
			key, sealed = last(w.cursor)
		} else {
			key, sealed = previous(w.cursor, key)
		}
		return key, sealed, nil
	}
	from := w.key
	if bytes.Compare(from, w.prefix) < 0 {
		from = w.prefix
	}
	key, sealed, err = seek(w.cursor, string(w.kind), from)
	if key != nil && bytes.Equal(key, w.key) {
		key, sealed = w.cursor.Next()
	}
	return key, sealed, err
}

// FindExternal implements store.Reader.
func (r *reader) FindExternal(kind store.Kind, id *maecenasv1.ExternalId) (name string, err error) {
	if err := r.usable(); err != nil {
		return "", err
	}
	key := externalKey(kind, id)
	err = guard(bucketExternal, key, func() error {
		payload, err := get(r.tx, bucketExternal, key)
		name = string(payload)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		err = fmt.Errorf("%s with external id %s of system %s: %w", kind, id.GetId(), id.GetSystem(), store.ErrNotFound)
	}
	return name, err
}

// GetRequest implements store.Reader.
func (r *reader) GetRequest(id string) (*storagev1.RequestEntry, error) {
	if err := r.usable(); err != nil {
		return nil, err
	}
	entry := &storagev1.RequestEntry{}
	err := guard(bucketRequest, []byte(id), func() error { return getMessage(r.tx, bucketRequest, []byte(id), entry) })
	if errors.Is(err, store.ErrNotFound) {
		return nil, fmt.Errorf("request %s: %w", id, store.ErrNotFound)
	}
	if err != nil {
		return nil, err
	}
	return entry, nil
}
