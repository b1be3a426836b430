package auth

import (
	"strings"
	"time"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// Somebody stays in charge: of the installation an administrator, of an organization
// or investor an owner, where it had one. Who is disabled, or ends by itself, does
// not count; an organization that is a member does not either, since its people act
// as editors.

// leads answers whether a membership puts somebody in charge, for good.
func (d *Directory) leads(m *maecenasv1.Membership, now time.Time) bool {
	chief := maecenasv1.Membership_OWNER
	if m.GetResource() == Installation {
		chief = maecenasv1.Membership_ADMINISTRATOR
	}
	return m.GetRole() == chief && m.GetExpireTime() == nil &&
		strings.HasPrefix(m.GetMember(), "principals/") && d.Principal(m.GetMember(), now) != nil
}

// LeavesNobody answers whether a membership, as it is, is the last that puts somebody
// in charge of its resource for good.
func (d *Directory) LeavesNobody(m *maecenasv1.Membership, now time.Time) bool {
	if !d.leads(m, now) {
		return false
	}
	for _, other := range d.Members(m.GetResource()) {
		if other.GetName() != m.GetName() && d.leads(other, now) {
			return false
		}
	}
	return true
}

// LastAdministrator answers whether nobody would administer the installation for good
// without a principal who does.
func (d *Directory) LastAdministrator(principal string, now time.Time) bool {
	for _, m := range d.MembershipsOf(principal) {
		if m.GetResource() == Installation && d.LeavesNobody(m, now) {
			return true
		}
	}
	return false
}
