package index

import (
	"sync/atomic"

	"github.com/maecenas-cci/maecenas/internal/index/column"
	"github.com/maecenas-cci/maecenas/internal/match"
)

// eligible lifts the value of an eligible pair above all that are not.
const eligible = column.Never

// least is the least values that the last of a full page leaves open: of pairs that may
// be eligible, and of those that surely are not. A page that is not full, and one of
// near-misses, which are ordered by distance, leave everything open.
func (p *page) least(q *Query, shared *floor) (passing, open int64) {
	if q.NearMisses {
		return 0, 0
	}
	standard := int64(0)
	if p.full() {
		switch last := &p.kept[0].key; last.Eligibility {
		case match.Eligible:
			standard = last.Value + eligible
		case match.Conditional:
			standard = last.Value
		}
	}
	if shared != nil {
		standard = shared.raise(standard)
	}
	if standard >= eligible {
		return standard - eligible, column.Never
	}
	return 0, max(standard, 0)
}

// floor is the highest standard that a full page of any goroutine sets: what is below
// is in no page of them all.
type floor struct{ standard atomic.Int64 }

// raise raises the floor, and answers where it is.
func (f *floor) raise(to int64) int64 {
	for {
		now := f.standard.Load()
		if to <= now || f.standard.CompareAndSwap(now, to) {
			return max(to, now)
		}
	}
}
