package interceptor_test

import (
	"context"
	"net"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/test/bufconn"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/rpc/interceptor"
)

func TestDeclaredServices(t *testing.T) {
	t.Parallel()
	f := start(t, found, nil) // for its options
	f.opts.Metrics = prometheus.NewRegistry()
	server := grpc.NewServer(interceptor.New(f.opts).ServerOptions()...)
	services := interceptor.Declare(server, &maecenasv1.InvestorService_ServiceDesc)
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
	client := maecenasv1.NewInvestorServiceClient(conn)

	_, err = client.GetInvestor(t.Context(), &maecenasv1.GetInvestorRequest{})
	want(t, err, codes.Unavailable, maecenasv1.ErrorReason_SERVER_NOT_READY)
	if missing := services.Missing(); len(missing) != 1 {
		t.Errorf("missing %v", missing)
	}
	maecenasv1.RegisterInvestorServiceServer(services, investors{get: found})
	if _, err := client.GetInvestor(t.Context(), &maecenasv1.GetInvestorRequest{}); err != nil {
		t.Error(err)
	}
	if missing := services.Missing(); len(missing) != 0 {
		t.Errorf("missing %v", missing)
	}
}
