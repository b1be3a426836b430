package assess

import (
	"cmp"
	"slices"
	"strconv"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/assess/address"
	"github.com/maecenas-cci/maecenas/internal/assess/method"
)

// shareStep is by how much a share is improved, in basis points.
const shareStep = 2500

// commitmentSteps are the commitments that are proposed, in months.
var commitmentSteps = []int64{12, 24, 36}

// change is one thing that could be otherwise.
type change struct {
	path, current, proposed string
	// kind is DO unless said.
	kind        maecenasv1.Improvement_Kind
	apply, undo func()
}

// improver collects the single changes that raise the score, or all.
type improver struct {
	*model
	base  figures
	score int32
	// all keeps changes that gain nothing, and works out no gain.
	all   bool
	found []*maecenasv1.Improvement
}

// improvements lists single changes with their exact gain in score, found by
// making each and working out the score again; those that gain nothing are left
// out. Largest first, then in the order of the rubric and of the paths; there is
// no limit to their number. A fact that is unset is not improved but missing;
// only counts of traction, which stand at nothing until stated, are both.
func (m *model) improvements(base figures) []*maecenasv1.Improvement {
	im := improver{model: m, base: base, score: base.total().score}
	im.collect()
	slices.SortFunc(im.found, func(a, b *maecenasv1.Improvement) int {
		return cmp.Or(
			cmp.Compare(b.Gain, a.Gain), cmp.Compare(a.Dimension, b.Dimension),
			cmp.Compare(a.Path, b.Path), cmp.Compare(a.Proposed, b.Proposed),
		)
	})
	return im.found
}

func (im *improver) collect() {
	im.tractionChanges()
	im.financialChanges()
	im.missingRoles()
	if !im.in.CanvasUndisclosed {
		im.streamChanges()
		im.commitmentChanges()
		im.workChanges()
		im.moatChanges()
		im.missingLinks()
	}
}

// weigh makes a change, keeps it if it gains, and takes it back.
func (im *improver) weigh(c change) {
	one := &maecenasv1.Improvement{
		Path: c.path, Current: c.current, Proposed: c.proposed, Kind: cmp.Or(c.kind, maecenasv1.Improvement_DO),
	}
	if im.all {
		im.found = append(im.found, one)
		return
	}
	c.apply()
	after := im.evaluate()
	c.undo()
	gain := after.total().score - im.score
	if gain <= 0 {
		return
	}
	one.Gain, one.Dimension = gain, mostGained(im.base, after)
	im.found = append(im.found, one)
}

// number weighs another value of a number.
func (im *improver) number(path string, f *fact, value int64) {
	was := *f
	c := change{
		path: path, proposed: strconv.FormatInt(value, 10),
		apply: func() { *f = fact{value, true} },
		undo:  func() { *f = was },
	}
	if was.set {
		c.current = strconv.FormatInt(was.value, 10)
	}
	im.weigh(c)
}

// step weighs a stated number that is more or less by a step, within its bounds.
func (im *improver) step(path string, f *fact, step, least, most int64) {
	if value := min(max(f.value+step, least), most); f.set && value != f.value {
		im.number(path, f, value)
	}
}

// option is an enum's value as a message prints it.
type option interface {
	~int32
	String() string
}

// choose weighs another value of an enum that is stated.
func choose[E option](im *improver, path string, value *E, better E) {
	was := *value
	im.weigh(change{
		path: path, current: was.String(), proposed: better.String(),
		apply: func() { *value = better },
		undo:  func() { *value = was },
	})
}

// tractionChanges weighs, for each count, the next one that lifts MARKET_EVIDENCE; of
// all changes, those that readiness asks too.
func (im *improver) tractionChanges() {
	for _, count := range []struct {
		field      string
		fact       *fact
		thresholds []int64
	}{
		{"interviews", &im.interviews, []int64{3, 5, 10}},
		{"lettersOfIntent", &im.letters, []int64{1}},
		{"pilots", &im.pilots, []int64{1}},
		{"payingCustomers", &im.customers, []int64{1, 3, 10}},
	} {
		for _, threshold := range count.thresholds {
			if im.all {
				if threshold > count.fact.or(0) {
					im.number("organization.traction."+count.field, count.fact, threshold)
					if count.fact == &im.customers {
						break
					}
				}
				continue
			}
			was, before := *count.fact, im.marketEvidence().low
			*count.fact = fact{max(threshold, was.value), true}
			lifts := im.marketEvidence().low > before
			*count.fact = was
			if lifts {
				im.number("organization.traction."+count.field, count.fact, threshold)
				break
			}
		}
	}
}

