package dataset_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/maecenas-cci/maecenas/internal/dataset"
)

// outcome is a row as a test compares it.
type outcome struct {
	Line          int
	Name          string
	Field, Reason string
}

func readAll(t testing.TB, in io.Reader, o dataset.ReadOptions) ([]outcome, error) {
	t.Helper()
	var all []outcome
	for row, err := range dataset.Read(in, o) {
		if err != nil {
			return all, err
		}
		out := outcome{Line: row.Line, Name: dataset.NameOf(row.Record)}
		if r := row.Rejection; r != nil {
			if row.Record != nil || r.Line != row.Line || r.Reason == "" {
				t.Errorf("row %+v with rejection %+v", row, r)
			}
			out.Field, out.Reason = r.Field, r.Reason
		}
		all = append(all, out)
	}
	return all, nil
}

const (
	orgA = `{"organization":{"name":"organizations/a-a","displayName":"A"}}`
	orgB = `{"organization":{"name":"organizations/b-b","displayName":"B"}}`
)

func TestReadIsTolerantOfHowLinesAreWritten(t *testing.T) {
	t.Parallel()
	want := []string{"organizations/a-a", "organizations/b-b"}
	for name, text := range map[string]string{
		"plain":              orgA + "\n" + orgB + "\n",
		"no last line end":   orgA + "\n" + orgB,
		"carriage returns":   orgA + "\r\n" + orgB + "\r\n",
		"blank lines":        "\n \t\n" + orgA + "\n\r\n\n" + orgB + "\n\n",
		"byte order mark":    "\ufeff" + orgA + "\n" + orgB,
		"spaces around":      "  " + orgA + " \n\t" + orgB,
		"mark, then a blank": "\ufeff\n" + orgA + "\n" + orgB,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rows, err := readAll(t, iotest.HalfReader(strings.NewReader(text)), dataset.ReadOptions{})
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, r := range rows {
				names = append(names, r.Name+r.Reason)
			}
			if diff := cmp.Diff(want, names); diff != "" {
				t.Errorf("names (-want +got):\n%s", diff)
			}
		})
	}
}

