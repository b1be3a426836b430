package boltstore

import (
	"context"
	"errors"
	"fmt"

	bolt "go.etcd.io/bbolt"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	storagev1 "github.com/maecenas-cci/maecenas/gen/maecenas/storage/v1"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// View implements store.Store.
func (s *Store) View(ctx context.Context, fn func(store.Reader) error) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.open.RUnlock()
	r, err := s.read(ctx)
	if err != nil {
		return err
	}
	defer r.release()
	return fn(r)
}

// read opens the current state. The caller releases it.
func (s *Store) read(ctx context.Context) (*reader, error) {
	tx, err := s.begin()
	if err != nil {
		return nil, err
	}
	r := &reader{ctx: ctx, tx: tx}
	err = guard(bucketMeta, metaRevision, func() (err error) {
		r.revision, err = readRevision(tx)
		return err
	})
	if err != nil {
		r.release()
		return nil, err
	}
	return r, nil
}

// release ends a reading transaction.
func (r *reader) release() {
	r.done = true
	// It fails only for one that has ended.
	_ = r.tx.Rollback()
}

// Update implements store.Store. Writers take turns, each with a transaction of
// bbolt's and so two syncs of its own. Several could share one, each with its own
// revision, if writer kept what it needs to undo itself: that is this file's
// affair alone.
func (s *Store) Update(ctx context.Context, fn func(store.Writer) error) (int64, error) {
	if err := s.enter(ctx); err != nil {
		return 0, err
	}
	defer s.open.RUnlock()
	if s.opts.ReadOnly {
		return 0, store.ErrReadOnly
	}
	select {
	case s.writer <- struct{}{}:
		defer func() { <-s.writer }()
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	if failed := s.failed.Load(); failed != nil {
		return 0, failed.err
	}
	tx, err := s.db.Load().Begin(true)
	if err != nil {
		return 0, classify(err)
	}
	// Also when fn panics. After a commit it does nothing but say so.
	defer func() { _ = guard("", nil, tx.Rollback) }()
	return s.write(ctx, tx, fn)
}

// write calls fn in a transaction and commits it.
func (s *Store) write(ctx context.Context, tx *bolt.Tx, fn func(store.Writer) error) (int64, error) {
	w := &writer{reader: reader{ctx: ctx, tx: tx}}
	defer func() { w.done = true }()
	err := guard(bucketMeta, metaRevision, func() (err error) {
		w.revision, err = readRevision(tx)
		return err
	})
	if err != nil {
		return 0, err
	}
	if err := fn(w); err != nil {
		return 0, err
	}
	w.done = true
	if w.broken != nil {
		return 0, w.broken
	}
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	if w.writes == 0 {
		return w.revision, nil
	}
	revision, err := s.seal(w)
	if err != nil {
		return 0, classify(err)
	}
	if err := guard("", nil, tx.Commit); err != nil {
		return 0, s.failedCommit(w.revision, err)
	}
	return revision, nil
}

// seal writes the change entry and the revision, if records were written, and
// returns the revision that the commit makes.
func (s *Store) seal(w *writer) (int64, error) {
	if len(w.items) == 0 {
		return w.revision, nil
	}
	revision := w.revision + 1
	entry := &storagev1.ChangeEntry{Revision: revision, CommitTime: timestamppb.New(s.opts.Now()), Items: w.items}
	payload, err := proto.MarshalOptions{Deterministic: true}.Marshal(entry)
	if err != nil {
		return 0, fmt.Errorf("encode the change entry: %w", err)
	}
	return revision, guard(bucketMeta, metaRevision, func() error {
		if err := put(w.tx, bucketChange, revisionKey(revision), payload); err != nil {
			return err
		}
		return put(w.tx, bucketMeta, metaRevision, revisionKey(revision))
	})
}

// failedCommit tells what became of a commit that returned an error. Mostly it
// failed before its header was written, and nothing happened. If the header can
// be seen, the commit may or may not be on the disk, so neither "written" nor
// "not written" is true: the store stops serving, and opening it again finds out.
func (s *Store) failedCommit(before int64, cause error) error {
	cause = classify(cause)
	var now int64
	err := guard(bucketMeta, metaRevision, func() error {
		return s.db.Load().View(func(tx *bolt.Tx) (err error) {
			now, err = readRevision(tx)
			return err
		})
	})
	if err == nil && now == before && !errors.Is(cause, store.ErrDamaged) {
		return fmt.Errorf("commit: %w", cause)
	}
	failed := fmt.Errorf("%s must be opened again: a commit failed and left unknown what is on the disk: %w", s.opts.Path, cause)
	s.failed.Store(&failure{err: failed})
	return failed
}

// changesAtOnce is how many entries Changes reads before it lets go of the file
// and hands them out.
const changesAtOnce = 128

// Changes implements store.Store.
func (s *Store) Changes(ctx context.Context, since int64, each func(*storagev1.ChangeEntry) error) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.open.RUnlock()
	since = max(since, 0)
	until := int64(-1)
	for until < 0 || since < until {
		entries, current, err := s.readChanges(ctx, since)
		if err != nil {
			return err
		}
		if until < 0 {
			until = current
		}
		for _, entry := range entries {
			if since >= until {
				break
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := each(entry); err != nil {
				return err
			}
			since = entry.GetRevision()
		}
	}
	return nil
}

// readChanges returns the first entries after a revision, at least one if there
// is any, and the current revision.
func (s *Store) readChanges(ctx context.Context, since int64) ([]*storagev1.ChangeEntry, int64, error) {
	r, err := s.read(ctx)
	if err != nil {
		return nil, 0, err
	}
	defer r.release()
	var entries []*storagev1.ChangeEntry
	for next := since + 1; next <= r.revision && len(entries) < changesAtOnce; next++ {
		entry := &storagev1.ChangeEntry{}
		key := revisionKey(next)
		if err := guard(bucketChange, key, func() error { return getMessage(r.tx, bucketChange, key, entry) }); err != nil {
			if errors.Is(err, store.ErrNotFound) {
				err = damaged(bucketChange, key, "the entry is missing")
			}
			return nil, 0, err
		}
		if entry.GetRevision() != next {
			return nil, 0, damaged(bucketChange, key, fmt.Sprintf("it tells of revision %d", entry.GetRevision()))
		}
		entries = append(entries, entry)
	}
	return entries, r.revision, nil
}
