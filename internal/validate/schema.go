package validate

import (
	"errors"
	"fmt"
	"strings"

	"buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"buf.build/go/protovalidate"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// Schema checks messages against the rules of the schema. It is built once:
// reading the rules of a message for the first time costs milliseconds.
type Schema struct{ rules protovalidate.Validator }

// NewSchema returns a checker, which is safe for concurrent use.
func NewSchema() (*Schema, error) {
	rules, err := protovalidate.New()
	if err != nil {
		return nil, fmt.Errorf("building the schema's rules: %w", err)
	}
	return &Schema{rules: rules}, nil
}

// Violations returns every field of m that breaks a rule of the schema; paths
// begin with root.
func (v *Schema) Violations(root string, m proto.Message) []Violation {
	err := v.rules.Validate(m)
	var failed *protovalidate.ValidationError
	if !errors.As(err, &failed) {
		if err != nil {
			return []Violation{{Field: root, Description: "cannot be checked", Reason: "rules"}}
		}
		return nil
	}
	violations := make([]Violation, 0, len(failed.Violations))
	for _, one := range failed.Violations {
		path, field := jsonPath(one.Proto.GetField(), m.ProtoReflect().Descriptor())
		violations = append(violations, Violation{
			Field:       Join(root, path),
			Description: describe(one, field),
			Reason:      one.Proto.GetRuleId(),
		})
	}
	return violations
}

// Record returns everything that is wrong with a record: what breaks the schema's
// rules, names that are not on one line, and what audit finds, which may complete the record. Paths begin with root.
func (v *Schema) Record(root string, record proto.Message, audit func(*Audit)) []Violation {
	violations := append(v.Violations(root, record), unfitNames(root, record.ProtoReflect())...)
	a := &Audit{}
	audit(a)
	return append(violations, Under(root, a.Violations)...)
}

// Under puts paths below a field of the request.
func Under(root string, violations []Violation) []Violation {
	for i := range violations {
		violations[i].Field = Join(root, violations[i].Field)
	}
	return violations
}

// describe says what a field must be; nil is a field that the message does not have.
func describe(v *protovalidate.Violation, field protoreflect.FieldDescriptor) string {
	left, isList := v.RuleValue.Interface().(protoreflect.List)
	switch {
	case v.Proto.GetRuleId() == "enum.not_in" && isList && field != nil && field.Enum() != nil:
		return "must be one of " + strings.Join(namesBut(field.Enum().Values(), left), ", ")
	case v.Proto.GetMessage() != "":
		return v.Proto.GetMessage()
	case v.Proto.GetRuleId() == "required":
		return "must be set"
	}
	return "breaks the rule " + v.Proto.GetRuleId()
}

// namesBut are the names of an enum's values but those that a rule leaves out.
func namesBut(values protoreflect.EnumValueDescriptors, left protoreflect.List) (names []string) {
	out := map[int64]bool{}
	for i := range left.Len() {
		out[left.Get(i).Int()] = true
	}
	for i := range values.Len() {
		if value := values.Get(i); !out[int64(value.Number())] {
			names = append(names, string(value.Name()))
		}
	}
	return names
}

// Join joins two parts of a path, either of which may be empty.
func Join(root, path string) string {
	switch {
	case root == "":
		return path
	case path == "":
		return root
	default:
		return root + "." + path
	}
}

// jsonPath writes a violation's path in the names of the API's JSON, and finds the field
// that it leads to; nil where the message has none.
func jsonPath(path *validate.FieldPath, message protoreflect.MessageDescriptor) (_ string, field protoreflect.FieldDescriptor) {
	var text strings.Builder
	for _, element := range path.GetElements() {
		name := element.GetFieldName()
		field = nil
		if message != nil {
			field = message.Fields().ByName(protoreflect.Name(name))
		}
		if text.Len() > 0 {
			text.WriteByte('.')
		}
		if field != nil {
			name = field.JSONName()
			message = field.Message()
			if field.IsMap() {
				message = field.MapValue().Message()
			}
		}
		text.WriteString(name)
		switch subscript := element.GetSubscript().(type) {
		case *validate.FieldPathElement_Index:
			fmt.Fprintf(&text, "[%d]", subscript.Index)
		case *validate.FieldPathElement_StringKey:
			fmt.Fprintf(&text, "[%s]", Printable(subscript.StringKey))
		case *validate.FieldPathElement_IntKey:
			fmt.Fprintf(&text, "[%d]", subscript.IntKey)
		case *validate.FieldPathElement_UintKey:
			fmt.Fprintf(&text, "[%d]", subscript.UintKey)
		case *validate.FieldPathElement_BoolKey:
			fmt.Fprintf(&text, "[%t]", subscript.BoolKey)
		}
	}
	return text.String(), field
}
