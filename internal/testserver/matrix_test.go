package testserver_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/testserver"
)

// caller is somebody with one relation to the objects.
type caller struct {
	*testserver.Client
	name string
	// role is the role on own, or on the installation where own is empty.
	role who
	own  string
	// looks is true for who is on the investors' side.
	looks bool
	// reads is true for a key that is read-only.
	reads bool
}

// reading are the methods that a key which is read-only may be used for.
var reading = regexp.MustCompile(`/(Get|List|Match|Preview|Explain|Compare|Propose|Lookup|VerifyAuditLog|ExportSubject|SignIn|RedeemLink)`)

// TestMatrix calls every method as everybody on everything, over gRPC and by every REST
// route: what no row lists as allowed is denied. A method without a row fails.
func TestMatrix(t *testing.T) { //nolint:tparallel // one world, asked one method after the other
	t.Parallel()
	w := newWorld(t, telling{caller: alba, more: true})
	w.send(t, w.Admin(), "POST", alba+"/deals?dealId=untold", `{"date": "2025-04-04", "instrument": "GRANT", "snapshot": {"place": {"countryCode": "IT"}}}`)
	callers := w.callers(t)
	all := methods()
	for name := range matrix {
		if all[name] == nil {
			t.Errorf("there is no method %s", name)
		}
	}
	for name, method := range all {
		row, ok := matrix[name]
		if !ok {
			t.Errorf("%s has no row: say who may call it", name)
			continue
		}
		t.Run(strings.ReplaceAll(name, "/", "."), func(t *testing.T) {
			objects := row.objects()
			if row.field == "" {
				objects = []string{""}
			}
			reached := map[route]bool{}
			for _, c := range callers {
				for _, object := range objects {
					request := w.harmless(t, name, method, row.field, object)
					w.judge(t, c, name, row.allows(c, object) && (!c.reads || reading.MatchString(name)), method, request, reached)
				}
			}
			for _, by := range routes(method) {
				if !reached[by] {
					t.Errorf("%s was not tried", by.path)
				}
			}
		})
	}
}

func (w *world) callers(t *testing.T) []caller {
	t.Helper()
	agency := "organizations/agency"
	w.put(t, "POST", "organizations?organizationId=agency", `{"displayName": "Agency", "legalForm": "ASSOCIATION", "helixRole": "COMPANY", "place": {"countryCode": "IT"}}`)
	w.Grant(t, agency, testserver.Editor(atelier))
	scoped := w.As(t, testserver.Owner(atelier))
	return []caller{
		{w.Nobody(t), "nobody", everyone, "", false, false},
		{w.As(t), "a stranger", signedIn, "", false, false},
		{w.As(t, testserver.Viewer(atelier)), "a viewer of an organization", viewer, atelier, false, false},
		{w.As(t, testserver.Editor(atelier)), "an editor of an organization", editor, atelier, false, false},
		{w.As(t, testserver.Owner(atelier)), "an owner of an organization", owner, atelier, false, false},
		{w.As(t, testserver.Owner(agency)), "an agency that edits", editor, atelier, false, false},
		{w.As(t, testserver.Owner(cava)), "an owner of an unlisted organization", owner, cava, false, false},
		{w.As(t, testserver.Viewer(alba)), "a viewer of an investor", viewer, alba, true, false},
		{w.As(t, testserver.Editor(alba)), "an editor of an investor", editor, alba, true, false},
		{w.As(t, testserver.Owner(alba)), "an owner of an investor", owner, alba, true, false},
		{w.Keyed(t, scoped.Name, &maecenasv1.ApiKey{ReadOnly: true}), "an owner's read-only key", owner, atelier, false, true},
		{w.As(t, testserver.Auditor()), "an auditor", auditor, "", false, false},
		{w.As(t, testserver.Verifier()), "a verifier", verifier, "", false, false},
		{w.Admin(), "an administrator", administrator, "", true, false},
	}
}

// allows answers whether the matrix lists a call as allowed.
func (r row) allows(c caller, object string) bool {
	if c.role == administrator && r.may != alone || r.may == everyone {
		return true
	}
	if c.role == everyone {
		return false
	}
	owns := c.own != "" && (object == c.own || strings.HasPrefix(object, c.own+"/"))
	switch r.may {
	case signedIn:
		return true
	case sees:
		switch {
		case owns:
			return true
		case strings.HasPrefix(object, "investors/"):
			return !strings.HasSuffix(object, "drafted")
		default:
			return c.looks && !strings.HasPrefix(object, cava)
		}
	case viewer, editor, owner:
		return owns && c.role >= r.may
	case auditor, verifier:
		return c.role == r.may
	default:
		return false
	}
}

