package privacy

import (
	"archive/zip"
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"time"

	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/erase"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// Archive is a copy of everything about a subject, as a ZIP file.
type Archive struct {
	// Size is how many bytes it has.
	Size int64

	file *os.File
}

// Read reads it from its beginning on.
func (a *Archive) Read(p []byte) (int, error) { return a.file.Read(p) }

// Close lets it go; nothing of it is left on the disk.
func (a *Archive) Close() error {
	err := a.file.Close()
	if removed := os.Remove(a.file.Name()); removed != nil && !errors.Is(removed, os.ErrNotExist) {
		err = errors.Join(err, removed)
	}
	return err
}

// Export makes a copy of everything about an organization, an investor or a
// principal, as its own people see it, and notes in the audit log that it was made.
// The copy is written to a temporary file that nobody else can open, so that no
// state of the store is held while it travels, and closed by the caller.
// RESOURCE_NOT_FOUND.
func (p *Privacy) Export(ctx context.Context, name string) (archive *Archive, err error) {
	if kind, err := store.KindOfName(name); err != nil || !slices.Contains(erase.Kinds(), kind) {
		return nil, fault.NotFound(name)
	}
	if err := p.keeper.Read(ctx, 0, func(r store.Reader) error { return record.SubjectExists(r, name) }); err != nil {
		return nil, err
	}
	if err := p.keeper.Note(ctx, name); err != nil {
		return nil, err
	}
	file, err := os.CreateTemp("", "maecenas-export-*.zip") // mode 0600
	if err != nil {
		return nil, err
	}
	archive = &Archive{file: file}
	defer func() {
		if err != nil {
			err = errors.Join(err, archive.Close())
		}
	}()
	if runtime.GOOS != "windows" {
		// Without a name it is gone when the program is, however that ends.
		if err := os.Remove(file.Name()); err != nil {
			return nil, err
		}
	}
	buffered := bufio.NewWriterSize(file, 1<<16)
	if err := p.write(ctx, name, buffered); err != nil {
		return nil, err
	}
	if err := buffered.Flush(); err != nil {
		return nil, err
	}
	if archive.Size, err = file.Seek(0, io.SeekEnd); err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	return archive, err
}

// write writes the archive.
func (p *Privacy) write(ctx context.Context, name string, out io.Writer) error {
	ctx = auth.WithPrincipal(ctx, auth.Insider(name))
	files := &files{zip: zip.NewWriter(out), now: p.keeper.Now()}
	err := p.keeper.Look(ctx, 0, func(e *record.Eyes) error {
		subject, err := load(e, name)
		if err != nil {
			return err
		}
		for _, part := range parts(subject) {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := files.part(e, part); err != nil {
				return fmt.Errorf("exporting %s: %w", part.name, err)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := p.writeDerived(ctx, name, files); err != nil {
		return err
	}
	if err := files.readme(name); err != nil {
		return err
	}
	return files.zip.Close()
}

// files are the files of an archive.
type files struct {
	zip *zip.Writer
	now time.Time
	// said are what README.txt has a line for, in order.
	said []said
}

// said is a file with what it holds.
type said struct{ file, holds string }

// create begins a file.
func (f *files) create(name, holds string) (io.Writer, error) {
	f.said = append(f.said, said{name, holds})
	return f.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: f.now})
}
