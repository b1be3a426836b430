package assess_test

import (
	"math/big"
	"sort"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/assess"
)

// The oracle is the rubric once more, slow and in fractions, straight from its
// text over the messages. It shares no code with the package.

// span2 is a pair of percentages, low and high.
type span2 [2]*big.Rat

func frac(a, b int64) *big.Rat     { return big.NewRat(a, b) }
func whole(a int64) *big.Rat       { return new(big.Rat).SetInt64(a) }
func add(a, b *big.Rat) *big.Rat   { return new(big.Rat).Add(a, b) }
func minus(a, b *big.Rat) *big.Rat { return new(big.Rat).Sub(a, b) }
func times(a, b *big.Rat) *big.Rat { return new(big.Rat).Mul(a, b) }
func over(a, b *big.Rat) *big.Rat  { return new(big.Rat).Quo(a, b) }

func smaller(a, b *big.Rat) *big.Rat {
	if a.Cmp(b) < 0 {
		return a
	}
	return b
}

func larger(a, b *big.Rat) *big.Rat {
	if a.Cmp(b) > 0 {
		return a
	}
	return b
}

func all100() span2 { return span2{whole(0), whole(100)} }

func same(x *big.Rat) span2 { return span2{x, x} }

// roundHalfUp is floor(x + 1/2).
func roundHalfUp(x *big.Rat) int32 {
	y := add(x, frac(1, 2))
	return int32(new(big.Int).Div(y.Num(), y.Denom()).Int64()) // denominators are positive: Div is floor
}

// pl is piecewise linear over x:y pairs.
func pl(x *big.Rat, points ...*big.Rat) *big.Rat {
	n := len(points) / 2
	if x.Cmp(points[0]) <= 0 {
		return points[1]
	}
	for i := 1; i < n; i++ {
		x0, y0, x1, y1 := points[2*i-2], points[2*i-1], points[2*i], points[2*i+1]
		if x.Cmp(x1) <= 0 {
			return add(y0, times(minus(y1, y0), over(minus(x, x0), minus(x1, x0))))
		}
	}
	return points[2*n-1]
}

func rats(values ...int64) []*big.Rat {
	list := make([]*big.Rat, len(values))
	for i, v := range values {
		list[i] = whole(v)
	}
	return list
}

type oracle struct {
	in     assess.Input
	canvas *maecenasv1.Canvas
}

func isGift(s *maecenasv1.RevenueStream) bool {
	return s.Kind == maecenasv1.RevenueStream_PUBLIC_GRANT || s.Kind == maecenasv1.RevenueStream_DONATION
}

func (o oracle) amounts() (*big.Rat, bool) {
	sum := new(big.Rat)
	for _, s := range o.canvas.GetRevenueStreams() {
		if s.AnnualAmount == nil {
			return nil, false
		}
		sum = add(sum, whole(*s.AnnualAmount))
	}
	return sum, sum.Sign() > 0
}

func (o oracle) mean(value func(*maecenasv1.RevenueStream) span2) span2 {
	streams := o.canvas.GetRevenueStreams()
	if len(streams) == 0 {
		return all100()
	}
	total, known := o.amounts()
	var result span2
	for end := range result {
		var acc *big.Rat
		for _, s := range streams {
			proof := map[maecenasv1.RevenueStream_Stage][2]*big.Rat{
				maecenasv1.RevenueStream_ACTUAL:            {whole(1), whole(1)},
				maecenasv1.RevenueStream_PILOT:             {frac(3, 4), frac(3, 4)},
				maecenasv1.RevenueStream_PLANNED:           {frac(1, 2), frac(1, 2)},
				maecenasv1.RevenueStream_STAGE_UNSPECIFIED: {frac(1, 2), whole(1)},
			}[s.Stage]
			v := times(value(s)[end], proof[end])
			switch {
			case known:
				v = times(v, over(whole(*s.AnnualAmount), total))
				if acc == nil {
					acc = new(big.Rat)
				}
				acc = add(acc, v)
			case acc == nil:
				acc = v
			case end == 0:
				acc = smaller(acc, v)
			default:
				acc = larger(acc, v)
			}
		}
		result[end] = acc
	}
	return result
}

func has(ids []string, id string) bool {
	for _, one := range ids {
		if one == id {
			return true
		}
	}
	return false
}

func (o oracle) switching() span2 {
	return o.mean(func(s *maecenasv1.RevenueStream) span2 {
		if isGift(s) {
			return same(whole(0))
		}
		low, high, related := int64(0), int64(0), false
		for _, r := range o.canvas.CustomerRelationships {
			if !has(r.SegmentIds, s.SegmentId) {
				continue
			}
			related = true
			if r.CommitmentMonths == nil {
				high = 36
				continue
			}
			months := min(int64(*r.CommitmentMonths), 36)
			low, high = max(low, months), max(high, months)
		}
		if !related {
			high = 36
		}
		points := rats(0, 0, 12, 50, 36, 100)
		return span2{pl(whole(low), points...), pl(whole(high), points...)}
	})
}

