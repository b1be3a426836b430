package interceptor_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/rpc/interceptor"
)

// only is a table in which the test's method has an access.
func only(access maecenasv1.PermissionRule_Access) auth.Table {
	return auth.Table{maecenasv1.InvestorService_GetInvestor_FullMethodName: {Permission: "investors.get", Access: access}}
}

func anonymous(context.Context) (*auth.Principal, error) { return auth.Anonymous(), nil }

// from sends a call as the gateway does for an address.
func from(t *testing.T, address string, more ...string) context.Context {
	t.Helper()
	return metadata.AppendToOutgoingContext(t.Context(), append([]string{interceptor.AddressKey, address}, more...)...)
}

func retryDelay(err error) time.Duration {
	for _, detail := range status.Convert(err).Details() {
		if retry, ok := detail.(*errdetails.RetryInfo); ok {
			return retry.GetRetryDelay().AsDuration()
		}
	}
	return 0
}

func TestAnonymousRateByAddress(t *testing.T) {
	t.Parallel()
	now := time.Unix(0, 0)
	f := start(t, found, func(o *interceptor.Options) {
		o.Authenticate, o.Permissions = anonymous, only(maecenasv1.PermissionRule_ANYBODY)
		o.Rate, o.Burst, o.Now = 100, 300, func() time.Time { return now }
	})
	get := func(address string) error {
		_, err := f.client.GetInvestor(from(t, address), &maecenasv1.GetInvestorRequest{})
		return err
	}
	for i := range 3 {
		if err := get(fmt.Sprintf("2001:db8::%x", i+1)); err != nil { // one network
			t.Fatal(err)
		}
	}
	err := get("2001:db8::9")
	want(t, err, codes.ResourceExhausted, maecenasv1.ErrorReason_RATE_LIMITED)
	if retryDelay(err) != time.Second {
		t.Errorf("retry after %s", retryDelay(err))
	}
	if err := get("192.0.2.1"); err != nil {
		t.Errorf("another address: %v", err)
	}
	// More addresses than are remembered.
	for i := range 4_200 {
		if err := get(fmt.Sprintf("10.%d.%d.1", i>>8&255, i&255)); status.Code(err) != codes.OK && status.Code(err) != codes.ResourceExhausted {
			t.Fatal(err)
		}
	}
}

func TestRefusedCredentials(t *testing.T) {
	t.Parallel()
	unknown := errors.New("this key is not known") // no status yet, as what use cases return
	refused := func(context.Context) (*auth.Principal, error) { return nil, unknown }
	toStatus := func(err error) *status.Status {
		st := status.New(codes.Internal, err.Error())
		if errors.Is(err, unknown) {
			st = status.New(codes.Unauthenticated, err.Error())
		}
		st, _ = st.WithDetails(&errdetails.ErrorInfo{Reason: maecenasv1.ErrorReason_UNAUTHENTICATED.String(), Domain: "maecenas.v1"})
		return st
	}
	f := start(t, found, func(o *interceptor.Options) {
		o.Authenticate, o.Permissions, o.Rate, o.Burst = refused, only(maecenasv1.PermissionRule_SIGNED_IN), 0.01, 200
		o.Status = toStatus
	})
	for range 2 {
		_, err := f.client.GetInvestor(t.Context(), &maecenasv1.GetInvestorRequest{})
		want(t, err, codes.Unauthenticated, maecenasv1.ErrorReason_UNAUTHENTICATED)
		if !strings.Contains(err.Error(), "this key is not known") {
			t.Error(err)
		}
	}
	_, err := f.client.GetInvestor(t.Context(), &maecenasv1.GetInvestorRequest{})
	want(t, err, codes.ResourceExhausted, maecenasv1.ErrorReason_RATE_LIMITED) // trying keys is limited, too

	f = start(t, found, func(o *interceptor.Options) {
		o.Authenticate, o.Permissions, o.Status = refused, only(maecenasv1.PermissionRule_ANYBODY), toStatus
	})
	if _, err := f.client.GetInvestor(t.Context(), &maecenasv1.GetInvestorRequest{}); err != nil {
		t.Errorf("what anybody may: %v", err)
	}
}

