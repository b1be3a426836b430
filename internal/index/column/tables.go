package column

import (
	"github.com/maecenas-cci/maecenas/internal/index/kernel"
	"github.com/maecenas-cci/maecenas/internal/match"
	"github.com/maecenas-cci/maecenas/internal/match/fact"
)

// Levels of rows: what surely fails counts levelFail for each requirement of a facet, up
// to two, and what surely does not pass 1 for each facet.
const levelFail = 16

// part is what a code of a facet adds: in its lowest bits the value in the scan's units
// and above it the level; 0: it was not worked out yet.
type part uint32

func partOf(value, level uint8) part { return part(value) | part(level)<<8 | 1<<16 }

func (p part) value() uint8 { return uint8(p) }
func (p part) level() uint8 { return uint8(p >> 8) }

// remembered is of how many codes of a facet a scan remembers the parts at most, so that
// its memory does not grow with the rows.
const remembered = 1 << 16

// tables are a facet's of one block.
type tables struct {
	values, levels kernel.Table
	// What entries have at least and at most; and of how many entries how many do not
	// surely pass.
	leastValue, mostValue, leastLevel, mostLevel uint8
	entries, gated                               int
}

func (t *tables) reset() {
	t.leastValue, t.mostValue, t.leastLevel, t.mostLevel = 255, 0, 255, 0
	t.entries, t.gated = 0, 0
}

func (t *tables) set(entry uint8, p part) {
	value, level := p.value(), p.level()
	t.values[entry], t.levels[entry] = value, level
	t.leastValue, t.mostValue = min(t.leastValue, value), max(t.mostValue, value)
	t.leastLevel, t.mostLevel = min(t.leastLevel, level), max(t.mostLevel, level)
	t.entries++
	if level != 0 {
		t.gated++
	}
}

// selective says that half of the entries or more do not surely pass. Where fewer are, it
// costs less to finish the rows that reach the least sum.
func (t *tables) selective() bool { return 2*t.gated >= t.entries }

// forget makes room for the parts of a facet's codes.
func (c *scan) forget(f match.Facet) {
	codes := min(len(c.set.standings[f])*pageSize, remembered)
	if cap(c.memo[f]) < codes {
		c.memo[f] = make([]part, codes)
		return
	}
	c.memo[f] = c.memo[f][:codes]
	clear(c.memo[f])
}

// part works out what a code of a facet adds.
func (c *scan) part(f match.Facet, code uint32) part {
	if code == unknown {
		return partOf(c.mostOf[f], 0)
	}
	level := uint8(0)
	stands := c.set.standings[f].of(code)
	found := c.parts.Of(f, stands.need, stands.mixed)
	switch {
	case found.Fails > 0:
		level = uint8(min(found.Fails, 2) * levelFail)
	case found.Open:
		level = 1
	}
	return partOf(uint8((found.Most+c.unit-1)/c.unit), level)
}

// partOf is the part of a code, from memory where it was asked before.
func (c *scan) partOf(f match.Facet, code uint32) part {
	memo := c.memo[f]
	if int(code) >= len(memo) {
		return c.part(f, code)
	}
	if memo[code] == 0 {
		memo[code] = c.part(f, code)
	}
	return memo[code]
}

// table makes a facet's tables for a block.
func (c *scan) table(b *block, f match.Facet) *tables {
	t := &c.block[f]
	if c.whole[f] {
		return t
	}
	members, per := b.membersOf(f), int(b.per[f])
	t.reset()
	switch per {
	case 0:
		for _, code := range members {
			t.set(uint8(code), c.partOf(f, code))
		}
	case 1:
		c.plain(t, f, members)
	default:
		for e, from := 0, 0; from < len(members); e, from = e+1, from+per {
			p := c.partOf(f, members[from])
			for _, code := range members[from+1 : min(from+per, len(members))] {
				q := c.partOf(f, code)
				p = partOf(max(p.value(), q.value()), min(p.level(), q.level()))
			}
			t.set(uint8(e), p)
		}
	}
	return t
}

// plain makes tables of entries of one member each: what most of the time goes into that
// is spent on tables, so it is written to stay in registers.
func (c *scan) plain(t *tables, f match.Facet, members []uint32) {
	memo := c.memo[f]
	leastValue, mostValue, leastLevel, mostLevel, gated := part(255), part(0), part(255), part(0), 0
	for i, code := range members[:min(len(members), len(t.values))] {
		var p part
		if int(code) < len(memo) {
			p = memo[code]
		}
		if p == 0 {
			p = c.partOf(f, code)
		}
		value, level := p&255, p>>8&255
		t.values[i], t.levels[i] = uint8(value), uint8(level)
		leastValue, mostValue = min(leastValue, value), max(mostValue, value)
		if level != 0 {
			gated++
		}
		leastLevel, mostLevel = min(leastLevel, level), max(mostLevel, level)
	}
	t.leastValue, t.mostValue = uint8(leastValue), uint8(mostValue)
	t.leastLevel, t.mostLevel = uint8(leastLevel), uint8(mostLevel)
	t.entries, t.gated = len(members), gated
}

// tableOfAll makes a facet's tables for all blocks, where its codes are so few that they
// are the entries of each.
func (c *scan) tableOfAll(f match.Facet) {
	pages := c.set.standings[f]
	if c.whole[f] = len(pages) == 1 && f != fact.FacetPlace; !c.whole[f] {
		return
	}
	t := &c.block[f]
	t.reset()
	for code := range uint32(pageSize) {
		if code == unknown || pages.of(code).need != nil {
			t.set(uint8(code), c.partOf(f, code))
		}
	}
}
