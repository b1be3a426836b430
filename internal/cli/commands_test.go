package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/maecenas-cci/maecenas/internal/cli"
	"github.com/maecenas-cci/maecenas/internal/testserver"
	"github.com/maecenas-cci/maecenas/testdata/demo"
)

// demoFiles are the demo data's paths, in the order of an import.
func demoFiles() []string {
	var paths []string
	for _, name := range demo.Names() {
		paths = append(paths, filepath.Join("..", "..", "testdata", "demo", name))
	}
	return paths
}

func TestDemo(t *testing.T) {
	t.Parallel()
	status, stdout, stderr := run(t, nil, "demo")
	if status != 0 || stderr != "" || strings.Contains(stdout, "\x1b") {
		t.Fatalf("status %d: %s\n%s", status, stderr, stdout)
	}
	for _, part := range []string{
		"Loaded", "The business model of", "Switching cost", "potential", "Improve first", "CC BY-SA 3.0",
		"Needs for the mandate", "Mandates for the need", "‰ ×", "Missed by one rule", "fails:",
		"rank 7 of 8", "rank 3 of 8", "rank 1 of 8",
		"draws of weights keep it in the first", "lets organizations/", "What would lift", "+4 ranks", "disclose it",
		"have it documented", "away", "Mandates that cover it together", "mean score", "  if: eligible if",
	} {
		if !strings.Contains(stdout, part) {
			t.Errorf("the demo shows no %q", part)
		}
	}
	// What its investors learn from the demo's deals counts.
	if strings.Contains(stdout, "own 0 of 0, market 0 of 0") {
		t.Error("nothing was learned before it was shown")
	}
	// The lines of a match sum to its score.
	match := regexp.MustCompile(`(?m)^  score ([0-9.]+), potential`).FindStringSubmatch(stdout)
	if match == nil {
		t.Fatal("no match is explained")
	}
	lines := stdout[strings.Index(stdout, match[0]):]
	lines = lines[:strings.Index(lines, "\n\n")]
	sum := 0
	for _, line := range regexp.MustCompile(`(?m)^ +(\d+)\.(\d\d)  = `).FindAllStringSubmatch(lines, -1) {
		sum += hundredths(t, line[1]+line[2])
	}
	if want := hundredths(t, strings.ReplaceAll(match[1], ".", "")); sum != want || want == 0 {
		t.Errorf("the lines sum to %d, the score is %d:\n%s", sum, want, lines)
	}
}

func hundredths(t *testing.T, digits string) int {
	t.Helper()
	n, err := strconv.Atoi(digits)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestImportExport(t *testing.T) {
	t.Parallel()
	first, second := t.TempDir(), t.TempDir()
	// A folder is imported in the order that its records need.
	status, stdout, stderr := run(t, nil, "import", "--data-dir", first, filepath.Join("..", "..", "testdata", "demo"))
	if status != 0 || !strings.Contains(stdout, " 0 updated, 0 unchanged, 0 rejected") {
		t.Fatalf("status %d: %s%s", status, stdout, stderr)
	}
	status, stdout, _ = run(t, nil, append([]string{"import", "--json", "--data-dir", first}, demoFiles()...)...)
	var report struct{ Created, Updated, Unchanged int }
	if err := json.Unmarshal([]byte(stdout), &report); err != nil || status != 0 || report.Created+report.Updated != 0 || report.Unchanged == 0 {
		t.Errorf("the second time: status %d %v %s", status, err, stdout)
	}
	status, exported, _ := run(t, nil, "export", "--data-dir", first)
	if status != 0 || strings.Count(exported, "\n") != report.Unchanged {
		t.Fatalf("status %d: %d lines of %d records", status, strings.Count(exported, "\n"), report.Unchanged)
	}
	var out, errOut output
	if status := cli.Run(t.Context(), []string{"import", "--data-dir", second, "-"}, strings.NewReader(exported), &out, &errOut, nil); status != 0 {
		t.Fatalf("status %d: %s", status, errOut.String())
	}
	if _, again, _ := run(t, nil, "export", "--data-dir", second); again != exported {
		t.Error("what is exported, imported and exported is not what was exported first")
	}
	status, stdout, stderr = run(t, nil, "check", "--data-dir", second)
	if status != 0 || !strings.Contains(stdout, "as it should be") {
		t.Errorf("check: status %d %s%s", status, stdout, stderr)
	}
}

func TestImportRejectsRowByRow(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "bad.jsonl")
	rows := strings.Join([]string{
		`{"organization": {"name": "organizations/teatro", "displayName": "T", "legalForm": "ASSOCIATION", "helixRole": "COMPANY", "place": {"countryCode": "IT"}}}`,
		`{"organization": {"name": "organizations/other", "displayName": "T", "legalForm": "CIRCUS"}}`,
		`{"need": {"name": "organizations/teatro/needs/tour", "title": "T", "purpose": "PROJECT", "currencyCode": "EUR", "instruments": ["GRANT"], "amountMin": "-1"}}`,
		`{"need": {"name": "organizations/nobody/needs/tour", "title": "T", "purpose": "PROJECT", "currencyCode": "EUR", "instruments": ["GRANT"]}}`,
		`{"organization": `,
		`{"canvas": {"name": "organizations/teatro/canvas", "currencyCode": "EUR", "moats": [{"kind": "BRAND", "colour": "red"}]}}`,
		`{"organization": {"name": "organizations/..", "displayName": "T", "legalForm": "ASSOCIATION", "helixRole": "COMPANY", "place": {"countryCode": "IT"}}}`,
		`{"organization": {"name": "organizations/zz\u001b[31m", "displayName": "T", "legalForm": "ASSOCIATION", "helixRole": "COMPANY", "place": {"countryCode": "IT"}}}`,
		`{"organization": {"name": "organizations/A b", "displayName": "T", "legalForm": "ASSOCIATION", "helixRole": "COMPANY", "place": {"countryCode": "IT"}}}`,
	}, "\n")
	if err := os.WriteFile(path, []byte(rows), 0o600); err != nil {
		t.Fatal(err)
	}
	status, stdout, stderr := run(t, nil, "import", "--data-dir", t.TempDir(), path)
	if status != 1 || !strings.HasPrefix(stdout, "1 created") {
		t.Errorf("status %d: %s", status, stdout)
	}
	// In the order of the lines, whatever was found first.
	rest := stderr
	for _, part := range []string{
		path + ":2: organization.legalForm", path + ":3: need.amountMin", path + ":4: there is no organizations/nobody",
		path + ":5:", path + ":6: canvas.moats[0].colour", path + ":7: organization.name", path + ":8: organization.name", path + ":9: organization.name",
	} {
		_, after, found := strings.Cut(rest, part)
		if !found {
			t.Errorf("no %q in %s", part, rest)
		}
		rest = after
	}
}

