package testserver_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/backup"
	"github.com/maecenas-cci/maecenas/internal/store"
	"github.com/maecenas-cci/maecenas/internal/store/boltstore"
	"github.com/maecenas-cci/maecenas/internal/testserver"
)

// TestBackupService streams a backup over gRPC while others write, which a reader
// that takes its time does not hold up, and over REST as lines of JSON.
func TestBackupService(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t, testserver.Options{File: true})
	organizations := maecenasv1.NewOrganizationServiceClient(s.Conn)
	create := func(n int) *maecenasv1.Organization {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		made, err := organizations.CreateOrganization(ctx, &maecenasv1.CreateOrganizationRequest{
			Organization: &maecenasv1.Organization{
				DisplayName: fmt.Sprint("Number ", n), LegalForm: maecenasv1.Organization_ASSOCIATION,
				HelixRole: maecenasv1.Organization_CIVIL_SOCIETY, Place: &maecenasv1.Place{CountryCode: "IT"}, Description: strings.Repeat("much text ", 400),
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	first := create(1)
	stream, err := maecenasv1.NewBackupServiceClient(s.Conn).CreateBackup(t.Context(), &maecenasv1.CreateBackupRequest{})
	if err != nil {
		t.Fatal(err)
	}
	chunks := 0
	var copied bytes.Buffer
	summary, err := backup.Receive(&copied, func() (*maecenasv1.BackupChunk, error) {
		if chunks++; chunks == 2 {
			for n := range 50 {
				create(n + 2)
			}
		}
		return stream.Recv()
	})
	if err != nil || summary.GetRevision() == 0 {
		t.Fatalf("%v, %v", summary, err)
	}
	restored := restore(t, copied.Bytes())
	if err := restored.View(t.Context(), func(r store.Reader) error { return r.Get(first.GetName(), &maecenasv1.Organization{}) }); err != nil {
		t.Errorf("the first organization: %v", err)
	}

	copied.Reset()
	again, err := backup.Receive(&copied, rest(t, s.Admin()))
	if err != nil || again.GetRevision() < summary.GetRevision()+50 {
		t.Fatalf("REST: %v, %v", again, err)
	}
	restore(t, copied.Bytes())
}

// rest returns the chunks of a backup over REST.
func rest(t *testing.T, client *testserver.Client) func() (*maecenasv1.BackupChunk, error) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, client.URL+"/v1/backups", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = response.Body.Close() })
	if response.StatusCode != http.StatusOK {
		body, _ := io.ReadAll(response.Body)
		t.Fatalf("%s: %s", response.Status, body)
	}
	lines := json.NewDecoder(response.Body)
	return func() (*maecenasv1.BackupChunk, error) {
		var line struct {
			Result struct {
				Data    string
				Summary *struct{ Digest, SizeBytes, Revision string }
			}
		}
		if err := lines.Decode(&line); err != nil {
			return nil, err
		}
		data, err := base64.StdEncoding.DecodeString(line.Result.Data)
		chunk := &maecenasv1.BackupChunk{Data: data}
		if told := line.Result.Summary; told != nil && err == nil {
			chunk.Summary = &maecenasv1.BackupSummary{}
			if chunk.Summary.Digest, err = base64.StdEncoding.DecodeString(told.Digest); err != nil {
				return nil, err
			}
			_, err = fmt.Sscan(told.SizeBytes+" "+told.Revision, &chunk.Summary.SizeBytes, &chunk.Summary.Revision)
		}
		return chunk, err
	}
}

// restore makes a store of a backup.
func restore(t *testing.T, content []byte) store.Store {
	t.Helper()
	folder := t.TempDir()
	file := filepath.Join(folder, "backup")
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	open := func(_ context.Context, dir string) (store.Store, error) {
		return boltstore.Open(boltstore.Options{Path: filepath.Join(dir, "maecenas.db"), NoSync: true})
	}
	dir := filepath.Join(folder, "restored")
	if _, err := backup.Restore(t.Context(), backup.RestoreOptions{
		File: file, DataDir: dir, StoreName: "maecenas.db", LedgerName: "erased", Open: open,
		Check: func(context.Context, store.Store) ([]string, error) { return nil, nil },
	}); err != nil {
		t.Fatal(err)
	}
	s, err := open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}
