package address

import (
	"fmt"
	"strconv"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// New begins what is proposed where no item is there to be linked: an item with that
// link and nothing else stated.
const New = "new, for "

// Records are what paths begin with: organization, canvas, need.
type Records map[string]proto.Message

// Put sets the field that a path names to a value as text: a number, a name of an
// enum, true or false. To a list it adds the value; to a list of items one with that
// link ([New]) or that role, of several that are named ("TECHNOLOGY or PRODUCTION")
// the first. Groups on the way that are not there are made. An error says what in the
// path or the value is none.
func Put(records Records, path, value string) error {
	steps := strings.Split(path, ".")
	root, ok := records[steps[0]]
	if !ok || len(steps) < 2 {
		return fmt.Errorf("%s: names no record", path)
	}
	m := root.ProtoReflect()
	for i, step := range steps[1:] {
		name, key, keyed := strings.Cut(strings.TrimSuffix(step, "]"), "[")
		field := m.Descriptor().Fields().ByJSONName(name)
		last := i == len(steps)-2
		switch {
		case field == nil || keyed != (field.IsList() && !last) || field.Message() == nil && !last:
			return fmt.Errorf("%s: %s is no step of a path", path, step)
		case last:
			if err := put(m, field, value); err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
		case keyed:
			element, ok := find(m.Get(field).List(), key)
			if !ok {
				return fmt.Errorf("%s: there is no %s", path, key)
			}
			m = element
		default:
			m = m.Mutable(field).Message()
		}
	}
	return nil
}

// find is the element of a list of messages by its id, or its kind and place.
func find(list protoreflect.List, key string) (protoreflect.Message, bool) {
	items := make([]proto.Message, list.Len())
	for i := range items {
		m := list.Get(i).Message()
		items[i] = m.Interface()
		if id := m.Descriptor().Fields().ByName("id"); id != nil && m.Get(id).String() == key {
			return m, true
		}
	}
	name, number, several := strings.Cut(key, "#")
	places := byKind(items, kindOf)[name]
	at := 1
	if several {
		at, _ = strconv.Atoi(number)
	}
	if at < 1 || at > len(places) || several != (len(places) > 1) {
		return nil, false
	}
	return list.Get(places[at-1]).Message(), true
}

// kindOf is the name of an item's kind or role; "" where it has none.
func kindOf(item proto.Message) string {
	m := item.ProtoReflect()
	for _, name := range []protoreflect.Name{"kind", "role"} {
		if field := m.Descriptor().Fields().ByName(name); field != nil && m.Descriptor().Fields().ByName("id") == nil {
			return string(field.Enum().Values().ByNumber(m.Get(field).Enum()).Name())
		}
	}
	return ""
}

func put(m protoreflect.Message, field protoreflect.FieldDescriptor, value string) error {
	if field.IsList() && field.Message() != nil {
		return add(m.Mutable(field).List(), value)
	}
	v, err := scalar(field, value)
	if err != nil {
		return err
	}
	if !field.IsList() {
		m.Set(field, v)
		return nil
	}
	list := m.Mutable(field).List()
	for i := range list.Len() {
		if list.Get(i).Equal(v) {
			return nil
		}
	}
	list.Append(v)
	return nil
}

// scalar reads a value of a field.
func scalar(field protoreflect.FieldDescriptor, value string) (protoreflect.Value, error) {
	switch field.Kind() {
	case protoreflect.StringKind:
		return protoreflect.ValueOfString(value), nil
	case protoreflect.BoolKind:
		v, err := strconv.ParseBool(value)
		return protoreflect.ValueOfBool(v), err
	case protoreflect.EnumKind:
		if v := field.Enum().Values().ByName(protoreflect.Name(value)); v != nil {
			return protoreflect.ValueOfEnum(v.Number()), nil
		}
		return protoreflect.Value{}, fmt.Errorf("%q is none of its values", value)
	case protoreflect.Int32Kind:
		v, err := strconv.ParseInt(value, 10, 32)
		return protoreflect.ValueOfInt32(int32(v)), err
	case protoreflect.Int64Kind:
		v, err := strconv.ParseInt(value, 10, 64)
		return protoreflect.ValueOfInt64(v), err
	default:
		return protoreflect.Value{}, fmt.Errorf("a value of kind %v cannot be put", field.Kind())
	}
}

// add adds an item: a member with a role, or one that is linked.
func add(list protoreflect.List, value string) error {
	m := list.NewElement().Message()
	fields := m.Descriptor().Fields()
	if role := fields.ByName("role"); role != nil {
		name, _, _ := strings.Cut(value, " or ")
		v, err := scalar(role, name)
		if err != nil {
			return err
		}
		m.Set(role, v)
		list.Append(protoreflect.ValueOfMessage(m))
		return nil
	}
	id, ok := strings.CutPrefix(value, New)
	if !ok || fields.ByName("id") == nil {
		return fmt.Errorf("%q is no item that can be added", value)
	}
	m.Set(fields.ByName("id"), protoreflect.ValueOfString(unused(list, "new")))
	for _, name := range []protoreflect.Name{"segment_ids", "value_proposition_ids"} {
		if field := fields.ByName(name); field != nil {
			m.Mutable(field).List().Append(protoreflect.ValueOfString(id))
		}
	}
	if field := fields.ByName("segment_id"); field != nil {
		m.Set(field, protoreflect.ValueOfString(id))
	}
	list.Append(protoreflect.ValueOfMessage(m))
	return nil
}

// unused is an id that no item of a list has.
func unused(list protoreflect.List, id string) string {
	for n := 1; ; n++ {
		taken := false
		for i := range list.Len() {
			m := list.Get(i).Message()
			taken = taken || m.Get(m.Descriptor().Fields().ByName("id")).String() == id
		}
		if !taken {
			return id
		}
		id = "new-" + strconv.Itoa(n)
	}
}
