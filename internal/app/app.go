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
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc/codes"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/filter"
	"github.com/maecenas-cci/maecenas/internal/index"
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
	// Rates are the dated exchange rates; nil: those shipped.
	Rates *taxonomy.Rates
	// Log is told of faults; nil: nowhere.
	Log *slog.Logger
}

// App holds the use cases. It is safe for concurrent use.
type App struct {
	// Organizations, Needs, Investors, Mandates and Deals are the collections of
	// the resources of those names.
	Organizations *Collection[*maecenasv1.Organization]
	Needs         *Collection[*maecenasv1.Need]
	Investors     *Collection[*maecenasv1.Investor]
	Mandates      *Collection[*maecenasv1.Mandate]
	Deals         *Collection[*maecenasv1.Deal]
	// Canvases are the canvases of organizations, each a single one.
	Canvases *Collection[*maecenasv1.Canvas]

	store    store.Store
	now      func() time.Time
	rates    *taxonomy.Rates
	log      *slog.Logger
	identity *resource.Maker
	rules    *validate.Schema
	needs    *filter.Schema // of what MatchNeeds filters by
	mandates *filter.Schema // of what MatchMandates filters by
	index    *index.Index
	zones    sync.Map // *time.Location by name: reading one takes longer than ranking a mandate

	writing sync.Mutex // held from a transaction to the end of its way into the index
	ready   atomic.Bool

	advance  sync.Mutex    // guards advanced
	advanced chan struct{} // closed when the index reaches a further revision
}

// Open makes an App over a store and builds its index, which takes a time that
// grows with the store. Errors are those of the store.
func Open(ctx context.Context, options Options) (*App, error) {
	a, err := newApp(options)
	if err != nil {
		return nil, err
	}
	if err := a.rebuild(ctx); err != nil {
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
	a := &App{
		store: options.Store, now: options.Now, rates: options.Rates, log: options.Log,
		rules: rules, index: index.New(), advanced: make(chan struct{}),
	}
	if a.now == nil {
		a.now = time.Now
	}
	if a.rates == nil {
		a.rates = taxonomy.ShippedRates()
	}
	if a.log == nil {
		a.log = slog.New(slog.DiscardHandler)
	}
	random := options.Random
	if random == nil {
		random = rand.Reader
	}
	a.identity = resource.NewMaker(random, a.now)
	if a.needs, a.mandates, err = filterSchemas(); err != nil {
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

// Revision returns the revision that rankings rest on.
func (a *App) Revision() int64 { return a.index.Snapshot().Revision() }

// Size returns how many needs and mandates the index holds.
func (a *App) Size() (needs, mandates int) { return a.index.Snapshot().Len() }

// Today returns the day of the clock, in UTC, as YYYY-MM-DD.
func (a *App) Today() string { return a.now().UTC().Format(time.DateOnly) }

func (a *App) day(date string) string {
	if date == "" {
		return a.Today()
	}
	return date
}

// apply publishes a batch of rows and wakes those who wait for its revision.
func (a *App) apply(batch index.Batch) {
	a.index.Apply(batch)
	a.advance.Lock()
	close(a.advanced)
	a.advanced = make(chan struct{})
	a.advance.Unlock()
}

// await returns when the data have reached a revision, or REVISION_NOT_REACHED
// when the context ends before.
func (a *App) await(ctx context.Context, revision int64) error {
	for {
		a.advance.Lock()
		advanced := a.advanced
		a.advance.Unlock()
		reached := a.Revision()
		if reached >= revision {
			return nil
		}
		select {
		case <-advanced:
		case <-ctx.Done():
			return &Error{
				Code: codes.Unavailable, Reason: maecenasv1.ErrorReason_REVISION_NOT_REACHED,
				Message: fmt.Sprintf("the data are at revision %d, not yet at %d: ask again", reached, revision),
				Metadata: map[string]string{
					"revision": fmt.Sprint(reached), "min_revision": fmt.Sprint(revision),
				},
				Cause: ctx.Err(),
			}
		}
	}
}

// read runs fn on a state of the store that has reached a revision.
func (a *App) read(ctx context.Context, minRevision int64, fn func(store.Reader) error) error {
	if err := a.await(ctx, minRevision); err != nil {
		return err
	}
	return a.storeError(a.store.View(ctx, fn))
}

// storeError tells a store's errors in the words of the API. An Error passes as it is.
func (a *App) storeError(err error) error {
	var own *Error
	var taken *store.ExternalIDTakenError
	switch {
	case err == nil || errors.As(err, &own):
		return err
	case errors.As(err, &taken):
		e := exists(taken.Holder)
		e.Message = fmt.Sprintf("%s carries the external id %s of %s already", taken.Holder, validate.Printable(taken.ID), taken.System)
		e.Cause = err
		return e
	case errors.Is(err, store.ErrRecordTooLarge):
		return &Error{
			Code: codes.ResourceExhausted, Reason: maecenasv1.ErrorReason_RECORD_TOO_LARGE,
			Message: fmt.Sprintf("the record is larger than %d bytes: shorten its texts", store.MaxRecordBytes), Cause: err,
		}
	case errors.Is(err, store.ErrFull):
		return &Error{
			Code: codes.ResourceExhausted, Reason: maecenasv1.ErrorReason_STORE_FULL,
			Message: "there is no space left in the store; nothing was written", Cause: err,
		}
	case errors.Is(err, store.ErrDamaged):
		return &Error{
			Code: codes.DataLoss, Reason: maecenasv1.ErrorReason_RECORD_DAMAGED,
			Message: "a stored record does not pass its check; run maecenas check", Cause: err,
		}
	case errors.Is(err, store.ErrClosed):
		return &Error{
			Code: codes.Unavailable, Reason: maecenasv1.ErrorReason_SERVER_NOT_READY,
			Message: "the server is stopping: try again later", Cause: err,
		}
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return ended(err)
	default:
		return err
	}
}

// ended is the answer to a caller whose time is up or who has gone.
func ended(cause error) *Error {
	code := codes.DeadlineExceeded
	if errors.Is(cause, context.Canceled) {
		code = codes.Canceled
	}
	return &Error{
		Code: code, Reason: maecenasv1.ErrorReason_REQUEST_ENDED,
		Message: "the request ended before its work was done", Cause: cause,
	}
}
