package backup

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// What can be wrong with a file, for errors.Is.
var (
	// ErrNotBackup: it does not begin as a backup does.
	ErrNotBackup = errors.New("not a backup of maecenas")
	// ErrDamaged: it is cut short, or not what was written.
	ErrDamaged = errors.New("the backup is damaged or cut short")
)

// maxSummaryBytes is more than a summary has.
const maxSummaryBytes = 1 << 10

// Verify reads a backup to its end and returns what it is, with the size and the
// digest of all its bytes. ErrNotBackup, ErrDamaged, what the file system answers.
func Verify(ctx context.Context, path string) (*maecenasv1.BackupSummary, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	summary, _, err := verify(ctx, f)
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return summary, nil
}

// verify reads an open backup, and returns where the copy of the store lies in it.
func verify(ctx context.Context, f *os.File) (*maecenasv1.BackupSummary, *io.SectionReader, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	size := info.Size()
	beginning := make([]byte, len(magic))
	if _, err := f.ReadAt(beginning, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, err
	}
	switch {
	case size > 0 && size < int64(len(magic)) && bytes.HasPrefix([]byte(magic), beginning[:size]):
		return nil, nil, fmt.Errorf("%w: it has %d bytes", ErrDamaged, size)
	case string(beginning) != magic:
		return nil, nil, ErrNotBackup
	case size < int64(len(magic)+endBytes):
		return nil, nil, fmt.Errorf("%w: it has %d bytes", ErrDamaged, size)
	}
	all := newDigester(io.Discard)
	content := &stopper{ctx: ctx, r: io.NewSectionReader(f, 0, size-sha256.Size)}
	if _, err := io.Copy(all, content); err != nil {
		return nil, nil, err
	}
	digest := make([]byte, sha256.Size)
	if _, err := f.ReadAt(digest, size-sha256.Size); err != nil {
		return nil, nil, err
	}
	if !bytes.Equal(all.digest.Sum(nil), digest) {
		return nil, nil, fmt.Errorf("%w: its digest is not that of its bytes", ErrDamaged)
	}
	_, _ = all.Write(digest) // It never fails.
	summary, err := readSummary(f, size)
	if err != nil {
		return nil, nil, err
	}
	data := io.NewSectionReader(f, int64(len(magic)), summary.GetSizeBytes())
	summary.SizeBytes, summary.Digest = size, all.digest.Sum(nil)
	return summary, data, nil
}

// readSummary reads the summary as it stands: its size is that of the copy.
func readSummary(f io.ReaderAt, size int64) (*maecenasv1.BackupSummary, error) {
	length := make([]byte, 4)
	if _, err := f.ReadAt(length, size-endBytes); err != nil {
		return nil, err
	}
	n := int64(binary.BigEndian.Uint32(length))
	start := size - endBytes - n
	if n > maxSummaryBytes || start < int64(len(magic)) {
		return nil, fmt.Errorf("%w: its end tells of %d bytes", ErrDamaged, n)
	}
	content := make([]byte, n)
	if _, err := f.ReadAt(content, start); err != nil {
		return nil, err
	}
	summary := &maecenasv1.BackupSummary{}
	if err := proto.Unmarshal(content, summary); err != nil {
		return nil, fmt.Errorf("%w: its summary: %w", ErrDamaged, err)
	}
	if summary.GetSizeBytes() != start-int64(len(magic)) {
		return nil, fmt.Errorf("%w: it holds %d bytes of the %d that it tells of", ErrDamaged, start-int64(len(magic)), summary.GetSizeBytes())
	}
	return summary, nil
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
