package boltstore

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"math"
	"os"
	"path/filepath"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"github.com/maecenas-cci/maecenas/internal/store"
)

// openFile opens an existing file with bbolt. What bbolt does not look at is
// looked at under the lock and before bbolt maps the file: reading a mapping
// beyond a file's end ends the process.
func openFile(opts Options) (*bolt.DB, error) {
	if !opts.ReadOnly && !opts.NoSync {
		// Not only after creating: an earlier process may have ended between giving
		// the file its name and syncing that.
		if err := syncFolder(filepath.Dir(opts.Path)); err != nil {
			return nil, fmt.Errorf("%s: sync its folder: %w", opts.Path, err)
		}
	}
	var db *bolt.DB
	err := guard("", nil, func() (err error) {
		db, err = bolt.Open(opts.Path, 0o600, &bolt.Options{
			ReadOnly: opts.ReadOnly,
			NoSync:   opts.NoSync,
			MaxSize:  int(min(opts.MaxBytes, math.MaxInt)),
			// Zero would wait for ever. The lock is already held where there is one.
			Timeout:         max(opts.LockTimeout, 1),
			InitialMmapSize: mapBytes,
			// The hash map finds a run of free pages in constant time; the array
			// walks all of them, which shows once a file has many.
			FreelistType: bolt.FreelistMapType,
			// Its counters are read by nobody, and readers would share their lines.
			NoStatistics: true,
			OpenFile: func(path string, flag int, _ os.FileMode) (*os.File, error) {
				return openLocked(path, flag&^os.O_CREATE, opts)
			},
		})
		return err
	})
	switch {
	case err == nil:
		db.AllocSize = growBytes
		return db, nil
	case errors.Is(err, berrors.ErrTimeout):
		return nil, &store.LockedError{Path: opts.Path}
	case errors.Is(err, store.ErrLocked):
		return nil, err
	}
	return nil, fmt.Errorf("open %s: %w", opts.Path, classify(err))
}

// openLocked opens the file, locks it and looks at its headers.
func openLocked(path string, flag int, opts Options) (*os.File, error) {
	for {
		f, err := os.OpenFile(path, flag, 0)
		if err != nil {
			return nil, err
		}
		err = lock(f, opts)
		current := true
		if err == nil {
			current, err = isAt(f, path)
		}
		if err == nil && current {
			err = checkHeaders(f, opts.Recover)
		}
		switch {
		case err != nil:
			return nil, errors.Join(err, f.Close())
		case current:
			return f, nil
		}
		// While the lock was waited for, another process compacted the file: what was
		// opened is the one before.
		if err := f.Close(); err != nil {
			return nil, err
		}
	}
}

// isAt reports whether a path leads to an open file.
func isAt(f *os.File, path string) (bool, error) {
	opened, err := f.Stat()
	if err != nil {
		return false, err
	}
	found, err := os.Stat(path)
	return err == nil && os.SameFile(opened, found), err
}

// A bbolt file begins with two pages of headers, written in turn. Each is, in the
// machine's byte order: a page header of 16 bytes, then the fields at the offsets
// here, then the FNV-1a sum (64 bits) of those fields.
const (
	boltMagic       = 0xED0CDAED
	boltVersion     = 2
	pageHeaderBytes = 16
	headerBytes     = pageHeaderBytes + 64
	offsetVersion   = pageHeaderBytes + 4
	offsetPageSize  = pageHeaderBytes + 8
	offsetPages     = pageHeaderBytes + 40 // number of pages in use
	offsetSum       = pageHeaderBytes + 56
	minPageBytes    = 1 << 10
	maxPageBytes    = 1 << 24
)

// checkHeaders refuses a file that is not bbolt's, or shorter than its headers
// say: ErrNotStore. It also refuses one with a damaged header, which bbolt would
// read by the other one, as of the commit before: ErrDamaged. A power cut leaves
// no such header, as it lies within one sector of the disk. If tolerant, such a
// file is let pass.
func checkHeaders(f *os.File, tolerant bool) error {
	info, err := f.Stat()
	switch {
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return fmt.Errorf("%w: not a file", store.ErrNotStore)
	case info.Size() == 0:
		return fmt.Errorf("%w: the file is empty (remove it to begin a new one)", store.ErrNotStore)
	}
	pageSize, err := findHeaders(f)
	if err != nil {
		return err
	}
	required, valid := int64(0), 0
	for _, at := range []int64{0, pageSize} {
		header := make([]byte, headerBytes)
		if _, err := f.ReadAt(header, at); err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if validHeader(header) {
			valid++
			pages := min(binary.NativeEndian.Uint64(header[offsetPages:]), uint64(math.MaxInt64/pageSize))
			required = max(required, int64(pages)*pageSize)
		}
	}
	switch {
	case info.Size() < required:
		return fmt.Errorf("%w: the file is cut short: it has %d bytes of at least %d", store.ErrNotStore, info.Size(), required)
	case valid < 2 && !tolerant:
		return damaged("", nil, "one of the file's two headers does not hold: the last commit may be missing")
	}
	return nil
}

// findHeaders looks for a valid header and returns the page size it states,
// which is where the second header lies. ErrNotStore: there is none.
func findHeaders(f io.ReaderAt) (pageSize int64, err error) {
	seen := false
	for at := int64(0); at <= maxPageBytes; at = max(2*at, minPageBytes) {
		header := make([]byte, headerBytes)
		if _, err := f.ReadAt(header, at); err != nil {
			if errors.Is(err, io.EOF) {
				break
			}
			return 0, err
		}
		pageSize = int64(binary.NativeEndian.Uint32(header[offsetPageSize:]))
		if validHeader(header) && (at == 0 || at == pageSize) {
			return pageSize, nil
		}
		seen = seen || binary.NativeEndian.Uint32(header[pageHeaderBytes:]) == boltMagic
	}
	if seen {
		return 0, fmt.Errorf("%w: its headers are damaged", store.ErrNotStore)
	}
	return 0, fmt.Errorf("%w: it does not begin as one", store.ErrNotStore)
}

func validHeader(header []byte) bool {
	sum := fnv.New64a()
	_, _ = sum.Write(header[pageHeaderBytes:offsetSum])
	pageSize := binary.NativeEndian.Uint32(header[offsetPageSize:])
	return binary.NativeEndian.Uint32(header[pageHeaderBytes:]) == boltMagic &&
		binary.NativeEndian.Uint32(header[offsetVersion:]) == boltVersion &&
		pageSize >= minPageBytes && pageSize <= maxPageBytes &&
		binary.NativeEndian.Uint64(header[offsetSum:]) == sum.Sum64()
}
