package assess_test

import (
	"math/big"
	"sort"
	"strconv"
	"strings"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/assess"
)

// oracleAssess works out the assessment of an input for a date: all but what
// readiness lacks, hash, inputs, improvements and missing facts.
func oracleAssess(in assess.Input, date string) *maecenasv1.Assessment {
	o := oracle{in: in, canvas: in.Canvas}
	spans := make([]*span2, 14)
	reads := func(f func() span2) *span2 {
		s := all100()
		if !in.CanvasUndisclosed {
			s = f()
		}
		return &s
	}
	if in.CanvasUndisclosed {
		o.canvas = nil
	}
	for i, f := range []func() span2{o.switching, o.recurring, o.prepaid, o.cost, o.others, o.scalability, o.protection, o.diversity} {
		spans[i] = reads(f)
	}
	for i, f := range []func() span2{o.market, o.runway, o.margin} {
		s := f()
		spans[8+i] = &s
	}
	if spans[11] = o.rights(); in.CanvasUndisclosed {
		s := all100()
		spans[11] = &s
	}
	team := o.team()
	spans[12], spans[13] = &team, reads(o.coherence)
	a := o.summarize(spans)
	o.readiness(a)
	o.flags(a, date)
	confidence := o.confidence(a, date)
	a.Confidence = &confidence
	a.AssessDate = date
	a.RubricVersion = "1"
	return a
}

func (o oracle) summarize(spans []*span2) *maecenasv1.Assessment {
	weights := []int64{6, 8, 8, 6, 4, 10, 8, 8, 12, 5, 5, 8, 8, 4}
	a := &maecenasv1.Assessment{}
	w, low, high, known := new(big.Rat), new(big.Rat), new(big.Rat), new(big.Rat)
	for i, s := range spans {
		d := &maecenasv1.DimensionResult{
			Dimension: maecenasv1.Assessment_Dimension(i + 1),
			Group:     maecenasv1.DimensionResult_DESIGN,
			Weight:    int32(weights[i]),
			Status:    maecenasv1.DimensionResult_NOT_APPLICABLE,
		}
		if i >= 7 {
			d.Group = maecenasv1.DimensionResult_ROBUSTNESS
		}
		if i == 13 {
			d.Group = maecenasv1.DimensionResult_COHERENCE
		}
		a.Dimensions = append(a.Dimensions, d)
		if s == nil {
			continue
		}
		l, h := roundHalfUp(times(s[0], whole(100))), roundHalfUp(times(s[1], whole(100)))
		d.Score, d.Potential = &l, &h
		weight := whole(weights[i])
		w = add(w, weight)
		low, high = add(low, times(weight, whole(int64(l)))), add(high, times(weight, whole(int64(h))))
		switch {
		case l == 0 && h == 10000:
			d.Status = maecenasv1.DimensionResult_UNKNOWN
			continue
		case l != h:
			d.Status = maecenasv1.DimensionResult_PARTIAL
		default:
			d.Status = maecenasv1.DimensionResult_KNOWN
		}
		known = add(known, weight)
	}
	a.Score, a.Potential = roundHalfUp(over(low, w)), roundHalfUp(over(high, w))
	a.Coverage = roundHalfUp(times(whole(10000), over(known, w)))
	a.Status = maecenasv1.Assessment_SUFFICIENT
	if a.Coverage < 6000 {
		a.Status = maecenasv1.Assessment_INSUFFICIENT
	}
	contribute(a, w)
	return a
}

func contribute(a *maecenasv1.Assessment, w *big.Rat) {
	type part struct {
		d         *maecenasv1.DimensionResult
		remainder *big.Rat
	}
	var parts []part
	left := a.Score
	for _, d := range a.Dimensions {
		if d.Score == nil {
			continue
		}
		exact := over(whole(int64(d.Weight)*int64(*d.Score)), w)
		floor := int32(new(big.Int).Div(exact.Num(), exact.Denom()).Int64())
		d.Contribution = &floor
		left -= floor
		parts = append(parts, part{d, minus(exact, whole(int64(floor)))})
	}
	sort.SliceStable(parts, func(i, j int) bool { return parts[i].remainder.Cmp(parts[j].remainder) > 0 })
	for i := range int(left) {
		*parts[i].d.Contribution++
	}
}

