package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/google/uuid"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/erase"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// ErrFolderInUse tells that something is in the folder that is to be made.
var ErrFolderInUse = errors.New("the folder is not empty")

// RestoreOptions say what is restored, and where to. All but Erased are needed.
type RestoreOptions struct {
	// File is the backup.
	File string
	// DataDir is the data folder that is made; it may be there if it is empty.
	DataDir string
	// StoreName and LedgerName are the names of both files in a data folder.
	StoreName, LedgerName string
	// Open opens the store in a data folder.
	Open func(ctx context.Context, dataDir string) (store.Store, error)
	// Check returns what is wrong with a store, for people; nothing: it is sound.
	Check func(ctx context.Context, s store.Store) ([]string, error)
	// Erased are the entries of the ledgers of all folders that the data were in.
	Erased []erase.Entry
}

// Restored is what Restore did.
type Restored struct {
	// Summary of the backup.
	Summary *maecenasv1.BackupSummary
	// Erased is what was erased again.
	Erased []erase.Result
}

// UnsoundError is a backup whose bytes are what was written, and whose records
// are not as they should be.
type UnsoundError struct {
	// Problems is what is wrong, for people.
	Problems []string
}

// Error tells of the first problem.
func (e *UnsoundError) Error() string {
	return fmt.Sprintf("the backup has %d problems, of which the first is: %s", len(e.Problems), e.Problems[0])
}

// Restore makes a data folder of a backup. It is made and checked under another
// name beside it, rid of every subject that was erased since, compacted, and then
// given its name; whatever goes wrong, there is no folder of that name.
// Errors: ErrNotBackup, ErrDamaged, ErrFolderInUse, an UnsoundError,
// store.ErrSchemaNewer.
func Restore(ctx context.Context, opts RestoreOptions) (restored Restored, err error) {
	dir := filepath.Clean(opts.DataDir)
	if err := unused(dir); err != nil {
		return Restored{}, err
	}
	fresh := filepath.Join(filepath.Dir(dir), "."+filepath.Base(dir)+".restore-"+uuid.NewString())
	if err := os.MkdirAll(filepath.Dir(dir), 0o700); err != nil {
		return Restored{}, err
	}
	if err := os.Mkdir(fresh, 0o700); err != nil {
		return Restored{}, err
	}
	defer func() {
		if err != nil {
			_ = os.RemoveAll(fresh)
		}
	}()
	if restored.Summary, err = extract(ctx, opts.File, filepath.Join(fresh, opts.StoreName)); err != nil {
		return Restored{}, err
	}
	if restored.Erased, err = settle(ctx, opts, fresh); err != nil {
		return Restored{}, err
	}
	if err := syncFolder(fresh); err != nil {
		return Restored{}, err
	}
	// An empty folder is in the way of a rename on some systems.
	if err := os.Remove(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Restored{}, err
	}
	if err := os.Rename(fresh, dir); err != nil {
		return Restored{}, err
	}
	return restored, syncFolder(filepath.Dir(dir))
}

// unused makes sure that nothing is in a folder.
func unused(dir string) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case len(entries) > 0:
		return fmt.Errorf("%s: %w: it has %s", dir, ErrFolderInUse, entries[0].Name())
	}
	return nil
}

// extract verifies a backup and copies the store out of it.
func extract(ctx context.Context, file, path string) (*maecenasv1.BackupSummary, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	summary, data, err := verify(ctx, f)
	if err == nil {
		err = Save(path, false, func(w io.Writer) error {
			_, err := io.Copy(w, &stopper{ctx: ctx, r: data})
			return err
		})
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return summary, nil
}

// settle opens a store that was copied, checks it, and rids it of what was erased.
func settle(ctx context.Context, opts RestoreOptions, dir string) (results []erase.Result, err error) {
	s, err := opts.Open(ctx, dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	problems, err := opts.Check(ctx, s)
	if err != nil {
		return nil, err
	}
	if len(problems) > 0 {
		return nil, &UnsoundError{Problems: problems}
	}
	if results, err = erase.Again(ctx, s, opts.Erased); err != nil {
		return nil, err
	}
	// A backup has the pages that were free when it was made, with what was in them.
	if len(results) == 0 {
		if err := s.Compact(ctx); err != nil {
			return nil, err
		}
	}
	var known []erase.Entry
	if err := s.View(ctx, func(r store.Reader) error {
		known, err = erase.Recorded(r)
		return err
	}); err != nil {
		return nil, err
	}
	slices.SortStableFunc(known, func(a, b erase.Entry) int { return a.Time.Compare(b.Time) })
	ledger := erase.NewLedger(filepath.Join(dir, opts.LedgerName))
	for _, entry := range known {
		if err := ledger.Append(entry); err != nil {
			return nil, err
		}
	}
	return results, nil
}
