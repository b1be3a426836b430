package learn_test

import (
	"math/big"
	"slices"
	"testing"

	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match"
	"github.com/maecenas-cci/maecenas/internal/match/fact"
	"github.com/maecenas-cci/maecenas/internal/match/learn"
	"github.com/maecenas-cci/maecenas/internal/match/matchtest"
	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

// drawn is a small world: an investor's deals and a market with them in it.
type drawn struct {
	own       []*maecenasv1.Deal
	needs     []*fact.Need
	investors []learn.Investor
}

func draw(t *rapid.T) drawn {
	d := matchtest.Draw{T: t}
	w := drawn{own: d.Mandate(0, 0).Deals}
	w.investors = []learn.Investor{{Deals: w.own, Agreed: true}, {Deals: d.Mandate(1, 0).Deals, Agreed: rapid.Bool().Draw(t, "agreed")}}
	for i := range rapid.IntRange(0, 4).Draw(t, "needs") {
		w.needs = append(w.needs, match.NewNeed(d.Need(i, 0)))
	}
	return w
}

func (w *drawn) market() *learn.Market { return market(w.needs, w.investors...) }

// rational is the formula in rational numbers, from what a table shows.
func rational(t *maecenasv1.LearnedPreferences_Table, own, counted, pool int64) int32 {
	if t.GetMarketTotal() == 0 || t.GetPoolTotal() == 0 || own == 0 && counted == 0 && pool == 0 {
		return 5000
	}
	share := func(a, b int64) *big.Rat { return big.NewRat(a, b) }
	sum := func(a, b *big.Rat) *big.Rat { return new(big.Rat).Add(a, b) }
	times := func(k int64, a *big.Rat) *big.Rat { return new(big.Rat).Mul(big.NewRat(k, 1), a) }
	three := 3 * int64(t.GetParts())
	m, q := share(counted, t.GetMarketTotal()), share(pool, t.GetPoolTotal())
	p := new(big.Rat).Quo(sum(big.NewRat(own, 1), times(three, m)), big.NewRat(t.GetOwnTotal()+three, 1))
	b := new(big.Rat).Quo(sum(m, times(4, q)), big.NewRat(5, 1))
	v := sum(times(10000, new(big.Rat).Quo(p, sum(p, b))), big.NewRat(1, 2))
	return int32(new(big.Int).Quo(v.Num(), v.Denom()).Int64())
}

// TestTables: every value of a table is the formula's, and the span of a level is over
// all its answers, those of the market among them.
func TestTables(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := draw(t)
		m := w.market()
		own := learn.Learn(w.own, m).Message()
		for _, all := range m.Message().GetTables() {
			table := &maecenasv1.LearnedPreferences_Table{
				MarketTotal: all.GetMarketTotal(), PoolTotal: all.GetPoolTotal(), Parts: all.GetParts(), Least: all.GetLeast(), Most: all.GetMost(),
			}
			for _, o := range own.GetTables() {
				if o.GetTerm() == all.GetTerm() && o.GetLevel() == all.GetLevel() {
					table = o
				}
			}
			if table.GetMarketTotal() != all.GetMarketTotal() || table.GetPoolTotal() != all.GetPoolTotal() {
				t.Fatalf("totals of %v and %v", table, all)
			}
			backed := map[string]int64{}
			for _, e := range table.GetEntries() {
				backed[e.GetAnswer()] = e.GetOwn()
				if v := rational(table, e.GetOwn(), e.GetMarket(), e.GetPool()); v != e.GetValue() {
					t.Errorf("%v %s is %d, want %d: %v", table.GetTerm(), e.GetAnswer(), e.GetValue(), v, table)
				}
			}
			least, most := int32(5000), int32(5000)
			for _, e := range all.GetEntries() {
				v := rational(table, backed[e.GetAnswer()], e.GetMarket(), e.GetPool())
				least, most = min(least, v), max(most, v)
			}
			if table.GetLeast() != least || table.GetMost() != most {
				t.Errorf("%v %s spans %d..%d, want %d..%d", table.GetTerm(), table.GetLevel(), table.GetLeast(), table.GetMost(), least, most)
			}
		}
	})
}

// TestRestored: what was stored, read again beside the market that was stored, is the
// same in every figure and version.
func TestRestored(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := draw(t)
		m := w.market()
		l := learn.Learn(w.own, m)
		again := learn.RestoreMarket(m.Message(), taxonomy.ShippedRates())
		if again.Version() != m.Version() || !proto.Equal(again.Message(), m.Message()) {
			t.Fatalf("a market restored:\n%v\n%v", m.Message(), again.Message())
		}
		if r := learn.Restore(l.Message(), again); r.Version() != l.Version() || !proto.Equal(r.Message(), l.Message()) {
			t.Errorf("what was learned, restored:\n%v\n%v", l.Message(), r.Message())
		}
		if r := learn.Learn(w.own, again); r.Version() != l.Version() {
			t.Error("learned beside a restored market, it has another version")
		}
	})
}

// TestOrderOfInputs: the order of needs and investors changes nothing; another need in
// the pool is another version.
func TestOrderOfInputs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := draw(t)
		m := w.market()
		l := learn.Learn(w.own, m)
		slices.Reverse(w.needs)
		slices.Reverse(w.investors)
		if again := learn.Learn(w.own, w.market()); again.Version() != l.Version() || !proto.Equal(again.Message(), l.Message()) {
			t.Errorf("in another order:\n%v\n%v", l.Message(), again.Message())
		}
		w.needs = append(w.needs, open(99, seed))
		if learn.Learn(w.own, w.market()).Version() == l.Version() {
			t.Error("another pool has the same version")
		}
	})
}

// TestLearnedUnset: a place of which more is stated keeps within what it was before.
func TestLearnedUnset(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := draw(t)
		l := learn.Learn(w.own, w.market())
		d := matchtest.Draw{T: t}
		whole, part := d.Place(), &maecenasv1.Place{}
		part.CountryCode = whole.GetCountryCode()
		for _, field := range [][2]*string{
			{&whole.RegionCode, &part.RegionCode}, {&whole.MetropolitanArea, &part.MetropolitanArea}, {&whole.Locality, &part.Locality},
		} {
			if rapid.Bool().Draw(t, "stated") {
				*field[1] = *field[0]
			}
		}
		if len(part.RegionCode) > 3 && part.RegionCode[2] != '-' && rapid.Bool().Draw(t, "coarser") {
			part.RegionCode = part.RegionCode[:3]
		}
		a, b := fact.AnswersOf(part), fact.AnswersOf(whole)
		before, after := l.Place(&a), l.Place(&b)
		if after.Low < before.Low || after.High > before.High || after.Low > after.High {
			t.Errorf("%v is %v, %v is %v", part, before, whole, after)
		}
	})
}
