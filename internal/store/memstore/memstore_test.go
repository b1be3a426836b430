package memstore_test

import (
	"io"
	"testing"
	"time"

	"github.com/maecenas-cci/maecenas/internal/store"
	"github.com/maecenas-cci/maecenas/internal/store/memstore"
	"github.com/maecenas-cci/maecenas/internal/store/storetest"
)

func TestStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, harness(memstore.Options{}))
}

// TestReplay runs the suite on a store that calls every function twice, which
// the contract lets it do.
func TestReplay(t *testing.T) {
	t.Parallel()
	storetest.Run(t, harness(memstore.Options{Replay: true}))
}

func harness(opts memstore.Options) storetest.Harness {
	return storetest.Harness{
		New: func(_ testing.TB, now func() time.Time) store.Store {
			opts := opts
			opts.Now = now
			return memstore.New(opts)
		},
		Restore: func(t testing.TB, r io.Reader) store.Store {
			t.Helper()
			s, err := memstore.Read(r, opts)
			if err != nil {
				t.Fatalf("Read: %v", err)
			}
			return s
		},
	}
}
