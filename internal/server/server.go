// Package server is the running program: it opens the data, serves gRPC and
// HTTP over it, and ends in order.
//
// It listens before the data are there, so that a probe is answered from the
// first moment on: health is NOT_SERVING and calls are UNAVAILABLE until the
// index is built. It ends the other way round: health NOT_SERVING, HTTP, gRPC,
// the data.
package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/test/bufconn"

	"github.com/maecenas-cci/maecenas/internal/account"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/config"
	"github.com/maecenas-cci/maecenas/internal/obs"
)

// Options say what to serve and how.
type Options struct {
	// HTTP and GRPC are the addresses to listen on, as host:port; port 0 is any that
	// is free. Others than loopback ones need TLS, here or at a proxy.
	HTTP, GRPC string
	// TLSCert and TLSKey are the files of the certificate chain and its key, in
	// PEM, which are read again when they change; empty: no TLS.
	TLSCert, TLSKey string
	// BehindTLSProxy says that a proxy in front ends TLS, passes the Host on and
	// writes the caller's address at the end of X-Forwarded-For.
	BehindTLSProxy bool
	// Origins are the origins whose pages may read answers.
	Origins []string
	// Open opens the data. It runs while the server listens already, and is told
	// by its context when the server is to stop.
	Open func(context.Context) (*Backend, error)
	// Web answers the HTTP paths that are not of the interface; nil: the page that
	// shows the interface is at /.
	Web http.Handler
	// Log is the log; nil: none.
	Log *slog.Logger
	// Now is the clock; nil: the system's.
	Now func() time.Time
	// Grace is how long calls may take to end once the server stops.
	Grace time.Duration
	// Deadline is given to calls that bring none; 0 gives none.
	Deadline time.Duration
	// Rate is how many calls a principal may make in a second, 0 any number;
	// Burst how many at once.
	Rate, Burst int
	// Concurrency is how many calls of a principal may be under way; 0 any number.
	Concurrency int
	// Build names the program in the metrics.
	Build obs.Build
}

// Backend is the data that are served.
type Backend struct {
	// Register registers the services.
	Register func(grpc.ServiceRegistrar) error
	// Authenticate returns who calls with a key or the token of a session, at most one
	// of which is stated.
	Authenticate func(key, session string) (*auth.Principal, error)
	// Known returns why an object does not exist for the caller of a context; nil: it
	// does.
	Known func(ctx context.Context, name string) error
	// Accounts are the use cases of those who call.
	Accounts *account.Accounts
	// Ready returns why calls cannot be answered; nil: they can.
	Ready func(context.Context) error
	// Data is what the metrics tell.
	Data func() obs.Data
	// Close ends the use of the data, when no call runs any more.
	Close func() error
}

// Addrs are the addresses that a server listens on.
type Addrs struct {
	// HTTP and GRPC are host:port.
	HTTP, GRPC string
}

// Server is a server that runs.
type Server struct {
	opts     Options
	log      *slog.Logger
	addrs    Addrs
	cert     *certificate // nil without TLS
	loopback bool         // HTTP is on a loopback address
	grpc     *grpc.Server
	http     *http.Server
	health   *health.Server
	private  *bufconn.Listener
	conn     *grpc.ClientConn
	backend  atomic.Pointer[Backend]
	stopping chan struct{} // closed when stopping begins
	opened   chan struct{} // closed when the data are open, or failed to
	openErr  error         // why they failed; read after opened
	cancel   context.CancelFunc
	failed   chan error // a listener that failed
	serving  sync.WaitGroup
	stop     func() error
}

// Run serves until the context ends, and then stops in order. It returns why the
// server could not start, failed, or did not stop in order. ready, if not nil, is
// told once calls are answered; its error ends the server.
func Run(ctx context.Context, opts Options, ready func(*Server) error) error {
	s, err := Start(ctx, opts)
	if err != nil {
		return err
	}
	opened := s.opened
	for {
		select {
		case <-ctx.Done():
			return s.Stop()
		case err := <-s.failed:
			return errors.Join(err, s.Stop())
		case <-opened:
			if s.openErr != nil {
				return errors.Join(s.openErr, s.Stop())
			}
			if ready != nil {
				if err := ready(s); err != nil {
					return errors.Join(err, s.Stop())
				}
			}
			opened = nil
		}
	}
}

