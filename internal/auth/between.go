package auth

import (
	"cmp"
	"maps"
	"slices"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// Who was introduced to whom, and what one side sees of what lies between it and another.

// pair is an organization and an investor.
type pair struct{ organization, investor string }

// met is an introduction of two, whatever became of it.
type met struct {
	pair
	need, mandate string
	uid           string
	open          bool
}

// IntroductionOpen answers whether an introduction in a state shows each side
// what is shown on introduction: from MUTUAL on, until a side ends it.
func IntroductionOpen(state maecenasv1.Introduction_State) bool {
	switch state {
	case maecenasv1.Introduction_MUTUAL, maecenasv1.Introduction_MEETING, maecenasv1.Introduction_OFFERED, maecenasv1.Introduction_FUNDED:
		return true
	default:
		return false
	}
}

// Introduced answers whether an introduction of the two is open.
func (d *Directory) Introduced(organization, investor string) bool {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return len(d.open[pair{organization, investor}]) > 0
}

// introducedFor answers whether an introduction of the two is open whose need or
// mandate is covered.
func (d *Directory) introducedFor(organization, investor string, covered func(name string) bool) bool {
	d.mu.RLock()
	defer d.mu.RUnlock()
	for name := range d.open[pair{organization, investor}] {
		if m := d.pairs[name]; covered(m.need) || covered(m.mandate) {
			return true
		}
	}
	return false
}

// Introductions returns the introductions of organizations and investors, whatever
// became of them, oldest first, from that after a uid on; of all where no subject is
// named. Names of two subjects come once.
func (d *Directory) Introductions(after string, subjects ...string) []string {
	d.mu.RLock()
	defer d.mu.RUnlock()
	found := map[string]bool{}
	for _, subject := range subjects {
		maps.Copy(found, d.bySide[subject])
	}
	names := slices.Collect(maps.Keys(found))
	if len(subjects) == 0 {
		names = slices.Collect(maps.Keys(d.pairs))
	}
	names = slices.DeleteFunc(names, func(name string) bool { return after != "" && d.pairs[name].uid <= after })
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(d.pairs[a].uid, d.pairs[b].uid), cmp.Compare(a, b))
	})
	return names
}

// ShowsAttestation answers whether the view shows an attestation of o: where it shows
// what was attested.
func (v View) ShowsAttestation(a *maecenasv1.Attestation, o *maecenasv1.Organization) bool {
	d := o.GetDisclosure()
	switch a.GetSubject() {
	case maecenasv1.Attestation_TRACTION:
		return v.shows(d.GetTraction())
	case maecenasv1.Attestation_FINANCIALS:
		return v.shows(d.GetFinancials())
	case maecenasv1.Attestation_TEAM:
		return v.shows(d.GetTeam())
	case maecenasv1.Attestation_CANVAS_ITEM:
		return v.shows(d.GetCanvas())
	default:
		return v == Owner
	}
}

// NamesFunded answers whether the view shows by an investor's own word that it funded o:
// o is listed and tells investors of its funding itself, or asks. What it shows on
// introduction, it did not agree to have published.
func (v View) NamesFunded(o *maecenasv1.Organization) bool {
	history := o.GetDisclosure().GetFundingHistory()
	return v == Owner || o.GetListed() && history == maecenasv1.Organization_TO_INVESTORS && v.shows(history)
}

// Acquainted answers whether an introduction between the caller's side and an
// organization or investor is open, and the caller's key reaches it.
func (s Sight) Acquainted(subject string) bool {
	organizations, investors := s.Caller.Sides()
	for _, investor := range investors {
		if s.met(subject, investor) {
			return true
		}
	}
	for _, organization := range organizations {
		if s.met(organization, subject) {
			return true
		}
	}
	return false
}

// OrganizationContact returns what the caller sees of whom to talk to at an
// organization: its own people all of it, and while an introduction is open the other
// side what helps to reach them; false for everybody else.
func (s Sight) OrganizationContact(c *maecenasv1.OrganizationContact) (*maecenasv1.OrganizationContact, bool) {
	switch {
	case s.Caller.RoleOn(c.GetName()) >= RoleViewer:
		return c, true
	case s.Acquainted(subjectOf(c.GetName())):
		return &maecenasv1.OrganizationContact{
			Name: c.GetName(), Uid: c.GetUid(), CreateTime: c.GetCreateTime(), People: c.GetPeople(), Note: c.GetNote(),
		}, true
	default:
		return nil, false
	}
}

// InvestorContact is OrganizationContact for an investor.
func (s Sight) InvestorContact(c *maecenasv1.InvestorContact) (*maecenasv1.InvestorContact, bool) {
	switch {
	case s.Caller.RoleOn(c.GetName()) >= RoleViewer:
		return c, true
	case s.Acquainted(subjectOf(c.GetName())):
		return &maecenasv1.InvestorContact{
			Name: c.GetName(), Uid: c.GetUid(), CreateTime: c.GetCreateTime(), People: c.GetPeople(), Note: c.GetNote(),
		}, true
	default:
		return nil, false
	}
}
