package boltstore_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/maecenas-cci/maecenas/internal/store"
	"github.com/maecenas-cci/maecenas/internal/store/boltstore"
	"github.com/maecenas-cci/maecenas/internal/store/storetest"
)

// BenchmarkCompact compacts a store of 5,000 organizations with a canvas and two
// needs each, and tells how long a writer waits meanwhile at the most.
func BenchmarkCompact(b *testing.B) {
	s := large(b)
	for b.Loop() {
		if err := s.Compact(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	size(b, s)
}

// BenchmarkSnapshot copies the same.
func BenchmarkSnapshot(b *testing.B) {
	s := large(b)
	for b.Loop() {
		if _, err := s.Snapshot(b.Context(), io.Discard); err != nil {
			b.Fatal(err)
		}
	}
	size(b, s)
}

// BenchmarkReadWhileCompacting tells how long the slowest of the readers takes
// while the file is compacted again and again.
func BenchmarkReadWhileCompacting(b *testing.B) {
	s := large(b)
	ctx, cancel := context.WithCancel(b.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			_ = s.Compact(ctx)
		}
	}()
	slowest := time.Duration(0)
	for b.Loop() {
		start := time.Now()
		if err := s.View(b.Context(), func(r store.Reader) error {
			return r.Get(storetest.Name(store.KindNeed, 7, 1), store.KindNeed.New())
		}); err != nil {
			b.Fatal(err)
		}
		slowest = max(slowest, time.Since(start))
	}
	cancel()
	<-done
	b.ReportMetric(float64(slowest.Microseconds())/1000, "slowest-ms")
}

func large(b *testing.B) *boltstore.Store {
	b.Helper()
	s := open(b, boltstore.Options{Path: filepath.Join(b.TempDir(), "maecenas.db")})
	for from := 0; from < 5000; from += 500 {
		if _, err := s.Update(b.Context(), func(w store.Writer) error {
			for n := from; n < from+500; n++ {
				for _, rec := range []store.Record{
					storetest.Full(store.KindOrganization, n, 0), storetest.Full(store.KindCanvas, n, 0),
					storetest.Full(store.KindNeed, n, 1), storetest.Full(store.KindNeed, n, 2),
				} {
					if err := w.Put(rec); err != nil {
						return err
					}
				}
			}
			return nil
		}); err != nil {
			b.Fatal(err)
		}
	}
	return s
}

func size(b *testing.B, s *boltstore.Store) {
	b.Helper()
	info, err := os.Stat(s.Path())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(info.Size())/1e6, "MB")
}
