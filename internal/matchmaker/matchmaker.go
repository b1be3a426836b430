// Package matchmaker ranks and explains: the use cases that read the index. It
// owns the index and makes its rows, of nothing but what investors may see, so
// that rankings, filters and explanations tell nothing else, whoever asks. Of the
// mandate's side a match tells each caller what the mandate discloses.
package matchmaker

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/timestamppb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/filter"
	"github.com/maecenas-cci/maecenas/internal/index"
	"github.com/maecenas-cci/maecenas/internal/match"
	"github.com/maecenas-cci/maecenas/internal/store"
	"github.com/maecenas-cci/maecenas/internal/taxonomy"
	"github.com/maecenas-cci/maecenas/internal/validate"
)

// Options are what a Matchmaker is made of; all are needed.
type Options struct {
	// Store is what the index is made of.
	Store store.Store
	// Now is the clock.
	Now func() time.Time
	// Rates are the dated exchange rates that imported ones are laid over.
	Rates *taxonomy.Rates
	// Rules are the schema's rules, for previews.
	Rules *validate.Schema
	// Directory is who is who.
	Directory *auth.Directory
	// VerifiedOnly is true where needs are ranked for verified investors alone.
	VerifiedOnly bool
}

// Matchmaker holds the index. It is safe for concurrent use.
type Matchmaker struct {
	store        store.Store
	now          func() time.Time
	shipped      *taxonomy.Rates // what imported rates are laid over
	rules        *validate.Schema
	needs        *filter.Schema // of what MatchNeeds filters by
	mandates     *filter.Schema // of what MatchMandates filters by
	index        *index.Index
	directory    *auth.Directory
	verifiedOnly bool
	lessons      atomic.Pointer[lessons]
	zones        sync.Map // *time.Location by name: reading one takes longer than ranking a mandate

	advance  sync.Mutex    // guards advanced
	advanced chan struct{} // closed when the index reaches a further revision
}

// New makes a Matchmaker with an empty index.
func New(options Options) (*Matchmaker, error) {
	needs, mandates, err := filterSchemas()
	if err != nil {
		return nil, err
	}
	return &Matchmaker{
		store: options.Store, now: options.Now, shipped: options.Rates, rules: options.Rules,
		needs: needs, mandates: mandates, index: index.New(), directory: options.Directory, verifiedOnly: options.VerifiedOnly, advanced: make(chan struct{}),
	}, nil
}

// Revision returns the revision that rankings rest on.
func (mk *Matchmaker) Revision() int64 { return mk.index.Snapshot().Revision() }

// Size returns how many needs and mandates the index holds.
func (mk *Matchmaker) Size() (needs, mandates int) { return mk.index.Snapshot().Len() }

// Snapshot is what the index holds now.
func (mk *Matchmaker) Snapshot() *index.Snapshot { return mk.index.Snapshot() }

// Today returns the day of the clock, in UTC, as YYYY-MM-DD.
func (mk *Matchmaker) Today() string { return mk.now().UTC().Format(time.DateOnly) }

// Day is a date, or today where it is empty.
func (mk *Matchmaker) Day(date string) string {
	if date == "" {
		return mk.Today()
	}
	return date
}

// Apply publishes a batch of rows and wakes those who wait for its revision.
func (mk *Matchmaker) Apply(batch index.Batch) {
	mk.index.Apply(batch)
	mk.advance.Lock()
	close(mk.advanced)
	mk.advanced = make(chan struct{})
	mk.advance.Unlock()
}

// Await returns when the data have reached a revision, or REVISION_NOT_REACHED
// when the context ends before.
func (mk *Matchmaker) Await(ctx context.Context, revision int64) error {
	for {
		mk.advance.Lock()
		advanced := mk.advanced
		mk.advance.Unlock()
		reached := mk.Revision()
		if reached >= revision {
			return nil
		}
		select {
		case <-advanced:
		case <-ctx.Done():
			return &fault.Error{
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

// View runs fn on the store's state, and tells the store's errors in the API's words.
func (mk *Matchmaker) View(ctx context.Context, fn func(store.Reader) error) error {
	return fault.OfStore(mk.store.View(ctx, fn))
}

// DayOf is a day asked, with the exchange rates of a snapshot; today where the date is
// empty, in the time zone of each mandate. FIELD_INVALID.
func (mk *Matchmaker) DayOf(snapshot *index.Snapshot, date string) (match.Day, error) {
	day := match.NewDay(mk.Day(date), snapshot.Rates())
	if date == "" {
		day.In = mk.todayIn
	}
	return day, fault.CheckDate("asOfDate", date)
}

// freshness tells when a record was last confirmed, and whether on a day its day to be
// looked through again has passed.
func freshness(of interface {
	GetVerifiedTime() *timestamppb.Timestamp
	GetReviewDueDate() string
}, day string) *maecenasv1.Freshness {
	due := of.GetReviewDueDate()
	return &maecenasv1.Freshness{
		VerifiedTime: of.GetVerifiedTime(), ReviewDueDate: due, Overdue: due != "" && due < day,
	}
}
