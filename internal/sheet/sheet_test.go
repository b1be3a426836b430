package sheet_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"testing/iotest"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/maecenas-cci/maecenas/internal/sheet"
)

func read(t interface{ Fatal(...any) }, text string, o sheet.ReadOptions) []sheet.Row {
	var rows []sheet.Row
	for row, err := range sheet.Read(iotest.HalfReader(strings.NewReader(text)), o) {
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	return rows
}

func TestReadTakesWhatSpreadsheetsWrite(t *testing.T) {
	t.Parallel()
	want := []sheet.Row{
		{Line: 1, Cells: []string{"name", "note", "n"}},
		{Line: 2, Cells: []string{"Été, inc", "a \"b\"\nc; d", "-3"}},
		{Line: 4, Cells: []string{"x", "", ""}},
	}
	plain := "name,note,n\n\"Été, inc\",\"a \"\"b\"\"\nc; d\",-3\nx,,\n"
	semicolons := "name;note;n\n\"Été, inc\";\"a \"\"b\"\"\nc; d\";-3\nx;;\n"
	for name, text := range map[string]string{
		"commas":             plain,
		"semicolons":         semicolons,
		"tabs":               strings.ReplaceAll(strings.ReplaceAll(plain, ",", "\t"), "Été\t inc", "Été, inc"),
		"byte order mark":    "\ufeff" + plain,
		"CRLF":               strings.ReplaceAll(plain, "\n", "\r\n"),
		"CR":                 strings.ReplaceAll(plain, "\n", "\r"),
		"no last line end":   strings.TrimSuffix(plain, "\n"),
		"spaces":             "name , note,n\n  \"Été, inc\" ,\"a \"\"b\"\"\nc; d\",\t-3\nx,,\n",
		"quoted throughout":  "\"name\",\"note\",\"n\"\n\"Été, inc\",\"a \"\"b\"\"\nc; d\",\"-3\"\n\"x\",\"\",\"\"\n",
		"separator in quote": "name,\"note\",n\n\"Été, inc\",\"a \"\"b\"\"\nc; d\",-3\nx,,\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(want, read(t, text, sheet.ReadOptions{})); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSeparatorIsFound(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"sep=;\na,b;c":                          {"a,b", "c"},
		"\ufeffsep=\t\r\na,b\tc":                {"a,b", "c"},
		"a":                                     {"a"},
		"a;\"b,c,d,e\"":                         {"a", "b,c,d,e"},
		"\"# one, two, three, four\"\n\na;b,c;": {"a", "b,c", ""},
	} {
		rows := read(t, text, sheet.ReadOptions{})
		if diff := cmp.Diff(want, rows[len(rows)-1].Cells); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
	if got := read(t, "a;b,c", sheet.ReadOptions{Separator: ','}); !cmp.Equal(got[0].Cells, []string{"a;b", "c"}) {
		t.Errorf("a chosen separator: %+v", got)
	}
}

func TestFaultsAreOfOneRow(t *testing.T) {
	t.Parallel()
	text := "a,b\nx,\"y\" z,\"w\nlast,\xff\n" + strings.Repeat("long", 20) + "\n,,,,\nok,1\n\n,\n\"open,\n1"
	got := read(t, text, sheet.ReadOptions{MaxRow: 50, MaxCells: 4})
	want := []sheet.Row{
		{Line: 1, Cells: []string{"a", "b"}},
		{Line: 2, Fault: "has text after its closing quote: write a quote within quotes twice", Cell: 2},
		{Line: 3, Fault: "is not valid UTF-8: save the file as UTF-8", Cell: 2},
		{Line: 4, Fault: "the row is longer than 50 bytes"},
		{Line: 5, Fault: "the row has more than 4 cells"},
		{Line: 6, Cells: []string{"ok", "1"}},
		{Line: 8, Cells: []string{"", ""}},
		{Line: 9, Fault: "the quote that opens in line 9 does not close", Cell: 1},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	if !got[6].IsBlank() || got[5].IsBlank() || got[7].IsBlank() {
		t.Error("blank rows are not told")
	}
	if got := read(t, "\xff\xfea\x00", sheet.ReadOptions{}); len(got) != 1 || got[0].Fault != "the file is UTF-16: save it as UTF-8" {
		t.Errorf("UTF-16: %+v", got)
	}
	broken := errors.New("the disk is gone")
	for row, err := range sheet.Read(iotest.ErrReader(broken), sheet.ReadOptions{}) {
		if !errors.Is(err, broken) {
			t.Errorf("%+v, %v", row, err)
		}
	}
}

func TestFormulasAreGuarded(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]string{
		"=1+1": "'=1+1", "+39 080": "'+39 080", "-cmd": "'-cmd", "@SUM(A1)": "'@SUM(A1)", "＝1": "'＝1", "'=1": "''=1",
		"-500": "-500", "500": "500", "a=b": "a=b", "'tis": "'tis", " =1": "'=1", "\t=1": "'=1", "-": "'-", "-1.5": "'-1.5",
	} {
		var b bytes.Buffer
		w, err := sheet.NewWriter(&b, sheet.WriteOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(w.Write(cell, "x"), w.Flush()); err != nil {
			t.Fatal(err)
		}
		if got := strings.TrimSuffix(b.String(), ",x\r\n"); got != want {
			t.Errorf("%q is written as %q, want %q", cell, got, want)
		}
		if got := read(t, b.String(), sheet.ReadOptions{})[0].Cells[0]; got != strings.TrimSpace(cell) {
			t.Errorf("%q reads as %q", cell, got)
		}
	}
}

func TestWriterRefusesOtherSeparators(t *testing.T) {
	t.Parallel()
	if _, err := sheet.NewWriter(&bytes.Buffer{}, sheet.WriteOptions{Separator: '|'}); err == nil {
		t.Error("| is taken")
	}
}

// TestWhatIsWrittenIsRead holds for any cells, up to the space around them.
func TestWhatIsWrittenIsRead(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.OneOf(rapid.String(), rapid.StringMatching(`[-=+@'"#;, \n\t0-9a]{0,6}`))
		rows := rapid.SliceOfN(rapid.SliceOfN(cell, 1, 5), 1, 5).Draw(t, "rows")
		o := sheet.WriteOptions{
			Separator:     rapid.SampledFrom([]byte{0, ',', ';', '\t'}).Draw(t, "separator"),
			ByteOrderMark: rapid.Bool().Draw(t, "mark"),
		}
		var b bytes.Buffer
		w, err := sheet.NewWriter(&b, o)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			if err := w.Write(row...); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		separator := o.Separator
		if separator == 0 {
			separator = ','
		}
		got := read(t, b.String(), sheet.ReadOptions{Separator: separator})
		if len(got) != len(rows) {
			t.Fatalf("%d of %d rows in %q", len(got), len(rows), b.String())
		}
		for i, row := range rows {
			for n := range row {
				row[n] = strings.ReplaceAll(strings.ReplaceAll(row[n], "\r\n", "\n"), "\r", "\n")
				row[n] = strings.TrimFunc(row[n], func(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' })
			}
			if diff := cmp.Diff(row, got[i].Cells); diff != "" {
				t.Fatalf("row %d of %q (-want +got):\n%s", i, b.String(), diff)
			}
		}
	})
}

func TestListsInCells(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string][]string{
		"": nil, "  ": nil, "a": {"a"}, "a;b": {"a", "b"}, " a ;; b ": {"a", "", "b"}, `a\;b;c\\`: {"a;b", `c\`},
		`a\b`: {`a\b`}, ";": {"", ""},
	} {
		if diff := cmp.Diff(want, sheet.Split(cell)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", cell, diff)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(rapid.StringMatching(`[a;\\ b]{0,5}`), 2, 5).Draw(t, "list")
		got := sheet.Split(sheet.Join(list))
		for i := range list {
			list[i] = strings.TrimSpace(list[i])
		}
		if diff := cmp.Diff(list, got); diff != "" {
			t.Fatalf("%q (-want +got):\n%s", sheet.Join(list), diff)
		}
	})
}

// FuzzRead holds that whatever comes in, rows are within their bounds and in order.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{"a,b\n1,2", "\"a\"\"\n\";b", "sep=\t\n\"", "\ufeff# x\r\ra;b;\"c\" d\n'=1", "\xff\xfe", ",,,,,,,,,,,\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		last := 0
		for row, err := range sheet.Read(bytes.NewReader(text), sheet.ReadOptions{MaxRow: 1 << 8, MaxCells: 8}) {
			if err != nil {
				t.Fatal(err)
			}
			if row.Line <= last || (row.Cells == nil) == (row.Fault == "") || len(row.Cells) > 8 {
				t.Fatalf("after line %d: %+v", last, row)
			}
			last = row.Line
			size := 0
			for _, cell := range row.Cells {
				size += len(cell)
			}
			if size > 1<<8 {
				t.Fatalf("a row of %d bytes", size)
			}
		}
	})
}
