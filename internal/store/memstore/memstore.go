// Package memstore is a store in memory. It is the model that other stores are
// compared with, the fake of tests, and what the throw-away demo runs on.
//
// A state of the store is immutable; a transaction works on a copy that shares
// what it does not change, and a commit puts that in its place. Records are kept
// as bytes, so nothing that a caller holds can change them. As memory is not
// damaged and nothing outlives the process, ErrDamaged, ErrLocked,
// ErrSchemaNewer, ErrReadOnly and ErrFull never occur.
package memstore

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	storagev1 "github.com/maecenas-cci/maecenas/gen/maecenas/storage/v1"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// Options of a store in memory.
type Options struct {
	// Now gives the times of commits; nil: time.Now.
	Now func() time.Time
	// Replay calls the function of every Update twice and commits only what the
	// second call wrote, as a store does that retries transactions. For tests: it
	// shows what does not bear that.
	Replay bool
}

// Store is a store in memory.
type Store struct {
	opts    Options
	current atomic.Pointer[state]
	// writer holds a token while a transaction runs. A channel, because waiting
	// for it must end with the context.
	writer chan struct{}
	// open is held for reading by everything under way, and for writing by Close.
	open   sync.RWMutex
	closed bool
}

var _ store.Store = (*Store)(nil)

// state is one revision of everything. It is never changed once it is current.
type state struct {
	revision int64
	records  map[store.Kind]tree[[]byte] // by key: proto bytes
	names    tree[string]                // by name: key
	external tree[string]                // by kind, writer, system and id: name
	requests tree[*storagev1.RequestEntry]
	// changes has the entry of revision n at n-1. States share the array beneath;
	// each sees only as much as its own length.
	changes []*storagev1.ChangeEntry
}

// New returns an empty store.
func New(opts Options) *Store {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	s := &Store{opts: opts, writer: make(chan struct{}, 1)}
	s.current.Store(&state{records: map[store.Kind]tree[[]byte]{}})
	return s
}

// View implements store.Store.
func (s *Store) View(ctx context.Context, fn func(store.Reader) error) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.open.RUnlock()
	r := &reader{ctx: ctx, state: s.current.Load()}
	defer r.end()
	return fn(r)
}

// Update implements store.Store.
func (s *Store) Update(ctx context.Context, fn func(store.Writer) error) (int64, error) {
	if err := s.enter(ctx); err != nil {
		return 0, err
	}
	defer s.open.RUnlock()
	select {
	case s.writer <- struct{}{}:
		defer func() { <-s.writer }()
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	if s.opts.Replay {
		if _, err := s.run(ctx, fn); err != nil {
			return 0, err
		}
	}
	w, err := s.run(ctx, fn)
	if err != nil {
		return 0, err
	}
	next := w.state
	if len(w.items) > 0 {
		next.revision++
		next.changes = append(next.changes, &storagev1.ChangeEntry{
			Revision: next.revision, CommitTime: timestamppb.New(s.opts.Now()), Items: w.items,
		})
	}
	s.current.Store(next)
	return next.revision, nil
}

// run calls fn on a copy of the current state and returns what it made of it.
func (s *Store) run(ctx context.Context, fn func(store.Writer) error) (*writer, error) {
	w := &writer{reader: reader{ctx: ctx, state: s.current.Load().clone()}}
	defer w.end()
	if err := fn(w); err != nil {
		return nil, err
	}
	return w, ctx.Err()
}

// Changes implements store.Store.
func (s *Store) Changes(ctx context.Context, since int64, each func(*storagev1.ChangeEntry) error) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.open.RUnlock()
	changes := s.current.Load().changes
	since = min(max(since, 0), int64(len(changes)))
	for _, entry := range changes[since:] {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := each(proto.CloneOf(entry)); err != nil {
			return err
		}
	}
	return nil
}

// Ready implements store.Store.
func (s *Store) Ready(ctx context.Context) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	s.open.RUnlock()
	return nil
}

// Compact implements store.Store. There is nothing to do: what no state has any
// more is the collector's, and never on a disk.
func (s *Store) Compact(ctx context.Context) error { return s.Ready(ctx) }

// Close implements store.Store. What was stored is gone.
func (s *Store) Close() error {
	s.open.Lock()
	defer s.open.Unlock()
	s.closed = true
	s.current.Store(&state{})
	return nil
}

// enter begins a call; unless it fails, the caller unlocks s.open when done.
func (s *Store) enter(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.open.RLock()
	if s.closed {
		s.open.RUnlock()
		return store.ErrClosed
	}
	return nil
}

// clone returns a copy that can be changed without changing st.
func (st *state) clone() *state {
	copied := *st
	copied.records = make(map[store.Kind]tree[[]byte], len(st.records))
	for kind, records := range st.records {
		copied.records[kind] = records
	}
	return &copied
}
