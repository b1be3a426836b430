package exposure

import (
	"cmp"
	"slices"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/index"
	"github.com/maecenas-cci/maecenas/internal/match"
	"github.com/maecenas-cci/maecenas/internal/match/fact"
)

// unsaid is the group of the organizations that do not say, or do not show, what they
// are grouped by.
const unsaid = "UNSPECIFIED"

// population is the open needs of listed organizations, and the groups they are in.
type population struct {
	needs         []member
	byName        map[string]int
	organizations int
	cells         []cell
}

// member is a need.
type member struct {
	need         *match.Need
	organization int
	cells        []int // its groups, by their place in the population's cells
}

// cell is a group of organizations.
type cell struct {
	grouping maecenasv1.ExposureReport_Grouping
	value    string
	members  []int // organizations in it
}

// populationOf takes the needs of a snapshot that others may see.
func populationOf(snapshot *index.Snapshot, day *match.Day) *population {
	p := &population{byName: map[string]int{}}
	organizations := map[string]int{}
	cells := map[cellKey]int{}
	exchange := &fact.Exchange{}
	exchange.Open(day.Rates, day.Date)
	for need := range snapshot.Needs() {
		if !need.Visible {
			continue
		}
		name := need.Rest.Organization
		organization, known := organizations[name]
		if !known {
			organization = len(organizations)
			organizations[name] = organization
		}
		one := member{need: need, organization: organization}
		for _, key := range groupsOf(need, exchange) {
			i, ok := cells[key]
			if !ok {
				i = len(p.cells)
				cells[key] = i
				p.cells = append(p.cells, cell{grouping: key.grouping, value: key.value})
			}
			one.cells = append(one.cells, i)
			if !known {
				p.cells[i].members = append(p.cells[i].members, organization)
			}
		}
		p.byName[need.Rest.Name] = len(p.needs)
		p.needs = append(p.needs, one)
	}
	p.organizations = len(organizations)
	return p
}

type cellKey struct {
	grouping maecenasv1.ExposureReport_Grouping
	value    string
}

// groupsOf are the groups that a need's organization is in.
func groupsOf(n *match.Need, x *fact.Exchange) []cellKey {
	groups := []cellKey{
		{maecenasv1.ExposureReport_REGION, regionOf(&n.Rest.Place)},
		{maecenasv1.ExposureReport_SIZE, sizeOf(n, x)},
		{maecenasv1.ExposureReport_LEGAL_FORM, maecenasv1.Organization_LegalForm(n.LegalForm).String()},
	}
	if n.LegalForm == 0 {
		groups[2].value = unsaid
	}
	domains := n.Domains.Names()
	if len(domains) == 0 {
		domains = []string{unsaid}
	}
	for _, domain := range domains {
		groups = append(groups, cellKey{maecenasv1.ExposureReport_DOMAIN, domain})
	}
	return groups
}

// regionOf is the NUTS 2 or ISO 3166-2 region of a place; the wider one, or the
// country, where no more is said.
func regionOf(p *fact.Place) string {
	if area, ok := p.Region.Area(); ok {
		return area.String()
	}
	switch {
	case !p.Region.IsZero():
		return p.Region.String()
	case p.Country != "":
		return string(p.Country)
	default:
		return unsaid
	}
}

func sizeOf(n *match.Need, x *fact.Exchange) string {
	least, most := n.Rest.Size.Class(x)
	if least != most || least == 0 {
		return unsaid
	}
	return least.String()
}

// report makes the cells, by grouping, the largest first and the suppressed last.
func (p *population) report(c counts) []*maecenasv1.ExposureReport_Cell {
	sums := make([]tally, len(p.cells))
	for i := range p.needs {
		for _, at := range p.needs[i].cells {
			sums[at].add(c.needs[i])
		}
	}
	var out []*maecenasv1.ExposureReport_Cell
	for grouping := maecenasv1.ExposureReport_REGION; grouping <= maecenasv1.ExposureReport_LEGAL_FORM; grouping++ {
		var group []figures
		for i := range p.cells {
			if p.cells[i].grouping == grouping {
				group = append(group, figuresOf(&p.cells[i], sums[i], c.shown))
			}
		}
		out = append(out, publish(group)...)
	}
	return out
}

// figures are a cell's before it is decided whether they may be told.
type figures struct {
	*cell
	tally
	organizations, selected int64
}

func figuresOf(c *cell, sum tally, shown []bool) figures {
	f := figures{cell: c, tally: sum, organizations: int64(len(c.members))}
	for _, organization := range c.members {
		if shown[organization] {
			f.selected++
		}
	}
	return f
}

// leastOrganizations is how many a cell must have for its figures to be told.
const leastOrganizations = 5

// publish makes the cells of a grouping.
func publish(group []figures) []*maecenasv1.ExposureReport_Cell {
	slices.SortFunc(group, func(a, b figures) int {
		return cmp.Or(cmp.Compare(b.organizations, a.organizations), cmp.Compare(a.value, b.value))
	})
	told := len(group) - suppressed(group)
	// Suppressed cells are not in the order of their sizes, which it would tell.
	slices.SortFunc(group[told:], func(a, b figures) int { return cmp.Compare(a.value, b.value) })
	best := figures{organizations: 1}
	for _, f := range group[:told] {
		if f.selected*best.organizations > best.selected*f.organizations {
			best = f
		}
	}
	out := make([]*maecenasv1.ExposureReport_Cell, len(group))
	for i, f := range group {
		if i >= told {
			out[i] = &maecenasv1.ExposureReport_Cell{Grouping: f.grouping, Value: f.value, Suppressed: true}
			continue
		}
		out[i] = f.message(best)
	}
	return out
}

// suppressed is how many cells, from the end of those that descend by size, are not
// told: those of fewer organizations than five, and if any is, as many as it takes for
// two with five organizations between them.
func suppressed(group []figures) int {
	count, organizations := 0, int64(0)
	for i := len(group) - 1; i >= 0; i-- {
		small := group[i].organizations < leastOrganizations
		if !small && (count == 0 || count > 1 && organizations >= leastOrganizations) {
			break
		}
		count++
		organizations += group[i].organizations
	}
	return count
}

// message writes a cell whose figures may be told; best is the one of the grouping
// with the highest selection rate.
func (f *figures) message(best figures) *maecenasv1.ExposureReport_Cell {
	return &maecenasv1.ExposureReport_Cell{
		Grouping: f.grouping, Value: f.value, Organizations: f.organizations, Shown: f.shown, Pairs: f.pairs,
		GateFailureRate: share(f.fails, f.pairs), UnknownRate: share(f.unknown, f.pairs),
		MeanScore:     halfUp(f.score, f.scored),
		SelectionRate: share(f.selected, f.organizations),
		// (s/o) / (S/O) = sO / oS
		SelectionRateRatio: share(f.selected*best.organizations, f.organizations*best.selected),
	}
}

// share is a part of a whole in hundredths of a percent, half up; 0 of nothing.
func share(part, whole int64) int32 { return halfUp(10000*part, whole) }

func halfUp(num, den int64) int32 {
	if den == 0 {
		return 0
	}
	return int32((2*num + den) / (2 * den))
}
