package gateway_test

import (
	"net/http"
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// CreateBackup sends two messages, and ends with the echo's error: before them
// where that is PERMISSION_DENIED, else behind them.
func (e *echo) CreateBackup(r *maecenasv1.CreateBackupRequest, stream grpc.ServerStreamingServer[maecenasv1.BackupChunk]) error {
	if err := e.note(stream.Context(), r); status.Code(err) == codes.PermissionDenied {
		return err
	}
	for _, chunk := range []*maecenasv1.BackupChunk{
		{Data: []byte("data")}, {Summary: &maecenasv1.BackupSummary{SizeBytes: 4, Revision: 7}},
	} {
		if err := stream.Send(chunk); err != nil {
			return err
		}
	}
	return e.err
}

// TestStream: the messages of a stream are lines of JSON as all others are; what
// refuses it is an error as all others are, and what ends it a last line.
func TestStream(t *testing.T) {
	t.Parallel()
	f := start(t)
	const lines = `{"result":{"data":"ZGF0YQ=="}}
{"result":{"data":"","summary":{"digest":"","sizeBytes":"4","schemaVersion":0,"revision":"7"}}}
`
	if got := f.call(t, http.MethodPost, "/v1/backups", "{}"); got.code != http.StatusOK || spaceless(got.text) != lines {
		t.Errorf("%d %s", got.code, got.text)
	}
	wantError(t, f.call(t, http.MethodPost, "/v1/backups", `{"more": 1}`), 400, "INVALID_ARGUMENT", "REQUEST_MALFORMED", "more")
	failure := func(code codes.Code) error {
		st, err := status.New(code, "no").WithDetails(&errdetails.ErrorInfo{Reason: "PERMISSION_DENIED", Domain: "maecenas.v1"})
		if err != nil {
			t.Fatal(err)
		}
		return st.Err()
	}
	f.err = failure(codes.PermissionDenied)
	wantError(t, f.call(t, http.MethodPost, "/v1/backups", "{}"), 403, "PERMISSION_DENIED", "PERMISSION_DENIED")
	f.err = failure(codes.Unavailable)
	got := f.call(t, http.MethodPost, "/v1/backups", "{}")
	if got.code != http.StatusOK || !strings.HasPrefix(spaceless(got.text), lines+`{"error":{"code":14,`) {
		t.Errorf("%d %s", got.code, got.text)
	}
}

// spaceless takes out the spaces that protojson puts in by chance.
func spaceless(text string) string { return strings.ReplaceAll(text, " ", "") }
