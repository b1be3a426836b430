package gate

import (
	"math/big"
	"slices"
	"strings"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match/fact"
)

// BuiltIn are the requirements that come with a mandate's instruments: one kind in
// common; over those in common, the amount where amounts are a bar; each bound that a
// need sets on terms; and the ceiling of de minimis aid where that is given. Where a
// need has no instrument in common, or sets no bound, there is nothing to ask of it:
// those requirements do not exist for it.
type BuiltIn struct {
	kinds    fact.Instruments
	inCommon Requirement
	// amount has no rule where amounts are no bar.
	amount Requirement
	bounds [fact.Bounds]Requirement
	// aid has no rule where no de minimis aid is given.
	aid Requirement
}

// NewBuiltIn compiles a mandate's built-in requirements.
func NewBuiltIn(offers []fact.Offer, amountIsBar bool, granter fact.Granter) *BuiltIn {
	b := &BuiltIn{}
	for i := range offers {
		b.kinds |= fact.InstrumentsOf(offers[i].Kind)
	}
	b.inCommon = Requirement{rule: inCommon{offers: offers, kinds: b.kinds}, path: "instruments"}
	if amountIsBar {
		b.amount = Requirement{rule: amount{offers}, path: "instruments"}
	}
	for bound := range fact.Bounds {
		b.bounds[bound] = Requirement{rule: boundOn{bound, offers}, path: "instruments"}
	}
	if granter.DeMinimis {
		b.aid = Requirement{rule: deMinimis{granter, offers}, path: "stateAidBasis"}
	}
	return b
}

// Each visits the requirements that exist for a need, until one says stop.
func (b *BuiltIn) Each(n *fact.Need, visit func(*Requirement) bool) bool {
	common := b.kinds & n.Instruments
	if !visit(&b.inCommon) {
		return false
	}
	if common == 0 {
		return true
	}
	if b.amount.rule != nil && !visit(&b.amount) {
		return false
	}
	if !n.Unbounded() {
		for bound := range fact.Bounds {
			if n.Asks(bound) && bound.AppliesToAny(common) && !visit(&b.bounds[bound]) {
				return false
			}
		}
	}
	return b.aid.rule == nil || visit(&b.aid)
}

// Count counts the answers of the requirements that exist for a need; more says that
// no more failed than are looked for.
func (b *BuiltIn) Count(n *fact.Need, x *fact.Exchange, count *Count) (more bool) {
	switch {
	case b.kinds&n.Instruments == 0:
		return count.Add(Fail)
	case b.amount.rule == nil && b.aid.rule == nil && n.Unbounded():
		return count.Fails <= count.Most
	default:
		return b.Each(n, func(r *Requirement) bool { return count.Add(r.Answer(n, x)) })
	}
}

// CountTerms counts the answers of the requirements that read instruments and bounds on
// terms, for a need that stands for all of a facet: no fewer fail for any of them, and
// what passes for one passes for it.
func (b *BuiltIn) CountTerms(n *fact.Need, x *fact.Exchange, count *Count) {
	common := b.kinds & n.Instruments
	if common == 0 {
		count.Add(Fail)
		return
	}
	for bound := range fact.Bounds {
		if n.Asks(bound) && bound.AppliesToAny(common) {
			count.Add(b.bounds[bound].Answer(n, x))
		}
	}
}

// CountAmount is the same for the one that reads the amount. It exists only for needs
// with an instrument in common: where there is none, another fails.
func (b *BuiltIn) CountAmount(n *fact.Need, x *fact.Exchange, count *Count) {
	if b.amount.rule != nil {
		count.Add(b.amount.Answer(n, x))
	}
}

// AmountIsBar reports whether the amount is a requirement.
func (b *BuiltIn) AmountIsBar() bool { return b.amount.rule != nil }

// inCommon: the need and the mandate have a kind of instrument in common.
type inCommon struct {
	noDistance
	offers []fact.Offer
	kinds  fact.Instruments
}

func (r inCommon) answer(n *fact.Need, _ *fact.Exchange) Answer {
	return passIf(r.kinds&n.Instruments != 0)
}
func (r inCommon) code() string { return "INSTRUMENT_IN_COMMON" }
func (r inCommon) required(*fact.Need) string {
	kinds := make([]maecenasv1.Instrument_Kind, len(r.offers))
	for i := range r.offers {
		kinds[i] = r.offers[i].Kind
	}
	return names(kinds)
}
func (r inCommon) actual(n *fact.Need, _ *fact.Exchange) string {
	var kinds []maecenasv1.Instrument_Kind
	for k := maecenasv1.Instrument_Kind(1); k < 32; k++ {
		if n.Instruments.Has(k) {
			kinds = append(kinds, k)
		}
	}
	return names(kinds)
}

// bestOf is the best answer over the instruments in common.
func bestOf(offers []fact.Offer, n *fact.Need, answer func(*fact.Offer) Answer) Answer {
	best := Fail
	for i := range offers {
		if n.Instruments.Has(offers[i].Kind) {
			best = min(best, answer(&offers[i]))
		}
	}
	return best
}

// amount: the ranges of what is asked and what is given intersect.
type amount struct{ offers []fact.Offer }

func (r amount) answer(n *fact.Need, x *fact.Exchange) Answer {
	return bestOf(r.offers, n, func(o *fact.Offer) Answer { return intersects(n, o, x) })
}

