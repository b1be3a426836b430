package validate

import (
	"fmt"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

// maxRequirementDepth is how deep ANY, ALL and NOT may lie in each other.
const maxRequirementDepth = 4

// maxRequirements is how many a mandate may have, each list and what is in it
// counted. Every one may have to be answered for every need of a ranking.
const maxRequirements = 500

func countRequirements(list []*maecenasv1.Requirement) int {
	count := len(list)
	for _, r := range list {
		switch rule := r.GetRule().(type) {
		case *maecenasv1.Requirement_All:
			count += countRequirements(rule.All.GetRequirements())
		case *maecenasv1.Requirement_Any:
			count += countRequirements(rule.Any.GetRequirements())
		case *maecenasv1.Requirement_Not:
			count += countRequirements([]*maecenasv1.Requirement{rule.Not})
		}
	}
	return count
}

func (a *Audit) requirement(field string, r *maecenasv1.Requirement, depth int) {
	if depth > maxRequirementDepth {
		a.add(field, "depth", "lies deeper than %d", maxRequirementDepth)
		return
	}
	switch rule := r.GetRule().(type) {
	case *maecenasv1.Requirement_Place:
		a.placeCodes(field+".place.codes", rule.Place.GetCodes())
	case *maecenasv1.Requirement_Sector:
		a.activities(field+".sector.activities", rule.Sector.GetActivities(), false)
		if len(rule.Sector.GetActivities())+len(rule.Sector.GetCulturalDomains()) == 0 {
			a.add(field+".sector", "required", "must name an activity or a cultural domain")
		}
	case *maecenasv1.Requirement_Stage:
		a.stageRange(field+".stage", rule.Stage)
	case *maecenasv1.Requirement_Founded:
		founded := rule.Founded
		if founded.GetEarliestDate() == "" && founded.GetLatestDate() == "" {
			a.add(field+".founded", "required", "must have a bound")
		}
		a.dates(field+".founded.earliestDate", founded.GetEarliestDate(), founded.GetLatestDate(), "latestDate")
	case *maecenasv1.Requirement_All:
		a.requirements(field+".all.requirements", rule.All, depth)
	case *maecenasv1.Requirement_Any:
		a.requirements(field+".any.requirements", rule.Any, depth)
	case *maecenasv1.Requirement_Not:
		a.requirement(field+".not", rule.Not, depth+1)
	}
}

func (a *Audit) requirements(field string, list *maecenasv1.Requirement_List, depth int) {
	for i, r := range list.GetRequirements() {
		a.requirement(fmt.Sprintf("%s[%d]", field, i), r, depth+1)
	}
}

func (a *Audit) stageRange(field string, r *maecenasv1.Requirement_StageRange) {
	switch {
	case r.GetEarliest() == 0 && r.GetLatest() == 0:
		a.add(field, "required", "must have a bound")
	case r.GetEarliest() != 0 && r.GetLatest() != 0 && r.GetEarliest() > r.GetLatest():
		a.add(field+".earliest", "range", "is after latest")
	}
}

// placeCodes takes countries and regions alike; a region's code begins with its
// country's, which NUTS writes EL and UK for Greece and the United Kingdom.
func (a *Audit) placeCodes(field string, codes []string) {
	for i, code := range codes {
		at := fmt.Sprintf("%s[%d]", field, i)
		if len(code) < 2 {
			a.add(at, "code_list", "is neither a country nor a region")
			continue
		}
		if len(code) == 2 {
			a.country(at, &codes[i])
			continue
		}
		country := code[:2]
		switch country {
		case "EL":
			country = "GR"
		case "UK":
			country = "GB"
		}
		if _, err := taxonomy.ParseCountry(country); err != nil {
			a.code(at, err)
			continue
		}
		a.region(at, country, &codes[i])
	}
}
