package validate

import (
	"cmp"
	"fmt"
	"slices"
	"unicode"

	"google.golang.org/protobuf/reflect/protoreflect"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// What lists show beside that of others: the title of a record, and names of any part of
// it. Titles of parts, as of items of a canvas, are read within their record alone.
var (
	namesOfRecord = []protoreflect.Name{"display_name", "title"}
	namesOfPart   = namesOfRecord[:1]
)

// unfitNames returns every name in a record that is not text on one line; paths begin
// with root, and are written for what was found alone.
func unfitNames(root string, record protoreflect.Message) []Violation {
	return unfitNamed(root, record, namesOfRecord)
}

func unfitNamed(root string, m protoreflect.Message, names []protoreflect.Name) (violations []Violation) {
	m.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		switch {
		case field.IsMap():
		case field.Kind() == protoreflect.StringKind && !field.IsList():
			if slices.Contains(names, field.Name()) && !ofCanvas(m) && !oneLine(value.String()) {
				violations = append(violations, Violation{
					Field: field.JSONName(), Reason: "one_line",
					Description: "must be text on one line, without characters that control a line or its direction",
				})
			}
		case field.Message() != nil && field.IsList():
			for i := range value.List().Len() {
				if found := unfitNamed("", value.List().Get(i).Message(), namesOfPart); len(found) > 0 {
					violations = append(violations, Under(fmt.Sprintf("%s[%d]", field.JSONName(), i), found)...)
				}
			}
		case field.Message() != nil:
			violations = append(violations, unfitNamed(field.JSONName(), value.Message(), namesOfPart)...)
		}
		return true
	})
	slices.SortStableFunc(violations, func(a, b Violation) int { return cmp.Compare(a.Field, b.Field) })
	return Under(root, violations)
}

// ofCanvas answers whether a message is an item of a canvas: what that is called is read
// on its canvas alone, and the published assessment vectors have any text there.
func ofCanvas(m protoreflect.Message) bool {
	return m.Descriptor().ParentFile().Path() == canvasFile
}

var canvasFile = (&maecenasv1.Canvas{}).ProtoReflect().Descriptor().ParentFile().Path()

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
