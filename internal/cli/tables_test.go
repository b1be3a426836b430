package cli_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/maecenas-cci/maecenas/internal/dataset"
	"github.com/maecenas-cci/maecenas/testdata/demo"
)

// TestTablesThroughTheCommands exports each kind as CSV, imports the files into another
// folder, and exports that: the same lines.
func TestTablesThroughTheCommands(t *testing.T) {
	t.Parallel()
	first, second, tables := t.TempDir(), t.TempDir(), t.TempDir()
	if status, _, stderr := run(t, nil, append([]string{"import", "--data-dir", first}, demoFiles()...)...); status != 0 {
		t.Fatal(stderr)
	}
	for _, kind := range dataset.Kinds() {
		status, stdout, stderr := run(t, nil, "export", "--data-dir", first, "--format", "csv", "--kind", kind.Plural(), "--separator", "semicolon", "--bom")
		if status != 0 || !strings.HasPrefix(stdout, "\ufeffname;") {
			t.Fatalf("%s: status %d: %s", kind, status, stderr)
		}
		if err := os.WriteFile(filepath.Join(tables, kind.Plural()+".csv"), []byte(stdout), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	status, stdout, stderr := run(t, nil, "import", "--data-dir", second, tables)
	if status != 0 || !strings.Contains(stdout, " 0 updated, 0 unchanged, 0 rejected") {
		t.Fatalf("status %d: %s%s", status, stdout, stderr)
	}
	_, want, _ := run(t, nil, "export", "--data-dir", first)
	_, got, _ := run(t, nil, "export", "--data-dir", second)
	if !slices.Equal(sorted(got), sorted(want)) {
		t.Error("what went through tables is not what was exported as lines")
	}
	_, needs, _ := run(t, nil, "export", "--data-dir", second, "--kind", "needs")
	if n := strings.Count(needs, "\n"); n == 0 || n != strings.Count(needs, `{"need":`) {
		t.Errorf("%d lines of needs", n)
	}
	status, stdout, stderr = run(t, nil, "import", "--data-dir", second, filepath.Join(tables, "canvases.csv"))
	if status != 0 || !strings.HasPrefix(stdout, "0 created, 0 updated") {
		t.Errorf("the second time: status %d: %s%s", status, stdout, stderr)
	}
}

// sorted are the lines of a text, in an order of their own.
func sorted(text string) []string {
	lines := strings.Split(text, "\n")
	slices.Sort(lines)
	return lines
}

func TestImportTableRejectsCellByCell(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	organizations := write("people.csv", "name;displayName;legalForm;helixRole;place.countryCode;financials.currencyCode;financials.cash\n"+
		"organizations/teatro;Teatro Kursaal;ASSOCIATION;COMPANY;IT;EUR;1.000\n"+
		"organizations/danza;Danza;ASSOCIATION;COMPANY;ITA;;\n"+
		"organizations/circo;Circo;ASSOCIATION;COMPANY;IT;EUR;1000,00\n"+
		"organizations/kursaal;TEATRO KURSAAL aps;ASSOCIATION;COMPANY;IT;;\n"+
		"organizations/kursaal-bis;Teatro Kursaal;ASSOCIATION;COMPANY;IT;;\n")
	canvases := write("canvases.txt", "name,block,currencyCode,id,segmentIds\n"+
		"organizations/circo/canvas,,EUR,,\n"+
		"organizations/circo/canvas,customerSegments,,people,\n"+
		"organizations/circo/canvas,channels,,web,people; nobody\n")
	status, stdout, stderr := run(t, nil, "import", "--data-dir", filepath.Join(dir, "data"), canvases, organizations)
	if status != 1 || !strings.HasPrefix(stdout, "3 created, 0 updated, 0 unchanged, ") {
		t.Errorf("status %d: %s", status, stdout)
	}
	if !strings.Contains(stdout, "likely the same: organizations/kursaal and organizations/kursaal-bis: SAME_NAME_SAME_COUNTRY\n") {
		t.Errorf("no duplicates in %s", stdout)
	}
	for _, part := range []string{
		organizations + ":2: organization.financials.cash: must be a whole number without full stops",
		organizations + ":3: organization.place.countryCode",
		canvases + ":4: canvas.channels[0].segmentIds[1]",
	} {
		if !strings.Contains(stderr, part) {
			t.Errorf("no %q in %s", part, stderr)
		}
	}
	unclear := write("unclear.csv", "name,displayName\ninvestors/a-a,A\n")
	if _, _, stderr := run(t, nil, "import", "--data-dir", filepath.Join(dir, "data"), unclear); !strings.Contains(stderr, "say which kind it is") {
		t.Error(stderr)
	}
}

func TestTablesInWrongUse(t *testing.T) {
	t.Parallel()
	for args, part := range map[string]string{
		"export --format xml":   "takes jsonl or csv",
		"export --format csv":   "say which with --kind",
		"export --kind shoes":   "takes one of",
		"import --kind shoes x": "takes one of",
		"template shoes":        "there is no table of",
		"template":              "see maecenas template --help",
		"export --format csv --kind deals --separator |": "takes comma, semicolon or tab",
	} {
		if status, _, stderr := run(t, nil, strings.Fields(args)...); status != 2 || !strings.Contains(stderr, part) {
			t.Errorf("%s: status %d: %s", args, status, stderr)
		}
	}
}

// TestTemplatesAreTaken fills a template in as people would and imports it.
func TestTemplatesAreTaken(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	status, stdout, stderr := run(t, nil, "template", "Investors", "--separator", "tab")
	if status != 0 || !strings.Contains(stdout, "What kind of funder it is. Required. One of ANGEL, VENTURE_FUND") {
		t.Fatalf("status %d: %s%s", status, stdout, stderr)
	}
	row := make([]string, strings.Count(strings.SplitN(stdout, "\r\n", 2)[0], "\t")+1)
	row[0], row[3], row[4] = "investors/banca", "Banca", "bank"
	path := filepath.Join(dir, "investors.tsv")
	if err := os.WriteFile(path, []byte(stdout+strings.Join(row, "\t")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	status, stdout, stderr = run(t, nil, "import", "--data-dir", dir, dir)
	if status != 0 || !strings.HasPrefix(stdout, "1 created") {
		t.Errorf("status %d: %s%s", status, stdout, stderr)
	}
}

func TestMatchAsTable(t *testing.T) {
	t.Parallel()
	const mandate = "investors/amfora-ventures/mandates/studios-that-own"
	dir := t.TempDir()
	if status, _, stderr := run(t, nil, append([]string{"import", "--data-dir", dir}, demoFiles()...)...); status != 0 {
		t.Fatal(stderr)
	}
	status, stdout, stderr := run(t, nil, "match", mandate, "--data-dir", dir, "--date", demo.Day, "--csv", "--top", "3")
	rows, err := csv.NewReader(strings.NewReader(stdout)).ReadAll()
	if err != nil || status != 0 || len(rows) != 4 || rows[0][0] != "rank" || rows[3][0] != "3" || rows[1][4] != mandate {
		t.Errorf("status %d, %v: %s%s", status, err, stdout, stderr)
	}
	if status, _, stderr := run(t, nil, "match", mandate, "--csv", "--json"); status != 2 || !strings.Contains(stderr, "leave out --json") {
		t.Errorf("status %d: %s", status, stderr)
	}
}
