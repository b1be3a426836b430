package boltstore_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	bolt "go.etcd.io/bbolt"

	"github.com/maecenas-cci/maecenas/internal/store"
	"github.com/maecenas-cci/maecenas/internal/store/boltstore"
	"github.com/maecenas-cci/maecenas/internal/store/storetest"
)

// rewrite changes a value of a closed file, through bbolt.
func rewrite(t *testing.T, path, bucket string, key, payload []byte) {
	t.Helper()
	db, err := bolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bolt.Tx) error {
		return tx.Bucket([]byte(bucket)).Put(key, store.Seal(bucket, key, payload))
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestNewerSchema(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "maecenas.db")
	if err := os.WriteFile(path, emptyFile(t), 0o600); err != nil {
		t.Fatal(err)
	}
	rewrite(t, path, "_meta", []byte("schema"), append(binary.AppendUvarint(nil, 300), "7.2.0"...))
	for _, readOnly := range []bool{false, true} {
		err := refused(t, boltstore.Options{Path: path, ReadOnly: readOnly}, store.ErrSchemaNewer)
		want := fmt.Sprintf("%s has schema 300 and needs maecenas 7.2.0 or newer; this version reads up to schema 3", path)
		if err.Error() != want {
			t.Errorf("got %q, want %q", err, want)
		}
	}
}

func TestNotAStore(t *testing.T) {
	t.Parallel()
	whole := emptyFile(t)
	foreign := filepath.Join(t.TempDir(), "foreign.db")
	db, err := bolt.Open(foreign, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	others, err := os.ReadFile(foreign)
	if err != nil {
		t.Fatal(err)
	}
	headless := bytes.Clone(whole)
	headless[20], headless[4096+20] = 0xff, 0xff
	for name, file := range map[string][]byte{
		"empty":             {},
		"short":             []byte("{}"),
		"text":              bytes.Repeat([]byte("organization,need\n"), 5000),
		"zeros":             make([]byte, 1<<16),
		"another program's": others,
		"without headers":   headless,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "maecenas.db")
			if err := os.WriteFile(path, file, 0o600); err != nil {
				t.Fatal(err)
			}
			refused(t, boltstore.Options{Path: path}, store.ErrNotStore)
			refused(t, boltstore.Options{Path: path, ReadOnly: true}, store.ErrNotStore)
		})
	}
	t.Run("a folder", func(t *testing.T) {
		t.Parallel()
		path := filepath.Join(t.TempDir(), "maecenas.db")
		if err := os.Mkdir(path, 0o700); err != nil {
			t.Fatal(err)
		}
		if _, err := boltstore.Open(boltstore.Options{Path: path, ReadOnly: true}); !errors.Is(err, store.ErrNotStore) {
			t.Errorf("Open: %v", err)
		}
		if _, err := boltstore.Open(boltstore.Options{Path: path}); err == nil {
			t.Error("Open: no error")
		}
	})
	if _, err := boltstore.Open(boltstore.Options{}); !errors.Is(err, store.ErrInvalid) {
		t.Errorf("Open without a path: %v", err)
	}
}

// TestCutShort cuts a file at many lengths: none may be opened, and none may end
// the process, as reading a mapping beyond its file does.
func TestCutShort(t *testing.T) {
	t.Parallel()
	file := buildFile(t)
	// Cut, in steps, from behind what is in use: the file's rest is zero.
	used := len(bytes.TrimRight(file, "\x00"))
	path := filepath.Join(t.TempDir(), "maecenas.db")
	refusals := 0
	for cut := used + 4096; cut > 0; cut -= 1021 {
		if err := os.WriteFile(path, file[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := boltstore.Open(boltstore.Options{Path: path, NoSync: true})
		switch {
		case err == nil:
			// Behind the last page in use, nothing is missing.
			for _, problem := range check(t, s) {
				t.Errorf("cut to %d bytes: %v", cut, problem)
			}
			_ = s.Close()
		case errors.Is(err, store.ErrNotStore), errors.Is(err, store.ErrDamaged):
			refusals++
		default:
			t.Errorf("cut to %d bytes: %v", cut, err)
		}
	}
	if refusals < used/1021-10 {
		t.Errorf("only %d of %d cuts were refused", refusals, used/1021)
	}
}

// TestDamagedHeader: bbolt would go by the other header, and so lose the last
// commit without a word.
func TestDamagedHeader(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "maecenas.db")
	s := open(t, boltstore.Options{Path: path, NoSync: true})
	for n := range 4 {
		put(t, s, n)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	revisions := map[int64]bool{}
	for header := range 2 {
		file := bytes.Clone(whole)
		file[4096*header+60] ^= 4
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
		refused(t, boltstore.Options{Path: path}, store.ErrDamaged)
		s := open(t, boltstore.Options{Path: path, NoSync: true, Recover: true})
		revisions[storetest.Dump(t, s).Revision] = true
		put(t, s, 9)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if err := open(t, boltstore.Options{Path: path, NoSync: true}).Close(); err != nil {
			t.Fatal(err)
		}
	}
	if !revisions[3] || !revisions[4] {
		t.Errorf("recovered revisions %v, want the last and the one before", revisions)
	}
}

func TestFull(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "maecenas.db")
	opts := boltstore.Options{Path: path, NoSync: true, MaxBytes: 10 << 20}
	s := open(t, opts)
	var err error
	stored := 0
	for ; stored < 100; stored++ {
		if _, err = s.Update(t.Context(), func(w store.Writer) error {
			for n := range 100 {
				rec := storetest.Full(store.KindOrganization, 100*stored+n, 0)
				if err := w.Put(rec); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			break
		}
	}
	if !errors.Is(err, store.ErrFull) {
		t.Fatalf("after %d commits: %v", stored, err)
	}
	if err := s.Ready(t.Context()); err != nil {
		t.Errorf("Ready: %v", err)
	}
	if got := storetest.Dump(t, s); got.Revision != int64(stored) {
		t.Errorf("revision %d after %d commits", got.Revision, stored)
	}
	if problems := check(t, s); len(problems) > 0 {
		t.Errorf("Check: %v", problems)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	opts.MaxBytes = 0
	s = open(t, opts)
	put(t, s, 1_000_000)
	if problems := check(t, s); len(problems) > 0 {
		t.Errorf("Check: %v", problems)
	}
}
