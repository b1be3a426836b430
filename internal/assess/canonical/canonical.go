// Package canonical writes protobuf messages as the one JSON text that a digest
// is taken of: the API's JSON in the form of RFC 8785 (JSON Canonicalization
// Scheme), after pruning and sorting, so that what says the same has the same
// bytes whatever the order of its items.
//
// Left out are members whose value is false, an empty string, an enum's zero
// value, an empty array or an empty object, from the innermost outwards; an
// array's elements stay. Numbers with presence stay, zero too. Arrays are sorted
// by their elements' bytes. As in the API's JSON, integers of 64 bits are strings.
package canonical

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// Member is a member of an object: its key and its value's bytes. One whose
// value is empty is left out.
type Member struct {
	Key   string
	Value []byte
}

// Object returns the object of the members, sorted by key; nil when none is left.
// Keys are ASCII, for which the order of UTF-16 code units is that of bytes.
func Object(members ...Member) []byte {
	members = slices.DeleteFunc(members, func(m Member) bool { return len(m.Value) == 0 })
	if len(members) == 0 {
		return nil
	}
	slices.SortFunc(members, func(a, b Member) int { return cmp.Compare(a.Key, b.Key) })
	text := []byte{'{'}
	for i, m := range members {
		if i > 0 {
			text = append(text, ',')
		}
		text = appendString(text, m.Key)
		text = append(text, ':')
		text = append(text, m.Value...)
	}
	return append(text, '}')
}

// String returns a string; nil when it is empty.
func String(s string) []byte {
	if s == "" {
		return nil
	}
	return appendString(make([]byte, 0, len(s)+2), s)
}

// Message returns a message as an object without the fields named; nil when
// nothing is left of it, also when it is nil itself. It panics on a field of a
// kind that has no place here: floating point, bytes, a map or a group.
func Message(message protoreflect.Message, without ...protoreflect.Name) []byte {
	var members []Member
	message.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		if !slices.Contains(without, field.Name()) {
			members = append(members, Member{field.JSONName(), fieldValue(field, value)})
		}
		return true
	})
	return Object(members...)
}

func fieldValue(field protoreflect.FieldDescriptor, value protoreflect.Value) []byte {
	if field.IsMap() {
		panic(fmt.Sprintf("canonical: %s is a map", field.FullName()))
	}
	if field.IsList() {
		return array(field, value.List())
	}
	return single(field, value)
}

func array(field protoreflect.FieldDescriptor, list protoreflect.List) []byte {
	if list.Len() == 0 {
		return nil
	}
	elements := make([][]byte, list.Len())
	for i := range elements {
		if elements[i] = single(field, list.Get(i)); elements[i] == nil {
			elements[i] = emptyElement(field, list.Get(i))
		}
	}
	slices.SortFunc(elements, bytes.Compare)
	text := append([]byte{'['}, bytes.Join(elements, []byte{','})...)
	return append(text, ']')
}

// emptyElement returns what stands in an array for a value that would be left
// out as a member.
func emptyElement(field protoreflect.FieldDescriptor, value protoreflect.Value) []byte {
	switch field.Kind() {
	case protoreflect.MessageKind:
		return []byte("{}")
	case protoreflect.BoolKind:
		return []byte("false")
	case protoreflect.EnumKind:
		return enum(field, value.Enum())
	default:
		return []byte(`""`)
	}
}

// single returns a value; nil for one that is left out as a member.
func single(field protoreflect.FieldDescriptor, value protoreflect.Value) []byte {
	switch field.Kind() {
	case protoreflect.MessageKind:
		return Message(value.Message())
	case protoreflect.StringKind:
		return String(value.String())
	case protoreflect.BoolKind:
		if !value.Bool() {
			return nil
		}
		return []byte("true")
	case protoreflect.EnumKind:
		if value.Enum() == 0 {
			return nil
		}
		return enum(field, value.Enum())
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind:
		return strconv.AppendInt(nil, value.Int(), 10)
	case protoreflect.Int64Kind, protoreflect.Sint64Kind, protoreflect.Sfixed64Kind:
		text := strconv.AppendInt([]byte{'"'}, value.Int(), 10)
		return append(text, '"')
	default:
		panic(fmt.Sprintf("canonical: %s is of kind %v", field.FullName(), field.Kind()))
	}
}

// enum returns a value's name, or its number when it has none.
func enum(field protoreflect.FieldDescriptor, number protoreflect.EnumNumber) []byte {
	if value := field.Enum().Values().ByNumber(number); value != nil {
		return appendString(nil, string(value.Name()))
	}
	return strconv.AppendInt(nil, int64(number), 10)
}

const hexadecimal = "0123456789abcdef"

// appendString appends a string with no more escapes than RFC 8785, 3.2.2.2,
// asks for. What is not UTF-8, which no decoded message holds, is replaced.
func appendString(text []byte, s string) []byte {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, string(utf8.RuneError))
	}
	text = append(text, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			text = append(text, '\\', c)
		case c >= ' ':
			text = append(text, c)
		case c == '\b':
			text = append(text, `\b`...)
		case c == '\f':
			text = append(text, `\f`...)
		case c == '\n':
			text = append(text, `\n`...)
		case c == '\r':
			text = append(text, `\r`...)
		case c == '\t':
			text = append(text, `\t`...)
		default:
			text = append(text, `\u00`...)
			text = append(text, hexadecimal[c>>4], hexadecimal[c&15])
		}
	}
	return append(text, '"')
}
