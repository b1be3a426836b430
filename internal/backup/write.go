package backup

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"io"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// magic begins every backup.
const magic = "maecenas backup 1\n"

// endBytes is what follows the summary: its size, and the digest.
const endBytes = 4 + sha256.Size

// Write writes a backup of a store, which goes on meanwhile, and returns what it
// wrote: size and digest are those of all bytes. now gives the time that the copy is
// from, at the latest. No state of the store is held while bytes go to w.
func Write(ctx context.Context, s store.Store, now time.Time, w io.Writer) (*maecenasv1.BackupSummary, error) {
	out := newDigester(w)
	if _, err := io.WriteString(out, magic); err != nil {
		return nil, err
	}
	copied, err := s.Snapshot(ctx, out)
	if err != nil {
		return nil, err
	}
	summary := &maecenasv1.BackupSummary{
		SizeBytes: out.size - int64(len(magic)), SchemaVersion: int32(copied.Schema), Revision: copied.Revision,
		CreateTime: timestamppb.New(now),
	}
	end, err := proto.MarshalOptions{Deterministic: true}.Marshal(summary)
	if err != nil {
		return nil, fmt.Errorf("encode the summary: %w", err)
	}
	end = binary.BigEndian.AppendUint32(end, uint32(len(end)))
	if _, err := out.Write(end); err != nil {
		return nil, err
	}
	if _, err := out.Write(out.digest.Sum(nil)); err != nil {
		return nil, err
	}
	summary.SizeBytes, summary.Digest = out.size, out.digest.Sum(nil)
	return summary, nil
}

// digester counts and digests what is written to another writer.
type digester struct {
	w      io.Writer
	digest hash.Hash
	size   int64
}

func newDigester(w io.Writer) *digester { return &digester{w: w, digest: sha256.New()} }

// Write implements io.Writer.
func (d *digester) Write(p []byte) (int, error) {
	n, err := d.w.Write(p)
	_, _ = d.digest.Write(p[:n]) // It never fails.
	d.size += int64(n)
	return n, err
}
