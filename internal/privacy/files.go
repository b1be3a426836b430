package privacy

import (
	"bytes"
	"encoding/json"
	"io"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/dataset"
	"github.com/maecenas-cci/maecenas/internal/dataset/table"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/sheet"
)

// part writes the records of a part as JSON lines and as a table.
func (f *files) part(e *record.Eyes, p part) error {
	lines, err := f.create(p.name+".jsonl", p.holds)
	if err != nil {
		return err
	}
	if err := p.each(e, func(one proto.Message) error { return writeLine(lines, one) }); err != nil {
		return err
	}
	cells, err := f.create(p.name+".csv", "the same as a table")
	if err != nil {
		return err
	}
	rows, err := newRows(cells, p.sample)
	if err != nil {
		return err
	}
	if err := p.each(e, rows.write); err != nil {
		return err
	}
	return rows.flush()
}

// writeLine writes a record as a line: as a maecenas.v1.Record where an import
// takes it, with what the server computed.
func writeLine(out io.Writer, one proto.Message) error {
	if line := importable(one); line != nil {
		return dataset.NewWriter(out, dataset.WriteOptions{KeepServerFields: true}).Write(line)
	}
	text, err := compact(one)
	if err != nil {
		return err
	}
	_, err = out.Write(append(text, '\n'))
	return err
}

// compact is the API's JSON without spaces, which protojson puts in at random.
func compact(one proto.Message) ([]byte, error) {
	text, err := protojson.Marshal(one)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = json.Compact(&out, text)
	return out.Bytes(), err
}

// importable is a record as an import takes it; nil for kinds that none takes.
func importable(one proto.Message) *maecenasv1.Record {
	switch rec := one.(type) {
	case *maecenasv1.Organization:
		return &maecenasv1.Record{Resource: &maecenasv1.Record_Organization{Organization: rec}}
	case *maecenasv1.Canvas:
		return &maecenasv1.Record{Resource: &maecenasv1.Record_Canvas{Canvas: rec}}
	case *maecenasv1.Need:
		return &maecenasv1.Record{Resource: &maecenasv1.Record_Need{Need: rec}}
	case *maecenasv1.Investor:
		return &maecenasv1.Record{Resource: &maecenasv1.Record_Investor{Investor: rec}}
	case *maecenasv1.Mandate:
		return &maecenasv1.Record{Resource: &maecenasv1.Record_Mandate{Mandate: rec}}
	case *maecenasv1.Deal:
		return &maecenasv1.Record{Resource: &maecenasv1.Record_Deal{Deal: rec}}
	default:
		return nil
	}
}

// rows is a table of records.
type rows struct {
	write func(proto.Message) error
	flush func() error
}

// newRows begins a table of records like a sample: the one of an import where there
// is one, else a column for each field, whose cells are JSON where a field is more
// than a word.
func newRows(out io.Writer, sample proto.Message) (rows, error) {
	if line := importable(sample); line != nil {
		t, err := table.NewWriter(out, dataset.KindOf(line), sheet.WriteOptions{})
		if err != nil {
			return rows{}, err
		}
		return rows{func(one proto.Message) error { return t.Write(importable(one)) }, t.Flush}, nil
	}
	w, err := sheet.NewWriter(out, sheet.WriteOptions{})
	if err != nil {
		return rows{}, err
	}
	fields := sample.ProtoReflect().Descriptor().Fields()
	if err := w.Write(columns(fields)...); err != nil {
		return rows{}, err
	}
	write := func(one proto.Message) error {
		cells, err := cellsOf(fields, one)
		if err != nil {
			return err
		}
		return w.Write(cells...)
	}
	return rows{write, w.Flush}, nil
}

func columns(fields protoreflect.FieldDescriptors) []string {
	names := make([]string, fields.Len())
	for i := range names {
		names[i] = fields.Get(i).JSONName()
	}
	return names
}

// cellsOf is a record's fields as the API's JSON has them, words without quotes.
func cellsOf(fields protoreflect.FieldDescriptors, one proto.Message) ([]string, error) {
	text, err := compact(one)
	if err != nil {
		return nil, err
	}
	var values map[string]json.RawMessage
	if err := json.Unmarshal(text, &values); err != nil {
		return nil, err
	}
	cells := make([]string, fields.Len())
	for i := range cells {
		value := values[fields.Get(i).JSONName()]
		var word string
		if json.Unmarshal(value, &word) == nil {
			cells[i] = word
			continue
		}
		cells[i] = string(value)
	}
	return cells, nil
}
