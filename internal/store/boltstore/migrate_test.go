package boltstore_test

import (
	"encoding/binary"
	"path/filepath"
	"slices"
	"testing"

	bolt "go.etcd.io/bbolt"

	"github.com/maecenas-cci/maecenas/internal/store"
	"github.com/maecenas-cci/maecenas/internal/store/boltstore"
	"github.com/maecenas-cci/maecenas/internal/store/storetest"
)

// TestFirstSchema opens a file as the first version of the program wrote it: without the
// buckets of what came later. Opened to be read alone it is refused; opened for writing it
// has all its records, takes those of later kinds, and keeps them.
func TestFirstSchema(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "maecenas.db")
	organization := storetest.Full(store.KindOrganization, 1, 0)
	write(t, open(t, boltstore.Options{Path: path}), organization)
	age(t, path)

	if _, err := boltstore.Open(boltstore.Options{Path: path, ReadOnly: true}); err == nil {
		t.Fatal("a file of an older schema was opened for reading alone")
	}
	s := open(t, boltstore.Options{Path: path})
	later := []store.Kind{store.KindExchangeRates, store.KindIntroduction}
	for _, kind := range later {
		write(t, s, storetest.Full(kind, 2, 0))
		s = open(t, boltstore.Options{Path: path})
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	dump := storetest.Dump(t, open(t, boltstore.Options{Path: path, ReadOnly: true}))
	for _, kind := range append(later, store.KindOrganization) {
		if n := len(dump.Records[kind]); n != 1 {
			t.Errorf("%d records of %s, want 1", n, kind)
		}
	}
}

// write puts a record and closes the store.
func write(t *testing.T, s *boltstore.Store, rec store.Record) {
	t.Helper()
	if _, err := s.Update(t.Context(), func(w store.Writer) error { return w.Put(rec) }); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// age makes a file one of schema 1.
func age(t *testing.T, path string) {
	t.Helper()
	db, err := bolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bolt.Tx) error {
		later := store.Kinds()[slices.Index(store.Kinds(), store.KindExchangeRates):]
		for _, kind := range later {
			if err := tx.DeleteBucket([]byte(kind)); err != nil {
				return err
			}
		}
		key := []byte("schema")
		value := append(binary.AppendUvarint(nil, 1), "0.1.0"...)
		return tx.Bucket([]byte("_meta")).Put(key, store.Seal("_meta", key, value))
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}
