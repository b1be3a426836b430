package app

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/patch"
	"github.com/maecenas-cci/maecenas/internal/resource"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// Outcome is what an import did with one record.
type Outcome struct {
	// Name is the resource name; empty where the record was rejected before it had one.
	Name string
	// Did is what was done.
	Did Did
	// Err says why the record was rejected; nil where it was not.
	Err *fault.Error
}

// Did is what an import does with a record.
type Did int

// What an import does.
const (
	// Rejected: nothing was written; the outcome's error says why.
	Rejected Did = iota
	// Created: there was none.
	Created
	// Updated: it replaced another.
	Updated
	// Unchanged: what was there says the same.
	Unchanged
)

// Import writes records in one transaction: each whole or not at all. A record
// is found by its name, or by its first external id where it has no name or one
// that ends in -; what is found is replaced, so that importing twice changes
// nothing the second time. Evidence of third parties is taken as stated, for
// imports are made by administrators. The error is one that ended the whole
// transaction; then nothing was written.
func (a *App) Import(ctx context.Context, records []*maecenasv1.Record) ([]Outcome, int64, error) {
	var outcomes []Outcome
	imports := a.examineAll(records)
	revision, err := a.transact(ctx, false, func(t *tx) error {
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
	write func(t *tx) (string, Did, error)
}

func (i importing) run(t *tx) (Outcome, error) {
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

func (a *App) importing(record *maecenasv1.Record) importing {
	switch one := record.GetResource().(type) {
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

func importOne[T Resource](c *Collection[T], stated T) importing {
	rec := proto.CloneOf(stated)
	name, external := rec.GetName(), store.ExternalIDs(rec)
	open := c.kind.openName(name)
	if !open {
		if err := c.kind.checkName(c.kind.singular+".name", name); err != nil {
			return rejection(err)
		}
		if !c.kind.dated && !c.kind.singleton && !resource.ValidID(name) {
			return importing{err: fault.Invalid(fault.Violation{
				Field: c.kind.singular + ".name", Reason: "resource_id",
				Description: "must end in an id of 3 to 63 small letters, digits and hyphens, a letter first",
			})}
		}
	} else if len(external) == 0 {
		return importing{err: fault.Invalid(fault.Violation{
			Field: c.kind.singular + ".name", Reason: "required",
			Description: "must be set, or an external id that tells the record again",
		})}
	}
	patch.Clear(rec)
	var none T
	if err := c.examine(rec, none, true); err != nil {
		return rejection(err)
	}
	return importing{write: func(t *tx) (string, Did, error) {
		name := name
		if open {
			var err error
			if name, err = c.resolve(t, name, external[0]); err != nil {
				return "", Rejected, err
			}
		}
		return c.upsert(t, name, rec)
	}}
}

func rejection(err error) importing {
	var wrong *fault.Error
	errors.As(err, &wrong)
	return importing{err: wrong}
}

// openName answers whether a name leaves the id open: it is empty where nothing
// is above the resource, or ends in -.
func (k kind[T]) openName(name string) bool {
	if k.parent == "" && name == "" && !k.singleton {
		return true
	}
	return strings.HasSuffix(name, "/"+k.collection+"/-") || name == k.collection+"/-"
}

// resolve is the name of the record that carries an external id, or a new one.
func (c *Collection[T]) resolve(t *tx, open string, id *maecenasv1.ExternalId) (string, error) {
	name, err := t.FindExternal(c.kind.store, id.GetSystem(), id.GetId())
	if !errors.Is(err, store.ErrNotFound) {
		return name, err
	}
	made, err := c.app.identity.ID(c.kind.singular)
	if open == "" {
		open = c.kind.collection + "/-"
	}
	return strings.TrimSuffix(open, "-") + made, err
}

// upsert writes a valid record under a name.
func (c *Collection[T]) upsert(t *tx, name string, valid T) (string, Did, error) {
	if c.kind.singleton || c.kind.parent != "" {
		if err := c.app.subjectExists(t, resource.Subject(name)); err != nil {
			return name, Rejected, fault.ParentNotFound(resource.Subject(name))
		}
	}
	old := c.kind.new()
	err := t.Get(name, old)
	did := Updated
	if errors.Is(err, store.ErrNotFound) {
		did, old, err = Created, c.kind.new(), nil
		setField(old.ProtoReflect(), "name", protoreflect.ValueOfString(name))
	}
	if err != nil {
		return name, Rejected, err
	}
	wrote, err := c.write(t, patch.Merge(old, valid, patch.Everything()), old)
	if !wrote {
		did = Unchanged
	}
	return name, did, err
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
		listing := Listing{Limit: 1000}
		for {
			page, err := list[store.Record](ctx, a, kind, listing, nil)
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
