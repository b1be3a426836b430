package backup_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/backup"
)

func TestSave(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, "file")
	text := func(text string) func(io.Writer) error {
		return func(w io.Writer) error {
			_, err := io.WriteString(w, text)
			return err
		}
	}
	failure := errors.New("the line is dead")
	failing := func(w io.Writer) error { return errors.Join(text("part")(w), failure) }
	for _, step := range []struct {
		replace bool
		write   func(io.Writer) error
		err     error
		content string
	}{
		{false, failing, failure, ""},
		{false, text("one"), nil, "one"},
		{false, text("two"), backup.ErrExists, "one"},
		{true, failing, failure, "one"},
		{true, text("two"), nil, "two"},
	} {
		if err := backup.Save(path, step.replace, step.write); !errors.Is(err, step.err) {
			t.Errorf("Save: %v, want %v", err, step.err)
		}
		content, err := os.ReadFile(path)
		if string(content) != step.content {
			t.Errorf("the file has %q, %v", content, err)
		}
		if left, err := os.ReadDir(folder); err != nil || len(left) > 1 {
			t.Errorf("%v is left, %v", left, err)
		}
	}
}

func TestReceive(t *testing.T) {
	t.Parallel()
	digest := sha256.Sum256([]byte("one two"))
	first, second := &maecenasv1.BackupChunk{Data: []byte("one ")}, &maecenasv1.BackupChunk{Data: []byte("two")}
	end := &maecenasv1.BackupChunk{Summary: &maecenasv1.BackupSummary{SizeBytes: 7, Digest: digest[:]}}
	for name, test := range map[string]struct {
		chunks []*maecenasv1.BackupChunk
		want   error
	}{
		"all":              {[]*maecenasv1.BackupChunk{first, second, end}, nil},
		"cut short":        {[]*maecenasv1.BackupChunk{first, second}, backup.ErrDamaged},
		"one is missing":   {[]*maecenasv1.BackupChunk{first, end}, backup.ErrDamaged},
		"in another order": {[]*maecenasv1.BackupChunk{second, first, end}, backup.ErrDamaged},
		"more":             {[]*maecenasv1.BackupChunk{first, second, end, end}, backup.ErrDamaged},
	} {
		var got bytes.Buffer
		summary, err := backup.Receive(&got, func() (*maecenasv1.BackupChunk, error) {
			if len(test.chunks) == 0 {
				return nil, io.EOF
			}
			chunk := test.chunks[0]
			test.chunks = test.chunks[1:]
			return chunk, nil
		})
		if !errors.Is(err, test.want) || err == nil && (got.String() != "one two" || summary.GetSizeBytes() != 7) {
			t.Errorf("%s: %v, %q", name, err, got.String())
		}
	}
}
