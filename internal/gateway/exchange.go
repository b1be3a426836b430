package gateway

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// exchange is what is known of one request and its answer.
type exchange struct {
	id string
	// route is the pattern that matched, without what the caller put into it.
	route string
	// binding is the method behind it; nil where it is none.
	binding *binding
	// body is the request's, unpacked.
	body []byte
	// secure is true where the browser reached the server, or a proxy in front of
	// it, over TLS.
	secure bool
	// csv is true where rankings are to be tables.
	csv bool
	// reached is true once the request got to the gRPC server, whose log has it.
	reached bool
	// reason is that of the error that was answered.
	reason string
	// cause is what the log alone is told.
	cause error
}

type exchangeKey struct{}

func exchangeOf(ctx context.Context) *exchange {
	if e, ok := ctx.Value(exchangeKey{}).(*exchange); ok {
		return e
	}
	return &exchange{}
}

// metrics counts and times requests.
type metrics struct {
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
}

func newMetrics(registry prometheus.Registerer) *metrics {
	m := &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "http_server_requests_total", Help: "Requests answered, by status.",
		}, []string{"method", "route", "code"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "http_server_request_seconds", Help: "How long requests took, in seconds.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		}, []string{"method", "route"}),
	}
	registry.MustRegister(m.requests, m.seconds)
	return m
}

// recorder remembers the status that was answered.
type recorder struct {
	http.ResponseWriter
	code int
}

func (r *recorder) WriteHeader(code int) {
	if r.code == 0 {
		r.code = code
	}
	r.ResponseWriter.WriteHeader(code)
}

func (r *recorder) Write(p []byte) (int, error) {
	if r.code == 0 {
		r.code = http.StatusOK
	}
	return r.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach what is wrapped.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// observe gives each request its id, counts it, and logs it unless the gRPC
// server did.
func (g *gateway) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := g.opts.Now()
		e := &exchange{id: g.opts.RequestID(r.Header.Get(requestIDHeader)), route: "unknown"}
		w.Header().Set(requestIDHeader, e.id)
		rec := &recorder{ResponseWriter: w}
		g.serveSafely(next, rec, r.WithContext(context.WithValue(r.Context(), exchangeKey{}, e)))
		if rec.code == 0 {
			rec.code = http.StatusOK
		}
		took := g.opts.Now().Sub(began)
		method := knownMethod(r.Method)
		g.metrics.requests.WithLabelValues(method, e.route, strconv.Itoa(rec.code)).Inc()
		g.metrics.seconds.WithLabelValues(method, e.route).Observe(took.Seconds())
		if e.reached {
			return
		}
		level := slog.LevelInfo
		switch {
		case rec.code < http.StatusBadRequest, e.route == "/readyz":
			level = slog.LevelDebug // pages and probes
		case rec.code >= http.StatusInternalServerError:
			level = slog.LevelWarn
		}
		attributes := []slog.Attr{
			slog.String("method", method), slog.String("route", e.route), slog.Int("code", rec.code),
			slog.Float64("seconds", took.Seconds()), slog.String("request_id", e.id),
		}
		if e.reason != "" {
			attributes = append(attributes, slog.String("reason", e.reason))
		}
		if e.cause != nil {
			attributes = append(attributes, slog.String("cause", e.cause.Error()))
		}
		g.opts.Log.LogAttrs(r.Context(), level, "request", attributes...)
	})
}

// serveSafely answers a panic as a fault, as the gRPC server does.
func (g *gateway) serveSafely(next http.Handler, w *recorder, r *http.Request) {
	defer func() {
		value := recover()
		if value == nil {
			return
		}
		if value == http.ErrAbortHandler || w.code != 0 { //nolint:errorlint // it is panicked as it is
			panic(value) // only the connection can tell
		}
		g.fail(w, r, internalFault(fmt.Errorf("panic: %v\n%s", value, debug.Stack())))
	}()
	next.ServeHTTP(w, r)
}

// knownMethod keeps callers from making time series.
func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPatch, http.MethodPut, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}

// noticingConn notes in the exchange that the request got to the server.
type noticingConn struct{ grpc.ClientConnInterface }

func (c noticingConn) Invoke(ctx context.Context, method string, args, reply any, opts ...grpc.CallOption) error {
	exchangeOf(ctx).reached = true
	return c.ClientConnInterface.Invoke(ctx, method, args, reply, opts...)
}

func (c noticingConn) NewStream(ctx context.Context, desc *grpc.StreamDesc, method string, opts ...grpc.CallOption) (grpc.ClientStream, error) {
	exchangeOf(ctx).reached = true
	found, err := protoregistry.GlobalFiles.FindDescriptorByName(protoreflect.FullName(strings.ReplaceAll(strings.TrimPrefix(method, "/"), "/", ".")))
	if err != nil {
		return nil, err
	}
	descriptor, ok := found.(protoreflect.MethodDescriptor)
	if !ok {
		return nil, fmt.Errorf("%s is no method", method)
	}
	answer, err := protoregistry.GlobalTypes.FindMessageByName(descriptor.Output().FullName())
	if err != nil {
		return nil, err
	}
	stream, err := c.ClientConnInterface.NewStream(ctx, desc, method, opts...)
	return &peekedStream{ClientStream: stream, first: answer.New().Interface()}, err
}

// peekedStream waits with the headers for the first message: a call that is
// refused is then answered as any other, not with an error in the middle of an
// answer that has begun.
type peekedStream struct {
	grpc.ClientStream

	// first is the first message, err what came in its place; both count until they
	// are handed out.
	first  proto.Message
	err    error
	peeked bool
}

func (s *peekedStream) Header() (metadata.MD, error) {
	if !s.peeked {
		s.peeked = true
		s.err = s.ClientStream.RecvMsg(s.first)
	}
	if s.err != nil && !errors.Is(s.err, io.EOF) {
		return nil, s.err
	}
	return s.ClientStream.Header()
}

func (s *peekedStream) RecvMsg(into any) error {
	if !s.peeked {
		return s.ClientStream.RecvMsg(into)
	}
	if s.err != nil {
		return s.err
	}
	message, ok := into.(proto.Message)
	if !ok {
		return fmt.Errorf("%T is no message", into)
	}
	proto.Merge(message, s.first)
	s.first, s.peeked = nil, false
	return nil
}
