package testserver_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/maecenas-cci/maecenas/internal/testserver"
)

// Requests of any method of the interface, made by reflection, and their answers.

// methods are all methods of the interface, by name such as NeedService/GetNeed.
func methods() map[string]protoreflect.MethodDescriptor {
	all := map[string]protoreflect.MethodDescriptor{}
	protoregistry.GlobalFiles.RangeFilesByPackage("maecenas.v1", func(file protoreflect.FileDescriptor) bool {
		for i := range file.Services().Len() {
			service := file.Services().Get(i)
			for j := range service.Methods().Len() {
				method := service.Methods().Get(j)
				all[string(service.Name())+"/"+string(method.Name())] = method
			}
		}
		return true
	})
	return all
}

func newMessage(t testing.TB, of protoreflect.MessageDescriptor) proto.Message {
	t.Helper()
	found, err := protoregistry.GlobalTypes.FindMessageByName(of.FullName())
	if err != nil {
		t.Fatal(err)
	}
	return found.New().Interface()
}

// answer is all that a caller gets.
type answer struct {
	messages []proto.Message
	err      error
	headers  []metadata.MD
}

// ask calls a method, streaming or not.
func ask(t testing.TB, as *testserver.Client, method protoreflect.MethodDescriptor, request proto.Message) answer {
	t.Helper()
	full := fmt.Sprintf("/%s/%s", method.Parent().FullName(), method.Name())
	var header, trailer metadata.MD
	stream, err := as.Conn.NewStream(t.Context(), &grpc.StreamDesc{ServerStreams: method.IsStreamingServer()}, full, grpc.Header(&header), grpc.Trailer(&trailer))
	if err == nil {
		err = errors.Join(stream.SendMsg(request), stream.CloseSend())
	}
	got := answer{err: err}
	for got.err == nil {
		message := newMessage(t, method.Output())
		if got.err = stream.RecvMsg(message); got.err == nil {
			got.messages = append(got.messages, message)
		}
		if !method.IsStreamingServer() {
			break
		}
	}
	if errors.Is(got.err, io.EOF) {
		got.err = nil
	}
	got.headers = []metadata.MD{header, trailer}
	return got
}