// financialChanges weighs cash at the next point of the runway, and EBITDA at the
// margins of 0 and 20 %.
func (im *improver) financialChanges() {
	if im.cash.set && im.burn.set {
		const path = "organization.financials.cash"
		switch {
		case im.burn.value > 0:
			for _, point := range method.Runway[1:] {
				if cash := point.X * im.burn.value; cash > im.cash.value {
					if cash <= maxAmount {
						im.number(path, &im.cash, cash)
					}
					break
				}
			}
		case im.cash.value <= 0:
			im.number(path, &im.cash, 1)
		}
	}
	if im.revenue.atLeast(1) && im.ebitda.set {
		for _, point := range method.Margin[1:] {
			// The least whole EBITDA that has the margin.
			if ebitda := (point.X*im.revenue.value + 99) / 100; ebitda > im.ebitda.value {
				im.number("organization.financials.ebitda12m", &im.ebitda, ebitda)
			}
		}
	}
}

// missingRoles weighs a member more, in a role that nobody covers, whose years
// in the sector are not stated.
func (im *improver) missingRoles() {
	_, covered := im.rolesCovered()
	members := im.members
	for role, name := range []string{"CREATIVE", "BUSINESS", "FINANCE", "TECHNOLOGY or PRODUCTION"} {
		if covered[role] {
			continue
		}
		im.weigh(change{
			path: "organization.team.members", proposed: name,
			// Role numbers begin at 1 in the same order; technology is the fourth.
			apply: func() { im.members = append(members, member{role: maecenasv1.Team_Member_Role(role + 1)}) },
			undo:  func() { im.members = members },
		})
	}
}

// streamChanges weighs the facts of streams.
func (im *improver) streamChanges() {
	for i, item := range im.canvas.GetRevenueStreams() {
		s := &im.streams[i]
		path := func(field string) string { return address.Item("revenueStreams", item.GetId(), field) }
		if s.stage != 0 && s.stage < maecenasv1.RevenueStream_ACTUAL {
			choose(im, path("stage"), &s.stage, s.stage+1)
		}
		if s.recurrence != 0 && s.recurrence < maecenasv1.RevenueStream_AUTOMATIC {
			choose(im, path("recurrence"), &s.recurrence, s.recurrence+1)
		}
		im.step(path("prepaidShareBp"), &s.prepaid, shareStep, 0, maxShare)
		im.step(path("topPayerShareBp"), &s.topPayer, -shareStep, minTopPayer, maxShare)
	}
}

// commitmentChanges weighs longer commitments, of one, two and three years.
func (im *improver) commitmentChanges() {
	for i, item := range im.canvas.GetCustomerRelationships() {
		for _, months := range commitmentSteps {
			if f := &im.relationships[i]; f.set && f.value < months {
				im.number(address.Item("customerRelationships", item.GetId(), "commitmentMonths"), f, months)
			}
		}
	}
}

// workChanges weighs rights, shares of effort both ways, and the behaviour of costs.
func (im *improver) workChanges() {
	paths := im.rightPaths()
	for i := range im.rights {
		im.step(paths[i], &im.rights[i], shareStep, 0, maxShare)
	}
	for i, item := range im.canvas.GetKeyActivities() {
		path := address.Item(activitiesBlock, item.GetId(), "effortShareBp")
		effort := &im.activities[i].effort
		im.step(path, effort, -shareStep, 0, maxShare)
		im.step(path, effort, shareStep, effort.value, max(im.effortLeft(i), effort.value))
	}
	for i, item := range im.canvas.GetCostItems() {
		if c := &im.costs[i]; c.behaviour > maecenasv1.CostItem_FIXED {
			choose(im, address.Item("costItems", item.GetId(), "behaviour"), &c.behaviour, c.behaviour-1)
		}
	}
}

// moatChanges weighs documents, and where there are some, a strength that is one more:
// without them, that would be a claim.
func (im *improver) moatChanges() {
	paths := address.Moats(im.canvas)
	for i, item := range im.canvas.GetMoats() {
		one := &im.moats[i]
		if one.documented {
			im.step(paths[i]+".strength", &one.strength, 1, 0, maxStrength)
			continue
		}
		c := change{
			path: paths[i] + ".evidence.level", proposed: maecenasv1.Evidence_DOCUMENTED.String(),
			kind:  maecenasv1.Improvement_PROVE,
			apply: func() { one.documented = true },
			undo:  func() { one.documented = false },
		}
		if item.GetEvidence().GetLevel() != 0 {
			c.current = item.GetEvidence().GetLevel().String()
		}
		im.weigh(c)
	}
}

