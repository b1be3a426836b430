package boltstore_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/maecenas-cci/maecenas/internal/store"
	"github.com/maecenas-cci/maecenas/internal/store/boltstore"
	"github.com/maecenas-cci/maecenas/internal/store/storetest"
)

// written is what app commits when a canvas is written: the canvas, which is
// replaced, its revision and both assessments, which are new.
func written(subject, n int) []store.Record {
	return []store.Record{
		storetest.Full(store.KindCanvas, subject, 0), storetest.Full(store.KindCanvasRevision, subject, n),
		storetest.Full(store.KindAssessment, subject, 2*n), storetest.Full(store.KindAssessment, subject, 2*n+1),
	}
}

// filled returns a store with so many organizations, each with a need.
func filled(b *testing.B, opts boltstore.Options, organizations int) *boltstore.Store {
	b.Helper()
	opts.Path = filepath.Join(b.TempDir(), "maecenas.db")
	s := open(b, opts)
	const batch = 500
	for from := 0; from < organizations; from += batch {
		if _, err := s.Update(b.Context(), func(w store.Writer) error {
			for n := from; n < min(from+batch, organizations); n++ {
				if err := w.Put(storetest.Full(store.KindOrganization, n, 0)); err != nil {
					return err
				}
				if err := w.Put(storetest.Full(store.KindNeed, n, 1)); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			b.Fatal(err)
		}
	}
	return s
}

// benchmarkRecords is how many organizations, and as many needs, there are.
const benchmarkRecords = 10_000

// BenchmarkCommit is one transaction after the other, or many that wait for each
// other, with the syncs that make each durable.
func BenchmarkCommit(b *testing.B) {
	for _, writers := range []int{1, 32} {
		b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) {
			const subjects = 500
			s := filled(b, boltstore.Options{}, subjects)
			writes, bytes := make([][]store.Record, 4*subjects), 0
			for i := range writes {
				writes[i] = written(i%subjects, 1+i/subjects)
				for _, rec := range writes[i] {
					bytes += proto.Size(rec)
				}
			}
			b.ReportAllocs()
			b.SetParallelism(writers)
			var n atomic.Int64
			commit := func() {
				records := writes[int(n.Add(1))%len(writes)]
				if _, err := s.Update(b.Context(), func(w store.Writer) error {
					for _, rec := range records {
						if err := w.Put(rec); err != nil {
							return err
						}
					}
					return nil
				}); err != nil {
					b.Error(err)
				}
			}
			defer func() { b.ReportMetric(float64(bytes)/float64(len(writes)), "bytes/commit") }()
			if writers == 1 {
				for b.Loop() {
					commit()
				}
				return
			}
			b.ResetTimer() // Loop leaves the setting up out; RunParallel does not.
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					commit()
				}
			})
		})
	}
}

// BenchmarkSync is what the disk itself takes for a commit's two syncs.
func BenchmarkSync(b *testing.B) {
	f, err := os.Create(filepath.Join(b.TempDir(), "file"))
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	page := make([]byte, 4096)
	for b.Loop() {
		for range 2 {
			if _, err := f.WriteAt(page, 0); err != nil {
				b.Fatal(err)
			}
			if err := f.Sync(); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkGet is one record by name, in a transaction of its own and within one.
func BenchmarkGet(b *testing.B) {
	s := filled(b, boltstore.Options{NoSync: true}, benchmarkRecords)
	names := make([]string, benchmarkRecords)
	for n := range names {
		names[n] = storetest.Name(store.KindNeed, n, 1)
	}
	get := func(b *testing.B, r store.Reader, i int) {
		b.Helper()
		if err := r.Get(names[i*7919%len(names)], store.KindNeed.New()); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("view=each", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			if err := s.View(b.Context(), func(r store.Reader) error { get(b, r, i); return nil }); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("view=one", func(b *testing.B) {
		b.ReportAllocs()
		if err := s.View(b.Context(), func(r store.Reader) error {
			for i := 0; b.Loop(); i++ {
				get(b, r, i)
			}
			return nil
		}); err != nil {
			b.Fatal(err)
		}
	})
}

// BenchmarkList decodes every need; its metrics are per record.
func BenchmarkList(b *testing.B) {
	s := filled(b, boltstore.Options{NoSync: true}, benchmarkRecords)
	b.ReportAllocs()
	bytes := 0
	for b.Loop() {
		bytes = 0
		if err := s.View(b.Context(), func(r store.Reader) error {
			return r.List(store.KindNeed, store.ListOptions{}, func(_ store.Cursor, rec store.Record) (bool, error) {
				bytes += proto.Size(rec)
				return true, nil
			})
		}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchmarkRecords, "ns/record")
	b.ReportMetric(float64(bytes)/benchmarkRecords, "bytes/record")
}

// BenchmarkImport fills a store in transactions of 500 organizations with a need
// each, synced; its metrics are per record.
func BenchmarkImport(b *testing.B) {
	for b.Loop() {
		s := filled(b, boltstore.Options{}, benchmarkRecords)
		info, err := os.Stat(s.Path())
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(info.Size())/(2*benchmarkRecords), "bytes/record")
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/(2*benchmarkRecords), "ns/record")
}

// BenchmarkOpen opens an existing store.
func BenchmarkOpen(b *testing.B) {
	for _, records := range []int{0, benchmarkRecords} {
		b.Run("records="+strconv.Itoa(2*records), func(b *testing.B) {
			s := filled(b, boltstore.Options{NoSync: true}, records)
			path := s.Path()
			if err := s.Close(); err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				s, err := boltstore.Open(boltstore.Options{Path: path})
				if err != nil {
					b.Fatal(err)
				}
				if err := s.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
