package boltstore

import (
	"bytes"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"syscall"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"github.com/maecenas-cci/maecenas/internal/store"
)

// guard calls f, which reads or writes at a place in the file, and answers
// ErrDamaged when that panics: bbolt trusts its pages, so damage to one shows as
// a failed assertion, an index out of range, or a fault on memory that the file
// does not reach. f must be short and call nothing of the store's users.
func guard(bucket string, key []byte, f func() error) (err error) {
	before := debug.SetPanicOnFault(true)
	defer func() {
		debug.SetPanicOnFault(before)
		if p := recover(); p != nil {
			err = damaged(bucket, key, fmt.Sprintf("its page cannot be read: %v", p))
		}
	}()
	return f()
}

// damaged copies the key, which may lie in the file's mapping.
func damaged(bucket string, key []byte, problem string) error {
	return &store.DamagedError{Bucket: bucket, Key: bytes.Clone(key), Problem: problem}
}

// get returns the payload at a key. ErrNotFound: there is none. The payload lies
// in the file's mapping: it is good until the transaction ends.
func get(tx *bolt.Tx, bucket string, key []byte) ([]byte, error) {
	b := tx.Bucket([]byte(bucket))
	if b == nil {
		return nil, damaged(bucket, nil, "the bucket is missing")
	}
	found, sealed := b.Cursor().Seek(key)
	if found != nil && bytes.Equal(found, key) {
		return store.Unseal(bucket, key, sealed)
	}
	if _, _, err := seek(b.Cursor(), bucket, key); err != nil {
		return nil, err
	}
	return nil, store.ErrNotFound
}

// seek goes to the first entry that does not sort before a key; nil: there is
// none. It makes sure that what is missing is not merely hidden. An entry with a
// damaged key keeps its place, so a search for its true key ends at it or right
// behind it. A damaged key of an inner page leads a search to a wrong leaf, whose
// entries, or those beside it, are on the wrong side of the key.
func seek(c *bolt.Cursor, bucket string, key []byte) (found, sealed []byte, err error) {
	var before, beforeSealed []byte
	if found, _ = c.Seek(key); found == nil {
		before, beforeSealed = last(c)
	} else {
		before, beforeSealed = previous(c, found)
	}
	if before != nil {
		if _, err := store.Unseal(bucket, before, beforeSealed); err != nil {
			return nil, nil, err
		}
		if bytes.Compare(before, key) >= 0 {
			return nil, nil, damaged(bucket, before, "a search does not find it where it is")
		}
	}
	if found, sealed = c.Seek(key); found == nil {
		return nil, nil, nil
	}
	if bytes.Compare(found, key) < 0 {
		return nil, nil, damaged(bucket, found, "a search does not find it where it is")
	}
	_, err = store.Unseal(bucket, found, sealed)
	return found, sealed, err
}

// last goes to the last entry. bbolt's own way there never ends where the
// transaction has emptied a bucket of several pages.
func last(c *bolt.Cursor) (key, sealed []byte) {
	if first, _ := c.First(); first == nil {
		return nil, nil
	}
	return c.Last()
}

// previous goes from the entry of a key to the one before it; nil: there is none.
// bbolt's own step back answers none on a page that the transaction has emptied.
func previous(c *bolt.Cursor, from []byte) (key, sealed []byte) {
	if key, sealed = c.Prev(); key != nil {
		return key, sealed
	}
	if first, _ := c.Bucket().Cursor().First(); first == nil || bytes.Compare(first, from) >= 0 {
		return nil, nil
	}
	for key == nil {
		key, sealed = c.Prev()
	}
	return key, sealed
}

// put writes a payload at a key.
func put(tx *bolt.Tx, bucket string, key, payload []byte) error {
	b := tx.Bucket([]byte(bucket))
	if b == nil {
		return damaged(bucket, nil, "the bucket is missing")
	}
	if appended(bucket) {
		b.FillPercent = 1
	}
	return b.Put(key, store.Seal(bucket, key, payload))
}

// del removes a key.
func del(tx *bolt.Tx, bucket string, key []byte) error {
	b := tx.Bucket([]byte(bucket))
	if b == nil {
		return damaged(bucket, nil, "the bucket is missing")
	}
	return b.Delete(key)
}

// isErased tells whether something was erased since the file was last compacted.
func isErased(tx *bolt.Tx) (bool, error) {
	_, err := get(tx, bucketMeta, metaErased)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// readRevision returns the revision of the last commit.
func readRevision(tx *bolt.Tx) (int64, error) {
	payload, err := get(tx, bucketMeta, metaRevision)
	if errors.Is(err, store.ErrNotFound) {
		return 0, damaged(bucketMeta, metaRevision, "it is missing")
	}
	if err != nil {
		return 0, err
	}
	revision, ok := parseRevision(payload)
	if !ok {
		return 0, damaged(bucketMeta, metaRevision, "it is no revision")
	}
	return revision, nil
}

// classify turns what bbolt and the operating system say into the contract's
// errors, keeping the cause.
func classify(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), errors.Is(err, syscall.EFBIG),
		errors.Is(err, berrors.ErrMaxSizeReached),
		// bbolt keeps only the text of what growing a file answers.
		strings.HasSuffix(err.Error(), syscall.ENOSPC.Error()):
		return fmt.Errorf("%w: %w", store.ErrFull, err)
	case errors.Is(err, berrors.ErrDatabaseNotOpen), errors.Is(err, berrors.ErrTxClosed):
		return fmt.Errorf("%w: %w", store.ErrClosed, err)
	case errors.Is(err, berrors.ErrInvalid), errors.Is(err, berrors.ErrVersionMismatch), errors.Is(err, berrors.ErrChecksum):
		return fmt.Errorf("%w: %w", store.ErrNotStore, err)
	}
	return err
}