func (o oracle) readiness(a *maecenasv1.Assessment) {
	c, t, f := o.canvas, o.in.Traction, o.in.Financials
	if t == nil {
		t = &maecenasv1.Traction{}
	}
	if f == nil {
		f = &maecenasv1.Financials{}
	}
	tried, actual, stated := false, false, len(c.GetRevenueStreams()) > 0 && len(c.GetCostItems()) > 0
	actualSegments := map[string]bool{}
	income, variable := int64(0), int64(0)
	for _, s := range c.GetRevenueStreams() {
		stated = stated && s.AnnualAmount != nil
		income += s.GetAnnualAmount()
		if s.GetAnnualAmount() <= 0 {
			continue
		}
		switch s.Stage {
		case maecenasv1.RevenueStream_ACTUAL:
			tried, actual = true, true
			actualSegments[s.SegmentId] = true
		case maecenasv1.RevenueStream_PILOT:
			tried = true
		}
	}
	for _, item := range c.GetCostItems() {
		stated = stated && item.AnnualAmount != nil
		if item.Behaviour == maecenasv1.CostItem_VARIABLE || item.Behaviour == 0 {
			variable += item.GetAnnualAmount()
		}
	}
	profit := f.Ebitda12M != nil && *f.Ebitda12M >= 0 && f.GetRevenue12M() > 0
	lasting := f.GetCash() > 0 && f.MonthlyBurn != nil && (*f.MonthlyBurn <= 0 || frac(f.GetCash(), *f.MonthlyBurn).Cmp(whole(12)) >= 0)
	six := t.GetPilots() >= 1 || t.GetPayingCustomers() >= 1 || tried
	gates := []bool{
		len(c.GetCustomerSegments()) > 0 && len(c.GetValuePropositions()) > 0,
		len(c.GetCustomerSegments()) > 0 && len(c.GetValuePropositions()) > 0 && len(c.GetChannels()) > 0 &&
			len(c.GetCustomerRelationships()) > 0 && len(c.GetRevenueStreams()) > 0 && len(c.GetKeyResources()) > 0 &&
			len(c.GetKeyActivities()) > 0 && len(c.GetCostItems()) > 0 &&
			a.Dimensions[13].GetScore() >= 6000 && !o.in.CanvasUndisclosed,
		stated && income >= variable,
		t.GetInterviews() >= 5 || t.GetLettersOfIntent() >= 1 || t.GetPayingCustomers() >= 1 || six,
		six,
		t.GetPayingCustomers() >= 3 && actual,
		profit || lasting,
		profit && t.GetRevenueGrowth12MBp() > 0 && len(actualSegments) >= 2,
	}
	a.Readiness = 1
	for _, met := range gates {
		if !met {
			return
		}
		a.Readiness++
	}
}

func (o oracle) flags(a *maecenasv1.Assessment, date string) {
	c, f := o.canvas, o.in.Financials
	if f == nil {
		f = &maecenasv1.Financials{}
	}
	raise := func(flag maecenasv1.Assessment_Flag, up bool) {
		if up {
			a.Flags = append(a.Flags, flag)
		}
	}
	total, known := o.amounts()
	gifts, single := new(big.Rat), map[string]*big.Rat{}
	actual, staged, unfair := int64(0), true, false
	for _, s := range c.GetRevenueStreams() {
		amount := whole(s.GetAnnualAmount())
		if isGift(s) {
			gifts = add(gifts, amount)
		}
		if single[s.SegmentId] == nil {
			single[s.SegmentId] = new(big.Rat)
		}
		single[s.SegmentId] = add(single[s.SegmentId], times(amount, frac(int64(s.GetTopPayerShareBp()), 10000)))
		staged = staged && s.AnnualAmount != nil && s.Stage != 0
		if s.Stage == maecenasv1.RevenueStream_ACTUAL {
			actual += s.GetAnnualAmount()
		}
	}
	singlePayer := false
	for _, sum := range single {
		singlePayer = singlePayer || known && over(sum, total).Cmp(frac(1, 2)) >= 0
	}
	for _, x := range c.GetKeyActivities() {
		unfair = unfair || x.PerformedBy == maecenasv1.KeyActivity_UNPAID_PARTNER && x.CompensationPolicy == ""
	}
	costs, costed := int64(0), len(c.GetCostItems()) > 0
	for _, x := range c.GetCostItems() {
		costed = costed && x.AnnualAmount != nil
		costs += x.GetAnnualAmount()
	}
	sameMoney := c.GetCurrencyCode() == f.CurrencyCode
	raise(maecenasv1.Assessment_GRANT_DEPENDENT, known && over(gifts, total).Cmp(frac(1, 2)) > 0)
	raise(maecenasv1.Assessment_SINGLE_PAYER, singlePayer)
	raise(maecenasv1.Assessment_FAIR_PRACTICE, unfair)
	raise(maecenasv1.Assessment_COSTS_INCOMPLETE, costed && sameMoney && f.Revenue12M != nil && f.Ebitda12M != nil &&
		whole(costs).Cmp(times(frac(80, 100), whole(f.GetRevenue12M()-f.GetEbitda12M()))) < 0)
	difference := max(actual-f.GetRevenue12M(), f.GetRevenue12M()-actual)
	raise(maecenasv1.Assessment_REVENUE_INCONSISTENT, len(c.GetRevenueStreams()) > 0 && sameMoney && f.Revenue12M != nil && staged &&
		whole(difference).Cmp(times(frac(1, 4), whole(max(actual, f.GetRevenue12M())))) > 0)
	raise(maecenasv1.Assessment_BURN_INCONSISTENT, f.GetEbitda12M() < 0 && f.MonthlyBurn != nil && *f.MonthlyBurn <= 0)
	stale := false
	for d := range 13 {
		for _, e := range o.evidence(d) {
			stale = stale || e.GetAsOfDate() != "" && monthsBetween(e.GetAsOfDate(), date) > 24
		}
	}
	raise(maecenasv1.Assessment_STALE_EVIDENCE, stale)
}

