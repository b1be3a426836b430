package boltstore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/google/uuid"
	bolt "go.etcd.io/bbolt"

	"github.com/maecenas-cci/maecenas/internal/store"
)

// Snapshot implements store.Store; Open opens the copy. The copy is first made
// beside the file, so for a moment it takes that much space there: were bytes to
// go to w from an open state, a slow w would hold up every writer.
func (s *Store) Snapshot(ctx context.Context, w io.Writer) (copied store.Copy, err error) {
	if err := s.enter(ctx); err != nil {
		return store.Copy{}, err
	}
	defer s.open.RUnlock()
	path := s.opts.Path + snapshotInfix + uuid.NewString()
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return store.Copy{}, fmt.Errorf("snapshot: %w", classify(err))
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(path)) }()
	if copied, err = s.copyTo(ctx, f); err != nil {
		return store.Copy{}, fmt.Errorf("snapshot: %w", classify(err))
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return store.Copy{}, fmt.Errorf("snapshot: %w", err)
	}
	_, err = io.Copy(w, &stopper{ctx: ctx, r: f})
	return copied, err
}

// copyTo writes the current state.
func (s *Store) copyTo(ctx context.Context, w io.Writer) (store.Copy, error) {
	r, err := s.read(ctx)
	if err != nil {
		return store.Copy{}, err
	}
	defer r.release()
	_, err = r.tx.WriteTo(w)
	return store.Copy{Revision: r.revision, Schema: len(schemas)}, err
}

// stopper reads until a context ends.
type stopper struct {
	ctx context.Context // a stopper lives within one call
	r   io.Reader
}

// Read implements io.Reader.
func (s *stopper) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.r.Read(p)
}

// Compact implements store.Store. What is stored is written to a new file, which
// is read through and synced, and takes the name of the old one by a rename; the
// old one goes once nobody reads it. A power cut leaves the one or the other
// whole, and if it is the old one the next Open begins again. For a moment both
// take space.
//
// ErrDamaged: something that is stored does not hold; the file stays as it is,
// rather than go with what can still be read of it. On systems that rename no
// open file, such as Windows, it answers their error and the file stays.
func (s *Store) Compact(ctx context.Context) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.open.RUnlock()
	if s.opts.ReadOnly {
		return store.ErrReadOnly
	}
	old, err := s.compactInTurn(ctx)
	if err != nil {
		return fmt.Errorf("compact %s: %w", s.opts.Path, classify(err))
	}
	// Waits for those who still read it. Until then its bytes are on the disk.
	return old.Close()
}

// compactInTurn compacts the file while no writer writes, and returns the old one.
func (s *Store) compactInTurn(ctx context.Context) (old *bolt.DB, err error) {
	select {
	case s.writer <- struct{}{}:
		defer func() { <-s.writer }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if failed := s.failed.Load(); failed != nil {
		return nil, failed.err
	}
	return s.compact(ctx)
}

// compact puts a new file in the place of the current one, which it returns, still
// open. The caller has the writer's turn.
func (s *Store) compact(ctx context.Context) (old *bolt.DB, err error) {
	opts := s.opts
	opts.Path += newInfix + uuid.NewString()
	defer func() {
		if err != nil {
			_ = os.Remove(opts.Path)
		}
	}()
	if err := s.rewrite(ctx, opts.Path); err != nil {
		return nil, err
	}
	// Opened, and so locked, before it has its name: no other process comes between.
	db, err := openFile(opts)
	if err != nil {
		return nil, err
	}
	if err := readThrough(ctx, opts, db); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if err := os.Rename(opts.Path, s.opts.Path); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	old = s.db.Load()
	if !s.opts.NoSync {
		if err := syncFolder(filepath.Dir(s.opts.Path)); err != nil {
			// A power cut could bring the old file back, without what would be committed
			// to the new one from here on.
			failed := fmt.Errorf("%s must be opened again: its folder could not be synced: %w", s.opts.Path, err)
			s.failed.Store(&failure{err: failed})
			return nil, errors.Join(failed, db.Close())
		}
	}
	s.db.Store(db)
	return old, nil
}

// readThrough makes sure that a new file is whole. A damaged page can hide entries
// from whoever copies it; here they are missed.
func readThrough(ctx context.Context, opts Options, db *bolt.DB) error {
	s := &Store{opts: opts}
	s.db.Store(db)
	var first error
	err := s.Check(ctx, func(problem store.Problem) {
		if first == nil {
			first = damaged(problem.Bucket, problem.Key, problem.Text)
		}
	})
	return errors.Join(err, first)
}

// rewrite writes all entries into a new file of a path, and syncs it.
func (s *Store) rewrite(ctx context.Context, path string) error {
	r, err := s.read(ctx)
	if err != nil {
		return err
	}
	defer r.release()
	db, err := newFile(path)
	if err != nil {
		return err
	}
	for _, name := range buckets() {
		if err := copyBucket(ctx, r.tx, db, name); err != nil {
			return errors.Join(err, db.Close())
		}
	}
	if err := db.Close(); err != nil || s.opts.NoSync {
		return err
	}
	return syncPath(path)
}

const (
	// rewriteBytes is how much is written at a time: it is held in memory.
	rewriteBytes = 8 << 20
	// rewriteFill leaves some room in pages for what comes between.
	rewriteFill = 0.9
)

// copyBucket copies the entries of a bucket, whose checks must hold.
func copyBucket(ctx context.Context, from *bolt.Tx, to *bolt.DB, bucket string) error {
	var cursor *bolt.Cursor
	var key, sealed []byte
	portion := func(tx *bolt.Tx) error {
		b, err := tx.CreateBucketIfNotExists([]byte(bucket))
		if err != nil {
			return err
		}
		b.FillPercent = rewriteFill
		if appended(bucket) {
			b.FillPercent = 1
		}
		if cursor == nil {
			if from.Bucket([]byte(bucket)) == nil {
				return damaged(bucket, nil, "the bucket is missing")
			}
			cursor = from.Bucket([]byte(bucket)).Cursor()
			key, sealed = cursor.First()
		}
		for size := 0; key != nil && size < rewriteBytes; key, sealed = cursor.Next() {
			if _, err := store.Unseal(bucket, key, sealed); err != nil {
				return err
			}
			if bucket == bucketMeta && bytes.Equal(key, metaErased) {
				continue // Done by this.
			}
			if err := b.Put(key, sealed); err != nil {
				return err
			}
			size += len(key) + len(sealed)
		}
		return nil
	}
	for more := true; more; more = key != nil {
		if err := ctx.Err(); err != nil {
			return err
		}
		err := to.Update(func(tx *bolt.Tx) error { return guard(bucket, key, func() error { return portion(tx) }) })
		if err != nil {
			return err
		}
	}
	return nil
}
