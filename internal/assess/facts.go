package assess

import (
	"slices"
	"strconv"

	"github.com/maecenas-cci/maecenas/internal/assess/address"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// entry is a place of the model that holds a fact.
type entry struct {
	path   string
	stated bool
	reads  []maecenasv1.Assessment_Dimension // who reads it, first whom it matters to most
	// answers are values of which one adds least to the score and one adds most:
	// between each two neighbours the score only rises or only falls.
	answers []int64
	// ordered says that the score moves one way all the way through the answers.
	ordered bool
	// text writes an answer as the API does.
	text   func(answer int64) string
	search func() []int64 // finds more such values where none are known beforehand; may be nil
	put    func(answer int64)
	forget func() // makes it unset again
}

// Readers of facts that several dimensions read.
var (
	noReaders      []maecenasv1.Assessment_Dimension
	marketReaders  = []maecenasv1.Assessment_Dimension{maecenasv1.Assessment_MARKET_EVIDENCE}
	runwayReaders  = []maecenasv1.Assessment_Dimension{maecenasv1.Assessment_FINANCIAL_RUNWAY}
	marginReaders  = []maecenasv1.Assessment_Dimension{maecenasv1.Assessment_OPERATING_MARGIN}
	teamReaders    = []maecenasv1.Assessment_Dimension{maecenasv1.Assessment_TEAM}
	scaleReaders   = []maecenasv1.Assessment_Dimension{maecenasv1.Assessment_SCALABILITY}
	costReaders    = []maecenasv1.Assessment_Dimension{maecenasv1.Assessment_COST_POSITION}
	effortReaders  = []maecenasv1.Assessment_Dimension{maecenasv1.Assessment_OTHERS_CREATE_VALUE}
	moatReaders    = []maecenasv1.Assessment_Dimension{maecenasv1.Assessment_PROTECTION}
	rightsReaders  = []maecenasv1.Assessment_Dimension{maecenasv1.Assessment_RIGHTS_CONTROL}
	revenueReaders = []maecenasv1.Assessment_Dimension{
		maecenasv1.Assessment_SCALABILITY,
		maecenasv1.Assessment_SWITCHING_COST,
		maecenasv1.Assessment_RECURRING_REVENUE,
		maecenasv1.Assessment_EARN_BEFORE_SPEND,
		maecenasv1.Assessment_REVENUE_DIVERSITY,
	}
)

// number makes the entry of a number.
func number(path string, f *fact, reads []maecenasv1.Assessment_Dimension, answers ...int64) entry {
	return entry{
		path: path, stated: f.set, reads: reads, answers: answers, ordered: len(answers) == 2,
		text:   func(answer int64) string { return strconv.FormatInt(answer, 10) },
		put:    func(answer int64) { *f = fact{answer, true} },
		forget: func() { *f = fact{} },
	}
}

// choice makes the entry of an enum with values up to last; each is an answer, and they
// are in order unless said.
func choice[E option](path string, value *E, reads []maecenasv1.Assessment_Dimension, last E) entry {
	answers := make([]int64, 0, last)
	for one := E(1); one <= last; one++ {
		answers = append(answers, int64(one))
	}
	return entry{
		path: path, stated: *value != 0, reads: reads, answers: answers, ordered: true,
		text:   func(answer int64) string { return E(answer).String() },
		put:    func(answer int64) { *value = E(answer) },
		forget: func() { *value = 0 },
	}
}

// facts visits every fact of the input, stated or not; those of a canvas only
// when it is disclosed.
func (m *model) facts(visit func(entry)) {
	m.organizationFacts(visit)
	if m.in.CanvasUndisclosed {
		return
	}
	m.revenueFacts(visit)
	m.workFacts(visit)
}

// Changes lists single changes of what in states that could raise an assessment or
// lift a match, each as an improvement without a gain: those that [Complete] weighs,
// and for the counts of traction, which may be unset, every value up to which a level
// of MARKET_EVIDENCE or of readiness asks, but for customers the next one alone. Those
// of one path come in the order in which they ask more.
func Changes(in Input) []*maecenasv1.Improvement {
	im := improver{model: compile(in), all: true}
	im.collect()
	return im.found
}

// Question is a fact that is unset, with what its answer may be.
type Question struct {
	// Path is the fact.
	Path string
	// Answers are as the API writes them: of a number its least and its most and
	// others between which the score moves one way; of an enum all.
	Answers []string
	// Ordered says that from the first to the last the score only rises or only falls.
	Ordered bool
}

// Questions lists the facts that in leaves unset and that its score could move by.
func Questions(in Input) []Question {
	var list []Question
	compile(in).facts(func(e entry) {
		if e.stated || len(e.reads) == 0 {
			return
		}
		q := Question{Path: e.path, Ordered: e.ordered}
		for _, answer := range e.answers {
			q.Answers = append(q.Answers, e.text(answer))
		}
		list = append(list, q)
	})
	return list
}

// organizationFacts visits traction, financials and team. Scores rise with all
// of them but burn, with which they fall, and revenue: at 0 there is no margin,
// from 1 on it moves one way, up for a loss and down for a profit.
func (m *model) organizationFacts(visit func(entry)) {
	const traction, financials = "organization.traction.", "organization.financials."
	visit(number(traction+"interviews", &m.interviews, marketReaders, 0, maxCount))
	visit(number(traction+"lettersOfIntent", &m.letters, marketReaders, 0, maxCount))
	visit(number(traction+"pilots", &m.pilots, marketReaders, 0, maxCount))
	visit(number(traction+"payingCustomers", &m.customers, marketReaders, 0, maxCount))
	visit(number(traction+"revenueGrowth12mBp", &m.growth, marketReaders, minGrowth, maxGrowth))
	visit(number(financials+"cash", &m.cash, runwayReaders, -maxAmount, maxAmount))
	visit(number(financials+"monthlyBurn", &m.burn, runwayReaders, -maxAmount, maxAmount))
	visit(number(financials+"revenue12m", &m.revenue, marginReaders, 0, 1, maxAmount))
	visit(number(financials+"ebitda12m", &m.ebitda, marginReaders, -maxAmount, maxAmount))
	// These two tell the size class; no dimension reads them.
	f := m.in.Financials
	if f == nil {
		f = &maecenasv1.Financials{}
	}
	employees := newFact(f.FullTimeEquivalents, 0, maxCount)
	visit(number(financials+"fullTimeEquivalents", &employees, noReaders))
	balance := newFact(f.BalanceSheetTotal, 0, maxAmount)
	visit(number(financials+"balanceSheetTotal", &balance, noReaders))
	paths := address.Members(m.in.Team)
	for i := range m.in.Team.GetMembers() {
		visit(number(paths[i]+".sectorYears", &m.members[i].years, teamReaders, 0, maxYears))
	}
}

// revenueFacts visits relationships and streams.
func (m *model) revenueFacts(visit func(entry)) {
	for i, item := range m.canvas.GetCustomerRelationships() {
		visit(number(address.Item("customerRelationships", item.GetId(), "commitmentMonths"), &m.relationships[i],
			[]maecenasv1.Assessment_Dimension{maecenasv1.Assessment_SWITCHING_COST}, 0, maxMonths))
	}
	for i, item := range m.canvas.GetRevenueStreams() {
		s := &m.streams[i]
		path := func(field string) string { return address.Item("revenueStreams", item.GetId(), field) }
		amount := number(path("annualAmount"), &s.amount, revenueReaders, 0, 1, maxAmount)
		amount.search = func() []int64 { return m.extremeAmounts(i) }
		visit(amount)
		visit(choice(path("recurrence"), &s.recurrence,
			[]maecenasv1.Assessment_Dimension{maecenasv1.Assessment_RECURRING_REVENUE}, maecenasv1.RevenueStream_AUTOMATIC))
		visit(number(path("prepaidShareBp"), &s.prepaid,
			[]maecenasv1.Assessment_Dimension{maecenasv1.Assessment_EARN_BEFORE_SPEND}, 0, maxShare))
		visit(number(path("topPayerShareBp"), &s.topPayer,
			[]maecenasv1.Assessment_Dimension{maecenasv1.Assessment_REVENUE_DIVERSITY}, maxShare, minTopPayer))
		visit(choice(path("stage"), &s.stage, revenueReaders, maecenasv1.RevenueStream_ACTUAL))
	}
}

// workFacts visits rights, activities, costs, unit economics and moats. A share
// of effort is at most what the others leave; at 0 there may be nothing to weigh
// by, from 1 on the mean moves one way. A benchmark of 0 is none.
func (m *model) workFacts(visit func(entry)) {
	rights := m.rightPaths()
	for i := range m.rights {
		visit(number(rights[i], &m.rights[i], rightsReaders, 0, maxShare))
	}
	for i, item := range m.canvas.GetKeyActivities() {
		a := &m.activities[i]
		most := m.effortLeft(i)
		visit(number(address.Item(activitiesBlock, item.GetId(), "effortShareBp"), &a.effort, effortReaders, 0, min(1, most), most))
		by := choice(address.Item(activitiesBlock, item.GetId(), "performedBy"), &a.by, effortReaders, maecenasv1.KeyActivity_VOLUNTEERS)
		by.ordered = false
		visit(by)
	}
	for i, item := range m.canvas.GetCostItems() {
		c := &m.costs[i]
		visit(number(address.Item("costItems", item.GetId(), "annualAmount"), &c.amount, scaleReaders, maxAmount, 0))
		visit(choice(address.Item("costItems", item.GetId(), "behaviour"), &c.behaviour, scaleReaders, maecenasv1.CostItem_VARIABLE))
	}
	const unit = "canvas.unitEconomics."
	visit(number(unit+"ownUnitCostMicros", &m.ownCost, costReaders, maxMicros, 0))
	visit(number(unit+"benchmarkUnitCostMicros", &m.benchmarkCost, costReaders, 0, 1, maxMicros))
	moats := address.Moats(m.canvas)
	for i := range m.moats {
		visit(number(moats[i]+".strength", &m.moats[i].strength, moatReaders, 0, maxStrength))
	}
}

// effortLeft is the share of effort that the other activities leave to one.
func (m *model) effortLeft(activity int) int64 {
	left := int64(maxShare)
	for i := range m.activities {
		if i != activity {
			left -= m.activities[i].effort.or(0)
		}
	}
	return max(left, 0)
}

// rightPaths are the paths of owned_share_bp of the model's rights.
func (m *model) rightPaths() []string {
	var paths []string
	for _, item := range m.canvas.GetKeyResources() {
		if item.GetKind() != maecenasv1.KeyResource_INTELLECTUAL {
			continue
		}
		for _, path := range address.Rights(item) {
			paths = append(paths, path+".ownedShareBp")
		}
	}
	return paths
}

// inputs lists for each dimension the paths of what it was worked out from: the
// facts that are stated, and the structure that it reads; sorted.
func (m *model) inputs() [dimensions][]string {
	var inputs [dimensions][]string
	add := func(path string, readers ...maecenasv1.Assessment_Dimension) {
		for _, d := range readers {
			inputs[d-1] = append(inputs[d-1], path)
		}
	}
	m.facts(func(e entry) {
		if e.stated {
			add(e.path, e.reads...)
		}
	})
	m.structure(add)
	for i := range inputs {
		slices.Sort(inputs[i])
		inputs[i] = slices.Compact(inputs[i])
	}
	return inputs
}

// structure adds what dimensions read that is not a fact.
func (m *model) structure(add func(path string, readers ...maecenasv1.Assessment_Dimension)) {
	for _, path := range address.Members(m.in.Team) {
		add(path+".role", maecenasv1.Assessment_TEAM)
	}
	c := m.canvas
	for _, item := range c.GetRevenueStreams() {
		add(address.Item("revenueStreams", item.GetId(), "kind"),
			maecenasv1.Assessment_SWITCHING_COST, maecenasv1.Assessment_RECURRING_REVENUE, maecenasv1.Assessment_SCALABILITY)
		add(address.Item("revenueStreams", item.GetId(), "segmentId"),
			maecenasv1.Assessment_SWITCHING_COST, maecenasv1.Assessment_REVENUE_DIVERSITY)
	}
	for i, item := range c.GetKeyActivities() {
		if m.activities[i].policy && m.activities[i].by == maecenasv1.KeyActivity_UNPAID_PARTNER {
			add(address.Item(activitiesBlock, item.GetId(), "compensationPolicy"), maecenasv1.Assessment_OTHERS_CREATE_VALUE)
		}
	}
	if m.sourced {
		add("canvas.unitEconomics.benchmarkSource", maecenasv1.Assessment_COST_POSITION)
	}
	for i, path := range address.Moats(c) {
		if m.moats[i].documented {
			add(path+".evidence.level", maecenasv1.Assessment_PROTECTION)
		}
	}
	for i, b := range m.blocks() {
		if b.items == 0 {
			continue
		}
		add(b.path, maecenasv1.Assessment_COHERENCE)
		if i < 2 {
			add(b.path, maecenasv1.Assessment_MARKET_EVIDENCE)
		}
	}
}
