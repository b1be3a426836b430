package table

import (
	"slices"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/maecenas-cci/maecenas/internal/sheet"
)

// cell writes the column's cell of a message, as fill reads it.
func (c *column) cell(m protoreflect.Message) (string, error) {
	if c.form == part {
		list, ok := reach(m, c.steps[:c.list+1])
		if !ok {
			return "", nil
		}
		return c.partCell(list.List()), nil
	}
	holder, ok := reachMessage(m, c.steps[:len(c.steps)-1])
	if !ok || !holder.Has(c.leaf()) {
		return "", nil
	}
	v := holder.Get(c.leaf())
	switch c.form {
	case many:
		values := make([]string, v.List().Len())
		for n := range values {
			values[n] = format(c.leaf(), v.List().Get(n))
		}
		return sheet.Join(values), nil
	case mapping:
		return mapCell(c.leaf().MapValue(), v.Map()), nil
	case nested:
		return formatNested(holder, c.leaf())
	default:
		return format(c.leaf(), v), nil
	}
}

// partCell writes the field of each message; all unset are an empty cell.
func (c *column) partCell(list protoreflect.List) string {
	values, some := make([]string, list.Len()), false
	for n := range values {
		if v, ok := reach(list.Get(n).Message(), c.steps[c.list+1:]); ok {
			values[n], some = format(c.leaf(), v), true
		}
	}
	if !some {
		return ""
	}
	return sheet.Join(values)
}

// mapCell writes a map in the order of its keys.
func mapCell(f protoreflect.FieldDescriptor, entries protoreflect.Map) string {
	var values []string
	entries.Range(func(k protoreflect.MapKey, v protoreflect.Value) bool {
		values = append(values, k.String()+"="+format(f, v))
		return true
	})
	slices.Sort(values)
	return sheet.Join(values)
}

// reach is the value that a path leads to, where it is set.
func reach(m protoreflect.Message, steps []protoreflect.FieldDescriptor) (protoreflect.Value, bool) {
	holder, ok := reachMessage(m, steps[:len(steps)-1])
	last := steps[len(steps)-1]
	if !ok || !holder.Has(last) {
		return protoreflect.Value{}, false
	}
	return holder.Get(last), true
}

func reachMessage(m protoreflect.Message, steps []protoreflect.FieldDescriptor) (protoreflect.Message, bool) {
	for _, step := range steps {
		if !m.Has(step) {
			return nil, false
		}
		m = m.Get(step).Message()
	}
	return m, true
}
