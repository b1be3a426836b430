package privacy

import (
	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/app"
	"github.com/maecenas-cci/maecenas/internal/erase"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// Options are what a Privacy is made of. Ledger may be nil; the rest is needed.
type Options struct {
	// App has the use cases whose answers go into a copy.
	App *app.App
	// Store is the App's: what is compacted after an erasure.
	Store store.Store
	// Ledger has a line of every erasure; nil: there are no copies of the store.
	Ledger *erase.Ledger
	// Retention is how long what has ended is kept.
	Retention Retention
}

// Privacy has the use cases. It is safe for concurrent use.
type Privacy struct {
	// Consents are what people agreed to.
	Consents *record.Collection[*maecenasv1.Consent]

	app       *app.App
	keeper    *record.Keeper
	store     store.Store
	ledger    *erase.Ledger
	retention Retention
}

// New makes a Privacy.
func New(options Options) *Privacy {
	keeper := options.App.Keeper()
	return &Privacy{
		Consents: record.NewCollection(keeper, consents), app: options.App, keeper: keeper, store: options.Store,
		ledger: options.Ledger, retention: options.Retention,
	}
}
