package canonical_test

import (
	"encoding/json"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/assess/canonical"
)

func TestMessage(t *testing.T) {
	t.Parallel()
	for _, one := range []struct {
		name    string
		message proto.Message
		want    string
	}{
		{"nil", (*maecenasv1.Canvas)(nil), ""},
		{"empty", &maecenasv1.Canvas{}, ""},
		{"empties inside", &maecenasv1.Moat{Evidence: &maecenasv1.Evidence{}, Title: ""}, ""},
		{"zeroes stay", &maecenasv1.Traction{Interviews: proto.Int32(0)}, `{"interviews":0}`},
		{"int64 is a string", &maecenasv1.Financials{Cash: proto.Int64(-12), CurrencyCode: "EUR"}, `{"cash":"-12","currencyCode":"EUR"}`},
		{"elements stay and are sorted", &maecenasv1.Canvas{CustomerSegments: []*maecenasv1.CustomerSegment{
			{Id: "b", Payer: true}, {}, {Id: "a", Payer: false, Title: "x"},
		}}, `{"customerSegments":[{"id":"a","title":"x"},{"id":"b","payer":true},{}]}`},
		{"strings are sorted", &maecenasv1.Channel{SegmentIds: []string{"b", "", "a"}}, `{"segmentIds":["","a","b"]}`},
		{"enums by name or number", &maecenasv1.Team{Members: []*maecenasv1.Team_Member{
			{Role: maecenasv1.Team_Member_FINANCE}, {Role: 77, SectorYears: proto.Int32(3)},
		}}, `{"members":[{"role":"FINANCE"},{"role":77,"sectorYears":3}]}`},
		{"escapes", &maecenasv1.CustomerSegment{Title: "\"\\/<>&\b\f\n\r\t\x00\x1f\x7f\u2028é🎭"},
			`{"title":"\"\\/<>&\b\f\n\r\t\u0000\u001f` + "\x7f\u2028é🎭" + `"}`},
		{"invalid UTF-8", &maecenasv1.CustomerSegment{Title: "a\xffb"}, `{"title":"a` + "\ufffd" + `b"}`},
	} {
		if got := string(canonical.Message(one.message.ProtoReflect())); got != one.want {
			t.Errorf("%s:\n got %s\nwant %s", one.name, got, one.want)
		}
	}
	c := &maecenasv1.Canvas{Name: "x", Etag: "y", Revision: 3, CurrencyCode: "EUR"}
	if got := string(canonical.Message(c.ProtoReflect(), "name", "etag", "revision")); got != `{"currencyCode":"EUR"}` {
		t.Errorf("fields left out by name: %s", got)
	}
	if got := string(canonical.Object(canonical.Member{Key: "b", Value: canonical.String("x")}, canonical.Member{Key: "c"}, canonical.Member{Key: "a", Value: []byte("1")})); got != `{"a":1,"b":"x"}` {
		t.Errorf("object: %s", got)
	}
	if canonical.Object() != nil || canonical.String("") != nil {
		t.Error("empty values are not left out")
	}
}

// TestSameAsProtojson: but for order and pruning it is the API's JSON.
func TestSameAsProtojson(t *testing.T) {
	t.Parallel()
	stream := &maecenasv1.RevenueStream{
		Id: "x", SegmentId: "s", Kind: maecenasv1.RevenueStream_TICKETING, AnnualAmount: proto.Int64(1 << 60),
		PrepaidShareBp: proto.Int32(0), Evidence: &maecenasv1.Evidence{Level: maecenasv1.Evidence_DOCUMENTED, AsOfDate: "2026-01-02"},
	}
	text, err := protojson.Marshal(stream)
	if err != nil {
		t.Fatal(err)
	}
	var values any
	if err := json.Unmarshal(text, &values); err != nil {
		t.Fatal(err)
	}
	want, err := json.Marshal(values) // sorted by key; nothing here needs an escape
	if err != nil {
		t.Fatal(err)
	}
	if got := canonical.Message(stream.ProtoReflect()); string(got) != string(want) {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestKinds: no field of what is hashed is of a kind that cannot be written.
func TestKinds(t *testing.T) {
	t.Parallel()
	seen := map[protoreflect.FullName]bool{}
	var visit func(protoreflect.MessageDescriptor)
	visit = func(message protoreflect.MessageDescriptor) {
		if seen[message.FullName()] {
			return
		}
		seen[message.FullName()] = true
		for i := range message.Fields().Len() {
			field := message.Fields().Get(i)
			switch field.Kind() {
			case protoreflect.MessageKind:
				if field.IsMap() {
					t.Errorf("%s is a map", field.FullName())
				}
				visit(field.Message())
			case protoreflect.StringKind, protoreflect.BoolKind, protoreflect.EnumKind, protoreflect.Int32Kind, protoreflect.Int64Kind:
			default:
				t.Errorf("%s is of kind %v", field.FullName(), field.Kind())
			}
		}
	}
	for _, root := range []proto.Message{&maecenasv1.Canvas{}, &maecenasv1.Traction{}, &maecenasv1.Financials{}, &maecenasv1.Team{}} {
		visit(root.ProtoReflect().Descriptor())
	}
}
