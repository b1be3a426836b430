package store

import (
	"google.golang.org/protobuf/proto"

	"github.com/google/uuid"

	storagev1 "github.com/maecenas-cci/maecenas/gen/maecenas/storage/v1"
	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// Key returns the key of a record within its bucket: the subject's uid followed
// by its own, 32 bytes; for a subject its own uid alone, 16 bytes. Change
// entries name records by it.
func Key(kind Kind, subject, own uuid.UUID) []byte {
	if kind.IsSubject() {
		return own[:]
	}
	return append(subject[:], own[:]...)
}

// KeyOf returns the key of the record of a kind with a uid, below the subject with
// one. ErrInvalid: the kind is not one, or a uid no UUID.
func KeyOf(kind Kind, subject, uid string) ([]byte, error) {
	if !kind.Valid() {
		return nil, invalidf("%q is not a kind", string(kind))
	}
	above, err := ParseUID(subject)
	if err != nil {
		return nil, err
	}
	own, err := ParseUID(uid)
	if err != nil {
		return nil, err
	}
	return Key(kind, above, own), nil
}

// KeyBytes returns the length of the keys of a kind.
func KeyBytes(kind Kind) int {
	if kind.IsSubject() {
		return len(uuid.UUID{})
	}
	return 2 * len(uuid.UUID{})
}

// CheckCursor returns ErrInvalid for a cursor that no list of the kind gave.
func CheckCursor(kind Kind, cursor Cursor) error {
	if cursor != nil && len(cursor) != KeyBytes(kind) {
		return invalidf("a cursor of %d bytes is not one of %s", len(cursor), kind)
	}
	return nil
}

// ParseUID parses a record's uid. ErrInvalid: it is not a UUID in its canonical
// form; other forms are refused lest one uid have two texts.
func ParseUID(uid string) (uuid.UUID, error) {
	id, err := uuid.Parse(uid)
	if err != nil || id.String() != uid {
		return uuid.UUID{}, invalidf("uid %q is not a UUID in canonical form", uid)
	}
	if id == uuid.Nil {
		return uuid.UUID{}, invalidf("uid %q is the nil UUID", uid)
	}
	return id, nil
}

// Prepared is a record that passed the checks that need nothing stored, ready
// to be written.
type Prepared struct {
	// Kind, Name and UID of the record; Subject is the name of its subject, its
	// own for a subject.
	Kind          Kind
	Name, Subject string
	UID           uuid.UUID
	// Payload is the record's deterministic proto form.
	Payload []byte
}

// Prepare checks a record as Writer.Put says and marshals it. Errors: ErrInvalid,
// ErrRecordTooLarge.
func Prepare(rec Record) (Prepared, error) {
	kind, err := KindOf(rec)
	if err != nil {
		return Prepared{}, err
	}
	name := rec.GetName()
	if !kind.Matches(name) {
		return Prepared{}, invalidf("name %q does not fit %s", name, kind.Pattern())
	}
	uid, err := ParseUID(rec.GetUid())
	if err != nil {
		return Prepared{}, err
	}
	for _, external := range ExternalIDs(rec) {
		if len(external.GetWriter()) > MaxExternalIDBytes || len(external.GetSystem()) > MaxExternalIDBytes || len(external.GetId()) > MaxExternalIDBytes {
			return Prepared{}, invalidf("%s has an external id longer than %d bytes", name, MaxExternalIDBytes)
		}
	}
	if size := proto.Size(rec); size > MaxRecordBytes {
		return Prepared{}, &RecordTooLargeError{Name: name, Size: size, Limit: MaxRecordBytes}
	}
	// Deterministic, so that a record that did not change has the same bytes.
	payload, err := proto.MarshalOptions{Deterministic: true}.Marshal(rec)
	if err != nil {
		return Prepared{}, invalidf("%s: %v", name, err)
	}
	return Prepared{Kind: kind, Name: name, Subject: SubjectName(name), UID: uid, Payload: payload}, nil
}

// externalHolder is a record that can carry external ids.
type externalHolder interface {
	GetExternalIds() []*maecenasv1.ExternalId
}

// ExternalIDs returns the external ids of a record, nil for a kind that has none.
func ExternalIDs(rec Record) []*maecenasv1.ExternalId {
	holder, ok := rec.(interface {
		GetExternalIds() []*maecenasv1.ExternalId
	})
	if !ok {
		return nil
	}
	return holder.GetExternalIds()
}

// PrepareRequest checks what is to be remembered of a request and marshals it.
// ErrInvalid: the id is empty or too long, the entry has no valid time, or a
// text is not UTF-8.
func PrepareRequest(id string, entry *storagev1.RequestEntry) ([]byte, error) {
	if id == "" || len(id) > MaxRequestIDBytes {
		return nil, invalidf("a request id has 1 to %d bytes, not %d", MaxRequestIDBytes, len(id))
	}
	if err := entry.GetCommitTime().CheckValid(); err != nil {
		return nil, invalidf("the commit time of request %q: %v", id, err)
	}
	payload, err := proto.MarshalOptions{Deterministic: true}.Marshal(entry)
	if err != nil {
		return nil, invalidf("request %q: %v", id, err)
	}
	return payload, nil
}
