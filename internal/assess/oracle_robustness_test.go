package assess_test

import (
	"math/big"
	"sort"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

func (o oracle) diversity() span2 {
	streams := o.canvas.GetRevenueStreams()
	if len(streams) == 0 {
		return all100()
	}
	segments := map[string][]*maecenasv1.RevenueStream{}
	for _, s := range streams {
		segments[s.SegmentId] = append(segments[s.SegmentId], s)
	}
	total, known := o.amounts()
	if !known {
		return span2{whole(0), times(whole(100), minus(whole(1), frac(1, 2*int64(len(segments)))))}
	}
	f := o.mean(func(*maecenasv1.RevenueStream) span2 { return same(whole(1)) })
	var result span2
	for end := range result {
		concentration := new(big.Rat)
		for _, list := range segments {
			amount, payers := new(big.Rat), new(big.Rat)
			for _, s := range list {
				t := whole(int64(1 - end))
				if s.TopPayerShareBp != nil {
					t = frac(int64(*s.TopPayerShareBp), 10000)
				}
				amount = add(amount, whole(*s.AnnualAmount))
				payers = add(payers, times(t, whole(*s.AnnualAmount)))
			}
			if amount.Sign() == 0 {
				continue
			}
			share := over(amount, total)
			t := over(payers, amount)
			concentration = add(concentration, times(times(share, share), over(add(whole(1), t), whole(2))))
		}
		result[end] = times(whole(100), times(f[end], minus(whole(1), concentration)))
	}
	return result
}

func (o oracle) market() span2 {
	t := o.in.Traction
	if t == nil {
		t = &maecenasv1.Traction{}
	}
	// nil is unknown.
	yesNo := func(b bool) *bool { return &b }
	atLeast := func(n *int32, least int32) *bool {
		if n == nil {
			return nil
		}
		return yesNo(*n >= least)
	}
	and := func(a, b *bool) *bool {
		switch {
		case a != nil && !*a, b != nil && !*b:
			return yesNo(false)
		case a == nil || b == nil:
			return nil
		}
		return yesNo(true)
	}
	two := yesNo(len(o.canvas.GetCustomerSegments()) > 0 && len(o.canvas.GetValuePropositions()) > 0)
	if o.in.CanvasUndisclosed {
		two = nil
	}
	levels := []*bool{
		yesNo(true), two, atLeast(t.Interviews, 3), atLeast(t.Interviews, 10), atLeast(t.LettersOfIntent, 1),
		atLeast(t.Pilots, 1), atLeast(t.PayingCustomers, 1), atLeast(t.PayingCustomers, 3),
		and(atLeast(t.PayingCustomers, 10), atLeast(t.RevenueGrowth12MBp, 1)),
	}
	low, high := 0, 0
	for i, l := range levels {
		if l != nil && *l {
			low = i
		}
		if l == nil || *l {
			high = i
		}
	}
	return span2{frac(int64(low)*100, 8), frac(int64(high)*100, 8)}
}

func (o oracle) runway() span2 {
	f := o.in.Financials
	switch {
	case f == nil || f.Cash == nil || f.MonthlyBurn == nil:
		return all100()
	case *f.Cash <= 0:
		return same(whole(0))
	case *f.MonthlyBurn <= 0:
		return same(whole(100))
	}
	return same(pl(frac(*f.Cash, *f.MonthlyBurn), rats(0, 0, 6, 40, 12, 70, 18, 85, 24, 100)...))
}

func (o oracle) margin() span2 {
	f := o.in.Financials
	switch {
	case f == nil || f.Revenue12M == nil || f.Ebitda12M == nil:
		return all100()
	case *f.Revenue12M == 0:
		return same(whole(0))
	}
	return same(pl(times(whole(100), frac(*f.Ebitda12M, *f.Revenue12M)), rats(-100, 0, 0, 60, 20, 100)...))
}

// rights answers nil when not applicable.
func (o oracle) rights() *span2 {
	applicable := false
	var rights []*maecenasv1.Right
	for _, r := range o.canvas.GetKeyResources() {
		if r.Kind == maecenasv1.KeyResource_INTELLECTUAL {
			applicable = true
			rights = append(rights, r.Rights...)
		}
	}
	for _, s := range o.canvas.GetRevenueStreams() {
		applicable = applicable || s.Kind == maecenasv1.RevenueStream_LICENSING
	}
	if !applicable {
		return nil
	}
	result := all100()
	if len(rights) > 0 {
		result = span2{new(big.Rat), new(big.Rat)}
		for _, r := range rights {
			v := all100()
			if r.OwnedShareBp != nil {
				v = same(frac(int64(*r.OwnedShareBp), 100))
			}
			n := whole(int64(len(rights)))
			result = span2{add(result[0], over(v[0], n)), add(result[1], over(v[1], n))}
		}
	}
	return &result
}

func (o oracle) team() span2 {
	members := o.in.Team.GetMembers()
	if len(members) == 0 {
		return all100()
	}
	roles := map[string]bool{}
	for _, m := range members {
		switch m.Role {
		case maecenasv1.Team_Member_TECHNOLOGY, maecenasv1.Team_Member_PRODUCTION:
			roles["making"] = true
		default:
			roles[m.Role.String()] = true
		}
	}
	var result span2
	for end := range result {
		var years []int
		for _, m := range members {
			year := 60 * end
			if m.SectorYears != nil {
				year = int(*m.SectorYears)
			}
			years = append(years, year)
		}
		sort.Ints(years)
		median := whole(int64(years[len(years)/2]))
		if len(years)%2 == 0 {
			median = frac(int64(years[len(years)/2-1]+years[len(years)/2]), 2)
		}
		result[end] = add(frac(60*int64(len(roles)), 4), times(frac(40, 100), pl(median, rats(0, 0, 5, 60, 10, 100)...)))
	}
	return result
}

func (o oracle) coherence() span2 {
	required, satisfied := int64(0), int64(0)
	want := func(ok bool) {
		required++
		if ok {
			satisfied++
		}
	}
	c := o.canvas
	for _, s := range c.GetCustomerSegments() {
		vp, ch, rel, rev := false, false, false, false
		for _, x := range c.ValuePropositions {
			vp = vp || has(x.SegmentIds, s.Id)
		}
		for _, x := range c.Channels {
			ch = ch || has(x.SegmentIds, s.Id)
		}
		for _, x := range c.CustomerRelationships {
			rel = rel || has(x.SegmentIds, s.Id)
		}
		for _, x := range c.RevenueStreams {
			rev = rev || x.SegmentId == s.Id
		}
		want(vp)
		want(ch)
		want(rel)
		if s.Payer {
			want(rev)
		}
	}
	for _, vp := range c.GetValuePropositions() {
		act, res := false, false
		for _, x := range c.KeyActivities {
			act = act || has(x.ValuePropositionIds, vp.Id)
		}
		for _, x := range c.KeyResources {
			res = res || has(x.ValuePropositionIds, vp.Id)
		}
		want(act)
		want(res)
	}
	for _, x := range c.GetCostItems() {
		want(x.DriverId != "")
	}
	if required == 0 {
		return same(whole(0))
	}
	return same(frac(100*satisfied, required))
}
