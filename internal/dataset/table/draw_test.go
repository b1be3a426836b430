package table_test

import (
	"strings"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"pgregory.net/rapid"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/dataset"
)

// drawRecord draws a record of a kind with anything in it that a table carries:
// no message without a field set, no text with space around it.
func drawRecord(t *rapid.T, kind dataset.Kind) *maecenasv1.Record {
	record := &maecenasv1.Record{}
	m := record.ProtoReflect()
	resource := m.Mutable(m.Descriptor().Fields().ByJSONName(kind.String())).Message()
	drawMessage(t, resource, 0)
	resource.Set(resource.Descriptor().Fields().ByName("name"), protoreflect.ValueOfString("x-x"))
	return record
}

func drawMessage(t *rapid.T, m protoreflect.Message, depth int) {
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		f := fields.Get(i)
		switch {
		case isServers(f) || !rapid.Bool().Draw(t, "has "+string(f.Name())):
		case f.Message() != nil && !f.IsMap() && depth > 3:
		case f.IsMap():
			for _, key := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"SECTOR", "TEAM", "PLACE"}), 1, 3, rapid.ID).Draw(t, "keys") {
				m.Mutable(f).Map().Set(protoreflect.ValueOfString(key).MapKey(), drawValue(t, f.MapValue()))
			}
		case f.IsList():
			drawList(t, m, f, depth)
		case f.Message() != nil:
			one := m.NewField(f).Message()
			if drawMessage(t, one, depth+1); isSet(one) {
				m.Set(f, protoreflect.ValueOfMessage(one))
			}
		default:
			m.Set(f, drawValue(t, f))
		}
	}
}

func drawList(t *rapid.T, m protoreflect.Message, f protoreflect.FieldDescriptor, depth int) {
	for range rapid.IntRange(1, 3).Draw(t, "length") {
		if f.Message() == nil {
			m.Mutable(f).List().Append(drawValue(t, f))
			continue
		}
		one := m.Mutable(f).List().NewElement()
		if drawMessage(t, one.Message(), depth+1); isSet(one.Message()) {
			m.Mutable(f).List().Append(one)
		}
	}
	if m.Get(f).List().Len() == 0 {
		m.Clear(f)
	}
}

func isSet(m protoreflect.Message) bool { return proto.Size(m.Interface()) > 0 }

func drawValue(t *rapid.T, f protoreflect.FieldDescriptor) protoreflect.Value {
	switch f.Kind() {
	case protoreflect.BoolKind:
		return protoreflect.ValueOfBool(rapid.Bool().Draw(t, "bool"))
	case protoreflect.EnumKind:
		values := f.Enum().Values()
		return protoreflect.ValueOfEnum(values.Get(rapid.IntRange(1, values.Len()-1).Draw(t, "enum")).Number())
	case protoreflect.Int32Kind:
		return protoreflect.ValueOfInt32(rapid.Int32().Draw(t, "int32"))
	case protoreflect.Int64Kind:
		return protoreflect.ValueOfInt64(rapid.Int64().Draw(t, "int64"))
	default:
		text := rapid.OneOf(rapid.StringN(1, 8, 40), rapid.StringMatching(`[-=+@'"#;,\\ \n\t0-9a]{1,6}`)).Draw(t, "text")
		text = strings.ReplaceAll(strings.ReplaceAll(text, "\r", ""), "\ufeff", "")
		if text = strings.TrimSpace(text); text == "" {
			text = "x"
		}
		return protoreflect.ValueOfString(text)
	}
}

func isServers(f protoreflect.FieldDescriptor) bool {
	behaviours, _ := proto.GetExtension(f.Options(), annotations.E_FieldBehavior).([]annotations.FieldBehavior)
	for _, b := range behaviours {
		if b == annotations.FieldBehavior_OUTPUT_ONLY {
			return true
		}
	}
	return f.Name() == "etag"
}
