// Package storetest is the suite that every store passes, the comparison of a
// store with the model, and records to test stores with.
package storetest

import (
	"context"
	"errors"
	"io"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"

	storagev1 "github.com/maecenas-cci/maecenas/gen/maecenas/storage/v1"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// Harness is a kind of store, as the suite sees it.
type Harness struct {
	// New returns an empty store that takes the times of its commits from now. The
	// suite closes it.
	New func(t testing.TB, now func() time.Time) store.Store
	// Restore opens what a Snapshot of such a store wrote. The suite closes it.
	Restore func(t testing.TB, r io.Reader) store.Store
}

// Run runs the suite, each test on a store of its own.
func Run(t *testing.T, h Harness) {
	t.Helper()
	tests := []struct {
		name string
		run  func(*testing.T, *fixture)
	}{
		{"Empty", testEmpty},
		{"RoundTripEveryKind", testRoundTrip},
		{"RecordsAreCopied", testCopies},
		{"Replace", testReplace},
		{"Refused", testRefused},
		{"TooLarge", testTooLarge},
		{"UIDs", testUIDs},
		{"Delete", testDelete},
		{"External", testExternal},
		{"ExternalOfWriters", testExternalWriters},
		{"ExternalFollowsItsRecord", testExternalMoves},
		{"ListOrder", testListOrder},
		{"ListParent", testListParent},
		{"ListCursor", testListCursor},
		{"ListStops", testListStops},
		{"ListRefuses", testListRefuses},
		{"ListWhileWriting", testListWhileWriting},
		{"ListEmptied", testListEmptied},
		{"Revisions", testRevisions},
		{"RollBack", testRollBack},
		{"Panic", testPanic},
		{"Contexts", testContexts},
		{"Isolation", testIsolation},
		{"Concurrency", testConcurrency},
		{"Changes", testChanges},
		{"ChangesStop", testChangesStop},
		{"Requests", testRequests},
		{"ForgetRequests", testForgetRequests},
		{"Snapshot", testSnapshot},
		{"SnapshotHoldsUpNobody", testSlowSnapshot},
		{"Compact", testCompact},
		{"CompactHoldsUpNoReader", testCompactWhileUsed},
		{"Close", testClose},
		{"EndedTransactions", testEnded},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f := &fixture{Harness: h, clock: start}
			f.Store = h.New(t, f.now)
			t.Cleanup(func() {
				if err := f.Close(); err != nil {
					t.Errorf("Close: %v", err)
				}
			})
			test.run(t, f)
		})
	}
}

// start is when the suite's clock begins; each look at it is a second later.
var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// fixture is a store under test.
type fixture struct {
	Harness
	store.Store

	mu    sync.Mutex
	clock time.Time
}

func (f *fixture) now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.clock = f.clock.Add(time.Second)
	return f.clock
}

// put commits records and returns the revision.
func (f *fixture) put(t *testing.T, records ...store.Record) int64 {
	t.Helper()
	revision, err := f.Update(t.Context(), func(w store.Writer) error {
		for _, rec := range records {
			if err := w.Put(rec); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatalf("Put: %v", err)
	}
	return revision
}

// tryPut puts one record and returns the error, after making sure that a
// failure left nothing.
func (f *fixture) tryPut(t *testing.T, rec store.Record) error {
	t.Helper()
	before := Dump(t, f.Store)
	_, err := f.Update(t.Context(), func(w store.Writer) error { return w.Put(rec) })
	if err != nil {
		if diff := cmp.Diff(before, Dump(t, f.Store), protocmp.Transform()); diff != "" {
			t.Errorf("a failed Put changed the store (-before +after):\n%s", diff)
		}
	}
	return err
}

// tryDelete deletes one record.
func (f *fixture) tryDelete(t *testing.T, kind store.Kind, name string) error {
	t.Helper()
	_, err := f.Update(t.Context(), func(w store.Writer) error { return w.Delete(kind, name) })
	return err
}

// view reads, and fails the test on an error.
func (f *fixture) view(t *testing.T, fn func(store.Reader) error) {
	t.Helper()
	if err := f.View(t.Context(), fn); err != nil {
		t.Fatalf("View: %v", err)
	}
}

// get returns a stored record.
func (f *fixture) get(t *testing.T, kind store.Kind, name string) (store.Record, error) {
	t.Helper()
	rec := kind.New()
	err := f.View(t.Context(), func(r store.Reader) error { return r.Get(name, rec) })
	return rec, err
}

// list returns the names of what is listed.
func (f *fixture) list(t *testing.T, kind store.Kind, opts store.ListOptions) []string {
	t.Helper()
	var names []string
	f.view(t, func(r store.Reader) error {
		names = nil
		return r.List(kind, opts, func(_ store.Cursor, rec store.Record) (bool, error) {
			names = append(names, rec.GetName())
			return true, nil
		})
	})
	return names
}

// Contents is everything that can be read from a store.
type Contents struct {
	Revision int64
	Records  map[store.Kind][]store.Record
	Changes  []*storagev1.ChangeEntry
}

// Dump reads everything from a store.
func Dump(t testing.TB, s store.Store) Contents {
	t.Helper()
	c := Contents{Records: map[store.Kind][]store.Record{}}
	ctx := context.Background()
	err := s.View(ctx, func(r store.Reader) error {
		c.Revision = r.Revision()
		for _, kind := range store.Kinds() {
			err := r.List(kind, store.ListOptions{}, func(_ store.Cursor, rec store.Record) (bool, error) {
				c.Records[kind] = append(c.Records[kind], rec)
				return true, nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	err = errors.Join(err, s.Changes(ctx, 0, func(entry *storagev1.ChangeEntry) error {
		c.Changes = append(c.Changes, entry)
		return nil
	}))
	if err != nil {
		t.Fatalf("read everything: %v", err)
	}
	return c
}

func wantErr(t *testing.T, what string, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("%s: got error %v, want %v", what, got, want)
	}
}

func wantEqual(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}
