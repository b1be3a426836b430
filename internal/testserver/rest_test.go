package testserver_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/maecenas-cci/maecenas/internal/testserver"
)

// reply is what HTTP answers.
type reply struct {
	code int
	text string
	head http.Header
}

// overHTTP sends a request by one of its routes; false where that does not take what
// the request names.
func overHTTP(t testing.TB, as *testserver.Client, by route, request proto.Message, accept string) (reply, bool) {
	t.Helper()
	message := proto.Clone(request).ProtoReflect()
	path, ok := by.path, true
	for _, part := range variable.FindAllStringSubmatch(by.path, -1) {
		value := take(message, part[1])
		ok = ok && fits(part[2], value)
		path = strings.Replace(path, part[0], value, 1)
	}
	if !ok {
		return reply{}, false
	}
	body := ""
	query := url.Values{}
	switch by.body {
	case "":
	case "*":
		body = jsonOf(t, message.Interface())
		message = message.New()
	default:
		field := message.Descriptor().Fields().ByName(protoreflect.Name(by.body))
		body = jsonOf(t, message.Get(field).Message().Interface())
		message.Clear(field)
	}
	flatten(message, query)
	target := as.URL + path
	if len(query) > 0 {
		target += "?" + query.Encode()
	}
	sent, err := http.NewRequestWithContext(t.Context(), by.verb, target, strings.NewReader(body))
	if err != nil {
		return reply{}, false // a name that no address can hold
	}
	sent.Header.Set("Content-Type", "application/json")
	if accept != "" {
		sent.Header.Set("Accept", accept)
	}
	response, err := as.Do(sent)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{response.StatusCode, string(text), response.Header}, true
}

// take takes the value of a field out of a message.
func take(message protoreflect.Message, path string) string {
	head, rest, deeper := strings.Cut(path, ".")
	field := message.Descriptor().Fields().ByName(protoreflect.Name(head))
	if deeper {
		return take(message.Mutable(field).Message(), rest)
	}
	value := message.Get(field).String()
	message.Clear(field)
	return value
}

// fits answers whether a name has a path's form.
func fits(form, name string) bool {
	want, got := strings.Split(form, "/"), strings.Split(name, "/")
	if len(want) != len(got) {
		return false
	}
	for i := range want {
		if got[i] == "" || want[i] != "*" && want[i] != got[i] {
			return false
		}
	}
	return true
}

func jsonOf(t testing.TB, message proto.Message) string {
	t.Helper()
	text, err := protojson.Marshal(message)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// flatten makes a query of the fields that are no messages.
func flatten(message protoreflect.Message, query url.Values) {
	message.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		switch {
		case field.IsMap(), field.IsList(), field.Message() != nil:
		case field.Kind() == protoreflect.EnumKind:
			if name := field.Enum().Values().ByNumber(value.Enum()); name != nil {
				query.Set(field.JSONName(), string(name.Name()))
			}
		default:
			query.Set(field.JSONName(), fmt.Sprint(value.Interface()))
		}
		return true
	})
}