// evidence lists that of the inputs of a dimension, by its place in the rubric.
func (o oracle) evidence(dimension int) (list []*maecenasv1.Evidence) {
	c := o.canvas
	streams := func() {
		for _, x := range c.GetRevenueStreams() {
			list = append(list, x.Evidence)
		}
	}
	switch dimension {
	case 0:
		for _, x := range c.GetCustomerRelationships() {
			list = append(list, x.Evidence)
		}
	case 1, 2, 7:
		streams()
	case 3:
		list = append(list, c.GetUnitEconomics().GetEvidence())
	case 4:
		for _, x := range c.GetKeyActivities() {
			list = append(list, x.Evidence)
		}
	case 5:
		streams()
		for _, x := range c.GetCostItems() {
			list = append(list, x.Evidence)
		}
	case 6:
		for _, x := range c.GetMoats() {
			list = append(list, x.Evidence)
		}
	case 8:
		list = append(list, o.in.Traction.GetEvidence())
	case 9, 10:
		list = append(list, o.in.Financials.GetEvidence())
	case 11:
		for _, x := range c.GetKeyResources() {
			if x.Kind == maecenasv1.KeyResource_INTELLECTUAL {
				list = append(list, x.Evidence)
			}
		}
	case 12:
		list = append(list, o.in.Team.GetEvidence())
	}
	return list
}

func monthsBetween(from, to string) int {
	number := func(date string) (year, month, day int) {
		parts := strings.Split(date, "-")
		year, _ = strconv.Atoi(parts[0])
		month, _ = strconv.Atoi(parts[1])
		day, _ = strconv.Atoi(parts[2])
		return year, month, day
	}
	y1, m1, d1 := number(from)
	y2, m2, d2 := number(to)
	months := (y2-y1)*12 + m2 - m1
	if d2 < d1 {
		months--
	}
	return max(months, 0)
}

func (o oracle) confidence(a *maecenasv1.Assessment, date string) int32 {
	sum, weights := new(big.Rat), new(big.Rat)
	for i, d := range a.Dimensions {
		if d.Status == maecenasv1.DimensionResult_NOT_APPLICABLE {
			continue
		}
		w := whole(int64(d.Weight))
		weights = add(weights, w)
		var e *big.Rat
		switch {
		case d.Status == maecenasv1.DimensionResult_UNKNOWN:
			e = whole(0)
		case i == 13:
			e = whole(100)
		default:
			for _, one := range o.evidence(i) {
				x := whole(50)
				switch one.GetLevel() {
				case maecenasv1.Evidence_DOCUMENTED:
					x = whole(80)
				case maecenasv1.Evidence_THIRD_PARTY_VERIFIED:
					x = whole(100)
				}
				if one.GetAsOfDate() == "" {
					x = times(x, frac(1, 2))
				} else {
					age := whole(int64(monthsBetween(one.GetAsOfDate(), date)))
					x = times(x, pl(age, whole(12), whole(1), whole(24), frac(1, 2), whole(36), frac(1, 4)))
				}
				if e == nil || x.Cmp(e) < 0 {
					e = x
				}
			}
			if e == nil {
				e = whole(25)
			}
		}
		sum = add(sum, times(w, e))
	}
	return roundHalfUp(times(whole(100), over(sum, weights)))
}
