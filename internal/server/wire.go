package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/reflection"
	reflectionpb "google.golang.org/grpc/reflection/grpc_reflection_v1"
	reflectionalphapb "google.golang.org/grpc/reflection/grpc_reflection_v1alpha"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/gateway"
	"github.com/maecenas-cci/maecenas/internal/obs"
	"github.com/maecenas-cci/maecenas/internal/rpc"
	"github.com/maecenas-cci/maecenas/internal/rpc/interceptor"
)

const (
	// maxStreams is how many calls one connection may have at a time.
	maxStreams = 256
	// maxHeaderBytes bounds the headers of a request.
	maxHeaderBytes = 32 << 10
	// maxAnswerBytes bounds what the gateway takes of the server: a page of large
	// records may be larger than any request.
	maxAnswerBytes = 256 << 20
	// privateBuffer is how much may be on its way between the gateway and gRPC.
	privateBuffer = 1 << 20
)

// services are all services of the interface.
func services() []*grpc.ServiceDesc {
	return []*grpc.ServiceDesc{
		&maecenasv1.AssessmentService_ServiceDesc,
		&maecenasv1.AttestationService_ServiceDesc,
		&maecenasv1.AuditService_ServiceDesc,
		&maecenasv1.BackupService_ServiceDesc,
		&maecenasv1.BookmarkService_ServiceDesc,
		&maecenasv1.CanvasService_ServiceDesc,
		&maecenasv1.ContactService_ServiceDesc,
		&maecenasv1.DealService_ServiceDesc,
		&maecenasv1.ExchangeRateService_ServiceDesc,
		&maecenasv1.IntroductionService_ServiceDesc,
		&maecenasv1.InvestorService_ServiceDesc,
		&maecenasv1.MandateService_ServiceDesc,
		&maecenasv1.MatchService_ServiceDesc,
		&maecenasv1.MembershipService_ServiceDesc,
		&maecenasv1.NeedService_ServiceDesc,
		&maecenasv1.OrganizationService_ServiceDesc,
		&maecenasv1.PrincipalService_ServiceDesc,
		&maecenasv1.PrivacyService_ServiceDesc,
		&maecenasv1.ReportService_ServiceDesc,
		&maecenasv1.SessionService_ServiceDesc,
	}
}

// wire makes the two servers, which do not serve yet. It returns where the
// services are registered once the data are there.
func (s *Server) wire(ctx context.Context) (*interceptor.Services, error) {
	table, err := permissions()
	if err != nil {
		return nil, err
	}
	registry := obs.NewRegistry(s.opts.Build)
	obs.RegisterData(registry, s.data)
	if s.cert != nil {
		registry.MustRegister(s.cert.gauge())
	}
	chain := interceptor.New(interceptor.Options{
		Log: s.log, Metrics: registry, Status: rpc.Status, Permissions: table,
		Authenticate: s.authenticate, Known: s.known,
		Rate: float64(s.opts.Rate), Burst: s.opts.Burst, Concurrency: s.opts.Concurrency,
		BehindProxy: s.opts.BehindTLSProxy,
		Deadline:    s.opts.Deadline, Stopping: s.stopping, Now: s.opts.Now,
	})
	s.grpc = grpc.NewServer(append(chain.ServerOptions(),
		grpc.MaxConcurrentStreams(maxStreams),
		grpc.MaxHeaderListSize(maxHeaderBytes),
		grpc.ConnectionTimeout(10*time.Second),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: 10 * time.Second, PermitWithoutStream: true}),
		grpc.KeepaliveParams(keepalive.ServerParameters{Time: 2 * time.Minute, Timeout: 20 * time.Second}),
		grpc.WaitForHandlers(true),
	)...)
	late := interceptor.Declare(s.grpc, services()...)
	s.registerHealth()
	s.registerReflection()
	if err := s.checkServices(table); err != nil {
		return nil, err
	}

	s.private = bufconn.Listen(privateBuffer)
	s.conn, err = grpc.NewClient("passthrough:private",
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return s.private.DialContext(ctx) }),
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxAnswerBytes)),
		grpc.WithDisableServiceConfig(),
	)
	if err != nil {
		return nil, err
	}
	handler, err := gateway.New(ctx, gateway.Options{
		Conn: s.conn, Log: s.log, Metrics: registry,
		MetricsPage: promhttp.HandlerFor(registry, promhttp.HandlerOpts{Registry: registry}),
		Ready:       s.readiness, RequestID: interceptor.RequestID, Web: s.opts.Web, Now: s.opts.Now,
		Origins: s.opts.Origins, AnyHost: !s.loopback, BehindProxy: s.opts.BehindTLSProxy,
	})
	if err != nil {
		return nil, err
	}
	s.http = s.httpServer(ctx, handler)
	return late, nil
}

