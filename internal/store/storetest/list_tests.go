package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/maecenas-cci/maecenas/internal/store"
)

// fillNeeds stores three organizations, whose names sort in another order than
// their uids, with four needs each, and returns the needs in key order.
func fillNeeds(t *testing.T, f *fixture) []string {
	t.Helper()
	var names []string
	for i, id := range []string{"zulu", "acme", "mike"} {
		parent := "organizations/" + id
		f.put(t, organization(parent, 10+i))
		for n := range 4 {
			names = append(names, fmt.Sprintf("%s/needs/n%d", parent, 9-n))
		}
	}
	// Stored in another order than that of their keys.
	for _, i := range []int{5, 0, 11, 3, 8, 1, 7, 2, 10, 4, 9, 6} {
		f.put(t, need(names[i], 100+i))
	}
	return names
}

func testListOrder(t *testing.T, f *fixture) {
	names := fillNeeds(t, f)
	wantEqual(t, "all", f.list(t, store.KindNeed, store.ListOptions{}), names)
	wantEqual(t, "subjects", f.list(t, store.KindOrganization, store.ListOptions{}),
		[]string{"organizations/zulu", acme, "organizations/mike"})
	slices.Reverse(names)
	wantEqual(t, "descending", f.list(t, store.KindNeed, store.ListOptions{Descending: true}), names)
}

func testListParent(t *testing.T, f *fixture) {
	names := fillNeeds(t, f)
	for i, id := range []string{"zulu", "acme", "mike"} {
		want := slices.Clone(names[4*i : 4*i+4])
		opts := store.ListOptions{Parent: "organizations/" + id}
		wantEqual(t, "below "+id, f.list(t, store.KindNeed, opts), want)
		slices.Reverse(want)
		opts.Descending = true
		wantEqual(t, "below, descending "+id, f.list(t, store.KindNeed, opts), want)
	}
	wantEqual(t, "below nothing", f.list(t, store.KindNeed, store.ListOptions{Parent: bravo}), []string(nil))
	wantEqual(t, "another kind", f.list(t, store.KindCanvasRevision, store.ListOptions{Parent: acme}), []string(nil))
	revision := New(store.KindCanvasRevision, acme+"/canvas/revisions/r1", UID(500))
	f.put(t, revision)
	for _, parent := range []string{acme, acme + "/canvas"} {
		wantEqual(t, "revisions", f.list(t, store.KindCanvasRevision, store.ListOptions{Parent: parent}), []string{revision.GetName()})
	}
}

func testListCursor(t *testing.T, f *fixture) {
	names := fillNeeds(t, f)
	for _, opts := range []store.ListOptions{
		{}, {Descending: true}, {Parent: acme}, {Parent: acme, Descending: true},
	} {
		want := f.list(t, store.KindNeed, opts)
		var got []string
		for page := opts; ; {
			var cursor store.Cursor
			f.view(t, func(r store.Reader) error {
				n := 0
				return r.List(store.KindNeed, page, func(at store.Cursor, rec store.Record) (bool, error) {
					got = append(got, rec.GetName())
					cursor = at
					n++
					return n < 3, nil
				})
			})
			if cursor == nil {
				break
			}
			page.After = cursor
		}
		wantEqual(t, fmt.Sprintf("pages of %+v", opts), got, want)
	}
	// A cursor outlives its record, and one from elsewhere means its place.
	var cursors []store.Cursor
	f.view(t, func(r store.Reader) error {
		return r.List(store.KindNeed, store.ListOptions{}, func(at store.Cursor, _ store.Record) (bool, error) {
			cursors = append(cursors, at)
			return true, nil
		})
	})
	if err := f.tryDelete(t, store.KindNeed, names[5]); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		opts store.ListOptions
		want []string
	}{
		{store.ListOptions{After: cursors[5]}, names[6:]},
		{store.ListOptions{After: cursors[5], Parent: acme}, names[6:8]},
		{store.ListOptions{After: cursors[5], Parent: acme, Descending: true}, names[4:5]},
		{store.ListOptions{After: cursors[0], Parent: acme}, []string{names[4], names[6], names[7]}},
		{store.ListOptions{After: cursors[11], Parent: acme}, nil},
		{store.ListOptions{After: cursors[0], Parent: acme, Descending: true}, nil},
		{store.ListOptions{After: cursors[11], Parent: acme, Descending: true}, []string{names[7], names[6], names[4]}},
		{store.ListOptions{After: cursors[11]}, nil},
		{store.ListOptions{After: cursors[0], Descending: true}, nil},
	} {
		wantEqual(t, fmt.Sprintf("%+v", test.opts), f.list(t, store.KindNeed, test.opts), test.want)
	}
}