// missingLinks weighs every link that COHERENCE asks for and that is not there:
// from an item that is there, the first by id, or else from a new one.
func (im *improver) missingLinks() {
	for i, item := range im.canvas.GetCustomerSegments() {
		im.segmentLinks(i, item.GetId())
	}
	for i, item := range im.canvas.GetValuePropositions() {
		im.propositionLinks(i, item.GetId())
	}
	id, ok := firstID(im.canvas.GetKeyActivities())
	if !ok {
		id, ok = firstID(im.canvas.GetKeyResources())
	}
	for i, item := range im.canvas.GetCostItems() {
		if ok && !im.costs[i].driver {
			im.toggle(address.Item("costItems", item.GetId(), "driverId"), id, &im.costs[i].driver)
		}
	}
}

// toggle weighs a link that is there.
func (im *improver) toggle(path, proposed string, link *bool) {
	im.weigh(change{
		path: path, proposed: proposed,
		apply: func() { *link = true },
		undo:  func() { *link = false },
	})
}

// segmentLinks weighs what a segment requires.
func (im *improver) segmentLinks(at int, id string) {
	s := &im.segments[at]
	if !s.proposition {
		if first, ok := firstID(im.canvas.GetValuePropositions()); ok {
			im.toggle(address.Item(propositionsBlock, first, "segmentIds"), id, &s.proposition)
		} else {
			im.weigh(change{
				path: "canvas." + propositionsBlock, proposed: address.New + id,
				apply: func() { s.proposition, im.propositions = true, make([]proposition, 1) },
				undo:  func() { s.proposition, im.propositions = false, nil },
			})
		}
	}
	if !s.channel {
		if first, ok := firstID(im.canvas.GetChannels()); ok {
			im.toggle(address.Item("channels", first, "segmentIds"), id, &s.channel)
		} else {
			im.toggle("canvas.channels", address.New+id, &s.channel)
		}
	}
	if !s.relationship {
		im.relationshipLink(at, id)
	}
	if s.payer && !s.stream {
		streams := im.streams
		im.weigh(change{
			path: "canvas.revenueStreams", proposed: address.New + id,
			apply: func() { s.stream, im.streams = true, append(streams, stream{group: at}) },
			undo:  func() { s.stream, im.streams = false, streams },
		})
	}
}

// relationshipLink weighs a relationship with a segment: of those there, the one
// with the longest commitment, then the first by id.
func (im *improver) relationshipLink(at int, id string) {
	items := im.canvas.GetCustomerRelationships()
	path, proposed := "canvas.customerRelationships", address.New+id
	chosen := 0
	for i, item := range items {
		longer := im.relationships[i].or(-1) - im.relationships[chosen].or(-1)
		if longer > 0 || longer == 0 && item.GetId() < items[chosen].GetId() {
			chosen = i
		}
	}
	relationships := im.relationships
	if len(items) > 0 {
		path, proposed = address.Item("customerRelationships", items[chosen].GetId(), "segmentIds"), id
	} else {
		relationships = make([]fact, 1)
	}
	before, links, s := im.relationships, im.reach, &im.segments[at]
	im.weigh(change{
		path: path, proposed: proposed,
		apply: func() {
			s.relationship, im.relationships = true, relationships
			im.reach = append(slices.Clip(links), reach{chosen, at})
		},
		undo: func() { s.relationship, im.relationships, im.reach = false, before, links },
	})
}

// propositionLinks weighs what a value proposition requires.
func (im *improver) propositionLinks(at int, id string) {
	p := &im.propositions[at]
	if !p.activity {
		if first, ok := firstID(im.canvas.GetKeyActivities()); ok {
			im.toggle(address.Item(activitiesBlock, first, "valuePropositionIds"), id, &p.activity)
		} else {
			im.weigh(change{
				path: "canvas." + activitiesBlock, proposed: address.New + id,
				apply: func() { p.activity, im.activities = true, make([]activity, 1) },
				undo:  func() { p.activity, im.activities = false, nil },
			})
		}
	}
	if !p.resource {
		if first, ok := firstID(im.canvas.GetKeyResources()); ok {
			im.toggle(address.Item(resourcesBlock, first, "valuePropositionIds"), id, &p.resource)
		} else {
			im.toggle("canvas."+resourcesBlock, address.New+id, &p.resource)
		}
	}
}

// firstID returns the least of the ids of a block, and whether it has an item.
func firstID[T interface{ GetId() string }](items []T) (string, bool) {
	if len(items) == 0 {
		return "", false
	}
	first := items[0].GetId()
	for _, item := range items[1:] {
		first = min(first, item.GetId())
	}
	return first, true
}
