package table

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/maecenas-cci/maecenas/gen/openapi"
	"github.com/maecenas-cci/maecenas/internal/dataset"
	"github.com/maecenas-cci/maecenas/internal/sheet"
	"github.com/maecenas-cci/maecenas/testdata/demo"
)

// WriteTemplate writes an empty table of a kind: the names of its columns, then
// comments: what each column means, and a record of the demo data as an example.
// Records go below, or in place of the comments.
func WriteTemplate(out io.Writer, kind dataset.Kind, o sheet.WriteOptions) error {
	w, err := NewWriter(out, kind, o)
	if err != nil {
		return err
	}
	if err := w.begin(); err != nil {
		return err
	}
	explained := make([]string, len(w.layout.names))
	for i, name := range w.layout.names {
		explained[i] = w.layout.explain(i, name)
	}
	rows, err := w.layout.example()
	if err != nil {
		return err
	}
	for _, row := range append([][]string{explained}, rows...) {
		row[0] = "# " + row[0]
		if err := w.out.Write(row...); err != nil {
			return err
		}
	}
	return w.Flush()
}

// example are the rows of the demo data's first record of the kind.
func (l *layout) example() ([][]string, error) {
	for _, name := range demo.Names() {
		file, err := demo.Open(name)
		if err != nil {
			return nil, err
		}
		defer func() { _ = file.Close() }() // it is in memory
		for row, err := range dataset.Read(file, dataset.ReadOptions{}) {
			if err != nil {
				return nil, err
			}
			if dataset.KindOf(row.Record) != l.kind {
				break
			}
			return l.rows(row.Record.ProtoReflect().Get(l.field).Message())
		}
	}
	return nil, nil
}

// explain says what a column means.
func (l *layout) explain(i int, name string) string {
	if l.blocks == nil {
		return explain(l.whole[i])
	}
	if name == blockColumn {
		return "The block that the row's item belongs to, one of " + blockNames(l) + ". Empty for what belongs to the canvas as a whole."
	}
	if l.whole[i] != nil {
		return "Of the canvas: " + explain(l.whole[i])
	}
	// Blocks that mean the same by it are told together.
	var texts []string
	blocks := map[string][]string{}
	for _, b := range l.blocks {
		if b.columns[i] == nil {
			continue
		}
		text := explain(b.columns[i])
		if !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
		blocks[text] = append(blocks[text], b.name)
	}
	for n, text := range texts {
		texts[n] = "Of " + strings.Join(blocks[text], ", ") + ": " + text
	}
	return strings.Join(texts, " ")
}

func explain(c *column) string {
	sentences := []string{description(c.steps)}
	if demand := c.demand(); demand != "" {
		sentences = append(sentences, demand)
	}
	leaf := c.leaf()
	switch {
	case leaf.Kind() == protoreflect.EnumKind:
		sentences = append(sentences, "One of "+enumNames(leaf.Enum())+".")
	case leaf.Kind() == protoreflect.BoolKind:
		sentences = append(sentences, "true or false.")
	}
	switch c.form {
	case many:
		sentences = append(sentences, "Several, separated by ;.")
	case part:
		sentences = append(sentences, fmt.Sprintf("A value for each of %s, separated by ;.", c.listName()))
	case mapping:
		sentences = append(sentences, "KEY=value, separated by ;.")
	case nested:
		sentences = append(sentences, "JSON, as the API has it.")
	}
	return strings.Join(slices.DeleteFunc(sentences, func(s string) bool { return s == "" }), " ")
}

// demand says whether there must be a value.
func (c *column) demand() string {
	if !hasBehaviour(c.leaf(), annotations.FieldBehavior_REQUIRED) {
		return ""
	}
	for i, step := range c.steps[:len(c.steps)-1] {
		if !hasBehaviour(step, annotations.FieldBehavior_REQUIRED) {
			return "Required with any " + pathOf(c.steps[:i+1]) + "."
		}
	}
	return "Required."
}

// definition is a message of the interface's description.
type definition struct {
	Properties map[string]struct {
		Description string `json:"description"`
	} `json:"properties"`
}

// definitions are the messages of the interface's description, which has the
// schema's comments. They are read once.
var definitions = sync.OnceValue(func() map[string]definition {
	var document struct {
		Definitions map[string]definition `json:"definitions"`
	}
	if err := json.Unmarshal(openapi.JSON, &document); err != nil {
		panic("table: the embedded description of the interface is no JSON: " + err.Error()) // a broken build
	}
	return document.Definitions
})

// description is the comment of a field, after that of the messages it is in.
func description(steps []protoreflect.FieldDescriptor) string {
	texts := make([]string, 0, len(steps))
	for _, step := range steps {
		message := strings.TrimPrefix(string(step.ContainingMessage().FullName()), string(step.ParentFile().Package())+".")
		text := definitions()[message].Properties[step.JSONName()].Description
		texts = append(texts, strings.Join(strings.Fields(text), " "))
	}
	return strings.Join(slices.DeleteFunc(texts, func(s string) bool { return s == "" }), " ")
}
