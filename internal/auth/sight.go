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
// other investors that it has not excluded; false for everybody else. Who is of an
// investor that it excluded sees it as another that somebody has verified alone.
func (s Sight) Organization(o *maecenasv1.Organization) (View, bool) {
	view, _, ok := s.OrganizationBy(o)
	return view, ok
}

// OrganizationBy is Organization, and by which investor of the caller's it is seen so:
// of those that see it equally well a verified one, and the first by name. For its own
// people that is empty.
func (s Sight) OrganizationBy(o *maecenasv1.Organization) (best View, by string, exists bool) {
	if s.Caller.RoleOn(o.GetName()) >= RoleViewer {
		return Owner, "", true
	}
	_, investors := s.Caller.Sides()
	excluded := s.excludedBy(o)
	best, most := Outline, 0
	for _, investor := range investors {
		view, ok := s.forInvestor(o, investor)
		verified := s.Directory.Verified(investor)
		if !ok || excluded && !verified && view != Introduced {
			continue
		}
		rank := 2 * sees[view]
		if verified {
			rank++
		}
		if by == "" || rank > most {
			best, by, most = view, investor, rank
		}
	}
	return best, by, by != ""
}

// sees orders the views of an organization by how much they show.
var sees = map[View]int{Outline: 0, Investor: 1, Introduced: 2, Owner: 3}

func (s Sight) forInvestor(o *maecenasv1.Organization, investor string) (View, bool) {
	switch {
	case s.met(o.GetName(), investor):
		return Introduced, true
	case !o.GetListed() || s.excludes(o, investor):
		return Outline, false
	case s.VerifiedOnly && !s.Directory.Verified(investor):
		return Outline, true
	default:
		return Investor, true
	}
}

// met answers whether an introduction of two, one of whom is the caller's side,
// is open that the caller's key reaches: one of a need or mandate opens nothing to the
// key of another. Where facts are for verified investors alone, it opens nothing while
// the investor is not, as once its verification is taken back.
func (s Sight) met(organization, investor string) bool {
	return s.Directory.Introduced(organization, investor) && (!s.VerifiedOnly || s.Directory.Verified(investor)) &&
		(!s.Caller.Bounded() || s.Directory.introducedFor(organization, investor, s.Caller.covers))
}

// Investor returns the view in which an investor exists for the caller: Owner for
// its own people, Applicant for others; false where all organizations of a caller
// that has some are excluded.
func (s Sight) Investor(i *maecenasv1.Investor) (View, bool) {
	view, _, ok := s.InvestorBy(i)
	return view, ok
}

// InvestorBy is Investor, and by which side of the caller's it is seen so: the
// organization that was introduced, else the first that is not excluded, else an
// investor. For its own people, and for a caller who has no side, that is empty.
func (s Sight) InvestorBy(i *maecenasv1.Investor) (view View, by string, exists bool) {
	if s.Caller.RoleOn(i.GetName()) >= RoleViewer {
		return Owner, "", true
	}
	organizations, investors := s.Caller.Sides()
	for _, organization := range organizations {
		if s.met(organization, i.GetName()) {
			return Applicant, organization, true
		}
	}
	if s.Caller.Name == "" || s.excludedFrom(i) {
		return Applicant, "", false
	}
	for _, organization := range organizations {
		if !slices.Contains(i.GetExcludedOrganizations(), organization) {
			return Applicant, organization, true
		}
	}
	if len(investors) > 0 {
		by = investors[0]
	}
	return Applicant, by, true
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
