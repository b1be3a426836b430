package grade

import (
	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match/fact"
	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

// domainCloseness is the closeness, in percent, of two activities that no
// correspondence relates but a cultural domain.
const domainCloseness = 50

// Sectors are graded activities and cultural domains.
type Sectors struct {
	classes []gradedClass
	own     map[string]int32
	domains [16]int32
}

type gradedClass struct {
	class taxonomy.Class
	grade int32
}

// NewSectors compiles graded sectors; nil where there is none that can be read.
func NewSectors(list []*maecenasv1.Preferences_Sector) *Sectors {
	s := &Sectors{own: map[string]int32{}}
	read := false
	for _, p := range list {
		if p.GetActivity() == nil {
			if d := p.GetCulturalDomain(); d > 0 && int(d) < len(s.domains) {
				s.domains[d], read = max(s.domains[d], p.GetGrade()), true
			}
			continue
		}
		a, ok := fact.ActivityOf(p.GetActivity())
		if !ok {
			continue
		}
		read = true
		if a.Own != "" {
			s.own[a.Own] = max(s.own[a.Own], p.GetGrade())
		} else {
			s.classes = append(s.classes, gradedClass{a.Class, p.GetGrade()})
		}
	}
	if !read {
		return nil
	}
	return s
}

// Value is the value of what an organization does: the mean over its activities
// of the best of grade × closeness, or the grade of a domain if that is larger.
func (s *Sectors) Value(activities []fact.Activity, domains fact.Domains) fact.Interval {
	v := s.mean(activities)
	for d, grade := range s.domains {
		if grade > 0 && domains&(1<<d) != 0 {
			v = v.Or(fact.Exactly(grade * 100))
		}
	}
	return v
}

// mean weighs activities by their shares; where one has no share, or all are 0,
// it is anything between the least and the largest.
func (s *Sectors) mean(activities []fact.Activity) fact.Interval {
	if len(activities) == 0 {
		return fact.Anything
	}
	hull := fact.Interval{Low: fact.Full}
	var low, high, shares int64
	known := true
	for i := range activities {
		a := &activities[i]
		v := s.activity(a)
		hull.Low, hull.High = min(hull.Low, v.Low), max(hull.High, v.High)
		share := int64(a.Share)
		known = known && share >= 0
		low, high, shares = low+share*int64(v.Low), high+share*int64(v.High), shares+share
	}
	if !known || shares == 0 {
		return hull
	}
	return fact.Interval{Low: int32(halfUp(low, shares)), High: int32(halfUp(high, shares))}
}

// activity is the best of grade × closeness over the entries.
func (s *Sectors) activity(a *fact.Activity) fact.Interval {
	if a.Own != "" {
		return fact.Exactly(s.own[a.Own] * 100)
	}
	var best fact.Interval
	for _, e := range s.classes {
		low, high := closeness(e.class, a.Class)
		best = best.Or(fact.Interval{Low: e.grade * int32(low), High: e.grade * int32(high)})
	}
	return best
}

// closeness is taxonomy's, and by cultural domain where no correspondence
// relates the two schemes.
func closeness(entry, activity taxonomy.Class) (low, high int) {
	low, high, ok := taxonomy.Closeness(entry, activity)
	if ok {
		return low, high
	}
	for _, d := range taxonomy.DomainsOf(entry) {
		for _, o := range taxonomy.DomainsOf(activity) {
			if d == o {
				return domainCloseness, domainCloseness
			}
		}
	}
	return 0, 0
}

// Nearest says which entry makes an organization's value, for an explanation:
// the entry's text, its grade, and how close it is in percent at best; ok is
// false where nothing is near.
func (s *Sectors) Nearest(activities []fact.Activity, domains fact.Domains) (text string, grade int32, percent int, ok bool) {
	best := int32(0)
	for i := range activities {
		a := &activities[i]
		if g := s.own[a.Own]; a.Own != "" && g*100 > best {
			best, text, grade, percent = g*100, a.Own, g, 100
		}
		if a.Own != "" {
			continue
		}
		for _, e := range s.classes {
			if _, high := closeness(e.class, a.Class); e.grade*int32(high) > best {
				best, text, grade, percent = e.grade*int32(high), e.class.String(), e.grade, high
			}
		}
	}
	for d, g := range s.domains {
		if g*100 > best && domains&(1<<d) != 0 {
			best, text, grade, percent = g*100, maecenasv1.Organization_CulturalDomain(d).String(), g, 100
		}
	}
	return text, grade, percent, best > 0
}
