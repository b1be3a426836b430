package filter

import (
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// value is what protoreflect reads from a message.
type value = protoreflect.Value

// verdict is a truth value of three, in an order in which AND is the least and
// OR the greatest.
type verdict int8

const (
	no      verdict = -1
	unknown verdict = 0
	yes     verdict = 1
)

// verdictOf returns yes or no.
func verdictOf(b bool) verdict {
	if b {
		return yes
	}
	return no
}

type operator int8

const (
	opTerm operator = iota
	opNot           // of one kid
	opAnd
	opOr
	opFound // as opOr, where unknown is no
)

// node is a filter or a part of one.
type node struct {
	op   operator
	kids []*node
	term *term // of opTerm
}

// term looks at one field.
type term struct {
	field    *field
	test     func(value) bool // of one value that is set
	key      string           // of a map
	contains bool             // ask whether the map has key, not for the value
	presence bool             // ask whether something is set; unknown is no
}

// Filter is a filter, ready to be evaluated by many goroutines at once.
type Filter struct {
	root *node // nil where empty
}

// Empty tells whether f asks for nothing, so that everything matches. A nil
// filter is empty.
func (f *Filter) Empty() bool { return f == nil || f.root == nil }

// Match tells whether f is true of messages, which hold one message for each
// root by its name. A root that is absent or nil is unset. It panics if a
// message has another type than its root. It does not change the messages.
func (f *Filter) Match(messages map[string]proto.Message) bool {
	return f.Empty() || f.root.evaluate(messages) == yes
}

func (n *node) evaluate(messages map[string]proto.Message) verdict {
	switch n.op {
	case opNot:
		return -n.kids[0].evaluate(messages)
	case opAnd:
		all := yes
		for _, kid := range n.kids {
			if all = min(all, kid.evaluate(messages)); all == no {
				break
			}
		}
		return all
	case opOr, opFound:
		some := no
		for _, kid := range n.kids {
			if some = max(some, kid.evaluate(messages)); some == yes {
				break
			}
		}
		if n.op == opFound {
			return verdictOf(some == yes)
		}
		return some
	default:
		return n.term.evaluate(messages[n.term.field.root])
	}
}

func (t *term) evaluate(message proto.Message) verdict {
	found := unknown
	if message != nil {
		if m := message.ProtoReflect(); m.IsValid() {
			found = t.walk(m, t.field.steps)
		}
	}
	if t.presence {
		return verdictOf(found == yes)
	}
	return found
}

// walk follows steps from m. In a list, any element will do; an empty one is
// unset.
func (t *term) walk(m protoreflect.Message, steps []protoreflect.FieldDescriptor) verdict {
	fd, rest := steps[0], steps[1:]
	if !t.field.isSet(m, fd) {
		return unknown
	}
	v := m.Get(fd)
	switch {
	case fd.IsMap():
		return t.inMap(fd, v.Map())
	case fd.IsList():
		some, list := no, v.List()
		for i := range list.Len() {
			if some = max(some, t.element(fd, list.Get(i), rest)); some == yes {
				break
			}
		}
		return some
	default:
		return t.element(fd, v, rest)
	}
}

// element judges a value, or follows rest from it.
func (t *term) element(fd protoreflect.FieldDescriptor, v value, rest []protoreflect.FieldDescriptor) verdict {
	if len(rest) > 0 {
		return t.walk(v.Message(), rest)
	}
	if isBlank(fd, v) {
		return unknown
	}
	return verdictOf(t.test(v))
}

func (t *term) inMap(fd protoreflect.FieldDescriptor, entries protoreflect.Map) verdict {
	if t.key == "" {
		return verdictOf(t.test(value{})) // whether the map itself is set
	}
	v := entries.Get(protoreflect.ValueOfString(t.key).MapKey())
	switch {
	case t.contains:
		return verdictOf(v.IsValid())
	case !v.IsValid():
		return unknown
	default:
		return t.element(fd.MapValue(), v, nil)
	}
}

// isSet tells whether m has a value of fd, a step of f, at all. A number or
// bool without presence always has one, unless f says otherwise.
func (f *field) isSet(m protoreflect.Message, fd protoreflect.FieldDescriptor) bool {
	implicit := !fd.HasPresence() && fd.Cardinality() != protoreflect.Repeated
	return implicit && !f.zeroIsUnset || m.Has(fd)
}

// isBlank tells the values that say nothing: the empty text and the enum value
// zero.
func isBlank(fd protoreflect.FieldDescriptor, v value) bool {
	switch fd.Kind() {
	case protoreflect.StringKind:
		return v.String() == ""
	case protoreflect.EnumKind:
		return v.Enum() == 0
	default:
		return false
	}
}
