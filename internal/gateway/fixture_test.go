package gateway_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/timestamppb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/gateway"
	"github.com/maecenas-cci/maecenas/internal/rpc/interceptor"
)

// echo answers what it was asked, as far as the answer has room for it, and
// keeps the last request.
type echo struct {
	maecenasv1.UnimplementedOrganizationServiceServer
	maecenasv1.UnimplementedAssessmentServiceServer
	maecenasv1.UnimplementedMatchServiceServer
	maecenasv1.UnimplementedSessionServiceServer
	maecenasv1.UnimplementedBackupServiceServer

	last     proto.Message
	metadata metadata.MD
	err      error
}

func (e *echo) note(ctx context.Context, request proto.Message) error {
	e.last = request
	e.metadata, _ = metadata.FromIncomingContext(ctx)
	_ = grpc.SetTrailer(ctx, metadata.Pairs("maecenas-revision", "7"))
	return e.err
}

func (e *echo) CreateOrganization(ctx context.Context, r *maecenasv1.CreateOrganizationRequest) (*maecenasv1.Organization, error) {
	return r.GetOrganization(), e.note(ctx, r)
}

func (e *echo) GetOrganization(ctx context.Context, r *maecenasv1.GetOrganizationRequest) (*maecenasv1.Organization, error) {
	return &maecenasv1.Organization{Name: r.GetName()}, e.note(ctx, r)
}

func (e *echo) ListOrganizations(ctx context.Context, r *maecenasv1.ListOrganizationsRequest) (*maecenasv1.ListOrganizationsResponse, error) {
	return &maecenasv1.ListOrganizationsResponse{}, e.note(ctx, r)
}

func (e *echo) UpdateOrganization(ctx context.Context, r *maecenasv1.UpdateOrganizationRequest) (*maecenasv1.Organization, error) {
	return r.GetOrganization(), e.note(ctx, r)
}

func (e *echo) PreviewAssessment(ctx context.Context, r *maecenasv1.PreviewAssessmentRequest) (*maecenasv1.Assessment, error) {
	return &maecenasv1.Assessment{}, e.note(ctx, r)
}

func (e *echo) MatchNeeds(ctx context.Context, r *maecenasv1.MatchNeedsRequest) (*maecenasv1.MatchNeedsResponse, error) {
	return &maecenasv1.MatchNeedsResponse{Matches: []*maecenasv1.Match{{}}}, e.note(ctx, r)
}

func (e *echo) SignIn(ctx context.Context, r *maecenasv1.SignInRequest) (*maecenasv1.Session, error) {
	_ = grpc.SetHeader(ctx, metadata.Pairs(interceptor.SessionKey, "ms_"+strings.Repeat("a", 59)))
	return &maecenasv1.Session{ExpireTime: timestamppb.New(testNow.Add(time.Hour))}, e.note(ctx, r)
}

func (e *echo) GetCurrentSession(ctx context.Context, r *maecenasv1.GetCurrentSessionRequest) (*maecenasv1.Session, error) {
	return &maecenasv1.Session{}, e.note(ctx, r)
}

func (e *echo) SignOut(ctx context.Context, r *maecenasv1.SignOutRequest) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, e.note(ctx, r)
}

// testNow is the gateway's clock.
var testNow = time.Date(2026, time.June, 1, 12, 0, 0, 0, time.UTC)

type fixture struct {
	*echo
	url   string
	ready error
}

func start(t testing.TB) *fixture {
	t.Helper()
	return startWith(t, nil)
}

// startWith starts a gateway whose options a test changes.
func startWith(t testing.TB, change func(*gateway.Options)) *fixture {
	t.Helper()
	table, err := auth.LoadTable(
		maecenasv1.File_maecenas_v1_organization_service_proto.Services().Get(0),
		maecenasv1.File_maecenas_v1_assessment_service_proto.Services().Get(0),
		maecenasv1.File_maecenas_v1_match_service_proto.Services().Get(0),
		maecenasv1.File_maecenas_v1_session_service_proto.Services().Get(0),
		maecenasv1.File_maecenas_v1_backup_service_proto.Services().Get(0))
	if err != nil {
		t.Fatal(err)
	}
	chain := interceptor.New(interceptor.Options{
		Log: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry(), Permissions: table, Now: time.Now,
		Status:       status.Convert,
		Authenticate: func(context.Context) (*auth.Principal, error) { return auth.Local(), nil },
	})
	server := grpc.NewServer(chain.ServerOptions()...)
	f := &fixture{echo: &echo{}}
	registrar := interceptor.Registrar(server)
	maecenasv1.RegisterOrganizationServiceServer(registrar, f.echo)
	maecenasv1.RegisterAssessmentServiceServer(registrar, f.echo)
	maecenasv1.RegisterMatchServiceServer(registrar, f.echo)
	maecenasv1.RegisterSessionServiceServer(registrar, f.echo)
	maecenasv1.RegisterBackupServiceServer(registrar, f.echo)
	listener := bufconn.Listen(1 << 20)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	conn, err := grpc.NewClient("passthrough:server",
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }),
		grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	opts := gateway.Options{
		Conn: conn, Log: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry(), MetricsPage: http.NotFoundHandler(),
		Ready:     func(context.Context) error { return f.ready },
		RequestID: interceptor.RequestID, Now: func() time.Time { return testNow },
	}
	if change != nil {
		change(&opts)
	}
	handler, err := gateway.New(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(handler)
	t.Cleanup(web.Close)
	f.url = web.URL
	return f
}

// answered is an answer, read.
type answered struct {
	code   int
	header http.Header
	text   string
}

// call sends a request with a key. Its head is lines of "Name: value"; an empty
// value sends none.
func (f *fixture) call(t testing.TB, method, path, body string, head ...string) answered {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, f.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	request.Header.Set("Authorization", "Bearer k")
	for _, line := range head {
		name, value, _ := strings.Cut(line, ": ")
		request.Header.Set(name, value)
		if value == "" {
			request.Header.Del(name)
		}
		if name == "Host" {
			request.Host = value
		}
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answered{response.StatusCode, response.Header, string(text)}
}

// wantError checks an answer to be an error as the gateway writes them.
func wantError(t *testing.T, got answered, code int, word, reason string, fields ...string) {
	t.Helper()
	var body struct {
		Error struct {
			Code    int
			Message string
			Status  string
			Details []struct {
				Type            string `json:"@type"`
				Reason, Domain  string
				FieldViolations []struct{ Field, Description string }
			}
		}
	}
	if err := json.Unmarshal([]byte(got.text), &body); err != nil {
		t.Fatalf("%v: %s", err, got.text)
	}
	e := body.Error
	if got.code != code || e.Code != code || e.Status != word || e.Message == "" || len(e.Details) == 0 {
		t.Fatalf("%d %s, want %d %s", got.code, got.text, code, word)
	}
	if d := e.Details[0]; d.Type != "type.googleapis.com/google.rpc.ErrorInfo" || d.Reason != reason || d.Domain != "maecenas.v1" {
		t.Errorf("first detail %+v, want reason %s", d, reason)
	}
	if got.header.Get("Content-Type") != "application/json" || got.header.Get("X-Request-Id") == "" {
		t.Errorf("header %v", got.header)
	}
	var named []string
	for _, d := range e.Details {
		for _, v := range d.FieldViolations {
			named = append(named, v.Field)
		}
	}
	if diff := cmp.Diff(fields, named); diff != "" {
		t.Errorf("fields (-want +got):\n%s\n%s", diff, got.text)
	}
}
