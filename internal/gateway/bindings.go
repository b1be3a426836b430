package gateway

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// binding is how a method is called over HTTP, as its option google.api.http
// has it.
type binding struct {
	method         protoreflect.FullName
	verb, template string
	path           *regexp.Regexp
	pathFields     []string
	input          protoreflect.MessageDescriptor
	// body is the field that the body is; nil: the whole request, or nothing.
	body      protoreflect.FieldDescriptor
	wholeBody bool
	// anybody is true where no credentials are needed.
	anybody bool
	// confidential is true where the request may hold a secret, so that no error
	// repeats what it says.
	confidential bool
}

// hasBody tells whether the method takes a body.
func (b *binding) hasBody() bool { return b.wholeBody || b.body != nil }

// bodyMessage returns an empty message of what the body is.
func (b *binding) bodyMessage() (proto.Message, bool) {
	message := b.input
	if b.body != nil {
		message = b.body.Message()
	}
	found, err := protoregistry.GlobalTypes.FindMessageByName(message.FullName())
	if err != nil {
		return nil, false
	}
	return found.New().Interface(), true
}

// prefix returns what stands before the path of a field of the body.
func (b *binding) prefix() string {
	if b.body == nil {
		return ""
	}
	return b.body.JSONName()
}

// bindings lists the methods of the schema.
var bindings = sync.OnceValue(func() []*binding {
	var list []*binding
	pkg := maecenasv1.File_maecenas_v1_error_reason_proto.Package()
	protoregistry.GlobalFiles.RangeFilesByPackage(pkg, func(file protoreflect.FileDescriptor) bool {
		for i := range file.Services().Len() {
			methods := file.Services().Get(i).Methods()
			for j := range methods.Len() {
				if b := bindingOf(methods.Get(j)); b != nil {
					list = append(list, b)
				}
			}
		}
		return true
	})
	return list
})

func bindingOf(method protoreflect.MethodDescriptor) *binding {
	rule, ok := proto.GetExtension(method.Options(), annotations.E_Http).(*annotations.HttpRule)
	if !ok || rule == nil {
		return nil
	}
	b := &binding{method: method.FullName(), input: method.Input()}
	switch pattern := rule.GetPattern().(type) {
	case *annotations.HttpRule_Get:
		b.verb, b.template = http.MethodGet, pattern.Get
	case *annotations.HttpRule_Post:
		b.verb, b.template = http.MethodPost, pattern.Post
	case *annotations.HttpRule_Patch:
		b.verb, b.template = http.MethodPatch, pattern.Patch
	case *annotations.HttpRule_Delete:
		b.verb, b.template = http.MethodDelete, pattern.Delete
	default:
		return nil
	}
	switch rule.GetBody() {
	case "":
	case "*":
		b.wholeBody = true
	default:
		b.body = b.input.Fields().ByName(protoreflect.Name(rule.GetBody()))
	}
	permission, _ := proto.GetExtension(method.Options(), maecenasv1.E_Permission).(*maecenasv1.PermissionRule)
	b.anybody = permission.GetAccess() == maecenasv1.PermissionRule_ANYBODY
	b.path, b.pathFields = compile(b.template)
	for i := range b.input.Fields().Len() {
		name := string(b.input.Fields().Get(i).Name())
		b.confidential = b.confidential || name == "token" || strings.HasSuffix(name, "password")
	}
	return b
}

var variable = regexp.MustCompile(`\{([a-z0-9_.]+)(?:=([^}]*))?\}`)

// compile makes a regular expression of a path template without **.
func compile(template string) (*regexp.Regexp, []string) {
	var fields []string
	plain := variable.ReplaceAllStringFunc(template, func(text string) string {
		parts := variable.FindStringSubmatch(text)
		fields = append(fields, parts[1])
		if parts[2] == "" {
			return "*"
		}
		return parts[2]
	})
	pattern := strings.ReplaceAll(regexp.QuoteMeta(plain), `\*`, `[^/]+`)
	return regexp.MustCompile("^" + pattern + "$"), fields
}

// findBinding returns the method of a matched pattern.
func findBinding(verb, template string) *binding {
	for _, b := range bindings() {
		if b.verb == verb && b.template == template {
			return b
		}
	}
	return nil
}

// allowed returns the HTTP methods that a path has.
func allowed(path string) []string {
	var verbs []string
	for _, b := range bindings() {
		if b.path.MatchString(path) && !slices.Contains(verbs, b.verb) {
			verbs = append(verbs, b.verb)
		}
	}
	if slices.Contains(verbs, http.MethodGet) {
		verbs = append(verbs, http.MethodHead)
	}
	return verbs
}

// checkQuery refuses parameters that the method does not have: the generated
// code would leave them out without a word.
func (b *binding) checkQuery(query url.Values) (failure, bool) {
	var violations []*errdetails.BadRequest_FieldViolation
	for key := range query {
		if description := b.faultOf(key); description != "" {
			violations = append(violations, &errdetails.BadRequest_FieldViolation{Field: key, Description: description, Reason: "unknown"})
		}
	}
	if len(violations) == 0 {
		return failure{}, true
	}
	slices.SortFunc(violations, func(a, b *errdetails.BadRequest_FieldViolation) int { return strings.Compare(a.Field, b.Field) })
	message := violations[0].Field + ": " + violations[0].Description
	return newFailure(0, codes.InvalidArgument, maecenasv1.ErrorReason_REQUEST_MALFORMED, message,
		&errdetails.BadRequest{FieldViolations: violations}), false
}

// faultOf returns why a parameter cannot be given in the query; empty if it can.
func (b *binding) faultOf(key string) string {
	if b.wholeBody {
		return "is no parameter: this method takes its request in the body"
	}
	key, _, _ = strings.Cut(key, "[")
	path := resolve(b.input, key)
	switch {
	case path == "":
		return "is no parameter of this method"
	case b.body != nil && (path == string(b.body.Name()) || strings.HasPrefix(path, string(b.body.Name())+".")):
		return "belongs into the body"
	case slices.Contains(b.pathFields, path):
		return "is given by the path"
	}
	return ""
}

// resolve returns a path of JSON or schema names as schema names; empty if the
// message has no such field.
func resolve(message protoreflect.MessageDescriptor, path string) string {
	var names []string
	for part := range strings.SplitSeq(path, ".") {
		if message == nil {
			return ""
		}
		field := message.Fields().ByName(protoreflect.Name(part))
		if field == nil {
			field = message.Fields().ByJSONName(part)
		}
		if field == nil {
			return ""
		}
		names = append(names, string(field.Name()))
		message = nil
		if !field.IsList() && !field.IsMap() {
			message = field.Message()
		}
	}
	return strings.Join(names, ".")
}

// nameMask turns the paths of a field mask in the query, which may be written as
// the JSON is, into the schema's names. What it does not know it leaves as it
// is, for the server to refuse.
func (b *binding) nameMask(query url.Values) {
	if b.body == nil {
		return
	}
	for _, key := range []string{"updateMask", "update_mask"} {
		for i, value := range query[key] {
			paths := strings.Split(value, ",")
			for j, path := range paths {
				if name := resolve(b.body.Message(), strings.TrimSpace(path)); name != "" {
					paths[j] = name
				}
			}
			query[key][i] = strings.Join(paths, ",")
		}
	}
}
