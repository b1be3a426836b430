package store

import (
	"context"
	"io"
	"time"

	"google.golang.org/protobuf/proto"

	storagev1 "github.com/maecenas-cci/maecenas/gen/maecenas/storage/v1"
	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// Limits that every store enforces.
const (
	// MaxRecordBytes is the largest record that is stored, in bytes of its proto
	// form. A canvas that fills every field stays far below it.
	MaxRecordBytes = 1 << 20
	// MaxNameBytes is the longest resource name, in bytes.
	MaxNameBytes = 512
	// MaxExternalIDBytes is the longest external id, and the longest name of its
	// system, in bytes.
	MaxExternalIDBytes = 512
	// MaxRequestIDBytes is the longest request id, in bytes.
	MaxRequestIDBytes = 256
)

// Record is what is stored: a resource of maecenas.v1, or one of
// maecenas.storage.v1 that is never served. Kinds has them all.
type Record interface {
	proto.Message
	// GetName returns the resource name, such as organizations/acme/needs/tour.
	GetName() string
	// GetUid returns the record's UUID in its canonical form: 36 characters, lower
	// case. It never changes for a name.
	GetUid() string
}

// Cursor is a position in a list: that of a record that was passed to each.
// Callers keep it and hand it back, and read nothing into its bytes. It stays
// good when its record is deleted.
type Cursor []byte

// ListOptions say which part of a kind is listed, and in which direction. The
// zero value lists all of it, in key order.
type ListOptions struct {
	// Parent keeps what is below it: the subject, such as organizations/acme, or
	// the kind's own parent, such as organizations/acme/canvas for revisions.
	// Empty: everything. A parent that does not exist has nothing below it.
	Parent string
	// After starts behind a record that was listed before, in the direction
	// listed. Nil: from the start.
	After Cursor
	// Descending lists the last key first.
	Descending bool
}

// Copy is what a Snapshot is a copy of.
type Copy struct {
	// Revision of the copied state.
	Revision int64
	// Schema is the version of the layout that the copy has, from 1.
	Schema int
}

// Reader reads one consistent state of the store. It is valid until the
// function it was passed to returns, and is not safe for concurrent use.
//
// Every method can also return ErrDamaged (what is stored fails its check),
// ErrClosed (the function has returned, or the store was closed) and the
// context's error.
type Reader interface {
	// Revision returns the revision of what is read: that of the last commit, 0 in
	// an empty store. Within Update, it is the revision before this transaction,
	// whose own will be one more.
	Revision() int64

	// Get replaces into, whose type says the kind (with the name, see KindNamed), by the record of that name. The
	// record is the caller's. ErrNotFound: there is none of this kind and name, and
	// into is unchanged.
	Get(name string, into Record) error

	// GetByUID returns the record of a kind by its uid and that of its subject, which is
	// its own for a subject. ErrNotFound: there is none. ErrInvalid: the kind is not
	// one, or a uid no UUID.
	GetByUID(kind Kind, subject, uid string) (Record, error)

	// List calls each with the records of a kind in key order, together with a
	// cursor to continue behind them; both are each's to keep. It stops when each
	// returns false, or an error, which List returns as it is. Within Update, each
	// may write: what changes behind the current record is seen.
	// ErrInvalid: the kind or the cursor is not one, or the kind has no such
	// parents.
	List(kind Kind, opts ListOptions, each func(Cursor, Record) (bool, error)) error

	// FindExternal returns the name of the record of a kind that carries an
	// external id of the same system and writer. ErrNotFound: there is none.
	FindExternal(kind Kind, id *maecenasv1.ExternalId) (name string, err error)

	// GetRequest returns what is remembered of a request; the entry is the
	// caller's. ErrNotFound: nothing is.
	GetRequest(id string) (*storagev1.RequestEntry, error)
}

// Writer is a Reader that can write, and reads its own writes. When a method
// returns an error, it has written nothing, and the transaction can go on; but
// after ErrDamaged from a method that writes, it may not commit.
type Writer interface {
	Reader

	// Put creates a record, or replaces the one of its name. The record is not kept:
	// the caller may go on changing it. Errors:
	//   - ErrInvalid: the name does not fit the kind's pattern, the uid is not a
	//     canonical UUID, an external id is longer than MaxExternalIDBytes, or a
	//     text is not UTF-8;
	//   - ErrUIDChanged: the name is stored with another uid;
	//   - ErrUIDTaken: another record of the subject and kind has the uid;
	//   - ErrParentNotFound: the subject does not exist;
	//   - ErrExternalIDTaken: another record of the kind carries one of the
	//     external ids; as an ExternalIDTakenError, it names the holder;
	//   - ErrRecordTooLarge: the record exceeds MaxRecordBytes.
	Put(rec Record) error

	// Delete removes a record, its name and its external ids. It does not cascade:
	// what is to go with a record is for the caller to delete. ErrNotFound: there is
	// no such record. ErrHasChildren: it is a subject with records left below it.
	Delete(kind Kind, name string) error

	// PutRequest remembers a request under its id, replacing what was remembered.
	// ErrInvalid: the id is empty or longer than MaxRequestIDBytes, or the entry's
	// commit time is unset or out of range.
	PutRequest(id string, entry *storagev1.RequestEntry) error

	// PruneRequests forgets the requests committed before a time, and returns how
	// many those were.
	PruneRequests(before time.Time) (int, error)

	// ForgetRequests forgets the requests that forget says to, and returns how many
	// those were. forget calls nothing of the store.
	ForgetRequests(forget func(id string, entry *storagev1.RequestEntry) bool) (int, error)
}

// Store keeps records. All methods are safe for concurrent use; writers wait
// for each other, readers wait for nobody. A function passed to a method must
// not call the store itself: it could wait for its own transaction.
//
// Every method returns the context's error when that has ended before it
// starts, and ErrClosed once the store is closed.
type Store interface {
	// View calls fn with a state of the store that does not change meanwhile, and
	// returns its error as it is. fn copies out what it needs and returns soon: an
	// open state holds up the reuse of space, and in time every writer.
	View(ctx context.Context, fn func(Reader) error) error

	// Update calls fn in a transaction of its own. When fn returns nil, everything
	// it wrote is committed at once: durable, and visible to whatever starts after
	// Update returns. When fn returns an error, or panics, or the context ends
	// before the commit begins, nothing is written, and the error is returned as it
	// is.
	//
	// fn may be called again (a store may retry a transaction), so whatever it
	// leaves outside must be set anew by each call, and only be used after Update
	// has returned nil.
	//
	// The revision is the commit's. A transaction that wrote no record makes none
	// and returns the current one; requests alone are kept but make no revision.
	// With an error it is 0. ErrReadOnly: the store was opened only for reading.
	// ErrFull: there is no space left; nothing was written.
	Update(ctx context.Context, fn func(Writer) error) (revision int64, err error)

	// Changes calls each with what was written by every commit after a revision, up
	// to the one that was current at the call, in order, and returns each's error
	// as it is. It holds no state open while each runs. The entry is each's to keep.
	Changes(ctx context.Context, since int64, each func(*storagev1.ChangeEntry) error) error

	// Snapshot writes a consistent copy of the store, which its implementation
	// can open, and tells what it is a copy of. It holds no state open while bytes go
	// to w.
	Snapshot(ctx context.Context, w io.Writer) (Copy, error)

	// Compact leaves nothing of what was replaced or deleted before it where the
	// store keeps its records: when it returns nil, no byte of that is left there.
	// Readers go on meanwhile, writers wait, and Compact itself waits for readers of
	// the state before. A store in which an ErasedSubject was put, and which was not
	// compacted since, is compacted when it is opened for writing. Errors: ErrReadOnly,
	// ErrFull, ErrDamaged; the store is then as it was.
	Compact(ctx context.Context) error

	// Ready returns nil if the store can serve, and otherwise why it cannot.
	Ready(ctx context.Context) error

	// Close waits for what is under way and closes the store. Closing again does
	// nothing.
	Close() error
}
