package main_test

import (
	"bufio"
	"context"
	"net/http"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// startLimit is how long after the start of the process health is answered, at
// the latest, on a store that is made first.
const startLimit = 100 * time.Millisecond

// TestStart builds the program, as nothing else shows what its start takes, and
// runs it. The machine may be busy with other tests, so the best of several
// starts counts.
func TestStart(t *testing.T) {
	t.Parallel()
	if testing.Short() || runtime.GOOS == "windows" {
		t.Skip("builds the program and sends it signals")
	}
	binary := filepath.Join(t.TempDir(), "maecenas")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	best := time.Hour
	for range 10 {
		if best = min(best, startAndStop(t, binary)); best <= startLimit {
			t.Logf("health after %s", best)
			return
		}
	}
	t.Errorf("health after %s at best, more than %s", best, startLimit)
}

// listening is the line of the log that tells the address.
var listening = regexp.MustCompile(`"msg":"listening","http":"([^"]+)"`)

// startAndStop returns how long it took from the start of the process until
// health was answered, and checks that the process then ends as it should.
func startAndStop(t *testing.T, binary string) time.Duration {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	process := exec.CommandContext(ctx, binary, "serve", "--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0", "--data-dir", t.TempDir())
	stderr, err := process.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	url := ""
	lines := bufio.NewScanner(stderr)
	for url == "" && lines.Scan() {
		log.WriteString(lines.Text() + "\n")
		if found := listening.FindStringSubmatch(lines.Text()); found != nil {
			url = "http://" + found[1] + "/healthz"
		}
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	took := time.Since(began)
	if err != nil {
		t.Fatalf("%v: %s", err, log.String())
	}
	_ = response.Body.Close()
	if err := process.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	for lines.Scan() {
		log.WriteString(lines.Text() + "\n")
	}
	if err := process.Wait(); err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("status %d, %v: %s", response.StatusCode, err, log.String())
	}
	return took
}