func testListStops(t *testing.T, f *fixture) {
	fillNeeds(t, f)
	calls := 0
	count := func(more bool, err error) func(store.Cursor, store.Record) (bool, error) {
		calls = 0
		return func(store.Cursor, store.Record) (bool, error) {
			calls++
			return more, err
		}
	}
	failure := errors.New("enough")
	f.view(t, func(r store.Reader) error {
		if err := r.List(store.KindNeed, store.ListOptions{}, count(false, nil)); err != nil || calls != 1 {
			t.Errorf("stopped: %v after %d calls", err, calls)
		}
		if err := r.List(store.KindNeed, store.ListOptions{}, count(true, failure)); err != failure || calls != 1 { //nolint:errorlint // as it is
			t.Errorf("failed: %v after %d calls", err, calls)
		}
		return nil
	})
	ctx, cancel := context.WithCancel(t.Context())
	calls = 0
	err := f.View(ctx, func(r store.Reader) error {
		return r.List(store.KindNeed, store.ListOptions{}, func(store.Cursor, store.Record) (bool, error) {
			calls++
			if calls == 2 {
				cancel()
			}
			return true, nil
		})
	})
	if !errors.Is(err, context.Canceled) || calls != 2 {
		t.Errorf("canceled: %v after %d calls", err, calls)
	}
}

func testListRefuses(t *testing.T, f *fixture) {
	fillNeeds(t, f)
	f.view(t, func(r store.Reader) error {
		for _, test := range []struct {
			kind store.Kind
			opts store.ListOptions
		}{
			{"", store.ListOptions{}},
			{"sponsor", store.ListOptions{}},
			{store.KindOrganization, store.ListOptions{Parent: acme}},
			{store.KindNeed, store.ListOptions{Parent: "investors/acme"}},
			{store.KindNeed, store.ListOptions{Parent: acme + "/canvas"}},
			{store.KindNeed, store.ListOptions{Parent: "organizations/-"}},
			{store.KindNeed, store.ListOptions{Parent: "organizations"}},
			{store.KindMandate, store.ListOptions{Parent: acme}},
			{store.KindNeed, store.ListOptions{After: store.Cursor("somewhere")}},
			{store.KindNeed, store.ListOptions{After: store.Cursor{}}},
		} {
			err := r.List(test.kind, test.opts, func(store.Cursor, store.Record) (bool, error) {
				t.Errorf("%s %+v: each was called", test.kind, test.opts)
				return true, nil
			})
			wantErr(t, fmt.Sprintf("%s %+v", test.kind, test.opts), err, store.ErrInvalid)
		}
		return nil
	})
}

func testListWhileWriting(t *testing.T, f *fixture) {
	names := fillNeeds(t, f)
	for _, descending := range []bool{false, true} {
		var seen []string
		_, err := f.Update(t.Context(), func(w store.Writer) error {
			seen = nil
			return w.List(store.KindNeed, store.ListOptions{Descending: descending}, func(_ store.Cursor, rec store.Record) (bool, error) {
				seen = append(seen, rec.GetName())
				switch rec.GetName() {
				case names[2]:
					// Itself, and the next one in either direction.
					return true, errors.Join(w.Delete(store.KindNeed, names[2]), w.Delete(store.KindNeed, names[3]),
						w.Delete(store.KindNeed, names[1]))
				case names[6]:
					return true, w.Put(rec)
				}
				return true, nil
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		want := slices.Concat(names[:3], names[4:])
		if descending {
			want = slices.Concat(names[:1], names[2:])
			slices.Reverse(want)
		}
		wantEqual(t, fmt.Sprintf("descending %t", descending), seen, want)
		f.put(t, need(names[1], 101), need(names[2], 102), need(names[3], 103))
	}
	// Everything below a subject goes, then the subject: how a cascade looks.
	_, err := f.Update(t.Context(), func(w store.Writer) error {
		err := w.List(store.KindNeed, store.ListOptions{Parent: acme}, func(_ store.Cursor, rec store.Record) (bool, error) {
			return true, w.Delete(store.KindNeed, rec.GetName())
		})
		return errors.Join(err, w.Delete(store.KindOrganization, acme))
	})
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "what is left", f.list(t, store.KindNeed, store.ListOptions{}), slices.Concat(names[:4], names[8:]))
}

// testListEmptied goes on over what the transaction has emptied, in sizes that a
// file keeps on several pages.
func testListEmptied(t *testing.T, f *fixture) {
	const each = 200
	parents := []string{"organizations/zulu", acme, "organizations/mike"}
	for i, parent := range parents {
		records := []store.Record{organization(parent, 10+i)}
		for n := range each {
			records = append(records, need(fmt.Sprintf("%s/needs/n%d", parent, n), 1000*(i+1)+n))
		}
		f.put(t, records...)
	}
	remove := func(parent string, descending bool) {
		t.Helper()
		_, err := f.Update(t.Context(), func(w store.Writer) error {
			options := store.ListOptions{Parent: parent, Descending: descending}
			err := w.List(store.KindNeed, options, func(_ store.Cursor, rec store.Record) (bool, error) {
				return true, w.Delete(store.KindNeed, rec.GetName())
			})
			return errors.Join(err, w.Delete(store.KindOrganization, parent))
		})
		if err != nil {
			t.Fatalf("empty %s: %v", parent, err)
		}
	}
	remove(parents[1], true)
	wantEqual(t, "left beside it", len(f.list(t, store.KindNeed, store.ListOptions{})), 2*each)
	remove(parents[2], true)
	remove(parents[0], false) // the last ones: nothing is left while it looks for more
	wantEqual(t, "left in the end", len(f.list(t, store.KindNeed, store.ListOptions{})), 0)
}
