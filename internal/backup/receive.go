package backup

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// Receive writes a streamed backup to w, and makes sure that all of it came. next
// returns the chunks, and io.EOF behind the last. ErrDamaged: it is not what was
// sent.
func Receive(w io.Writer, next func() (*maecenasv1.BackupChunk, error)) (*maecenasv1.BackupSummary, error) {
	out := newDigester(w)
	var summary *maecenasv1.BackupSummary
	for {
		chunk, err := next()
		switch {
		case errors.Is(err, io.EOF) && summary == nil:
			return nil, fmt.Errorf("%w: the stream ended before its summary", ErrDamaged)
		case errors.Is(err, io.EOF):
			if summary.GetSizeBytes() != out.size || !bytes.Equal(summary.GetDigest(), out.digest.Sum(nil)) {
				return nil, fmt.Errorf("%w: %d bytes came, and %d were sent", ErrDamaged, out.size, summary.GetSizeBytes())
			}
			return summary, nil
		case err != nil:
			return nil, err
		case summary != nil:
			return nil, fmt.Errorf("%w: the stream goes on behind its summary", ErrDamaged)
		}
		if _, err := out.Write(chunk.GetData()); err != nil {
			return nil, err
		}
		summary = chunk.GetSummary()
	}
}
