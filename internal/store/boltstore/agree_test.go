package boltstore_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/maecenas-cci/maecenas/internal/store"
	"github.com/maecenas-cci/maecenas/internal/store/boltstore"
	"github.com/maecenas-cci/maecenas/internal/store/memstore"
	"github.com/maecenas-cci/maecenas/internal/store/storetest"
)

// TestAgreesWithModel holds both stores against each other: each is written
// without the other's code.
func TestAgreesWithModel(t *testing.T) {
	t.Parallel()
	var now func() time.Time
	storetest.Agree(t, storetest.Comparison{
		Model: func(_ testing.TB, now func() time.Time) store.Store { return memstore.New(memstore.Options{Now: now}) },
		Subject: func(t testing.TB, clock func() time.Time) store.Store {
			t.Helper()
			now = clock
			return open(t, boltstore.Options{Path: filepath.Join(t.TempDir(), "maecenas.db"), Now: now, NoSync: true})
		},
		Reopen: func(t testing.TB, s store.Store) store.Store {
			t.Helper()
			bolt, ok := s.(*boltstore.Store)
			if !ok {
				t.Fatalf("%T is no file store", s)
			}
			if err := bolt.Close(); err != nil {
				t.Fatal(err)
			}
			return open(t, boltstore.Options{Path: bolt.Path(), Now: now, NoSync: true})
		},
		Verify: func(t testing.TB, s store.Store) {
			t.Helper()
			for _, problem := range check(t, s) {
				t.Errorf("Check: %v", problem)
			}
		},
	})
}

// check returns what Check finds wrong.
func check(t testing.TB, s store.Store) []store.Problem {
	t.Helper()
	bolt, ok := s.(*boltstore.Store)
	if !ok {
		t.Fatalf("%T is no file store", s)
	}
	var problems []store.Problem
	if err := bolt.Check(t.Context(), func(p store.Problem) { problems = append(problems, p) }); err != nil {
		t.Fatalf("Check: %v", err)
	}
	return problems
}
