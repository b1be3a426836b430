package assess

import (
	"cmp"
	"math/bits"
	"slices"

	"github.com/maecenas-cci/maecenas/internal/assess/exact"
	"github.com/maecenas-cci/maecenas/internal/assess/method"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// missing lists the facts that are unset with the least and the most that their
// answer can add to the score while all else stays as it is, largest first. Both
// are exact: the score is worked out for values of which one is least and one is
// most, because between them it moves one way. Only the last amount of a stream
// that is unset is no such fact (it weighs rising parts against falling ones);
// its least and most are found by bounds.
func (m *model) missing(base figures) []*maecenasv1.MissingFact {
	var list []*maecenasv1.MissingFact
	m.facts(func(e entry) {
		if e.stated {
			return
		}
		list = append(list, m.worth(e, base))
	})
	slices.SortFunc(list, func(a, b *maecenasv1.MissingFact) int {
		return cmp.Or(
			cmp.Compare(b.GainMax, a.GainMax), cmp.Compare(b.GainMin, a.GainMin),
			cmp.Compare(a.Dimension, b.Dimension), cmp.Compare(a.Path, b.Path),
		)
	})
	return list
}

// worth works out what the answer to an unset fact can add.
func (m *model) worth(e entry, base figures) *maecenasv1.MissingFact {
	fact := &maecenasv1.MissingFact{Path: e.path}
	if len(e.reads) == 0 {
		return fact
	}
	fact.Dimension = e.reads[0]
	before := base.total().score
	best, first := base, true
	weigh := func(answer int64) {
		e.put(answer)
		f := m.evaluate()
		gain := f.total().score - before
		if first || gain > fact.GainMax {
			fact.GainMax, best = gain, f
		}
		if first || gain < fact.GainMin {
			fact.GainMin = gain
		}
		first = false
	}
	answers := e.answers
	if e.search != nil {
		answers = append(slices.Clip(answers), e.search()...)
	}
	for _, answer := range answers {
		weigh(answer)
	}
	e.forget()
	if d := mostGained(base, best); d != 0 {
		fact.Dimension = d
	}
	return fact
}

// mostGained is the dimension whose weighted score gains most, the first of
// several; 0 when none gains.
func mostGained(before, after figures) maecenasv1.Assessment_Dimension {
	most, dimension := int64(0), maecenasv1.Assessment_DIMENSION_UNSPECIFIED
	for i := range before {
		if gain := int64(method.Dimensions[i].Weight) * int64(after[i].low-before[i].low); gain > most {
			most, dimension = gain, maecenasv1.Assessment_Dimension(i+1)
		}
	}
	return dimension
}

// extremeAmounts returns amounts of a stream, from 1 up, of which one makes the
// score least and one makes it most; none while other streams have no amount,
// when no dimension looks at amounts.
func (m *model) extremeAmounts(stream int) []int64 {
	for i := range m.streams {
		if i != stream && !m.streams[i].amount.set {
			return nil
		}
	}
	s := newAmountSearch(m, stream)
	return []int64{s.find(-1), s.find(1)}
}

// amountSearch looks for the amount of one stream that makes the score most or
// least, by branch and bound. As the amount a grows, every stream mean moves one
// way (it is a mean of what there is and the stream's value), so between two
// amounts it stays between its values there. SCALABILITY and REVENUE_DIVERSITY
// are products of parts that each do; the product stays between those of the
// parts' bounds.
//
// A score that rising and falling dimensions hold level takes a sample at every
// step of either, some hundred thousand. What the other streams come to is
// therefore summed up once, and a sample takes no look at them.
type amountSearch struct {
	base figures // what does not move with the amount
	gift bool
	// Sums of amounts without the stream: of all, of its segment, of what is earned.
	others, segment, earned int64
	load                    int64 // of costs, high, in parts of method.GrowthUnit
	loaded                  bool  // whether that is known

	proof, switching, recurring, prepaid streamSum

	apart  exact.Int // REVENUE_DIVERSITY's sum over the other segments, for low
	payers exact.Int // its own segment's amounts × top payers' shares, without it, for low
	top    int64     // its own top payer's share, for low
}

// streamSum is the low end of a stream mean, less the weight of one amount.
type streamSum struct {
	others     exact.Int // of the other streams
	own, scale int64     // of the stream, and the unit of both, as 1/scale
}

// at returns the mean with the amount, of a total.
func (s *streamSum) at(amount, total int64) exact.Ratio {
	num := s.others
	num.AddProduct(amount, s.own)
	return exact.Ratio{Num: num, Den: exact.NewInt(total).Times(s.scale)}
}

func newAmountSearch(m *model, at int) *amountSearch {
	own := &m.streams[at]
	own.amount = fact{1, true}
	s := &amountSearch{base: m.evaluate(), gift: own.gift, top: own.topPayer.or(maxShare)}
	load, loaded := m.load()
	s.load, s.loaded = load.high, loaded
	e := &evaluation{model: m}
	s.proof = e.sumOf(at, 1, wholeValue)
	s.switching = e.sumOf(at, commitmentScale(), bindingValue)
	s.recurring = e.sumOf(at, recurrenceScale, recurrenceValue)
	s.prepaid = e.sumOf(at, maxShare, prepaidValue)
	for i := range m.streams {
		one := &m.streams[i]
		if i == at {
			continue
		}
		s.others += one.amount.value
		if !one.gift {
			s.earned += one.amount.value
		}
		if one.group == own.group {
			s.segment += one.amount.value
			s.payers.AddProduct(one.amount.value, one.topPayer.or(maxShare))
		}
	}
	for i := range m.groups {
		if i != own.group {
			s.apart = s.apart.Add(m.groups[i].concentration(0))
		}
	}
	return s
}

// sumOf sums up the low end of a stream mean.
func (e *evaluation) sumOf(at int, scale int64, value func(*evaluation, *stream) span) streamSum {
	sum := streamSum{scale: scale * method.ProofUnit}
	for i := range e.streams {
		one := &e.streams[i]
		low := value(e, one).low * one.proof().low
		if i == at {
			sum.own = low
		} else {
			sum.others.AddProduct(one.amount.value, low)
		}
	}
	return sum
}

// sample is what the search knows of one amount. Of the dimensions' figures only
// the low ends are those of the amount.
type sample struct {
	amount int64
	f      figures
	proof  exact.Bounded // F, low
	rest   exact.Bounded // SCALABILITY's 1 - load/S, low
	apart  exact.Bounded // REVENUE_DIVERSITY's sum over the other segments, for low
	share  exact.Bounded // its own segment's share of R
	weight exact.Bounded // its own segment's share of R × (1 + t)/2, for low
}

// at works out a sample.
func (s *amountSearch) at(amount int64) sample {
	total := s.others + amount
	own := group{amount: s.segment + amount, payers: [2]exact.Int{s.payers}}
	own.payers[0].AddProduct(amount, s.top)
	double := exact.NewInt(total).Times(2 * maxShare)
	square := double.Times(total)
	proof, rest := s.proof.at(amount, total), s.rest(amount)
	spread := exact.Ratio{Num: s.apart.Add(own.concentration(0)), Den: square}.OneMinus()
	one := sample{
		amount: amount, f: s.base,
		proof: exact.NewBounded(proof), rest: exact.NewBounded(rest),
		apart:  exact.NewBounded(exact.Ratio{Num: s.apart, Den: square}),
		share:  exact.NewBounded(exact.NewRatio(own.amount, total)),
		weight: exact.NewBounded(exact.Ratio{Num: own.weighted(0), Den: double}),
	}
	one.f.of(maecenasv1.Assessment_SWITCHING_COST).low = s.switching.at(amount, total).Hundredths()
	one.f.of(maecenasv1.Assessment_RECURRING_REVENUE).low = s.recurring.at(amount, total).Hundredths()
	one.f.of(maecenasv1.Assessment_EARN_BEFORE_SPEND).low = s.prepaid.at(amount, total).Hundredths()
	one.f.of(maecenasv1.Assessment_SCALABILITY).low = proof.Mul(rest).Hundredths()
	one.f.of(maecenasv1.Assessment_REVENUE_DIVERSITY).low = proof.Mul(spread).Hundredths()
	return one
}

// rest is max(0, 1 - load/S), for low.
func (s *amountSearch) rest(amount int64) exact.Ratio {
	earned := s.earned
	if !s.gift {
		earned += amount
	}
	if !s.loaded || earned == 0 || s.load >= method.GrowthUnit*earned {
		return exact.NewRatio(0, 1)
	}
	return exact.NewRatio(method.GrowthUnit*earned-s.load, method.GrowthUnit*earned)
}

// find returns the amount whose score is most (sign 1) or least (sign -1).
func (s *amountSearch) find(sign int32) int64 {
	score := func(one *sample) int32 { return sign * one.f.total().score }
	first, last := s.at(1), s.at(maxAmount)
	best, at := score(&first), first.amount
	if high := score(&last); high > best {
		best, at = high, last.amount
	}
	stack := [][2]sample{{first, last}}
	for len(stack) > 0 {
		between := &stack[len(stack)-1]
		left, right := &between[0], &between[1]
		if right.amount-left.amount < 2 || sign*bound(left, right, sign) <= best {
			stack = stack[:len(stack)-1]
			continue
		}
		middle := s.at(s.halfway(left.amount, right.amount))
		if high := score(&middle); high > best {
			best, at = high, middle.amount
		}
		beyond := [2]sample{middle, *right}
		between[1] = middle
		stack = append(stack, beyond)
	}
	return at
}

// halfway halves the way of 1/R, in which every share is a straight line.
func (s *amountSearch) halfway(left, right int64) int64 {
	l, r := uint64(s.others+left), uint64(s.others+right)
	hi, lo := bits.Mul64(2*l, r)
	mean, _ := bits.Div64(hi, lo, l+r)
	return min(max(int64(mean)-s.others, left+1), right-1)
}

// bound is a score that no amount between two samples exceeds (sign 1) or falls
// below (sign -1).
func bound(left, right *sample, sign int32) int32 {
	outer, inner := most, least
	if sign < 0 {
		outer, inner = least, most
	}
	f := left.f
	for i := range f {
		if sign*right.f[i].low > sign*f[i].low {
			f[i].low = right.f[i].low
		}
	}
	proof := outer(&left.proof, &right.proof)
	f.of(maecenasv1.Assessment_SCALABILITY).low = proof.ProductHundredths(outer(&left.rest, &right.rest))
	// What is concentrated counts against diversity: its bounds are the other way.
	f.of(maecenasv1.Assessment_REVENUE_DIVERSITY).low = proof.SpreadHundredths(
		inner(&left.share, &right.share), inner(&left.weight, &right.weight), inner(&left.apart, &right.apart))
	return f.total().score
}

func least(p, q *exact.Bounded) *exact.Bounded {
	if p.Cmp(q) <= 0 {
		return p
	}
	return q
}

func most(p, q *exact.Bounded) *exact.Bounded {
	if p.Cmp(q) >= 0 {
		return p
	}
	return q
}
