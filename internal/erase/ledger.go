package erase

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	storagev1 "github.com/maecenas-cci/maecenas/gen/maecenas/storage/v1"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// Entry is a line of a ledger.
type Entry struct {
	// Hash of the subject that was erased.
	Hash Hash
	// Time when it was, to the second, in UTC.
	Time time.Time
}

// String returns the line of the entry, without its end.
func (e Entry) String() string { return e.Hash.String() + " " + e.Time.UTC().Format(time.RFC3339) }

// Ledger is the file of erased subjects beside a store: a line for each, only ever
// added to. It holds no name, and is copied to wherever backups are. It is safe for
// concurrent use; a nil Ledger is that of a store that leaves no copies, and keeps
// nothing.
type Ledger struct {
	path    string
	writing sync.Mutex
}

// NewLedger returns the ledger of a path. The file is made by the first entry.
func NewLedger(path string) *Ledger { return &Ledger{path: path} }

// Path returns the path of the file, "" for a nil Ledger.
func (l *Ledger) Path() string {
	if l == nil {
		return ""
	}
	return l.path
}

// Append adds an entry and returns once it is on the disk. It is called before the
// erasure commits: what the ledger names and the store still has is erased when
// the store is next opened (Again).
func (l *Ledger) Append(entry Entry) (err error) {
	if l == nil {
		return nil
	}
	l.writing.Lock()
	defer l.writing.Unlock()
	f, err := os.OpenFile(l.path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("the ledger of erased subjects: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	whole, err := wholeLines(f)
	if err == nil {
		err = f.Truncate(whole)
	}
	if err == nil {
		_, err = f.WriteAt([]byte(entry.String()+"\n"), whole)
	}
	if err == nil {
		err = f.Sync()
	}
	if err == nil {
		err = syncFolder(filepath.Dir(l.path))
	}
	if err != nil {
		return fmt.Errorf("the ledger of erased subjects: %w", err)
	}
	return nil
}

// wholeLines returns up to where a file has whole lines: a power cut can leave the
// beginning of one, of an erasure that did not commit.
func wholeLines(f *os.File) (int64, error) {
	content, err := io.ReadAll(f)
	return int64(bytes.LastIndexByte(content, '\n') + 1), err
}

// Load returns the entries, oldest first; none if there is no file.
func (l *Ledger) Load() ([]Entry, error) {
	if l == nil {
		return nil, nil
	}
	f, err := os.Open(l.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("the ledger of erased subjects: %w", err)
	}
	entries, err := ReadEntries(f)
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("%s: %w", l.path, err)
	}
	return entries, nil
}

// Recorded returns the entries of a store's own ErasedSubjects.
func Recorded(r store.Reader) ([]Entry, error) {
	var entries []Entry
	err := r.List(store.KindErasedSubject, store.ListOptions{}, func(_ store.Cursor, rec store.Record) (bool, error) {
		erased, ok := rec.(*storagev1.ErasedSubject)
		if !ok || len(erased.GetHash()) != len(Hash{}) {
			return false, fmt.Errorf("%w: %s has no hash", store.ErrDamaged, rec.GetName())
		}
		entries = append(entries, Entry{Hash: Hash(erased.GetHash()), Time: erased.GetEraseTime().AsTime()})
		return true, nil
	})
	return entries, err
}

// ReadEntries reads the lines of a ledger. A last line without its end counts for
// nothing.
func ReadEntries(r io.Reader) ([]Entry, error) {
	var entries []Entry
	lines := bufio.NewReader(r)
	for number := 1; ; number++ {
		line, err := lines.ReadString('\n')
		switch {
		case errors.Is(err, io.EOF):
			return entries, nil
		case err != nil:
			return nil, err
		}
		entry, ok := parseEntry(strings.TrimSuffix(line, "\n"))
		if !ok {
			return nil, fmt.Errorf("line %d is not a hash and a time: this is no ledger of erased subjects, or it is damaged", number)
		}
		entries = append(entries, entry)
	}
}

func parseEntry(line string) (entry Entry, ok bool) {
	hash, at, _ := strings.Cut(line, " ")
	content, err := hex.DecodeString(hash)
	if err != nil || len(content) != len(entry.Hash) {
		return Entry{}, false
	}
	copy(entry.Hash[:], content)
	entry.Time, err = time.Parse(time.RFC3339, at)
	return entry, err == nil && entry.String() == line
}

// syncFolder makes the names in a folder durable.
func syncFolder(path string) error {
	if runtime.GOOS == "windows" {
		return nil // A folder cannot be synced there; its file system logs names.
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
