package interceptor

import (
	"context"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// metrics counts and times calls. Names and labels are those that dashboards for
// gRPC servers know.
type metrics struct {
	started  *prometheus.CounterVec
	handled  *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	inFlight prometheus.Gauge
}

func newMetrics(registry prometheus.Registerer) *metrics {
	method := []string{"grpc_type", "grpc_service", "grpc_method"}
	m := &metrics{
		started: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "grpc_server_started_total", Help: "Calls begun.",
		}, method),
		handled: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "grpc_server_handled_total", Help: "Calls ended, by code.",
		}, append(method, "grpc_code")),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "grpc_server_handling_seconds", Help: "How long calls took, in seconds.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		}, method),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "grpc_server_in_flight_calls", Help: "Calls begun and not ended.",
		}),
	}
	registry.MustRegister(m.started, m.handled, m.seconds, m.inFlight)
	return m
}

func (m *metrics) around(now func() time.Time) func(context.Context, *call, func(context.Context) error) error {
	return func(ctx context.Context, call *call, next func(context.Context) error) (err error) {
		kind := "bidi_stream"
		if call.unary {
			kind = "unary"
		}
		service, method := labels(call)
		began := now()
		m.started.WithLabelValues(kind, service, method).Inc()
		m.inFlight.Inc()
		code := codes.Internal // what stands if next panics
		defer func() {
			m.inFlight.Dec()
			m.handled.WithLabelValues(kind, service, method, code.String()).Inc()
			m.seconds.WithLabelValues(kind, service, method).Observe(since(now, began).Seconds())
		}()
		err = next(ctx)
		code = status.Code(err)
		return err
	}
}

// labels returns the service and method of a call. What the server does not
// have goes by one name: callers must not be able to make time series.
func labels(call *call) (service, method string) {
	if call.unknown {
		return "unknown", "unknown"
	}
	service, method, _ = strings.Cut(strings.TrimPrefix(call.method, "/"), "/")
	return service, method
}
