package filter

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// setTest gives t what op and the literal ask for.
func (t *term) setTest(op string, lit literal) (err error) {
	fd := t.field.leaf()
	switch {
	case has(op) && lit.text == "*":
		t.presence, t.test = true, func(value) bool { return true }
		return nil
	case fd.IsMap() && t.key == "":
		if !has(op) || lit.text == "" {
			return errors.New("a map is asked for a key by :KEY, or for the value at a key by .KEY and an operator")
		}
		t.contains, t.key = true, lit.text
		return nil
	case fd.IsList() && !has(op):
		return errors.New("a list is asked for an element by :VALUE")
	case fd.IsMap():
		fd = fd.MapValue()
	}
	t.test, err = valueTest(fd, op, lit)
	return err
}

// valueTest returns the test of one value of fd, or of one element.
func valueTest(fd protoreflect.FieldDescriptor, op string, lit literal) (func(value) bool, error) {
	switch {
	case lit.text == "" && !lit.number:
		return nil, errors.New(`nothing equals ""; ask NOT FIELD:* for what is not set`)
	case isInt(fd):
		if !lit.number {
			return nil, fmt.Errorf("%s is no whole number", quote(lit.text))
		}
		return func(v value) bool { return holds(op, cmp.Compare(v.Int(), lit.value)) }, nil
	case isTimestamp(fd):
		return timestampTest(fd, op, lit)
	case fd.Kind() == protoreflect.StringKind:
		return textTest(fd, op, lit)
	case fd.Kind() == protoreflect.BoolKind:
		if !equality(op) || lit.text != "true" && lit.text != "false" {
			return nil, errors.New("it is = true or = false")
		}
		want := lit.text == "true"
		return func(v value) bool { return v.Bool() == want }, nil
	case fd.Kind() == protoreflect.EnumKind:
		return enumTest(fd.Enum(), op, lit)
	default:
		return nil, errors.New("it can only be asked whether it is set, by :*")
	}
}

func enumTest(enum protoreflect.EnumDescriptor, op string, lit literal) (func(value) bool, error) {
	if !equality(op) {
		return nil, errors.New("an enum has no order; use = or !=")
	}
	named := enum.Values().ByName(protoreflect.Name(lit.text))
	if named == nil {
		return nil, fmt.Errorf("%s is none of %s", quote(lit.text), valueNames(enum))
	}
	want := named.Number()
	if want == 0 {
		return nil, fmt.Errorf("nothing equals %s; ask NOT FIELD:* for what is not set", named.Name())
	}
	return func(v value) bool { return v.Enum() == want }, nil
}

// valueNames lists the first names of enum.
func valueNames(enum protoreflect.EnumDescriptor) string {
	const most = 12
	var names []string
	for i := range enum.Values().Len() {
		if v := enum.Values().Get(i); v.Number() != 0 {
			names = append(names, string(v.Name()))
		}
	}
	if len(names) > most {
		names = append(names[:most:most], "…")
	}
	return strings.Join(names, ", ")
}

func textTest(fd protoreflect.FieldDescriptor, op string, lit literal) (func(value) bool, error) {
	if lit.number {
		return nil, errors.New("text of digits stands in quotes")
	}
	if has(op) && !fd.IsList() {
		return contains(lit.text), nil
	}
	text := lit.text
	core := strings.TrimPrefix(text, "*")
	open := core != text
	core, openEnd := strings.CutSuffix(core, "*")
	if _, err := time.Parse(time.DateOnly, text); isDate(fd) && err != nil && (!equality(op) || !open && !openEnd) {
		return nil, fmt.Errorf("%s is no date such as 2026-01-31", quote(text))
	}
	switch {
	case !equality(op):
		return func(v value) bool { return holds(op, strings.Compare(v.String(), text)) }, nil
	case strings.Contains(core, "*"):
		return nil, errors.New("* stands at the start or at the end")
	case open && openEnd:
		return func(v value) bool { return strings.Contains(v.String(), core) }, nil
	case open:
		return func(v value) bool { return strings.HasSuffix(v.String(), core) }, nil
	case openEnd:
		return func(v value) bool { return strings.HasPrefix(v.String(), core) }, nil
	default:
		return func(v value) bool { return v.String() == text }, nil
	}
}

// contains tests for a part of a text, case and accents not counting; * at an end adds
// nothing to that.
func contains(part string) func(value) bool {
	part = plain(strings.Trim(part, "*"))
	return func(v value) bool { return strings.Contains(plain(v.String()), part) }
}

// plain is text in small letters without accents, as who has no key for them writes it.
func plain(text string) string {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return strings.ToLower(strings.Map(func(r rune) rune {
				if unicode.Is(unicode.Mn, r) {
					return -1
				}
				return r
			}, norm.NFD.String(text)))
		}
	}
	return strings.ToLower(text)
}

func timestampTest(fd protoreflect.FieldDescriptor, op string, lit literal) (func(value) bool, error) {
	want, err := time.Parse(time.RFC3339Nano, lit.text)
	if err != nil || lit.number {
		return nil, errors.New(`it is compared with an RFC 3339 time in quotes, such as "2026-01-31T00:00:00Z"`)
	}
	instant := [2]int64{want.Unix(), int64(want.Nanosecond())}
	read := timestampReader(fd)
	return func(v value) bool {
		have := read(v)
		return holds(op, slices.Compare(have[:], instant[:]))
	}, nil
}

// timestampReader returns how to read seconds and nanoseconds of a value of fd.
func timestampReader(fd protoreflect.FieldDescriptor) func(value) [2]int64 {
	fields := fd.Message().Fields()
	seconds, nanos := fields.ByName("seconds"), fields.ByName("nanos")
	return func(v value) [2]int64 {
		m := v.Message()
		return [2]int64{m.Get(seconds).Int(), m.Get(nanos).Int()}
	}
}
