package interceptor_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/mem"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/encoding/protowire"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/rpc/interceptor"
)

// investors is a service of one method that does what a test wants.
type investors struct {
	maecenasv1.UnimplementedInvestorServiceServer
	get func(context.Context, *maecenasv1.GetInvestorRequest) (*maecenasv1.Investor, error)
}

func (s investors) GetInvestor(ctx context.Context, r *maecenasv1.GetInvestorRequest) (*maecenasv1.Investor, error) {
	return s.get(ctx, r)
}

// syncBuffer is a buffer for the log of a server.
type syncBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// fixture is a server with the chain and one method.
type fixture struct {
	impl     investors
	chain    *interceptor.Chain
	opts     interceptor.Options
	registry *prometheus.Registry
	log      *syncBuffer
	dial     func(...grpc.DialOption) *grpc.ClientConn
	conn     *grpc.ClientConn
	client   maecenasv1.InvestorServiceClient
}

type getInvestor = func(context.Context, *maecenasv1.GetInvestorRequest) (*maecenasv1.Investor, error)

func found(context.Context, *maecenasv1.GetInvestorRequest) (*maecenasv1.Investor, error) {
	return &maecenasv1.Investor{Name: "investors/found"}, nil
}

func start(t *testing.T, get getInvestor, change func(*interceptor.Options)) *fixture {
	t.Helper()
	table, err := auth.LoadTable(maecenasv1.File_maecenas_v1_investor_service_proto.Services().Get(0))
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{registry: prometheus.NewRegistry(), log: &syncBuffer{}}
	f.opts = interceptor.Options{
		Log:          slog.New(slog.NewJSONHandler(f.log, nil)),
		Metrics:      f.registry,
		Status:       func(err error) *status.Status { return status.New(codes.Internal, err.Error()) },
		Authenticate: func(context.Context) (*auth.Principal, error) { return auth.Local(), nil },
		Permissions:  table,
		Now:          time.Now,
	}
	if change != nil {
		change(&f.opts)
	}
	f.impl, f.chain = investors{get: get}, interceptor.New(f.opts)
	server := grpc.NewServer(f.chain.ServerOptions()...)
	maecenasv1.RegisterInvestorServiceServer(interceptor.Registrar(server), f.impl)
	listener := bufconn.Listen(1 << 20)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	f.dial = func(options ...grpc.DialOption) *grpc.ClientConn {
		t.Helper()
		conn, err := grpc.NewClient("passthrough:server", append(options,
			grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }),
			grpc.WithTransportCredentials(insecure.NewCredentials()))...)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		return conn
	}
	f.conn = f.dial()
	f.client = maecenasv1.NewInvestorServiceClient(f.conn)
	return f
}

// want checks the code and the reason of an error.
func want(t *testing.T, err error, code codes.Code, reason maecenasv1.ErrorReason) *errdetails.ErrorInfo {
	t.Helper()
	st := status.Convert(err)
	if st.Code() != code {
		t.Fatalf("code %v (%s), want %v", st.Code(), st.Message(), code)
	}
	for _, detail := range st.Details() {
		if info, ok := detail.(*errdetails.ErrorInfo); ok {
			if info.GetReason() != reason.String() || info.GetDomain() != "maecenas.v1" {
				t.Errorf("ErrorInfo %v, want %v in maecenas.v1", info, reason)
			}
			return info
		}
	}
	t.Fatalf("no ErrorInfo in %v", st)
	return nil
}

func TestOrder(t *testing.T) {
	t.Parallel()
	got := interceptor.New(interceptor.Options{Metrics: prometheus.NewRegistry(), Now: time.Now}).Names()
	// As the architecture has it; the handler comes last.
	order := []string{"request id", "log", "metrics", "recover", "status", "auth", "rate limit", "permission"}
	if diff := cmp.Diff(order, got); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}

func TestRequestID(t *testing.T) {
	t.Parallel()
	f := start(t, func(ctx context.Context, _ *maecenasv1.GetInvestorRequest) (*maecenasv1.Investor, error) {
		return &maecenasv1.Investor{Name: interceptor.RequestIDFromContext(ctx)}, nil
	}, nil)
	for chosen, kept := range map[string]bool{
		"a-1": true, strings.Repeat("x", 128): true,
		"": false, strings.Repeat("x", 129): false, "a b": false, "\"": false,
	} {
		ctx := metadata.AppendToOutgoingContext(t.Context(), interceptor.RequestIDKey, chosen)
		var header metadata.MD
		answer, err := f.client.GetInvestor(ctx, &maecenasv1.GetInvestorRequest{}, grpc.Header(&header))
		if err != nil {
			t.Fatal(err)
		}
		id := strings.Join(header.Get(interceptor.RequestIDKey), ",")
		if id == "" || id != answer.GetName() || (id == chosen) != kept {
			t.Errorf("chosen %q: header %q, handler %q", chosen, id, answer.GetName())
		}
	}
}

