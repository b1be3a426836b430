// Package app holds the use cases: it is the only writer of the store and the
// only one who decides what is valid.
//
// A write goes one way: validate, then one transaction that checks the etag and
// the references and carries the record, a canvas's revision, the assessments
// that changed and the change entry; then the index, before the answer. A
// caller so reads its own writes, and every answer names the revision it rests
// on. Rankings are made of what investors may see, for whoever asks.
package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync/atomic"
	"time"

	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/find"
	"github.com/maecenas-cci/maecenas/internal/matchmaker"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/resource"
	"github.com/maecenas-cci/maecenas/internal/store"
	"github.com/maecenas-cci/maecenas/internal/taxonomy"
	"github.com/maecenas-cci/maecenas/internal/validate"
)

// Options are what an App is made of. Only Store is needed.
type Options struct {
	// Store keeps the records. The App does not close it.
	Store store.Store
	// Now is the clock; nil: the system's.
	Now func() time.Time
	// Random is where ids come from; nil: the system's.
	Random io.Reader
	// VerifiedOnly is true where facts are shown to verified investors alone.
	VerifiedOnly bool
	// Rates are the dated exchange rates that imported ones are laid over; nil: those
	// shipped.
	Rates *taxonomy.Rates
}

// App holds the use cases. It is safe for concurrent use.
type App struct {
	// Organizations, Needs, Investors, Mandates, Deals and ExchangeRates are the
	// collections of the resources of those names.
	Organizations *record.Collection[*maecenasv1.Organization]
	Needs         *record.Collection[*maecenasv1.Need]
	Investors     *record.Collection[*maecenasv1.Investor]
	Mandates      *record.Collection[*maecenasv1.Mandate]
	Deals         *record.Collection[*maecenasv1.Deal]
	ExchangeRates *record.Collection[*maecenasv1.ExchangeRates]
	// Canvases are the canvases of organizations, each a single one.
	Canvases *record.Collection[*maecenasv1.Canvas]

	// Matchmaker has the use cases that read the index, and makes its rows.
	*matchmaker.Matchmaker

	store  store.Store
	keeper *record.Keeper
	twins  find.Twins
	ready  atomic.Bool
}

// Open makes an App over a store and builds its index, which takes a time that
// grows with the store. Errors are those of the store.
func Open(ctx context.Context, options Options) (*App, error) {
	a, err := newApp(options)
	if err != nil {
		return nil, err
	}
	if err := a.Rebuild(ctx); err != nil {
		return nil, fmt.Errorf("building the index from the store: %w", err)
	}
	if err := a.direct(ctx); err != nil {
		return nil, fmt.Errorf("reading who is who: %w", err)
	}
	a.ready.Store(true)
	return a, nil
}

func newApp(options Options) (*App, error) {
	rules, err := validate.NewSchema()
	if err != nil {
		return nil, err
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.Rates == nil {
		options.Rates = taxonomy.ShippedRates()
	}
	if options.Random == nil {
		options.Random = rand.Reader
	}
	a := &App{store: options.Store}
	directory := auth.NewDirectory()
	a.Matchmaker, err = matchmaker.New(matchmaker.Options{
		Store: a.store, Now: options.Now, Rates: options.Rates, Rules: rules, Directory: directory, VerifiedOnly: options.VerifiedOnly,
	})
	if err != nil {
		return nil, err
	}
	a.keeper, err = record.New(record.Options{
		Store: a.store, Now: options.Now, Identity: resource.NewMaker(options.Random, options.Now), Rules: rules,
		Directory: directory, VerifiedOnly: options.VerifiedOnly,
		Complete: a.complete, Await: a.Await, Revision: a.Revision,
	})
	if err != nil {
		return nil, err
	}
	a.collect()
	return a, nil
}

// complete writes what follows from a transaction: size classes by other rates,
// assessments of other facts. It returns what publishes its rows in the index and
// who is who.
func (a *App) complete(t *record.Tx) (func(int64), error) {
	if err := a.resettle(t); err != nil {
		return nil, err
	}
	if err := a.assess(t); err != nil {
		return nil, err
	}
	var gone []string
	var entries []auth.Entry
	for _, change := range t.Changes() {
		if change.Record == nil && (change.Kind == store.KindNeed || change.Kind == store.KindMandate) {
			gone = append(gone, change.Name)
		}
		if !slices.Contains(directed, change.Kind) {
			continue
		}
		entry := auth.Entry{Name: change.Name}
		if change.Record != nil {
			entry.Record = proto.Clone(change.Record)
		}
		entries = append(entries, entry)
	}
	batch, err := a.Rows(t, t.Touched(), gone)
	if err != nil {
		return nil, err
	}
	if t.Wrote(store.KindExchangeRates) {
		if batch.Rates, err = a.StoredRates(t); err != nil {
			return nil, err
		}
	}
	return func(revision int64) {
		batch.Revision = revision
		a.keeper.Directory().Apply(entries...)
		a.Apply(batch)
	}, nil
}

// directed are the kinds that the directory keeps, each after what it rests on.
var directed = []store.Kind{
	store.KindPrincipal, store.KindMembership, store.KindApiKey, store.KindKeySecret, store.KindSession,
	store.KindInvestor, store.KindIntroduction,
}

// direct makes the directory from the store.
func (a *App) direct(ctx context.Context) error {
	return a.store.View(ctx, func(r store.Reader) error {
		for _, kind := range directed {
			err := r.List(kind, store.ListOptions{}, func(_ store.Cursor, rec store.Record) (bool, error) {
				a.keeper.Directory().Apply(auth.Entry{Name: rec.GetName(), Record: rec})
				return true, ctx.Err()
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Keeper writes and reads records for other packages of use cases.
func (a *App) Keeper() *record.Keeper { return a.keeper }

// Ready returns nil when the App can serve, and otherwise why it cannot.
func (a *App) Ready(ctx context.Context) error {
	if !a.ready.Load() {
		return errors.New("the index is being built")
	}
	return a.store.Ready(ctx)
}
