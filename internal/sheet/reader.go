package sheet

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"
)

const byteOrderMark = "\ufeff"

// Bounds on what is read where ReadOptions leaves them at 0.
const (
	// DefaultMaxRow is the longest row, in bytes.
	DefaultMaxRow = 4 << 20
	// DefaultMaxCells is the most cells of a row: the columns of a large spreadsheet.
	DefaultMaxCells = 16384
)

// ReadOptions bounds what Read takes. The zero value takes the defaults.
type ReadOptions struct {
	// Separator stands between cells: a comma, a semicolon or a tab; 0: whichever
	// the first row that is no comment has most of.
	Separator byte
	// MaxRow is the longest row in bytes, quotes and separators included. A
	// longer one is at fault and is skipped without being held.
	MaxRow int
	// MaxCells is the most cells of a row.
	MaxCells int
}

// Row is a row that is no blank line.
type Row struct {
	// Line is the line it begins in, from 1.
	Line int
	// Cells are its cells; nil where it is at fault.
	Cells []string
	// Fault says why it could not be read; empty: it could.
	Fault string
	// Cell is the number of the cell at fault, from 1; 0: the row as a whole.
	Cell int
}

// Read reads rows, one at a time: UTF-8 with or without a byte order mark, lines
// that end in LF, CRLF or CR, a line "sep=;" before all others. Rows that cannot
// be read are at fault one by one; the error is not nil only on the last pair,
// and is the reader's own.
func Read(r io.Reader, o ReadOptions) iter.Seq2[Row, error] {
	if o.MaxRow <= 0 {
		o.MaxRow = DefaultMaxRow
	}
	if o.MaxCells <= 0 {
		o.MaxCells = DefaultMaxCells
	}
	return func(yield func(Row, error) bool) {
		p := parser{in: bufio.NewReaderSize(r, 64<<10), options: o, line: 1}
		if fault := p.begin(); fault != "" {
			yield(Row{Line: 1, Fault: fault}, nil)
			return
		}
		for {
			row, err := p.row()
			if (row.Cells != nil || row.Fault != "") && !yield(row, nil) {
				return
			}
			if err != nil {
				if !errors.Is(err, io.EOF) {
					yield(Row{Line: p.line}, fmt.Errorf("line %d: %w", p.line, err))
				}
				return
			}
		}
	}
}

// parser cuts a stream into rows.
type parser struct {
	in      *bufio.Reader
	options ReadOptions
	line    int // being read

	current Row // being read
	cell    []byte
	bytes   int // of the row
}

// begin skips what stands before the first row and finds the separator. It
// returns why the file is none that can be read.
func (p *parser) begin() string {
	head, _ := p.in.Peek(64 << 10) // row has the error
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		return "the file is UTF-16: save it as UTF-8"
	}
	skip := 0
	if bytes.HasPrefix(head, []byte(byteOrderMark)) {
		skip = len(byteOrderMark)
	}
	if rest, ok := bytes.CutPrefix(head[skip:], []byte("sep=")); ok && len(rest) > 0 && slices.Contains(separators, rest[0]) &&
		(len(rest) == 1 || rest[1] == '\r' || rest[1] == '\n') {
		p.options.Separator = rest[0]
		skip += len("sep=;")
	}
	if p.options.Separator == 0 {
		p.options.Separator = separatorOf(head[skip:])
	}
	_, _ = p.in.Discard(skip)
	return ""
}

// separatorOf returns the separator that the first line which is neither blank
// nor a comment has most of, outside quotes.
func separatorOf(head []byte) byte {
	for line := range bytes.FieldsFuncSeq(head, func(r rune) bool { return r == '\n' || r == '\r' }) {
		if text := bytes.TrimLeft(line, "\" \t"); len(text) == 0 || text[0] == '#' {
			continue
		}
		var counts [3]int
		quoted := false
		for _, c := range line {
			quoted = quoted != (c == '"')
			if i := bytes.IndexByte(separators, c); i >= 0 && !quoted {
				counts[i]++
			}
		}
		best := 0
		for i, n := range counts {
			if n > counts[best] {
				best = i
			}
		}
		return separators[best]
	}
	return separators[0]
}

