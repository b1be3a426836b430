package mix

import (
	"math/big"
	"slices"
	"strconv"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

// AidCeiling is the most de minimis aid that one Member State may grant a single
// undertaking over three years, in euros: Regulation (EU) 2023/2831, Article 3(2).
const AidCeiling = 300_000

const aidYears = 3

// unknownState stands for the Member State of a mandate that does not name it: all
// aid that is stated counts there.
const unknownState = "?"

// Facts are the need that is to be covered, on a day.
type Facts struct {
	Need         *maecenasv1.Need
	Organization *maecenasv1.Organization
	// Date is the day asked, YYYY-MM-DD, and Rates the exchange rates.
	Date  string
	Rates *taxonomy.Rates
}

// Asked is how much is asked, least and most; ok is false where the need states no
// amount above 0. An end that is unset is taken from the other, and so is a least of 0.
func (f *Facts) Asked() (least, most int64, ok bool) {
	least, most = f.Need.GetAmountMin(), f.Need.GetAmountMax()
	if least == 0 {
		least = most
	}
	most = max(least, most)
	return least, most, least > 0
}

// Question is what is asked of the offers, which are in the order of the ranking.
func (f *Facts) Question(offers []Offer) Question {
	q := Question{Offers: offers, Room: map[string]int64{}, Parts: MostParts}
	q.Least, q.Most, _ = f.Asked()
	for _, s := range f.Need.GetSecured() {
		q.Secured += s.GetAmount()
	}
	for i := range offers {
		if state := offers[i].AidState; state != "" {
			q.Room[state] = f.room(state)
		}
	}
	return q
}

// room is what a Member State may still give, in ten-thousandths of a unit of the
// need's currency, rounded down; 0 where there is no rate.
func (f *Facts) room(state string) int64 {
	euros, after := int64(AidCeiling), yearsBefore(f.Date, aidYears)
	for _, aid := range f.Organization.GetStateAid() {
		same := state == unknownState || aid.GetCountryCode() == state
		if same && aid.GetDeMinimis() && aid.GetGrantDate() > after && aid.GetGrantDate() <= f.Date {
			euros -= aid.GetAmountEur()
		}
	}
	worth, ok := f.Rates.Convert(max(euros, 0)*whole, "EUR", f.Need.GetCurrencyCode(), f.Date)
	if !ok {
		return 0
	}
	return floor(worth)
}

// Offer is what a mandate could give to the need, as a match with this score.
func (f *Facts) Offer(m *maecenasv1.Mandate, score int32, eligible bool) Offer {
	o := Offer{
		Name: m.GetName(), Score: score, Eligible: eligible, Budget: Unbounded,
		OthersBear: m.GetMatchFundingShareBp(), Incompatible: m.GetIncompatibleMandates(),
	}
	if m.GetStateAidBasis() == maecenasv1.StateAid_DE_MINIMIS {
		if o.AidState = m.GetAuthorityCountryCode(); o.AidState == "" {
			o.AidState = unknownState
		}
	}
	if b := m.GetBudget(); b != nil && b.Remaining != nil {
		o.Budget = 0
		if left, ok := f.Rates.Convert(b.GetRemaining(), b.GetCurrencyCode(), f.Need.GetCurrencyCode(), f.Date); ok {
			o.Budget = floor(left)
		}
	}
	for _, in := range m.GetInstruments() {
		if !slices.Contains(f.Need.GetInstruments(), in.GetInstrument()) || in.GetInstrument() == maecenasv1.Instrument_GUARANTEE {
			continue // a guarantee makes a loan easier to get; it brings no money
		}
		if one, ok := f.instrument(in); ok {
			o.Instruments = append(o.Instruments, one)
		}
	}
	return o
}

// instrument is an instrument with its range in the need's currency, within which
// amounts are whole units; ok is false where there is no rate.
func (f *Facts) instrument(in *maecenasv1.InstrumentOffer) (Instrument, bool) {
	one := Instrument{Kind: in.GetInstrument(), Least: 1, Most: Unbounded, GrantEquivalent: whole}
	switch {
	case in.GrantEquivalentBp != nil:
		one.GrantEquivalent = in.GetGrantEquivalentBp()
	case !neverRepaid(in.GetInstrument()):
		one.Assumed = true
	}
	convert := func(amount int64) (*big.Rat, bool) {
		return f.Rates.Convert(amount, in.GetCurrencyCode(), f.Need.GetCurrencyCode(), f.Date)
	}
	if in.GetAmountMin() > 0 {
		least, ok := convert(in.GetAmountMin())
		if !ok {
			return one, false
		}
		one.Least = max(1, -floor(least.Neg(least)))
	}
	if in.GetAmountMax() > 0 {
		most, ok := convert(in.GetAmountMax())
		if !ok {
			return one, false
		}
		one.Most = floor(most)
	}
	return one, true
}

// neverRepaid reports whether all that an instrument gives is aid.
func neverRepaid(k maecenasv1.Instrument_Kind) bool {
	return k == maecenasv1.Instrument_GRANT || k == maecenasv1.Instrument_PRIZE || k == maecenasv1.Instrument_VOUCHER
}

// floor is the largest whole number that is not above r, at most Unbounded.
func floor(r *big.Rat) int64 {
	// Int.Div is Euclidean: for a positive denominator it rounds down.
	v := new(big.Int).Div(r.Num(), r.Denom())
	if !v.IsInt64() || v.Int64() > Unbounded {
		return Unbounded
	}
	return v.Int64()
}

// yearsBefore is the same day some years before, as text for comparison only.
func yearsBefore(date string, years int) string {
	year, err := strconv.Atoi(date[:min(4, len(date))])
	if err != nil || len(date) != 10 || year < years {
		return ""
	}
	text := strconv.Itoa(10000 + year - years)
	return text[1:] + date[4:]
}