// Start listens and serves. The data are opened meanwhile: see [Server.Ready].
// The server runs until [Server.Stop], whatever becomes of ctx.
func Start(ctx context.Context, opts Options) (*Server, error) {
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	s := &Server{
		opts: opts, log: opts.Log,
		stopping: make(chan struct{}), opened: make(chan struct{}), failed: make(chan error, 3),
	}
	s.stop = sync.OnceValue(s.shutDown)
	if opts.TLSCert != "" || opts.TLSKey != "" {
		var err error
		if s.cert, err = loadCertificate(opts.TLSCert, opts.TLSKey, s.log, opts.Now); err != nil {
			return nil, err
		}
	}
	httpListener, err := s.listen(ctx, "http", opts.HTTP)
	if err != nil {
		return nil, err
	}
	grpcListener, err := s.listen(ctx, "grpc", opts.GRPC)
	if err != nil {
		return nil, errors.Join(err, httpListener.Close())
	}
	s.loopback = isLoopback(httpListener)
	s.addrs = Addrs{HTTP: httpListener.Addr().String(), GRPC: grpcListener.Addr().String()}
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	s.cancel = cancel
	services, err := s.wire(running)
	if err != nil {
		cancel()
		return nil, errors.Join(err, httpListener.Close(), grpcListener.Close())
	}
	s.log.InfoContext(ctx, "listening", "http", s.addrs.HTTP, "grpc", s.addrs.GRPC, "tls", s.cert != nil)
	if opts.BehindTLSProxy {
		s.log.WarnContext(ctx, "TLS is left to a proxy in front (--behind-tls-proxy): "+
			"whoever gets past it to these addresses sends passwords in clear and can claim any address")
	}
	s.serve("private", func() error { return s.grpc.Serve(s.private) })
	s.serveNetwork(running, httpListener, grpcListener)
	s.serving.Go(func() { s.open(running, services) })
	return s, nil
}

// Addrs returns the addresses that the server listens on.
func (s *Server) Addrs() Addrs { return s.addrs }

// SetupLink makes the link by which the first administrator comes in, as a path below
// the address of HTTP, and tells until when it can be used; the path is empty once
// there is a principal.
func (s *Server) SetupLink(ctx context.Context) (path string, until time.Time, err error) {
	backend := s.backend.Load()
	if backend == nil || backend.Accounts == nil {
		return "", time.Time{}, errors.New("the data are not open")
	}
	made, _, err := backend.Accounts.SetupLink(ctx)
	return made.Path(), made.ExpireTime, err
}

// Ready waits until calls are answered, and returns why they will not be.
func (s *Server) Ready(ctx context.Context) error {
	select {
	case <-s.opened:
		return s.openErr
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Stop stops in order: health is NOT_SERVING, HTTP and gRPC end what they have
// begun, within the grace, and the data are closed. It may be called more than
// once.
func (s *Server) Stop() error { return s.stop() }

// serveNetwork serves on both addresses, over TLS where there is a certificate.
func (s *Server) serveNetwork(ctx context.Context, httpListener, grpcListener net.Listener) {
	if s.cert == nil {
		s.serve("http", func() error { return s.http.Serve(httpListener) })
		s.serve("grpc", func() error { return s.grpc.Serve(grpcListener) })
		return
	}
	s.http.TLSConfig = s.cert.config("h2", "http/1.1")
	s.serve("http", func() error { return s.http.ServeTLS(httpListener, "", "") })
	// The server also serves the gateway's private connection, which needs none:
	// so TLS is the listener's, not the server's.
	secured := tls.NewListener(grpcListener, s.cert.config("h2"))
	s.serve("grpc", func() error { return s.grpc.Serve(secured) })
	s.serving.Go(func() { s.cert.watch(ctx) })
}

// listen opens a listener on an address; what is not protected must be a loopback
// one.
func (s *Server) listen(ctx context.Context, what, address string) (net.Listener, error) {
	protected := s.cert != nil || s.opts.BehindTLSProxy
	if err := config.CheckListen(address, protected); err != nil {
		return nil, fmt.Errorf("%s address %q %w", what, address, err)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("%s cannot listen: %w; choose another address with --%s, port 0 for any that is free", what, err, what)
	}
	// A name is a loopback address only if the system says so.
	if !protected && !isLoopback(listener) {
		return nil, errors.Join(fmt.Errorf("%s address %q %w", what, address, config.ErrNotLoopback), listener.Close())
	}
	return listener, nil
}

func isLoopback(listener net.Listener) bool {
	tcp, ok := listener.Addr().(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}

func (s *Server) serve(what string, serve func() error) {
	s.serving.Go(func() {
		err := serve()
		if err == nil || errors.Is(err, http.ErrServerClosed) || errors.Is(err, grpc.ErrServerStopped) || s.isStopping() {
			return
		}
		s.failed <- fmt.Errorf("%s failed: %w", what, err)
	})
}

func (s *Server) isStopping() bool {
	select {
	case <-s.stopping:
		return true
	default:
		return false
	}
}
