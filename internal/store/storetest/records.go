package storetest

import (
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/maecenas-cci/maecenas/internal/store"
)

// UID returns the n-th of a row of UUIDs of version 7: they sort by n.
func UID(n int) string {
	var id uuid.UUID
	binary.BigEndian.PutUint64(id[:8], uint64(0x0190_0000_0000+n)<<16)
	binary.BigEndian.PutUint64(id[8:], uint64(n)*0x9E3779B97F4A7C15) // spread, as random bits are
	id[6] = id[6]&0x0f | 0x70
	id[8] = id[8]&0x3f | 0x80
	return id.String()
}

// New returns a record with a name and a uid and nothing else.
func New(kind store.Kind, name, uid string) store.Record {
	rec := kind.New()
	message := rec.ProtoReflect()
	fields := message.Descriptor().Fields()
	message.Set(fields.ByName("name"), protoreflect.ValueOfString(name))
	message.Set(fields.ByName("uid"), protoreflect.ValueOfString(uid))
	return rec
}

// WithExternal returns a copy of a record with these external ids, as pairs of
// system and id, instead of its own.
func WithExternal(rec store.Record, pairs ...string) store.Record {
	out := clone(rec)
	message := out.ProtoReflect()
	field := message.Descriptor().Fields().ByName("external_ids")
	message.Clear(field)
	list := message.Mutable(field).List()
	for i := 0; i+1 < len(pairs); i += 2 {
		id := list.NewElement()
		fields := id.Message().Descriptor().Fields()
		id.Message().Set(fields.ByName("system"), protoreflect.ValueOfString(pairs[i]))
		id.Message().Set(fields.ByName("id"), protoreflect.ValueOfString(pairs[i+1]))
		list.Append(id)
	}
	return out
}

// WithWriter returns a copy of a record whose external ids are all of a writer.
func WithWriter(rec store.Record, writer string) store.Record {
	out := clone(rec)
	for _, id := range store.ExternalIDs(out) {
		id.Writer = writer
	}
	return out
}

// Full returns the n-th record of a kind below the subject of number subject,
// with every field filled: about as large as a carefully filled real one. A
// subject is its own, so for one of those n is not used.
func Full(kind store.Kind, subject, n int) store.Record {
	rec := New(kind, Name(kind, subject, n), "")
	fill(rec.ProtoReflect(), fmt.Sprintf("%s-%d-%d", kind, subject, n), 0)
	named := New(kind, Name(kind, subject, n), UID(subject))
	if !kind.IsSubject() {
		// Singletons have one record, whatever n is.
		named = New(kind, Name(kind, subject, n), UID(1_000_000+subject*1000+n))
	}
	proto.Merge(rec, named)
	if kind.HasExternalIDs() {
		return WithExternal(rec, "register", rec.GetUid())
	}
	return rec
}

// Name returns the name of the n-th record of a kind below a subject; the n-th
// subject's own for a subject, for which n is not used.
func Name(kind store.Kind, subject, n int) string {
	segments := strings.Split(kind.Pattern(), "/")
	for i, segment := range segments {
		switch {
		case !strings.HasPrefix(segment, "{"):
		case i == 1:
			segments[i] = fmt.Sprintf("s%06d", subject)
		default:
			segments[i] = fmt.Sprintf("r%06d", n)
		}
	}
	return strings.Join(segments, "/")
}

// fill sets every field, lists with one element, texts with some words.
func fill(message protoreflect.Message, text string, depth int) {
	fields := message.Descriptor().Fields()
	for i := range fields.Len() {
		field := fields.Get(i)
		switch {
		case depth > 4 && field.Message() != nil, field.IsMap():
		case field.IsList():
			list := message.Mutable(field).List()
			if field.Message() != nil {
				fill(list.AppendMutable().Message(), text, depth+1)
				continue
			}
			list.Append(scalar(field, text))
		case field.Message() != nil:
			fill(message.Mutable(field).Message(), text, depth+1)
		default:
			message.Set(field, scalar(field, text))
		}
	}
}

func scalar(field protoreflect.FieldDescriptor, text string) protoreflect.Value {
	number := int64(field.Number()) * 37
	switch field.Kind() {
	case protoreflect.BoolKind:
		return protoreflect.ValueOfBool(true)
	case protoreflect.EnumKind:
		values := field.Enum().Values()
		return protoreflect.ValueOfEnum(values.Get(values.Len() - 1).Number())
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind:
		return protoreflect.ValueOfInt32(int32(number))
	case protoreflect.Int64Kind, protoreflect.Sint64Kind, protoreflect.Sfixed64Kind:
		return protoreflect.ValueOfInt64(number)
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		return protoreflect.ValueOfUint32(uint32(number))
	case protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		return protoreflect.ValueOfUint64(uint64(number))
	case protoreflect.FloatKind:
		return protoreflect.ValueOfFloat32(float32(number))
	case protoreflect.DoubleKind:
		return protoreflect.ValueOfFloat64(float64(number))
	case protoreflect.BytesKind:
		return protoreflect.ValueOfBytes([]byte(text))
	default:
		return protoreflect.ValueOfString(text + " " + string(field.Name()))
	}
}

func clone(rec store.Record) store.Record {
	copied, _ := proto.Clone(rec).(store.Record)
	return copied
}
