package table

import (
	"fmt"
	"io"
	"iter"

	"google.golang.org/protobuf/reflect/protoreflect"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/dataset"
	"github.com/maecenas-cci/maecenas/internal/sheet"
)

// maxFaults is how many faults of one record are told.
const maxFaults = 20

// ReadOptions says how a table is read. The zero value finds out and takes the
// bounds of package sheet.
type ReadOptions struct {
	// Kind is what the rows are; KindNone: what the columns say.
	Kind dataset.Kind
	// MaxBytes is the most that is read after decompression; 0: as dataset.Read.
	MaxBytes int64
	// Sheet says how rows are read.
	Sheet sheet.ReadOptions
}

// Read reads a table, plain or compressed by gzip, a record at a time, as
// dataset.Read reads JSON lines: what cannot be read is rejected one by one, the
// error is not nil only on the last pair. A record of a faulty row is rejected
// as often as it has faults, each with its field, up to 20. A header that is not
// understood is rejected and nothing else is read.
func Read(r io.Reader, o ReadOptions) iter.Seq2[dataset.Row, error] {
	return func(yield func(dataset.Row, error) bool) {
		plain, err := dataset.Unpack(r, o.MaxBytes)
		if err != nil {
			yield(dataset.Row{Line: 1}, err)
			return
		}
		t := &reader{kind: o.Kind, yield: yield}
		for row, err := range sheet.Read(plain, o.Sheet) {
			if err != nil {
				if t.finish() {
					yield(dataset.Row{Line: row.Line}, err)
				}
				return
			}
			if !t.take(row) {
				return
			}
		}
		t.finish()
	}
}

// reader makes records of rows.
type reader struct {
	kind   dataset.Kind
	yield  func(dataset.Row, error) bool
	layout *layout
	order  []int // the layout's column of each cell
	begun  bool  // whether a record was read
	canvas canvasReader
}

// take takes a row and returns whether to go on.
func (t *reader) take(row sheet.Row) bool {
	switch {
	case row.IsBlank(), !t.begun && row.IsComment():
		return true
	case row.Fault != "" && t.layout == nil:
		t.reject(row.Line, []fault{{"", row.Fault}})
		return false
	case t.layout == nil:
		return t.header(row)
	}
	t.begun = true
	var faults []fault
	var cells []string
	if row.Fault != "" {
		faults = []fault{{t.nameOfCell(row.Cell - 1), row.Fault}}
	} else {
		cells, faults = t.arrange(row.Cells)
	}
	if t.layout.blocks != nil {
		return t.canvas.take(t, row.Line, cells, faults)
	}
	record, message := t.layout.record()
	if cells != nil {
		faults = append(faults, fill(message, t.layout.whole, cells)...)
	}
	if len(faults) > 0 {
		return t.reject(row.Line, faults)
	}
	return t.yield(dataset.Row{Line: row.Line, Record: record}, nil)
}

// record makes a record of the layout's kind, with its resource.
func (l *layout) record() (*maecenasv1.Record, protoreflect.Message) {
	record := &maecenasv1.Record{}
	return record, record.ProtoReflect().Mutable(l.field).Message()
}

// header takes the row that names the columns.
func (t *reader) header(row sheet.Row) bool {
	reason := ""
	if t.layout = layouts()[t.kind]; t.layout == nil {
		t.layout, reason = layoutOf(row.Cells)
	}
	if reason != "" {
		t.reject(row.Line, []fault{{"", reason}})
		return false
	}
	var faults []fault
	if t.order, faults = t.layout.order(row.Cells); len(faults) > 0 {
		t.reject(row.Line, faults)
		t.layout = nil
		return false
	}
	return true
}

// arrange puts the cells of a row into the layout's order.
func (t *reader) arrange(row []string) ([]string, []fault) {
	var faults []fault
	cells := make([]string, len(t.layout.names))
	for i, cell := range row {
		switch {
		case i < len(t.order) && t.order[i] >= 0:
			cells[t.order[i]] = cell
		case cell != "":
			faults = append(faults, fault{"", fmt.Sprintf("cell %d stands under no column", i+1)})
		}
	}
	return cells, faults
}

func (t *reader) nameOfCell(i int) string {
	if i < 0 || i >= len(t.order) || t.order[i] < 0 {
		return ""
	}
	return t.layout.names[t.order[i]]
}

// reject rejects the record of a row and returns whether to go on.
func (t *reader) reject(line int, faults []fault) bool {
	for _, f := range faults[:min(maxFaults, len(faults))] {
		field := f.field
		if field != "" && t.layout != nil {
			field = t.layout.kind.String() + "." + field
		}
		r := &dataset.Rejection{Line: line, Field: field, Reason: f.reason}
		if !t.yield(dataset.Row{Line: line, Rejection: r}, nil) {
			return false
		}
	}
	return true
}

// finish ends the last record and returns whether to go on.
func (t *reader) finish() bool {
	return t.layout == nil || t.layout.blocks == nil || t.canvas.end(t)
}
