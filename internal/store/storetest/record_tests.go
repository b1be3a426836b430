package storetest

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	storagev1 "github.com/maecenas-cci/maecenas/gen/maecenas/storage/v1"
	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// The names most tests use.
const (
	acme  = "organizations/acme"
	bravo = "organizations/bravo"
	tour  = acme + "/needs/tour"
)

func organization(name string, n int) store.Record { return New(store.KindOrganization, name, UID(n)) }

func need(name string, n int) store.Record { return New(store.KindNeed, name, UID(n)) }

func testEmpty(t *testing.T, f *fixture) {
	wantEqual(t, "an empty store", Dump(t, f.Store), Contents{Records: map[store.Kind][]store.Record{}})
	_, err := f.get(t, store.KindOrganization, acme)
	wantErr(t, "Get", err, store.ErrNotFound)
	f.view(t, func(r store.Reader) error {
		_, err := r.FindExternal(store.KindNeed, &maecenasv1.ExternalId{System: "register", Id: "1"})
		wantErr(t, "FindExternal", err, store.ErrNotFound)
		_, err = r.GetRequest("1")
		wantErr(t, "GetRequest", err, store.ErrNotFound)
		return nil
	})
	wantErr(t, "Delete", f.tryDelete(t, store.KindNeed, tour), store.ErrNotFound)
	if err := f.Ready(t.Context()); err != nil {
		t.Errorf("Ready: %v", err)
	}
}

func testRoundTrip(t *testing.T, f *fixture) {
	for _, kind := range store.Kinds() {
		want := Full(kind, 1, 1)
		if !kind.IsSubject() {
			wantErr(t, "Put below nothing", f.tryPut(t, Full(kind, 9, 1)), store.ErrParentNotFound)
		}
		f.put(t, want)
		got, err := f.get(t, kind, want.GetName())
		if err != nil {
			t.Fatalf("Get %s: %v", kind, err)
		}
		wantEqual(t, string(kind), got, want)
		f.view(t, func(r store.Reader) error {
			subject := want.GetUid()
			if !kind.IsSubject() {
				above := kind.Subject().New()
				if err := r.Get(store.SubjectName(want.GetName()), above); err != nil {
					return err
				}
				subject = above.GetUid()
			}
			found, err := r.GetByUID(kind, subject, want.GetUid())
			if err != nil {
				return err
			}
			wantEqual(t, string(kind)+" by its uid", found, want)
			_, err = r.GetByUID(kind, subject, UID(987))
			wantErr(t, "GetByUID", err, store.ErrNotFound)
			_, err = r.GetByUID(kind, subject, "x")
			wantErr(t, "GetByUID", err, store.ErrInvalid)
			return nil
		})
		wantEqual(t, "list of "+string(kind), f.list(t, kind, store.ListOptions{}), []string{want.GetName()})
		// A name belongs to one kind alone. Where a type has several kinds, it is Get
		// that tells them apart.
		for _, other := range store.Kinds() {
			if of, err := store.KindNamed(other.New(), want.GetName()); err != nil || of != kind {
				_, err := f.get(t, other, want.GetName())
				wantErr(t, fmt.Sprintf("Get %s as %s", kind, other), err, store.ErrNotFound)
			}
		}
	}
}

func testCopies(t *testing.T, f *fixture) {
	given := &maecenasv1.Organization{Name: acme, Uid: UID(1), DisplayName: "as given"}
	f.put(t, given)
	given.DisplayName = "changed after Put"
	got, err := f.get(t, store.KindOrganization, acme)
	if err != nil {
		t.Fatal(err)
	}
	organization, ok := got.(*maecenasv1.Organization)
	if !ok || organization.GetDisplayName() != "as given" {
		t.Fatalf("Get: %v", got)
	}
	organization.DisplayName = "changed after Get"
	f.view(t, func(r store.Reader) error {
		return r.List(store.KindOrganization, store.ListOptions{}, func(cursor store.Cursor, rec store.Record) (bool, error) {
			clear(cursor)
			wantEqual(t, "display name", rec.(*maecenasv1.Organization).GetDisplayName(), "as given")
			return true, nil
		})
	})
	// What Get is given is replaced, not merged with.
	into := &maecenasv1.Organization{Description: "of another"}
	f.view(t, func(r store.Reader) error { return r.Get(acme, into) })
	wantEqual(t, "description", into.GetDescription(), "")
	// And left as it is when there is nothing.
	into.Description = "kept"
	err = f.View(t.Context(), func(r store.Reader) error { return r.Get(bravo, into) })
	wantErr(t, "Get", err, store.ErrNotFound)
	wantEqual(t, "description", into.GetDescription(), "kept")
}

