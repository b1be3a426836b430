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
	"sync"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// Member is a member of an object: its key, which needs no escapes, and its
// value's bytes. One whose value is empty is left out.
type Member struct {
	Key   string
	Value []byte
}

// Object returns the object of the members, sorted by key; nil when none is left.
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
	return appendString(nil, s)
}

// Message returns a message as an object without the fields named; nil when
// nothing is left of it, also when it is nil itself. It panics on a field of a
// kind that has no place here: floating point, unsigned, bytes, a map or a group.
func Message(message protoreflect.Message, without ...protoreflect.Name) []byte {
	w := writer{text: make([]byte, 0, 4096)}
	if !w.message(message, without) {
		return nil
	}
	return w.text
}

// writer appends to a text, and takes back what turns out to be left out.
type writer struct{ text, spare []byte }

// message appends an object and tells whether there is one; else the text is as
// it was.
func (w *writer) message(message protoreflect.Message, without []protoreflect.Name) bool {
	if !message.IsValid() {
		return false
	}
	start, separator := len(w.text), byte('{')
	for _, f := range planOf(message.Descriptor()) {
		if !message.Has(f.descriptor) || slices.Contains(without, f.descriptor.Name()) {
			continue
		}
		mark := len(w.text)
		w.text = append(w.text, separator)
		w.text = append(w.text, f.key...)
		if !w.member(f.descriptor, message.Get(f.descriptor)) {
			w.text = w.text[:mark]
			continue
		}
		separator = ','
	}
	if len(w.text) == start {
		return false
	}
	w.text = append(w.text, '}')
	return true
}

// member appends the value of a field and tells whether it stays.
func (w *writer) member(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
	if field.IsList() {
		w.list(field, value.List())
		return true
	}
	switch field.Kind() {
	case protoreflect.MessageKind:
		return w.message(value.Message(), nil)
	case protoreflect.StringKind:
		if value.String() == "" {
			return false
		}
	case protoreflect.BoolKind:
		if !value.Bool() {
			return false
		}
	case protoreflect.EnumKind:
		if value.Enum() == 0 {
			return false
		}
	}
	w.scalar(field, value)
	return true
}

// list appends an array with an element or more, sorted by their bytes.
func (w *writer) list(field protoreflect.FieldDescriptor, list protoreflect.List) {
	w.text = append(w.text, '[')
	start := len(w.text)
	elements := make([]span, list.Len())
	for i := range elements {
		from := len(w.text)
		switch {
		case field.Kind() != protoreflect.MessageKind:
			w.scalar(field, list.Get(i))
		case !w.message(list.Get(i).Message(), nil):
			w.text = append(w.text, "{}"...)
		}
		elements[i] = span{from, len(w.text)}
		w.text = append(w.text, ',')
	}
	byBytes := func(a, b span) int { return bytes.Compare(w.text[a.from:a.to], w.text[b.from:b.to]) }
	if !slices.IsSortedFunc(elements, byBytes) {
		slices.SortFunc(elements, byBytes)
		w.spare = w.spare[:0]
		for _, e := range elements {
			w.spare = append(w.spare, w.text[e.from:e.to]...)
			w.spare = append(w.spare, ',')
		}
		copy(w.text[start:], w.spare)
	}
	w.text[len(w.text)-1] = ']'
}

// span is a part of the text.
type span struct{ from, to int }

// scalar appends a value that is no message.
func (w *writer) scalar(field protoreflect.FieldDescriptor, value protoreflect.Value) {
	switch field.Kind() {
	case protoreflect.StringKind:
		w.text = appendString(w.text, value.String())
	case protoreflect.BoolKind:
		w.text = strconv.AppendBool(w.text, value.Bool())
	case protoreflect.EnumKind:
		if named := field.Enum().Values().ByNumber(value.Enum()); named != nil {
			w.text = appendString(w.text, string(named.Name()))
		} else {
			w.text = strconv.AppendInt(w.text, int64(value.Enum()), 10)
		}
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind:
		w.text = strconv.AppendInt(w.text, value.Int(), 10)
	case protoreflect.Int64Kind, protoreflect.Sint64Kind, protoreflect.Sfixed64Kind:
		w.text = append(w.text, '"')
		w.text = strconv.AppendInt(w.text, value.Int(), 10)
		w.text = append(w.text, '"')
	default:
		panic(fmt.Sprintf("canonical: %s is of kind %v", field.FullName(), field.Kind()))
	}
}

// planned is a field with its key as it is written, the colon included.
type planned struct {
	descriptor protoreflect.FieldDescriptor
	key        []byte
}

// plans keeps the fields of each message in the order of their keys.
var plans sync.Map // protoreflect.MessageDescriptor → []planned

// planOf returns a message's fields in the order of their keys. These are ASCII
// without what needs escapes, so the order of UTF-16 code units, which RFC 8785
// asks for, is that of bytes.
func planOf(message protoreflect.MessageDescriptor) []planned {
	if stored, ok := plans.Load(message); ok {
		if plan, ok := stored.([]planned); ok {
			return plan
		}
	}
	fields := message.Fields()
	plan := make([]planned, fields.Len())
	for i := range plan {
		field := fields.Get(i)
		if field.IsMap() {
			panic(fmt.Sprintf("canonical: %s is a map", field.FullName()))
		}
		plan[i] = planned{field, append(appendString(nil, field.JSONName()), ':')}
	}
	slices.SortFunc(plan, func(a, b planned) int { return cmp.Compare(a.descriptor.JSONName(), b.descriptor.JSONName()) })
	plans.Store(message, plan)
	return plan
}
