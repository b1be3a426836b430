package match

import (
	"slices"
	"strings"
	"sync"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match/fact"
	"github.com/maecenas-cci/maecenas/internal/match/gate"
	"github.com/maecenas-cci/maecenas/internal/match/grade"
	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

// Eligibility says whether the must-haves are met. Smaller ranks first.
type Eligibility = maecenasv1.Match_Eligibility

// The eligibilities.
const (
	Eligible    = maecenasv1.Match_ELIGIBLE
	Conditional = maecenasv1.Match_CONDITIONAL
	Ineligible  = maecenasv1.Match_INELIGIBLE
)

// Day is the day asked.
type Day struct {
	// Date is the day, YYYY-MM-DD.
	Date string
	// Rates are the exchange rates that count, by the latest not after the day;
	// nil: there are none.
	Rates *taxonomy.Rates
	// In is the day in an IANA time zone, for a day that means an instant (now);
	// nil: the same everywhere. Only the opening and closing of mandates ask it.
	In func(timeZone string) string
}

// NewDay is a day with its exchange rates.
func NewDay(date string, rates *taxonomy.Rates) Day { return Day{Date: date, Rates: rates} }

// in is the day's date in a time zone.
func (d *Day) in(timeZone string) string {
	if d.In == nil || timeZone == "" {
		return d.Date
	}
	return d.In(timeZone)
}

// Plan is a mandate on a day: what is asked of needs. It remembers what needs
// alike answered, so it is not for concurrent use; making another is cheap.
type Plan struct {
	m        *Mandate
	date     string
	exchange fact.Exchange
	open     bool
	// deals are the companies first backed by a published deal in the year before.
	deals    int
	activity fact.Interval
	// same is the part of the sum that is the same for every need.
	same Sum
	memo *memo
}

// On binds the mandate to a day.
func (m *Mandate) On(d Day) *Plan {
	p := &Plan{}
	p.Bind(m, &d)
	return p
}

// Date is the day asked, YYYY-MM-DD, in the time zone of the mandate.
func (p *Plan) Date() string { return p.date }

// Bind makes p the plan of a mandate on a day, as On does, without a new plan for
// each of many mandates.
func (p *Plan) Bind(m *Mandate, d *Day) {
	p.m, p.date, p.memo = m, d.Date, nil
	p.exchange.Open(d.Rates, d.Date)
	p.open = m.openOn(d)
	p.deals = m.dealsInYear(d)
	if m.publicCall {
		p.activity = grade.Call(m.remaining)
	} else {
		p.activity = grade.Deals(p.deals, len(m.dealDates) > 0)
	}
	p.same = m.same
	p.same.add(m.weights[maecenasv1.MatchTerm_ACTIVITY], p.activity)
	p.same.Activity = int64(m.weights[maecenasv1.MatchTerm_ACTIVITY]) * int64(p.activity.Low)
}

// Memoize makes the plan remember values by place and by sector: worth its 192 KiB
// for many needs.
func (p *Plan) Memoize() {
	if p.memo == nil {
		p.memo = memos.Get().(*memo)
	}
}

// Forget gives back what Memoize took, for another plan.
func (p *Plan) Forget() {
	if p.memo != nil {
		*p.memo = memo{}
		memos.Put(p.memo)
		p.memo = nil
	}
}

var memos = sync.Pool{New: func() any { return &memo{} }}

// Mandate is the mandate that the plan is of.
func (p *Plan) Mandate() *Mandate { return p.m }

// openOn reports whether the mandate is open on a day in its time zone.
func (m *Mandate) openOn(d *Day) bool {
	if m.openDate == "" && m.closeDate == "" {
		return true
	}
	date := d.in(m.timeZone)
	return (m.openDate == "" || m.openDate <= date) && (m.closeDate == "" || date <= m.closeDate)
}

// dealsInYear counts the companies first backed by a published deal from the same day
// of the year before, up to the day before the day asked.
func (m *Mandate) dealsInYear(d *Day) int {
	if len(m.dealDates) == 0 {
		return 0
	}
	from, _ := slices.BinarySearch(m.dealDates, fact.YearsBefore(d.Date, 1))
	to, _ := slices.BinarySearch(m.dealDates, d.Date)
	return max(0, to-from)
}

// SeesNeed reports whether the need exists for others than its own people, this
// mandate's investor among them: it is OPEN, its organization listed, and neither
// side has excluded the other.
func (p *Plan) SeesNeed(n *Need) bool { return n.Visible && !p.excluded(n) }

// SeesMandate reports whether the mandate exists for others than its own people,
// this need's organization among them: it is PUBLISHED, open on the day, and
// neither side has excluded the other.
func (p *Plan) SeesMandate(n *Need) bool { return p.Open() && !p.excluded(n) }

// Open reports whether the mandate is PUBLISHED and open on the day.
func (p *Plan) Open() bool { return p.m.published && p.open }

// Exists reports whether the pair exists for a third party: both sides do.
func (p *Plan) Exists(n *Need) bool { return n.Visible && p.SeesMandate(n) }

func (p *Plan) excluded(n *Need) bool {
	if n.ExcludedTypes&(1<<p.m.investorType) != 0 {
		return true
	}
	if n.Excludes && slices.Contains(n.Rest.ExcludedInvestors, p.m.investor) {
		return true
	}
	return len(p.m.excluded) > 0 && p.m.excluded[n.Rest.Organization]
}

// Gate answers the must-haves: whether the pair is eligible, and how many of the
// top-level requirements fail.
func (p *Plan) Gate(n *Need) (e Eligibility, fails int) { return p.gate(n, len(p.m.requirements)+8) }

// GateUpTo is Gate, but stops counting once more than most requirements fail.
func (p *Plan) GateUpTo(n *Need, most int) (e Eligibility, fails int) { return p.gate(n, most) }

// Tally answers every must-have: how many of the top-level requirements fail, and
// whether one is unknown, be it beside others that fail.
func (p *Plan) Tally(n *Need) (fails int, unknown bool) {
	count := p.count(n, len(p.m.requirements)+8)
	return count.Fails, count.Unknown
}

// count answers the top-level requirements until more than most fail.
func (p *Plan) count(n *Need, most int) gate.Count {
	count := gate.Count{Most: most}
	if p.m.builtIn.Count(n, &p.exchange, &count) {
		for i := range p.m.requirements {
			if r := &p.m.requirements[i]; !count.Add(p.answer(r, n)) {
				break
			}
		}
	}
	return count
}

func (p *Plan) gate(n *Need, most int) (Eligibility, int) {
	count := p.count(n, most)
	switch {
	case count.Fails > 0:
		return Ineligible, count.Fails
	case count.Unknown:
		return Conditional, 0
	default:
		return Eligible, 0
	}
}

// eachRequirement visits the top-level requirements that exist for a need, built-in
// ones first, until one says stop.
func (p *Plan) eachRequirement(n *Need, visit func(*gate.Requirement) bool) {
	if !p.m.builtIn.Each(n, visit) {
		return
	}
	for i := range p.m.requirements {
		if !visit(&p.m.requirements[i]) {
			return
		}
	}
}

// failing is the first requirement that fails; nil: none does.
func (p *Plan) failing(n *Need) (failing *gate.Requirement) {
	p.eachRequirement(n, func(r *gate.Requirement) bool {
		if r.Answer(n, &p.exchange) == gate.Fail {
			failing = r
		}
		return failing == nil
	})
	return failing
}

// Distance is how far a need that fails exactly one requirement is from passing it;
// ok is false where that is no number, or none fails.
func (p *Plan) Distance(n *Need) (d int64, unit string, ok bool) {
	r := p.failing(n)
	if r == nil {
		return 0, "", false
	}
	return r.Distance(n, &p.exchange)
}

// parentOf is the part of a resource name before a collection; "" where the name
// has none.
func parentOf(name, collection string) string {
	parent, _, ok := strings.Cut(name, collection)
	if !ok {
		return ""
	}
	return parent
}
