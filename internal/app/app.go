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
	"sync"
	"sync/atomic"
	"time"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/find"
	"github.com/maecenas-cci/maecenas/internal/matchmaker"
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
	// Rates are the dated exchange rates that imported ones are laid over; nil: those
	// shipped.
	Rates *taxonomy.Rates
}

// App holds the use cases. It is safe for concurrent use.
type App struct {
	// Organizations, Needs, Investors, Mandates, Deals and ExchangeRates are the
	// collections of the resources of those names.
	Organizations *Collection[*maecenasv1.Organization]
	Needs         *Collection[*maecenasv1.Need]
	Investors     *Collection[*maecenasv1.Investor]
	Mandates      *Collection[*maecenasv1.Mandate]
	Deals         *Collection[*maecenasv1.Deal]
	ExchangeRates *Collection[*maecenasv1.ExchangeRates]
	// Canvases are the canvases of organizations, each a single one.
	Canvases *Collection[*maecenasv1.Canvas]

	// Matchmaker has the use cases that read the index, and makes its rows.
	*matchmaker.Matchmaker

	store    store.Store
	now      func() time.Time
	identity *resource.Maker
	rules    *validate.Schema
	finder   *find.Finder
	twins    find.Twins

	writing sync.Mutex // held from a transaction to the end of its way into the index
	ready   atomic.Bool
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
	a.ready.Store(true)
	return a, nil
}

func newApp(options Options) (*App, error) {
	rules, err := validate.NewSchema()
	if err != nil {
		return nil, err
	}
	finder, err := find.New()
	if err != nil {
		return nil, err
	}
	a := &App{store: options.Store, now: options.Now, rules: rules, finder: finder}
	if a.now == nil {
		a.now = time.Now
	}
	if options.Rates == nil {
		options.Rates = taxonomy.ShippedRates()
	}
	random := options.Random
	if random == nil {
		random = rand.Reader
	}
	a.identity = resource.NewMaker(random, a.now)
	a.Matchmaker, err = matchmaker.New(matchmaker.Options{Store: a.store, Now: a.now, Rates: options.Rates, Rules: rules})
	if err != nil {
		return nil, err
	}
	a.collect()
	return a, nil
}

// Ready returns nil when the App can serve, and otherwise why it cannot.
func (a *App) Ready(ctx context.Context) error {
	if !a.ready.Load() {
		return errors.New("the index is being built")
	}
	return a.store.Ready(ctx)
}

// read runs fn on a state of the store that has reached a revision.
func (a *App) read(ctx context.Context, minRevision int64, fn func(store.Reader) error) error {
	if err := a.Await(ctx, minRevision); err != nil {
		return err
	}
	return a.View(ctx, fn)
}
