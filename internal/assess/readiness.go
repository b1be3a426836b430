package assess

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/maecenas-cci/maecenas/internal/assess/address"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

const (
	readinessLevels = 9
	// coherentEnough is the COHERENCE that level 3 asks for.
	coherentEnough = 6000
	// runwayMonths is what level 8 asks for in place of a profit.
	runwayMonths = 12
)

// gates tells for each readiness level, less one, whether its own gate is met.
type gates [readinessLevels]bool

// level is the highest level with every lower one met.
func (g gates) level() int32 {
	for i, met := range g {
		if !met {
			return int32(i)
		}
	}
	return readinessLevels
}

// money is what gates ask of streams and costs.
type money struct {
	stated        bool  // every stream and every cost has an amount, of each at least one
	streams       int64 // sum of all amounts
	variable      int64 // sum of the costs that are VARIABLE or unset in behaviour
	tried, actual bool  // a stream at PILOT or ACTUAL, at ACTUAL, with an amount above 0
	paying        int   // segments with such an ACTUAL stream
}

func (m *model) money() money {
	sums := money{stated: len(m.streams) > 0 && len(m.costs) > 0}
	for i := range m.streams {
		s := &m.streams[i]
		sums.stated = sums.stated && s.amount.set
		sums.streams += s.amount.value
		if s.amount.value > 0 {
			sums.actual = sums.actual || s.stage == maecenasv1.RevenueStream_ACTUAL
			sums.tried = sums.tried || s.stage >= maecenasv1.RevenueStream_PILOT
		}
	}
	for i := range m.costs {
		c := &m.costs[i]
		sums.stated = sums.stated && c.amount.set
		if c.behaviour == maecenasv1.CostItem_VARIABLE || c.behaviour == maecenasv1.CostItem_BEHAVIOUR_UNSPECIFIED {
			sums.variable += c.amount.value
		}
	}
	for i := range m.groups {
		if m.groups[i].paid {
			sums.paying++
		}
	}
	return sums
}

// bestMoney is what money is after the best answers to what is unset: the most of
// streams, ACTUAL, and no cost that varies.
func (m *model) bestMoney() money {
	best := money{stated: len(m.streams) > 0 && len(m.costs) > 0}
	paid := make([]bool, len(m.groups))
	for i := range m.streams {
		s := &m.streams[i]
		amount := s.amount.or(maxAmount)
		best.streams += amount
		if amount == 0 {
			continue
		}
		unset := s.stage == maecenasv1.RevenueStream_STAGE_UNSPECIFIED
		if unset || s.stage == maecenasv1.RevenueStream_ACTUAL {
			best.actual = true
			paid[s.group] = true
		}
		best.tried = best.tried || unset || s.stage >= maecenasv1.RevenueStream_PILOT
	}
	for i := range m.costs {
		if c := &m.costs[i]; c.behaviour == maecenasv1.CostItem_VARIABLE {
			best.variable += c.amount.or(0)
		}
	}
	for _, one := range paid {
		if one {
			best.paying++
		}
	}
	return best
}

// blocks lists the blocks that level 3 asks an item of, with their sizes.
func (m *model) blocks() []block {
	c := m.canvas
	return []block{
		{"canvas.customerSegments", len(m.segments)},
		{"canvas.valuePropositions", len(m.propositions)},
		{"canvas.channels", len(c.GetChannels())},
		{"canvas.customerRelationships", len(m.relationships)},
		{"canvas.revenueStreams", len(m.streams)},
		{"canvas.keyResources", len(c.GetKeyResources())},
		{"canvas.keyActivities", len(m.activities)},
		{"canvas.costItems", len(m.costs)},
	}
}

// block is a block of the canvas with the number of its items.
type block struct {
	path  string
	items int
}

// gates tells what is met by what is stated; coherence is that dimension's score.
func (m *model) gates(coherence int32) gates {
	sums := m.money()
	started := len(m.segments) > 0 && len(m.propositions) > 0
	tested := m.pilots.atLeast(1) || m.customers.atLeast(1) || sums.tried
	profit := m.ebitda.atLeast(0) && m.revenue.atLeast(1)
	return gates{
		true,
		started,
		m.filled() && coherence >= coherentEnough,
		sums.stated && sums.streams >= sums.variable,
		tested || m.interviews.atLeast(5) || m.letters.atLeast(1),
		tested,
		m.customers.atLeast(3) && sums.actual,
		profit || m.runwayLasts(),
		profit && m.growth.atLeast(1) && sums.paying >= 2,
	}
}

