package archtest_test

import (
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// standardVerbs are the standard methods of AIP-131 to AIP-135, with the verb
// that REST binds them to.
var standardVerbs = map[string]string{"Get": "GET", "List": "GET", "Create": "POST", "Update": "PATCH", "Delete": "DELETE"}

// TestStandardMethods holds every method on a resource whose name begins with a
// standard verb to its AIP.
func TestStandardMethods(t *testing.T) {
	t.Parallel()
	singular, plural := map[string]protoreflect.MessageDescriptor{}, map[string]protoreflect.MessageDescriptor{}
	for _, message := range apiMessages() {
		if resource := resourceOf(message); resource != nil {
			singular[string(message.Name())] = message
			plural[strings.ToUpper(resource.GetPlural()[:1])+resource.GetPlural()[1:]] = message
		}
	}
	for _, method := range apiMethods() {
		if method.Input().Name() != method.Name()+"Request" {
			t.Errorf("%s: takes %s, not %sRequest", method.FullName(), method.Input().Name(), method.Name())
		}
		for verb, http := range standardVerbs {
			rest, ok := strings.CutPrefix(string(method.Name()), verb)
			resource := singular[rest]
			if verb == "List" {
				resource = plural[rest]
			}
			if !ok || resource == nil {
				continue
			}
			if got, _ := bindingOf(extension[*annotations.HttpRule](method, annotations.E_Http)); got != http {
				t.Errorf("%s: bound to %s, not %s", method.FullName(), got, http)
			}
			checkStandardMethod(t, verb, method, resource)
		}
		if strings.HasPrefix(string(method.Name()), "List") {
			checkList(t, method)
		}
	}
}

// checkStandardMethod checks a method's request and answer but for lists.
func checkStandardMethod(t *testing.T, verb string, method protoreflect.MethodDescriptor, resource protoreflect.MessageDescriptor) {
	t.Helper()
	input, field := method.Input(), snake(string(resource.Name()))
	needs := map[string]protoreflect.Kind{}
	switch verb {
	case "Get":
		needs["name"] = protoreflect.StringKind
	case "Delete":
		needs["name"], needs["etag"] = protoreflect.StringKind, protoreflect.StringKind
	case "Create":
		needs["validate_only"], needs["request_id"], needs[field] = protoreflect.BoolKind, protoreflect.StringKind, protoreflect.MessageKind
	case "Update":
		needs["update_mask"], needs["validate_only"], needs[field] = protoreflect.MessageKind, protoreflect.BoolKind, protoreflect.MessageKind
	}
	checkFields(t, input, needs)
	answer := method.Output().FullName()
	switch {
	case verb == "List":
	case verb == "Delete" && answer != "google.protobuf.Empty":
		t.Errorf("%s: answers %s, not google.protobuf.Empty", method.FullName(), answer)
	case verb != "Delete" && answer != resource.FullName():
		t.Errorf("%s: answers %s, not %s", method.FullName(), answer, resource.FullName())
	}
}

// checkList checks what AIP-158 asks of every answer in pages.
func checkList(t *testing.T, method protoreflect.MethodDescriptor) {
	t.Helper()
	checkFields(t, method.Input(), map[string]protoreflect.Kind{
		"page_size": protoreflect.Int32Kind, "page_token": protoreflect.StringKind,
	})
	checkFields(t, method.Output(), map[string]protoreflect.Kind{"next_page_token": protoreflect.StringKind})
	if method.Output().Name() != method.Name()+"Response" {
		t.Errorf("%s: answers %s, not %sResponse", method.FullName(), method.Output().Name(), method.Name())
	}
	if first := method.Output().Fields().Get(0); !first.IsList() {
		t.Errorf("%s: the first field of its answer, %s, is not the list", method.FullName(), first.Name())
	}
}

// checkFields requires fields of a name and kind.
func checkFields(t *testing.T, message protoreflect.MessageDescriptor, needs map[string]protoreflect.Kind) {
	t.Helper()
	for name, kind := range needs {
		if field := message.Fields().ByName(protoreflect.Name(name)); field == nil || field.Kind() != kind {
			t.Errorf("%s: no field %s of kind %s", message.FullName(), name, kind)
		}
	}
}

// snake turns a message's name into the field name that AIP-133 asks for.
func snake(name string) string {
	var text strings.Builder
	for i, letter := range name {
		if i > 0 && letter >= 'A' && letter <= 'Z' {
			text.WriteByte('_')
		}
		text.WriteRune(letter)
	}
	return strings.ToLower(text.String())
}