func testReplace(t *testing.T, f *fixture) {
	f.put(t, organization(acme, 1), need(tour, 2))
	changed := &maecenasv1.Need{Name: tour, Uid: UID(2), Title: "second"}
	f.put(t, changed)
	got, err := f.get(t, store.KindNeed, tour)
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "replaced", got, changed)
	// A subject can be replaced while records are below it.
	f.put(t, &maecenasv1.Organization{Name: acme, Uid: UID(1), DisplayName: "second"})
	wantEqual(t, "needs", f.list(t, store.KindNeed, store.ListOptions{Parent: acme}), []string{tour})
}

func testRefused(t *testing.T, f *fixture) {
	f.put(t, organization(acme, 1))
	for _, rec := range []store.Record{
		nil,
		(*maecenasv1.Need)(nil),
		need("", 2),
		need("needs/tour", 2),
		need(acme, 2),
		need(acme+"/needs/", 2),
		need(acme+"/needs/-", 2),
		need(acme+"/needs/a/b", 2),
		need(acme+"/needs/a\x00", 2),
		need(acme+"/needs/a\nb", 2),
		need("investors/acme/needs/tour", 2),
		need(acme+"/needs/"+strings.Repeat("x", store.MaxNameBytes), 2),
		New(store.KindCanvas, acme+"/canvas/1", UID(2)),
		New(store.KindNeed, tour, ""),
		New(store.KindNeed, tour, "tour"),
		New(store.KindNeed, tour, strings.ToUpper(UID(0xabcdef))),
		New(store.KindNeed, tour, strings.ReplaceAll(UID(2), "-", "")),
		New(store.KindNeed, tour, "00000000-0000-0000-0000-000000000000"),
		&maecenasv1.Need{Name: tour, Uid: UID(2), Title: "not \xff UTF-8"},
		WithExternal(need(tour, 2), strings.Repeat("s", store.MaxExternalIDBytes+1), "1"),
		WithExternal(need(tour, 2), "s", strings.Repeat("1", store.MaxExternalIDBytes+1)),
	} {
		wantErr(t, fmt.Sprintf("Put %.80v", rec), f.tryPut(t, rec), store.ErrInvalid)
	}
	err := f.tryPut(t, need(bravo+"/needs/tour", 2))
	wantErr(t, "Put below nothing", err, store.ErrParentNotFound)
	var about *store.RecordError
	if !errors.As(err, &about) || about.Kind != store.KindNeed || about.Name != bravo+"/needs/tour" {
		t.Errorf("got %#v, want the record's name", err)
	}
}

func testTooLarge(t *testing.T, f *fixture) {
	rec := &maecenasv1.Organization{Name: acme, Uid: UID(1)}
	rec.Description = strings.Repeat("x", store.MaxRecordBytes)
	err := f.tryPut(t, rec)
	wantErr(t, "Put", err, store.ErrRecordTooLarge)
	var size *store.RecordTooLargeError
	if !errors.As(err, &size) || size.Name != acme || size.Limit != store.MaxRecordBytes || size.Size <= size.Limit {
		t.Errorf("got %#v, want both sizes", err)
	}
	rec.Description = rec.GetDescription()[:store.MaxRecordBytes-(size.Size-store.MaxRecordBytes)]
	f.put(t, rec)
	got, err := f.get(t, store.KindOrganization, acme)
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "the largest record", len(got.(*maecenasv1.Organization).GetDescription()), len(rec.GetDescription()))
}

