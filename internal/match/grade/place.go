package grade

import (
	"slices"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match/fact"
	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

// The parts of PLACE: a base, and hundredths of a percent for each percent of
// the grade at a level.
const (
	PlaceBase        = 1000
	PlaceArea        = 50
	PlaceLocal       = 20
	PlaceSubdivision = 20
	// SharedPart is how much of a deeper entry's grade counts, in percent, for
	// an organization that only shares the entry's place at a level.
	SharedPart = 40
)

// Places are graded places.
type Places struct {
	entries []gradedPlace
	// fromDeals says that the list was made of deals: it has entries at every
	// level, and no level's grade is taken from another's.
	fromDeals bool
	// countries are those of the entries, each once.
	countries []taxonomy.Country
}

type gradedPlace struct {
	place fact.Place
	level fact.Level
	grade int32
	text  string
}

// NewPlaces compiles graded places; nil where there is none that can be read.
func NewPlaces(list []*maecenasv1.Preferences_PlaceWish, fromDeals bool) *Places {
	p := &Places{fromDeals: fromDeals}
	for _, w := range list {
		place := fact.PlaceOf(w.GetCountryCode(), w.GetRegionCode(), w.GetMetropolitanArea(), w.GetLocality())
		if place.Country == "" || w.GetRegionCode() != "" && place.Region.IsZero() {
			continue
		}
		text := fact.Text(&maecenasv1.Place{
			CountryCode: w.GetCountryCode(), RegionCode: w.GetRegionCode(),
			MetropolitanArea: w.GetMetropolitanArea(), Locality: w.GetLocality(),
		})
		p.entries = append(p.entries, gradedPlace{place, place.Level(), w.GetGrade(), text})
		if !slices.Contains(p.countries, place.Country) {
			p.countries = append(p.countries, place.Country)
		}
	}
	if len(p.entries) == 0 {
		return nil
	}
	return p
}

// Value is the value of an organization's place.
func (p *Places) Value(o *fact.Place) fact.Interval {
	if o.Country != "" && !slices.Contains(p.countries, o.Country) {
		return fact.Exactly(PlaceBase)
	}
	levels := p.grades(o)
	sub, area, local := levels[fact.Subdivision], levels[fact.Area], levels[fact.Local]
	sum := func(s, a, l int32) int32 {
		return min(fact.Full, PlaceBase+(PlaceSubdivision*s+PlaceArea*a+PlaceLocal*l)/100)
	}
	return fact.Interval{Low: sum(sub.Low, area.Low, local.Low), High: sum(sub.High, area.High, local.High)}
}

// standing is what the entries of one level say of an organization: the best
// grade of those that hold it, the best and the least of those that may, and the
// best of those that share, or may share, its place at the subdivision and at the
// area. Grades are hundredths; -1: there is none.
type standing struct {
	holds, may, leastMay int32
	shares, mayShare     [2]int32
}

var nowhere = standing{-1, -1, -1, [2]int32{-1, -1}, [2]int32{-1, -1}}

func (p *Places) standings(o *fact.Place) (levels [4]standing) {
	for i := range levels {
		levels[i] = nowhere
	}
	for i := range p.entries {
		e := &p.entries[i]
		s, grade := &levels[e.level], e.grade*100
		switch e.place.Holds(o) {
		case fact.True:
			s.holds = max(s.holds, grade)
			continue
		case fact.Maybe:
			s.may = max(s.may, grade)
			if s.leastMay < 0 || grade < s.leastMay {
				s.leastMay = grade
			}
		}
		for j := fact.Subdivision; !p.fromDeals && j < e.level; j++ {
			part := e.grade * SharedPart
			switch e.place.Shares(o, j) {
			case fact.True:
				s.shares[j-1] = max(s.shares[j-1], part)
			case fact.Maybe:
				s.mayShare[j-1] = max(s.mayShare[j-1], part)
			}
		}
	}
	return levels
}

// grades is the grade at each level, as an interval: of the entry at that level
// which holds the organization, else the larger of what comes from above and from
// below.
func (p *Places) grades(o *fact.Place) (grades [4]fact.Interval) {
	levels := p.standings(o)
	for level := fact.Subdivision; level <= fact.Local; level++ {
		s := &levels[level]
		if s.holds >= 0 {
			grades[level] = fact.Interval{Low: s.holds, High: max(s.holds, s.may)}
			continue
		}
		var other fact.Interval
		if !p.fromDeals {
			other = above(&levels, level).Or(below(&levels, level))
		}
		if s.may >= 0 { // one of them holds it, or none
			other = fact.Interval{Low: min(other.Low, s.leastMay), High: max(other.High, s.may)}
		}
		grades[level] = other
	}
	return grades
}

// above is the grade at the nearest higher level with an entry that holds the
// organization.
func above(levels *[4]standing, level fact.Level) fact.Interval {
	least, most := int32(-1), int32(0)
	lower := func(grade int32) {
		if least < 0 || grade < least {
			least = grade
		}
	}
	for i := int(level) - 1; i >= 0; i-- {
		s := &levels[i]
		most = max(most, s.may)
		if s.holds >= 0 {
			lower(s.holds)
			return fact.Interval{Low: least, High: max(most, s.holds)}
		}
		if s.may >= 0 {
			lower(s.leastMay)
		}
	}
	return fact.Interval{Low: 0, High: most}
}

// below is the best deeper entry: in full where the organization lies in it, in
// part where it shares its place at this level.
func below(levels *[4]standing, level fact.Level) fact.Interval {
	var best fact.Interval
	for i := level + 1; i <= fact.Local; i++ {
		s := &levels[i]
		best.Low = max(best.Low, s.holds)
		best.High = max(best.High, s.holds, s.may)
		if level < fact.Local {
			best.Low = max(best.Low, s.shares[level-1])
			best.High = max(best.High, s.shares[level-1], s.mayShare[level-1])
		}
	}
	return best
}

// Held is an entry that holds an organization, or may hold it, for an explanation.
type Held struct {
	// Text is the entry as it was stated.
	Text  string
	Level fact.Level
	Grade int32
	// Certain says that it holds the organization whatever is unset.
	Certain bool
}

// Held says which entry stands deepest of those that hold an organization, else of
// those that may; ok is false where there is none.
func (p *Places) Held(o *fact.Place) (h Held, ok bool) {
	best := -1
	for i := range p.entries {
		e := &p.entries[i]
		t := e.place.Holds(o)
		if rank := int(t)<<16 | int(e.level)<<8 | int(e.grade); t != fact.False && rank > best {
			best, h = rank, Held{e.text, e.level, e.grade, t == fact.True}
		}
	}
	return h, best >= 0
}

// Most is at least the value of any place, Countries are those that entries name.
func (p *Places) Most() int32 {
	best := int32(0)
	for i := range p.entries {
		best = max(best, p.entries[i].grade)
	}
	return min(fact.Full, PlaceBase+(PlaceSubdivision+PlaceArea+PlaceLocal)*best)
}

// Countries are those that entries name, each once; they must not be changed. Places in
// others have the base alone.
func (p *Places) Countries() []taxonomy.Country { return p.countries }
