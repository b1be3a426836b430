package dataset

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// Bounds on what is read when ReadOptions leaves them at 0.
const (
	// DefaultMaxLine is the longest line, in bytes: what one call may carry.
	DefaultMaxLine = 4 << 20
	// DefaultMaxBytes is the most that is read, in bytes after decompression.
	DefaultMaxBytes = 64 << 30
	// DefaultMaxDepth is how deep arrays and objects of a line may nest.
	DefaultMaxDepth = 64
)

// ErrTooLarge says that a file, unpacked, is larger than ReadOptions.MaxBytes.
var ErrTooLarge = errors.New("dataset: the file is larger, when unpacked, than may be read")

// ReadOptions bounds what Read accepts. The zero value takes the defaults.
type ReadOptions struct {
	// MaxLine is the longest line in bytes, without its end. A longer one is
	// rejected and skipped without being held.
	MaxLine int
	// MaxBytes is the most that is read after decompression; more is ErrTooLarge.
	MaxBytes int64
	// MaxDepth is how deep arrays and objects of a line may nest.
	MaxDepth int
}

func (o ReadOptions) withDefaults() ReadOptions {
	if o.MaxLine <= 0 {
		o.MaxLine = DefaultMaxLine
	}
	if o.MaxBytes <= 0 {
		o.MaxBytes = DefaultMaxBytes
	}
	if o.MaxDepth <= 0 {
		o.MaxDepth = DefaultMaxDepth
	}
	return o
}

// Row is one line of a file that is not blank: a record, or why there is none.
type Row struct {
	// Line is the line's number, from 1.
	Line int
	// Record is what the line holds; nil when it was rejected.
	Record *maecenasv1.Record
	// Rejection says why there is no record; nil when there is one.
	Rejection *Rejection
	// Parts are the lines of what the record was put together of; none: all of it
	// stands in Line.
	Parts []Part
}

// Part is a part of a record with a line of its own.
type Part struct {
	// Field is its protojson path, such as canvas.channels[0].
	Field string
	// Line is where it stands.
	Line int
}

// LineOf returns the line in which the field at a protojson path stands.
func (r Row) LineOf(field string) int {
	for _, part := range r.Parts {
		if rest, ok := strings.CutPrefix(field, part.Field); ok && (rest == "" || rest[0] == '.') {
			return part.Line
		}
	}
	return r.Line
}

// Rejection says why a row was not taken, in words for whoever wrote the file.
type Rejection struct {
	// Line is the line's number, from 1.
	Line int
	// Field is the protojson path of the field at fault, such as
	// need.instruments[1]; empty when the line as a whole is.
	Field string
	// Reason is what is wrong with it.
	Reason string
}

// Error returns line, field and reason in one line.
func (r *Rejection) Error() string {
	if r.Field == "" {
		return fmt.Sprintf("line %d: %s", r.Line, r.Reason)
	}
	return fmt.Sprintf("line %d: %s: %s", r.Line, r.Field, r.Reason)
}

// Read reads JSON lines, plain or compressed by gzip, one row at a time. Rows
// that cannot be read are rejected one by one; the error is not nil only on the
// last pair, when reading could not go on: the reader's own error, a damaged
// gzip stream, or ErrTooLarge. That pair's row holds no record.
func Read(r io.Reader, o ReadOptions) iter.Seq2[Row, error] {
	o = o.withDefaults()
	return func(yield func(Row, error) bool) {
		plain, err := Unpack(r, o.MaxBytes)
		if err != nil {
			yield(Row{Line: 1}, err)
			return
		}
		lines := lineReader{in: bufio.NewReaderSize(plain, 64<<10), max: o.MaxLine}
		for {
			line, tooLong, err := lines.next()
			if err != nil && !errors.Is(err, io.EOF) {
				yield(Row{Line: lines.number}, fmt.Errorf("line %d: %w", lines.number, err))
				return
			}
			if row, ok := parseRow(line, lines.number, tooLong, o); ok && !yield(row, nil) {
				return
			}
			if err != nil {
				return
			}
		}
	}
}

func parseRow(line []byte, number int, tooLong bool, o ReadOptions) (Row, bool) {
	row := Row{Line: number}
	if tooLong {
		row.Rejection = &Rejection{Line: number, Reason: fmt.Sprintf("the line is longer than %d bytes", o.MaxLine)}
		return row, true
	}
	if number == 1 {
		line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
	}
	if len(bytes.TrimSpace(line)) == 0 {
		return row, false
	}
	record, field, reason := decode(line, o.MaxDepth)
	if reason != "" {
		row.Rejection = &Rejection{Line: number, Field: field, Reason: reason}
		return row, true
	}
	row.Record = record
	return row, true
}

// Unpack decompresses what begins as gzip does (RFC 1952) and leaves the rest as
// it is. Reading more than maxBytes of it is ErrTooLarge; 0 is DefaultMaxBytes.
func Unpack(r io.Reader, maxBytes int64) (io.Reader, error) {
	if maxBytes <= 0 {
		maxBytes = DefaultMaxBytes
	}
	plain, err := unpack(r)
	if err != nil {
		return nil, err
	}
	return &bounded{in: plain, left: maxBytes}, nil
}

func unpack(r io.Reader) (io.Reader, error) {
	in := bufio.NewReaderSize(r, 64<<10)
	head, err := in.Peek(2)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if len(head) < 2 || head[0] != 0x1f || head[1] != 0x8b {
		return in, nil
	}
	packed, err := gzip.NewReader(in)
	if err != nil {
		return nil, fmt.Errorf("dataset: damaged gzip file: %w", err)
	}
	return packed, nil
}

// bounded answers ErrTooLarge in place of bytes beyond a bound, where
// io.LimitReader would end the file as if it were whole.
type bounded struct {
	in   io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, ErrTooLarge
	}
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.in.Read(p)
	b.left -= int64(n)
	if b.left < 0 {
		return n - 1, ErrTooLarge
	}
	return n, err
}

// lineReader cuts a stream into lines and holds no more than max bytes of one.
type lineReader struct {
	in     *bufio.Reader
	max    int
	number int
	line   []byte
}

// next returns the next line without its end; it is valid until the next call.
// tooLong: the line was longer than max and was skipped. io.EOF comes with the
// last line, which may be empty.
func (l *lineReader) next() (line []byte, tooLong bool, err error) {
	l.number++
	l.line = l.line[:0]
	for {
		part, err := l.in.ReadSlice('\n')
		if !tooLong {
			l.line = append(l.line, part...)
		}
		// Two more bytes may be the line's end.
		if len(l.line) > l.max+2 {
			tooLong, l.line = true, l.line[:0]
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		line = bytes.TrimSuffix(bytes.TrimSuffix(l.line, []byte("\n")), []byte("\r"))
		return line, tooLong || len(line) > l.max, err
	}
}
