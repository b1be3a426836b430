package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	"google.golang.org/grpc"

	"github.com/maecenas-cci/maecenas/internal/app"
	"github.com/maecenas-cci/maecenas/internal/obs"
	"github.com/maecenas-cci/maecenas/internal/rpc"
	"github.com/maecenas-cci/maecenas/internal/store"
	"github.com/maecenas-cci/maecenas/internal/store/boltstore"
)

// DataFile returns the file of the store in a data folder.
func DataFile(dataDir string) string { return filepath.Join(dataDir, "maecenas.db") }

// OpenFolder returns what opens the store of a data folder, which is made if it
// is not there.
func OpenFolder(dataDir string) func(context.Context) (store.Store, error) {
	return func(context.Context) (store.Store, error) {
		opened, err := boltstore.Open(boltstore.Options{Path: DataFile(dataDir)})
		switch {
		case errors.Is(err, store.ErrLocked):
			return nil, fmt.Errorf("%w: stop it, or serve another folder with --data-dir", err)
		case err != nil:
			return nil, fmt.Errorf("opening the data: %w", err)
		}
		return opened, nil
	}
}

// learnEvery is how often preferences are learned anew from deals, at most.
const learnEvery = time.Minute

// Source is where a server's data come from, and how they are used.
type Source struct {
	// Open opens the store. It is closed with what is served.
	Open func(context.Context) (store.Store, error)
	// App are the options of the use cases; Store is set by Data.
	App app.Options
	// Log is told what goes wrong where nobody asked.
	Log *slog.Logger
	// LearnEvery is how often preferences are learned anew from deals, at most; 0: once a
	// minute.
	LearnEvery time.Duration
}

// Data returns what opens the data of a source: the use cases over its store.
func Data(from Source) func(context.Context) (*Backend, error) {
	every := from.LearnEvery
	if every == 0 {
		every = learnEvery
	}
	return func(ctx context.Context) (*Backend, error) {
		opened, err := from.Open(ctx)
		if err != nil {
			return nil, err
		}
		options := from.App
		options.Store = opened
		a, err := app.Open(ctx, options)
		if err != nil {
			return nil, errors.Join(err, opened.Close())
		}
		learning, stop := context.WithCancel(context.WithoutCancel(ctx))
		var group sync.WaitGroup
		group.Go(func() {
			a.KeepLearning(learning, every, func(err error) { from.Log.Error("learning from deals", "error", err) })
		})
		return &Backend{
			Register: func(registrar grpc.ServiceRegistrar) error { return rpc.Register(registrar, a) },
			Ready:    a.Ready,
			Data: func() obs.Data {
				needs, mandates := a.Size()
				return obs.Data{Revision: a.Revision(), Needs: needs, Mandates: mandates}
			},
			Close: func() error {
				stop()
				group.Wait()
				return opened.Close()
			},
		}, nil
	}
}
