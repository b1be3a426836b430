package backup

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/google/uuid"
)

// ErrExists tells that there is a file of that name already.
var ErrExists = errors.New("the file exists")

// Save makes a file of what write writes, for its owner alone. It is written and
// synced under another name beside it and then given its own, so that there is
// never a part of one. Unless replace, a file that exists stays: ErrExists.
func Save(path string, replace bool, write func(io.Writer) error) (err error) {
	if _, err := os.Lstat(path); err == nil && !replace {
		return fmt.Errorf("%s: %w", path, ErrExists)
	}
	part := path + ".part-" + uuid.NewString()
	f, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(part)
		}
	}()
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := place(part, path, replace); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// place gives a file its name.
func place(part, path string, replace bool) error {
	if replace {
		return os.Rename(part, path)
	}
	err := os.Link(part, path) // not over another that came meanwhile
	switch {
	case err == nil:
		return os.Remove(part)
	case errors.Is(err, fs.ErrExist):
		return fmt.Errorf("%s: %w", path, ErrExists)
	}
	// The file system has no links. A moment remains in which another may come.
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("%s: %w", path, ErrExists)
	}
	return os.Rename(part, path)
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