func testUIDs(t *testing.T, f *fixture) {
	f.put(t, organization(acme, 1), organization(bravo, 2), need(tour, 3))
	wantErr(t, "another uid", f.tryPut(t, need(tour, 4)), store.ErrUIDChanged)
	wantErr(t, "another subject's uid", f.tryPut(t, organization(acme, 5)), store.ErrUIDChanged)
	wantErr(t, "the uid of another need", f.tryPut(t, need(acme+"/needs/other", 3)), store.ErrUIDTaken)
	wantErr(t, "the uid of another subject", f.tryPut(t, organization("organizations/other", 1)), store.ErrUIDTaken)
	// Keys begin with the subject, and each kind has its own.
	f.put(t, need(bravo+"/needs/tour", 3), New(store.KindCanvas, acme+"/canvas", UID(3)))
	f.put(t, need(acme+"/needs/like-its-subject", 1))
	wantEqual(t, "needs", f.list(t, store.KindNeed, store.ListOptions{}),
		[]string{acme + "/needs/like-its-subject", tour, bravo + "/needs/tour"})
	// A name is free again once its record is gone.
	if err := f.tryDelete(t, store.KindNeed, tour); err != nil {
		t.Fatal(err)
	}
	f.put(t, need(tour, 4), need(acme+"/needs/other", 3))
}

func testDelete(t *testing.T, f *fixture) {
	for n, kind := range store.Kinds() {
		subject := Full(kind.Subject(), n, 0)
		rec := Full(kind, n, 1)
		f.put(t, subject)
		if !kind.IsSubject() {
			f.put(t, rec)
			wantErr(t, "Delete a parent of "+string(kind), f.tryDelete(t, kind.Subject(), subject.GetName()), store.ErrHasChildren)
		}
		for _, other := range store.Kinds() {
			if other != kind {
				wantErr(t, fmt.Sprintf("Delete %s as %s", kind, other), f.tryDelete(t, other, rec.GetName()), store.ErrNotFound)
			}
		}
		if err := f.tryDelete(t, kind, rec.GetName()); err != nil {
			t.Fatalf("Delete %s: %v", kind, err)
		}
		_, err := f.get(t, kind, rec.GetName())
		wantErr(t, "Get", err, store.ErrNotFound)
		wantErr(t, "Delete again", f.tryDelete(t, kind, rec.GetName()), store.ErrNotFound)
		if !kind.IsSubject() {
			if err := f.tryDelete(t, kind.Subject(), subject.GetName()); err != nil {
				t.Fatalf("Delete the parent of %s: %v", kind, err)
			}
		}
	}
	wantErr(t, "Delete of no kind", f.tryDelete(t, "sponsor", tour), store.ErrNotFound)
	wantEqual(t, "what is left", len(Dump(t, f.Store).Records), 0)
	// Records below another subject are no children, however near its key is.
	f.put(t, organization(acme, 100), organization(bravo, 101), need(bravo+"/needs/tour", 1))
	if err := f.tryDelete(t, store.KindOrganization, acme); err != nil {
		t.Errorf("Delete: %v", err)
	}
}

func (f *fixture) external(t *testing.T, kind store.Kind, system, id string) string {
	t.Helper()
	return f.externalOf(t, kind, "", system, id)
}

func (f *fixture) externalOf(t *testing.T, kind store.Kind, writer, system, id string) string {
	t.Helper()
	name := ""
	f.view(t, func(r store.Reader) (err error) {
		if name, err = r.FindExternal(kind, &maecenasv1.ExternalId{System: system, Id: id, Writer: writer}); errors.Is(err, store.ErrNotFound) {
			return nil
		}
		return err
	})
	return name
}

func testExternal(t *testing.T, f *fixture) {
	f.put(t, WithExternal(organization(acme, 1), "a", "1", "b", "1"), organization(bravo, 2))
	wantEqual(t, "a/1", f.external(t, store.KindOrganization, "a", "1"), acme)
	wantEqual(t, "b/1", f.external(t, store.KindOrganization, "b", "1"), acme)
	for _, absent := range [][2]string{{"a", "2"}, {"c", "1"}, {"a1", ""}, {"", "a1"}, {"", ""}} {
		wantEqual(t, "absent", f.external(t, store.KindOrganization, absent[0], absent[1]), "")
	}
	wantEqual(t, "another kind", f.external(t, store.KindInvestor, "a", "1"), "")
	err := f.tryPut(t, WithExternal(organization(bravo, 2), "new", "9", "b", "1"))
	wantErr(t, "a taken id", err, store.ErrExternalIDTaken)
	var taken *store.ExternalIDTakenError
	if !errors.As(err, &taken) || taken.Holder != acme || taken.System != "b" || taken.ID != "1" || taken.Kind != store.KindOrganization {
		t.Errorf("got %#v, want the holder", err)
	}
	wantEqual(t, "an id of the refused record", f.external(t, store.KindOrganization, "new", "9"), "")
	// Another kind has ids of its own; the same id twice in a record is one.
	f.put(t, WithExternal(need(tour, 3), "a", "1", "a", "1"))
	wantEqual(t, "need", f.external(t, store.KindNeed, "a", "1"), tour)
	wantEqual(t, "organization", f.external(t, store.KindOrganization, "a", "1"), acme)
	// Put again, a record keeps its own.
	f.put(t, WithExternal(organization(acme, 1), "a", "1", "b", "1"))
	wantEqual(t, "b/1", f.external(t, store.KindOrganization, "b", "1"), acme)
}

