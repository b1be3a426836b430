package console_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/maecenas-cci/maecenas/internal/cli/console"
)

func TestWrap(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text  string
		width int
		want  []string
	}{
		{"", 5, []string{""}},
		{"as  it is", 9, []string{"as  it is"}},
		{"one two three", 7, []string{"one two", "three"}},
		{"perché città è", 6, []string{"perché", "città", "è"}},
		{"a incomprehensible b", 4, []string{"a", "incomprehensible", "b"}},
		{"\x1b[31mfails\x1b[0m: it", 9, []string{"\x1b[31mfails\x1b[0m: it"}},
	} {
		if diff := cmp.Diff(test.want, console.Wrap(test.text, test.width)); diff != "" {
			t.Errorf("Wrap(%q, %d) (-want +got):\n%s", test.text, test.width, diff)
		}
	}
}

func TestTable(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	table := (&console.Console{Out: &out}).Table("  ")
	table.Row("WHO", "SCORE", "")
	table.Row("Àmfora", "\x1b[32m68.13\x1b[0m", "by itself")
	table.Row("    a line of its own, longer than any column")
	if !table.Fits() {
		t.Error("does not fit where there is no terminal")
	}
	if err := table.End(); err != nil {
		t.Fatal(err)
	}
	want := "  WHO     SCORE\n" +
		"  Àmfora  \x1b[32m68.13\x1b[0m  by itself\n" +
		"      a line of its own, longer than any column\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
