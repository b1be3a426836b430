package learn

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

// Message is what was learned, to be stored with a mandate and shown: the version, the
// grades, the deals it rests on, newest first, and of each level the answers that the
// investor backed with what they rest on. When it was made is for the caller to set.
// The caller owns the message.
func (l *Learned) Message() *maecenasv1.LearnedPreferences {
	out := &maecenasv1.LearnedPreferences{
		Version: l.version, Preferences: proto.CloneOf(l.grades), Deals: slices.Clone(l.deals),
	}
	for on := range Levels {
		if t := l.table(on, maps.Keys(l.own[on].of)); t != nil {
			out.Tables = append(out.Tables, t)
		}
	}
	return out
}

// Message is the market as an investor without deals would have it: every answer of
// every level. With it and their own messages, mandates can be restored as they were.
// The caller owns the message.
func (m *Market) Message() *maecenasv1.LearnedPreferences {
	nobody := &Learned{market: m}
	out := &maecenasv1.LearnedPreferences{Version: m.version}
	for on := range Levels {
		nobody.spans[on] = nobody.span(on)
		if t := nobody.table(on, maps.Keys(m.levels[on].cells)); t != nil {
			out.Tables = append(out.Tables, t)
		}
	}
	return out
}

// table is one level with some of its answers; nil: nothing is counted on it.
func (l *Learned) table(on Level, answers func(func(string) bool)) *maecenasv1.LearnedPreferences_Table {
	m := &l.market.levels[on]
	if m.market == 0 && m.pool == 0 && l.own[on].all == 0 {
		return nil
	}
	t := &maecenasv1.LearnedPreferences_Table{
		Term: levelTerms[on].term, Level: levelTerms[on].name,
		OwnTotal: l.own[on].all, MarketTotal: m.market, PoolTotal: m.pool, Parts: int32(on.parts()),
		Least: l.spans[on].Low, Most: l.spans[on].High,
	}
	for answer := range answers {
		c := l.count(on, answer)
		t.Entries = append(t.Entries, &maecenasv1.LearnedPreferences_Table_Entry{
			Answer: answer, Own: c.own, Market: c.market, Pool: c.pool, Value: c.value(),
		})
	}
	slices.SortFunc(t.Entries, func(a, b *maecenasv1.LearnedPreferences_Table_Entry) int {
		return cmp.Or(cmp.Compare(b.GetValue(), a.GetValue()), strings.Compare(a.GetAnswer(), b.GetAnswer()))
	})
	return t
}

// each visits a message's entries by level; what is no level is passed over.
func each(tables []*maecenasv1.LearnedPreferences_Table, visit func(Level, *maecenasv1.LearnedPreferences_Table_Entry)) {
	for _, t := range tables {
		for on := range Levels {
			if levelTerms[on].term == t.GetTerm() && levelTerms[on].name == t.GetLevel() {
				for _, e := range t.GetEntries() {
					visit(on, e)
				}
			}
		}
	}
}

// RestoreMarket is the market of a message that [Market.Message] made; rates are for
// what is learned later.
func RestoreMarket(stored *maecenasv1.LearnedPreferences, rates *taxonomy.Rates) *Market {
	m := &Market{rates: rates}
	for on := range m.levels {
		m.levels[on].cells = map[string]cell{}
	}
	each(stored.GetTables(), func(on Level, e *maecenasv1.LearnedPreferences_Table_Entry) {
		m.levels[on].add(e.GetAnswer(), e.GetMarket(), e.GetPool())
	})
	m.finish()
	return m
}

// Restore is what a message that [Learned.Message] made says, beside a market. With
// the market that it was made beside, it is the same in every figure, and has the same
// version; with another it is a new version.
func Restore(stored *maecenasv1.LearnedPreferences, market *Market) *Learned {
	grades := stored.GetPreferences()
	if grades == nil {
		grades = &maecenasv1.Preferences{}
	}
	l := &Learned{market: market, grades: proto.CloneOf(grades), deals: slices.Clone(stored.GetDeals())}
	each(stored.GetTables(), func(on Level, e *maecenasv1.LearnedPreferences_Table_Entry) {
		if e.GetOwn() > 0 {
			l.own[on].add(e.GetAnswer(), e.GetOwn())
		}
	})
	l.finish()
	return l
}