// testExternalWriters: each writer has ids of its own.
func testExternalWriters(t *testing.T, f *fixture) {
	f.put(t, WithExternal(organization(acme, 1), "a", "1"), WithWriter(WithExternal(organization(bravo, 2), "a", "1"), bravo))
	wantEqual(t, "of nobody", f.external(t, store.KindOrganization, "a", "1"), acme)
	wantEqual(t, "of bravo", f.externalOf(t, store.KindOrganization, bravo, "a", "1"), bravo)
	wantEqual(t, "of acme", f.externalOf(t, store.KindOrganization, acme, "a", "1"), "")
	wantEqual(t, "lengths apart", f.externalOf(t, store.KindOrganization, bravo+"\x01a", "", "1"), "")
	err := f.tryPut(t, WithExternal(organization(bravo, 2), "a", "1"))
	wantErr(t, "a taken id", err, store.ErrExternalIDTaken)
	err = f.tryPut(t, WithWriter(WithExternal(organization(acme, 1), "a", "1"), bravo))
	wantErr(t, "a taken id of a writer", err, store.ErrExternalIDTaken)
	err = f.tryPut(t, WithWriter(WithExternal(organization(acme, 1), "a", "2"), strings.Repeat("w", store.MaxExternalIDBytes+1)))
	wantErr(t, "a long writer", err, store.ErrInvalid)
	f.put(t, WithWriter(WithExternal(organization(acme, 1), "a", "1"), acme), WithExternal(organization(bravo, 2), "a", "1"))
	wantEqual(t, "of nobody", f.external(t, store.KindOrganization, "a", "1"), bravo)
	wantEqual(t, "of bravo", f.externalOf(t, store.KindOrganization, bravo, "a", "1"), "")
	wantEqual(t, "of acme", f.externalOf(t, store.KindOrganization, acme, "a", "1"), acme)
}

func testExternalMoves(t *testing.T, f *fixture) {
	f.put(t, WithExternal(organization(acme, 1), "a", "1", "a", "2"), organization(bravo, 2))
	f.put(t, WithExternal(organization(acme, 1), "a", "2", "a", "3"))
	wantEqual(t, "dropped", f.external(t, store.KindOrganization, "a", "1"), "")
	wantEqual(t, "kept", f.external(t, store.KindOrganization, "a", "2"), acme)
	wantEqual(t, "added", f.external(t, store.KindOrganization, "a", "3"), acme)
	f.put(t, WithExternal(organization(bravo, 2), "a", "1"))
	wantEqual(t, "taken up", f.external(t, store.KindOrganization, "a", "1"), bravo)
	if err := f.tryDelete(t, store.KindOrganization, acme); err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "deleted", f.external(t, store.KindOrganization, "a", "2"), "")
	// Two records change hands within one transaction, by way of neither.
	f.put(t, WithExternal(organization(acme, 3), "a", "2"))
	f.put(t, organization(acme, 3), WithExternal(organization(bravo, 2), "a", "2"), WithExternal(organization(acme, 3), "a", "1"))
	wantEqual(t, "swapped", f.external(t, store.KindOrganization, "a", "2"), bravo)
	wantEqual(t, "swapped", f.external(t, store.KindOrganization, "a", "1"), acme)
}

// operations is for comparing what a change entry tells.
func operations(entry *storagev1.ChangeEntry) []string {
	var out []string
	for _, item := range entry.GetItems() {
		out = append(out, fmt.Sprintf("%s %x %s", item.GetBucket(), item.GetKey(), item.GetOperation()))
	}
	return out
}
