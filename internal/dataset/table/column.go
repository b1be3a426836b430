package table

import (
	"strings"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// form is how the cells of a column are written.
type form uint8

const (
	single  form = iota // one value
	many                // a list of values
	part                // a value for each message of a list
	mapping             // KEY=value, a list
	nested              // JSON
)

// column is a column of a table.
type column struct {
	name  string
	form  form
	steps []protoreflect.FieldDescriptor // from the message to the field
	list  int                            // of part: which step is the list
}

func (c *column) leaf() protoreflect.FieldDescriptor { return c.steps[len(c.steps)-1] }

// listName is the path of the list that a part belongs to.
func (c *column) listName() string { return pathOf(c.steps[:c.list+1]) }

// field is the path of the n-th value of a cell, from 0.
func (c *column) field(n int) string {
	switch c.form {
	case many:
		return indexed(c.name, n)
	case part:
		return indexed(c.listName(), n) + "." + pathOf(c.steps[c.list+1:])
	default:
		return c.name
	}
}

func pathOf(steps []protoreflect.FieldDescriptor) string {
	names := make([]string, len(steps))
	for i, step := range steps {
		names[i] = step.JSONName()
	}
	return strings.Join(names, ".")
}

// columnsOf makes the columns of a message from its descriptor, but for fields
// that the server makes and those that skip answers true for.
func columnsOf(m protoreflect.MessageDescriptor, skip func(protoreflect.FieldDescriptor) bool) []*column {
	var columns []*column
	fields := m.Fields()
	for i := range fields.Len() {
		if f := fields.Get(i); !isServers(f) && !skip(f) {
			columns = append(columns, columnsBelow(column{list: -1}, f)...)
		}
	}
	return columns
}

func nothing(protoreflect.FieldDescriptor) bool { return false }

// columnsBelow makes the columns of a field whose message is at above.
func columnsBelow(above column, f protoreflect.FieldDescriptor) []*column {
	steps := append(append([]protoreflect.FieldDescriptor(nil), above.steps...), f)
	c := &column{name: pathOf(steps), steps: steps, list: above.list, form: above.form}
	switch {
	case f.IsMap():
		c.form = mapping
	case f.Message() == nil && f.IsList():
		c.form = many
	case f.Message() == nil:
	case !isFlat(f.Message(), above.list < 0 && !f.IsList()):
		c.form = nested
	default:
		if f.IsList() {
			c.list, c.form = len(steps)-1, part
		}
		var columns []*column
		fields := f.Message().Fields()
		for i := range fields.Len() {
			if below := fields.Get(i); !isServers(below) {
				columns = append(columns, columnsBelow(*c, below)...)
			}
		}
		return columns
	}
	return []*column{c}
}

// isFlat tells whether a message's fields can be columns: no choice among them,
// no map, no list but, where it is in no list itself, one of flat messages.
func isFlat(m protoreflect.MessageDescriptor, mayList bool) bool {
	fields := m.Fields()
	for i := range fields.Len() {
		f := fields.Get(i)
		choice := f.ContainingOneof() != nil && !f.ContainingOneof().IsSynthetic()
		switch {
		case isServers(f):
		case choice || f.IsMap() || f.IsList() && !mayList:
			return false
		case f.Message() != nil && !isFlat(f.Message(), mayList && !f.IsList()):
			return false
		}
	}
	return true
}

// isServers tells what the server makes, and the etag, which is a condition and
// no part of a record.
func isServers(f protoreflect.FieldDescriptor) bool {
	return f.Name() == "etag" || hasBehaviour(f, annotations.FieldBehavior_OUTPUT_ONLY)
}

func hasBehaviour(f protoreflect.FieldDescriptor, behaviour annotations.FieldBehavior) bool {
	behaviours, _ := proto.GetExtension(f.Options(), annotations.E_FieldBehavior).([]annotations.FieldBehavior)
	for _, b := range behaviours {
		if b == behaviour {
			return true
		}
	}
	return false
}
