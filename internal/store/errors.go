package store

import (
	"errors"
	"fmt"
)

// What can go wrong, for errors.Is. Errors that have more to tell wrap these as
// one of the types below, for errors.As. Where a method can return one, its
// comment says so.
var (
	// ErrNotFound: there is no such record, external id or request.
	ErrNotFound = errors.New("not found")
	// ErrParentNotFound: the subject of a record does not exist.
	ErrParentNotFound = errors.New("its subject does not exist")
	// ErrHasChildren: a subject cannot go while records are below it.
	ErrHasChildren = errors.New("records are left below it")
	// ErrExternalIDTaken: another record of the kind carries the external id.
	ErrExternalIDTaken = errors.New("external id is taken")
	// ErrUIDChanged: a name keeps its uid for as long as its record exists.
	ErrUIDChanged = errors.New("the name is stored with another uid")
	// ErrUIDTaken: another record of the kind has the uid.
	ErrUIDTaken = errors.New("its uid is taken by another record")
	// ErrRecordTooLarge: a record exceeds MaxRecordBytes.
	ErrRecordTooLarge = errors.New("record is too large")
	// ErrInvalid: an argument is not one that can be stored or asked for.
	ErrInvalid = errors.New("invalid")
	// ErrDamaged: what is stored is not what was written.
	ErrDamaged = errors.New("stored data is damaged")
	// ErrNotStore: a file is not a store, or not a whole one.
	ErrNotStore = errors.New("not a store")
	// ErrLocked: another process has the store open.
	ErrLocked = errors.New("another process has the store open")
	// ErrSchemaNewer: a newer program has written the store.
	ErrSchemaNewer = errors.New("the store was written by a newer version")
	// ErrClosed: the store is closed, or the transaction has ended.
	ErrClosed = errors.New("the store is closed")
	// ErrReadOnly: the store was opened only for reading.
	ErrReadOnly = errors.New("the store is open for reading only")
	// ErrFull: there is no space left for what was to be written.
	ErrFull = errors.New("no space is left for the store")
)

// RecordError tells which record ErrNotFound, ErrParentNotFound, ErrHasChildren,
// ErrUIDChanged or ErrUIDTaken is about.
type RecordError struct {
	// Kind of the record.
	Kind Kind
	// Name of the record.
	Name string
	// Err is one of the errors above.
	Err error
}

// Error says which record has which problem.
func (e *RecordError) Error() string { return fmt.Sprintf("%s %s: %v", e.Kind, e.Name, e.Err) }

// Unwrap returns the problem.
func (e *RecordError) Unwrap() error { return e.Err }

// ExternalIDTakenError is ErrExternalIDTaken with the holder.
type ExternalIDTakenError struct {
	// Kind of both records.
	Kind Kind
	// System and ID are the external id.
	System, ID string
	// Holder is the name of the record that carries it.
	Holder string
}

// Error names the external id and its holder.
func (e *ExternalIDTakenError) Error() string {
	return fmt.Sprintf("external id %s of system %s is taken by %s", e.ID, e.System, e.Holder)
}

// Unwrap returns ErrExternalIDTaken.
func (e *ExternalIDTakenError) Unwrap() error { return ErrExternalIDTaken }

// RecordTooLargeError is ErrRecordTooLarge with the sizes.
type RecordTooLargeError struct {
	// Name of the record.
	Name string
	// Size of the record, and the most there may be, in bytes.
	Size, Limit int
}

// Error names the record and both sizes.
func (e *RecordTooLargeError) Error() string {
	return fmt.Sprintf("%s has %d bytes, more than the %d that a record may have", e.Name, e.Size, e.Limit)
}

// Unwrap returns ErrRecordTooLarge.
func (e *RecordTooLargeError) Unwrap() error { return ErrRecordTooLarge }

// DamagedError is ErrDamaged with the place.
type DamagedError struct {
	// Bucket that holds what is damaged; "" if the damage is in the file's own
	// structure.
	Bucket string
	// Key within the bucket.
	Key []byte
	// Problem says what was found.
	Problem string
}

// Error names the bucket and the key, and says what was found.
func (e *DamagedError) Error() string {
	if e.Bucket == "" {
		return fmt.Sprintf("%v: %s", ErrDamaged, e.Problem)
	}
	return fmt.Sprintf("%v: bucket %s, key %s: %s", ErrDamaged, e.Bucket, printable(e.Key), e.Problem)
}

// Unwrap returns ErrDamaged.
func (e *DamagedError) Unwrap() error { return ErrDamaged }

// LockedError is ErrLocked with the file and its holder.
type LockedError struct {
	// Path of the file.
	Path string
	// PID is the process that holds it; 0 where that cannot be found out.
	PID int
}

// Error names the file and, where it is known, the process.
func (e *LockedError) Error() string {
	if e.PID == 0 {
		return fmt.Sprintf("%s: another process has it open", e.Path)
	}
	return fmt.Sprintf("%s: process %d has it open", e.Path, e.PID)
}

// Unwrap returns ErrLocked.
func (e *LockedError) Unwrap() error { return ErrLocked }

// SchemaNewerError is ErrSchemaNewer with the versions.
type SchemaNewerError struct {
	// Path of the file.
	Path string
	// Schema that the file has, and the newest that this program reads.
	Schema, Supported int
	// Needs is the oldest version of the program that reads the file.
	Needs string
}

// Error says which version of the program the file needs.
func (e *SchemaNewerError) Error() string {
	return fmt.Sprintf("%s has schema %d and needs maecenas %s or newer; this version reads up to schema %d",
		e.Path, e.Schema, e.Needs, e.Supported)
}

// Unwrap returns ErrSchemaNewer.
func (e *SchemaNewerError) Unwrap() error { return ErrSchemaNewer }

// invalidf returns an ErrInvalid that says why.
func invalidf(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrInvalid, fmt.Sprintf(format, args...))
}

// printable shows a key: a name as it is, a uid or other bytes in hexadecimal.
func printable(key []byte) string {
	for _, b := range key {
		if b < ' ' || b > '~' {
			return fmt.Sprintf("%x", key)
		}
	}
	return fmt.Sprintf("%q", key)
}
