package testserver_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/grpc"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	reflectionpb "google.golang.org/grpc/reflection/grpc_reflection_v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/known/emptypb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/testserver"
)

// served are the methods of the interface, as a server's reflection tells them to
// anybody.
func served(t *testing.T, conn *grpc.ClientConn) []protoreflect.MethodDescriptor {
	t.Helper()
	stream, err := reflectionpb.NewServerReflectionClient(conn).ServerReflectionInfo(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.Send(&reflectionpb.ServerReflectionRequest{MessageRequest: &reflectionpb.ServerReflectionRequest_ListServices{}}); err != nil {
		t.Fatal(err)
	}
	answer, err := stream.Recv()
	if err != nil {
		t.Fatal(err)
	}
	var methods []protoreflect.MethodDescriptor
	for _, service := range answer.GetListServicesResponse().GetService() {
		if !strings.HasPrefix(service.GetName(), "maecenas.") {
			continue
		}
		found, err := protoregistry.GlobalFiles.FindDescriptorByName(protoreflect.FullName(service.GetName()))
		if err != nil {
			t.Fatal(err)
		}
		all := found.(protoreflect.ServiceDescriptor).Methods() //nolint:forcetypeassert // it has the name of a service
		for i := range all.Len() {
			methods = append(methods, all.Get(i))
		}
	}
	if len(methods) < 80 {
		t.Fatalf("%d methods only", len(methods))
	}
	return methods
}

// openToAll is what may be called without credentials.
var openToAll = map[protoreflect.FullName]bool{
	"maecenas.v1.AssessmentService.GetRubric":   true,
	"maecenas.v1.MatchService.GetRankingPolicy": true,
	"maecenas.v1.SessionService.SignIn":         true,
	"maecenas.v1.SessionService.RedeemLink":     true,
}

// TestNobodyMay calls every method without credentials, and with ones that are not
// known, over gRPC.
func TestNobodyMay(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t, testserver.Options{})
	conn := s.Nobody(t).Conn
	for _, method := range served(t, conn) {
		name := "/" + string(method.Parent().FullName()) + "/" + string(method.Name())
		err := invoke(t, conn, name, method)
		if open := openToAll[method.FullName()]; (reasonOf(err) == "UNAUTHENTICATED") == open {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := healthpb.NewHealthClient(conn).Check(t.Context(), &healthpb.HealthCheckRequest{}); err != nil {
		t.Errorf("health: %v", err)
	}
}

func invoke(t *testing.T, conn *grpc.ClientConn, name string, method protoreflect.MethodDescriptor) error {
	t.Helper()
	if !method.IsStreamingClient() && !method.IsStreamingServer() {
		return conn.Invoke(t.Context(), name, &emptypb.Empty{}, &emptypb.Empty{})
	}
	stream, err := conn.NewStream(t.Context(), &grpc.StreamDesc{ClientStreams: true, ServerStreams: true}, name)
	if err == nil {
		err = stream.SendMsg(&emptypb.Empty{})
	}
	if err == nil {
		err = stream.CloseSend()
	}
	if err == nil {
		err = stream.RecvMsg(&emptypb.Empty{})
	}
	return err
}

var pathField = regexp.MustCompile(`\{[^=}]*=?([^}]*)\}`)

// routesOf are the HTTP methods and paths of a method, with x for every id.
func routesOf(method protoreflect.MethodDescriptor) [][2]string {
	rule, _ := proto.GetExtension(method.Options(), annotations.E_Http).(*annotations.HttpRule)
	var found [][2]string
	for _, one := range append([]*annotations.HttpRule{rule}, rule.GetAdditionalBindings()...) {
		for verb, path := range map[string]string{
			"GET": one.GetGet(), "POST": one.GetPost(), "PATCH": one.GetPatch(), "DELETE": one.GetDelete(), "PUT": one.GetPut(),
		} {
			if path == "" {
				continue
			}
			path = pathField.ReplaceAllStringFunc(path, func(field string) string {
				inner := pathField.FindStringSubmatch(field)[1]
				if inner == "" {
					inner = "*"
				}
				return strings.ReplaceAll(inner, "*", "x")
			})
			found = append(found, [2]string{verb, path})
		}
	}
	return found
}

// TestNobodyMayOverREST calls every route without credentials, and with ones that are
// not known; the description of the interface and the probes stay open.
func TestNobodyMayOverREST(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t, testserver.Options{})
	nobody := s.Nobody(t)
	stranger := &testserver.Client{Key: "mk_aaaaaaaaaa_" + strings.Repeat("a", 47), URL: s.URL}
	ended := &testserver.Client{Session: "ms_" + strings.Repeat("a", 59), URL: s.URL}
	count := 0
	for _, method := range served(t, nobody.Conn) {
		for _, route := range routesOf(method) {
			count++
			for what, client := range map[string]*testserver.Client{"nobody": nobody, "an unknown key": stranger, "an unknown session": ended} {
				code, answer, header := client.REST(t, route[0], route[1], "{}")
				word, _ := reason(answer)
				if openToAll[method.FullName()] {
					if word == "UNAUTHENTICATED" {
						t.Errorf("%s: %s %s: %d %v", what, route[0], route[1], code, answer)
					}
					continue
				}
				if code != http.StatusUnauthorized || word != "UNAUTHENTICATED" || !strings.HasPrefix(header.Get("WWW-Authenticate"), "Bearer") {
					t.Errorf("%s: %s %s: %d %v", what, route[0], route[1], code, answer)
				}
			}
		}
	}
	if count < 80 {
		t.Errorf("%d routes only", count)
	}
	for _, path := range []string{"/openapi.json", "/healthz", "/readyz", "/docs", "/v1/rubric", "/v1/rankingPolicy"} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := nobody.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", path, response.Status)
		}
	}
}

// TestCredentialsThatCannotBeRead: only Bearer is taken, once.
func TestCredentialsThatCannotBeRead(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t, testserver.Options{})
	key := s.Admin().Key
	for header, want := range map[string]int{
		"Bearer " + key: 200, "bearer " + key: 200, "Basic " + key: 401, key: 401, "Bearer": 401, "Bearer  ": 401, "Bearer " + key + "a": 401,
		"Bearer " + strings.ToUpper(key): 401, "Bearer " + key[:13]: 401,
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/v1/sessions/current", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", header)
		response, err := http.DefaultTransport.RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != want {
			t.Errorf("%.10s…: %s, want %d", header, response.Status, want)
		}
	}
	if _, err := maecenasv1.NewSessionServiceClient(s.Conn).GetCurrentSession(t.Context(), &maecenasv1.GetCurrentSessionRequest{}); err != nil {
		t.Error(err)
	}
}
