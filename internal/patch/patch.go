// Package patch changes resources as clients may (AIP-134): the fields that a mask
// names, and never those that the server writes.
package patch

import (
	"slices"
	"strings"

	"go.einride.tech/aip/fieldmask"
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
)

// Everything is the mask of a full replacement.
func Everything() *fieldmaskpb.FieldMask {
	return &fieldmaskpb.FieldMask{Paths: []string{fieldmask.WildcardPath}}
}

// Clear clears what clients do not write: fields that are OUTPUT_ONLY or the
// IDENTIFIER, and the etag.
func Clear(resource proto.Message) {
	message := resource.ProtoReflect()
	for _, field := range outputs(message.Descriptor()) {
		message.Clear(field)
	}
}

// Merge returns old with the masked fields of change; what clients do not write
// stays. An empty mask takes the fields that change has set. Neither is changed.
func Merge[T proto.Message](old, change T, mask *fieldmaskpb.FieldMask) T {
	from := proto.CloneOf(change)
	Clear(from)
	merged := proto.CloneOf(old)
	fieldmask.Update(mask, merged, from)
	message, was := merged.ProtoReflect(), old.ProtoReflect()
	for _, field := range outputs(was.Descriptor()) {
		if was.Has(field) {
			message.Set(field, was.Get(field))
		} else {
			message.Clear(field)
		}
	}
	return merged
}

// Problems returns, by path, why the mask's paths cannot be written in a message.
func Problems(message protoreflect.MessageDescriptor, mask *fieldmaskpb.FieldMask) (paths, problems []string) {
	if all := mask.GetPaths(); len(all) == 1 && all[0] == fieldmask.WildcardPath {
		return nil, nil
	}
	for _, path := range mask.GetPaths() {
		if problem := problemOf(message, path); problem != "" {
			paths, problems = append(paths, path), append(problems, problem)
		}
	}
	return paths, problems
}

func problemOf(message protoreflect.MessageDescriptor, path string) string {
	if path == fieldmask.WildcardPath {
		return "stands alone or not at all"
	}
	for name := range strings.SplitSeq(path, ".") {
		if message == nil {
			return "leads below a field that is written as a whole"
		}
		field := message.Fields().ByName(protoreflect.Name(name))
		if field == nil {
			return "names no field"
		}
		message = nil
		if !field.IsList() && !field.IsMap() {
			message = field.Message()
		}
	}
	return ""
}

// outputs are the fields of a resource that clients do not write.
func outputs(message protoreflect.MessageDescriptor) []protoreflect.FieldDescriptor {
	var fields []protoreflect.FieldDescriptor
	for i := range message.Fields().Len() {
		field := message.Fields().Get(i)
		behaviours, _ := proto.GetExtension(field.Options(), annotations.E_FieldBehavior).([]annotations.FieldBehavior)
		if field.Name() == "etag" || slices.Contains(behaviours, annotations.FieldBehavior_OUTPUT_ONLY) ||
			slices.Contains(behaviours, annotations.FieldBehavior_IDENTIFIER) {
			fields = append(fields, field)
		}
	}
	return fields
}
