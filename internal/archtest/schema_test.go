package archtest_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	storagev1 "github.com/maecenas-cci/maecenas/gen/maecenas/storage/v1"
	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// apiFiles returns the files of the served schema, in the order of their paths.
func apiFiles() []protoreflect.FileDescriptor {
	return filesOf("maecenas.v1")
}

// filesOf returns the linked files of a protobuf package, in the order of their
// paths.
func filesOf(pkg protoreflect.FullName) []protoreflect.FileDescriptor {
	var files []protoreflect.FileDescriptor
	protoregistry.GlobalFiles.RangeFilesByPackage(pkg, func(file protoreflect.FileDescriptor) bool {
		files = append(files, file)
		return true
	})
	slices.SortFunc(files, func(a, b protoreflect.FileDescriptor) int { return strings.Compare(a.Path(), b.Path()) })
	return files
}

// apiMessages returns all messages of the served schema, nested ones included.
func apiMessages() []protoreflect.MessageDescriptor {
	var all []protoreflect.MessageDescriptor
	var add func(protoreflect.MessageDescriptors)
	add = func(messages protoreflect.MessageDescriptors) {
		for i := range messages.Len() {
			message := messages.Get(i)
			if message.IsMapEntry() {
				continue
			}
			all = append(all, message)
			add(message.Messages())
		}
	}
	for _, file := range apiFiles() {
		add(file.Messages())
	}
	return all
}

// apiMethods returns all methods of the served schema.
func apiMethods() []protoreflect.MethodDescriptor {
	var all []protoreflect.MethodDescriptor
	for _, file := range apiFiles() {
		for i := range file.Services().Len() {
			methods := file.Services().Get(i).Methods()
			for j := range methods.Len() {
				all = append(all, methods.Get(j))
			}
		}
	}
	return all
}

// fieldsOf returns a message's fields in the order of their declaration.
func fieldsOf(message protoreflect.MessageDescriptor) []protoreflect.FieldDescriptor {
	fields := make([]protoreflect.FieldDescriptor, message.Fields().Len())
	for i := range fields {
		fields[i] = message.Fields().Get(i)
	}
	return fields
}

// extension returns an option of a descriptor; nil where it is not set.
func extension[T any](desc protoreflect.Descriptor, option protoreflect.ExtensionType) T {
	var zero T
	if !proto.HasExtension(desc.Options(), option) {
		return zero
	}
	value, _ := proto.GetExtension(desc.Options(), option).(T)
	return value
}

// resourceOf returns what makes a message a resource; nil if it is none.
func resourceOf(message protoreflect.MessageDescriptor) *annotations.ResourceDescriptor {
	return extension[*annotations.ResourceDescriptor](message, annotations.E_Resource)
}

// behaviours returns the field behaviour of AIP-203.
func behaviours(field protoreflect.FieldDescriptor) []annotations.FieldBehavior {
	return extension[[]annotations.FieldBehavior](field, annotations.E_FieldBehavior)
}

// TestSchemaIsLinked guards the tests below against passing on nothing.
func TestSchemaIsLinked(t *testing.T) {
	t.Parallel()
	if len(apiFiles()) == 0 || len(apiMethods()) == 0 || len(apiMessages()) == 0 {
		t.Fatal("the served schema has no files, messages or methods")
	}
	if len(filesOf(storagev1.File_maecenas_storage_v1_storage_proto.Package())) == 0 {
		t.Fatal("the stored schema has no files")
	}
}

// permissionName is the form of a permission: resource.verb.
var permissionName = regexp.MustCompile(`^[a-z][A-Za-z]*\.[a-z][A-Za-z]*$`)

// TestMethodsHavePermissions: a method without one does not start, so it shall
// not build either; and the paths that name the object must lead to a string.
func TestMethodsHavePermissions(t *testing.T) {
	t.Parallel()
	for _, method := range apiMethods() {
		rule := extension[*maecenasv1.PermissionRule](method, maecenasv1.E_Permission)
		if rule == nil {
			t.Errorf("%s: no (maecenas.v1.permission)", method.FullName())
			continue
		}
		if !permissionName.MatchString(rule.GetName()) {
			t.Errorf("%s: permission %q is not resource.verb", method.FullName(), rule.GetName())
		}
		for _, path := range rule.GetResourceFields() {
			if field := fieldAt(method.Input(), path); field == nil || field.Kind() != protoreflect.StringKind {
				t.Errorf("%s: permission on %q, which is no string field of %s", method.FullName(), path, method.Input().FullName())
			}
		}
	}
}

// fieldAt follows a path of field names joined by dots; nil where it leads
// nowhere.
func fieldAt(message protoreflect.MessageDescriptor, path string) protoreflect.FieldDescriptor {
	var field protoreflect.FieldDescriptor
	for name := range strings.SplitSeq(path, ".") {
		if message == nil {
			return nil
		}
		if field = message.Fields().ByName(protoreflect.Name(name)); field == nil {
			return nil
		}
		message = field.Message()
	}
	return field
}

// TestMethodsHaveBindings: what gRPC serves, REST serves, but for streams.
func TestMethodsHaveBindings(t *testing.T) {
	t.Parallel()
	seen := map[string]protoreflect.FullName{}
	for _, method := range apiMethods() {
		rule := extension[*annotations.HttpRule](method, annotations.E_Http)
		if rule == nil {
			t.Errorf("%s: no google.api.http", method.FullName())
			continue
		}
		for _, binding := range append(rule.GetAdditionalBindings(), rule) {
			verb, path := bindingOf(binding)
			if !strings.HasPrefix(path, "/v1") {
				t.Errorf("%s: %s %s: the path does not begin with the version", method.FullName(), verb, path)
			}
			// Variables of the same pattern take the same requests, whatever
			// they are called.
			key := verb + " " + variable.ReplaceAllString(path, "{$1}")
			if other, ok := seen[key]; ok {
				t.Errorf("%s: %s %s is bound to %s too", method.FullName(), verb, path, other)
			}
			seen[key] = method.FullName()
			if binding.GetBody() != "" && (verb == "GET" || verb == "DELETE") {
				t.Errorf("%s: %s %s has a body", method.FullName(), verb, path)
			}
		}
	}
}

// variable matches a path variable and captures its pattern.
var variable = regexp.MustCompile(`\{[a-z_.]+=?([^}]*)\}`)

// bindingOf returns the verb and path template of a binding.
func bindingOf(rule *annotations.HttpRule) (verb, path string) {
	switch pattern := rule.GetPattern().(type) {
	case *annotations.HttpRule_Get:
		return "GET", pattern.Get
	case *annotations.HttpRule_Post:
		return "POST", pattern.Post
	case *annotations.HttpRule_Patch:
		return "PATCH", pattern.Patch
	case *annotations.HttpRule_Put:
		return "PUT", pattern.Put
	case *annotations.HttpRule_Delete:
		return "DELETE", pattern.Delete
	case *annotations.HttpRule_Custom:
		return pattern.Custom.GetKind(), pattern.Custom.GetPath()
	}
	return "", ""
}
