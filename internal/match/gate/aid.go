package gate

import (
	"strconv"

	"github.com/maecenas-cci/maecenas/internal/match/fact"
)

// aidCeiling is the most de minimis aid that one Member State may grant a single
// undertaking over three years, in euros: Regulation (EU) 2023/2831, Article 3(2).
const aidCeiling = 300_000

// aidYears is the period that the ceiling counts over, up to the day of the award.
const aidYears = 3

// deMinimis: the aid that the same Member State granted within three years up to the
// day asked, with the least grant equivalent of this award, stays within the ceiling.
// Amounts are converted to whole euros, rounded up.
type deMinimis struct {
	granter fact.Granter
	offers  []fact.Offer
}

// stated is the least and the most of the aid that is stated and counts; they differ
// where the Member State that grants is not known.
func (r deMinimis) stated(n *fact.Need, x *fact.Exchange) (least, most int64) {
	after := fact.YearsBefore(x.Date(), aidYears)
	for _, a := range n.Rest.Aid {
		if a.Date <= after || a.Date > x.Date() {
			continue
		}
		switch r.granter.Country {
		case a.Country:
			least, most = least+a.Amount, most+a.Amount
		case "":
			most += a.Amount
		}
	}
	return least, most
}

// award is the least grant equivalent of an award by an instrument, as far as it is
// known; all says that nothing is open.
func award(n *fact.Need, o *fact.Offer, x *fact.Exchange) (least int64, all bool) {
	switch o.GrantEquivalent {
	case fact.Unset:
		return 0, false
	case 0:
		return 0, true
	}
	asked, all := x.ConvertUp(n.AmountMin, n.Currency, fact.Euro)
	if o.Min > 0 {
		given, ok := x.ConvertUp(o.Min, o.Currency, fact.Euro)
		asked, all = max(asked, given), all && ok
	}
	return (asked*int64(o.GrantEquivalent) + fact.Full - 1) / fact.Full, all
}

func (r deMinimis) answer(n *fact.Need, x *fact.Exchange) Answer {
	if n.Shown&fact.FundingHistory == 0 {
		return Unknown
	}
	least, most := r.stated(n, x)
	return bestOf(r.offers, n, func(o *fact.Offer) Answer {
		given, all := award(n, o, x)
		switch {
		case least+given > aidCeiling:
			return Fail
		case all && n.Rest.AidComplete && most+given <= aidCeiling:
			return Pass
		default:
			return Unknown
		}
	})
}

func (r deMinimis) code() string { return "DE_MINIMIS_WITHIN" }

func (r deMinimis) required(*fact.Need) string {
	text := "<= " + strconv.Itoa(aidCeiling) + " EUR"
	if r.granter.Country != "" {
		text = string(r.granter.Country) + " " + text
	}
	return text
}

// actual is what is stated and counts, and the award that exceeds it least.
func (r deMinimis) actual(n *fact.Need, x *fact.Exchange) string {
	if n.Shown&fact.FundingHistory == 0 {
		return ""
	}
	least, _ := r.stated(n, x)
	given, _ := r.leastAward(n, x)
	return strconv.FormatInt(least, 10) + " EUR + " + strconv.FormatInt(given, 10) + " EUR"
}

// leastAward is the smallest award over the instruments in common.
func (r deMinimis) leastAward(n *fact.Need, x *fact.Exchange) (least int64, ok bool) {
	for i := range r.offers {
		if o := &r.offers[i]; n.Instruments.Has(o.Kind) {
			if given, _ := award(n, o, x); !ok || given < least {
				least, ok = given, true
			}
		}
	}
	return least, ok
}

func (r deMinimis) distance(n *fact.Need, x *fact.Exchange) (int64, string, bool) {
	least, _ := r.stated(n, x)
	given, ok := r.leastAward(n, x)
	return least + given - aidCeiling, "EUR", ok
}
