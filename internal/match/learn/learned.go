package learn

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"

	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match/fact"
	"github.com/maecenas-cci/maecenas/internal/match/grade"
)

// Learned is what an investor's deals show beside a market; immutable and safe for
// concurrent use. It holds the investor's own counts and shares the market's.
type Learned struct {
	market *Market
	own    [Levels]tallied
	// spans are what an unset answer could be: from the least to the most over the
	// level's answers and neutral.
	spans [Levels]fact.Interval
	// coarse are the spans of divisions and groups of NACE over the classes in them.
	coarse  map[string]fact.Interval
	stages  [stages]fact.Interval
	bands   [bands]int32
	orders  [orders]int32
	grades  *maecenasv1.Preferences
	deals   []string
	version string
}

// tallied are an investor's companies by answer, in parts.
type tallied struct {
	of  map[string]int64
	all int64
}

func (t *tallied) add(answer string, parts int64) {
	if t.of == nil {
		t.of = map[string]int64{}
	}
	t.of[answer] += parts
	t.all += parts
}

// Learn learns from an investor's deals, in the order in which they became known.
// Without deals, the values are the market's. It costs in proportion to the
// investor's own deals and to the classes of activity that the market counts, not to
// the market.
func Learn(deals []*maecenasv1.Deal, market *Market) *Learned {
	list := Firsts(deals)
	l := &Learned{market: market, grades: GradesFromDeals(list)}
	var x fact.Exchange
	for _, d := range list {
		x.Open(market.rates, d.GetDate())
		backed(d, &x).each(func(on Level, answer string, parts int64) { l.own[on].add(answer, parts) })
	}
	for _, d := range slices.Backward(list) {
		l.deals = append(l.deals, d.GetName())
	}
	l.finish()
	return l
}

// finish works out what follows from the counts.
func (l *Learned) finish() {
	digest := sha256.New()
	fmt.Fprintf(digest, "%s\n", l.market.version)
	for on := range Levels {
		for _, answer := range slices.Sorted(maps.Keys(l.own[on].of)) {
			fmt.Fprintf(digest, "%d %q %d\n", on, answer, l.own[on].of[answer])
		}
		l.spans[on] = l.span(on)
	}
	// What a message is written as may differ between versions of the library, not
	// between two runs of one program.
	wire, err := proto.MarshalOptions{Deterministic: true}.Marshal(l.grades)
	if err == nil {
		digest.Write(wire)
	}
	l.version = short(digest)
	l.stages[0] = l.spans[Stage]
	for k := 1; k < stages; k++ {
		l.stages[k] = fact.Exactly(l.value(Stage, maecenasv1.FundingStage_Stage(k).String()))
	}
	for k, name := range bandNames {
		l.bands[k] = l.value(Ticket, name)
	}
	for k, name := range orderNames {
		l.orders[k] = l.value(Order, name)
	}
	l.coarse = map[string]fact.Interval{}
	for answer := range l.market.levels[Sector].cells {
		l.spread(answer)
	}
	for answer := range l.own[Sector].of {
		l.spread(answer)
	}
}

// spread widens the spans of the division and the group of a class.
func (l *Learned) spread(code string) {
	if len(code) != len("59.11") || code[2] != '.' {
		return
	}
	v := l.value(Sector, code)
	for _, coarse := range []string{code[:2], code[:4]} {
		span, ok := l.coarse[coarse]
		if !ok {
			span = fact.Neutral
		}
		l.coarse[coarse] = fact.Interval{Low: min(span.Low, v), High: max(span.High, v)}
	}
}

// span is the least and the most over the answers of a level and neutral. Of answers
// that the investor has not backed, the first and the last by the market's order have
// the least and the most.
func (l *Learned) span(on Level) fact.Interval {
	span := fact.Neutral
	take := func(answer string) {
		v := l.value(on, answer)
		span.Low, span.High = min(span.Low, v), max(span.High, v)
	}
	for answer := range l.own[on].of {
		take(answer)
	}
	rising := l.market.levels[on].rising
	notBacked := func(answer string) bool { return l.own[on].of[answer] == 0 }
	if i := slices.IndexFunc(rising, notBacked); i >= 0 {
		take(rising[i])
	}
	for _, answer := range slices.Backward(rising) {
		if notBacked(answer) {
			take(answer)
			break
		}
	}
	return span
}

