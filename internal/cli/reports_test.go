package cli_test

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/testserver"
	"github.com/maecenas-cci/maecenas/testdata/demo"
)

func TestReportExposure(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if status, _, stderr := run(t, nil, append([]string{"import", "--data-dir", dir}, demoFiles()...)...); status != 0 {
		t.Fatal(stderr)
	}
	args := []string{"report", "exposure", "--data-dir", dir, "--date", demo.Day}
	status, stdout, stderr := run(t, nil, args...)
	for _, part := range []string{"By region", "By domain", "By size", "By legal form", "PERFORMING_ARTS", "RATIO", "19 open mandates on " + demo.Day} {
		if status != 0 || !strings.Contains(stdout, part) {
			t.Errorf("status %d, no %q: %s\n%s", status, part, stderr, stdout)
		}
	}
	status, stdout, stderr = run(t, nil, append(args, "--json", "--top", "3")...)
	report := &maecenasv1.ExposureReport{}
	if err := protojson.Unmarshal([]byte(stdout), report); status != 0 || err != nil || report.GetTop() != 3 || len(report.GetCells()) == 0 {
		t.Errorf("status %d: %v: %s", status, err, stderr)
	}
	s := testserver.Start(t, testserver.Options{})
	server := s.Addrs().GRPC
	if status, stdout, stderr := run(t, []string{"MAECENAS_KEY=" + s.Admin().Key}, "report", "exposure", "--server", server); status != 0 || !strings.Contains(stdout, "there is no open need") {
		t.Errorf("status %d: %s%s", status, stdout, stderr)
	}
	for args, want := range map[string]int{
		"report exposure --top 0": 2, "report exposure --data-dir /nowhere": 1, "report nothing": 2, "report": 0,
		"report exposure --date tomorrow --data-dir " + dir: 1,
	} {
		if status, _, stderr := run(t, nil, strings.Fields(args)...); status != want || (want != 0) != (stderr != "") {
			t.Errorf("%s: status %d, want %d: %s", args, status, want, stderr)
		}
	}
}
