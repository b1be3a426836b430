package rpc

import (
	"bufio"
	"context"
	"io"

	"google.golang.org/grpc"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// BackupFunc writes a backup of everything to w.
type BackupFunc func(ctx context.Context, w io.Writer) (*maecenasv1.BackupSummary, error)

// backups serves BackupService.
type backups struct {
	maecenasv1.UnimplementedBackupServiceServer
	*service

	write BackupFunc
}

// chunkBytes is how much of a backup one message carries.
const chunkBytes = 256 << 10

// CreateBackup streams a backup. Whoever reads slowly holds up nobody but himself.
func (s backups) CreateBackup(request *maecenasv1.CreateBackupRequest, stream grpc.ServerStreamingServer[maecenasv1.BackupChunk]) error {
	if err := s.check(request); err != nil {
		return err
	}
	chunks := bufio.NewWriterSize(chunkWriter{stream}, chunkBytes)
	summary, err := s.write(stream.Context(), chunks)
	if err != nil {
		return err
	}
	if err := chunks.Flush(); err != nil {
		return err
	}
	return stream.Send(&maecenasv1.BackupChunk{Summary: summary})
}

// chunkWriter sends what is written to it.
type chunkWriter struct {
	stream grpc.ServerStreamingServer[maecenasv1.BackupChunk]
}

// Write implements io.Writer.
func (w chunkWriter) Write(p []byte) (int, error) {
	// A message may be sent after Send has returned.
	if err := w.stream.Send(&maecenasv1.BackupChunk{Data: append([]byte(nil), p...)}); err != nil {
		return 0, err
	}
	return len(p), nil
}
