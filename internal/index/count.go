package index

import (
	"context"
	"slices"

	"github.com/maecenas-cci/maecenas/internal/match"
)

// CountBefore counts, for each of some places in the ranking of a plan's mandate, the
// matches that come before it: one need of an organization, none of the organization
// that is excepted, by resource name. Keys are of the ranking by score; one that is
// INELIGIBLE comes after all that are ranked. The error is ctx's.
func (s *Snapshot) CountBefore(ctx context.Context, plan *match.Plan, keys []Key, except string) ([]int, error) {
	if len(keys) == 0 {
		return nil, ctx.Err()
	}
	order := make([]int, len(keys))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return keys[a].Compare(keys[b]) })
	// What ranks after the last of them is not looked at any further.
	last := page{limit: 1, kept: []candidate{{key: keys[order[len(order)-1]], tied: true}}}
	q := Query{}
	scan := needScan{plan: plan, table: &s.needs, set: s.visible, query: &q}
	plan.Memoize()
	defer plan.Forget()
	firsts := make([]int, len(keys)+1) // matches of which this key is the first they precede
	err := scan.visit(ctx, &last, true, func(c *candidate) {
		if groupOf(c.name) == except {
			return
		}
		at, _ := slices.BinarySearchFunc(order, c, func(i int, c *candidate) int {
			if c.precedes(&keys[i]) {
				return 1
			}
			return -1
		})
		firsts[at]++
	})
	counts, sum := make([]int, len(keys)), 0
	for at, i := range order {
		sum += firsts[at]
		counts[i] = sum
	}
	return counts, err
}

// precedes reports whether c ranks before a key.
func (c *candidate) precedes(k *Key) bool {
	if d := c.key.CompareUntied(*k); d != 0 {
		return d < 0
	}
	c.settle()
	return c.key.Tie < k.Tie
}
