package record

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"google.golang.org/grpc/codes"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/find"
	"github.com/maecenas-cci/maecenas/internal/resource"
	"github.com/maecenas-cci/maecenas/internal/store"
	"github.com/maecenas-cci/maecenas/internal/validate"
)

// Options are what a Keeper is made of; all are needed.
type Options struct {
	// Store keeps the records.
	Store store.Store
	// Now is the clock.
	Now func() time.Time
	// Identity makes uids and ids.
	Identity *resource.Maker
	// Rules are the schema's.
	Rules *validate.Schema
	// Directory is who is who.
	Directory *auth.Directory
	// VerifiedOnly is true where facts are shown to verified investors alone.
	VerifiedOnly bool
	// Complete writes what follows from a transaction at its end, and returns what
	// publishes it once it is committed. A transaction that is only tried is
	// completed too, and not published.
	Complete func(*Tx) (publish func(revision int64), err error)
	// Await returns when what is served has reached a revision, and Revision is the one it has.
	Await    func(ctx context.Context, revision int64) error
	Revision func() int64
}

// Keeper writes and reads records. It is safe for concurrent use.
type Keeper struct {
	opts    Options
	finder  *find.Finder
	writing sync.Mutex // held from a transaction to the end of its publication
}

// New makes a Keeper.
func New(options Options) (*Keeper, error) {
	finder, err := find.New()
	if err != nil {
		return nil, err
	}
	return &Keeper{opts: options, finder: finder}, nil
}

// Now is the time by the clock, in UTC.
func (k *Keeper) Now() time.Time { return k.opts.Now().UTC() }

// Rules are the schema's rules.
func (k *Keeper) Rules() *validate.Schema { return k.opts.Rules }

// Directory is who is who.
func (k *Keeper) Directory() *auth.Directory { return k.opts.Directory }

// Sight is what exists for the caller of a context.
func (k *Keeper) Sight(ctx context.Context) auth.Sight {
	return auth.Sight{Caller: auth.FromContext(ctx), Directory: k.opts.Directory, VerifiedOnly: k.opts.VerifiedOnly}
}

// Hold runs fn while nothing is written.
func (k *Keeper) Hold(fn func() error) error {
	k.writing.Lock()
	defer k.writing.Unlock()
	return fn()
}

// Read runs fn on a state of the store that has reached a revision.
func (k *Keeper) Read(ctx context.Context, minRevision int64, fn func(store.Reader) error) error {
	if err := k.opts.Await(ctx, minRevision); err != nil {
		return err
	}
	return fault.OfStore(k.opts.Store.View(ctx, fn))
}

// Look is Read through the eyes of the caller.
func (k *Keeper) Look(ctx context.Context, minRevision int64, fn func(*Eyes) error) error {
	return k.Read(ctx, minRevision, func(r store.Reader) error { return fn(k.eyes(ctx, r)) })
}

// errDry ends a transaction that was only to be tried.
var errDry = errors.New("nothing is to be written")

// Transact runs fn in one transaction, completes it, and publishes it before it
// returns the revision. A dry one is tried and not committed.
func (k *Keeper) Transact(ctx context.Context, dry bool, fn func(*Tx) error) (int64, error) {
	k.writing.Lock()
	defer k.writing.Unlock()
	var publish func(int64)
	before := k.opts.Revision()
	revision, err := k.opts.Store.Update(ctx, func(w store.Writer) error {
		t := &Tx{Writer: w, keeper: k, Now: k.Now(), Caller: auth.FromContext(ctx), action: auth.Action(ctx)}
		err := fn(t)
		if err != nil {
			return err
		}
		if publish, err = k.opts.Complete(t); err != nil {
			return err
		}
		if dry {
			return errDry
		}
		return t.audit()
	})
	if dry && errors.Is(err, errDry) {
		return before, nil
	}
	if err != nil {
		return 0, hideHolder(auth.FromContext(ctx), err)
	}
	if revision > before {
		publish(revision)
	}
	return revision, nil
}

// hideHolder is what a caller is told of a store's error: not who has an external id
// already, unless it is the caller's own.
func hideHolder(caller *auth.Principal, err error) error {
	var taken *store.ExternalIDTakenError
	if !errors.As(err, &taken) || caller.RoleOn(taken.Holder) >= auth.RoleViewer {
		return fault.OfStore(err)
	}
	return &fault.Error{
		Code: codes.AlreadyExists, Reason: maecenasv1.ErrorReason_RESOURCE_EXISTS,
		Message: fmt.Sprintf("the external id %s of %s is taken", validate.Printable(taken.ID), taken.System), Cause: err,
	}
}

func isNotFound(err error) bool { return errors.Is(err, store.ErrNotFound) }
