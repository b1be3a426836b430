package boltstore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/google/uuid"
)

// Snapshot implements store.Store; Open opens the copy. The copy is first made
// beside the file, so for a moment it takes that much space there: were bytes to
// go to w from an open state, a slow w would hold up every writer.
func (s *Store) Snapshot(ctx context.Context, w io.Writer) (err error) {
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.open.RUnlock()
	path := s.opts.Path + snapshotInfix + uuid.NewString()
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("snapshot: %w", classify(err))
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(path)) }()
	if err := s.copyTo(ctx, f); err != nil {
		return fmt.Errorf("snapshot: %w", classify(err))
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	_, err = io.Copy(w, &stopper{ctx: ctx, r: f})
	return err
}

// copyTo writes the current state.
func (s *Store) copyTo(ctx context.Context, w io.Writer) error {
	r, err := s.read(ctx)
	if err != nil {
		return err
	}
	defer r.release()
	_, err = r.tx.WriteTo(w)
	return err
}

// stopper reads until a context ends.
type stopper struct {
	ctx context.Context // a stopper lives within one call
	r   io.Reader
}

// Read implements io.Reader.
func (s *stopper) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.r.Read(p)
}
