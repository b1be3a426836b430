package boltstore_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/maecenas-cci/maecenas/internal/store"
	"github.com/maecenas-cci/maecenas/internal/store/boltstore"
	"github.com/maecenas-cci/maecenas/internal/store/storetest"
)

// put commits one organization.
func put(t *testing.T, s *boltstore.Store, n int) {
	t.Helper()
	if _, err := s.Update(t.Context(), func(w store.Writer) error {
		return w.Put(storetest.Full(store.KindOrganization, n, 0))
	}); err != nil {
		t.Fatalf("Put: %v", err)
	}
}

// files returns the names below a folder.
func files(t *testing.T, folder string) []string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

// refused opens a file that must not open, and returns the error after making
// sure that it is the one wanted, names the file, and left it as it was.
func refused(t *testing.T, opts boltstore.Options, want error) error {
	t.Helper()
	before, _ := os.ReadFile(opts.Path)
	s, err := boltstore.Open(opts)
	if err == nil {
		_ = s.Close()
	}
	if !errors.Is(err, want) {
		t.Fatalf("Open: error %v, want %v", err, want)
	}
	if !strings.Contains(err.Error(), opts.Path) {
		t.Errorf("%q does not name the file", err)
	}
	if after, _ := os.ReadFile(opts.Path); !bytes.Equal(before, after) {
		t.Errorf("a refused Open changed the file")
	}
	return err
}

func TestFirstStart(t *testing.T) {
	t.Parallel()
	top := t.TempDir()
	folder := filepath.Join(top, "a", "b")
	path := filepath.Join(folder, "maecenas.db")
	s := open(t, boltstore.Options{Path: path})
	for path, want := range map[string]os.FileMode{filepath.Join(top, "a"): 0o700, folder: 0o700, path: 0o600} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if runtime.GOOS != "windows" && info.Mode().Perm() != want {
			t.Errorf("%s has mode %v, want %v", path, info.Mode().Perm(), want)
		}
	}
	if diff := cmp.Diff([]string{"maecenas.db"}, files(t, folder)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	put(t, s, 1)
	id, want := s.ID(), storetest.Dump(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, boltstore.Options{Path: path})
	if s.ID() != id {
		t.Errorf("the store's id was %s and is %s", id, s.ID())
	}
	if got := storetest.Dump(t, s); got.Revision != want.Revision || len(got.Records) != len(want.Records) {
		t.Errorf("opened again: %v, want %v", got, want)
	}
}

// TestLeftOver opens over every state that a process which ended in the middle of
// its first start, or of a snapshot, can leave, and over what does not look like
// one.
func TestLeftOver(t *testing.T) {
	t.Parallel()
	whole := emptyFile(t)
	fresh := "maecenas.db.new-5f0c"
	for name, left := range map[string]map[string][]byte{
		"folder alone":              {},
		"nothing in it":             {fresh: {}},
		"part of the first write":   {fresh: whole[:5000]},
		"garbage":                   {fresh: bytes.Repeat([]byte("garbage"), 999)},
		"written but not linked":    {fresh: whole},
		"several times":             {fresh: whole, fresh + "2": whole[:100], fresh + "3": {}},
		"linked but not removed":    {fresh: whole, "maecenas.db": whole},
		"a snapshot":                {"maecenas.db": whole, "maecenas.db.snapshot-1": whole[:9000]},
		"a snapshot beside nothing": {"maecenas.db.snapshot-1": whole[:9000]},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			for name, bytes := range left {
				if err := os.WriteFile(filepath.Join(folder, name), bytes, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			others := []string{"maecenas.db.new", "maecenas.db2.new-1", "amaecenas.db.new-1", "notes.txt"}
			for _, name := range others {
				if err := os.WriteFile(filepath.Join(folder, name), nil, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			s := open(t, boltstore.Options{Path: filepath.Join(folder, "maecenas.db"), NoSync: true})
			put(t, s, 1)
			want := map[string]bool{"maecenas.db": true}
			for _, name := range others {
				want[name] = true
			}
			got := map[string]bool{}
			for _, name := range files(t, folder) {
				got[name] = true
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
		})
	}
}

// emptyFile returns the bytes of an empty store.
func emptyFile(t *testing.T) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "maecenas.db")
	if err := open(t, boltstore.Options{Path: path, NoSync: true}).Close(); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// TestFirstStartAtOnce: of several that create the store at once, one gets it.
func TestFirstStartAtOnce(t *testing.T) {
	t.Parallel()
	for round := range 30 {
		path := filepath.Join(t.TempDir(), "new", "maecenas.db")
		const starters = 6
		stores, errs := make([]*boltstore.Store, starters), make([]error, starters)
		var group sync.WaitGroup
		for i := range starters {
			group.Go(func() { stores[i], errs[i] = boltstore.Open(boltstore.Options{Path: path, NoSync: round%2 == 0}) })
		}
		group.Wait()
		opened := 0
		for i, s := range stores {
			switch {
			case errs[i] == nil:
				opened++
				put(t, s, 1)
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			case !errors.Is(errs[i], store.ErrLocked):
				t.Errorf("Open: %v", errs[i])
			}
		}
		if opened != 1 {
			t.Errorf("%d of %d opened the store", opened, starters)
		}
		if got := files(t, filepath.Dir(path)); len(got) != 1 {
			t.Errorf("left over: %v", got)
		}
	}
}

func TestLocked(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "maecenas.db")
	s := open(t, boltstore.Options{Path: path, NoSync: true})
	for _, readOnly := range []bool{false, true} {
		err := refused(t, boltstore.Options{Path: path, ReadOnly: readOnly}, store.ErrLocked)
		var locked *store.LockedError
		if !errors.As(err, &locked) || locked.Path != path {
			t.Errorf("got %#v, want the path", err)
		}
		if _, err := os.Stat("/proc/locks"); err == nil && locked.PID != os.Getpid() && locked.PID != 0 {
			t.Errorf("held by process %d, but it is %d", locked.PID, os.Getpid())
		}
	}
	// With patience, it is there once the other one is done.
	closing := time.AfterFunc(50*time.Millisecond, func() { _ = s.Close() })
	defer closing.Stop()
	if err := open(t, boltstore.Options{Path: path, LockTimeout: time.Minute}).Close(); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	held := open(t, boltstore.Options{Path: path, ReadOnly: true})
	open(t, boltstore.Options{Path: path, ReadOnly: true})
	refused(t, boltstore.Options{Path: path, LockTimeout: 30 * time.Millisecond}, store.ErrLocked)
	if took := time.Since(start); took < 30*time.Millisecond || took > 10*time.Second {
		t.Errorf("waited for %v", took)
	}
	if err := held.Ready(t.Context()); err != nil {
		t.Errorf("Ready: %v", err)
	}
}

func TestReadOnly(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "absent")
	refused(t, boltstore.Options{Path: filepath.Join(folder, "maecenas.db"), ReadOnly: true}, fs.ErrNotExist)
	if _, err := os.Stat(folder); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder was made: %v", err)
	}
	path := filepath.Join(t.TempDir(), "maecenas.db")
	s := open(t, boltstore.Options{Path: path, NoSync: true})
	put(t, s, 1)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, boltstore.Options{Path: path, ReadOnly: true})
	if got := storetest.Dump(t, s); got.Revision != 1 {
		t.Errorf("revision %d", got.Revision)
	}
	if _, err := s.Update(t.Context(), func(store.Writer) error { return nil }); !errors.Is(err, store.ErrReadOnly) {
		t.Errorf("Update: %v", err)
	}
}
