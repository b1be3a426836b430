package auth

import (
	"errors"
	"fmt"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// Rule is what one method asks of its caller.
type Rule struct {
	// Permission is its name, as resource.verb.
	Permission string
	// Access says who may.
	Access maecenasv1.PermissionRule_Access
	// Reads is true when a call only reads.
	Reads bool
	// optional is true when the request may name no object.
	optional bool
	// resources are the paths of the request's fields that name the object.
	resources [][]protoreflect.FieldDescriptor
}

// Table holds the rule of every method, by full gRPC name such as
// /maecenas.v1.NeedService/GetNeed. It does not change once made.
type Table map[string]Rule

// LoadTable reads the rules of the services from their methods' options. A
// method without one, or with a path that its request does not have, is an
// error: it must not start.
func LoadTable(services ...protoreflect.ServiceDescriptor) (Table, error) {
	table := Table{}
	var errs []error
	for _, service := range services {
		methods := service.Methods()
		for i := range methods.Len() {
			method := methods.Get(i)
			rule, err := ruleOf(method)
			if err != nil {
				errs = append(errs, err)
				continue
			}
			table["/"+string(service.FullName())+"/"+string(method.Name())] = rule
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return table, nil
}

func ruleOf(method protoreflect.MethodDescriptor) (Rule, error) {
	options, _ := method.Options().(*descriptorpb.MethodOptions)
	option, _ := proto.GetExtension(options, maecenasv1.E_Permission).(*maecenasv1.PermissionRule)
	if option.GetName() == "" {
		return Rule{}, fmt.Errorf("%s has no option (maecenas.v1.permission): state who may call it", method.FullName())
	}
	rule := Rule{Permission: option.GetName(), Access: option.GetAccess(), Reads: option.GetReads(), optional: option.GetResourceOptional()}
	for _, path := range option.GetResourceFields() {
		fields, err := resolve(method.Input(), path)
		if err != nil {
			return Rule{}, fmt.Errorf("%s: permission %s: %w", method.FullName(), option.GetName(), err)
		}
		rule.resources = append(rule.resources, fields)
	}
	return rule, nil
}

func resolve(message protoreflect.MessageDescriptor, path string) ([]protoreflect.FieldDescriptor, error) {
	var fields []protoreflect.FieldDescriptor
	for name := range strings.SplitSeq(path, ".") {
		if message == nil {
			return nil, fmt.Errorf("%s leads below a field that is no message", path)
		}
		field := message.Fields().ByName(protoreflect.Name(name))
		if field == nil {
			return nil, fmt.Errorf("%s has no field %s", message.FullName(), name)
		}
		fields = append(fields, field)
		message = field.Message()
	}
	if last := fields[len(fields)-1]; last.Kind() != protoreflect.StringKind || last.IsList() {
		return nil, fmt.Errorf("%s is no string", path)
	}
	return fields, nil
}

// Resources returns the names of the objects that the permission is needed on,
// as the request states them; an alternative left empty is left out.
func (r Rule) Resources(request proto.Message) []string {
	var names []string
	for _, path := range r.resources {
		message := request.ProtoReflect()
		for _, field := range path[:len(path)-1] {
			message = message.Get(field).Message()
		}
		if name := message.Get(path[len(path)-1]).String(); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// Decision is the answer to whether a caller may do something.
type Decision int

// The decisions.
const (
	// Allowed: go on.
	Allowed Decision = iota
	// Unauthenticated: credentials are needed.
	Unauthenticated
	// Denied: the credentials do not suffice.
	Denied
	// Exceeded: the principal may, but not with this key.
	Exceeded
)

// Allow decides whether p may call the method on the objects that the request
// names. A method that is not in the table is denied to everybody.
func (t Table) Allow(p *Principal, method string, request proto.Message) Decision {
	rule, ok := t[method]
	switch {
	case !ok:
		return Denied
	case rule.Access == maecenasv1.PermissionRule_ANYBODY:
		return Allowed
	case p.Name == "":
		return Unauthenticated
	case p.ReadOnly && !rule.Reads:
		return Exceeded
	default:
		return rule.allow(p, request)
	}
}

// needs is the role on an object that an access asks for.
var needs = map[maecenasv1.PermissionRule_Access]Role{
	maecenasv1.PermissionRule_VIEWER: RoleViewer,
	maecenasv1.PermissionRule_EDITOR: RoleEditor,
	maecenasv1.PermissionRule_OWNER:  RoleOwner,
}

func (r Rule) allow(p *Principal, request proto.Message) Decision {
	var may bool
	switch r.Access {
	case maecenasv1.PermissionRule_SIGNED_IN:
		if len(p.scopes) > 0 && !r.Reads && len(r.resources) == 0 {
			return Exceeded // what is written is none of the key's resources
		}
		return Allowed
	case maecenasv1.PermissionRule_ADMINISTRATOR:
		may = p.Administrator
	case maecenasv1.PermissionRule_AUDITOR:
		may = p.Auditor || p.Administrator
	case maecenasv1.PermissionRule_VERIFIER:
		may = p.Verifier || p.Administrator
	default:
		return r.onObject(p, request)
	}
	switch {
	case !may:
		return Denied
	case len(p.scopes) > 0:
		return Exceeded // a key of one resource does nothing to the whole
	default:
		return Allowed
	}
}

// onObject decides by the role on the objects that the request names.
func (r Rule) onObject(p *Principal, request proto.Message) Decision {
	need, ok := needs[r.Access]
	if !ok {
		return Denied
	}
	objects := r.Resources(request)
	if len(objects) == 0 && (r.optional || p.Unbounded()) {
		return Allowed
	}
	for _, object := range objects {
		if p.RoleOn(object) >= need {
			return Allowed
		}
	}
	return Denied
}
