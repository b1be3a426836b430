package fact

import (
	"strings"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

// Place is where something is, or a part of the world that a wish names. A
// field that is zero is unset. Names of places are compared by their fold, so
// that "Bari" and " bari" are one.
type Place struct {
	Country taxonomy.Country
	Region  taxonomy.Region
	// Metro and Locality are folded common names.
	Metro, Locality string
}

// PlaceOf compiles a place. A code that its list does not have is unset.
func PlaceOf(country, region, metro, locality string) Place {
	var p Place
	p.Country, _ = taxonomy.ParseCountry(country)
	if region != "" {
		p.Region, _ = taxonomy.ParseRegion(country, region)
	}
	p.Metro, p.Locality = Fold(metro), Fold(locality)
	return p
}

// Fold makes spellings of one name equal: case and white space do not count.
func Fold(name string) string {
	if strings.ContainsAny(name, " \t\n\r\u00a0") {
		name = strings.Join(strings.Fields(name), " ")
	}
	return strings.ToLower(name)
}

// Level is how deep a place lies.
type Level uint8

// The levels of a place, from the widest.
const (
	Country     Level = iota
	Subdivision       // NUTS 1, or ISO 3166-2
	Area              // metropolitan area, or NUTS 2
	Local             // municipality, or NUTS 3
)

// Level is the level of the deepest field that is set.
func (p *Place) Level() Level {
	switch {
	case p.Locality != "" || p.Region.IsNUTS() && p.Region.Level() == 3:
		return Local
	case p.Metro != "" || p.Region.IsNUTS() && p.Region.Level() == 2:
		return Area
	case !p.Region.IsZero():
		return Subdivision
	default:
		return Country
	}
}

// Truth is a statement's truth: unset facts leave it open.
type Truth uint8

// The truth values, ordered so that the conjunction of two is the smaller.
const (
	False Truth = iota
	Maybe
	True
)

// Holds says whether a place lies in p: every field that p sets must agree.
func (p *Place) Holds(o *Place) Truth {
	t := p.holdsCountry(o)
	if t == False {
		return False
	}
	t = min(t, regionHolds(p.Region, o.Region))
	t = min(t, nameAgrees(p.Metro, o.Metro))
	return min(t, nameAgrees(p.Locality, o.Locality))
}

func (p *Place) holdsCountry(o *Place) Truth {
	switch {
	case p.Country == "" || p.Country == o.Country:
		return True
	case o.Country == "":
		return Maybe
	default:
		return False
	}
}

func regionHolds(wanted, actual taxonomy.Region) Truth {
	switch {
	case wanted.IsZero() || wanted.Contains(actual):
		return True
	case actual.IsZero() || actual.Contains(wanted):
		return Maybe
	default:
		return False
	}
}

func nameAgrees(wanted, actual string) Truth {
	switch {
	case wanted == "" || wanted == actual:
		return True
	case actual == "":
		return Maybe
	default:
		return False
	}
}

// Shares says whether two places have the same place at a level, Subdivision or
// Area. What p leaves open it does not share.
func (p *Place) Shares(o *Place, level Level) Truth {
	t := p.holdsCountry(o)
	if t == False {
		return False
	}
	sub, subSet := p.Region.Subdivision()
	if level == Subdivision {
		if !subSet {
			return False
		}
		return min(t, regionHolds(sub, o.Region))
	}
	best := False
	if area, ok := p.Region.Area(); ok {
		best = regionHolds(area, o.Region)
	}
	if p.Metro != "" {
		metro := nameAgrees(p.Metro, o.Metro)
		if subSet { // one name can stand in two subdivisions
			metro = min(metro, regionHolds(sub, o.Region))
		}
		best = max(best, metro)
	}
	return min(t, best)
}

// Text writes a place as data: its codes and names from the widest, as stated.
func Text(p *maecenasv1.Place) string {
	parts := make([]string, 0, 4)
	for _, s := range []string{p.GetCountryCode(), p.GetRegionCode(), p.GetMetropolitanArea(), p.GetLocality()} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, ", ")
}
