package app

import (
	"fmt"
	"slices"
	"strings"

	"go.einride.tech/aip/fieldmask"
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/maecenas-cci/maecenas/internal/store"
	"github.com/maecenas-cci/maecenas/internal/validate"
)

// kind is what the standard methods need to know of one kind of resource.
type kind[T Resource] struct {
	store      store.Kind
	pattern    string
	singular   string // its field in requests
	collection string // the segment before its id
	parent     string // the pattern of its parent; empty at the top
	singleton  bool   // there is one of each parent, without an id of its own
	new        func() T
	children   []child

	// audit checks and completes what the schema's rules cannot.
	audit func(a *validate.Audit, rec T)
	// attested checks that the record claims no third party's evidence that old
	// does not have; nil: it carries none.
	attested func(a *validate.Audit, rec, old T)
	// refers checks references in single writes; nil: there are none.
	refers func(t *tx, rec T) error
	// settle sets what the server computes, and checks references; nil: nothing.
	settle func(t *tx, rec T) error
	// number counts a version that is about to be written; nil: there is no count.
	number func(rec T)
	// after writes what goes with a record that was written; nil: nothing.
	after func(t *tx, rec T) error
}

// child is a kind of record below another.
type child struct {
	kind store.Kind
	// derived is true for what the server made.
	derived bool
}

// check completes rec and answers FIELD_INVALID with all that is wrong with it.
func (c *Collection[T]) check(rec, old T) error {
	return c.examine(rec, old, false)
}

// examine is check, which may let evidence of third parties pass.
func (c *Collection[T]) examine(rec, old T, trusted bool) error {
	violations := c.app.rules.Violations(c.kind.singular, rec)
	a := &validate.Audit{}
	c.kind.audit(a, rec)
	if c.kind.attested != nil && !trusted {
		c.kind.attested(a, rec, old)
	}
	if violations = append(violations, under(c.kind.singular, a.Violations)...); len(violations) > 0 {
		return Invalid(violations...)
	}
	return nil
}

// under puts paths below a field of the request.
func under(root string, violations []Violation) []Violation {
	for i := range violations {
		violations[i].Field = validate.Join(root, violations[i].Field)
	}
	return violations
}

func (k kind[T]) refer(t *tx, rec T) error {
	if k.refers == nil {
		return nil
	}
	return k.refers(t, rec)
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

func (k kind[T]) clearOutput(message protoreflect.Message) {
	for _, field := range outputs(message.Descriptor()) {
		message.Clear(field)
	}
}

// merge returns old with the masked fields of change; what clients do not write stays.
func (k kind[T]) merge(old, change T, mask *fieldmaskpb.FieldMask) T {
	from := proto.CloneOf(change)
	k.clearOutput(from.ProtoReflect())
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

// checkMask answers FIELD_INVALID where the mask names what cannot be written by itself.
func (k kind[T]) checkMask(mask *fieldmaskpb.FieldMask) error {
	paths := mask.GetPaths()
	if len(paths) == 1 && paths[0] == fieldmask.WildcardPath {
		return nil
	}
	message := k.new().ProtoReflect().Descriptor()
	var violations []Violation
	for _, path := range paths {
		if problem := maskProblem(message, path); problem != "" {
			violations = append(violations, Violation{
				Field: "updateMask", Reason: "field_mask",
				Description: fmt.Sprintf("%s %s", validate.Printable(path), problem),
			})
		}
	}
	if len(violations) > 0 {
		return Invalid(violations...)
	}
	return nil
}

func maskProblem(message protoreflect.MessageDescriptor, path string) string {
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
