package assess

import (
	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/assess/method"
)

// Ranges of the facts, as the schema states them. What lies outside (the schema
// refuses it before it comes here) is taken as the nearer end.
const (
	maxAmount   = 1_000_000_000_000
	maxMicros   = 1_000_000_000_000_000_000
	maxCount    = 1_000_000_000
	minGrowth   = -10_000
	maxGrowth   = 1_000_000
	maxShare    = 10_000
	minTopPayer = 1
	maxMonths   = 1_200
	maxYears    = method.MaxYears
	maxStrength = 4
)

// fact is a number that may be unset, which is not zero but unknown.
type fact struct {
	value int64
	set   bool
}

// newFact reads an optional field, held to its range.
func newFact[T int32 | int64](field *T, least, most int64) fact {
	if field == nil {
		return fact{}
	}
	return fact{min(max(int64(*field), least), most), true}
}

// or returns the value, or what to take for it when it is unset.
func (f fact) or(unset int64) int64 {
	if f.set {
		return f.value
	}
	return unset
}

// span returns the range of what a fact from 0 to most may be.
func (f fact) span(most int64) span { return span{f.or(0), f.or(most)} }

// atLeast tells whether the fact is stated and at least n.
func (f fact) atLeast(n int64) bool { return f.set && f.value >= n }

// span is a range of whole numbers, in the unit of whoever made it.
type span struct{ low, high int64 }

// model is an input compiled for evaluation: facts as plain numbers, references
// as positions. Items keep the order and the positions they have in the canvas,
// so that the i-th stream of one is the i-th of the other. Improvements and
// missing facts change one place of it, evaluate, and change it back.
type model struct {
	in     Input
	canvas *maecenasv1.Canvas // nil when it is undisclosed

	interviews, letters, pilots, customers, growth fact
	cash, burn, revenue, ebitda                    fact
	members                                        []member

	segments      []segment
	propositions  []proposition
	relationships []fact // commitment in months
	reach         []reach
	streams       []stream
	licensing     bool
	intellectual  bool
	rights        []fact // owned share; of intellectual resources alone
	activities    []activity
	costs         []cost
	ownCost       fact
	benchmarkCost fact
	sourced       bool // whether the benchmark has a source
	moats         []moat

	groups []group // one a segment that is declared or named by a stream
}

type member struct {
	role  maecenasv1.Team_Member_Role
	years fact
}

// segment holds which of the links that it requires are there.
type segment struct{ payer, proposition, channel, relationship, stream bool }

// proposition holds which of the links that it requires are there.
type proposition struct{ activity, resource bool }

// reach says that a relationship is with a segment, both by position.
type reach struct{ relationship, group int }

type stream struct {
	group      int
	gift       bool
	amount     fact
	recurrence maecenasv1.RevenueStream_Recurrence
	prepaid    fact
	topPayer   fact
	stage      maecenasv1.RevenueStream_Stage
}

type activity struct {
	effort fact
	by     maecenasv1.KeyActivity_PerformedBy
	policy bool
}

type cost struct {
	amount    fact
	behaviour maecenasv1.CostItem_Behaviour
	driver    bool
}

type moat struct {
	kind       maecenasv1.Moat_Kind
	strength   fact
	documented bool
}

// compile reads an input. It looks at no canvas that is undisclosed.
func compile(in Input) *model {
	m := &model{in: in, canvas: in.Canvas}
	if in.CanvasUndisclosed {
		m.canvas = nil
	}
	m.compileOrganization()
	m.compileSegments()
	m.compileOffer()
	m.compileRevenue()
	m.compileCosts()
	return m
}

func (m *model) compileOrganization() {
	if t := m.in.Traction; t != nil {
		m.interviews = newFact(t.Interviews, 0, maxCount)
		m.letters = newFact(t.LettersOfIntent, 0, maxCount)
		m.pilots = newFact(t.Pilots, 0, maxCount)
		m.customers = newFact(t.PayingCustomers, 0, maxCount)
		m.growth = newFact(t.RevenueGrowth12MBp, minGrowth, maxGrowth)
	}
	if f := m.in.Financials; f != nil {
		m.cash = newFact(f.Cash, -maxAmount, maxAmount)
		m.burn = newFact(f.MonthlyBurn, -maxAmount, maxAmount)
		m.revenue = newFact(f.Revenue12M, 0, maxAmount)
		m.ebitda = newFact(f.Ebitda12M, -maxAmount, maxAmount)
	}
	if members := m.in.Team.GetMembers(); len(members) > 0 {
		m.members = make([]member, len(members), len(members)+1)
		for i, one := range members {
			m.members[i].role = one.GetRole()
			if one != nil {
				m.members[i].years = newFact(one.SectorYears, 0, maxYears)
			}
		}
	}
}

// compileSegments reads the segments and what must lead to them.
func (m *model) compileSegments() {
	c := m.canvas
	m.segments = make([]segment, len(c.GetCustomerSegments()))
	m.groups = make([]group, len(m.segments), len(m.segments)+len(c.GetRevenueStreams()))
	ids := newPositions(len(m.segments) + len(c.GetRevenueStreams()))
	for i, item := range c.GetCustomerSegments() {
		m.segments[i].payer = item.GetPayer()
		ids.add(item.GetId())
	}
	for _, item := range c.GetValuePropositions() {
		for _, id := range item.GetSegmentIds() {
			if at := ids.find(id); at >= 0 {
				m.segments[at].proposition = true
			}
		}
	}
	for _, item := range c.GetChannels() {
		for _, id := range item.GetSegmentIds() {
			if at := ids.find(id); at >= 0 {
				m.segments[at].channel = true
			}
		}
	}
	m.relationships = make([]fact, len(c.GetCustomerRelationships()))
	for i, item := range c.GetCustomerRelationships() {
		if item == nil {
			continue
		}
		m.relationships[i] = newFact(item.CommitmentMonths, 0, maxMonths)
		for _, id := range item.SegmentIds {
			if at := ids.find(id); at >= 0 {
				m.segments[at].relationship = true
				m.reach = append(m.reach, reach{i, at})
			}
		}
	}
	m.compileStreams(ids)
}

