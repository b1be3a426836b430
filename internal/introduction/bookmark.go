package introduction

import (
	"strings"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/resource"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// Bookmarks are the private marks of both sides: nobody else's rankings, scores or
// answers know of them. Of each pair, a side has one at most.
type Bookmarks struct {
	organizations, investors *record.Collection[*maecenasv1.Bookmark]
}

func newBookmarks(k *record.Keeper) *Bookmarks {
	kind := func(of store.Kind, parent string) *record.Collection[*maecenasv1.Bookmark] {
		return record.NewCollection(k, record.Kind[*maecenasv1.Bookmark]{
			Store: of, Pattern: of.Pattern(), Singular: "bookmark", Collection: "bookmarks", Parent: parent,
			New: func() *maecenasv1.Bookmark { return &maecenasv1.Bookmark{} }, Show: showBookmark, Refers: bookmarkRefers,
		})
	}
	return &Bookmarks{
		organizations: kind(store.KindOrganizationBookmark, resource.Organization),
		investors:     kind(store.KindInvestorBookmark, resource.Investor),
	}
}

// Of are the marks below an organization or an investor, by the name of that, of one
// of its marks, or of all with -.
func (b *Bookmarks) Of(name string) *record.Collection[*maecenasv1.Bookmark] {
	if strings.HasPrefix(name, "investors/") {
		return b.investors
	}
	return b.organizations
}

// BookmarkID is the id of a mark, by its pair: rankings find it by that.
func BookmarkID(b *maecenasv1.Bookmark) string { return resource.PairID(b.GetNeed(), b.GetMandate()) }

func showBookmark(e *record.Eyes, b *maecenasv1.Bookmark) (*maecenasv1.Bookmark, bool, error) {
	return b, e.Caller.RoleOn(b.GetName()) >= auth.RoleViewer, nil
}

// bookmarkRefers checks the pair of a new mark: one's own, and one that exists for the
// caller; it stays the same afterwards.
func bookmarkRefers(t *record.Tx, b *maecenasv1.Bookmark) error {
	old := &maecenasv1.Bookmark{}
	if err := fault.Optional(t.Get(b.GetName(), old)); err != nil {
		return err
	}
	if old.GetName() != "" {
		return unchanged(old, b)
	}
	owner := resource.Subject(b.GetName())
	if owner != resource.Subject(b.GetNeed()) && owner != resource.Subject(b.GetMandate()) {
		field := "bookmark.need"
		if strings.HasPrefix(owner, "investors/") {
			field = "bookmark.mandate"
		}
		return fault.Invalid(fault.Violation{Field: field, Reason: "own", Description: "must be one of " + owner})
	}
	if err := needExists(t, b.GetNeed()); err != nil {
		return err
	}
	return mandateExists(t, b.GetMandate())
}

func unchanged(old, b *maecenasv1.Bookmark) error {
	var wrong []fault.Violation
	if old.GetNeed() != b.GetNeed() {
		wrong = append(wrong, fault.Violation{Field: "bookmark.need", Reason: "immutable", Description: "cannot be changed"})
	}
	if old.GetMandate() != b.GetMandate() {
		wrong = append(wrong, fault.Violation{Field: "bookmark.mandate", Reason: "immutable", Description: "cannot be changed"})
	}
	if len(wrong) > 0 {
		return fault.Invalid(wrong...)
	}
	return nil
}

// needExists and mandateExists answer REFERENCE_NOT_FOUND where there is none for the
// caller.
func needExists(t *record.Tx, name string) error {
	_, view, exists, err := t.Eyes().OrganizationOf(name)
	if err != nil {
		return err
	}
	n := &maecenasv1.Need{}
	if !exists {
		return fault.ReferenceNotFound("bookmark.need", name)
	}
	if err := t.Refers("bookmark.need", name, n); err != nil {
		return err
	}
	if view != auth.Owner && n.GetState() != maecenasv1.Need_OPEN {
		return fault.ReferenceNotFound("bookmark.need", name)
	}
	return nil
}

func mandateExists(t *record.Tx, name string) error {
	_, view, exists, err := t.Eyes().InvestorOf(name)
	if err != nil {
		return err
	}
	m := &maecenasv1.Mandate{}
	if !exists {
		return fault.ReferenceNotFound("bookmark.mandate", name)
	}
	if err := t.Refers("bookmark.mandate", name, m); err != nil {
		return err
	}
	if view.Mandate(m) == nil {
		return fault.ReferenceNotFound("bookmark.mandate", name)
	}
	return nil
}
