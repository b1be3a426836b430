package server_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	reflectionpb "google.golang.org/grpc/reflection/grpc_reflection_v1"
	"google.golang.org/grpc/status"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/config"
	"github.com/maecenas-cci/maecenas/internal/obs"
	"github.com/maecenas-cci/maecenas/internal/server"
)

// slow has one method that takes as long as a test wants.
type slow struct {
	maecenasv1.UnimplementedMatchServiceServer
	begun chan struct{}
	end   chan struct{}
}

func (s *slow) GetRankingPolicy(ctx context.Context, _ *maecenasv1.GetRankingPolicyRequest) (*maecenasv1.RankingPolicy, error) {
	s.begun <- struct{}{}
	select {
	case <-s.end:
		return &maecenasv1.RankingPolicy{}, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// backend is data without content, and what was done with them.
type backend struct {
	slow
	open   chan struct{} // closed to let Open go on
	err    error         // what Open answers
	mu     sync.Mutex
	closed bool
}

func newBackend() *backend {
	b := &backend{open: make(chan struct{})}
	b.begun, b.end = make(chan struct{}, 10), make(chan struct{})
	return b
}

func (b *backend) isClosed() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.closed
}

func (b *backend) Open(ctx context.Context) (*server.Backend, error) {
	select {
	case <-b.open:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if b.err != nil {
		return nil, b.err
	}
	return &server.Backend{
		Register: func(r grpc.ServiceRegistrar) error {
			maecenasv1.RegisterAssessmentServiceServer(r, maecenasv1.UnimplementedAssessmentServiceServer{})
			maecenasv1.RegisterCanvasServiceServer(r, maecenasv1.UnimplementedCanvasServiceServer{})
			maecenasv1.RegisterDealServiceServer(r, maecenasv1.UnimplementedDealServiceServer{})
			maecenasv1.RegisterInvestorServiceServer(r, maecenasv1.UnimplementedInvestorServiceServer{})
			maecenasv1.RegisterMandateServiceServer(r, maecenasv1.UnimplementedMandateServiceServer{})
			maecenasv1.RegisterMatchServiceServer(r, &b.slow)
			maecenasv1.RegisterNeedServiceServer(r, maecenasv1.UnimplementedNeedServiceServer{})
			maecenasv1.RegisterOrganizationServiceServer(r, maecenasv1.UnimplementedOrganizationServiceServer{})
			maecenasv1.RegisterExchangeRateServiceServer(r, maecenasv1.UnimplementedExchangeRateServiceServer{})
			maecenasv1.RegisterReportServiceServer(r, maecenasv1.UnimplementedReportServiceServer{})
			maecenasv1.RegisterPrivacyServiceServer(r, maecenasv1.UnimplementedPrivacyServiceServer{})
			maecenasv1.RegisterIntroductionServiceServer(r, maecenasv1.UnimplementedIntroductionServiceServer{})
			maecenasv1.RegisterBookmarkServiceServer(r, maecenasv1.UnimplementedBookmarkServiceServer{})
			maecenasv1.RegisterContactServiceServer(r, maecenasv1.UnimplementedContactServiceServer{})
			maecenasv1.RegisterAttestationServiceServer(r, maecenasv1.UnimplementedAttestationServiceServer{})
			maecenasv1.RegisterAuditServiceServer(r, maecenasv1.UnimplementedAuditServiceServer{})
			maecenasv1.RegisterBackupServiceServer(r, maecenasv1.UnimplementedBackupServiceServer{})
			maecenasv1.RegisterPrincipalServiceServer(r, maecenasv1.UnimplementedPrincipalServiceServer{})
			maecenasv1.RegisterMembershipServiceServer(r, maecenasv1.UnimplementedMembershipServiceServer{})
			maecenasv1.RegisterSessionServiceServer(r, maecenasv1.UnimplementedSessionServiceServer{})
			return nil
		},
		Authenticate: func(string, string) (*auth.Principal, error) { return auth.Local(), nil },
		Known:        func(context.Context, string) error { return nil },
		Ready:        func(context.Context) error { return nil },
		Data:         func() obs.Data { return obs.Data{Revision: 42} },
		Close: func() error {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.closed = true
			return nil
		},
	}, nil
}

func options(b *backend) server.Options {
	return server.Options{
		HTTP: "127.0.0.1:0", GRPC: "127.0.0.1:0", Open: b.Open,
		Grace: 5 * time.Second, Deadline: 10 * time.Second,
	}
}

func start(t *testing.T, opts server.Options) *server.Server {
	t.Helper()
	s, err := server.Start(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Stop() })
	return s
}

func dial(t *testing.T, s *server.Server) *grpc.ClientConn {
	t.Helper()
	conn, err := grpc.NewClient(s.Addrs().GRPC, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func get(t *testing.T, s *server.Server, path string) (code int, text string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+s.Addrs().HTTP+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

func TestAnswersWhileStarting(t *testing.T) {
	t.Parallel()
	b := newBackend()
	s := start(t, options(b))
	conn := dial(t, s)
	health := healthpb.NewHealthClient(conn)
	check := func(want healthpb.HealthCheckResponse_ServingStatus) {
		t.Helper()
		for _, service := range []string{"", "maecenas.v1.MatchService"} {
			got, err := health.Check(t.Context(), &healthpb.HealthCheckRequest{Service: service})
			if err != nil || got.GetStatus() != want {
				t.Errorf("health of %q: %v, %v; want %v", service, got.GetStatus(), err, want)
			}
		}
	}
	check(healthpb.HealthCheckResponse_NOT_SERVING)
	if code, _ := get(t, s, "/healthz"); code != 200 {
		t.Errorf("/healthz: %d", code)
	}
	for _, path := range []string{"/readyz", "/v1/rankingPolicy"} {
		if code, text := get(t, s, path); code != 503 || !strings.Contains(text, "SERVER_NOT_READY") {
			t.Errorf("%s: %d %s", path, code, text)
		}
	}
	close(b.open)
	close(b.end)
	if err := s.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	check(healthpb.HealthCheckResponse_SERVING)
	for _, path := range []string{"/readyz", "/v1/rankingPolicy"} {
		if code, text := get(t, s, path); code != 200 {
			t.Errorf("%s: %d %s", path, code, text)
		}
	}
	if _, text := get(t, s, "/metrics"); !strings.Contains(text, "maecenas_data_revision 42") || !strings.Contains(text, "grpc_server_handled_total") ||
		!strings.Contains(text, `http_server_requests_total{code="503",method="GET",route="/v1/rankingPolicy"} 1`) {
		t.Errorf("/metrics: %s", text)
	}
}

func TestReflection(t *testing.T) {
	t.Parallel()
	s := start(t, options(newBackend()))
	stream, err := reflectionpb.NewServerReflectionClient(dial(t, s)).ServerReflectionInfo(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	err = stream.Send(&reflectionpb.ServerReflectionRequest{MessageRequest: &reflectionpb.ServerReflectionRequest_ListServices{}})
	if err != nil {
		t.Fatal(err)
	}
	answer, err := stream.Recv()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(answer.String(), "maecenas.v1.MatchService") {
		t.Error(answer)
	}
}

func TestRefusedAddresses(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"0.0.0.0:0", ":0", "[::]:0", "example.com:80", "192.0.2.1:0"} {
		for _, change := range []func(*server.Options){
			func(o *server.Options) { o.HTTP = address }, func(o *server.Options) { o.GRPC = address },
		} {
			opts := options(newBackend())
			change(&opts)
			if _, err := server.Start(t.Context(), opts); !errors.Is(err, config.ErrNotLoopback) || !strings.Contains(err.Error(), "--tls-cert") {
				t.Errorf("%s: %v", address, err)
			}
		}
	}
	taken, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	opts := options(newBackend())
	opts.GRPC = taken.Addr().String()
	if _, err := server.Start(t.Context(), opts); err == nil || !strings.Contains(err.Error(), "--grpc") {
		t.Errorf("a port that is taken: %v", err)
	}
}

func TestDataThatDoNotOpen(t *testing.T) {
	t.Parallel()
	b := newBackend()
	b.err = errors.New("locked by somebody")
	close(b.open)
	err := server.Run(t.Context(), options(b), func(*server.Server) error { return errors.New("ready") })
	if !errors.Is(err, b.err) {
		t.Error(err)
	}
}

func TestStopWhileOpening(t *testing.T) {
	t.Parallel()
	s := start(t, options(newBackend()))
	if err := s.Stop(); err != nil {
		t.Error(err)
	}
	if err := s.Ready(t.Context()); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestStopLetsCallsEnd(t *testing.T) {
	t.Parallel()
	b := newBackend()
	close(b.open)
	var log bytes.Buffer
	opts := options(b)
	opts.Log = slog.New(slog.NewTextHandler(&log, nil))
	ctx, cancel := context.WithCancel(t.Context())
	ready, ended := make(chan server.Addrs, 1), make(chan error, 1)
	go func() {
		ended <- server.Run(ctx, opts, func(s *server.Server) error {
			ready <- s.Addrs()
			return nil
		})
	}()
	conn, err := grpc.NewClient((<-ready).GRPC, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	watch, err := healthpb.NewHealthClient(conn).Watch(t.Context(), &healthpb.HealthCheckRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if first, err := watch.Recv(); err != nil || first.GetStatus() != healthpb.HealthCheckResponse_SERVING {
		t.Fatal(first, err)
	}
	called := make(chan error, 1)
	go func() {
		_, err := maecenasv1.NewMatchServiceClient(conn).GetRankingPolicy(t.Context(), &maecenasv1.GetRankingPolicyRequest{})
		called <- err
	}()
	<-b.begun
	cancel()
	if next, err := watch.Recv(); err == nil && next.GetStatus() != healthpb.HealthCheckResponse_NOT_SERVING {
		t.Errorf("health while stopping: %v", next.GetStatus())
	}
	if b.isClosed() {
		t.Error("the data were closed under a call")
	}
	close(b.end)
	if err := <-called; err != nil {
		t.Errorf("the call that ran: %v", err)
	}
	if err := <-ended; err != nil {
		t.Errorf("Run: %v", err)
	}
	if !b.isClosed() {
		t.Error("the data are open still")
	}
	if !strings.Contains(log.String(), "msg=stopped") {
		t.Error(log.String())
	}
}

func TestStopCutsOffAfterGrace(t *testing.T) {
	t.Parallel()
	b := newBackend()
	close(b.open)
	opts := options(b)
	opts.Grace = 50 * time.Millisecond
	s := start(t, opts)
	if err := s.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	called := make(chan error, 1)
	client := maecenasv1.NewMatchServiceClient(dial(t, s))
	go func() {
		_, err := client.GetRankingPolicy(t.Context(), &maecenasv1.GetRankingPolicyRequest{})
		called <- err
	}()
	<-b.begun
	if err := s.Stop(); err == nil || !strings.Contains(err.Error(), "cut off") {
		t.Errorf("Stop: %v", err)
	}
	if err := <-called; status.Code(err) != codes.Unavailable {
		t.Errorf("the call: %v", err)
	}
	if !b.isClosed() {
		t.Error("the data are open still")
	}
}