func TestBadRowsAreRejectedOneByOne(t *testing.T) {
	t.Parallel()
	text := strings.Join([]string{
		orgA,
		`{"organization":{"name":"organizations/x","shoeSize":41}}`,
		`{"organization":`,
		`{"organization":{"legalForm":"GUILD"}}`,
		`{"need":{"instruments":["GRANT","MAGIC"]}}`,
		`{"canvas":{"revenueStreams":[{"id":"a"},{"id":"b","annualAmount":"much"}]}}`,
		`{"organization":{"foundedDate":1999}}`,
		`{}`,
		`[]`,
		`{"organization":{},"need":{}}`,
		orgA + orgB,
		"{\"organization\":{\"displayName\":\"A\xff\"}}",
		`{"organization":{"displayName":"Été","listed":"yes"}}`,
		`{"investor":{"place":` + strings.Repeat(`{"a":`, 100) + `1` + strings.Repeat(`}`, 100) + `}}`,
		orgB,
	}, "\n")
	got, err := readAll(t, strings.NewReader(text), dataset.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	want := []outcome{
		{Line: 1, Name: "organizations/a-a"},
		{Line: 2, Field: "organization.shoeSize", Reason: `unknown field "shoeSize"`},
		{Line: 3, Field: "organization", Reason: "the line ends too early"},
		{Line: 4, Field: "organization.legalForm", Reason: `invalid value for enum field legalForm: "GUILD"`},
		{Line: 5, Field: "need.instruments[1]", Reason: `invalid value for enum field instruments: "MAGIC"`},
		{Line: 6, Field: "canvas.revenueStreams[1].annualAmount", Reason: `invalid value for int64 field annualAmount: "much"`},
		{Line: 7, Field: "organization.foundedDate", Reason: `invalid value for string field foundedDate: 1999`},
		{Line: 8, Reason: "holds none of exchangeRates, organization, canvas, need, investor, mandate and deal"},
		{Line: 9, Reason: "syntax error: unexpected token ["},
		{Line: 10, Field: "need", Reason: `error parsing "need", oneof maecenas.v1.Record.resource is already set`},
		{Line: 11, Reason: "syntax error: unexpected token {"},
		{Line: 12, Field: "organization.displayName", Reason: "is not valid UTF-8"},
		{Line: 13, Field: "organization.listed", Reason: `invalid value for bool field listed: "yes"`},
		{Line: 14, Field: "investor", Reason: "is nested more than 64 deep"},
		{Line: 15, Name: "organizations/b-b"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

func TestALineThatIsTooLongIsSkippedWithoutBeingHeld(t *testing.T) {
	t.Parallel()
	long := `{"organization":{"displayName":"` + strings.Repeat("x", 300_000) + `"}}`
	got, err := readAll(t, strings.NewReader(orgA+"\n"+long+"\r\n"+orgB), dataset.ReadOptions{MaxLine: 100_000})
	if err != nil {
		t.Fatal(err)
	}
	want := []outcome{
		{Line: 1, Name: "organizations/a-a"},
		{Line: 2, Reason: "the line is longer than 100000 bytes"},
		{Line: 3, Name: "organizations/b-b"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	exact := len(orgA)
	got, err = readAll(t, strings.NewReader(orgA+"\r\n"+orgA+" \n"), dataset.ReadOptions{MaxLine: exact})
	if err != nil || len(got) != 2 || got[0].Reason != "" || got[1].Reason == "" {
		t.Errorf("at the bound: %+v, %v", got, err)
	}
}

func packed(t testing.TB, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestGzipIsReadAndBounded(t *testing.T) {
	t.Parallel()
	got, err := readAll(t, bytes.NewReader(packed(t, orgA+"\n"+orgB)), dataset.ReadOptions{})
	if err != nil || len(got) != 2 || got[1].Name != "organizations/b-b" {
		t.Errorf("%+v, %v", got, err)
	}
	bomb := packed(t, orgA+"\n"+strings.Repeat(" ", 50<<20))
	got, err = readAll(t, bytes.NewReader(bomb), dataset.ReadOptions{MaxBytes: 1 << 20})
	if !errors.Is(err, dataset.ErrTooLarge) {
		t.Errorf("a bomb of %d bytes: %v", len(bomb), err)
	}
	if len(got) != 1 || got[0].Name != "organizations/a-a" {
		t.Errorf("before the bound: %+v", got)
	}
	whole := orgA + "\n" + orgB
	if _, err = readAll(t, strings.NewReader(whole), dataset.ReadOptions{MaxBytes: int64(len(whole))}); err != nil {
		t.Errorf("a file of just the bound: %v", err)
	}
	damaged := packed(t, strings.Repeat(orgA+"\n", 1000))
	if _, err = readAll(t, bytes.NewReader(damaged[:len(damaged)/2]), dataset.ReadOptions{}); err == nil {
		t.Error("half a gzip file is no error")
	}
	if _, err = readAll(t, bytes.NewReader([]byte{0x1f, 0x8b, 0}), dataset.ReadOptions{}); err == nil {
		t.Error("a damaged gzip header is no error")
	}
}

func TestReadEndsWithItsReader(t *testing.T) {
	t.Parallel()
	broken := errors.New("the disk is gone")
	got, err := readAll(t, io.MultiReader(strings.NewReader(orgA+"\n"), iotest.ErrReader(broken)), dataset.ReadOptions{})
	if !errors.Is(err, broken) || len(got) != 1 {
		t.Errorf("%+v, %v", got, err)
	}
	for range dataset.Read(strings.NewReader(orgA+"\n"+orgB), dataset.ReadOptions{}) {
		break
	}
	for row, err := range dataset.Read(strings.NewReader(""), dataset.ReadOptions{}) {
		t.Errorf("an empty file has a row %+v, %v", row, err)
	}
}

// FuzzRead holds that whatever comes in, each line is a record or a rejection.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{orgA, orgA + "\r\n\r\n" + orgB, `{"need":{"instruments":[`, "\x1f\x8b\x08", "{\"a\xff\":\"\\", `{"deal":{"\u0000":[[{"x":`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		last := 0
		for row, err := range dataset.Read(bytes.NewReader(text), dataset.ReadOptions{MaxLine: 1 << 10, MaxBytes: 1 << 16, MaxDepth: 8}) {
			if err != nil {
				break
			}
			if row.Line <= last {
				t.Fatalf("line %d after %d", row.Line, last)
			}
			last = row.Line
			if (row.Record == nil) == (row.Rejection == nil) {
				t.Fatalf("row %+v", row)
			}
			if row.Rejection != nil && len(row.Rejection.Field) > 1<<10 {
				t.Fatalf("a field of %d bytes", len(row.Rejection.Field))
			}
		}
	})
}