// text is the answer as text: messages, what archives hold, errors and headers.
func (a answer) text(t testing.TB) string {
	t.Helper()
	var all strings.Builder
	var chunks []byte
	for _, message := range a.messages {
		text, err := protojson.Marshal(message)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
		if field := message.ProtoReflect().Descriptor().Fields().ByName("data"); field != nil && field.Kind() == protoreflect.BytesKind {
			chunks = append(chunks, message.ProtoReflect().Get(field).Bytes()...)
		}
	}
	all.Write(chunks)
	if archive, err := zip.NewReader(bytes.NewReader(chunks), int64(len(chunks))); err == nil {
		for _, file := range archive.File {
			opened, err := file.Open()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.Copy(&all, opened); err != nil {
				t.Fatal(err)
			}
		}
	}
	if a.err != nil {
		text, err := protojson.Marshal(status.Convert(a.err).Proto())
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String() + fmt.Sprint(a.headers)
}

// asker makes requests of what a choice, below a number, says.
type asker struct {
	choose func(n int) int
	// names are of records that are there, or may be.
	names []string
	// tokens are page tokens of other answers.
	tokens []string
	// own is what destructive requests leave alone.
	own []string
}

func (a *asker) one(of []string) string {
	if len(of) == 0 {
		return ""
	}
	return of[a.choose(len(of))]
}

// destructive are methods by which a caller would lose what it asks with, or get
// another side, and with it other eyes.
var destructive = regexp.MustCompile(`/(Delete|Erase|SignOut|Rotate|SetPassword|UpdateMembership|AcceptMembership|UpdatePrincipal|CreateOrganization|CreateInvestor|InviteMember|IssueLink|RedeemLink|CreateMembership)`)

// request is one of a method.
func (a *asker) request(t testing.TB, name string, method protoreflect.MethodDescriptor) proto.Message {
	t.Helper()
	request := newMessage(t, method.Input())
	a.fill(request.ProtoReflect(), patterns(method), "", 0)
	if destructive.MatchString(name) {
		fields := request.ProtoReflect().Descriptor().Fields()
		if field := fields.ByName("validate_only"); field != nil {
			request.ProtoReflect().Set(field, protoreflect.ValueOfBool(true))
		} else if slices.ContainsFunc(a.own, func(own string) bool { return strings.Contains(fmt.Sprint(request), own) }) {
			return newMessage(t, method.Input())
		}
	}
	return request
}

// patterns are the forms of names in a method's paths, by the field's path.
func patterns(method protoreflect.MethodDescriptor) map[string][]*regexp.Regexp {
	found := map[string][]*regexp.Regexp{}
	for _, route := range routes(method) {
		for _, part := range variable.FindAllStringSubmatch(route.path, -1) {
			form := strings.ReplaceAll(regexp.QuoteMeta(part[2]), `\*`, "[^/]+")
			found[part[1]] = append(found[part[1]], regexp.MustCompile("^"+form+"$"))
		}
	}
	return found
}

var variable = regexp.MustCompile(`\{([a-z_.]+)=([^}]*)\}`)

// route is one way to call a method over HTTP.
type route struct{ verb, path, body string }

func routes(method protoreflect.MethodDescriptor) []route {
	rule, _ := proto.GetExtension(method.Options(), annotations.E_Http).(*annotations.HttpRule)
	var all []route
	for _, one := range append([]*annotations.HttpRule{rule}, rule.GetAdditionalBindings()...) {
		switch p := one.GetPattern().(type) {
		case *annotations.HttpRule_Get:
			all = append(all, route{"GET", p.Get, one.GetBody()})
		case *annotations.HttpRule_Post:
			all = append(all, route{"POST", p.Post, one.GetBody()})
		case *annotations.HttpRule_Patch:
			all = append(all, route{"PATCH", p.Patch, one.GetBody()})
		case *annotations.HttpRule_Delete:
			all = append(all, route{"DELETE", p.Delete, one.GetBody()})
		}
	}
	return all
}

// fill sets some fields of a message.
func (a *asker) fill(message protoreflect.Message, forms map[string][]*regexp.Regexp, path string, depth int) {
	fields := message.Descriptor().Fields()
	for i := range fields.Len() {
		field := fields.Get(i)
		if field.Name() == "min_revision" {
			continue // it waits for what does not come
		}
		at := strings.TrimPrefix(path+"."+string(field.Name()), ".")
		leads := depth == 0 && named.MatchString(string(field.Name())) && a.choose(4) > 0 || slices.ContainsFunc(keysOf(forms), func(key string) bool { return key == at || strings.HasPrefix(key, at+".") })
		if !leads && a.choose(3+depth) != 0 || depth > 4 {
			continue
		}
		switch {
		case field.IsMap():
			value := field.MapValue().Kind()
			if field.MapKey().Kind() == protoreflect.StringKind && value == protoreflect.Int32Kind {
				key := protoreflect.ValueOfString(a.one([]string{"TEAM", "PLACE", "SECTOR", "TERMS"})).MapKey()
				message.Mutable(field).Map().Set(key, protoreflect.ValueOfInt32(int32(a.choose(101))))
			}
		case field.IsList():
			list := message.Mutable(field).List()
			for range 1 + a.choose(2) {
				if field.Message() != nil {
					element := list.NewElement()
					a.fill(element.Message(), forms, at, depth+1)
					list.Append(element)
					continue
				}
				list.Append(a.scalar(field, nil))
			}
		case field.Message() != nil:
			switch field.Message().FullName() {
			case "google.protobuf.Timestamp":
				message.Set(field, protoreflect.ValueOfMessage((&timestamppb.Timestamp{Seconds: 1780000000}).ProtoReflect()))
			case "google.protobuf.FieldMask":
				list := message.Mutable(field).Message()
				paths := list.Mutable(list.Descriptor().Fields().ByName("paths")).List()
				paths.Append(protoreflect.ValueOfString(a.one([]string{"*", "title", "description", "note", "listed", "disclosure", "excluded_investors", "state"})))
			default:
				a.fill(message.Mutable(field).Message(), forms, at, depth+1)
			}
		default:
			message.Set(field, a.scalar(field, forms[at]))
		}
	}
}

func keysOf[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	return keys
}

// scalar is a value of a field, mostly one that suits it.
func (a *asker) scalar(field protoreflect.FieldDescriptor, forms []*regexp.Regexp) protoreflect.Value {
	switch field.Kind() {
	case protoreflect.StringKind:
		return protoreflect.ValueOfString(a.word(string(field.Name()), forms))
	case protoreflect.BytesKind:
		return protoreflect.ValueOfBytes([]byte("bytes"))
	case protoreflect.BoolKind:
		return protoreflect.ValueOfBool(a.choose(2) == 0)
	case protoreflect.EnumKind:
		values := field.Enum().Values()
		return protoreflect.ValueOfEnum(values.Get(a.choose(values.Len())).Number())
	case protoreflect.Int64Kind:
		return protoreflect.ValueOfInt64(int64(a.choose(60000)))
	case protoreflect.Int32Kind:
		return protoreflect.ValueOfInt32(int32(a.choose(20)))
	default:
		return field.Default()
	}
}

// questions are filters and orders that read what may be hidden.
var (
	questions = []string{
		"", "kanary", "theatre", `display_name = "KANARY*"`, "financials.cash > 5", "NOT financials.cash > 5", "financials.cash:*", "size_class = MICRO",
		"organization.financials.cash > 5", "assessment.score > 100", "need.amount_min > 5", "organization.team.members.role = CREATIVE",
		"mandate.match_funding_share_bp > 0", "mandate.instruments.amount_max > 60000", "published = true", "published = false", "state = DRAFT", "state = OPEN",
		`external_ids.id = "KANARY 0 investors/borea registry"`, "traction.interviews > 3", "weights:*", "excluded_investors:*", "review_due_date < \"2027-01-01\"",
	}
	orders = []string{"", "score", "fit", "display_name", "title desc", "financials.cash desc", "amount_min", "create_time desc", "update_time", "amount desc", "date"}
	named  = regexp.MustCompile(`^(name|parent|needs?|mandates?|investor|organization|organization_name|resource|subject|member|actor|confirm_name|excluded_.*|incompatible_mandates|deal|verifier|granter)$`)
)

func (a *asker) word(field string, forms []*regexp.Regexp) string {
	switch {
	case len(forms) > 0 && a.choose(20) > 0:
		return a.one(slices.DeleteFunc(slices.Clone(a.names), func(name string) bool {
			return !slices.ContainsFunc(forms, func(form *regexp.Regexp) bool { return form.MatchString(name) })
		}))
	case named.MatchString(field) && a.choose(8) > 0:
		kind := strings.TrimSuffix(strings.TrimPrefix(strings.TrimSuffix(field, "_name"), "excluded_"), "s")
		fit := slices.DeleteFunc(slices.Clone(a.names), func(name string) bool {
			parts := strings.Split(name, "/")
			return len(parts) < 2 || strings.TrimSuffix(parts[len(parts)-2], "s") != kind
		})
		if len(fit) > 0 {
			return a.one(fit)
		}
		return a.one(a.names)
	case named.MatchString(field):
		return a.one(a.names)
	case field == "filter":
		return a.one(questions)
	case field == "order_by":
		return a.one(orders)
	case field == "page_token":
		if a.choose(3) == 0 {
			return a.one(a.tokens)
		}
		return ""
	case field == "etag", field == "request_id":
		return ""
	case strings.HasSuffix(field, "_date"), field == "date":
		return a.one([]string{"2026-06-01", "2025-01-01", "2026-12-31"})
	case strings.HasSuffix(field, "currency_code"):
		return "EUR"
	case strings.HasSuffix(field, "country_code"):
		return "IT"
	case field == "email":
		return "somebody@example.org"
	default:
		return a.one([]string{"", "words", "90.01", "it", "text"})
	}
}
