package fact

import (
	"strconv"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// Instruments is a set of kinds of instrument, by their enum numbers.
type Instruments uint32

// InstrumentsOf compiles a list of kinds.
func InstrumentsOf(kinds ...maecenasv1.Instrument_Kind) Instruments {
	var s Instruments
	for _, k := range kinds {
		if k > 0 && k < 32 {
			s |= 1 << k
		}
	}
	return s
}

// Has reports whether a kind is in the set.
func (s Instruments) Has(k maecenasv1.Instrument_Kind) bool { return s&(1<<k) != 0 }

// The kinds that bounds on terms apply to, and the kinds of a public call.
var (
	equityKinds = InstrumentsOf(
		maecenasv1.Instrument_EQUITY, maecenasv1.Instrument_CONVERTIBLE,
		maecenasv1.Instrument_MEZZANINE, maecenasv1.Instrument_EQUITY_CROWDFUNDING)
	debtKinds = InstrumentsOf(
		maecenasv1.Instrument_LOAN, maecenasv1.Instrument_MICROLOAN, maecenasv1.Instrument_CREDIT_LINE,
		maecenasv1.Instrument_LEASING, maecenasv1.Instrument_CONVERTIBLE, maecenasv1.Instrument_MEZZANINE,
		maecenasv1.Instrument_LENDING_CROWDFUNDING, maecenasv1.Instrument_REPAYABLE_ADVANCE)
	revenueKinds = InstrumentsOf(maecenasv1.Instrument_REVENUE_SHARE, maecenasv1.Instrument_ROYALTY_ADVANCE)
	allKinds     = ^Instruments(0)
	// CallKinds are the kinds that a public call gives.
	CallKinds = InstrumentsOf(maecenasv1.Instrument_GRANT, maecenasv1.Instrument_PRIZE, maecenasv1.Instrument_VOUCHER)
)

// Bound is one of the bounds that a need can set on terms.
type Bound uint8

// The bounds, in the order of Need.Terms.
const (
	Dilution Bound = iota
	Interest
	RevenueShare
	Guarantee
	RightsTransfer
	Bounds // how many there are
)

// boundKinds are the kinds of instrument that each bound applies to.
var boundKinds = [Bounds]Instruments{
	Dilution: equityKinds, Interest: debtKinds, RevenueShare: revenueKinds, Guarantee: allKinds, RightsTransfer: allKinds,
}

// AppliesTo reports whether a bound applies to a kind of instrument.
func (b Bound) AppliesTo(k maecenasv1.Instrument_Kind) bool { return boundKinds[b].Has(k) }

// AppliesToAny reports whether a bound applies to one of some kinds.
func (b Bound) AppliesToAny(kinds Instruments) bool { return boundKinds[b]&kinds != 0 }

// unbounded are bounds of which none is set.
var unbounded = [Bounds]int16{Unset, Unset, Unset, Unset, Unset}

// Unbounded reports whether a need sets no bound on terms, and does not keep back
// whether it does.
func (n *Need) Unbounded() bool { return n.Shown&Terms != 0 && n.Bounds == unbounded }

// Asks reports whether a need sets a bound, or keeps back whether it does.
func (n *Need) Asks(b Bound) bool { return n.Bounds[b] != Unset || n.Shown&Terms == 0 }

// Offer is one instrument of a mandate.
type Offer struct {
	Kind maecenasv1.Instrument_Kind
	// Min and Max bound the amount, in whole units of Currency; 0: no bound.
	Min, Max int64
	Currency Currency
	// GrantEquivalent is the part of an amount that counts as aid, in basis points;
	// Unset is unknown.
	GrantEquivalent int16
	// Terms are what is offered for each bound: shares in basis points, and for
	// Guarantee and RightsTransfer 1 when it is asked and 0 when not; Unset is
	// unknown.
	Terms [Bounds]int16
}

// OffersOf compiles a mandate's instruments.
func OffersOf(offers []*maecenasv1.InstrumentOffer) []Offer {
	out := make([]Offer, 0, len(offers))
	for _, o := range offers {
		out = append(out, Offer{
			Kind: o.GetInstrument(), Min: o.GetAmountMin(), Max: o.GetAmountMax(),
			Currency: CurrencyOf(o.GetCurrencyCode()), GrantEquivalent: grantEquivalentOf(o),
			Terms: [Bounds]int16{
				Dilution: shareOf(o.DilutionBp), Interest: shareOf(o.InterestBp), RevenueShare: shareOf(o.RevenueShareBp),
				Guarantee: askedOf(o.PersonalGuarantee), RightsTransfer: askedOf(o.RightsTransfer),
			},
		})
	}
	return out
}

// grantEquivalentOf is stated, or all of what is given and never paid back.
func grantEquivalentOf(o *maecenasv1.InstrumentOffer) int16 {
	if o.GrantEquivalentBp == nil && CallKinds.Has(o.GetInstrument()) {
		return Full
	}
	return shareOf(o.GrantEquivalentBp)
}

func askedOf(b *bool) int16 {
	switch answerOf(b) {
	case Yes:
		return 1
	case No:
		return 0
	default:
		return Unset
	}
}

// boundNames name the bounds as the API's fields do.
var boundNames = [Bounds]string{
	Dilution: "dilutionBp", Interest: "interestBp", RevenueShare: "revenueShareBp",
	Guarantee: "personalGuarantee", RightsTransfer: "rightsTransfer",
}

// String is the name of the field of what is offered.
func (b Bound) String() string { return boundNames[b] }

// Text writes a bound, or what is offered for it, as data; "" where it is unset.
func (b Bound) Text(v int16) string {
	switch {
	case v == Unset:
		return ""
	case b < Guarantee:
		return strconv.Itoa(int(v)) + " bp"
	case v == 1:
		return "yes"
	default:
		return "no"
	}
}

// Amounts writes a range of amounts; ends that are not above 0 are open.
func Amounts(low, high int64, c Currency) string {
	text := ""
	if low > 0 {
		text = strconv.FormatInt(low, 10)
	}
	text += ".."
	if high > 0 {
		text += strconv.FormatInt(high, 10)
	}
	if text == ".." {
		return ""
	}
	return text + " " + c.String()
}
