package advice

import (
	"slices"
	"strconv"
	"strings"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// asked is what a mandate asks for by name, in requirements and preferences.
type asked struct {
	dates, languages, labels, domains, goals []string
	places                                   []*maecenasv1.Place
}

func askedOf(m *maecenasv1.Mandate) asked {
	var a asked
	for _, r := range m.GetRequirements() {
		a.requirement(r)
	}
	p := m.GetPreferences()
	for _, w := range p.GetSectors() {
		if d := w.GetCulturalDomain(); d != 0 {
			a.domains = append(a.domains, d.String())
		}
	}
	for _, w := range p.GetPlaces() {
		a.places = append(a.places, &maecenasv1.Place{
			CountryCode: w.GetCountryCode(), RegionCode: w.GetRegionCode(),
			MetropolitanArea: w.GetMetropolitanArea(), Locality: w.GetLocality(),
		})
	}
	for _, w := range p.GetImpact() {
		a.goals = append(a.goals, strconv.Itoa(int(w.GetGoal())))
	}
	for _, w := range p.GetClusters() {
		a.labels = append(a.labels, w.GetLabel())
	}
	for _, w := range p.GetLanguages() {
		a.languages = append(a.languages, w.GetLanguage())
	}
	for _, list := range []*[]string{&a.dates, &a.languages, &a.labels, &a.domains, &a.goals} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	return a
}

func (a *asked) requirement(r *maecenasv1.Requirement) {
	switch rule := r.GetRule().(type) {
	case *maecenasv1.Requirement_All:
		for _, part := range rule.All.GetRequirements() {
			a.requirement(part)
		}
	case *maecenasv1.Requirement_Any:
		for _, part := range rule.Any.GetRequirements() {
			a.requirement(part)
		}
	case *maecenasv1.Requirement_Not:
		a.requirement(rule.Not)
	case *maecenasv1.Requirement_Founded:
		for _, date := range []string{rule.Founded.GetEarliestDate(), rule.Founded.GetLatestDate()} {
			if date != "" {
				a.dates = append(a.dates, date)
			}
		}
	case *maecenasv1.Requirement_Language:
		a.languages = append(a.languages, rule.Language.GetValues()...)
	case *maecenasv1.Requirement_Cluster:
		a.labels = append(a.labels, rule.Cluster.GetLabels()...)
	case *maecenasv1.Requirement_Sector:
		for _, d := range rule.Sector.GetCulturalDomains() {
			a.domains = append(a.domains, d.String())
		}
	case *maecenasv1.Requirement_Place:
		for _, code := range rule.Place.GetCodes() {
			a.places = append(a.places, placeOf(code))
		}
	}
}

// placeOf is the place of a country's or a region's code; NUTS writes Greece EL and
// the United Kingdom UK.
func placeOf(code string) *maecenasv1.Place {
	if len(code) < 3 {
		return &maecenasv1.Place{CountryCode: code}
	}
	country := strings.ToUpper(code[:2])
	switch country {
	case "EL":
		country = "GR"
	case "UK":
		country = "GB"
	}
	return &maecenasv1.Place{CountryCode: country, RegionCode: code}
}
