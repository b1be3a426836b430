package backup_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/backup"
	"github.com/maecenas-cci/maecenas/internal/erase"
	"github.com/maecenas-cci/maecenas/internal/store"
	"github.com/maecenas-cci/maecenas/internal/store/boltstore"
	"github.com/maecenas-cci/maecenas/internal/store/storetest"
)

var at = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// open opens the store of a data folder, which is closed when the test ends.
func open(t *testing.T, dir string) *boltstore.Store {
	t.Helper()
	s, err := boltstore.Open(boltstore.Options{Path: filepath.Join(dir, "maecenas.db"), NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return s
}

// put writes records in one transaction.
func put(t *testing.T, s store.Store, records ...store.Record) {
	t.Helper()
	if _, err := s.Update(t.Context(), func(w store.Writer) error {
		for _, rec := range records {
			if err := w.Put(rec); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// save writes a backup into a file.
func save(t *testing.T, s store.Store, path string) *maecenasv1.BackupSummary {
	t.Helper()
	var summary *maecenasv1.BackupSummary
	err := backup.Save(path, false, func(w io.Writer) (err error) {
		summary, err = backup.Write(t.Context(), s, at, w)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return summary
}

// options restores a file into a folder.
func options(file, dir string, erased ...erase.Entry) backup.RestoreOptions {
	return backup.RestoreOptions{
		File: file, DataDir: dir, StoreName: "maecenas.db", LedgerName: "erased", Erased: erased,
		Open: func(_ context.Context, dir string) (store.Store, error) {
			return boltstore.Open(boltstore.Options{Path: filepath.Join(dir, "maecenas.db"), NoSync: true})
		},
		Check: func(ctx context.Context, s store.Store) (problems []string, err error) {
			opened, ok := s.(*boltstore.Store)
			if !ok {
				return nil, errors.New("another store")
			}
			err = opened.Check(ctx, func(p store.Problem) { problems = append(problems, p.String()) })
			return problems, err
		},
	}
}

// full puts some records of all kinds.
func full(t *testing.T, s store.Store) {
	t.Helper()
	for n, kind := range store.Kinds() {
		if kind != store.KindErasedSubject {
			put(t, s, storetest.Full(kind.Subject(), n+1, 0), storetest.Full(kind, n+1, 1))
		}
	}
}

// TestRoundTrip: what is restored is what was there.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	s := open(t, filepath.Join(folder, "data"))
	full(t, s)
	file := filepath.Join(folder, "backup")
	summary := save(t, s, file)
	want := storetest.Everything(t, s)
	revision := storetest.Dump(t, s).Revision
	put(t, s, storetest.Full(store.KindOrganization, 900, 0)) // after it

	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	digest := sha256.Sum256(content)
	if summary.GetSizeBytes() != int64(len(content)) || !bytes.Equal(summary.GetDigest(), digest[:]) ||
		summary.GetRevision() != revision || summary.GetSchemaVersion() < 3 || !summary.GetCreateTime().AsTime().Equal(at) {
		t.Errorf("the summary says %v of %d bytes at revision %d", summary, len(content), revision)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	verified, err := backup.Verify(t.Context(), file)
	if err != nil || verified.String() != summary.String() {
		t.Errorf("Verify: %v, %v, want %v", verified, err, summary)
	}
	dir := filepath.Join(folder, "new", "restored")
	restored, err := backup.Restore(t.Context(), options(file, dir))
	if err != nil || len(restored.Erased) > 0 || restored.Summary.String() != summary.String() {
		t.Fatalf("Restore: %+v, %v", restored, err)
	}
	if diff := cmp.Diff(want, storetest.Everything(t, open(t, dir))); diff != "" {
		t.Errorf("restored (-want +got):\n%s", diff)
	}
	if _, err := backup.Restore(t.Context(), options(file, dir)); !errors.Is(err, backup.ErrFolderInUse) {
		t.Errorf("into a folder that is there: %v", err)
	}
	empty := t.TempDir()
	if _, err := backup.Restore(t.Context(), options(file, empty)); err != nil {
		t.Errorf("into an empty folder: %v", err)
	}
}

// TestDamaged: no part of a backup passes for one, and no flipped bit goes
// unnoticed; nothing is left of the attempt.
func TestDamaged(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	s := open(t, filepath.Join(folder, "data"))
	put(t, s, storetest.Full(store.KindOrganization, 1, 0))
	whole := filepath.Join(folder, "backup")
	save(t, s, whole)
	content, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	attempt := func(what string, damaged []byte, want error) {
		t.Helper()
		parent := t.TempDir()
		file, dir := filepath.Join(folder, "damaged"), filepath.Join(parent, "restored")
		if err := os.WriteFile(file, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := backup.Restore(t.Context(), options(file, dir)); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", what, err, want)
		}
		if left, err := os.ReadDir(parent); err != nil || len(left) > 0 {
			t.Errorf("%s: %v is left, %v", what, left, err)
		}
	}
	n := len(content)
	for _, size := range []int{5, 18, 40, 60, 4096, n / 2, n - 40, n - 33, n - 1} {
		attempt(fmt.Sprintf("%d bytes of %d", size, n), content[:size], backup.ErrDamaged)
	}
	attempt("more bytes", append(bytes.Clone(content), 0), backup.ErrDamaged)
	attempt("nothing", nil, backup.ErrNotBackup)
	attempt("another file", []byte(strings.Repeat("something else", 99)), backup.ErrNotBackup)
	for at := len("maecenas backup 1\n"); at < n; at += 1 + n/101 {
		flipped := bytes.Clone(content)
		flipped[at] ^= 1 << (at % 8)
		attempt(fmt.Sprintf("a bit of byte %d", at), flipped, backup.ErrDamaged)
	}
	for at := n - 100; at < n; at++ {
		flipped := bytes.Clone(content)
		flipped[at] ^= 1 << (at % 8)
		attempt(fmt.Sprintf("a bit of byte %d", at), flipped, backup.ErrDamaged)
	}
}

// TestUnsound: a backup of a store with damage inside is told from a good one.
func TestUnsound(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	s := open(t, filepath.Join(folder, "data"))
	full(t, s)
	file := filepath.Join(folder, "backup")
	save(t, s, file)
	opts := options(file, filepath.Join(folder, "restored"))
	opts.Check = func(context.Context, store.Store) ([]string, error) {
		return []string{"a key without its secret", "more"}, nil
	}
	_, err := backup.Restore(t.Context(), opts)
	var unsound *backup.UnsoundError
	if !errors.As(err, &unsound) || len(unsound.Problems) != 2 || !strings.Contains(err.Error(), "without its secret") {
		t.Errorf("Restore: %v", err)
	}
	if _, err := os.Stat(opts.DataDir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder is there: %v", err)
	}
}

const canary = "Zxq7canary"

// holds returns the files below a folder in which the canary is found.
func holds(t *testing.T, folder string) (found []string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if bytes.Contains(content, []byte(canary)) {
			found = append(found, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestErasedStaysErased: a backup from before an erasure does not bring the subject
// back, not even as bytes; with no ledger it does, which shows that the test would
// notice.
func TestErasedStaysErased(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	data := filepath.Join(folder, "data")
	s := open(t, data)
	name := "organizations/" + canary
	subject := &maecenasv1.Organization{Name: name, Uid: storetest.UID(1), DisplayName: canary}
	put(t, s, subject, storetest.Full(store.KindOrganization, 2, 0))
	put(t, s, &maecenasv1.Need{Name: name + "/needs/n", Uid: storetest.UID(3), Description: strings.Repeat(canary, 800)},
		&maecenasv1.Investor{Name: "investors/i", Uid: storetest.UID(4), ExcludedOrganizations: []string{name}},
		&maecenasv1.Bookmark{Name: "investors/i/bookmarks/b", Uid: storetest.UID(5), Need: name + "/needs/n", Note: canary})
	file := filepath.Join(folder, "backup")
	save(t, s, file)

	ledger := erase.NewLedger(filepath.Join(data, "erased"))
	if err := ledger.Append(erase.Entry{Hash: erase.HashOf(subject.GetUid()), Time: at}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Update(t.Context(), func(w store.Writer) error {
		_, err := erase.Subject(erase.Plain{Writer: w}, name, at)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if err := s.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	if found := holds(t, data); len(found) > 0 {
		t.Fatalf("erased, and still in %v", found)
	}

	entries, err := ledger.Load()
	if err != nil || len(entries) != 1 {
		t.Fatalf("ledger: %v, %v", entries, err)
	}
	without, with := filepath.Join(folder, "without"), filepath.Join(folder, "with")
	if _, err := backup.Restore(t.Context(), options(file, without)); err != nil {
		t.Fatal(err)
	}
	if len(holds(t, without)) == 0 {
		t.Fatal("a restored backup without a ledger has nothing of it: the test shows nothing")
	}
	restored, err := backup.Restore(t.Context(), options(file, with, entries...))
	if err != nil || len(restored.Erased) != 1 || restored.Erased[0].Removed != 3 {
		t.Fatalf("Restore: %+v, %v", restored, err)
	}
	if found := holds(t, with); len(found) > 0 {
		t.Errorf("restored, and in %v", found)
	}
	if again, err := erase.NewLedger(filepath.Join(with, "erased")).Load(); err != nil || len(again) != 1 || again[0] != entries[0] {
		t.Errorf("the new ledger has %v, %v", again, err)
	}
	contents := storetest.Dump(t, open(t, with))
	if n, m := len(contents.Records[store.KindOrganization]), len(contents.Records[store.KindErasedSubject]); n != 1 || m != 1 {
		t.Errorf("%d organizations and %d erased subjects", n, m)
	}
}

// TestHot takes backups while a writer writes two records that must agree.
func TestHot(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	s := open(t, filepath.Join(folder, "data"))
	write := func(n int) {
		text := fmt.Sprint(n)
		put(t, s, &maecenasv1.Organization{Name: "organizations/a", Uid: storetest.UID(1), DisplayName: text},
			&maecenasv1.Investor{Name: "investors/b", Uid: storetest.UID(2), DisplayName: text})
	}
	write(1)
	done := make(chan struct{})
	var group sync.WaitGroup
	group.Go(func() {
		for n := 2; ; n++ {
			select {
			case <-done:
				return
			default:
				write(n)
			}
		}
	})
	for n := range 5 {
		file, dir := filepath.Join(folder, fmt.Sprint("backup", n)), filepath.Join(folder, fmt.Sprint("restored", n))
		summary := save(t, s, file)
		if _, err := backup.Restore(t.Context(), options(file, dir)); err != nil {
			t.Fatal(err)
		}
		contents := storetest.Dump(t, open(t, dir))
		a, _ := contents.Records[store.KindOrganization][0].(*maecenasv1.Organization)
		b, _ := contents.Records[store.KindInvestor][0].(*maecenasv1.Investor)
		if a.GetDisplayName() != b.GetDisplayName() || fmt.Sprint(contents.Revision) != a.GetDisplayName() ||
			contents.Revision != summary.GetRevision() {
			t.Errorf("revision %d, in the summary %d: %s and %s", contents.Revision, summary.GetRevision(), a.GetDisplayName(), b.GetDisplayName())
		}
	}
	close(done)
	group.Wait()
}
