package filter

import (
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// timestampName is the one message that is compared as a value.
const timestampName = protoreflect.FullName("google.protobuf.Timestamp")

// Root is a message that filters look at.
type Root struct {
	// Name stands before the root's fields; empty for a message whose fields
	// stand alone.
	Name string
	// Message is the type of the messages that [Filter.Match] is given under
	// Name.
	Message protoreflect.MessageDescriptor
	// Fields are the paths, dotted and in snake_case, that may be named: texts,
	// whole numbers, enums, bools and timestamps, lists of these and maps from
	// text to them, for all operators; other messages, for :* alone. A path may
	// lead through lists. A path does not include those below it.
	Fields []string
	// ZeroIsUnset are those of Fields that are bools or numbers without presence
	// and are blanked for some callers. Their false or 0 counts as unset, since
	// it could be a fact that the caller may not see.
	ZeroIsUnset []string
	// Search are the paths of texts that bare words are searched in. They need
	// not be among Fields.
	Search []string
}

// field is one thing to compare: steps lead from the root's message to it.
type field struct {
	path  string // as it is written in a filter
	root  string
	steps []protoreflect.FieldDescriptor
	// zeroIsUnset is for a last step without presence.
	zeroIsUnset bool
}

func (f *field) leaf() protoreflect.FieldDescriptor { return f.steps[len(f.steps)-1] }

// Schema is what can be filtered and ordered by. It is immutable.
type Schema struct {
	fields map[string]*field // by path
	folded map[string]string // path by fold(path), for hints
	search []*field
}

// NewSchema returns the schema of roots. An error is a mistake in them: a name
// twice, or a path that does not exist or that cannot be compared.
func NewSchema(roots ...Root) (*Schema, error) {
	s := &Schema{fields: map[string]*field{}, folded: map[string]string{}}
	names := map[string]bool{}
	for _, root := range roots {
		if names[root.Name] {
			return nil, fmt.Errorf("filter: root %q stands twice", root.Name)
		}
		names[root.Name] = true
		if root.Message == nil {
			return nil, fmt.Errorf("filter: root %q has no message", root.Name)
		}
		for _, path := range root.Fields {
			f, err := newField(root, path)
			if err != nil {
				return nil, err
			}
			if s.fields[f.path] != nil {
				return nil, fmt.Errorf("filter: field %s stands twice", f.path)
			}
			s.fields[f.path], s.folded[fold(f.path)] = f, f.path
		}
		for _, path := range root.ZeroIsUnset {
			f := s.fields[root.path(path)]
			if f == nil {
				return nil, fmt.Errorf("filter: %s is not among the fields", root.path(path))
			}
			f.zeroIsUnset = true
		}
		for _, path := range root.Search {
			f, err := newField(root, path)
			if err != nil {
				return nil, err
			}
			if f.leaf().Kind() != protoreflect.StringKind {
				return nil, fmt.Errorf("filter: %s is searched but no text", f.path)
			}
			s.search = append(s.search, f)
		}
	}
	return s, nil
}

// path returns how a filter writes a path of the root.
func (r Root) path(path string) string {
	if r.Name == "" {
		return path
	}
	return r.Name + "." + path
}

func newField(root Root, path string) (*field, error) {
	f := &field{path: root.path(path), root: root.Name}
	message := root.Message
	for name := range strings.SplitSeq(path, ".") {
		if message == nil {
			return nil, fmt.Errorf("filter: %s: nothing is below %s", f.path, f.leaf().Name())
		}
		fd := message.Fields().ByName(protoreflect.Name(name))
		if fd == nil {
			return nil, fmt.Errorf("filter: %s: %s has no field %q", f.path, message.FullName(), name)
		}
		f.steps = append(f.steps, fd)
		message = fd.Message()
		if fd.IsMap() {
			message = nil
		}
	}
	leaf := f.leaf()
	if leaf.IsMap() {
		if leaf.MapKey().Kind() != protoreflect.StringKind {
			return nil, fmt.Errorf("filter: %s: keys of maps are text", f.path)
		}
		leaf = leaf.MapValue()
	}
	if !isValue(leaf) && leaf.Kind() != protoreflect.MessageKind {
		return nil, fmt.Errorf("filter: %s: %s cannot be compared", f.path, leaf.Kind())
	}
	return f, nil
}

// isValue tells whether fd, or each element of it, can be compared with a value.
func isValue(fd protoreflect.FieldDescriptor) bool {
	return isInt(fd) || isTimestamp(fd) || slices.Contains([]protoreflect.Kind{
		protoreflect.BoolKind, protoreflect.EnumKind, protoreflect.StringKind,
	}, fd.Kind())
}

// isInt tells whether protoreflect reads fd as a signed whole number. The
// schema has no unsigned ones.
func isInt(fd protoreflect.FieldDescriptor) bool {
	switch fd.Kind() {
	case protoreflect.Int32Kind, protoreflect.Int64Kind, protoreflect.Sint32Kind,
		protoreflect.Sint64Kind, protoreflect.Sfixed32Kind, protoreflect.Sfixed64Kind:
		return true
	default:
		return false
	}
}

func isTimestamp(fd protoreflect.FieldDescriptor) bool {
	return fd.Message() != nil && fd.Message().FullName() == timestampName
}

// isDate tells a text that holds a day: AIP-142 has such names end in _date.
func isDate(fd protoreflect.FieldDescriptor) bool {
	name := string(fd.Name())
	return fd.Kind() == protoreflect.StringKind && (name == "date" || strings.HasSuffix(name, "_date"))
}

// lookup returns the field that parts name and, for a value in a map, its key.
func (s *Schema) lookup(parts []string) (f *field, key string, err error) {
	path := strings.Join(parts, ".")
	if f := s.fields[path]; f != nil {
		return f, "", nil
	}
	if last := len(parts) - 1; last > 0 {
		f := s.fields[strings.Join(parts[:last], ".")]
		if f != nil && f.leaf().IsMap() {
			return f, parts[last], nil
		}
	}
	if known := s.folded[fold(path)]; known != "" {
		return nil, "", fmt.Errorf("no field %s; write %s", quote(path), known)
	}
	return nil, "", fmt.Errorf("no field %s to filter or order by", quote(path))
}

// fold maps the spellings of a path, snake_case and lowerCamelCase, onto one.
func fold(path string) string {
	return strings.ToLower(strings.ReplaceAll(path, "_", ""))
}

// quote returns text for an error, cut to a readable length.
func quote(text string) string {
	const most = 60
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most]) + "…"
	}
	return fmt.Sprintf("%q", text)
}