func (o oracle) recurring() span2 {
	return o.mean(func(s *maecenasv1.RevenueStream) span2 {
		v := all100()
		switch s.Recurrence {
		case maecenasv1.RevenueStream_AUTOMATIC:
			v = same(whole(100))
		case maecenasv1.RevenueStream_REPEAT:
			v = same(whole(50))
		case maecenasv1.RevenueStream_ONE_OFF:
			v = same(whole(0))
		}
		if isGift(s) {
			v = span2{smaller(v[0], whole(50)), smaller(v[1], whole(50))}
		}
		return v
	})
}

func (o oracle) prepaid() span2 {
	return o.mean(func(s *maecenasv1.RevenueStream) span2 {
		if s.PrepaidShareBp == nil {
			return all100()
		}
		return same(frac(int64(*s.PrepaidShareBp), 100))
	})
}

func (o oracle) cost() span2 {
	u := o.canvas.GetUnitEconomics()
	if u == nil || u.OwnUnitCostMicros == nil || u.BenchmarkUnitCostMicros == nil || *u.BenchmarkUnitCostMicros <= 0 || u.BenchmarkSource == "" {
		return all100()
	}
	d := minus(frac(*u.OwnUnitCostMicros, *u.BenchmarkUnitCostMicros), whole(1))
	return same(pl(d, frac(-3, 10), whole(100), whole(0), whole(50), frac(3, 10), whole(0)))
}

func (o oracle) others() span2 {
	activities := o.canvas.GetKeyActivities()
	if len(activities) == 0 {
		return all100()
	}
	efforts, weighted := int64(0), true
	for _, a := range activities {
		if a.EffortShareBp == nil {
			weighted = false
		}
		efforts += int64(a.GetEffortShareBp())
	}
	weighted = weighted && efforts > 0
	var result span2
	for i, a := range activities {
		v := same(whole(0))
		switch {
		case a.PerformedBy == maecenasv1.KeyActivity_USERS,
			a.PerformedBy == maecenasv1.KeyActivity_UNPAID_PARTNER && a.CompensationPolicy != "":
			v = same(whole(100))
		case a.PerformedBy == maecenasv1.KeyActivity_PERFORMED_BY_UNSPECIFIED:
			v = all100()
		}
		switch {
		case weighted:
			w := frac(int64(*a.EffortShareBp), efforts)
			if i == 0 {
				result = span2{new(big.Rat), new(big.Rat)}
			}
			result = span2{add(result[0], times(w, v[0])), add(result[1], times(w, v[1]))}
		case i == 0:
			result = v
		default:
			result = span2{smaller(result[0], v[0]), larger(result[1], v[1])}
		}
	}
	return result
}

func (o oracle) scalability() span2 {
	total, known := o.amounts()
	if !known || len(o.canvas.GetCostItems()) == 0 {
		return all100()
	}
	load := span2{new(big.Rat), new(big.Rat)}
	for _, c := range o.canvas.CostItems {
		if c.AnnualAmount == nil {
			return all100()
		}
		share := map[maecenasv1.CostItem_Behaviour]span2{
			maecenasv1.CostItem_FIXED:                 same(whole(0)),
			maecenasv1.CostItem_STEP:                  same(frac(1, 2)),
			maecenasv1.CostItem_VARIABLE:              same(whole(1)),
			maecenasv1.CostItem_BEHAVIOUR_UNSPECIFIED: {whole(0), whole(1)},
		}[c.Behaviour]
		for end := range load {
			load[end] = add(load[end], times(whole(*c.AnnualAmount), share[end]))
		}
	}
	earned := total
	for _, s := range o.canvas.RevenueStreams {
		if isGift(s) {
			earned = minus(earned, whole(*s.AnnualAmount))
		}
	}
	if earned.Sign() == 0 {
		return same(whole(0))
	}
	f := o.mean(func(*maecenasv1.RevenueStream) span2 { return same(whole(1)) })
	at := func(end int) *big.Rat {
		rest := minus(whole(1), over(load[1-end], earned))
		return times(whole(100), times(f[end], larger(rest, whole(0))))
	}
	return span2{at(0), at(1)}
}

func (o oracle) protection() span2 {
	s := []*big.Rat{whole(0), frac(15, 100), frac(35, 100), frac(60, 100), frac(80, 100)}
	var result span2
	for end := range result {
		best := map[maecenasv1.Moat_Kind]*big.Rat{}
		for _, moat := range o.canvas.GetMoats() {
			strength := int32(0)
			if end == 1 {
				strength = 4
			}
			if moat.Strength != nil {
				strength = *moat.Strength
			}
			level := moat.GetEvidence().GetLevel()
			if end == 0 && level != maecenasv1.Evidence_DOCUMENTED && level != maecenasv1.Evidence_THIRD_PARTY_VERIFIED {
				strength = min(strength, 2)
			}
			if best[moat.Kind] == nil || best[moat.Kind].Cmp(s[strength]) < 0 {
				best[moat.Kind] = s[strength]
			}
		}
		var values []*big.Rat
		for _, v := range best {
			values = append(values, v)
		}
		sort.Slice(values, func(i, j int) bool { return values[i].Cmp(values[j]) > 0 })
		product := whole(1)
		for _, v := range values[:min(3, len(values))] {
			product = times(product, minus(whole(1), v))
		}
		result[end] = times(whole(100), minus(whole(1), product))
	}
	return result
}
