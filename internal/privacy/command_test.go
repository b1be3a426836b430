package privacy_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/maecenas-cci/maecenas/internal/cli"
	"github.com/maecenas-cci/maecenas/internal/testserver"
)

// command runs the command line, and returns its exit status.
func command(t *testing.T, out io.Writer, args ...string) int {
	t.Helper()
	return cli.Run(t.Context(), args, strings.NewReader(""), out, out, nil)
}

// TestCommands: audit, export and erase, of a folder and of a server.
func TestCommands(t *testing.T) {
	t.Parallel()
	for _, where := range []string{"folder", "server"} {
		t.Run(where, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			s := testserver.Start(t, testserver.Options{Dir: dir})
			owner := filled(t, s)
			at := []string{"--data-dir", dir}
			if where == "server" {
				key := filepath.Join(t.TempDir(), "key")
				if err := os.WriteFile(key, []byte(s.Admin().Key+"\n"), 0o600); err != nil {
					t.Fatal(err)
				}
				at = []string{"--server", s.Addrs().GRPC, "--key", "@" + key}
			} else if err := s.Stop(); err != nil {
				t.Fatal(err)
			}
			run := func(want int, args ...string) string {
				t.Helper()
				var out bytes.Buffer
				if status := command(t, &out, append(args, at...)...); status != want {
					t.Errorf("%v: status %d: %s", args, status, out.String())
				}
				return out.String()
			}
			if out := run(0, "audit", "list", "--subject", "organizations/zcanary-acme", "--top", "3"); strings.Count(out, "\n") < 4 || !strings.Contains(out, owner.Name) {
				t.Errorf("list: %s", out)
			}
			if out := run(0, "audit", "export", "--format", "csv"); !strings.HasPrefix(out, "sequence,entryTime,") || !strings.Contains(out, "canvases.update") {
				t.Errorf("export: %s", out)
			}
			if out := run(0, "audit", "export", "--after", "2026-06-01", "--actor", owner.Name); !strings.Contains(out, "consents.create") || strings.Contains(out, "mandates.create") {
				t.Errorf("export: %s", out)
			}
			if out := run(0, "audit", "verify"); !strings.Contains(out, "intact") {
				t.Errorf("verify: %s", out)
			}
			if files := unzip(t, []byte(run(0, "export", "--subject", "organizations/zcanary-acme"))); !strings.Contains(files["contacts.csv"], canary) {
				t.Errorf("archive: %v", files)
			}
			run(1, "export", "--subject", "organizations/nobody")
			run(2, "erase", "organizations/zcanary-acme")
			run(2, "erase", "organizations/zcanary-acme", "--confirm", "organizations/other")
			run(1, "erase", "organizations/nobody", "--confirm", "organizations/nobody")
			if out := run(0, "erase", "organizations/zcanary-acme", "--confirm", "organizations/zcanary-acme"); !strings.Contains(out, "is erased") {
				t.Errorf("erase: %s", out)
			}
			if left := holding(t, dir, canary); len(left) > 0 {
				t.Errorf("%q", left)
			}
			run(0, "audit", "verify", "--json")
			if out := run(0, "audit", "list", "--json"); !strings.Contains(out, "privacy.erase") || strings.Contains(fmt.Sprint(out), canary) {
				t.Errorf("list: %s", out)
			}
		})
	}
}
