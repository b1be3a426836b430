// Package gateway is the HTTP side of the server: the methods of the gRPC
// services as REST, the probes, the metrics, and a page that shows the
// interface.
//
// It holds no rule of its own: a request that it can read is handed to the gRPC
// server over a private connection, so that the interceptors see it like every
// other. What it cannot read it answers in the same words as the server would:
// JSON of a google.rpc.Status with its ErrorInfo (AIP-193), under "error".
package gateway

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc"
)

// MaxBodyBytes is the size of the largest request body, once unpacked.
const MaxBodyBytes = 4 << 20

// MaxAnonymousBodyBytes is the same for who shows no credentials: enough to sign
// in.
const MaxAnonymousBodyBytes = 256 << 10

// Options are what the gateway needs.
type Options struct {
	// Conn leads to the gRPC server.
	Conn grpc.ClientConnInterface
	// Log gets a line for each request that does not get to the gRPC server.
	Log *slog.Logger
	// Metrics is where the metrics of HTTP are registered.
	Metrics prometheus.Registerer
	// MetricsPage answers /metrics.
	MetricsPage http.Handler
	// Ready returns why the server cannot answer yet, or no more; nil: it can.
	Ready func(context.Context) error
	// RequestID returns the id of a request: the one the caller chose, if it is
	// well formed, else a new one.
	RequestID func(chosen string) string
	// Web answers the paths that nothing here answers; nil: the page that shows
	// the interface is at /, and other paths are not found.
	Web http.Handler
	// Origins are the origins, such as https://example.org, whose pages may read
	// answers, with credentials of their own and never with a session's cookie.
	Origins []string
	// AnyHost is true where the server may be called by any name; else only by
	// loopback ones.
	AnyHost bool
	// BehindProxy is true where all requests come through a proxy that ends TLS,
	// passes the Host on, and writes the caller's address at the end of
	// X-Forwarded-For.
	BehindProxy bool
	// Now is the clock.
	Now func() time.Time
}

// gateway answers HTTP requests.
type gateway struct {
	opts    Options
	api     http.Handler
	metrics *metrics
	origins origins
}

// New returns the handler of everything that the server answers over HTTP.
func New(ctx context.Context, opts Options) (http.Handler, error) {
	origins, err := newOrigins(opts.Origins)
	if err != nil {
		return nil, err
	}
	g := &gateway{opts: opts, metrics: newMetrics(opts.Metrics), origins: origins}
	api, err := g.newAPI(ctx)
	if err != nil {
		return nil, err
	}
	g.api = api
	return g.observe(g.guard(http.HandlerFunc(g.route))), nil
}

func (g *gateway) route(w http.ResponseWriter, r *http.Request) {
	page, ok := g.page(r.URL.Path)
	switch {
	case strings.HasPrefix(r.URL.Path, "/v1/"), strings.HasPrefix(r.URL.Path, "/v1:"):
		g.api.ServeHTTP(w, r)
	case ok && r.Method != http.MethodGet && r.Method != http.MethodHead:
		g.fail(w, r, methodNotAllowed(r.Method, []string{http.MethodGet, http.MethodHead}))
	case ok:
		exchangeOf(r.Context()).route = r.URL.Path
		page.ServeHTTP(w, r)
	case g.opts.Web != nil:
		exchangeOf(r.Context()).route = "web"
		w.Header().Set("Content-Security-Policy", webPolicy)
		g.opts.Web.ServeHTTP(w, r)
	default:
		g.fail(w, r, pathNotFound())
	}
}

// page returns what answers one of the few paths that are no method.
func (g *gateway) page(path string) (http.Handler, bool) {
	switch path {
	case "/healthz":
		return http.HandlerFunc(live), true
	case "/readyz":
		return http.HandlerFunc(g.ready), true
	case "/metrics":
		return g.opts.MetricsPage, true
	case "/openapi.json":
		return http.HandlerFunc(openAPI), true
	case "/docs":
		return http.HandlerFunc(g.docs), true
	case "/docs.css":
		return http.HandlerFunc(docsStyle), true
	case "/":
		if g.opts.Web == nil {
			return http.RedirectHandler("/docs", http.StatusFound), true
		}
	}
	return nil, false
}

// live answers that the program runs.
func live(w http.ResponseWriter, _ *http.Request) {
	writeText(w, http.StatusOK, "ok\n")
}

// ready answers whether the server takes calls.
func (g *gateway) ready(w http.ResponseWriter, r *http.Request) {
	if err := g.opts.Ready(r.Context()); err != nil {
		g.fail(w, r, notReady(err))
		return
	}
	writeText(w, http.StatusOK, "ok\n")
}

func writeText(w http.ResponseWriter, code int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(code)
	_, _ = w.Write([]byte(text)) // the caller hung up
}
