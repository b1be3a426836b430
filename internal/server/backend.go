package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	"google.golang.org/grpc"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/account"
	"github.com/maecenas-cci/maecenas/internal/app"
	"github.com/maecenas-cci/maecenas/internal/attest"
	"github.com/maecenas-cci/maecenas/internal/audit"
	"github.com/maecenas-cci/maecenas/internal/backup"
	"github.com/maecenas-cci/maecenas/internal/erase"
	"github.com/maecenas-cci/maecenas/internal/introduction"
	"github.com/maecenas-cci/maecenas/internal/obs"
	"github.com/maecenas-cci/maecenas/internal/privacy"
	"github.com/maecenas-cci/maecenas/internal/rpc"
	"github.com/maecenas-cci/maecenas/internal/store"
	"github.com/maecenas-cci/maecenas/internal/store/boltstore"
)

// DataFile returns the file of the store in a data folder.
func DataFile(dataDir string) string { return filepath.Join(dataDir, "maecenas.db") }

// LedgerFile returns the ledger of erased subjects in a data folder.
func LedgerFile(dataDir string) string { return filepath.Join(dataDir, "erased") }

// OpenFolder returns what opens the store of a data folder, which is made if it
// is not there. An erasure that was cut short is finished.
func OpenFolder(dataDir string) func(context.Context) (store.Store, error) {
	return func(ctx context.Context) (store.Store, error) {
		opened, err := boltstore.Open(boltstore.Options{Path: DataFile(dataDir)}) //nolint:contextcheck // half an opening helps nobody
		switch {
		case errors.Is(err, store.ErrLocked):
			return nil, fmt.Errorf("%w: stop it, or serve another folder with --data-dir", err)
		case err != nil:
			return nil, fmt.Errorf("opening the data: %w", err)
		}
		erased, err := erase.NewLedger(LedgerFile(dataDir)).Load()
		if err == nil {
			_, err = erase.Again(ctx, opened, erased)
		}
		if err != nil {
			return nil, errors.Join(fmt.Errorf("finishing an erasure: %w", err), opened.Close())
		}
		return opened, nil
	}
}

// learnEvery is how often preferences are learned anew from deals, at most.
const learnEvery = time.Minute

// pruneEvery is how often sessions and links that have ended are removed.
const pruneEvery = time.Hour

// sweepEvery is how often what has ended long ago is let go.
const sweepEvery = 24 * time.Hour

// sweeps tells the log what was let go.
func sweeps(log *slog.Logger) func(int, error) {
	return func(records int, err error) {
		switch {
		case err != nil:
			log.Error("letting go what has ended", "error", err)
		case records > 0:
			log.Info("let go what has ended", "records", records)
		}
	}
}

// DataOptions say what data are opened, and how. Open and Log are needed.
type DataOptions struct {
	// Open opens the store, which is closed with the data.
	Open func(context.Context) (store.Store, error)
	// App are the options of the use cases; their Store is set here.
	App app.Options
	// Ledger has a line of every erasure; nil: there are no copies of the store.
	Ledger *erase.Ledger
	// Retention is how long what has ended is kept; the zero value keeps it for good.
	Retention privacy.Retention
	// Passwords hashes passwords; nil: with the costs that are recommended.
	Passwords account.Passwords
	// Log is told what fails beside the calls.
	Log *slog.Logger
	// LearnEvery is how often preferences are learned anew from deals, at most; 0: once a
	// minute.
	LearnEvery time.Duration
}

// Data returns what opens the data of a store: the use cases over it.
func Data(options DataOptions) func(context.Context) (*Backend, error) {
	log := options.Log
	if options.LearnEvery == 0 {
		options.LearnEvery = learnEvery
	}
	return func(ctx context.Context) (*Backend, error) {
		opened, err := options.Open(ctx)
		if err != nil {
			return nil, err
		}
		options.App.Store = opened
		a, err := app.Open(ctx, options.App)
		if err != nil {
			return nil, errors.Join(err, opened.Close())
		}
		accounts, err := account.New(account.Options{Keeper: a.Keeper(), Passwords: options.Passwords})
		if err != nil {
			return nil, errors.Join(err, opened.Close())
		}
		rights := privacy.New(privacy.Options{App: a, Store: opened, Ledger: options.Ledger, Retention: options.Retention})
		working, stop := context.WithCancel(context.WithoutCancel(ctx))
		var group sync.WaitGroup
		group.Go(func() {
			accounts.KeepPruned(working, pruneEvery, func(err error) { log.Error("pruning sessions and links", "error", err) })
		})
		group.Go(func() { rights.KeepSweeping(working, sweepEvery, sweeps(log)) })
		group.Go(func() {
			a.KeepLearning(working, options.LearnEvery, func(err error) { log.Error("learning from deals", "error", err) })
		})
		return &Backend{
			Register: func(registrar grpc.ServiceRegistrar) error {
				return rpc.Register(registrar, rpc.UseCases{
					App: a, Accounts: accounts, Audit: audit.New(a.Keeper()), Privacy: rights, Backup: backUp(a, opened),
					Introductions: introduction.New(introduction.Options{Keeper: a.Keeper(), Sees: a.Sees}), Attest: attest.New(a.Keeper()),
				})
			},
			Authenticate: accounts.Authenticate,
			Known: func(ctx context.Context, name string) error {
				if ok, err := accounts.Known(ctx, name); ok {
					return err
				}
				return a.Known(ctx, name)
			},
			Accounts: accounts,
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

// backUp returns what writes backups of a store. Each is told in the audit log,
// and itself holds that.
func backUp(a *app.App, s store.Store) rpc.BackupFunc {
	return func(ctx context.Context, w io.Writer) (*maecenasv1.BackupSummary, error) {
		if err := a.Keeper().Note(ctx, ""); err != nil {
			return nil, err
		}
		return backup.Write(ctx, s, a.Keeper().Now(), w)
	}
}
