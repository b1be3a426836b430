package introduction_test

import (
	"slices"
	"testing"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/app"
	"github.com/maecenas-cci/maecenas/internal/introduction"
	"github.com/maecenas-cci/maecenas/internal/matchmaker"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// TestBookmarks: a mark is its owner's alone, one of each pair; a dismissed pair is left
// out of the owner's rankings, with the ranks of those that remain, and of nobody
// else's.
func TestBookmarks(t *testing.T) {
	t.Parallel()
	w := open(t, app.Options{})
	other := w.need("other")
	mark := func(who, parent, need string, m maecenasv1.Bookmark_Mark) (*maecenasv1.Bookmark, error) {
		b := &maecenasv1.Bookmark{Need: need, Mandate: call, Mark: m, Opinion: maecenasv1.Bookmark_DISAGREE, OpinionReason: "too far"}
		made, _, err := w.Bookmarks.Of(parent).Create(w.as(who), record.Creation[*maecenasv1.Bookmark]{Parent: parent, Resource: b, ID: introduction.BookmarkID(b)})
		return made, err
	}
	ranked := func(include bool) (names []string) {
		result, err := w.MatchNeeds(w.as("ivo"), call, matchmaker.Ranking{Limit: 10, EveryNeed: true, IncludeDismissed: include})
		if err != nil {
			t.Fatal(err)
		}
		for n, one := range result.Matches {
			if int(one.GetRank()) != n+1 {
				t.Errorf("rank %d in place %d", one.GetRank(), n+1)
			}
			names = append(names, one.GetNeed())
		}
		return names
	}
	before := ranked(false)
	if len(before) != 2 {
		t.Fatalf("ranked %v", before)
	}
	if _, err := mark("ada", theatre, before[0], maecenasv1.Bookmark_DISMISSED); err != nil {
		t.Fatal(err)
	}
	if got := ranked(false); !slices.Equal(got, before) {
		t.Errorf("a mark of the organization moved the investor's ranking to %v", got)
	}
	mine, err := mark("ivo", fund, before[0], maecenasv1.Bookmark_DISMISSED)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := mark("ivo", fund, before[0], maecenasv1.Bookmark_SHORTLISTED); reason(t, err) != maecenasv1.ErrorReason_RESOURCE_EXISTS {
		t.Errorf("a second mark of a pair: %v", err)
	}
	if got := ranked(false); !slices.Equal(got, before[1:]) {
		t.Errorf("ranked %v without the dismissed", got)
	}
	if got := ranked(true); !slices.Equal(got, before) {
		t.Errorf("ranked %v with the dismissed, want %v", got, before)
	}
	if _, _, err := w.Bookmarks.Of(fund).Get(w.as("ada"), mine.GetName(), 0); reason(t, err) != maecenasv1.ErrorReason_RESOURCE_NOT_FOUND {
		t.Errorf("the other side reads it: %v", err)
	}
	_, _, err = w.Bookmarks.Of(fund).Update(w.as("ivo"), record.Update[*maecenasv1.Bookmark]{Resource: &maecenasv1.Bookmark{Name: mine.GetName(), Need: other, Mark: maecenasv1.Bookmark_SHORTLISTED}})
	if want := before[0] != other; want != (reason(t, err) == maecenasv1.ErrorReason_FIELD_INVALID) {
		t.Errorf("a mark was moved to another pair: %v", err)
	}
	if _, err := mark("otto", stranger, tour, maecenasv1.Bookmark_DISMISSED); reason(t, err) != maecenasv1.ErrorReason_FIELD_INVALID {
		t.Errorf("a pair of others was marked: %v", err)
	}
	unlist(w)
	if _, err := mark("ivo", fund, before[1], maecenasv1.Bookmark_SHORTLISTED); reason(t, err) != maecenasv1.ErrorReason_REFERENCE_NOT_FOUND {
		t.Errorf("what does not exist for the investor was marked: %v", err)
	}
}

// TestMarkedDrafts: what the other side has not opened cannot be marked, in the words
// for what does not exist.
func TestMarkedDrafts(t *testing.T) {
	t.Parallel()
	w := open(t, app.Options{})
	change(w, w.Needs, &maecenasv1.Need{Name: tour, State: maecenasv1.Need_DRAFT}, "state")
	mark := func(who, parent string) error {
		b := &maecenasv1.Bookmark{Need: tour, Mandate: call}
		_, _, err := w.Bookmarks.Of(parent).Create(w.as(who), record.Creation[*maecenasv1.Bookmark]{Parent: parent, Resource: b, ID: introduction.BookmarkID(b)})
		return err
	}
	if err := mark("ivo", fund); reason(t, err) != maecenasv1.ErrorReason_REFERENCE_NOT_FOUND {
		t.Errorf("a draft need was marked: %v", err)
	}
	if err := mark("ada", theatre); err != nil {
		t.Errorf("one's own draft was not: %v", err)
	}
	change(w, w.Needs, &maecenasv1.Need{Name: tour, State: maecenasv1.Need_OPEN}, "state")
	change(w, w.Mandates, &maecenasv1.Mandate{Name: call, State: maecenasv1.Mandate_DRAFT}, "state")
	b := &maecenasv1.Bookmark{Need: w.need("other"), Mandate: call}
	_, _, err := w.Bookmarks.Of(theatre).Create(w.as("ada"), record.Creation[*maecenasv1.Bookmark]{Parent: theatre, Resource: b, ID: introduction.BookmarkID(b)})
	if reason(t, err) != maecenasv1.ErrorReason_REFERENCE_NOT_FOUND {
		t.Errorf("a draft mandate was marked: %v", err)
	}
}

// TestForget: with a need or a side goes what there is only because of it.
func TestForget(t *testing.T) {
	t.Parallel()
	for _, remove := range []func(world) error{
		func(w world) error {
			_, err := w.Needs.Delete(w.local(), record.Deletion{Name: tour})
			return err
		},
		func(w world) error {
			_, err := w.Organizations.Delete(w.local(), record.Deletion{Name: theatre, Force: true})
			return err
		},
		func(w world) error {
			_, err := w.Investors.Delete(w.local(), record.Deletion{Name: fund, Force: true})
			return err
		},
	} {
		w := open(t, app.Options{})
		i := w.mutual()
		for who, parent := range map[string]string{"ada": theatre, "ivo": fund} {
			b := &maecenasv1.Bookmark{Need: tour, Mandate: call, Note: "ours"}
			create(w.as(who), t, w.Bookmarks.Of(parent), parent, introduction.BookmarkID(b), b)
		}
		if err := remove(w); err != nil {
			t.Fatal(err)
		}
		if w.Keeper().Directory().Introduced(theatre, fund) {
			t.Error("they are still introduced")
		}
		err := w.Keeper().Read(t.Context(), 0, func(r store.Reader) error {
			if err := r.Get(i.GetName(), &maecenasv1.Introduction{}); err == nil {
				t.Errorf("%s is left", i.GetName())
			}
			for _, kind := range []store.Kind{store.KindOrganizationBookmark, store.KindInvestorBookmark} {
				if err := r.List(kind, store.ListOptions{}, func(_ store.Cursor, rec store.Record) (bool, error) {
					t.Errorf("%s is left", rec.GetName())
					return true, nil
				}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
