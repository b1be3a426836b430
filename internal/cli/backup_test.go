package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/erase"
	"github.com/maecenas-cci/maecenas/internal/server"
	"github.com/maecenas-cci/maecenas/internal/store"
	"github.com/maecenas-cci/maecenas/internal/store/boltstore"
	"github.com/maecenas-cci/maecenas/internal/store/storetest"
)

// must runs a command that succeeds.
func must(t *testing.T, args ...string) string {
	t.Helper()
	status, stdout, stderr := run(t, nil, args...)
	if status != 0 {
		t.Fatalf("%v: status %d, %s%s", args, status, stdout, stderr)
	}
	return stdout
}

// TestBackupAndRestore: what was backed up is exported the same once it is
// restored, and is sound.
func TestBackupAndRestore(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	data, file, restored := filepath.Join(folder, "data"), filepath.Join(folder, "backup"), filepath.Join(folder, "restored")
	must(t, append([]string{"import", "--data-dir", data}, demoFiles()...)...)
	var summary struct{ SizeBytes, Revision string }
	if err := json.Unmarshal([]byte(must(t, "backup", file, "--data-dir", data, "--json")), &summary); err != nil || summary.Revision == "0" {
		t.Fatalf("%+v, %v", summary, err)
	}
	must(t, "restore", file, "--data-dir", restored, "--no-ledger")
	if before, after := must(t, "export", "--data-dir", data), must(t, "export", "--data-dir", restored); before != after {
		t.Error("the restored folder has other data")
	}
	if out := must(t, "check", "--data-dir", restored); !strings.Contains(out, "as it should be") {
		t.Errorf("check: %s", out)
	}
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	damaged := filepath.Join(folder, "damaged")
	content[len(content)/2] ^= 1
	if err := os.WriteFile(damaged, content, 0o600); err != nil {
		t.Fatal(err)
	}
	for args, want := range map[string]string{
		"backup " + file + " --data-dir " + data:                                          "--force",
		"backup " + folder + "/x --data-dir " + folder + "/nothing":                       "there are no data",
		"backup " + folder + "/x --server 127.0.0.1:1 --data-dir x":                       "take one of them",
		"restore " + file + " --data-dir " + restored + " --no-ledger":                    "not empty",
		"restore " + file + " --data-dir " + folder + "/new":                              "--no-ledger",
		"restore " + file + " --data-dir " + folder + "/new --ledger " + data + "/erased": "no such file",
		"restore " + damaged + " --data-dir " + folder + "/new --no-ledger":               "older backup",
		"restore " + data + "/maecenas.db --data-dir " + folder + "/new --no-ledger":      "not a backup",
	} {
		if status, _, stderr := run(t, nil, strings.Fields(args)...); status == 0 || !strings.Contains(stderr, want) {
			t.Errorf("%s: status %d, %s", args, status, stderr)
		}
	}
	if entries, err := os.ReadDir(folder); err != nil || len(entries) != 4 {
		t.Errorf("left over: %v, %v", entries, err)
	}
	must(t, "backup", file, "--data-dir", data, "--force")
}

// TestRestoreErasesAgain: the ledger of the folder that a backup is of keeps the
// backup from bringing back what was erased since. It also finishes an erasure that
// was cut short before its commit.
func TestRestoreErasesAgain(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	data, file, restored := filepath.Join(folder, "data"), filepath.Join(folder, "backup"), filepath.Join(folder, "restored")
	const canary = "Zxq7canary"
	s, err := boltstore.Open(boltstore.Options{Path: server.DataFile(data)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Update(t.Context(), func(w store.Writer) error {
		return w.Put(&maecenasv1.Investor{Name: "investors/i", Uid: storetest.UID(7), DisplayName: canary})
	}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	must(t, "backup", file, "--data-dir", data)
	entry := erase.Entry{Hash: erase.HashOf(storetest.UID(7)), Time: time.Unix(1_800_000_000, 0).UTC()}
	if err := erase.NewLedger(server.LedgerFile(data)).Append(entry); err != nil {
		t.Fatal(err)
	}
	must(t, "check", "--data-dir", data) // which opens the folder
	if out := must(t, "restore", file, "--data-dir", restored, "--ledger", server.LedgerFile(data)); !strings.Contains(out, "1 subjects with 1 records") {
		t.Errorf("restore: %s", out)
	}
	for _, dir := range []string{data, restored} {
		content, err := os.ReadFile(server.DataFile(dir))
		if err != nil || strings.Contains(string(content), canary) {
			t.Errorf("%s has the canary, %v", dir, err)
		}
		if entries, err := erase.NewLedger(server.LedgerFile(dir)).Load(); err != nil || len(entries) != 1 || entries[0] != entry {
			t.Errorf("%s: ledger %v, %v", dir, entries, err)
		}
	}
}
