// Package testserver runs the whole program for a test: a store, the use cases,
// gRPC and REST on free loopback ports, with a clock that the test sets.
package testserver

import (
	"bytes"
	"context"
	"crypto/rand"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"

	"github.com/maecenas-cci/maecenas/internal/account"
	"github.com/maecenas-cci/maecenas/internal/app"
	"github.com/maecenas-cci/maecenas/internal/auth/secret"
	"github.com/maecenas-cci/maecenas/internal/erase"
	"github.com/maecenas-cci/maecenas/internal/privacy"
	"github.com/maecenas-cci/maecenas/internal/server"
	"github.com/maecenas-cci/maecenas/internal/store"
	"github.com/maecenas-cci/maecenas/internal/store/boltstore"
	"github.com/maecenas-cci/maecenas/internal/store/memstore"
)

// Options say what a test needs otherwise than usual.
type Options struct {
	// Now is what the clock shows at first; zero: noon on 1 June 2026, UTC.
	Now time.Time
	// File keeps the data in a file of a temporary folder; else in memory.
	File bool
	// Dir is a data folder to keep the data in, with its ledger of erased subjects,
	// such as that of a server before; empty: see File.
	Dir string
	// Retention is how long what has ended is kept; the zero value keeps it for good.
	Retention privacy.Retention
	// Store is the store to run on; nil: a new one. It is closed with the server.
	Store store.Store
	// Passwords hashes passwords; nil: with the least costs.
	Passwords account.Passwords
	// Empty leaves out the administrator, so that nobody is set up; Conn then calls
	// without credentials.
	Empty bool
	// App are further options of the use cases.
	App app.Options
	// LearnEvery is how often preferences are learned anew, at most; 0: as usual.
	LearnEvery time.Duration
	// Change changes the options of the server before it starts; nil: nothing.
	Change func(*server.Options)
}

// Server is the program that runs for a test. It ends with the test.
type Server struct {
	// Server is what runs.
	*server.Server
	// Conn leads to its gRPC address, as an administrator.
	Conn *grpc.ClientConn
	// URL is its HTTP address, as http://host:port.
	URL string
	// Accounts are the use cases of those who call.
	Accounts *account.Accounts
	// Clock is its clock.
	Clock *Clock
	// Log is what it has logged.
	Log *Log

	admin *Client
}

// Start runs the program, and returns once it answers calls.
func Start(t testing.TB, opts Options) *Server {
	t.Helper()
	if opts.Now.IsZero() {
		opts.Now = time.Date(2026, time.June, 1, 12, 0, 0, 0, time.UTC)
	}
	clock, log := &Clock{now: opts.Now}, &Log{}
	logger := slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	opts.App.Now = clock.Now
	if opts.Passwords == nil {
		opts.Passwords = cheap(t)
	}
	s := &Server{Clock: clock, Log: log}
	var ledger *erase.Ledger
	if opts.Dir != "" {
		ledger = erase.NewLedger(server.LedgerFile(opts.Dir))
	}
	data := server.Data(server.DataOptions{
		Open: opener(t, opts, clock), App: opts.App, Passwords: opts.Passwords, Log: logger, Ledger: ledger, Retention: opts.Retention,
		LearnEvery: opts.LearnEvery,
	})
	serverOptions := server.Options{
		HTTP: "127.0.0.1:0", GRPC: "127.0.0.1:0",
		Open: func(ctx context.Context) (*server.Backend, error) {
			opened, err := data(ctx)
			if err == nil {
				s.Accounts = opened.Accounts
			}
			return opened, err
		},
		Log: logger, Grace: 5 * time.Second, Deadline: 30 * time.Second,
	}
	if opts.Change != nil {
		opts.Change(&serverOptions)
	}
	running, err := server.Start(t.Context(), serverOptions)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := running.Stop(); err != nil {
			t.Errorf("stopping the server: %v", err)
		}
	})
	if err := running.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.Server, s.URL = running, "http://"+running.Addrs().HTTP
	if opts.Empty {
		s.admin = s.Nobody(t)
	} else {
		s.admin = s.As(t, Administrator())
	}
	s.Conn = s.admin.Conn
	return s
}

// opener returns what opens the store.
func opener(t testing.TB, opts Options, clock *Clock) func(context.Context) (store.Store, error) {
	t.Helper()
	return func(ctx context.Context) (store.Store, error) {
		switch {
		case opts.Store != nil:
			return opts.Store, nil
		case opts.Dir != "":
			return server.OpenFolder(opts.Dir)(ctx)
		case opts.File:
			//nolint:contextcheck // half an opening helps nobody
			return boltstore.Open(boltstore.Options{Path: filepath.Join(t.TempDir(), "maecenas.db"), Now: clock.Now})
		default:
			return memstore.New(memstore.Options{Now: clock.Now}), nil
		}
	}
}

// cheap hashes passwords with the least costs.
func cheap(t testing.TB) *secret.Hasher {
	t.Helper()
	hasher, err := secret.NewHasher(secret.HasherOptions{Random: rand.Reader, Params: secret.Params{Memory: 64, Passes: 1, Lanes: 1}})
	if err != nil {
		t.Fatal(err)
	}
	return hasher
}

// Clock is a clock that stands still until it is set.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// Now returns the time that the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Set sets the clock.
func (c *Clock) Set(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = now
}

// Log keeps what is logged.
type Log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write appends to the log.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// String returns everything logged so far.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