// httpServer makes the server of HTTP, whose requests live as long as ctx.
func (s *Server) httpServer(ctx context.Context, handler http.Handler) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute,
		WriteTimeout:      s.opts.Deadline + 2*time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    maxHeaderBytes,
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
}

// permissions reads the rule of every method of the interface.
func permissions() (auth.Table, error) {
	var descriptors []protoreflect.ServiceDescriptor
	for _, desc := range services() {
		found, err := protoregistry.GlobalFiles.FindDescriptorByName(protoreflect.FullName(desc.ServiceName))
		if err != nil {
			return nil, err
		}
		service, ok := found.(protoreflect.ServiceDescriptor)
		if !ok {
			return nil, fmt.Errorf("%s is no service", desc.ServiceName)
		}
		descriptors = append(descriptors, service)
	}
	return auth.LoadTable(descriptors...)
}

// checkServices refuses to start with a method that nobody said who may call.
func (s *Server) checkServices(table auth.Table) error {
	var errs []error
	for service, info := range s.grpc.GetServiceInfo() {
		if slices.Contains(interceptor.PublicServices(), service) {
			continue
		}
		for _, method := range info.Methods {
			if _, ok := table["/"+service+"/"+method.Name]; !ok {
				errs = append(errs, fmt.Errorf("/%s/%s has no permission", service, method.Name))
			}
		}
	}
	return errors.Join(errs...)
}

func (s *Server) registerHealth() {
	s.health = health.NewServer()
	s.setHealth(healthpb.HealthCheckResponse_NOT_SERVING)
	healthpb.RegisterHealthServer(interceptor.Registrar(s.grpc), s.health)
}

func (s *Server) setHealth(status healthpb.HealthCheckResponse_ServingStatus) {
	s.health.SetServingStatus("", status)
	for _, desc := range services() {
		s.health.SetServingStatus(desc.ServiceName, status)
	}
}

func (s *Server) registerReflection() {
	opts := reflection.ServerOptions{Services: s.grpc}
	registrar := interceptor.Registrar(s.grpc)
	reflectionpb.RegisterServerReflectionServer(registrar, reflection.NewServerV1(opts))
	reflectionalphapb.RegisterServerReflectionServer(registrar, reflection.NewServer(opts))
}

// data is what the metrics tell; nothing while there are no data.
func (s *Server) data() obs.Data {
	if backend := s.backend.Load(); backend != nil {
		return backend.Data()
	}
	return obs.Data{}
}

// readiness returns why calls are not answered.
func (s *Server) readiness(ctx context.Context) error {
	backend := s.backend.Load()
	switch {
	case s.isStopping():
		return errors.New("the server is stopping")
	case backend == nil:
		return errors.New("the data are being opened")
	default:
		return backend.Ready(ctx)
	}
}

// missing says which services a backend left out.
func missing(late *interceptor.Services) error {
	if names := late.Missing(); len(names) > 0 {
		return fmt.Errorf("no service %s was registered", strings.Join(names, ", "))
	}
	return nil
}
