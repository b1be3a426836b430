package erase

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/timestamppb"

	storagev1 "github.com/maecenas-cci/maecenas/gen/maecenas/storage/v1"
	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// Target is the transaction that a subject is erased in: record.Tx is one, which
// notes what is written, and [Plain] makes one of a store.Writer.
type Target interface {
	store.Reader
	// PutAsIs replaces a record that keeps its times and its etag.
	PutAsIs(rec store.Record) error
	// Remove deletes a record. store.ErrNotFound: there is none.
	Remove(kind store.Kind, name string) error
	// ForgetRequests is store.Writer's.
	ForgetRequests(forget func(id string, entry *storagev1.RequestEntry) bool) (int, error)
}

// Plain is a Target that only writes.
type Plain struct{ store.Writer }

// PutAsIs implements Target.
func (p Plain) PutAsIs(rec store.Record) error { return p.Put(rec) }

// Remove implements Target.
func (p Plain) Remove(kind store.Kind, name string) error { return p.Delete(kind, name) }

// Hash is by what an erased subject is remembered: SHA-256 of its uid.
type Hash [sha256.Size]byte

// HashOf returns the hash of a uid in its canonical form.
func HashOf(uid string) Hash { return sha256.Sum256([]byte(uid)) }

// String returns the hash in hexadecimal.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// Name returns the name of the ErasedSubject with the hash.
func (h Hash) Name() string { return "erasures/" + h.String() }

// Kinds are the kinds that can be erased.
func Kinds() []store.Kind {
	return []store.Kind{store.KindOrganization, store.KindInvestor, store.KindPrincipal}
}

// Result is what an erasure did.
type Result struct {
	// Hash is by what the subject is remembered.
	Hash Hash
	// Removed is how many records were deleted, the subject's own included.
	Removed int
	// Changed is how many records of others were rid of what they said of it.
	Changed int
}

// Subject erases the subject of a name, and puts an ErasedSubject with a time in
// its place. These go:
//
//   - the subject and all records below it;
//   - what others have only because of it: memberships, introductions, bookmarks,
//     consents, links, and keys for it alone;
//   - in what remains of others, every field that names it, and of a deal what it
//     tells of the organization; amount and date stay the investor's, and so do
//     region, official activities and domains of an organization that is no natural
//     person before the law;
//   - requests that named it, or that it made.
//
// Entries of the audit log stay: they hold uids, which now stand for nobody.
// store.ErrNotFound: there is no such subject. store.ErrInvalid: the name is not
// one of a kind that can be erased.
func Subject(t Target, name string, at time.Time) (Result, error) {
	kind, err := store.KindOfName(name)
	if err != nil {
		return Result{}, err
	}
	if !slices.Contains(Kinds(), kind) {
		return Result{}, fmt.Errorf("%w: %s is no organization, investor or principal", store.ErrInvalid, name)
	}
	subject := kind.New()
	if err := t.Get(name, subject); err != nil {
		return Result{}, err
	}
	e := &eraser{target: t, gone: map[string]bool{name: true}}
	switch subject := subject.(type) {
	case *maecenasv1.Principal:
		e.email = subject.GetEmail()
	case *maecenasv1.Organization:
		e.person = subject.GetNaturalPersonRegime()
	}
	if err := e.others(kind); err != nil {
		return Result{}, err
	}
	if err := e.own(kind, name); err != nil {
		return Result{}, err
	}
	if _, err := t.ForgetRequests(e.made); err != nil {
		return Result{}, err
	}
	e.result.Hash = HashOf(subject.GetUid())
	return e.result, e.remember(at)
}

// eraser erases one subject.
type eraser struct {
	target Target
	// gone has the name of the subject, and of what went that is not below it.
	gone map[string]bool
	// email is the address of a principal.
	email string
	// person is true of an organization that the law treats as a natural person.
	person bool
	result Result
}

// own deletes the subject and what is below it.
func (e *eraser) own(kind store.Kind, subject string) error {
	for _, below := range kind.Below() {
		names, err := namesBelow(e.target, below, subject)
		if err != nil {
			return err
		}
		for _, name := range names {
			if err := e.remove(below, name); err != nil {
				return err
			}
		}
	}
	return e.remove(kind, subject)
}

func (e *eraser) remove(kind store.Kind, name string) error {
	if err := e.target.Remove(kind, name); err != nil {
		return err
	}
	e.result.Removed++
	return nil
}

// namesBelow returns the names of a kind's records below a subject.
func namesBelow(r store.Reader, kind store.Kind, subject string) (names []string, err error) {
	err = r.List(kind, store.ListOptions{Parent: subject}, func(_ store.Cursor, rec store.Record) (bool, error) {
		names = append(names, rec.GetName())
		return true, nil
	})
	return names, err
}

// made tells whether a request named what went, or was the subject's. The id of a
// principal's request begins with its name and a space.
func (e *eraser) made(id string, entry *storagev1.RequestEntry) bool {
	by, _, _ := strings.Cut(id, " ")
	return e.names(entry.GetResource()) || e.names(by)
}

// names tells whether a text is the name of what went, or of what is below it.
func (e *eraser) names(text string) bool { return e.gone[text] || e.gone[store.SubjectName(text)] }

// remember puts the ErasedSubject.
func (e *eraser) remember(at time.Time) error {
	rec := &storagev1.ErasedSubject{Name: e.result.Hash.Name(), Hash: e.result.Hash[:], EraseTime: timestamppb.New(at)}
	before := &storagev1.ErasedSubject{}
	err := e.target.Get(rec.GetName(), before)
	switch {
	case err == nil:
		rec.Uid = before.GetUid()
	case errors.Is(err, store.ErrNotFound):
		uid, err := uuid.NewV7()
		if err != nil {
			return err
		}
		rec.Uid = uid.String()
	default:
		return err
	}
	return e.target.PutAsIs(rec)
}
