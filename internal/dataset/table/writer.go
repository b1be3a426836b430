package table

import (
	"fmt"
	"io"
	"slices"

	"google.golang.org/protobuf/reflect/protoreflect"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/dataset"
	"github.com/maecenas-cci/maecenas/internal/sheet"
)

// Writer writes records of one kind as a table that Read reads. It buffers: call
// Flush at the end. It is not safe for concurrent use.
type Writer struct {
	out    *sheet.Writer
	layout *layout
	begun  bool
}

// NewWriter returns a Writer of records of a kind to out. A kind or a separator
// that is none is an error.
func NewWriter(out io.Writer, kind dataset.Kind, o sheet.WriteOptions) (*Writer, error) {
	l := layouts()[kind]
	if l == nil {
		return nil, fmt.Errorf("table: %s is no kind of table", kind)
	}
	w, err := sheet.NewWriter(out, o)
	if err != nil {
		return nil, err
	}
	return &Writer{out: w, layout: l}, nil
}

// Write writes a record. One of another kind is an error, and nothing is written.
func (w *Writer) Write(r *maecenasv1.Record) error {
	if kind := dataset.KindOf(r); kind != w.layout.kind {
		return fmt.Errorf("table: a record of kind %s in a table of %s", kind, w.layout.kind.Plural())
	}
	if err := w.begin(); err != nil {
		return err
	}
	rows, err := w.layout.rows(r.ProtoReflect().Get(w.layout.field).Message())
	if err != nil {
		return fmt.Errorf("table: %s: %w", dataset.NameOf(r), err)
	}
	for _, row := range rows {
		if err := w.out.Write(row...); err != nil {
			return err
		}
	}
	return nil
}

// Flush writes what is buffered, and the names of the columns where there was no
// record.
func (w *Writer) Flush() error {
	if err := w.begin(); err != nil {
		return err
	}
	return w.out.Flush()
}

func (w *Writer) begin() error {
	if w.begun {
		return nil
	}
	w.begun = true
	return w.out.Write(w.layout.names...)
}

// rows writes a resource: one row, of a canvas one and one for each item.
func (l *layout) rows(m protoreflect.Message) ([][]string, error) {
	row, err := l.cells(m, l.whole)
	if err != nil || l.blocks == nil {
		return [][]string{row}, err
	}
	nameAt, blockAt := slices.Index(l.names, nameColumn), slices.Index(l.names, blockColumn)
	rows := [][]string{row}
	for _, b := range l.blocks {
		list := m.Get(b.list).List()
		for n := range list.Len() {
			item, err := l.cells(list.Get(n).Message(), b.columns)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", indexed(b.name, n), err)
			}
			item[nameAt], item[blockAt] = row[nameAt], b.name
			rows = append(rows, item)
		}
	}
	return rows, nil
}

// cells writes a message as fill reads it.
func (l *layout) cells(m protoreflect.Message, columns []*column) ([]string, error) {
	row := make([]string, len(columns))
	for i, c := range columns {
		if c == nil {
			continue
		}
		var err error
		if row[i], err = c.cell(m); err != nil {
			return nil, fmt.Errorf("%s: %w", c.name, err)
		}
	}
	return row, nil
}
