package table

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/maecenas-cci/maecenas/internal/dataset"
	"github.com/maecenas-cci/maecenas/internal/sheet"
)

// fill reads cells into a message; column and cell have the same number. It
// returns what is wrong, by field.
func fill(m protoreflect.Message, columns []*column, cells []string) []fault {
	var faults []fault
	lists := map[string]*column{} // the first column of each list of messages that has values
	counts := map[string]int{}
	for i, c := range columns {
		if c == nil || i >= len(cells) || cells[i] == "" {
			continue
		}
		switch c.form {
		case single:
			faults = append(faults, fillSingle(m, c, cells[i])...)
		case many:
			faults = append(faults, fillMany(m, c, cells[i])...)
		case mapping:
			faults = append(faults, fillMap(m, c, cells[i])...)
		case nested:
			faults = append(faults, fillNested(m, c, cells[i])...)
		case part:
			values, name := sheet.Split(cells[i]), c.listName()
			if first := lists[name]; first == nil {
				lists[name], counts[name] = c, len(values)
			} else if counts[name] != len(values) {
				faults = append(faults, fault{c.name, fmt.Sprintf("has %d values where %s has %d", len(values), first.name, counts[name])})
				continue
			}
			faults = append(faults, fillPart(m, c, values)...)
		}
	}
	return faults
}

// within is the message that a path of messages leads to, made where it is not there.
func within(m protoreflect.Message, steps []protoreflect.FieldDescriptor) protoreflect.Message {
	for _, step := range steps {
		m = m.Mutable(step).Message()
	}
	return m
}

func fillSingle(m protoreflect.Message, c *column, cell string) []fault {
	v, reason := parse(c.leaf(), cell)
	if reason != "" {
		return []fault{{c.name, reason}}
	}
	within(m, c.steps[:len(c.steps)-1]).Set(c.leaf(), v)
	return nil
}

func fillMany(m protoreflect.Message, c *column, cell string) []fault {
	var faults []fault
	list := within(m, c.steps[:len(c.steps)-1]).Mutable(c.leaf()).List()
	for n, text := range sheet.Split(cell) {
		reason := "is empty"
		var v protoreflect.Value
		if text != "" {
			v, reason = parse(c.leaf(), text)
		}
		if reason != "" {
			faults = append(faults, fault{c.field(n), reason})
			continue
		}
		list.Append(v)
	}
	return faults
}

func fillPart(m protoreflect.Message, c *column, values []string) []fault {
	var faults []fault
	list := within(m, c.steps[:c.list]).Mutable(c.steps[c.list]).List()
	for list.Len() < len(values) {
		list.Append(list.NewElement())
	}
	below := c.steps[c.list+1:]
	for n, text := range values {
		if text == "" {
			continue
		}
		v, reason := parse(c.leaf(), text)
		if reason != "" {
			faults = append(faults, fault{c.field(n), reason})
			continue
		}
		within(list.Get(n).Message(), below[:len(below)-1]).Set(c.leaf(), v)
	}
	return faults
}

func fillMap(m protoreflect.Message, c *column, cell string) []fault {
	var faults []fault
	entries := within(m, c.steps[:len(c.steps)-1]).Mutable(c.leaf()).Map()
	for _, entry := range sheet.Split(cell) {
		name, text, ok := strings.Cut(entry, "=")
		key, reason := strings.TrimSpace(name), "must be KEY=value, separated by ;"
		var v protoreflect.Value
		if ok && key != "" {
			v, reason = parse(c.leaf().MapValue(), strings.TrimSpace(text))
		}
		k := protoreflect.ValueOfString(key).MapKey()
		if reason == "" && entries.Has(k) {
			reason = fmt.Sprintf("has %q twice", key)
		}
		if reason != "" {
			faults = append(faults, fault{c.name, reason})
			continue
		}
		entries.Set(k, v)
	}
	return faults
}

// fillNested reads JSON as a line of a JSON file would be, within the same bounds.
func fillNested(m protoreflect.Message, c *column, cell string) []fault {
	var text bytes.Buffer
	if err := json.Compact(&text, []byte(cell)); err != nil {
		return []fault{{c.name, "is no JSON: " + strings.TrimPrefix(err.Error(), "json: ")}}
	}
	name := string(m.Descriptor().Name())
	kind := strings.ToLower(name[:1]) + name[1:] // as the record has it
	line := fmt.Sprintf(`{%q:{%q:%s}}`, kind, c.name, text.Bytes())
	for row, err := range dataset.Read(strings.NewReader(line), dataset.ReadOptions{}) {
		switch {
		case err != nil:
			return []fault{{c.name, err.Error()}}
		case row.Rejection != nil:
			field := strings.TrimPrefix(row.Rejection.Field, kind+".")
			if !strings.HasPrefix(field, c.name) {
				field = c.name
			}
			return []fault{{field, row.Rejection.Reason}}
		}
		record := row.Record.ProtoReflect()
		read := record.Get(record.Descriptor().Fields().ByJSONName(kind)).Message()
		proto.Merge(m.Interface(), read.Interface())
	}
	return nil
}
