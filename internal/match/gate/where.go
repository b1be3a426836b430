package gate

import (
	"strings"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match/fact"
	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

// inPlaces: the organization's place is in, or in none of, countries and regions.
type inPlaces struct {
	noDistance
	places   []fact.Place
	excluded bool
	text     string
}

func newInPlaces(r *maecenasv1.Requirement_InPlaces) rule {
	p := inPlaces{excluded: r.GetExcluded(), text: strings.Join(r.GetCodes(), ",")}
	for _, code := range r.GetCodes() {
		if place, ok := placeOfCode(code); ok {
			p.places = append(p.places, place)
		}
	}
	return p
}

// nutsCountries are the countries whose NUTS codes begin otherwise than their
// ISO code.
var nutsCountries = map[string]string{"EL": "GR", "UK": "GB"}

// placeOfCode reads a code of a country or a region.
func placeOfCode(code string) (fact.Place, bool) {
	if c, err := taxonomy.ParseCountry(code); err == nil {
		return fact.Place{Country: c}, true
	}
	if len(code) < 3 {
		return fact.Place{}, false
	}
	country := strings.ToUpper(code[:2])
	if iso, ok := nutsCountries[country]; ok {
		country = iso
	}
	p := fact.PlaceOf(country, code, "", "")
	return p, !p.Region.IsZero()
}

func (r inPlaces) answer(n *fact.Need, _ *fact.Exchange) Answer {
	best := fact.False
	for i := range r.places {
		if best = max(best, r.places[i].Holds(&n.Rest.Place)); best == fact.True {
			break
		}
	}
	a := [...]Answer{fact.False: Fail, fact.Maybe: Unknown, fact.True: Pass}[best]
	if r.excluded {
		return a.not()
	}
	return a
}

// Countries are those outside of which the requirement surely fails; ok is false where
// there is no such list.
func (r *Requirement) Countries() (list []taxonomy.Country, ok bool) {
	places, is := r.rule.(inPlaces)
	if !is || places.excluded {
		return nil, false
	}
	for i := range places.places {
		list = append(list, places.places[i].Country)
	}
	return list, true
}

func (r inPlaces) code() string {
	if r.excluded {
		return "PLACE_NOT_IN"
	}
	return "PLACE_IN"
}

func (r inPlaces) required(*fact.Need) string                   { return r.text }
func (r inPlaces) actual(n *fact.Need, _ *fact.Exchange) string { return n.Rest.PlaceText }

// inSectors: one of the activities or domains is, or none is, among these.
// Activities answer for entries of the classification that they are of, and
// domains for domains; where an organization states none of a sort, entries of
// that sort are not answered.
type inSectors struct {
	noDistance
	classes  []taxonomy.Class
	own      map[string]bool
	domains  fact.Domains
	excluded bool
	text     string
}

func newInSectors(r *maecenasv1.Requirement_InSectors) rule {
	s := inSectors{own: map[string]bool{}, domains: fact.DomainsOf(r.GetCulturalDomains()), excluded: r.GetExcluded()}
	var text []string
	for _, a := range r.GetActivities() {
		text = append(text, a.GetCode())
		if c, ok := fact.ActivityOf(a); ok && c.Own != "" {
			s.own[c.Own] = true
		} else if ok {
			s.classes = append(s.classes, c.Class)
		}
	}
	s.text = strings.Join(append(text, s.domains.Names()...), ",")
	return s
}

func (r inSectors) answer(n *fact.Need, _ *fact.Exchange) Answer {
	best := min(r.classAnswer(n.Rest.Activities), r.ownAnswer(n.Rest.Activities), r.domainAnswer(n.Domains))
	if r.excluded {
		return best.not()
	}
	return best
}

func (r inSectors) classAnswer(activities []fact.Activity) Answer {
	if len(r.classes) == 0 {
		return Fail
	}
	best, stated := Fail, false
	for i := range activities {
		a := &activities[i]
		if a.Own != "" {
			continue
		}
		stated = true
		for _, entry := range r.classes {
			low, high, ok := taxonomy.Closeness(entry, a.Class)
			switch {
			case ok && low == 100:
				return Pass
			case !ok || high == 100:
				best = Unknown
			}
		}
	}
	if !stated {
		return Unknown
	}
	return best
}

func (r inSectors) ownAnswer(activities []fact.Activity) Answer {
	if len(r.own) == 0 {
		return Fail
	}
	stated := false
	for i := range activities {
		if own := activities[i].Own; own != "" {
			stated = true
			if r.own[own] {
				return Pass
			}
		}
	}
	if !stated {
		return Unknown
	}
	return Fail
}

func (r inSectors) domainAnswer(domains fact.Domains) Answer {
	switch {
	case r.domains == 0:
		return Fail
	case domains == 0:
		return Unknown
	default:
		return passIf(r.domains&domains != 0)
	}
}

func (r inSectors) code() string {
	if r.excluded {
		return "SECTOR_NOT_IN"
	}
	return "SECTOR_IN"
}

func (r inSectors) required(*fact.Need) string { return r.text }

func (r inSectors) actual(n *fact.Need, _ *fact.Exchange) string {
	var text []string
	for i := range n.Rest.Activities {
		a := n.Rest.Activities[i]
		a.Share = fact.Unset
		text = append(text, a.Text())
	}
	return strings.Join(append(text, n.Domains.Names()...), ",")
}
