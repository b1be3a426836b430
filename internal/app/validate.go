package app

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"buf.build/go/protovalidate"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// validator checks messages against the rules of the schema. It is built once:
// reading the rules of a message for the first time costs milliseconds.
type validator struct{ rules protovalidate.Validator }

func newValidator() (*validator, error) {
	rules, err := protovalidate.New()
	if err != nil {
		return nil, fmt.Errorf("building the schema's rules: %w", err)
	}
	return &validator{rules: rules}, nil
}

// check answers FIELD_INVALID with every field of m that breaks a rule; paths
// begin with root.
func (v *validator) check(root string, m proto.Message) error {
	if violations := v.violations(root, m); len(violations) > 0 {
		return invalid(violations...)
	}
	return nil
}

func (v *validator) violations(root string, m proto.Message) []Violation {
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
		violations = append(violations, Violation{
			Field:       joinPath(root, jsonPath(one.Proto.GetField(), m.ProtoReflect().Descriptor())),
			Description: describe(one.Proto),
			Reason:      one.Proto.GetRuleId(),
		})
	}
	return violations
}

func describe(v *validate.Violation) string {
	if v.GetMessage() != "" {
		return v.GetMessage()
	}
	if v.GetRuleId() == "required" {
		return "must be set"
	}
	return "breaks the rule " + v.GetRuleId()
}

func joinPath(root, path string) string {
	switch {
	case root == "":
		return path
	case path == "":
		return root
	default:
		return root + "." + path
	}
}

// jsonPath writes a violation's path in the names of the API's JSON.
func jsonPath(path *validate.FieldPath, message protoreflect.MessageDescriptor) string {
	var text strings.Builder
	for _, element := range path.GetElements() {
		name := element.GetFieldName()
		var field protoreflect.FieldDescriptor
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
			fmt.Fprintf(&text, "[%s]", printable(subscript.StringKey))
		case *validate.FieldPathElement_IntKey:
			fmt.Fprintf(&text, "[%d]", subscript.IntKey)
		case *validate.FieldPathElement_UintKey:
			fmt.Fprintf(&text, "[%d]", subscript.UintKey)
		case *validate.FieldPathElement_BoolKey:
			fmt.Fprintf(&text, "[%t]", subscript.BoolKey)
		}
	}
	return text.String()
}

// printable bounds what of a caller's own text is shown back to it.
func printable(text string) string {
	const most = 64
	if len(text) > most {
		cut := most
		for cut > 0 && !utf8.RuneStart(text[cut]) {
			cut--
		}
		text = text[:cut] + "…"
	}
	return strings.ToValidUTF8(text, "�")
}
