package dataset

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// ErrOrder says that a record came after one that has to stand behind it for the
// file to be imported in one pass; Kind has the order.
var ErrOrder = errors.New("dataset: record out of order")

// WriteOptions says what Writer writes. The zero value writes what an import
// takes.
type WriteOptions struct {
	// KeepServerFields writes what the server computed (uid, times, size class and
	// other output-only fields, and etags) too. Such a file is for reading; an
	// import ignores the first and would take the second as a condition.
	KeepServerFields bool
}

// Writer writes records as JSON lines: the same records give the same bytes in
// every build. It is not safe for concurrent use.
type Writer struct {
	out     io.Writer
	options WriteOptions
	last    Kind
	buffer  bytes.Buffer
	// count is how many records were written.
	count int
}

// NewWriter returns a Writer to out, which it neither buffers nor closes.
func NewWriter(out io.Writer, o WriteOptions) *Writer {
	return &Writer{out: out, options: o}
}

// Count returns how many records were written.
func (w *Writer) Count() int { return w.count }

// Write writes one record and does not keep it. ErrOrder: its kind is below that
// of the record before it; a record without a resource is an error, too. Nothing
// is written then.
func (w *Writer) Write(r *maecenasv1.Record) error {
	kind := KindOf(r)
	if kind == KindNone {
		return errors.New("dataset: a record without a resource")
	}
	if kind < w.last {
		return fmt.Errorf("%w: %s after %s", ErrOrder, kind, w.last)
	}
	if !w.options.KeepServerFields {
		r = proto.Clone(r).(*maecenasv1.Record)
		clearServerFields(r.ProtoReflect())
	}
	text, err := protojson.Marshal(r)
	if err != nil {
		return fmt.Errorf("dataset: %s: %w", NameOf(r), err)
	}
	// protojson puts in spaces at random, by build: compacting takes them out.
	w.buffer.Reset()
	if err := json.Compact(&w.buffer, text); err != nil {
		return fmt.Errorf("dataset: %s: %w", NameOf(r), err)
	}
	w.buffer.WriteByte('\n')
	if _, err := w.out.Write(w.buffer.Bytes()); err != nil {
		return err
	}
	w.last = kind
	w.count++
	return nil
}

// clearServerFields unsets output-only fields at any depth, and etags.
func clearServerFields(m protoreflect.Message) {
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case outputOnly(f) || f.Name() == "etag":
			m.Clear(f)
		case f.IsMap():
			// No map of the schema holds messages.
		case f.Message() != nil && f.IsList():
			for i := range v.List().Len() {
				clearServerFields(v.List().Get(i).Message())
			}
		case f.Message() != nil:
			clearServerFields(v.Message())
		}
		return true
	})
}

func outputOnly(f protoreflect.FieldDescriptor) bool {
	behaviours, _ := proto.GetExtension(f.Options(), annotations.E_FieldBehavior).([]annotations.FieldBehavior)
	for _, b := range behaviours {
		if b == annotations.FieldBehavior_OUTPUT_ONLY {
			return true
		}
	}
	return false
}
