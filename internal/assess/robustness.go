package assess

import (
	"slices"

	"github.com/maecenas-cci/maecenas/internal/assess/exact"
	"github.com/maecenas-cci/maecenas/internal/assess/method"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// revenueDiversity: whether revenue rests on several payers.
func (e *evaluation) revenueDiversity() figure {
	if len(e.streams) == 0 {
		return unknown
	}
	if !e.amountsKnown {
		named := int64(0)
		for i := range e.groups {
			if e.groups[i].named {
				named++
			}
		}
		return interval{anything.low, exact.NewRatio(2*named-1, 2*named)}.figure()
	}
	var sums [2]exact.Int
	for i := range e.groups {
		for end := range sums {
			sums[end] = sums[end].Add(e.groups[i].concentration(end))
		}
	}
	total := exact.NewInt(e.total)
	den := total.Mul(total).Times(2 * maxShare)
	low, high := exact.Ratio{Num: sums[0], Den: den}, exact.Ratio{Num: sums[1], Den: den}
	return interval{e.proof.low.Mul(low.OneMinus()), e.proof.high.Mul(high.OneMinus())}.figure()
}

// concentration is a segment's (A/R)² × (1 + T/(full×A))/2 = A × (full×A + T) /
// (2 × full × R²) less its denominator, with A the segment's amount and T its sum
// of amount × top payer's share, of that end.
func (g *group) concentration(end int) exact.Int { return g.weighted(end).Times(g.amount) }

// weighted is full×A + T.
func (g *group) weighted(end int) exact.Int {
	weighted := g.payers[end]
	weighted.AddProduct(g.amount, maxShare)
	return weighted
}

// truth is a value of three-valued logic: and is min, or is max.
type truth int

const (
	no truth = iota
	maybe
	yes
)

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

// reaches tells whether the fact is at least n.
func (f fact) reaches(n int64) truth {
	if !f.set {
		return maybe
	}
	return truthOf(f.value >= n)
}

// marketLevels is the highest level of MARKET_EVIDENCE.
const marketLevels = method.MarketLevels

// marketLevel tells whether the market has shown what a level, 1 to 9, asks for.
func (m *model) marketLevel(level int) truth {
	all := yes
	for _, c := range method.MarketConditions[level-1] {
		all = min(all, m.meets(c))
	}
	return all
}

func (m *model) meets(c method.MarketCondition) truth {
	switch c.Fact {
	case method.Interviews:
		return m.interviews.reaches(c.AtLeast)
	case method.Letters:
		return m.letters.reaches(c.AtLeast)
	case method.Pilots:
		return m.pilots.reaches(c.AtLeast)
	case method.Customers:
		return m.customers.reaches(c.AtLeast)
	case method.RevenueGrowth:
		return m.growth.reaches(c.AtLeast)
	case method.Segments:
		return m.has(len(m.segments), c.AtLeast)
	default:
		return m.has(len(m.propositions), c.AtLeast)
	}
}

// has tells whether a block of the canvas has so many items.
func (m *model) has(items int, atLeast int64) truth {
	if m.in.CanvasUndisclosed {
		return maybe
	}
	return truthOf(int64(items) >= atLeast)
}

// marketEvidence: the highest level that is true, and the highest not false.
func (m *model) marketEvidence() figure {
	at := func(least truth) int32 {
		level := marketLevels
		for m.marketLevel(level) < least {
			level--
		}
		return method.MarketValue(level)
	}
	return figure{low: at(yes), high: at(maybe)}
}

// financialRunway: how many months the cash lasts.
func (m *model) financialRunway() figure {
	switch {
	case !m.cash.set || !m.burn.set:
		return unknown
	case m.cash.value <= 0:
		return figure{}
	case m.burn.value <= 0:
		return figure{low: exact.Full, high: exact.Full}
	}
	return exactly(method.Runway.At(exact.NewInt(m.cash.value), exact.NewInt(m.burn.value)))
}

// operatingMargin: EBITDA over revenue.
func (m *model) operatingMargin() figure {
	switch {
	case !m.revenue.set || !m.ebitda.set:
		return unknown
	case m.revenue.value == 0:
		return figure{}
	}
	return exactly(method.Margin.At(exact.NewInt(m.ebitda.value).Times(100), exact.NewInt(m.revenue.value)))
}

// rightsControl: the mean share that it owns of its rights.
func (m *model) rightsControl() figure {
	if !m.intellectual && !m.licensing {
		return figure{notApplicable: true}
	}
	if len(m.rights) == 0 {
		return unknown
	}
	var owned span
	for _, right := range m.rights {
		s := right.span(maxShare)
		owned.low += s.low
		owned.high += s.high
	}
	all := int64(len(m.rights)) * maxShare
	return interval{exact.NewRatio(owned.low, all), exact.NewRatio(owned.high, all)}.figure()
}

// teamRoles is how many roles TEAM asks for.
const teamRoles = method.Roles

// roleOf returns which of the roles that TEAM asks for somebody covers, or -1.
func roleOf(role maecenasv1.Team_Member_Role) int {
	for i, group := range method.TeamRoles {
		if slices.Contains(group, role) {
			return i
		}
	}
	return -1
}

// rolesCovered counts the roles that somebody covers, and tells which.
func (m *model) rolesCovered() (count int64, covered [teamRoles]bool) {
	for i := range m.members {
		if role := roleOf(m.members[i].role); role >= 0 && !covered[role] {
			covered[role] = true
			count++
		}
	}
	return count, covered
}

// team: roles covered, and the median of the years in the sector.
func (m *model) team() figure {
	if len(m.members) == 0 {
		return unknown
	}
	var low, high [maxYears + 1]int
	for i := range m.members {
		years := m.members[i].years.span(maxYears)
		low[years.low]++
		high[years.high]++
	}
	covered, _ := m.rolesCovered()
	at := func(histogram *[maxYears + 1]int) exact.Ratio {
		years := method.Years.At(exact.NewInt(twiceMedian(histogram, len(m.members))), exact.NewInt(2))
		// percent/100 × covered/roles + percent/100 × years
		roles := years.Den.Times(method.RolesPercent * covered)
		return exact.Ratio{
			Num: roles.Add(years.Num.Times(method.YearsPercent * teamRoles)),
			Den: years.Den.Times(100 * teamRoles),
		}
	}
	return interval{at(&low), at(&high)}.figure()
}

// twiceMedian returns the sum of the two middle values of n, which are one and
// the same when n is odd.
func twiceMedian(histogram *[maxYears + 1]int, n int) int64 {
	nth := func(rank int) int64 {
		for value, count := range histogram {
			if rank < count {
				return int64(value)
			}
			rank -= count
		}
		return maxYears
	}
	return nth((n-1)/2) + nth(n/2)
}

// coherence: the links that are there among those required.
func (m *model) coherence() figure {
	required, satisfied := int64(0), int64(0)
	link := func(there bool) {
		required++
		if there {
			satisfied++
		}
	}
	for i := range m.segments {
		s := &m.segments[i]
		link(s.proposition)
		link(s.channel)
		link(s.relationship)
		if s.payer {
			link(s.stream)
		}
	}
	for i := range m.propositions {
		link(m.propositions[i].activity)
		link(m.propositions[i].resource)
	}
	for i := range m.costs {
		link(m.costs[i].driver)
	}
	if required == 0 {
		return figure{}
	}
	return exactly(exact.NewRatio(satisfied, required))
}
