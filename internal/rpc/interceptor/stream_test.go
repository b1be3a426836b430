package interceptor_test

import (
	"context"
	"log/slog"
	"net"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/rpc/interceptor"
)

const chat = "/test.Chat/Talk"

// startChat serves one streaming method, which answers each message, and returns
// a client's stream.
func startChat(t *testing.T, principal *auth.Principal, stopping chan struct{}) grpc.ClientStream {
	t.Helper()
	server := grpc.NewServer(interceptor.New(interceptor.Options{
		Log: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry(), Status: status.Convert, Now: time.Now, Stopping: stopping,
		Authenticate: func(context.Context) (*auth.Principal, error) { return principal, nil },
		Permissions:  auth.Table{chat: {Permission: "chats.talk", Access: maecenasv1.PermissionRule_ADMINISTRATOR}},
	}).ServerOptions()...)
	interceptor.Registrar(server).RegisterService(&grpc.ServiceDesc{
		ServiceName: "test.Chat",
		HandlerType: (*any)(nil),
		Streams: []grpc.StreamDesc{{
			StreamName: "Talk", ServerStreams: true, ClientStreams: true,
			Handler: func(_ any, stream grpc.ServerStream) error {
				for {
					var got maecenasv1.GetInvestorRequest
					if err := stream.RecvMsg(&got); err != nil {
						return err
					}
					if got.GetName() == "wait" {
						<-stream.Context().Done()
						return stream.Context().Err()
					}
					if err := stream.SendMsg(&maecenasv1.Investor{Name: got.GetName()}); err != nil {
						return err
					}
				}
			},
		}},
	}, struct{}{})
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
	stream, err := conn.NewStream(t.Context(), &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}, chat)
	if err != nil {
		t.Fatal(err)
	}
	return stream
}

func say(t *testing.T, stream grpc.ClientStream, name string) (string, error) {
	t.Helper()
	if err := stream.SendMsg(&maecenasv1.GetInvestorRequest{Name: name}); err != nil {
		t.Fatal(err)
	}
	var answer maecenasv1.Investor
	err := stream.RecvMsg(&answer)
	return answer.GetName(), err
}

func TestStreams(t *testing.T) {
	t.Parallel()
	stream := startChat(t, auth.Local(), nil)
	for _, name := range []string{"a", "b"} {
		if got, err := say(t, stream, name); err != nil || got != name {
			t.Fatalf("%q, %v", got, err)
		}
	}
	if header, err := stream.Header(); err != nil || len(header.Get(interceptor.RequestIDKey)) != 1 {
		t.Errorf("header %v, %v", header, err)
	}
	denied := startChat(t, &auth.Principal{Name: "principals/somebody"}, nil)
	_, err := say(t, denied, "a")
	want(t, err, codes.PermissionDenied, maecenasv1.ErrorReason_PERMISSION_DENIED)
}

func TestStreamsEndWhenTheServerStops(t *testing.T) {
	t.Parallel()
	stopping := make(chan struct{})
	stream := startChat(t, auth.Local(), stopping)
	if _, err := say(t, stream, "a"); err != nil {
		t.Fatal(err)
	}
	close(stopping)
	_, err := say(t, stream, "wait")
	want(t, err, codes.Unavailable, maecenasv1.ErrorReason_SERVER_NOT_READY)
}

func TestUnreadableStreamMessage(t *testing.T) {
	t.Parallel()
	stream := startChat(t, auth.Local(), nil)
	_, err := say(t, stream, string(make([]byte, 5<<20)))
	want(t, err, codes.ResourceExhausted, maecenasv1.ErrorReason_REQUEST_TOO_LARGE)
}
