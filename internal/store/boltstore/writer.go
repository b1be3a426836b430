package boltstore

import (
	"bytes"
	"errors"
	"slices"
	"time"

	storagev1 "github.com/maecenas-cci/maecenas/gen/maecenas/storage/v1"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// writer writes in one transaction.
type writer struct {
	reader

	items []*storagev1.ChangeEntry_Item
	// broken is why the transaction cannot be committed: a write failed midway.
	broken error
}

// Put implements store.Writer.
func (w *writer) Put(rec store.Record) error {
	if err := w.usable(); err != nil {
		return err
	}
	p, err := store.Prepare(rec)
	if err != nil {
		return err
	}
	external := make([][]byte, 0, len(store.ExternalIDs(rec)))
	for _, id := range store.ExternalIDs(rec) {
		external = append(external, externalKey(p.Kind, id))
	}
	return w.attempt(string(p.Kind), []byte(p.Name), func() error {
		key, exists, err := w.place(p)
		if err != nil {
			return err
		}
		if err := w.checkExternal(p, rec, external); err != nil {
			return err
		}
		var before [][]byte
		if exists {
			if before, err = w.externalOf(p.Kind, key); err != nil {
				return err
			}
		}
		w.changed()
		if err := w.moveExternal(p.Name, before, external); err != nil {
			return err
		}
		if !exists {
			if err := put(w.tx, bucketName, []byte(p.Name), nameValue(p.Kind, key)); err != nil {
				return err
			}
		}
		if p.Kind == store.KindErasedSubject {
			if err := put(w.tx, bucketMeta, metaErased, nil); err != nil {
				return err
			}
		}
		w.log(p.Kind, key, storagev1.ChangeEntry_PUT)
		return put(w.tx, string(p.Kind), key, p.Payload)
	})
}

// place returns the key for a record that is to be put, and whether it is
// stored.
func (w *writer) place(p store.Prepared) (key []byte, exists bool, err error) {
	subject := p.UID
	if !p.Kind.IsSubject() {
		key, err := w.find(p.Kind.Subject(), p.Subject)
		if errors.Is(err, store.ErrNotFound) {
			return nil, false, &store.RecordError{Kind: p.Kind, Name: p.Name, Err: store.ErrParentNotFound}
		}
		if err != nil {
			return nil, false, err
		}
		copy(subject[:], key)
	}
	key = store.Key(p.Kind, subject, p.UID)
	had, err := w.find(p.Kind, p.Name)
	switch {
	case err == nil && !bytes.Equal(had, key):
		return nil, false, &store.RecordError{Kind: p.Kind, Name: p.Name, Err: store.ErrUIDChanged}
	case err == nil:
		return key, true, nil
	case !errors.Is(err, store.ErrNotFound):
		return nil, false, err
	}
	_, err = get(w.tx, string(p.Kind), key)
	switch {
	case err == nil:
		return nil, false, &store.RecordError{Kind: p.Kind, Name: p.Name, Err: store.ErrUIDTaken}
	case !errors.Is(err, store.ErrNotFound):
		return nil, false, err
	}
	return key, false, nil
}

// checkExternal returns ErrExternalIDTaken if another record has one of the
// external ids.
func (w *writer) checkExternal(p store.Prepared, rec store.Record, external [][]byte) error {
	for i, id := range store.ExternalIDs(rec) {
		holder, err := get(w.tx, bucketExternal, external[i])
		switch {
		case errors.Is(err, store.ErrNotFound):
		case err != nil:
			return err
		case string(holder) != p.Name:
			return &store.ExternalIDTakenError{Kind: p.Kind, System: id.GetSystem(), ID: id.GetId(), Holder: string(holder)}
		}
	}
	return nil
}

// externalOf returns the external ids of a stored record, as keys.
func (w *writer) externalOf(kind store.Kind, key []byte) ([][]byte, error) {
	if !kind.HasExternalIDs() {
		return nil, nil
	}
	rec := kind.New()
	if err := w.load(kind, key, rec); err != nil {
		return nil, err
	}
	var keys [][]byte
	for _, id := range store.ExternalIDs(rec) {
		keys = append(keys, externalKey(kind, id))
	}
	return keys, nil
}

// moveExternal replaces the external ids of a record.
func (w *writer) moveExternal(name string, before, after [][]byte) error {
	has := func(keys [][]byte, key []byte) bool {
		return slices.ContainsFunc(keys, func(other []byte) bool { return bytes.Equal(key, other) })
	}
	for _, key := range before {
		if !has(after, key) {
			if err := del(w.tx, bucketExternal, key); err != nil {
				return err
			}
		}
	}
	for _, key := range after {
		if !has(before, key) {
			if err := put(w.tx, bucketExternal, key, []byte(name)); err != nil {
				return err
			}
		}
	}
	return nil
}

// Delete implements store.Writer.
func (w *writer) Delete(kind store.Kind, name string) error {
	if err := w.usable(); err != nil {
		return err
	}
	return w.attempt(string(kind), []byte(name), func() error {
		found, err := w.find(kind, name)
		if err != nil {
			return err
		}
		key := bytes.Clone(found)
		for _, below := range kind.Below() {
			child, _, err := seek(w.tx.Bucket([]byte(below)).Cursor(), string(below), key)
			if err != nil {
				return err
			}
			if child != nil && bytes.HasPrefix(child, key) {
				return &store.RecordError{Kind: kind, Name: name, Err: store.ErrHasChildren}
			}
		}
		external, err := w.externalOf(kind, key)
		if err != nil {
			return err
		}
		w.changed()
		if err := w.moveExternal(name, external, nil); err != nil {
			return err
		}
		if err := del(w.tx, bucketName, []byte(name)); err != nil {
			return err
		}
		w.log(kind, key, storagev1.ChangeEntry_DELETE)
		return del(w.tx, string(kind), key)
	})
}

// attempt runs the part of a method that touches the file. It first reads and
// decides, and calls changed before it writes; should writing then fail, which
// damage alone can bring about, the transaction has half of it and is broken.
func (w *writer) attempt(bucket string, key []byte, f func() error) error {
	writes := w.writes
	err := classify(guard(bucket, key, f))
	if err != nil && w.writes != writes {
		w.broken = err
	}
	return err
}

// changed notes that the transaction writes from here on.
func (w *writer) changed() { w.writes++ }

func (w *writer) log(kind store.Kind, key []byte, operation storagev1.ChangeEntry_Operation) {
	w.items = append(w.items, &storagev1.ChangeEntry_Item{Bucket: string(kind), Key: key, Operation: operation})
}

// PutRequest implements store.Writer.
func (w *writer) PutRequest(id string, entry *storagev1.RequestEntry) error {
	if err := w.usable(); err != nil {
		return err
	}
	payload, err := store.PrepareRequest(id, entry)
	if err != nil {
		return err
	}
	return w.attempt(bucketRequest, []byte(id), func() error {
		before := &storagev1.RequestEntry{}
		err := getMessage(w.tx, bucketRequest, []byte(id), before)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		w.changed()
		if err == nil {
			if err := del(w.tx, bucketRequestTime, requestTimeKey(before.GetCommitTime().AsTime(), id)); err != nil {
				return err
			}
		}
		if err := put(w.tx, bucketRequestTime, requestTimeKey(entry.GetCommitTime().AsTime(), id), nil); err != nil {
			return err
		}
		return put(w.tx, bucketRequest, []byte(id), payload)
	})
}

// PruneRequests implements store.Writer.
func (w *writer) PruneRequests(before time.Time) (int, error) {
	end := requestTimeKey(before, "")
	keys, err := w.requestTimes(func(key []byte) bool { return bytes.Compare(key, end) < 0 })
	if err != nil {
		return 0, err
	}
	return w.dropRequests(keys)
}

// ForgetRequests implements store.Writer.
func (w *writer) ForgetRequests(forget func(id string, entry *storagev1.RequestEntry) bool) (int, error) {
	keys, err := w.requestTimes(func([]byte) bool { return true })
	if err != nil {
		return 0, err
	}
	dropped := keys[:0]
	for _, key := range keys {
		id := string(key[requestTimeBytes:])
		entry, err := w.GetRequest(id)
		if errors.Is(err, store.ErrNotFound) {
			err = damaged(bucketRequestTime, key, "its request is missing")
		}
		if err != nil {
			return 0, err
		}
		if forget(id, entry) {
			dropped = append(dropped, key)
		}
	}
	return w.dropRequests(dropped)
}

// requestTimes returns the keys of _request_time, in order, up to the first that is
// not wanted.
func (w *writer) requestTimes(want func(key []byte) bool) (keys [][]byte, err error) {
	if err := w.usable(); err != nil {
		return nil, err
	}
	err = guard(bucketRequestTime, nil, func() error {
		c := w.tx.Bucket([]byte(bucketRequestTime)).Cursor()
		for key, sealed := c.First(); key != nil && want(key); key, sealed = c.Next() {
			if _, err := store.Unseal(bucketRequestTime, key, sealed); err != nil {
				return err
			}
			if len(key) <= requestTimeBytes {
				return damaged(bucketRequestTime, key, "it is too short")
			}
			keys = append(keys, bytes.Clone(key))
		}
		return nil
	})
	return keys, err
}

// dropRequests removes requests by their keys of _request_time.
func (w *writer) dropRequests(keys [][]byte) (int, error) {
	dropped := 0
	err := w.attempt(bucketRequestTime, nil, func() error {
		for _, key := range keys {
			w.changed()
			if err := del(w.tx, bucketRequest, key[requestTimeBytes:]); err != nil {
				return err
			}
			if err := del(w.tx, bucketRequestTime, key); err != nil {
				return err
			}
			dropped++
		}
		return nil
	})
	return dropped, err
}