// intersects: the offer's least is at most the need's most, and the need's least at
// most the offer's most. A bound of the offer that is unset binds nothing.
func intersects(n *fact.Need, o *fact.Offer, x *fact.Exchange) Answer {
	if o.Min == 0 && o.Max == 0 {
		return Pass
	}
	num, den, ok := x.Factor(o.Currency, n.Currency)
	if !ok {
		return Unknown
	}
	a := Pass
	if o.Min > 0 {
		a = max(a, atMost(o.Min, num, n.AmountMax, den))
	}
	if o.Max > 0 && n.AmountMin != 0 {
		a = max(a, atMost(n.AmountMin, den, o.Max, num))
	}
	return a
}

// atMost answers a·p <= b·q; amounts that are Unset leave it open.
func atMost(a, p, b, q int64) Answer {
	if a < 0 || b < 0 {
		return Unknown
	}
	return passIf(fact.CompareProducts(a, p, b, q) <= 0)
}

func (r amount) code() string { return "AMOUNT_WITHIN" }
func (r amount) required(n *fact.Need) string {
	return ofThoseInCommon(r.offers, n, func(o *fact.Offer) string { return fact.Amounts(o.Min, o.Max, o.Currency) })
}

// ofThoseInCommon is what is asked with each instrument that a need takes: what is asked
// with others is no answer to it.
func ofThoseInCommon(offers []fact.Offer, n *fact.Need, asked func(*fact.Offer) string) string {
	var list []string
	for i := range offers {
		if o := &offers[i]; n.Instruments.Has(o.Kind) {
			list = append(list, strings.TrimSpace(o.Kind.String()+" "+asked(o)))
		}
	}
	return strings.Join(list, ",")
}
func (r amount) actual(n *fact.Need, _ *fact.Exchange) string {
	if n.AmountMin < 0 && n.AmountMax < 0 {
		return ""
	}
	return fact.Amounts(n.AmountMin, n.AmountMax, n.Currency)
}

// distance is the least amount, in the need's currency rounded up, by which a
// range is missed.
func (r amount) distance(n *fact.Need, x *fact.Exchange) (least int64, unit string, ok bool) {
	for i := range r.offers {
		o := &r.offers[i]
		if !n.Instruments.Has(o.Kind) {
			continue
		}
		num, den, known := x.Factor(o.Currency, n.Currency)
		if !known {
			continue
		}
		if gap := missedBy(n, o, num, den); gap > 0 && (!ok || gap < least) {
			least, ok = gap, true
		}
	}
	return least, n.Currency.String(), ok
}

// missedBy is how far a need lies below or above an offer, 0 where it does not.
func missedBy(n *fact.Need, o *fact.Offer, num, den int64) int64 {
	switch {
	case o.Min > 0 && n.AmountMax >= 0 && fact.CompareProducts(o.Min, num, n.AmountMax, den) > 0:
		return converted(o.Min, num, den, true) - n.AmountMax
	case o.Max > 0 && n.AmountMin >= 0 && fact.CompareProducts(n.AmountMin, den, o.Max, num) > 0:
		return n.AmountMin - converted(o.Max, num, den, false)
	default:
		return 0
	}
}

// converted is amount·num/den in whole units, rounded up or down.
func converted(amount, num, den int64, up bool) int64 {
	v := new(big.Int).Mul(big.NewInt(amount), big.NewInt(num))
	if up {
		v.Add(v, big.NewInt(den-1))
	}
	return v.Div(v, big.NewInt(den)).Int64()
}

// boundOn: what is offered stays within one of the need's bounds on terms.
type boundOn struct {
	bound  fact.Bound
	offers []fact.Offer
}

func (r boundOn) answer(n *fact.Need, _ *fact.Exchange) Answer {
	if n.Shown&fact.Terms == 0 {
		return Unknown
	}
	limit := n.Bounds[r.bound]
	return bestOf(r.offers, n, func(o *fact.Offer) Answer {
		offer := o.Terms[r.bound]
		switch {
		case limit == fact.Unset || !r.bound.AppliesTo(o.Kind):
			return Pass
		case r.bound >= fact.Guarantee && limit == 1:
			return Pass
		case offer == fact.Unset:
			return Unknown
		default:
			return passIf(offer <= limit)
		}
	})
}

// boundCodes are the codes of requirements on terms; they name the need's field.
var boundCodes = [fact.Bounds]string{
	"DILUTION_ACCEPTED", "INTEREST_ACCEPTED", "REVENUE_SHARE_ACCEPTED",
	"PERSONAL_GUARANTEE_ACCEPTED", "RIGHTS_TRANSFER_ACCEPTED",
}

func (r boundOn) code() string { return boundCodes[r.bound] }

// required is what the mandate asks, by instrument.
func (r boundOn) required(n *fact.Need) string {
	bound := slices.DeleteFunc(slices.Clone(r.offers), func(o fact.Offer) bool { return !r.bound.AppliesTo(o.Kind) })
	return ofThoseInCommon(bound, n, func(o *fact.Offer) string { return r.bound.Text(o.Terms[r.bound]) })
}

func (r boundOn) actual(n *fact.Need, _ *fact.Exchange) string {
	return r.bound.Text(n.Bounds[r.bound])
}

func (r boundOn) distance(n *fact.Need, _ *fact.Exchange) (least int64, unit string, ok bool) {
	if r.bound >= fact.Guarantee {
		return 0, "", false
	}
	for i := range r.offers {
		o := &r.offers[i]
		if !n.Instruments.Has(o.Kind) || !r.bound.AppliesTo(o.Kind) || o.Terms[r.bound] == fact.Unset {
			continue
		}
		if gap := int64(o.Terms[r.bound] - n.Bounds[r.bound]); !ok || gap < least {
			least, ok = gap, true
		}
	}
	return least, "BASIS_POINTS", ok
}
