package console

import (
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"
)

// columnGap is the space between two columns.
const columnGap = 2

// leastLast is how narrow a wrapped last column may become. Where a terminal
// leaves less, what does not fit stands below its row, set in by below.
const (
	leastLast = 16
	below     = "    "
)

// Table is rows aligned in columns. On a terminal the last column is wrapped
// within itself; elsewhere a row is always one line.
type Table struct {
	out    io.Writer
	width  int
	indent string
	rows   [][]string
}

// Table returns a table for Out whose lines begin with indent.
func (c *Console) Table(indent string) *Table {
	return &Table{out: c.Out, width: c.Width(), indent: indent}
}

// Row adds a row. A row of one cell is a line that no column takes its width from.
func (t *Table) Row(cells ...string) { t.rows = append(t.rows, cells) }

// Fits tells whether no line would be wrapped.
func (t *Table) Fits() bool {
	if t.width == 0 {
		return true
	}
	before, columns := t.columns()
	for _, row := range t.rows {
		if len(row) == columns && before+printed(row[columns-1]) > t.width {
			return false
		}
	}
	return true
}

// End writes the table.
func (t *Table) End() error {
	var text strings.Builder
	before, columns := t.columns()
	widths := t.widths()
	for _, row := range t.rows {
		lines, hang := []string{row[len(row)-1]}, strings.Repeat(" ", before)
		if room := t.width - before; t.width > 0 && len(row) == columns && printed(lines[0]) > room {
			if room < leastLast {
				hang = t.indent + below
				lines = append([]string{""}, Wrap(lines[0], t.width-len(hang))...)
			} else {
				lines = Wrap(lines[0], room)
			}
		}
		line := t.indent
		for i, cell := range row[:len(row)-1] {
			line += cell + strings.Repeat(" ", widths[i]-printed(cell)+columnGap)
		}
		for i, part := range lines {
			if i > 0 {
				line = hang
			}
			text.WriteString(strings.TrimRight(line+part, " ") + "\n")
		}
	}
	_, err := io.WriteString(t.out, text.String())
	return err
}

// columns returns how many columns there are, and what stands before the last.
func (t *Table) columns() (before, columns int) {
	widths := t.widths()
	before = len(t.indent)
	for _, width := range widths[:max(0, len(widths)-1)] {
		before += width + columnGap
	}
	return before, len(widths)
}

func (t *Table) widths() []int {
	var widths []int
	for _, row := range t.rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			if len(row) > 1 {
				widths[i] = max(widths[i], printed(cell))
			}
		}
	}
	return widths
}

// Line writes text to Out as a paragraph: what does not fit on a line of a
// terminal goes on below, under the first letter.
func (c *Console) Line(indent, text string) {
	lines := []string{text}
	if room := c.Width() - len(indent); room >= leastLast {
		lines = Wrap(text, room)
	}
	for _, line := range lines {
		fmt.Fprintln(c.Out, indent+line)
	}
}

// Wrap breaks text between words into lines of at most width characters. A word
// that is longer stands alone on its line.
func Wrap(text string, width int) []string {
	if printed(text) <= width {
		return []string{text}
	}
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		switch {
		case line == "":
			line = word
		case printed(line)+1+printed(word) <= width:
			line += " " + word
		default:
			lines, line = append(lines, line), word
		}
	}
	return append(lines, line)
}

var styled = regexp.MustCompile("\x1b\\[[0-9;]*m")

// printed returns how many characters of text are seen.
func printed(text string) int {
	return utf8.RuneCountInString(styled.ReplaceAllString(text, ""))
}