// bestGates tells what could be met by some answer to what is unset. Every gate
// is met more easily the higher a count, growth, revenue, EBITDA, cash, a
// stream's amount and stage, and the lower burn and a cost, so one answer, the
// best to each fact, is best for all gates together. A canvas that is not
// disclosed could hold anything.
func (m *model) bestGates(coherence int32) gates {
	best := money{stated: true, tried: true, actual: true, paying: 2}
	started, filled := true, true
	if !m.in.CanvasUndisclosed {
		best = m.bestMoney()
		started = len(m.segments) > 0 && len(m.propositions) > 0
		filled = m.filled() && coherence >= coherentEnough
	}
	tested := m.pilots.or(1) >= 1 || m.customers.or(1) >= 1 || best.tried
	profit := m.ebitda.or(0) >= 0 && m.revenue.or(1) >= 1
	lasts := m.cash.or(maxAmount) > 0 && (!m.burn.set || outlasts(m.cash.or(maxAmount), m.burn.value))
	return gates{
		true,
		started,
		filled,
		best.stated && best.streams >= best.variable,
		tested || m.interviews.or(5) >= 5 || m.letters.or(1) >= 1,
		tested,
		m.customers.or(3) >= 3 && best.actual,
		profit || lasts,
		profit && m.growth.or(1) >= 1 && best.paying >= 2,
	}
}

// filled tells whether every block that level 3 names has an item.
func (m *model) filled() bool {
	for _, b := range m.blocks() {
		if b.items == 0 {
			return false
		}
	}
	return true
}

func (m *model) runwayLasts() bool {
	return m.cash.atLeast(1) && m.burn.set && outlasts(m.cash.value, m.burn.value)
}

// outlasts tells whether cash, above 0, lasts the months that level 8 asks for.
func outlasts(cash, burn int64) bool { return burn <= 0 || cash >= runwayMonths*burn }

// anyOf marks gaps of which one being filled is enough.
const anyOf = " (one of these is enough)"

// nextReadiness names what the gate of a level, 2 to 9, lacks, in the order of
// the rubric; lists of items by their ids.
func (m *model) nextReadiness(level, coherence int32) *maecenasv1.Assessment_NextReadiness {
	var lacks []*maecenasv1.ReadinessGap
	switch level {
	case 2, 3, 4:
		lacks = m.lacksCanvas(level, coherence)
	case 5, 6:
		lacks = m.lacksTest(level)
	case 7:
		lacks = gap(lacks, m.customers.atLeast(3), "organization.traction.payingCustomers", ">= 3", m.customers)
		if !m.money().actual {
			lacks = append(lacks, m.lacksStream("an ACTUAL stream with an amount above 0"))
		}
	case 8:
		lacks = m.lacksResult(anyOf)
		lacks = gap(lacks, m.cash.atLeast(1), "organization.financials.cash", "> 0"+anyOf, m.cash)
		if !m.runwayLasts() {
			lacks = gap(lacks, false, "organization.financials.monthlyBurn", fmt.Sprintf("<= 0, or cash for %d months%s", runwayMonths, anyOf), m.burn)
		}
	default:
		lacks = m.lacksResult("")
		lacks = gap(lacks, m.growth.atLeast(1), "organization.traction.revenueGrowth12mBp", "> 0", m.growth)
		if sums := m.money(); sums.paying < 2 {
			lacks = append(lacks, m.lacksStream("ACTUAL streams with an amount above 0 in 2 segments"))
		}
	}
	return &maecenasv1.Assessment_NextReadiness{Level: level, Lacks: lacks}
}

// gap appends a fact that does not meet its condition.
func gap(lacks []*maecenasv1.ReadinessGap, met bool, path, required string, actual fact) []*maecenasv1.ReadinessGap {
	if met {
		return lacks
	}
	one := &maecenasv1.ReadinessGap{Path: path, Required: required}
	if actual.set {
		one.Actual = strconv.FormatInt(actual.value, 10)
	}
	return append(lacks, one)
}