// compileStreams reads the streams. One that names no segment of the canvas,
// which Check refuses, stands in a group of its own name.
func (m *model) compileStreams(ids *positions) {
	items := m.canvas.GetRevenueStreams()
	m.streams = make([]stream, len(items), len(items)+1)
	for i, item := range items {
		s := &m.streams[i]
		s.group = ids.find(item.GetSegmentId())
		if s.group < 0 {
			s.group = ids.add(item.GetSegmentId())
			m.groups = append(m.groups, group{})
		}
		if s.group < len(m.segments) {
			m.segments[s.group].stream = true
		}
	}
}

// compileRevenue reads the facts of the streams.
func (m *model) compileRevenue() {
	for i, item := range m.canvas.GetRevenueStreams() {
		if item == nil {
			continue
		}
		s := &m.streams[i]
		s.gift = method.IsGift(item.Kind)
		s.amount = newFact(item.AnnualAmount, 0, maxAmount)
		s.recurrence = known(item.Recurrence, maecenasv1.RevenueStream_AUTOMATIC)
		s.prepaid = newFact(item.PrepaidShareBp, 0, maxShare)
		s.topPayer = newFact(item.TopPayerShareBp, minTopPayer, maxShare)
		s.stage = known(item.Stage, maecenasv1.RevenueStream_ACTUAL)
		m.licensing = m.licensing || item.Kind == maecenasv1.RevenueStream_LICENSING
	}
}

// compileOffer reads the propositions, activities and resources.
func (m *model) compileOffer() {
	c := m.canvas
	m.propositions = make([]proposition, len(c.GetValuePropositions()))
	ids := newPositions(len(m.propositions))
	for _, item := range c.GetValuePropositions() {
		ids.add(item.GetId())
	}
	m.activities = make([]activity, len(c.GetKeyActivities()), len(c.GetKeyActivities())+1)
	for i, item := range c.GetKeyActivities() {
		if item == nil {
			continue
		}
		m.activities[i] = activity{
			effort: newFact(item.EffortShareBp, 0, maxShare),
			by:     known(item.PerformedBy, maecenasv1.KeyActivity_VOLUNTEERS),
			policy: item.CompensationPolicy != "",
		}
		for _, id := range item.ValuePropositionIds {
			if at := ids.find(id); at >= 0 {
				m.propositions[at].activity = true
			}
		}
	}
	for _, item := range c.GetKeyResources() {
		for _, id := range item.GetValuePropositionIds() {
			if at := ids.find(id); at >= 0 {
				m.propositions[at].resource = true
			}
		}
		if item.GetKind() != maecenasv1.KeyResource_INTELLECTUAL {
			continue
		}
		m.intellectual = true
		for _, right := range item.GetRights() {
			owned := fact{}
			if right != nil {
				owned = newFact(right.OwnedShareBp, 0, maxShare)
			}
			m.rights = append(m.rights, owned)
		}
	}
}

// compileCosts reads the costs, the unit economics and the moats.
func (m *model) compileCosts() {
	c := m.canvas
	m.costs = make([]cost, len(c.GetCostItems()))
	for i, item := range c.GetCostItems() {
		if item == nil {
			continue
		}
		m.costs[i] = cost{
			amount:    newFact(item.AnnualAmount, 0, maxAmount),
			behaviour: known(item.Behaviour, maecenasv1.CostItem_VARIABLE),
			driver:    item.DriverId != "",
		}
	}
	if unit := c.GetUnitEconomics(); unit != nil {
		m.ownCost = newFact(unit.OwnUnitCostMicros, 0, maxMicros)
		m.benchmarkCost = newFact(unit.BenchmarkUnitCostMicros, 0, maxMicros)
		m.sourced = unit.BenchmarkSource != ""
	}
	m.moats = make([]moat, len(c.GetMoats()))
	for i, item := range c.GetMoats() {
		if item == nil {
			continue
		}
		m.moats[i] = moat{
			kind:       known(item.Kind, maecenasv1.Moat_SCALE),
			strength:   newFact(item.Strength, 0, maxStrength),
			documented: method.IsDocumented(evidenceLevel(item.Evidence)),
		}
	}
}

// known returns an enum's value, or its zero value, which is unset, for a number
// that this version of the schema does not name.
func known[E ~int32](value, last E) E {
	if value < 0 || value > last {
		return 0
	}
	return value
}

// positions finds items by their ids: by looking through them while they are
// few, by a map when they are many. Of several with one id the first counts.
type positions struct {
	ids   []string
	index map[string]int
}

// few is how many ids are looked through one by one.
const few = 24

func newPositions(capacity int) *positions {
	p := &positions{ids: make([]string, 0, capacity)}
	if capacity > few {
		p.index = make(map[string]int, capacity)
	}
	return p
}

func (p *positions) add(id string) int {
	at := len(p.ids)
	p.ids = append(p.ids, id)
	if p.index != nil {
		if _, taken := p.index[id]; !taken {
			p.index[id] = at
		}
	}
	return at
}

// find returns the position of an id, or -1.
func (p *positions) find(id string) int {
	if p.index != nil {
		if at, ok := p.index[id]; ok {
			return at
		}
		return -1
	}
	for at, one := range p.ids {
		if one == id {
			return at
		}
	}
	return -1
}
