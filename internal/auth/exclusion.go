package auth

import (
	"slices"
	"strings"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// Whom exclusions bind. Everybody can make investors and organizations, and so an
// exclusion binds the people of the side that is excluded, whatever other sides they
// belong to and whatever their key reaches.

// excludes answers whether an organization has excluded an investor, by name or type.
func (s Sight) excludes(o *maecenasv1.Organization, investor string) bool {
	return slices.Contains(o.GetExcludedInvestors(), investor) ||
		slices.Contains(o.GetExcludedInvestorTypes(), s.Directory.TypeOf(investor))
}

// excludedBy answers whether an organization has excluded an investor that the caller
// belongs to.
func (s Sight) excludedBy(o *maecenasv1.Organization) bool {
	_, investors := s.Caller.everySide()
	return slices.ContainsFunc(investors, func(investor string) bool { return s.excludes(o, investor) })
}

// excludedFrom answers whether an investor has excluded all organizations that the
// caller belongs to, and there are some.
func (s Sight) excludedFrom(i *maecenasv1.Investor) bool {
	organizations, _ := s.Caller.everySide()
	return len(organizations) > 0 && !slices.ContainsFunc(organizations, func(organization string) bool {
		return !slices.Contains(i.GetExcludedOrganizations(), organization) || s.Directory.Introduced(organization, i.GetName())
	})
}

// Bound answers whether exclusions of others than an investor bind the caller too:
// it belongs to another one.
func (s Sight) Bound(investor string) bool {
	_, investors := s.Caller.everySide()
	return slices.ContainsFunc(investors, func(other string) bool { return other != investor })
}

// everySide are Sides whatever the key reaches, in no order.
func (p *Principal) everySide() (organizations, investors []string) {
	for name := range p.grants {
		if strings.HasPrefix(name, "investors/") {
			investors = append(investors, name)
		} else {
			organizations = append(organizations, name)
		}
	}
	return organizations, investors
}
