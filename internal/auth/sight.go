package auth

import (
	"slices"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// Sight decides what exists for a caller, and in which view. What it answers false
// for does not exist for the caller, in reads, lists, filters, rankings and counts
// alike.
type Sight struct {
	// Caller is who looks.
	Caller *Principal
	// Directory knows who was introduced to whom.
	Directory *Directory
	// VerifiedOnly is true where the operator shows facts to verified investors alone.
	VerifiedOnly bool
}

// Organization returns the view in which an organization exists for the caller:
// Owner for its own people, Introduced for investors with an open introduction,
// Investor or, for those who are not verified where that is asked, Outline for
// other investors that it has not excluded; false for everybody else.
func (s Sight) Organization(o *maecenasv1.Organization) (View, bool) {
	if s.Caller.RoleOn(o.GetName()) >= RoleViewer {
		return Owner, true
	}
	best, found := Outline, false
	_, investors := s.Caller.Sides()
	for _, investor := range investors {
		view, ok := s.forInvestor(o, investor)
		if ok && (!found || sees[view] > sees[best]) {
			best, found = view, true
		}
	}
	return best, found
}

// sees orders the views of an organization by how much they show.
var sees = map[View]int{Outline: 0, Investor: 1, Introduced: 2, Owner: 3}

func (s Sight) forInvestor(o *maecenasv1.Organization, investor string) (View, bool) {
	introduced := s.Directory.Introduced(o.GetName(), investor)
	switch {
	case introduced:
		return Introduced, true
	case !o.GetListed() || slices.Contains(o.GetExcludedInvestors(), investor),
		slices.Contains(o.GetExcludedInvestorTypes(), s.Directory.TypeOf(investor)):
		return Outline, false
	case s.VerifiedOnly && !s.Directory.Verified(investor):
		return Outline, true
	default:
		return Investor, true
	}
}

// Investor returns the view in which an investor exists for the caller: Owner for
// its own people, Applicant for others; false where all organizations of a caller
// that has some are excluded.
func (s Sight) Investor(i *maecenasv1.Investor) (View, bool) {
	if s.Caller.RoleOn(i.GetName()) >= RoleViewer {
		return Owner, true
	}
	organizations, investors := s.Caller.Sides()
	if len(organizations) == 0 || len(investors) > 0 {
		return Applicant, s.Caller.Name != ""
	}
	for _, organization := range organizations {
		if !slices.Contains(i.GetExcludedOrganizations(), organization) || s.Directory.Introduced(organization, i.GetName()) {
			return Applicant, true
		}
	}
	return Applicant, false
}

// NamesRecords answers whether the caller may choose ids of records: administrators
// and service accounts may. Others get one, and so cannot ask by an id whether there
// is a record that they may not know of.
func (s Sight) NamesRecords() bool {
	return s.Caller.Administrator || s.Directory.kindOf(s.Caller.Name) == maecenasv1.Principal_SERVICE_ACCOUNT
}

func (d *Directory) kindOf(principal string) maecenasv1.Principal_Kind {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.principals[principal].GetKind()
}
