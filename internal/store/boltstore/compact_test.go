package boltstore_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
	"google.golang.org/protobuf/types/known/timestamppb"

	storagev1 "github.com/maecenas-cci/maecenas/gen/maecenas/storage/v1"
	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/store"
	"github.com/maecenas-cci/maecenas/internal/store/boltstore"
	"github.com/maecenas-cci/maecenas/internal/store/storetest"
)

const canary = "Zxq7canary"

// plant writes an organization and what is below it, with the canary in every text,
// name, external id and request, replaces all of it several times, so that pages are
// freed with it, and beside it records that stay.
func plant(t *testing.T, s store.Store) {
	t.Helper()
	for round := range 4 {
		_, err := s.Update(t.Context(), func(w store.Writer) error {
			for n := range 5 {
				for _, kind := range []store.Kind{store.KindOrganization, store.KindNeed, store.KindInvestor, store.KindMandate} {
					if err := w.Put(storetest.Full(kind, 10+n, round)); err != nil {
						return err
					}
				}
			}
			name := "organizations/" + canary
			records := []store.Record{
				&maecenasv1.Organization{
					Name: name, Uid: storetest.UID(1), DisplayName: canary + fmt.Sprint(round),
					ExternalIds: []*maecenasv1.ExternalId{{System: canary + "register", Id: canary + fmt.Sprint(round)}},
				},
				&maecenasv1.Bookmark{Name: name + "/bookmarks/b", Uid: storetest.UID(2), Note: strings.Repeat(canary, 900)},
				&maecenasv1.CanvasRevision{Name: fmt.Sprintf("%s/canvas/revisions/%d", name, round), Uid: storetest.UID(10 + round)},
			}
			for _, rec := range records {
				if err := w.Put(rec); err != nil {
					return err
				}
			}
			return w.PutRequest(fmt.Sprint(canary, round), &storagev1.RequestEntry{Resource: name, CommitTime: timestamppb.New(time.Unix(9, 0))})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// erase deletes what plant wrote of the canary.
func erase(w store.Writer) error {
	subject := "organizations/" + canary
	for _, kind := range append(store.KindOrganization.Below(), store.KindOrganization) {
		var names []string
		opts := store.ListOptions{Parent: subject}
		if kind == store.KindOrganization {
			opts.Parent = ""
		}
		if err := w.List(kind, opts, func(_ store.Cursor, rec store.Record) (bool, error) {
			if strings.Contains(rec.GetName(), canary) {
				names = append(names, rec.GetName())
			}
			return true, nil
		}); err != nil {
			return err
		}
		for _, name := range names {
			if err := w.Delete(kind, name); err != nil {
				return err
			}
		}
	}
	_, err := w.ForgetRequests(func(_ string, entry *storagev1.RequestEntry) bool { return entry.GetResource() == subject })
	return errors.Join(err, w.Put(&storagev1.ErasedSubject{Name: "erasures/00", Uid: storetest.UID(900)}))
}

// holds reports whether any file below a folder has the canary.
func holds(t *testing.T, folder string) bool {
	t.Helper()
	found := false
	err := filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		found = found || bytes.Contains(content, []byte(canary)) || strings.Contains(path, canary)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestErased searches the file for what was erased: deleting alone leaves it in
// freed pages; compaction, or opening the file again, leaves nothing.
func TestErased(t *testing.T) {
	t.Parallel()
	for _, way := range []string{"compacted", "opened again"} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			opts := boltstore.Options{Path: filepath.Join(folder, "maecenas.db")}
			s := open(t, opts)
			plant(t, s)
			if _, err := s.Update(t.Context(), erase); err != nil {
				t.Fatal(err)
			}
			if !holds(t, folder) {
				t.Fatal("deleting left nothing: the test shows nothing")
			}
			if found := check(t, s); len(found) != 1 || !strings.Contains(found[0].String(), "what was erased") {
				t.Errorf("Check before the compaction: %v", found)
			}
			before := storetest.Everything(t, s)
			if way == "compacted" {
				if err := s.Compact(t.Context()); err != nil {
					t.Fatal(err)
				}
			} else {
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
				s = open(t, opts)
			}
			if holds(t, folder) {
				t.Error("what was erased is still in the folder")
			}
			if found := check(t, s); len(found) > 0 {
				t.Errorf("Check: %v", found)
			}
			if after := storetest.Everything(t, s); strings.Join(after, "\n") != strings.Join(before, "\n") {
				t.Errorf("compaction changed what is stored:\n%s\nwas\n%s", after, before)
			}
		})
	}
}

// TestCompactDamaged: a file that is damaged stays as it is.
func TestCompactDamaged(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	opts := boltstore.Options{Path: filepath.Join(folder, "maecenas.db"), NoSync: true}
	s := open(t, opts)
	plant(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := bolt.Open(opts.Path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bolt.Tx) error {
		key, sealed := tx.Bucket([]byte(store.KindOrganizationBookmark)).Cursor().First()
		return tx.Bucket([]byte(store.KindOrganizationBookmark)).Put(bytes.Clone(key), append(bytes.Clone(sealed), 0))
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(opts.Path)
	if err != nil {
		t.Fatal(err)
	}
	s = open(t, opts)
	if err := s.Compact(t.Context()); !errors.Is(err, store.ErrDamaged) {
		t.Errorf("Compact: %v", err)
	}
	after, err := os.ReadFile(opts.Path)
	if err != nil || !bytes.Equal(before, after) {
		t.Errorf("the file was changed, %v", err)
	}
	if names := files(t, folder); len(names) != 1 {
		t.Errorf("left over: %v", names)
	}
}

// TestCompactMakesRoom: a store that is full has room again once what was deleted
// is gone, and one without the room to compact is left as it is.
func TestCompactMakesRoom(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	s := open(t, boltstore.Options{Path: filepath.Join(folder, "maecenas.db"), MaxBytes: 8 << 20, NoSync: true})
	put := func(n int) error {
		_, err := s.Update(t.Context(), func(w store.Writer) error {
			return w.Put(&maecenasv1.Organization{
				Name: fmt.Sprintf("organizations/o%d", n), Uid: storetest.UID(n), Description: strings.Repeat("x", 1<<19),
			})
		})
		return err
	}
	n, err := 1, error(nil)
	for ; err == nil; n++ {
		err = put(n)
	}
	if !errors.Is(err, store.ErrFull) {
		t.Fatalf("filling: %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Compact(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("Compact: %v", err)
	}
	for range 2 {
		if err := s.Compact(t.Context()); err != nil {
			t.Fatalf("Compact: %v", err)
		}
		_, err := s.Update(t.Context(), func(w store.Writer) error { return w.Delete(store.KindOrganization, "organizations/o1") })
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			t.Fatalf("Delete: %v", err)
		}
	}
	info, err := os.Stat(s.Path())
	if err != nil || info.Size() > 8<<20 {
		t.Errorf("%v bytes, %v", info.Size(), err)
	}
	if err := put(n + 1); err != nil {
		t.Errorf("after the compaction: %v", err)
	}
	if names := files(t, folder); len(names) != 1 {
		t.Errorf("left over: %v", names)
	}
}

// TestLockAcrossCompaction: a process that waits for the file while it is compacted
// gets the new one.
func TestLockAcrossCompaction(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "maecenas.db")
	if waits := os.Getenv("MAECENAS_WAITS_FOR"); waits != "" {
		s := open(t, boltstore.Options{Path: waits, LockTimeout: time.Minute})
		if n := len(storetest.Dump(t, s).Records[store.KindOrganization]); n != 2 {
			t.Fatalf("%d organizations", n)
		}
		return
	}
	s := open(t, boltstore.Options{Path: path})
	put := func(n int) {
		if _, err := s.Update(t.Context(), func(w store.Writer) error { return w.Put(storetest.Full(store.KindOrganization, n, 0)) }); err != nil {
			t.Fatal(err)
		}
	}
	put(1)
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestLockAcrossCompaction$", "-test.v")
	cmd.Env = append(os.Environ(), "MAECENAS_WAITS_FOR="+path)
	var out bytes.Buffer
	cmd.Stdout = &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(300 * time.Millisecond) // Long enough for it to open the file, mostly.
	if err := s.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	time.Sleep(100 * time.Millisecond)
	put(2)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("the waiting process: %v\n%s", err, out.Bytes())
	}
}