func TestAssess(t *testing.T) {
	t.Parallel()
	path := filepath.Join("..", "..", "testdata", "assessment", "case-000.json")
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var vector struct {
		Expected struct {
			Score     int
			InputHash string
		}
	}
	var request map[string]any
	if err := json.Unmarshal(content, &vector); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(content, &request); err != nil {
		t.Fatal(err)
	}
	delete(request, "expected")
	body, err := json.Marshal(request)
	if err != nil {
		t.Fatal(err)
	}
	var out, errOut output
	if status := cli.Run(t.Context(), []string{"assess", "--json", "-"}, strings.NewReader(string(body)), &out, &errOut, nil); status != 0 {
		t.Fatalf("status %d: %s", status, errOut.String())
	}
	var got struct {
		Score     int
		InputHash string
	}
	if err := json.Unmarshal([]byte(out.String()), &got); err != nil || got != vector.Expected {
		t.Errorf("%v: %+v, want %+v", err, got, vector.Expected)
	}
	// The vector itself has a member that no request has.
	if status, _, stderr := run(t, nil, "assess", path); status != 1 || !strings.Contains(stderr, "expected") {
		t.Errorf("status %d: %s", status, stderr)
	}
	if status, _, stderr := run(t, nil, "assess", "/none.json"); status != 1 || !strings.Contains(stderr, "/none.json: no such file") {
		t.Errorf("status %d: %s", status, stderr)
	}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	const mandate = "investors/amfora-ventures/mandates/studios-that-own"
	dir := t.TempDir()
	if status, _, stderr := run(t, nil, append([]string{"import", "--data-dir", dir}, demoFiles()...)...); status != 0 {
		t.Fatal(stderr)
	}
	local := func(args ...string) string {
		status, stdout, stderr := run(t, nil, append([]string{"match", mandate, "--data-dir", dir, "--date", demo.Day}, args...)...)
		if status != 0 {
			t.Fatalf("%v: status %d: %s", args, status, stderr)
		}
		return stdout
	}
	if text := local("--top", "3"); strings.Count(text, "\n") != 4 || !strings.Contains(text, "organizations/") {
		t.Error(text)
	}
	if text := local("--explain", "--top", "1"); !strings.Contains(text, "Defensibility") || !strings.Contains(text, "draws of weights") || strings.Contains(text, "What would lift it") {
		t.Error(text)
	}
	status, stdout, stderr := run(t, nil, "match", "organizations/calesse-animazione/needs/second-season", "--data-dir", dir, "--date", demo.Day, "--explain", "--top", "3")
	if status != 0 || strings.Count(stdout, "What would lift it") != 3 || !strings.Contains(stdout, "organization.disclosure.financials") {
		t.Errorf("status %d: %s%s", status, stdout, stderr)
	}
	if text := local("--filter", `organization.place.country_code = "ES"`, "--explain"); !strings.Contains(text, "ES511") || strings.Contains(text, "ITF") {
		t.Error(text)
	}
	for args, part := range map[string]string{
		"match nobody":                                                     "is neither a mandate",
		"match " + mandate + " --top 0":                                    "takes 1 to 1000",
		"match " + mandate + " --data-dir /nowhere":                        "there are no data in /nowhere",
		"match investors/a/mandates/b --data-dir " + dir:                   "there is no investors/a/mandates/b",
		"match " + mandate + " --filter need.colour=red --data-dir " + dir: "colour",
		"match " + mandate + " --date tomorrow --data-dir " + dir:          "asOfDate",
		"match " + mandate + " --server 127.0.0.1:1 --json":                "127.0.0.1:1",
	} {
		if status, _, stderr := run(t, nil, strings.Fields(args)...); status == 0 || !strings.Contains(stderr, part) {
			t.Errorf("%s: status %d: %s", args, status, stderr)
		}
	}
}

func TestMatchOnAServer(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t, testserver.Options{})
	status, _, stderr := run(t, nil, "match", "investors/a/mandates/b", "--server", s.Addrs().GRPC)
	if status != 1 || !strings.Contains(stderr, "there is no investors/a/mandates/b") {
		t.Errorf("status %d: %s", status, stderr)
	}
}
