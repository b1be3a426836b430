package grade

import (
	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match/fact"
	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

// DomainCloseness is the closeness, in percent, of two activities that no
// correspondence relates but a cultural domain.
const DomainCloseness = 50

// Sectors are graded activities and cultural domains.
type Sectors struct {
	classes []gradedClass
	own     map[string]int32
	domains [16]int32
	wished  fact.Domains
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
				s.wished |= 1 << d
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
	var m Mean
	for i := range activities {
		m.Add(s.Activity(&activities[i]), activities[i].Share)
	}
	return s.OrDomain(m.Value(), domains)
}

// OrDomain is a value, or the grade of a domain if that is larger.
func (s *Sectors) OrDomain(v fact.Interval, domains fact.Domains) fact.Interval {
	if s.wished&domains == 0 {
		return v
	}
	for d, grade := range s.domains {
		if domains&(1<<d) != 0 {
			v = v.Or(fact.Exactly(grade * 100))
		}
	}
	return v
}

// Mean weighs values by shares. Where one has no share, or all are 0, it is
// anything between the least and the largest; of nothing, it is anything.
type Mean struct {
	hull              fact.Interval
	low, high, shares int64
	any, open         bool
}

// Add adds a value with its share in basis points, or fact.Unset.
func (m *Mean) Add(v fact.Interval, share int16) {
	if !m.any {
		m.hull, m.any = v, true
	}
	m.hull.Low, m.hull.High = min(m.hull.Low, v.Low), max(m.hull.High, v.High)
	if share < 0 {
		m.open = true
		return
	}
	w := int64(share)
	m.low, m.high, m.shares = m.low+w*int64(v.Low), m.high+w*int64(v.High), m.shares+w
}

// Value is the mean, half up.
func (m *Mean) Value() fact.Interval {
	switch {
	case !m.any:
		return fact.Anything
	case m.open || m.shares == 0:
		return m.hull
	default:
		return fact.Interval{Low: int32(halfUp(m.low, m.shares)), High: int32(halfUp(m.high, m.shares))}
	}
}

// Activity is the best of grade × closeness over the entries.
func (s *Sectors) Activity(a *fact.Activity) fact.Interval {
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
				return DomainCloseness, DomainCloseness
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

// Most is at least the value of anything.
func (s *Sectors) Most() int32 {
	best := int32(0)
	for _, g := range s.domains {
		best = max(best, g)
	}
	for _, g := range s.own {
		best = max(best, g)
	}
	for i := range s.classes {
		best = max(best, s.classes[i].grade)
	}
	return best * 100
}

// Sections are the sections of what is wished ([fact.Sections]), and the wished domains.
// What lies apart from both has the value 0.
func (s *Sectors) Sections() (sections uint64, domains fact.Domains) {
	list := make([]fact.Activity, 0, len(s.classes)+len(s.own))
	for i := range s.classes {
		list = append(list, fact.Activity{Class: s.classes[i].class})
	}
	for own := range s.own {
		list = append(list, fact.Activity{Own: own})
	}
	return fact.Sections(list), s.wished
}
