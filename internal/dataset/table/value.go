package table

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// fault is a cell that cannot be read.
type fault struct{ field, reason string }

// parse reads a value that is not empty. A reason says why it is none.
func parse(f protoreflect.FieldDescriptor, text string) (v protoreflect.Value, reason string) {
	switch f.Kind() {
	case protoreflect.StringKind:
		return protoreflect.ValueOfString(text), ""
	case protoreflect.BoolKind:
		switch strings.ToLower(text) {
		case "true", "yes", "1":
			return protoreflect.ValueOfBool(true), ""
		case "false", "no", "0":
			return protoreflect.ValueOfBool(false), ""
		}
		return v, "must be true or false"
	case protoreflect.EnumKind:
		name := strings.ToUpper(enumSpellings.Replace(text))
		if value := f.Enum().Values().ByName(protoreflect.Name(name)); value != nil {
			return protoreflect.ValueOfEnum(value.Number()), ""
		}
		return v, "must be one of " + enumNames(f.Enum())
	case protoreflect.Int32Kind:
		n, reason := whole(text, 32)
		return protoreflect.ValueOfInt32(int32(n)), reason
	case protoreflect.Int64Kind:
		n, reason := whole(text, 64)
		return protoreflect.ValueOfInt64(n), reason
	default:
		return v, "cannot be written in a table"
	}
}

// grouped are digits in groups of three, set apart by spaces or apostrophes.
var grouped = regexp.MustCompile(`^-?[0-9]{1,3}([ '’\x{a0}\x{2009}\x{202f}][0-9]{3})+$`)

var groupMarks = strings.NewReplacer(" ", "", "'", "", "’", "", "\u00a0", "", "\u2009", "", "\u202f", "")

var enumSpellings = strings.NewReplacer(" ", "_", "-", "_")

// noDecimals are those of a spreadsheet that shows them for a whole number.
// Three would be thousands as well.
var noDecimals = regexp.MustCompile(`[.,]0{1,2}$`)

// whole reads a whole number of so many bits.
func whole(text string, bits int) (int64, string) {
	digits := noDecimals.ReplaceAllString(text, "")
	if grouped.MatchString(digits) {
		digits = groupMarks.Replace(digits)
	}
	n, err := strconv.ParseInt(digits, 10, bits)
	switch {
	case err == nil:
		return n, ""
	case strings.Trim(strings.TrimPrefix(digits, "-"), "0123456789") == "" && digits != "" && digits != "-":
		return 0, fmt.Sprintf("must be a whole number of %d bits", bits)
	default:
		return 0, "must be a whole number without full stops and commas, such as 1500"
	}
}

// enumNames lists the values of an enum but for the first, which is not said.
func enumNames(e protoreflect.EnumDescriptor) string {
	values := e.Values()
	names := make([]string, 0, values.Len())
	for i := 1; i < values.Len(); i++ {
		names = append(names, string(values.Get(i).Name()))
	}
	return strings.Join(names, ", ")
}

// format writes a value as parse reads it.
func format(f protoreflect.FieldDescriptor, v protoreflect.Value) string {
	if f.Kind() != protoreflect.EnumKind {
		return v.String()
	}
	if value := f.Enum().Values().ByNumber(v.Enum()); value != nil {
		return string(value.Name())
	}
	return strconv.Itoa(int(v.Enum()))
}

// formatNested writes a field of a message as JSON; the same value gives the
// same text in every build.
func formatNested(m protoreflect.Message, f protoreflect.FieldDescriptor) (string, error) {
	only := m.New()
	only.Set(f, m.Get(f))
	text, err := protojson.Marshal(only.Interface())
	if err != nil {
		return "", err
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(text, &fields); err != nil {
		return "", err
	}
	var b bytes.Buffer
	err = json.Compact(&b, fields[f.JSONName()])
	return b.String(), err
}