// lacksResult names what a profit lacks.
func (m *model) lacksResult(suffix string) []*maecenasv1.ReadinessGap {
	lacks := gap(nil, m.ebitda.atLeast(0), "organization.financials.ebitda12m", ">= 0"+suffix, m.ebitda)
	return gap(lacks, m.revenue.atLeast(1), "organization.financials.revenue12m", "> 0"+suffix, m.revenue)
}

// lacksTest names what would show that the market was asked (5) or tried it (6).
func (m *model) lacksTest(level int32) []*maecenasv1.ReadinessGap {
	var lacks []*maecenasv1.ReadinessGap
	if level == 5 {
		lacks = gap(lacks, false, "organization.traction.interviews", ">= 5"+anyOf, m.interviews)
		lacks = gap(lacks, false, "organization.traction.lettersOfIntent", ">= 1"+anyOf, m.letters)
	}
	lacks = gap(lacks, false, "organization.traction.pilots", ">= 1"+anyOf, m.pilots)
	lacks = gap(lacks, false, "organization.traction.payingCustomers", ">= 1"+anyOf, m.customers)
	return append(lacks, m.lacksStream("a PILOT or ACTUAL stream with an amount above 0"+anyOf))
}

// lacksStream names the streams as lacking something; what is there is the
// number of segments with an ACTUAL stream that has an amount above 0.
func (m *model) lacksStream(required string) *maecenasv1.ReadinessGap {
	if m.in.CanvasUndisclosed {
		return &maecenasv1.ReadinessGap{Path: "canvas", Required: required}
	}
	sums, actual := m.money(), "none"
	switch {
	case sums.paying > 0:
		actual = fmt.Sprintf("ACTUAL in %d segments", sums.paying)
	case sums.tried:
		actual = "PILOT"
	}
	return &maecenasv1.ReadinessGap{Path: "canvas.revenueStreams", Required: required, Actual: actual}
}

// lacksCanvas names what the gates of levels 2 to 4 lack in the canvas.
func (m *model) lacksCanvas(level, coherence int32) []*maecenasv1.ReadinessGap {
	if m.in.CanvasUndisclosed {
		return []*maecenasv1.ReadinessGap{{Path: "canvas", Required: "disclosed"}}
	}
	if level == 4 {
		return m.lacksAmounts()
	}
	blocks := m.blocks()
	if level == 2 {
		blocks = blocks[:2]
	}
	var lacks []*maecenasv1.ReadinessGap
	for _, b := range blocks {
		if b.items == 0 {
			lacks = append(lacks, &maecenasv1.ReadinessGap{Path: b.path, Required: ">= 1 item", Actual: "0"})
		}
	}
	if level == 3 && coherence < coherentEnough {
		lacks = append(lacks, &maecenasv1.ReadinessGap{
			Path: "canvas", Required: fmt.Sprintf("COHERENCE >= %d", coherentEnough), Actual: strconv.Itoa(int(coherence)),
		})
	}
	return lacks
}

// lacksAmounts names the amounts that are unset; when none is, the sum.
func (m *model) lacksAmounts() []*maecenasv1.ReadinessGap {
	var paths []string
	for i := range m.streams {
		if !m.streams[i].amount.set {
			paths = append(paths, address.Item("revenueStreams", m.canvas.GetRevenueStreams()[i].GetId(), "annualAmount"))
		}
	}
	costs := len(paths)
	for i := range m.costs {
		if !m.costs[i].amount.set {
			paths = append(paths, address.Item("costItems", m.canvas.GetCostItems()[i].GetId(), "annualAmount"))
		}
	}
	slices.Sort(paths[:costs])
	slices.Sort(paths[costs:])
	var lacks []*maecenasv1.ReadinessGap
	for _, path := range paths {
		lacks = append(lacks, &maecenasv1.ReadinessGap{Path: path, Required: "stated"})
	}
	if sums := m.money(); len(lacks) == 0 {
		lacks = append(lacks, &maecenasv1.ReadinessGap{
			Path:     "canvas.revenueStreams",
			Required: fmt.Sprintf("annual amounts together >= %d, the costs that grow with sales", sums.variable),
			Actual:   strconv.FormatInt(sums.streams, 10),
		})
	}
	return lacks
}
