// Package boltstore is a store in one file, over bbolt: a B+tree that one
// process writes, copy on write, with a sync before and after each commit's
// header.
//
// What bbolt does not do is done here: a new file appears whole or not at all;
// every value carries a check, so that damage is an error and no wrong answer; a
// file that is cut short, locked, newer or something else is refused with what is
// the matter; a commit of which it is unknown whether it took place ends the
// store's service until it is opened again.
//
// What is not promised: bbolt's own pages have no check. Damage to one mostly
// makes an error, but it can hide entries from a list, which [Store.Check] finds.
// Should it lead a search in a circle, the process ends by exhausting its stack.
package boltstore

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"github.com/maecenas-cci/maecenas/internal/store"
)

// Options of a store in a file. Only Path is required.
type Options struct {
	// Path of the file. Unless ReadOnly, it is created, with its folder, when it does
	// not exist.
	Path string
	// Now gives the times of commits; nil: time.Now.
	Now func() time.Time
	// ReadOnly opens an existing file for reading, beside other readers; it is not
	// changed at all.
	ReadOnly bool
	// LockTimeout is how long Open waits while another process has the file open.
	// 0: not at all.
	LockTimeout time.Duration
	// MaxBytes is the largest size of the file; beyond it, writes fail with ErrFull.
	// 0: no limit but the disk's.
	MaxBytes int64
	// Recover opens a file of which one of the two headers is damaged, by the other:
	// the last commit may then be missing. The next commit mends the header.
	Recover bool
	// NoSync leaves it to the operating system when written data reach the disk. A
	// power cut can then destroy the file: for tests alone, and for building a file
	// that is thrown away if that is interrupted.
	NoSync bool
}

// Store is a store in a file.
type Store struct {
	opts Options
	id   uuid.UUID
	// db is the file, which compaction replaces.
	db atomic.Pointer[bolt.DB]
	// writer holds a token while a transaction runs. A channel, because waiting
	// for it must end with the context.
	writer chan struct{}
	// failed is why the store serves no longer.
	failed atomic.Pointer[failure]
	// open is held for reading by everything under way, and for writing by Close.
	open   sync.RWMutex
	closed bool
}

var _ store.Store = (*Store)(nil)

// failure is a commit that left unknown what is on the disk.
type failure struct{ err error }

// mapBytes is how much address space a file is given from the start. Whenever a
// file outgrows its mapping, bbolt maps it anew, for which it waits until no
// state is open; at this size that is rare. It is no memory: only pages that are
// read come in.
const mapBytes = 1 << 30

// growBytes is by how much a file grows at a time: each time costs a sync. The
// file has no blocks on the disk for what is not yet written.
const growBytes = 4 << 20

// Open opens a store, and creates it if need be. Errors: ErrLocked,
// ErrSchemaNewer, ErrNotStore, ErrDamaged, ErrFull; fs.ErrNotExist for a missing
// file with ReadOnly; what the file system answers.
func Open(opts Options) (*Store, error) {
	if opts.Path == "" {
		return nil, fmt.Errorf("boltstore: %w: no path", store.ErrInvalid)
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	opts.Path = filepath.Clean(opts.Path)
	if !opts.ReadOnly {
		if err := create(opts); err != nil {
			return nil, err
		}
	}
	db, err := openFile(opts)
	if err != nil {
		return nil, err
	}
	s := &Store{opts: opts, writer: make(chan struct{}, 1)}
	s.db.Store(db)
	if err := s.prepare(); err != nil {
		return nil, errors.Join(err, s.db.Load().Close())
	}
	return s, nil
}

// prepare brings the file to the current schema and looks at what every
// transaction relies on.
func (s *Store) prepare() error {
	if !s.opts.ReadOnly {
		if err := sweep(s.opts.Path); err != nil {
			return err
		}
	}
	version, db := 0, s.db.Load()
	err := db.View(func(tx *bolt.Tx) error {
		return guard(bucketMeta, metaSchema, func() (err error) {
			var needs string
			version, needs, err = readSchema(tx)
			if err == nil && version > len(schemas) {
				return &store.SchemaNewerError{Path: s.opts.Path, Schema: version, Supported: len(schemas), Needs: needs}
			}
			return err
		})
	})
	if err == nil && version < len(schemas) {
		if s.opts.ReadOnly {
			return fmt.Errorf("%s has schema %d: it must be opened for writing once to get schema %d",
				s.opts.Path, version, len(schemas))
		}
		err = db.Update(func(tx *bolt.Tx) error { return migrate(tx, version, schemas) })
	}
	if err == nil {
		err = db.View(func(tx *bolt.Tx) error { return guard(bucketMeta, nil, func() error { return s.look(tx) }) })
	}
	if err == nil && !s.opts.ReadOnly {
		err = s.finishErasure()
	}
	var newer *store.SchemaNewerError
	if err != nil && !errors.As(err, &newer) {
		return fmt.Errorf("%s: %w", s.opts.Path, classify(err))
	}
	return err
}

// finishErasure compacts a file of which something was erased, should the process
// that erased it have ended before. A damaged file is left as it is, for Check to
// tell of.
func (s *Store) finishErasure() error {
	due := false
	err := s.db.Load().View(func(tx *bolt.Tx) error {
		return guard(bucketMeta, metaErased, func() (err error) {
			due, err = isErased(tx)
			return err
		})
	})
	if err != nil || !due {
		return err
	}
	old, err := s.compact(context.Background())
	switch {
	case errors.Is(err, store.ErrDamaged):
		return nil
	case err != nil:
		return fmt.Errorf("finish an erasure: %w", err)
	}
	return old.Close()
}

// look reads the store's id and makes sure that all buckets are there.
func (s *Store) look(tx *bolt.Tx) error {
	for _, name := range buckets() {
		if tx.Bucket([]byte(name)) == nil {
			return damaged(name, nil, "the bucket is missing")
		}
	}
	if _, err := readRevision(tx); err != nil {
		return err
	}
	payload, err := get(tx, bucketMeta, metaStoreID)
	if err != nil {
		return err
	}
	if s.id, err = uuid.FromBytes(payload); err != nil {
		return damaged(bucketMeta, metaStoreID, "it is no UUID")
	}
	return nil
}

// ID returns the UUID that the file was given when it was made; copies keep it.
func (s *Store) ID() uuid.UUID { return s.id }

// Path returns the path of the file.
func (s *Store) Path() string { return s.opts.Path }

// Ready implements store.Store: it reads the file, and tells of a commit that
// ended the store's service.
func (s *Store) Ready(ctx context.Context) error {
	return s.View(ctx, func(store.Reader) error { return nil })
}

// Close implements store.Store.
func (s *Store) Close() error {
	s.open.Lock()
	defer s.open.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	return s.db.Load().Close()
}

// begin opens a state for reading.
func (s *Store) begin() (*bolt.Tx, error) {
	for {
		db := s.db.Load()
		tx, err := db.Begin(false)
		if errors.Is(err, berrors.ErrDatabaseNotOpen) && s.db.Load() != db {
			continue // It was replaced in between.
		}
		return tx, classify(err)
	}
}

// enter begins a call; unless it fails, the caller unlocks s.open when done.
func (s *Store) enter(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.open.RLock()
	err := error(nil)
	if failed := s.failed.Load(); failed != nil {
		err = failed.err
	}
	if s.closed {
		err = store.ErrClosed
	}
	if err != nil {
		s.open.RUnlock()
	}
	return err
}
