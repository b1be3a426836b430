package filter

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"go.einride.tech/aip/ordering"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// MaxOrderFields is the most fields of an order_by.
const MaxOrderFields = 10

// Order is the order of messages of the schema's root without a name. The zero
// value orders nothing: everything compares equal.
type Order struct {
	keys []orderKey
}

type orderKey struct {
	field   *field
	compare func(a, b value) int
}

// ParseOrder returns the order that text, an AIP-132 order_by, states. Every
// error is an [*Error].
func (s *Schema) ParseOrder(text string) (Order, error) {
	if utf8.RuneCountInString(text) > MaxLength {
		return Order{}, &Error{Position: MaxLength, Message: "the order is too long"}
	}
	if strings.TrimSpace(text) == "" {
		return Order{}, nil
	}
	var parsed ordering.OrderBy
	if err := parsed.UnmarshalString(text); err != nil {
		return Order{}, &Error{Message: `an order is fields with commas, each with asc or desc after it, such as "amount_max desc, title"`}
	}
	if len(parsed.Fields) > MaxOrderFields {
		return Order{}, &Error{Message: "too many fields to order by"}
	}
	var order Order
	seen := map[string]bool{}
	for _, by := range parsed.Fields {
		f, key, err := s.lookup(by.SubFields())
		switch {
		case err != nil:
			return Order{}, &Error{Message: err.Error()}
		case key != "" || f.root != "" || !isOrdered(f):
			return Order{}, &Error{Message: by.Path + " has no order"}
		case seen[by.Path]:
			return Order{}, &Error{Message: by.Path + " stands twice"}
		}
		seen[by.Path] = true
		order.keys = append(order.keys, orderKey{f, comparer(f.leaf(), by.Desc)})
	}
	return order, nil
}

// isOrdered tells whether a message has at most one value of f.
func isOrdered(f *field) bool {
	return isValue(f.leaf()) && !slices.ContainsFunc(f.steps, func(fd protoreflect.FieldDescriptor) bool {
		return fd.Cardinality() == protoreflect.Repeated
	})
}

// comparer returns the order of two values of fd: texts by bytes, enums by
// number, false before true.
func comparer(fd protoreflect.FieldDescriptor, descending bool) func(a, b value) int {
	var compare func(a, b value) int
	switch {
	case isTimestamp(fd):
		read := timestampReader(fd)
		compare = func(a, b value) int {
			x, y := read(a), read(b)
			return slices.Compare(x[:], y[:])
		}
	case fd.Kind() == protoreflect.StringKind:
		compare = func(a, b value) int { return strings.Compare(a.String(), b.String()) }
	case fd.Kind() == protoreflect.EnumKind:
		compare = func(a, b value) int { return cmp.Compare(a.Enum(), b.Enum()) }
	case fd.Kind() == protoreflect.BoolKind:
		compare = func(a, b value) int {
			return cmp.Compare(verdictOf(a.Bool()), verdictOf(b.Bool()))
		}
	default:
		compare = func(a, b value) int { return cmp.Compare(a.Int(), b.Int()) }
	}
	if descending {
		return func(a, b value) int { return compare(b, a) }
	}
	return compare
}

// Empty tells whether o orders nothing.
func (o Order) Empty() bool { return len(o.keys) == 0 }

// Key returns a message of m's type with what o reads of m and nothing else:
// Compare tells no difference between the two. It panics as Compare does.
func (o Order) Key(m proto.Message) proto.Message {
	from := m.ProtoReflect()
	key := from.New()
	for _, by := range o.keys {
		v, ok := by.field.read(from)
		if !ok {
			continue
		}
		to := key
		for _, fd := range by.field.steps[:len(by.field.steps)-1] {
			to = to.Mutable(fd).Message()
		}
		to.Set(by.field.leaf(), v)
	}
	return key.Interface()
}

// Compare returns a negative number where a comes before b, a positive one
// where it comes after, and 0 where o does not tell them apart: break such ties
// by name. It is a strict weak order. It panics if a message is nil or has
// another type than the root.
func (o Order) Compare(a, b proto.Message) int {
	for _, key := range o.keys {
		x, inA := key.field.read(a.ProtoReflect())
		y, inB := key.field.read(b.ProtoReflect())
		c := cmp.Compare(verdictOf(inB), verdictOf(inA))
		if inA && inB {
			c = key.compare(x, y)
		}
		if c != 0 {
			return c
		}
	}
	return 0
}

// read returns the value of a field that leads through no list, if it is set.
func (f *field) read(m protoreflect.Message) (value, bool) {
	for _, fd := range f.steps[:len(f.steps)-1] {
		if !m.Has(fd) {
			return value{}, false
		}
		m = m.Get(fd).Message()
	}
	fd := f.leaf()
	if !m.IsValid() || !f.isSet(m, fd) {
		return value{}, false
	}
	v := m.Get(fd)
	return v, !isBlank(fd, v)
}