// row reads one row; one without cells and fault is a blank line.
func (p *parser) row() (Row, error) {
	p.current, p.bytes = Row{Line: p.line}, 0
	for {
		end, err := p.readCell()
		blank := end == '\n' && len(p.current.Cells) == 0 && len(p.cell) == 0 && p.bytes <= 1
		if !blank && (err == nil || p.bytes > 0) {
			p.keep()
		}
		if err != nil || end == '\n' {
			if p.current.Fault != "" {
				p.current.Cells = nil
			}
			return p.current, err
		}
	}
}

// keep takes the cell that was read into the row.
func (p *parser) keep() {
	number := len(p.current.Cells) + 1
	switch {
	case p.current.Fault != "":
	case p.bytes > p.options.MaxRow:
		p.fault(0, fmt.Sprintf("the row is longer than %d bytes", p.options.MaxRow))
	case number > p.options.MaxCells:
		p.fault(0, fmt.Sprintf("the row has more than %d cells", p.options.MaxCells))
	case !utf8.Valid(p.cell):
		p.fault(number, "is not valid UTF-8: save the file as UTF-8")
	default:
		p.current.Cells = append(p.current.Cells, unguard(clean(string(p.cell))))
	}
}

func (p *parser) fault(cell int, reason string) {
	if p.current.Fault == "" {
		p.current.Fault, p.current.Cell = reason, cell
	}
}

// readCell reads a cell and what ends it: the separator or, for every end of a
// line, LF. An error ends the cell, too.
func (p *parser) readCell() (end byte, err error) {
	p.cell = p.cell[:0]
	c, err := p.next()
	for err == nil && (c == ' ' || c == '\t' && c != p.options.Separator) {
		c, err = p.next()
	}
	if err == nil && c == '"' {
		return p.quotedCell()
	}
	for ; err == nil; c, err = p.next() {
		if c == p.options.Separator || c == '\n' {
			return c, nil
		}
		p.add(c)
	}
	return 0, err
}

// quotedCell reads what comes after an opening quote.
func (p *parser) quotedCell() (end byte, err error) {
	number, line := len(p.current.Cells)+1, p.line
	for {
		c, err := p.next()
		if err != nil {
			p.fault(number, fmt.Sprintf("the quote that opens in line %d does not close", line))
			return 0, err
		}
		if c != '"' {
			p.add(c)
			continue
		}
		c, err = p.next()
		if err == nil && c == '"' {
			p.add(c)
			continue
		}
		return p.afterQuote(c, err)
	}
}

// afterQuote reads on to what ends a cell whose quote has closed.
func (p *parser) afterQuote(c byte, err error) (byte, error) {
	for ; err == nil; c, err = p.next() {
		switch c {
		case p.options.Separator, '\n':
			return c, nil
		case ' ', '\t':
		default:
			p.fault(len(p.current.Cells)+1, "has text after its closing quote: write a quote within quotes twice")
			// The rest of the line belongs to no cell that could be told.
			for err == nil && c != '\n' {
				c, err = p.next()
			}
			return '\n', err
		}
	}
	return 0, err
}

// add takes a byte into the cell, unless the row is too long already.
func (p *parser) add(c byte) {
	if p.bytes <= p.options.MaxRow && p.current.Fault == "" {
		p.cell = append(p.cell, c)
	}
}

// next returns the next byte, with every end of a line as LF, and counts.
func (p *parser) next() (byte, error) {
	c, err := p.in.ReadByte()
	if err != nil {
		return 0, err
	}
	p.bytes++
	if c == '\r' {
		if after, _ := p.in.Peek(1); len(after) == 1 && after[0] == '\n' {
			_, _ = p.in.Discard(1)
		}
		c = '\n'
	}
	if c == '\n' {
		p.line++
	}
	return c, nil
}

// IsComment tells whether a row is a comment: its first cell is # or begins with
// # and a space.
func (r Row) IsComment() bool {
	return len(r.Cells) > 0 && (r.Cells[0] == "#" || strings.HasPrefix(r.Cells[0], "# "))
}

// IsBlank tells whether all cells of a row are empty.
func (r Row) IsBlank() bool {
	return r.Fault == "" && !slices.ContainsFunc(r.Cells, func(cell string) bool { return cell != "" })
}
