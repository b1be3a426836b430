package auth

import (
	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// What one side sees of what lies between it and another.

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

// Acquainted answers whether an introduction between the caller's side and an
// organization or investor is open.
func (s Sight) Acquainted(subject string) bool {
	organizations, investors := s.Caller.Sides()
	for _, investor := range investors {
		if s.Directory.Introduced(subject, investor) {
			return true
		}
	}
	for _, organization := range organizations {
		if s.Directory.Introduced(organization, subject) {
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
