// Package interceptor holds what every gRPC call passes through before and
// after its handler: request id, log, metrics, recover, status, auth, rate
// limit, permission, in this order, unary and streaming alike.
//
// It also holds the server's codec and decompressor. The library answers a
// message that it cannot read before any interceptor runs, with a bare INTERNAL;
// here such a message travels the chain as a fault and is answered with its
// documented reason (see [Declare]).
package interceptor

import (
	"context"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc"
	"google.golang.org/grpc/status"

	"github.com/maecenas-cci/maecenas/internal/auth"
)

// Options are what the chain needs.
type Options struct {
	// Log gets one line for each call.
	Log *slog.Logger
	// Metrics is where the call metrics are registered.
	Metrics prometheus.Registerer
	// Status maps what a handler returns to what the caller is told. What is a
	// status with an ErrorInfo already does not come to it.
	Status func(error) *status.Status
	// Authenticate finds the caller from the call's credentials; without any it is
	// auth.Anonymous. Where they are not good its error is UNAUTHENTICATED: who may
	// call a method that anybody may does so all the same, as nobody.
	Authenticate func(context.Context) (*auth.Principal, error)
	// Permissions holds the rule of every method but the library's own services'.
	Permissions auth.Table
	// Known returns why an object does not exist for the caller of a context, who is
	// then told so in place of being refused; nil: it exists. Known may be nil.
	Known func(ctx context.Context, name string) error
	// Rate is how many calls a principal may make in a second, and Burst how many
	// at once; a Rate of 0 sets no limit. Calls without credentials have a hundredth
	// of both, by the address that they come from.
	Rate  float64
	Burst int
	// Concurrency is how many calls of a principal, or of an address without
	// credentials, may be under way at a time; 0 sets no limit.
	Concurrency int
	// BehindProxy is true where all calls over the network come through a proxy,
	// which writes the caller's address at the end of x-forwarded-for.
	BehindProxy bool
	// Deadline is given to a unary call that brings none; 0 gives none.
	Deadline time.Duration
	// Stopping is closed when the server begins to stop: streams without an end
	// of their own then end. Nil never is.
	Stopping <-chan struct{}
	// Now is the clock.
	Now func() time.Time
}

// link is one interceptor of the chain. next goes on to the following ones.
type link struct {
	name   string
	around func(ctx context.Context, call *call, next func(context.Context) error) error
}

// Chain is all interceptors, in their order.
type Chain struct {
	links []link
	opts  Options
}

// New makes the chain.
func New(opts Options) *Chain {
	return &Chain{opts: opts, links: []link{
		{"request id", requestID},
		{"log", logCalls(opts)},
		{"metrics", newMetrics(opts.Metrics).around(opts.Now)},
		{"recover", recoverPanics},
		{"status", mapStatus(opts.Status)},
		{"auth", authenticate(opts.Authenticate, opts.Status)},
		{"rate limit", newLimiter(opts).around},
		{"permission", permit(opts.Permissions, opts.Known)},
	}}
}

// Names returns the names of the interceptors in the order in which a call
// meets them.
func (c *Chain) Names() []string {
	names := make([]string, len(c.links))
	for i, l := range c.links {
		names[i] = l.name
	}
	return names
}

// ServerOptions returns what makes a server use the chain, its codec and its
// decompressor. Its services must be registered through
// [Registrar] or [Declare].
func (c *Chain) ServerOptions() []grpc.ServerOption {
	return []grpc.ServerOption{
		grpc.UnaryInterceptor(c.unary),
		grpc.StreamInterceptor(c.stream),
		grpc.UnknownServiceHandler(methodNotFound),
		grpc.ForceServerCodecV2(newCodec()),
		//nolint:staticcheck // the only decompressor of one server alone: the registry's is the whole process's, clients' too
		grpc.RPCDecompressor(gunzip{}),
		grpc.MaxRecvMsgSize(MaxReadBytes),
	}
}

// run takes a call along the links from i on, and then to the end.
func (c *Chain) run(ctx context.Context, i int, call *call, end func(context.Context) error) error {
	if i == len(c.links) {
		return end(ctx)
	}
	return c.links[i].around(ctx, call, func(ctx context.Context) error {
		return c.run(ctx, i+1, call, end)
	})
}
