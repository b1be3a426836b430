package sheet

import (
	"bufio"
	"errors"
	"io"
	"slices"
	"strings"
)

// separators are the characters that may stand between cells: the comma of RFC
// 4180, the semicolon of countries with decimal commas, and the tab.
var separators = []byte{',', ';', '\t'}

// WriteOptions says how Writer writes. The zero value is RFC 4180's way.
type WriteOptions struct {
	// Separator stands between cells: a comma, a semicolon or a tab; 0: a comma.
	Separator byte
	// ByteOrderMark begins the file with a mark that tells some spreadsheets,
	// Excel among them, that it is UTF-8.
	ByteOrderMark bool
}

// Writer writes rows of cells. It buffers: call Flush at the end. It is not safe
// for concurrent use.
type Writer struct {
	out       *bufio.Writer
	separator byte
	quoted    string // what makes quotes needed
}

// NewWriter returns a Writer to out. A separator that is none is an error.
func NewWriter(out io.Writer, o WriteOptions) (*Writer, error) {
	if o.Separator == 0 {
		o.Separator = ','
	}
	if !slices.Contains(separators, o.Separator) {
		return nil, errors.New("sheet: cells are separated by a comma, a semicolon or a tab")
	}
	w := &Writer{out: bufio.NewWriter(out), separator: o.Separator, quoted: string(o.Separator) + "\"\r\n"}
	if o.ByteOrderMark {
		_, _ = w.out.WriteString(byteOrderMark) // Flush has the error
	}
	return w, nil
}

// Write writes a row, each cell guarded, and ends it with CRLF. The error is
// that of out, then or later.
func (w *Writer) Write(cells ...string) error {
	for i, cell := range cells {
		if i > 0 {
			_ = w.out.WriteByte(w.separator)
		}
		cell = guard(clean(cell))
		// A row of one empty cell would read as a blank line.
		if len(cells) == 1 && cell == "" || strings.ContainsAny(cell, w.quoted) || strings.HasPrefix(cell, "\"") {
			cell = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
		}
		_, _ = w.out.WriteString(cell)
	}
	_, err := w.out.WriteString("\r\n")
	return err
}

// Flush writes what is buffered.
func (w *Writer) Flush() error { return w.out.Flush() }
