package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/maecenas-cci/maecenas/internal/cli"
)

// output keeps what a command writes while it runs.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// run runs a command to its end.
func run(t *testing.T, env []string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errOut output
	status = cli.Run(t.Context(), args, strings.NewReader(""), &out, &errOut, env)
	return status, out.String(), errOut.String()
}

func TestWrongUse(t *testing.T) {
	t.Parallel()
	for args, part := range map[string]string{
		"nothing":                   `there is no command "nothing": maecenas --help lists all`,
		"serv":                      "did you mean serve",
		"serve --nope":              "unknown flag: --nope: see maecenas serve --help",
		"serve more":                "see maecenas serve --help",
		"serve --http 0.0.0.0:8080": "in clear",
		"serve --log-level loud":    "--log-level",
		"config --json --yaml":      "take one of them",
		"config --rate-limit many":  "--rate-limit",
		"serve --config /none.yaml": "/none.yaml",
	} {
		status, _, stderr := run(t, nil, strings.Fields(args)...)
		if status != 2 || !strings.Contains(stderr, part) || !strings.HasPrefix(stderr, "error:") || strings.Contains(stderr, "\x1b") {
			t.Errorf("%s: status %d, %s", args, status, stderr)
		}
	}
}

func TestHelp(t *testing.T) {
	t.Parallel()
	for _, args := range []string{"", "--help", "help serve", "serve --help", "completion bash", "--version"} {
		status, stdout, stderr := run(t, nil, strings.Fields(args)...)
		if status != 0 || stdout == "" || stderr != "" || strings.Contains(stdout, "\x1b") {
			t.Errorf("%q: status %d, %.300q, %q", args, status, stdout, stderr)
		}
	}
}

func TestVersion(t *testing.T) {
	t.Parallel()
	status, stdout, _ := run(t, nil, "version", "--json")
	var got map[string]any
	if err := json.Unmarshal([]byte(stdout), &got); err != nil || status != 0 {
		t.Fatalf("%d %v %s", status, err, stdout)
	}
	for _, key := range []string{"version", "go", "platform", "api", "storedForm", "rubric", "policy", "kernel"} {
		if got[key] == nil || got[key] == "" {
			t.Errorf("no %s in %v", key, got)
		}
	}
	if _, stdout, _ = run(t, nil, "version"); !strings.Contains(stdout, "ranking policy") {
		t.Error(stdout)
	}
}

func TestConfig(t *testing.T) {
	t.Parallel()
	status, stdout, _ := run(t, []string{"MAECENAS_GRPC=[::1]:7"}, "config", "--json", "--http=127.0.0.1:5")
	var got []map[string]string
	if err := json.Unmarshal([]byte(stdout), &got); err != nil || status != 0 {
		t.Fatalf("%d %v %s", status, err, stdout)
	}
	origins := map[string]string{}
	for _, line := range got {
		origins[line["name"]] = line["value"] + " " + line["origin"]
	}
	if origins["http"] != "127.0.0.1:5 --http" || origins["grpc"] != "[::1]:7 $MAECENAS_GRPC" || origins["data-dir"] != "maecenas-data default" {
		t.Error(origins)
	}
	// The file that it writes is one that it reads.
	_, yaml, _ := run(t, []string{"MAECENAS_RATE_LIMIT=7"}, "config", "--yaml")
	path := filepath.Join(t.TempDir(), "maecenas.yaml")
	if err := os.WriteFile(path, []byte(yaml), 0o600); err != nil {
		t.Fatal(err)
	}
	status, stdout, stderr := run(t, nil, "config", "--config", path)
	if status != 0 || !regexp.MustCompile(`(?m)^rate-limit +7 +`+regexp.QuoteMeta(path)).MatchString(stdout) {
		t.Errorf("%d %s %s", status, stdout, stderr)
	}
}

func TestServe(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	args := []string{"serve", "--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0", "--data-dir", dir}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var out, errOut output
	ended := make(chan int, 1)
	go func() { ended <- cli.Run(ctx, args, strings.NewReader(""), &out, &errOut, nil) }()
	url := await(ctx, t, &out, regexp.MustCompile(`http://127\.0\.0\.1:\d+\n`))
	await(ctx, t, &errOut, regexp.MustCompile(`"msg":"ready"`))
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSpace(url)+"/v1/rubric", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Errorf("status %d", response.StatusCode)
	}
	// A second one on the same data is told who has them.
	if status, _, stderr := run(t, nil, args...); status != 1 || !strings.Contains(stderr, dir) {
		t.Errorf("a second server: %d %s", status, stderr)
	}
	cancel()
	if status := <-ended; status != 0 {
		t.Errorf("status %d: %s", status, errOut.String())
	}
	if !strings.Contains(errOut.String(), `"msg":"stopped"`) {
		t.Error(errOut.String())
	}
}

// await waits for a command to write something.
func await(ctx context.Context, t *testing.T, out *output, what *regexp.Regexp) string {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline) && ctx.Err() == nil; time.Sleep(5 * time.Millisecond) {
		if found := what.FindString(out.String()); found != "" {
			return found
		}
	}
	t.Fatalf("nothing like %s in %q", what, out.String())
	return ""
}
