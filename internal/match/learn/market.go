package learn

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"iter"
	"maps"
	"slices"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match/fact"
	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

// MarketFacts are what a market is made of.
type MarketFacts struct {
	// Date is the day that it is made, YYYY-MM-DD, and Rates are the exchange rates:
	// a need's amount counts by those of the day, a deal's by those of its own date.
	Date  string
	Rates *taxonomy.Rates
	// Needs are the pool. Those that others do not see are passed over.
	Needs iter.Seq[*fact.Need]
	// Investors are all investors, each with its deals.
	Investors iter.Seq[Investor]
}

// Investor is an investor's part of the market.
type Investor struct {
	// Deals are all its deals, in the order in which they became known.
	Deals []*maecenasv1.Deal
	// Agreed says that it agreed to learn: all its deals count, else those published.
	Agreed bool
}

// Market is what all investors that count first backed, and what the open needs are,
// level by level; immutable and safe for concurrent use.
type Market struct {
	rates   *taxonomy.Rates
	levels  [Levels]level
	version string
}

// level is what is counted on one level.
type level struct {
	cells        map[string]cell
	market, pool int64
	// rising are the answers by market over pool, ascending: for answers that an
	// investor has not backed, the value ascends with it.
	rising []string
}

// cell is what is counted of one answer.
type cell struct{ market, pool int64 }

// NewMarket counts deals and needs: work in proportion to their number, some
// microseconds each.
func NewMarket(f MarketFacts) *Market {
	m := &Market{rates: f.Rates}
	for l := range m.levels {
		m.levels[l].cells = map[string]cell{}
	}
	var x fact.Exchange
	for i := range f.Investors {
		for _, d := range Firsts(i.Deals) {
			if i.Agreed || d.GetPublished() {
				x.Open(f.Rates, d.GetDate())
				backed(d, &x).each(func(l Level, answer string, parts int64) { m.levels[l].add(answer, parts, 0) })
			}
		}
	}
	x.Open(f.Rates, f.Date)
	for n := range f.Needs {
		if n.Visible {
			asking(n, &x).each(func(l Level, answer string, parts int64) { m.levels[l].add(answer, 0, parts) })
		}
	}
	m.finish()
	return m
}

func (l *level) add(answer string, market, pool int64) {
	c := l.cells[answer]
	l.cells[answer] = cell{c.market + market, c.pool + pool}
	l.market, l.pool = l.market+market, l.pool+pool
}

// finish works out what follows from the counts.
func (m *Market) finish() {
	digest := sha256.New()
	for i := range m.levels {
		l := &m.levels[i]
		l.rising = slices.Sorted(maps.Keys(l.cells))
		for _, answer := range l.rising {
			c := l.cells[answer]
			fmt.Fprintf(digest, "%d %q %d %d\n", i, answer, c.market, c.pool)
		}
		slices.SortStableFunc(l.rising, func(a, b string) int {
			x, y := l.cells[a], l.cells[b]
			return cmp.Compare(x.market*y.pool, y.market*x.pool)
		})
	}
	m.version = short(digest)
}

// short are the first 8 bytes of a digest, as text.
func short(digest hash.Hash) string { return hex.EncodeToString(digest.Sum(nil)[:8]) }

// Version changes whenever a count does.
func (m *Market) Version() string { return m.version }

// known reports whether a level tells answers apart and counts this one.
func (m *Market) known(l Level, answer string) bool {
	_, ok := m.levels[l].cells[answer]
	return ok && m.levels[l].market > 0 && m.levels[l].pool > 0
}
