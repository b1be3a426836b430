package archtest_test

import (
	"regexp/syntax"
	"slices"
	"strings"
	"testing"

	"buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// resourceFields are the fields that every resource has, with their kinds.
var resourceFields = map[string]protoreflect.Kind{
	"name": protoreflect.StringKind, "uid": protoreflect.StringKind, "etag": protoreflect.StringKind,
	"create_time": protoreflect.MessageKind, "update_time": protoreflect.MessageKind,
}

// outputFields are those of them that only the server sets.
var outputFields = []protoreflect.Name{"uid", "create_time", "update_time"}

func TestResources(t *testing.T) {
	t.Parallel()
	for _, message := range apiMessages() {
		resource := resourceOf(message)
		if resource == nil {
			continue
		}
		checkFields(t, message, resourceFields)
		if want := "maecenas.dev/" + string(message.Name()); resource.GetType() != want {
			t.Errorf("%s: resource type %q, not %q", message.FullName(), resource.GetType(), want)
		}
		if resource.GetSingular() == "" || resource.GetPlural() == "" || len(resource.GetPattern()) == 0 {
			t.Errorf("%s: a resource has a pattern, a singular and a plural", message.FullName())
		}
		if name := message.Fields().ByName("name"); name != nil && !slices.Contains(behaviours(name), annotations.FieldBehavior_IDENTIFIER) {
			t.Errorf("%s: not IDENTIFIER", name.FullName())
		}
		for _, output := range outputFields {
			if field := message.Fields().ByName(output); field != nil && !slices.Contains(behaviours(field), annotations.FieldBehavior_OUTPUT_ONLY) {
				t.Errorf("%s: not OUTPUT_ONLY", field.FullName())
			}
		}
	}
}

// TestFieldsHaveBehaviours: AIP-203 asks for one on every field that a client may
// send: those of resources and of requests.
func TestFieldsHaveBehaviours(t *testing.T) {
	t.Parallel()
	requests := map[protoreflect.FullName]bool{}
	for _, method := range apiMethods() {
		requests[method.Input().FullName()] = true
	}
	for _, message := range apiMessages() {
		if resourceOf(message) == nil && !requests[message.FullName()] {
			continue
		}
		for _, field := range fieldsOf(message) {
			if len(behaviours(field)) == 0 && field.ContainingOneof() == nil {
				t.Errorf("%s: no google.api.field_behavior", field.FullName())
			}
		}
	}
}

// amounts are the names of sums of money.
var amounts = []string{"amount", "amount_min", "amount_max", "amount_eur"}

// TestFieldNames holds names to the unit or form that they promise.
func TestFieldNames(t *testing.T) {
	t.Parallel()
	for _, message := range apiMessages() {
		for _, field := range fieldsOf(message) {
			name, kind := string(field.Name()), field.Kind()
			timestamp := kind == protoreflect.MessageKind && field.Message().FullName() == "google.protobuf.Timestamp"
			switch {
			case strings.HasSuffix(name, "_time") != timestamp:
				t.Errorf("%s: names end in _time if they are timestamps, and only then", field.FullName())
			case strings.HasSuffix(name, "_date") && kind != protoreflect.StringKind:
				t.Errorf("%s: a date is a string YYYY-MM-DD", field.FullName())
			case strings.HasSuffix(name, "_bp") && kind != protoreflect.Int32Kind:
				t.Errorf("%s: a share in basis points is an int32", field.FullName())
			case strings.HasSuffix(name, "_micros") && kind != protoreflect.Int64Kind:
				t.Errorf("%s: millionths are an int64", field.FullName())
			case slices.Contains(amounts, name) && kind != protoreflect.Int64Kind:
				t.Errorf("%s: an amount is an int64 of whole units", field.FullName())
			case kind == protoreflect.FloatKind || kind == protoreflect.DoubleKind:
				t.Errorf("%s: no floating point: answers are exact and the same everywhere", field.FullName())
			}
		}
	}
}

// untyped are the messages that would take anything.
var untyped = []protoreflect.FullName{
	"google.protobuf.Any", "google.protobuf.Struct", "google.protobuf.Value", "google.protobuf.ListValue",
}

func TestNoUntypedFields(t *testing.T) {
	t.Parallel()
	for _, message := range apiMessages() {
		for _, field := range fieldsOf(message) {
			if of := field.Message(); of != nil && slices.Contains(untyped, of.FullName()) {
				t.Errorf("%s: %s takes anything", field.FullName(), of.FullName())
			}
		}
	}
}

// TestSentFieldsAreBounded: whatever a client may send has a largest size, so
// that no request within the limit on bytes costs without limit.
func TestSentFieldsAreBounded(t *testing.T) {
	t.Parallel()
	seen := map[protoreflect.FullName]bool{}
	var visit func(protoreflect.MessageDescriptor)
	visit = func(message protoreflect.MessageDescriptor) {
		if seen[message.FullName()] || !strings.HasPrefix(string(message.FullName()), "maecenas.") {
			return
		}
		seen[message.FullName()] = true
		for _, field := range fieldsOf(message) {
			if slices.Contains(behaviours(field), annotations.FieldBehavior_OUTPUT_ONLY) {
				continue
			}
			checkBounded(t, field)
			if of := field.Message(); of != nil && !field.IsMap() {
				visit(of)
			}
		}
	}
	for _, method := range apiMethods() {
		visit(method.Input())
	}
}

// checkBounded requires a greatest size of lists, maps, strings and bytes.
func checkBounded(t *testing.T, field protoreflect.FieldDescriptor) {
	t.Helper()
	rules := extension[*validate.FieldRules](field, validate.E_Field)
	value, kind := rules, field.Kind()
	switch {
	case field.IsMap():
		if !rules.GetMap().HasMaxPairs() {
			t.Errorf("%s: no map.max_pairs", field.FullName())
		}
		if of := field.MapValue().Message(); of != nil {
			t.Errorf("%s: a map of messages, which this test does not look into", field.FullName())
		}
		if field.MapKey().Kind() == protoreflect.StringKind && !boundedString(rules.GetMap().GetKeys()) {
			t.Errorf("%s: keys without string.max_len", field.FullName())
		}
		value, kind = rules.GetMap().GetValues(), field.MapValue().Kind()
	case field.IsList():
		if !rules.GetRepeated().HasMaxItems() {
			t.Errorf("%s: no repeated.max_items", field.FullName())
		}
		value = rules.GetRepeated().GetItems()
	}
	if kind == protoreflect.StringKind && !boundedString(value) {
		t.Errorf("%s: no string.max_len", field.FullName())
	}
	if kind == protoreflect.BytesKind && !value.GetBytes().HasMaxLen() && !value.GetBytes().HasLen() {
		t.Errorf("%s: no bytes.max_len", field.FullName())
	}
}

// boundedString tells whether rules set a greatest length: themselves, by a
// pattern without endless repetition, or by one of the rules of rules.proto, each
// of which bounds it.
func boundedString(rules *validate.FieldRules) bool {
	text := rules.GetString()
	if text == nil {
		return false
	}
	if text.HasMaxLen() || text.HasMaxBytes() || text.HasLen() || text.HasLenBytes() || text.HasConst() ||
		len(text.GetIn()) > 0 || text.GetUuid() {
		return true
	}
	shared := false
	text.ProtoReflect().Range(func(field protoreflect.FieldDescriptor, _ protoreflect.Value) bool {
		shared = shared || field.IsExtension() && field.ParentFile().Package() == "maecenas.v1"
		return true
	})
	if shared || !strings.HasPrefix(text.GetPattern(), "^") || !strings.HasSuffix(text.GetPattern(), "$") {
		return shared
	}
	pattern, err := syntax.Parse(text.GetPattern(), syntax.Perl)
	return err == nil && !endless(pattern)
}

// endless tells whether a pattern repeats something without a greatest count.
func endless(pattern *syntax.Regexp) bool {
	switch pattern.Op {
	case syntax.OpStar, syntax.OpPlus:
		return true
	case syntax.OpRepeat:
		if pattern.Max < 0 {
			return true
		}
	}
	return slices.ContainsFunc(pattern.Sub, endless)
}