func (l *Learned) count(on Level, answer string) count {
	m := &l.market.levels[on]
	c := m.cells[answer]
	return count{
		own: l.own[on].of[answer], ownAll: l.own[on].all,
		market: c.market, marketAll: m.market, pool: c.pool, poolAll: m.pool, parts: on.parts(),
	}
}

func (l *Learned) value(on Level, answer string) int32 { return l.count(on, answer).value() }

// Version changes whenever a figure that values are made of does.
func (l *Learned) Version() string { return l.version }

// Grades are the grades of the last first deals, in the form of stated ones. They must
// not be changed.
func (l *Learned) Grades() *maecenasv1.Preferences { return l.grades }

// Sectors is the learned value of activities: their mean by share.
func (l *Learned) Sectors(activities []fact.Activity) fact.Interval {
	if len(activities) == 0 {
		return l.spans[Sector]
	}
	var m grade.Mean
	for i := range activities {
		m.Add(l.Activity(&activities[i]), activities[i].Share)
	}
	return m.Value()
}

// Activity is the learned value of one activity. A code coarser than a class could be
// any class in it.
func (l *Learned) Activity(a *fact.Activity) fact.Interval {
	code, whole := a.Answer()
	switch {
	case whole:
		return fact.Exactly(l.value(Sector, code))
	case a.Class.Level() < 2:
		return l.spans[Sector]
	}
	if span, ok := l.coarse[code]; ok {
		return span
	}
	return fact.Neutral
}

// Place is the learned value of a place: the mean of area, subdivision and locality,
// half up.
func (l *Learned) Place(p *fact.PlaceAnswers) fact.Interval {
	area := l.larger([2]Level{Metro, Area}, [2]string{p.Metro, p.Area}, p.AreaOpen)
	local := l.larger([2]Level{Locality, Local}, [2]string{p.Locality, p.Local}, p.LocalOpen)
	sub := l.spans[Subdivision]
	if p.Subdivision != "" {
		sub = fact.Exactly(l.value(Subdivision, p.Subdivision))
	}
	mean := func(a, b, c int32) int32 { return (2*(a+b+c) + 3) / 6 }
	return fact.Interval{Low: mean(area.Low, sub.Low, local.Low), High: mean(area.High, sub.High, local.High)}
}

// larger is the value of a level that can be named in two ways, by name and by region:
// the larger of those that are counted. A name that is unset, or a region that is open,
// could be any.
func (l *Learned) larger(ways [2]Level, answers [2]string, regionOpen bool) fact.Interval {
	v, found := fact.Neutral, false
	for i, answer := range answers {
		if answer == "" || !l.market.known(ways[i], answer) {
			continue
		}
		exact := fact.Exactly(l.value(ways[i], answer))
		if found {
			exact = exact.Or(v)
		}
		v, found = exact, true
	}
	for i, open := range [2]bool{answers[0] == "", regionOpen} {
		if span := l.spans[ways[i]]; open {
			v.High = max(v.High, span.High)
			if !found {
				v.Low = min(v.Low, span.Low)
			}
		}
	}
	return v
}

// Stage is the learned value of a stage, by its enum number; 0 where unset.
func (l *Learned) Stage(stage uint8) fact.Interval {
	if stage >= stages {
		stage = 0
	}
	return l.stages[stage]
}

// Ticket is the learned value of an amount in whole euros; known is false where it is
// not known in euros.
func (l *Learned) Ticket(euros int64, known bool) fact.Interval {
	if !known {
		return l.spans[Ticket]
	}
	return fact.Exactly(l.bands[band(euros)])
}

// Order is the learned value of the rounds that were closed before, or fact.Unset.
func (l *Learned) Order(rounds int8) fact.Interval {
	if rounds < 0 {
		return l.spans[Order]
	}
	return fact.Exactly(l.orders[min(rounds, orders-1)])
}
