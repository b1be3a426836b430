package advice

import (
	"slices"

	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// profile weighs the facts of the organization that the assessment does not read. The
// answers that are tried are those that the mandate asks for.
func (a *adviser) profile() {
	o, asked := a.Facts.Organization, askedOf(a.Mandate)
	if o.FoundedDate == nil {
		a.any(state("organization.foundedDate"), false, asked.dates...)
	}
	if len(o.GetLanguages()) == 0 {
		a.any(state("organization.languages"), false, asked.languages...)
	}
	if len(o.GetCulturalDomains()) == 0 {
		a.any(state("organization.culturalDomains"), false, asked.domains...)
	}
	if len(o.GetSustainableDevelopmentGoals()) == 0 {
		a.any(state("organization.sustainableDevelopmentGoals"), false, asked.goals...)
	}
	for _, label := range asked.labels {
		c := change{path: "organization.labels", kind: maecenasv1.Improvement_DO, several: true}
		if !slices.Contains(o.GetLabels(), label) {
			a.first(c, "", label)
		}
	}
	if !o.GetStateAidComplete() {
		a.first(state("organization.stateAidComplete"), "", "true")
	}
	a.place(asked)
	a.shares()
	a.size()
}

// place weighs the parts of the place that are unset, within the country.
func (a *adviser) place(asked asked) {
	at := a.Facts.Organization.GetPlace()
	var regions, areas, localities []string
	for _, p := range asked.places {
		if p.GetCountryCode() != at.GetCountryCode() {
			continue
		}
		regions, areas, localities = append(regions, p.GetRegionCode()), append(areas, p.GetMetropolitanArea()), append(localities, p.GetLocality())
	}
	set := func(list []string) []string {
		return slices.DeleteFunc(list, func(s string) bool { return s == "" })
	}
	if at.GetRegionCode() == "" {
		a.any(state("organization.place.regionCode"), false, set(regions)...)
	}
	if at.GetMetropolitanArea() == "" {
		a.any(state("organization.place.metropolitanArea"), false, set(areas)...)
	}
	if at.GetLocality() == "" {
		a.any(state("organization.place.locality"), false, set(localities)...)
	}
}

// shares weighs what each activity's share of the turnover is, where some are unset:
// the most that an answer can add, and the least, is where one of these has all that
// the others leave.
func (a *adviser) shares() {
	list := a.Facts.Organization.GetActivities()
	left, unset := int32(10000), 0
	for _, activity := range list {
		if activity.ShareBp == nil {
			unset++
		}
		left -= activity.GetShareBp()
	}
	if unset == 0 || len(list) < 2 {
		return
	}
	c := state("organization.activities")
	c.make = func(f *Facts, code string) error {
		given := false
		for _, activity := range f.Organization.GetActivities() {
			if activity.ShareBp != nil {
				continue
			}
			activity.ShareBp = proto.Int32(0)
			if activity.GetCode() == code && !given {
				*activity.ShareBp, given = max(0, left), true
			}
		}
		return nil
	}
	var codes []string
	for _, activity := range list {
		if activity.ShareBp == nil && !slices.Contains(codes, activity.GetCode()) {
			codes = append(codes, activity.GetCode())
		}
	}
	a.any(c, false, codes...)
}

// size weighs the figures that tell the size class.
func (a *adviser) size() {
	f := a.Facts.Organization.GetFinancials()
	if f == nil {
		return
	}
	if f.FullTimeEquivalents == nil {
		a.any(state("organization.financials.fullTimeEquivalents"), false, "0", "10", "50", "250")
	}
	if f.BalanceSheetTotal == nil {
		a.any(state("organization.financials.balanceSheetTotal"), false, "0", "5000000", "20000000", "1000000000000")
	}
}