func TestFailures(t *testing.T) {
	t.Parallel()
	secret := "the secret text"
	for name, get := range map[string]getInvestor{
		"panic": func(context.Context, *maecenasv1.GetInvestorRequest) (*maecenasv1.Investor, error) { panic(secret) },
		"error": func(context.Context, *maecenasv1.GetInvestorRequest) (*maecenasv1.Investor, error) {
			return nil, errors.New(secret)
		},
		"bare status": func(context.Context, *maecenasv1.GetInvestorRequest) (*maecenasv1.Investor, error) {
			return nil, status.Error(codes.Unknown, secret)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t, get, nil)
			_, err := f.client.GetInvestor(t.Context(), &maecenasv1.GetInvestorRequest{Name: "investors/anna"})
			want(t, err, codes.Internal, maecenasv1.ErrorReason_INTERNAL_FAULT)
			if strings.Contains(err.Error(), secret) {
				t.Errorf("the caller is told %v", err)
			}
			line := f.log.String()
			if !strings.Contains(line, secret) || !strings.Contains(line, `"level":"ERROR"`) || strings.Contains(line, "anna") {
				t.Errorf("log: %s", line)
			}
			if strings.Contains(line, `"stack"`) != (name == "panic") {
				t.Errorf("stack in log: %s", line)
			}
		})
	}
}

func TestLogLine(t *testing.T) {
	t.Parallel()
	f := start(t, found, nil)
	ctx := metadata.AppendToOutgoingContext(t.Context(), interceptor.RequestIDKey, "r1")
	if _, err := f.client.GetInvestor(ctx, &maecenasv1.GetInvestorRequest{Name: "investors/anna"}); err != nil {
		t.Fatal(err)
	}
	line := f.log.String()
	for _, part := range []string{
		`"method":"/maecenas.v1.InvestorService/GetInvestor"`, `"code":"OK"`, `"seconds":`, `"request_id":"r1"`, `"principal":"principals/local"`,
	} {
		if !strings.Contains(line, part) {
			t.Errorf("no %s in %s", part, line)
		}
	}
	if strings.Contains(line, "anna") || strings.Count(line, "\n") != 1 {
		t.Errorf("log: %s", line)
	}
}

func TestAuthRateAndPermission(t *testing.T) {
	t.Parallel()
	var principal *auth.Principal
	now := time.Unix(0, 0)
	f := start(t, found, func(o *interceptor.Options) {
		o.Authenticate = func(context.Context) (*auth.Principal, error) { return principal, nil }
		o.Rate, o.Burst, o.Now = 1, 2, func() time.Time { return now }
		o.Permissions = auth.Table{"/maecenas.v1.InvestorService/GetInvestor": {Permission: "investors.get", Access: maecenasv1.PermissionRule_ADMINISTRATOR}}
		o.Permissions = only(maecenasv1.PermissionRule_ADMINISTRATOR)
	})
	get := func() error {
		_, err := f.client.GetInvestor(t.Context(), &maecenasv1.GetInvestorRequest{Name: "investors/a"})
		return err
	}
	principal = &auth.Principal{Name: "principals/somebody"}
	want(t, get(), codes.PermissionDenied, maecenasv1.ErrorReason_PERMISSION_DENIED)
	want(t, get(), codes.PermissionDenied, maecenasv1.ErrorReason_PERMISSION_DENIED)
	want(t, get(), codes.ResourceExhausted, maecenasv1.ErrorReason_RATE_LIMITED)
	principal = auth.Anonymous()
	want(t, get(), codes.Unauthenticated, maecenasv1.ErrorReason_UNAUTHENTICATED)
	principal = auth.Local()
	if err := get(); err != nil {
		t.Error(err)
	}
	now = now.Add(1500 * time.Millisecond)
	principal = &auth.Principal{Name: "principals/somebody"}
	want(t, get(), codes.PermissionDenied, maecenasv1.ErrorReason_PERMISSION_DENIED)
	err := get()
	want(t, err, codes.ResourceExhausted, maecenasv1.ErrorReason_RATE_LIMITED)
	for _, detail := range status.Convert(err).Details() {
		if retry, ok := detail.(*errdetails.RetryInfo); ok && retry.GetRetryDelay().AsDuration() == 500*time.Millisecond {
			return
		}
	}
	t.Errorf("no RetryInfo of 500 ms in %v", status.Convert(err).Details())
}

func TestDeadline(t *testing.T) {
	t.Parallel()
	f := start(t, func(ctx context.Context, _ *maecenasv1.GetInvestorRequest) (*maecenasv1.Investor, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}, func(o *interceptor.Options) {
		o.Deadline = 10 * time.Millisecond
		o.Status = func(err error) *status.Status {
			st, _ := status.FromContextError(err).WithDetails(&errdetails.ErrorInfo{
				Reason: maecenasv1.ErrorReason_REQUEST_ENDED.String(), Domain: "maecenas.v1",
			})
			return st
		}
	})
	_, err := f.client.GetInvestor(t.Context(), &maecenasv1.GetInvestorRequest{})
	want(t, err, codes.DeadlineExceeded, maecenasv1.ErrorReason_REQUEST_ENDED)
}

