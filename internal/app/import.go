package app

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// Outcome is what an import did with one record.
type Outcome struct {
	// Name is the resource name; empty where the record was rejected before it had one.
	Name string
	// Did is what was done.
	Did record.Did
	// Err says why the record was rejected; nil where it was not.
	Err *fault.Error
}

// Import writes records in one transaction: each whole or not at all. A record
// is found by its name, or by its first external id where it has no name or one
// that ends in -; what is found is replaced, so that importing twice changes
// nothing the second time. Evidence of third parties is taken as stated, for
// imports are made by administrators. The error is one that ended the whole
// transaction; then nothing was written.
func (a *App) Import(ctx context.Context, records []*maecenasv1.Record) ([]Outcome, int64, error) {
	var outcomes []Outcome
	imports := a.examineAll(records)
	if auth.Action(ctx) == "" {
		ctx = auth.WithAction(ctx, "records.import")
	}
	revision, err := a.keeper.Transact(ctx, false, func(t *record.Tx) error {
		outcomes = make([]Outcome, len(imports))
		for i, one := range imports {
			if err := ctx.Err(); err != nil {
				return err
			}
			outcome, err := one.run(t)
			if err != nil {
				return fmt.Errorf("record %d: %w", i, err)
			}
			outcomes[i] = outcome
		}
		return nil
	})
	return outcomes, revision, err
}

// importing is one record on its way in.
type importing struct {
	err *fault.Error
	// write puts it, once it is known to be valid.
	write func(t *record.Tx) (string, record.Did, error)
}

func (i importing) run(t *record.Tx) (Outcome, error) {
	if i.err != nil {
		return Outcome{Err: i.err}, nil //nolint:nilerr // the row is refused; the import goes on
	}
	name, did, err := i.write(t)
	if err == nil {
		return Outcome{Name: name, Did: did}, nil
	}
	var rejected *fault.Error
	if errors.As(fault.OfStore(err), &rejected) && rejects(rejected) {
		return Outcome{Name: name, Err: rejected}, nil
	}
	return Outcome{}, err
}

// rejects answers whether the error is about one record, not about the store.
func rejects(e *fault.Error) bool {
	switch e.Reason {
	case maecenasv1.ErrorReason_STORE_FULL, maecenasv1.ErrorReason_RECORD_DAMAGED,
		maecenasv1.ErrorReason_SERVER_NOT_READY, maecenasv1.ErrorReason_REQUEST_ENDED:
		return false
	default:
		return true
	}
}

// examineAll checks records on all cores: that is most of an import's work.
func (a *App) examineAll(records []*maecenasv1.Record) []importing {
	imports := make([]importing, len(records))
	var group sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for worker := range workers {
		group.Go(func() {
			for i := worker; i < len(records); i += workers {
				imports[i] = a.importing(records[i])
			}
		})
	}
	group.Wait()
	return imports
}

func (a *App) importing(line *maecenasv1.Record) importing {
	switch one := line.GetResource().(type) {
	case *maecenasv1.Record_Organization:
		return importOne(a.Organizations, one.Organization)
	case *maecenasv1.Record_Canvas:
		return importOne(a.Canvases, one.Canvas)
	case *maecenasv1.Record_Need:
		return importOne(a.Needs, one.Need)
	case *maecenasv1.Record_Investor:
		return importOne(a.Investors, one.Investor)
	case *maecenasv1.Record_Mandate:
		return importOne(a.Mandates, one.Mandate)
	case *maecenasv1.Record_Deal:
		return importOne(a.Deals, one.Deal)
	case *maecenasv1.Record_ExchangeRates:
		return importOne(a.ExchangeRates, one.ExchangeRates)
	default:
		return importing{err: fault.Invalid(fault.Violation{
			Description: "must be one of exchangeRates, organization, canvas, need, investor, mandate and deal", Reason: "required",
		})}
	}
}

// everything shows an administrator every record.
func everything(e *record.Eyes, rec store.Record) (store.Record, bool, error) {
	return rec, e.Caller.Administrator, nil
}

func importOne[T record.Resource](c *record.Collection[T], stated T) importing {
	write, err := c.Imported(stated)
	if err != nil {
		return rejection(err)
	}
	return importing{write: write}
}

func rejection(err error) importing {
	var wrong *fault.Error
	errors.As(err, &wrong)
	return importing{err: wrong}
}

// exported are the kinds of an export, each after what it is below.
var exported = []store.Kind{
	store.KindExchangeRates, store.KindOrganization, store.KindCanvas, store.KindNeed,
	store.KindInvestor, store.KindMandate, store.KindDeal,
}

// Export calls each with every record of the store that an import takes, a
// record after what it is below; with kinds, with those of these kinds alone. It
// holds no transaction while each runs.
func (a *App) Export(ctx context.Context, each func(*maecenasv1.Record) error, kinds ...store.Kind) error {
	for _, kind := range exported {
		if len(kinds) > 0 && !slices.Contains(kinds, kind) {
			continue
		}
		listing := record.Listing{Limit: 1000}
		for {
			page, err := record.List(ctx, a.keeper, kind, listing, everything)
			if err != nil {
				return err
			}
			for _, rec := range page.Records {
				if err := each(recordOf(rec)); err != nil {
					return err
				}
			}
			if page.Next == nil {
				break
			}
			listing.After = page.Next
		}
	}
	return nil
}

func recordOf(rec store.Record) *maecenasv1.Record {
	switch one := rec.(type) {
	case *maecenasv1.Organization:
		return &maecenasv1.Record{Resource: &maecenasv1.Record_Organization{Organization: one}}
	case *maecenasv1.Canvas:
		return &maecenasv1.Record{Resource: &maecenasv1.Record_Canvas{Canvas: one}}
	case *maecenasv1.Need:
		return &maecenasv1.Record{Resource: &maecenasv1.Record_Need{Need: one}}
	case *maecenasv1.Investor:
		return &maecenasv1.Record{Resource: &maecenasv1.Record_Investor{Investor: one}}
	case *maecenasv1.Mandate:
		return &maecenasv1.Record{Resource: &maecenasv1.Record_Mandate{Mandate: one}}
	case *maecenasv1.Deal:
		return &maecenasv1.Record{Resource: &maecenasv1.Record_Deal{Deal: one}}
	case *maecenasv1.ExchangeRates:
		return &maecenasv1.Record{Resource: &maecenasv1.Record_ExchangeRates{ExchangeRates: one}}
	default:
		return &maecenasv1.Record{}
	}
}
