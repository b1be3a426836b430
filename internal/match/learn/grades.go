package learn

import (
	"slices"
	"strings"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match/fact"
)

// GradedDeals is how many of an investor's deals, the latest, make its grades.
const GradedDeals = 20

// GradesFromDeals are the preferences that an investor's last 20 deals show, in
// the form of stated ones: the grade of a value is its share of the deals over the
// largest share, in percent, half up, at least 1. Places have entries at every
// level: country, subdivision, metropolitan area and NUTS 2, locality and NUTS 3.
// Deals count by date, those of one day in the order given. What a deal does not
// say counts for nothing.
func GradesFromDeals(deals []*maecenasv1.Deal) *maecenasv1.Preferences {
	deals = byDate(deals)
	deals = deals[max(0, len(deals)-GradedDeals):]
	var out maecenasv1.Preferences
	activities, domains := newTally[activityKey](), newTally[maecenasv1.Organization_CulturalDomain]()
	stages := newTally[maecenasv1.FundingStage_Stage]()
	var places [placeLists]*tally[fact.Place]
	for i := range places {
		places[i] = newTally[fact.Place]()
	}
	spelling := map[string]string{}
	for _, d := range deals {
		activities.add(activityKeys(d.GetSnapshot().GetActivities())...)
		domains.add(d.GetSnapshot().GetCulturalDomains()...)
		if s := d.GetStage(); s != 0 {
			stages.add(s)
		}
		for i, p := range placesOf(d.GetSnapshot().GetPlace()) {
			if p != (fact.Place{}) {
				places[i].add(p)
			}
		}
		for _, name := range []string{d.GetSnapshot().GetPlace().GetMetropolitanArea(), d.GetSnapshot().GetPlace().GetLocality()} {
			spelling[fact.Fold(name)] = name
		}
	}
	activities.grade(func(k activityKey, grade int32) {
		out.Sectors = append(out.Sectors, &maecenasv1.Preferences_Sector{Grade: grade, Value: &maecenasv1.Preferences_Sector_Activity{
			Activity: &maecenasv1.Activity{Scheme: k.scheme, Code: k.code},
		}})
	})
	domains.grade(func(d maecenasv1.Organization_CulturalDomain, grade int32) {
		out.Sectors = append(out.Sectors, &maecenasv1.Preferences_Sector{
			Grade: grade, Value: &maecenasv1.Preferences_Sector_CulturalDomain{CulturalDomain: d},
		})
	})
	for _, t := range places {
		t.grade(func(p fact.Place, grade int32) {
			out.Places = append(out.Places, &maecenasv1.Preferences_PlaceWish{
				CountryCode: string(p.Country), RegionCode: p.Region.String(),
				MetropolitanArea: spelling[p.Metro], Locality: spelling[p.Locality], Grade: grade,
			})
		})
	}
	stages.grade(func(s maecenasv1.FundingStage_Stage, grade int32) {
		out.Stages = append(out.Stages, &maecenasv1.Preferences_StageWish{Stage: s, Grade: grade})
	})
	return &out
}

// byDate are the deals by date, those of one day in the order given.
func byDate(deals []*maecenasv1.Deal) []*maecenasv1.Deal {
	deals = slices.Clone(deals)
	slices.SortStableFunc(deals, func(a, b *maecenasv1.Deal) int { return strings.Compare(a.GetDate(), b.GetDate()) })
	return deals
}

// Firsts are an investor's first deals in each company, by date, those of one day in
// the order given: what follows a first deal says nothing of whom the investor turns
// to. A deal that names no organization is a company of its own.
func Firsts(deals []*maecenasv1.Deal) []*maecenasv1.Deal {
	seen := map[string]bool{}
	return slices.DeleteFunc(byDate(deals), func(d *maecenasv1.Deal) bool {
		org := d.GetOrganization()
		again := org != "" && seen[org]
		seen[org] = true
		return again
	})
}

// activityKey is an activity without its share.
type activityKey struct {
	scheme maecenasv1.Activity_Scheme
	code   string
}

func activityKeys(list []*maecenasv1.Activity) []activityKey {
	keys := make([]activityKey, len(list))
	for i, a := range list {
		keys[i] = activityKey{a.GetScheme(), a.GetCode()}
	}
	return keys
}

// placeLists is how many lists of places are made of deals.
const placeLists = 6

// placesOf are a place's parts, one for each list; zero where it has none.
func placesOf(p *maecenasv1.Place) (parts [placeLists]fact.Place) {
	whole := fact.PlaceOf(p.GetCountryCode(), p.GetRegionCode(), p.GetMetropolitanArea(), p.GetLocality())
	if whole.Country == "" {
		return parts
	}
	c := whole.Country
	parts[0] = fact.Place{Country: c}
	sub, inSub := whole.Region.Subdivision()
	if inSub {
		parts[1] = fact.Place{Country: c, Region: sub}
	}
	if whole.Metro != "" {
		parts[2] = fact.Place{Country: c, Metro: whole.Metro}
	}
	if area, ok := whole.Region.Area(); ok {
		parts[3] = fact.Place{Country: c, Region: area}
	}
	if whole.Locality != "" {
		parts[4] = fact.Place{Country: c, Region: sub, Locality: whole.Locality}
	}
	if local, ok := whole.Region.Local(); ok {
		parts[5] = fact.Place{Country: c, Region: local}
	}
	return parts
}

// tally counts values in the order in which they come.
type tally[T comparable] struct {
	order []T
	n     map[T]int32
}

func newTally[T comparable]() *tally[T] { return &tally[T]{n: map[T]int32{}} }

// add counts the values of one deal, each once.
func (t *tally[T]) add(values ...T) {
	for i, v := range values {
		if slices.Contains(values[:i], v) {
			continue
		}
		if t.n[v] == 0 {
			t.order = append(t.order, v)
		}
		t.n[v]++
	}
}

// grade gives each value its grade.
func (t *tally[T]) grade(each func(T, int32)) {
	largest := int32(0)
	for _, n := range t.n {
		largest = max(largest, n)
	}
	for _, v := range t.order {
		each(v, max(1, (200*t.n[v]+largest)/(2*largest)))
	}
}
