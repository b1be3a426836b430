package validate

import (
	"cmp"
	"fmt"
	"slices"
	"unicode"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// names are the fields, of any message, that lists show beside those of others.
var names = []protoreflect.Name{"display_name", "title"}

// unfitNames returns every name in a message that is not text on one line; paths begin
// with root, and are written for what was found alone.
func unfitNames(root string, m protoreflect.Message) (violations []Violation) {
	m.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		switch {
		case field.IsMap():
		case field.Kind() == protoreflect.StringKind && !field.IsList():
			if slices.Contains(names, field.Name()) && !oneLine(value.String()) {
				violations = append(violations, Violation{
					Field: field.JSONName(), Reason: "one_line",
					Description: "must be text on one line, without characters that control a line or its direction",
				})
			}
		case field.Message() != nil && field.IsList():
			for i := range value.List().Len() {
				if found := unfitNames("", value.List().Get(i).Message()); len(found) > 0 {
					violations = append(violations, Under(fmt.Sprintf("%s[%d]", field.JSONName(), i), found)...)
				}
			}
		case field.Message() != nil:
			violations = append(violations, unfitNames(field.JSONName(), value.Message())...)
		}
		return true
	})
	slices.SortStableFunc(violations, func(a, b Violation) int { return cmp.Compare(a.Field, b.Field) })
	return Under(root, violations)
}

// oneLine answers whether text stays on its line, and leaves what stands around it as
// it is: control characters, line and paragraph separators, and the embeddings,
// overrides and isolates of the Unicode bidirectional algorithm (UAX #9, 2) do not.
// Marks of direction and joiners of letters, which names are written with, do.
func oneLine(text string) bool {
	for _, r := range text {
		switch {
		case unicode.IsControl(r), r == '\u2028', r == '\u2029', r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
			return false
		}
	}
	return true
}