func TestConcurrency(t *testing.T) {
	t.Parallel()
	begun, end := make(chan struct{}, 10), make(chan struct{})
	var name atomic.Value
	f := start(t, func(ctx context.Context, _ *maecenasv1.GetInvestorRequest) (*maecenasv1.Investor, error) {
		begun <- struct{}{}
		<-end
		return &maecenasv1.Investor{}, nil
	}, func(o *interceptor.Options) {
		o.Concurrency, o.Permissions = 2, only(maecenasv1.PermissionRule_ANYBODY)
		o.Authenticate = func(context.Context) (*auth.Principal, error) {
			return &auth.Principal{Name: name.Load().(string)}, nil
		}
	})
	name.Store("principals/a")
	ended := make(chan error)
	get := func() {
		_, err := f.client.GetInvestor(t.Context(), &maecenasv1.GetInvestorRequest{})
		ended <- err
	}
	for range 2 {
		go get()
		<-begun
	}
	soon, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	_, err := f.client.GetInvestor(soon, &maecenasv1.GetInvestorRequest{})
	want(t, err, codes.ResourceExhausted, maecenasv1.ErrorReason_CONCURRENCY_LIMITED)
	if retryDelay(err) <= 0 {
		t.Error("no RetryInfo")
	}
	name.Store("principals/b")
	go get()
	<-begun
	close(end)
	for range 3 {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	name.Store("principals/a")
	go get()
	select {
	case <-begun:
		err = <-ended
	case err = <-ended:
	}
	if err != nil {
		t.Errorf("after the others ended: %v", err)
	}
}

func TestAnonymousMessagesAreSmall(t *testing.T) {
	t.Parallel()
	f := start(t, found, func(o *interceptor.Options) { o.Permissions = only(maecenasv1.PermissionRule_ANYBODY) })
	for _, test := range []struct {
		size int
		head []string
		ok   bool
	}{
		{250 << 10, nil, true},
		{260 << 10, nil, false},
		{260 << 10, []string{"authorization", "Bearer x"}, true},
		{260 << 10, []string{interceptor.SessionKey, "x"}, true},
		{260 << 10, []string{interceptor.SessionKey, ""}, false},
		{5 << 20, []string{"authorization", "Bearer x"}, false},
	} {
		ctx := metadata.AppendToOutgoingContext(t.Context(), test.head...)
		_, err := f.client.GetInvestor(ctx, &maecenasv1.GetInvestorRequest{Name: strings.Repeat("x", test.size)})
		if test.ok != (err == nil) {
			t.Errorf("%d bytes with %v: %v", test.size, test.head, err)
		}
		if !test.ok {
			want(t, err, codes.ResourceExhausted, maecenasv1.ErrorReason_REQUEST_TOO_LARGE)
		}
	}
}

// TestNothingIsToldWithoutCredentials: what is wrong with a request is told to
// who may make it.
func TestNothingIsToldWithoutCredentials(t *testing.T) {
	t.Parallel()
	f := start(t, found, func(o *interceptor.Options) {
		o.Authenticate, o.Permissions = anonymous, only(maecenasv1.PermissionRule_SIGNED_IN)
	})
	for _, data := range [][]byte{[]byte("\x0fnonsense"), make([]byte, 300<<10), nil} {
		var answer []byte
		err := f.conn.Invoke(t.Context(), maecenasv1.InvestorService_GetInvestor_FullMethodName, data, &answer, grpc.ForceCodecV2(raw{}))
		want(t, err, codes.Unauthenticated, maecenasv1.ErrorReason_UNAUTHENTICATED)
	}
}

// TestAddresses: what a caller over the network says of its address is not
// listened to, but for the last word of a proxy where there is one.
func TestAddresses(t *testing.T) {
	t.Parallel()
	for _, behindProxy := range []bool{false, true} {
		var got string
		f := start(t, func(ctx context.Context, _ *maecenasv1.GetInvestorRequest) (*maecenasv1.Investor, error) {
			got = interceptor.AddressFromContext(ctx)
			return &maecenasv1.Investor{}, nil
		}, func(o *interceptor.Options) { o.BehindProxy = behindProxy })
		listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		server := grpc.NewServer(f.chain.ServerOptions()...)
		maecenasv1.RegisterInvestorServiceServer(interceptor.Registrar(server), f.impl)
		go func() { _ = server.Serve(listener) }()
		t.Cleanup(server.Stop)
		conn, err := grpc.NewClient(listener.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		ctx := from(t, "192.0.2.1", "x-forwarded-for", "192.0.2.2, 192.0.2.3")
		call := func(client maecenasv1.InvestorServiceClient, want string) {
			t.Helper()
			if _, err := client.GetInvestor(ctx, &maecenasv1.GetInvestorRequest{}); err != nil || got != want {
				t.Errorf("behind a proxy %t: %q, %v; want %s", behindProxy, got, err, want)
			}
		}
		outside := "127.0.0.1"
		if behindProxy {
			outside = "192.0.2.3"
		}
		call(maecenasv1.NewInvestorServiceClient(conn), outside)
		call(f.client, "192.0.2.1") // the private connection
	}
}
