package boltstore_test

import (
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/maecenas-cci/maecenas/internal/store"
	"github.com/maecenas-cci/maecenas/internal/store/boltstore"
	"github.com/maecenas-cci/maecenas/internal/store/storetest"
)

func TestStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, storetest.Harness{
		New: func(t testing.TB, now func() time.Time) store.Store {
			t.Helper()
			// Without syncs: the suite is about what is read, and a crash is another test's.
			return open(t, boltstore.Options{Path: filepath.Join(t.TempDir(), "maecenas.db"), Now: now, NoSync: true})
		},
		Restore: func(t testing.TB, r io.Reader) store.Store {
			t.Helper()
			path := filepath.Join(t.TempDir(), "copy.db")
			copied, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, copied, 0o600); err != nil {
				t.Fatal(err)
			}
			return open(t, boltstore.Options{Path: path, NoSync: true})
		},
	})
}

// open opens a store that is closed when the test ends, whatever the test does.
func open(t testing.TB, opts boltstore.Options) *boltstore.Store {
	t.Helper()
	s, err := boltstore.Open(opts)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return s
}
