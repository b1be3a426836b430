// Package testserver runs the whole program for a test: a store, the use cases,
// gRPC and REST on free loopback ports, with a clock that the test sets.
package testserver

import (
	"bytes"
	"context"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/maecenas-cci/maecenas/internal/app"
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
	// Store is the store to run on; nil: a new one. It is closed with the server.
	Store store.Store
	// LearnEvery is how often preferences are learned anew, at most; 0: as usual.
	LearnEvery time.Duration
	// Change changes the options of the server before it starts; nil: nothing.
	Change func(*server.Options)
}

// Server is the program that runs for a test. It ends with the test.
type Server struct {
	// Server is what runs.
	*server.Server
	// Conn leads to its gRPC address.
	Conn *grpc.ClientConn
	// URL is its HTTP address, as http://host:port.
	URL string
	// Clock is its clock.
	Clock *Clock
	// Log is what it has logged.
	Log *Log
}

// Start runs the program, and returns once it answers calls.
func Start(t testing.TB, opts Options) *Server {
	t.Helper()
	if opts.Now.IsZero() {
		opts.Now = time.Date(2026, time.June, 1, 12, 0, 0, 0, time.UTC)
	}
	clock, log := &Clock{now: opts.Now}, &Log{}
	open := func(context.Context) (store.Store, error) {
		switch {
		case opts.Store != nil:
			return opts.Store, nil
		case opts.File:
			return boltstore.Open(boltstore.Options{Path: filepath.Join(t.TempDir(), "maecenas.db"), Now: clock.Now})
		default:
			return memstore.New(memstore.Options{Now: clock.Now}), nil
		}
	}
	logger := slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	serverOptions := server.Options{
		HTTP: "127.0.0.1:0", GRPC: "127.0.0.1:0",
		Open: server.Data(server.Source{Open: open, App: app.Options{Now: clock.Now}, Log: logger, LearnEvery: opts.LearnEvery}),
		Log:  logger, Grace: 5 * time.Second, Deadline: 30 * time.Second,
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
	conn, err := grpc.NewClient(running.Addrs().GRPC, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return &Server{Server: running, Conn: conn, URL: "http://" + running.Addrs().HTTP, Clock: clock, Log: log}
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