// raw sends and receives bytes as they are.
type raw struct{}

func (raw) Name() string { return "proto" }

func (raw) Marshal(v any) (mem.BufferSlice, error) {
	return mem.BufferSlice{mem.SliceBuffer(v.([]byte))}, nil
}

func (raw) Unmarshal(data mem.BufferSlice, v any) error {
	*v.(*[]byte) = data.Materialize()
	return nil
}

// packer claims to be gzip and sends what the test made of a message.
type packer func([]byte) []byte

func (packer) Type() string { return "gzip" }

func (p packer) Do(w io.Writer, data []byte) error {
	_, err := w.Write(p(data))
	return err
}

func zip(data []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = w.Write(data)
	_ = w.Close()
	return out.Bytes()
}

func TestUnreadableMessages(t *testing.T) {
	t.Parallel()
	name := func(value string) []byte {
		return protowire.AppendString(protowire.AppendTag(nil, 1, protowire.BytesType), value)
	}
	// Field 900 is not in the schema: what is under it is skipped, however deep.
	deep := bytes.Repeat(protowire.AppendTag(nil, 900, protowire.StartGroupType), 20_000)
	malformed := maecenasv1.ErrorReason_REQUEST_MALFORMED
	tooLarge := maecenasv1.ErrorReason_REQUEST_TOO_LARGE
	for title, test := range map[string]struct {
		data   []byte
		zip    func([]byte) []byte
		code   codes.Code
		reason maecenasv1.ErrorReason
	}{
		"no message":         {data: []byte("\x0fnonsense"), code: codes.InvalidArgument, reason: malformed},
		"cut off":            {data: name("investors/a")[:5], code: codes.InvalidArgument, reason: malformed},
		"invalid UTF-8":      {data: name("investors/\xff"), code: codes.InvalidArgument, reason: malformed},
		"nested too deep":    {data: deep, code: codes.InvalidArgument, reason: malformed},
		"5 MiB":              {data: name(strings.Repeat("x", 5<<20)), code: codes.ResourceExhausted, reason: tooLarge},
		"20 MB":              {data: name(strings.Repeat("x", 20_000_000)), code: codes.ResourceExhausted, reason: tooLarge},
		"gzip of 5 MiB":      {data: name(strings.Repeat("x", 5<<20)), zip: zip, code: codes.ResourceExhausted, reason: tooLarge},
		"gzip of 40 MiB":     {data: name(strings.Repeat("x", 40<<20)), zip: zip, code: codes.ResourceExhausted, reason: tooLarge},
		"no gzip":            {data: name("x"), zip: func(b []byte) []byte { return b }, code: codes.InvalidArgument, reason: malformed},
		"gzip cut off":       {data: name("xyz"), zip: func(b []byte) []byte { z := zip(b); return z[:len(z)-9] }, code: codes.InvalidArgument, reason: malformed},
		"gzip of no message": {data: []byte("\x0fnonsense"), zip: zip, code: codes.InvalidArgument, reason: malformed},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			called := false
			f := start(t, func(context.Context, *maecenasv1.GetInvestorRequest) (*maecenasv1.Investor, error) {
				called = true
				return &maecenasv1.Investor{}, nil
			}, nil)
			conn := f.conn
			if test.zip != nil {
				conn = f.dial(grpc.WithCompressor(packer(test.zip))) //nolint:staticcheck // the only compressor of one client alone
			}
			var answer []byte
			err := conn.Invoke(t.Context(), maecenasv1.InvestorService_GetInvestor_FullMethodName, test.data, &answer, grpc.ForceCodecV2(raw{}))
			want(t, err, test.code, test.reason)
			if called {
				t.Error("the handler was called")
			}
			if line := f.log.String(); !strings.Contains(line, test.reason.String()) {
				t.Errorf("log: %s", line)
			}
		})
	}
}

func TestUnknownMethods(t *testing.T) {
	t.Parallel()
	f := start(t, found, nil)
	for _, method := range []string{"/maecenas.v1.InvestorService/Nothing", "/nothing.Service/Get"} {
		var answer []byte
		err := f.conn.Invoke(t.Context(), method, []byte{}, &answer, grpc.ForceCodecV2(raw{}))
		want(t, err, codes.Unimplemented, maecenasv1.ErrorReason_METHOD_NOT_FOUND)
	}
	families, err := f.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		for _, metric := range family.GetMetric() {
			for _, label := range metric.GetLabel() {
				if strings.Contains(label.GetValue(), "othing") {
					t.Errorf("a caller made the time series %v", metric)
				}
			}
		}
	}
}