// valid is what requests need to get as far as to a record of the caller's own, or of
// another's.
var valid = map[string]string{
	"IntroductionService/AdvanceIntroduction": `{"state": "MEETING"}`,
	"PrincipalService/CreateApiKey":           `{"apiKey": {}}`,
	"PrincipalService/SetPassword":            `{"password": "none that is right", "newPassword": "none that is used"}`,
	"PrivacyService/CreateConsent":            `{"consent": {"purpose": "MATCHING", "textVersion": "1"}}`,
}

// harmless is a request that names an object, and is refused for something else where
// it is permitted and would write.
func (w *world) harmless(t *testing.T, name string, method protoreflect.MethodDescriptor, field, object string) proto.Message {
	t.Helper()
	request := newMessage(t, method.Input())
	message := request.ProtoReflect()
	put := func(path, value string) {
		into := message
		parts := strings.Split(path, ".")
		for _, part := range parts[:len(parts)-1] {
			into = into.Mutable(into.Descriptor().Fields().ByName(protoreflect.Name(part))).Message()
		}
		if last := into.Descriptor().Fields().ByName(protoreflect.Name(parts[len(parts)-1])); last != nil && last.Kind() == protoreflect.StringKind && !last.IsList() {
			into.Set(last, protoreflect.ValueOfString(value))
		}
	}
	if text := valid[name]; text != "" {
		if err := protojson.Unmarshal([]byte(text), request); err != nil {
			t.Fatal(err)
		}
	}
	put("etag", "stale")
	if name == "PrivacyService/EraseSubject" {
		put("confirm_name", "not this")
	}
	if dry := message.Descriptor().Fields().ByName("validate_only"); dry != nil {
		message.Set(dry, protoreflect.ValueOfBool(true))
	}
	if field != "" {
		put(field, object)
		return request
	}
	// What has no row of objects is asked of something that there is not.
	for path, forms := range patterns(method) {
		if len(forms) > 0 {
			put(path, map[string]string{"exchange_rates.name": "exchangeRates/2026-01-02"}[path]+w.absent(name, path))
		}
	}
	return request
}

// absent is a name of the kind that a method asks for, of which there is none.
func (w *world) absent(name, path string) string {
	for prefix, absent := range map[string]string{
		"ExchangeRate": "exchangeRates/2026-01-02", "Introduction": "introductions/none", "Membership": "memberships/none",
		"Audit": "auditEntries/none", "Principal": "principals/someone",
	} {
		if strings.HasPrefix(name, prefix) && path != "exchange_rates.name" {
			return absent
		}
	}
	return ""
}

// judge calls and holds the answer against what the matrix says.
func (w *world) judge(t *testing.T, c caller, name string, allowed bool, method protoreflect.MethodDescriptor, request proto.Message, reached map[route]bool) {
	t.Helper()
	got := status.Code(ask(t, c.Client, method, request).err)
	what := fmt.Sprintf("%s: %s {%v}", c.name, name, request)
	refused := got == codes.PermissionDenied || got == codes.Unauthenticated || got == codes.NotFound
	switch {
	case got == codes.Unimplemented || got == codes.Internal || got == codes.Unknown:
		t.Errorf("%s answers %v", what, got)
	case c.role == everyone && !allowed && got != codes.Unauthenticated:
		t.Errorf("%s answers %v to who has not signed in", what, got)
	case !allowed && !refused:
		t.Errorf("%s is not denied: %v", what, got)
	case allowed && (got == codes.PermissionDenied || got == codes.Unauthenticated && method.Name() != "SignIn"):
		t.Errorf("%s is denied: %v", what, got)
	}
	for _, by := range routes(method) {
		reply, fits := overHTTP(t, c.Client, by, request, "")
		if !fits {
			continue
		}
		reached[by] = true
		if want := runtime.HTTPStatusFromCode(got); reply.code != want {
			t.Errorf("%s over %s %s answers %d, not %d", what, by.verb, by.path, reply.code, want)
		}
	}
}
