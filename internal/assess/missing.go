package assess

import (
	"cmp"
	"math/big"
	"math/bits"
	"slices"

	"github.com/maecenas-cci/maecenas/internal/assess/exact"

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
		if gain := int64(rubric[i].weight) * int64(after[i].low-before[i].low); gain > most {
			most, dimension = gain, maecenasv1.Assessment_Dimension(i+1)
		}
	}
	return dimension
}

// extremeAmounts returns amounts of a stream, from 1 up, of which one makes the
// score least and one makes it most; none while other streams have no amount,
// when no dimension looks at amounts.
func (m *model) extremeAmounts(stream int) []int64 {
	s := amountSearch{model: m, stream: stream}
	for i := range m.streams {
		if i == stream {
			continue
		}
		if !m.streams[i].amount.set {
			return nil
		}
		s.others += m.streams[i].amount.value
		if m.streams[i].group == m.streams[stream].group {
			s.segment += m.streams[i].amount.value
		}
		if !m.streams[i].gift {
			s.earned += m.streams[i].amount.value
		}
	}
	return []int64{s.find(-1), s.find(1)}
}

// amountSearch looks for the amount of one stream that makes the score most or
// least, by branch and bound. As the amount a grows, every stream mean moves one
// way (it is a mean of what there is and the stream's value), so between two
// amounts it stays between its values there. SCALABILITY and REVENUE_DIVERSITY
// are products of parts that each do; the product stays between those of the
// parts' bounds.
type amountSearch struct {
	*model
	stream int
	// Sums of amounts without the stream: of all, of its segment, of what is earned.
	others, segment, earned int64
}

// sample is what the search knows of one amount.
type sample struct {
	amount int64
	f      figures
	proof  *big.Rat // F, low
	rest   *big.Rat // SCALABILITY's 1 - load/S, low
	apart  *big.Rat // REVENUE_DIVERSITY's sum over the other segments, for low
	share  *big.Rat // its own segment's share of R
	weight *big.Rat // its own segment's share of R × (1 + t)/2, for low
}

// find returns the amount whose score is most (sign 1) or least (sign -1).
func (s *amountSearch) find(sign int32) int64 {
	score := func(one sample) int32 { return sign * one.f.total().score }
	first, last := s.at(1), s.at(maxAmount)
	best := first
	if score(last) > score(first) {
		best = last
	}
	stack := [][2]sample{{first, last}}
	for len(stack) > 0 {
		left, right := stack[len(stack)-1][0], stack[len(stack)-1][1]
		stack = stack[:len(stack)-1]
		if right.amount-left.amount < 2 || sign*s.bound(left, right, sign) <= score(best) {
			continue
		}
		middle := s.at(s.between(left.amount, right.amount))
		if score(middle) > score(best) {
			best = middle
		}
		stack = append(stack, [2]sample{left, middle}, [2]sample{middle, right})
	}
	return best.amount
}

// between halves the way of 1/R, in which every share is a straight line.
func (s *amountSearch) between(left, right int64) int64 {
	l, r := uint64(s.others+left), uint64(s.others+right)
	hi, lo := bits.Mul64(2*l, r)
	mean, _ := bits.Div64(hi, lo, l+r)
	return min(max(int64(mean)-s.others, left+1), right-1)
}

// at works out a sample.
func (s *amountSearch) at(amount int64) sample {
	s.streams[s.stream].amount = fact{amount, true}
	one := sample{amount: amount, f: s.evaluate()}
	var proof, own, apart big.Int
	for i := range s.streams {
		stream := &s.streams[i]
		a := big.NewInt(stream.amount.value)
		proof.Add(&proof, new(big.Int).Mul(a, big.NewInt(stream.proof().low)))
		if stream.group == s.streams[s.stream].group {
			own.Add(&own, new(big.Int).Mul(a, big.NewInt(maxShare+stream.topPayer.or(maxShare))))
		}
	}
	for i := range s.groups {
		if i == s.streams[s.stream].group {
			continue
		}
		a := big.NewInt(s.groups[i].amount)
		full := new(big.Int).Mul(a, big.NewInt(maxShare))
		apart.Add(&apart, full.Mul(full.Add(full, integer(s.groups[i].payers[0])), a))
	}
	total := big.NewInt(s.others + amount)
	doubled := new(big.Int).Mul(total, big.NewInt(2*maxShare))
	one.proof = new(big.Rat).SetFrac(&proof, new(big.Int).Mul(total, big.NewInt(proofUnit)))
	one.share = new(big.Rat).SetFrac(big.NewInt(s.segment+amount), total)
	one.weight = new(big.Rat).SetFrac(&own, doubled)
	one.apart = new(big.Rat).SetFrac(&apart, new(big.Int).Mul(doubled, total))
	one.rest = s.rest(amount)
	return one
}

// rest is max(0, 1 - load/S), for low.
func (s *amountSearch) rest(amount int64) *big.Rat {
	load, known := s.load()
	earned := s.earned
	if !s.streams[s.stream].gift {
		earned += amount
	}
	if !known || earned == 0 || load.high >= 2*earned {
		return new(big.Rat)
	}
	return big.NewRat(2*earned-load.high, 2*earned)
}

// bound is a score that no amount between two samples exceeds (sign 1) or falls
// below (sign -1).
func (s *amountSearch) bound(left, right sample, sign int32) int32 {
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
	proof := outer(left.proof, right.proof)
	f.of(maecenasv1.Assessment_SCALABILITY).low = hundredths(new(big.Rat).Mul(proof, outer(left.rest, right.rest)))
	// What is concentrated counts against diversity: its bounds are the other way.
	concentrated := new(big.Rat).Mul(inner(left.share, right.share), inner(left.weight, right.weight))
	concentrated.Add(concentrated, inner(left.apart, right.apart))
	spread := concentrated.Sub(big.NewRat(1, 1), concentrated)
	f.of(maecenasv1.Assessment_REVENUE_DIVERSITY).low = hundredths(spread.Mul(spread, proof))
	return f.total().score
}

func least(a, b *big.Rat) *big.Rat {
	if a.Cmp(b) <= 0 {
		return a
	}
	return b
}

func most(a, b *big.Rat) *big.Rat {
	if a.Cmp(b) >= 0 {
		return a
	}
	return b
}

// hundredths rounds a share half up to hundredths of a percent, within 0 and 1.
func hundredths(r *big.Rat) int32 {
	if r.Sign() <= 0 {
		return 0
	}
	num := new(big.Int).Mul(r.Num(), big.NewInt(2*exact.Full))
	num.Add(num, r.Denom())
	num.Quo(num, new(big.Int).Lsh(r.Denom(), 1))
	return int32(min(num.Int64(), exact.Full))
}

// integer converts a number that is at least 0.
func integer(x exact.Int) *big.Int {
	z := new(big.Int)
	for i := len(x) - 1; i >= 0; i-- {
		z.Lsh(z, 64).Or(z, new(big.Int).SetUint64(x[i]))
	}
	return z
}
