package dataset

import (
	"strings"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// Kind is the kind of resource that a record holds. Kinds are ordered: a file
// can be imported in one pass when each record's kind is not below that of the
// record before it, because what a resource belongs to then stands before it.
type Kind uint8

// The kinds, in the order of an export.
const (
	// KindNone is a record without a resource.
	KindNone Kind = iota
	// KindExchangeRates is the exchange rates of a day.
	KindExchangeRates
	// KindOrganization is an organization.
	KindOrganization
	// KindCanvas is the canvas of an organization.
	KindCanvas
	// KindNeed is a need of an organization.
	KindNeed
	// KindInvestor is an investor.
	KindInvestor
	// KindMandate is a mandate of an investor.
	KindMandate
	// KindDeal is a deal of an investor.
	KindDeal
)

// Kinds lists the kinds in the order of an export.
func Kinds() []Kind {
	return []Kind{KindExchangeRates, KindOrganization, KindCanvas, KindNeed, KindInvestor, KindMandate, KindDeal}
}

// String returns the kind's JSON name, such as "organization".
func (k Kind) String() string {
	switch k {
	case KindExchangeRates:
		return "exchangeRates"
	case KindOrganization:
		return "organization"
	case KindCanvas:
		return "canvas"
	case KindNeed:
		return "need"
	case KindInvestor:
		return "investor"
	case KindMandate:
		return "mandate"
	case KindDeal:
		return "deal"
	default:
		return "none"
	}
}

// Plural returns the kind's name for many, such as "organizations".
func (k Kind) Plural() string {
	switch k {
	case KindExchangeRates:
		return k.String()
	case KindCanvas:
		return "canvases"
	default:
		return k.String() + "s"
	}
}

// ParseKind returns the kind that a word names, singular or plural, in any case;
// KindNone: it names none.
func ParseKind(word string) Kind {
	for _, k := range Kinds() {
		if strings.EqualFold(word, k.String()) || strings.EqualFold(word, k.Plural()) {
			return k
		}
	}
	return KindNone
}

// KindOf returns the kind of resource that a record holds; KindNone of nil.
func KindOf(r *maecenasv1.Record) Kind {
	switch r.GetResource().(type) {
	case *maecenasv1.Record_ExchangeRates:
		return KindExchangeRates
	case *maecenasv1.Record_Organization:
		return KindOrganization
	case *maecenasv1.Record_Canvas:
		return KindCanvas
	case *maecenasv1.Record_Need:
		return KindNeed
	case *maecenasv1.Record_Investor:
		return KindInvestor
	case *maecenasv1.Record_Mandate:
		return KindMandate
	case *maecenasv1.Record_Deal:
		return KindDeal
	default:
		return KindNone
	}
}

// NameOf returns the resource name that a record's resource carries, "" when
// there is none.
func NameOf(r *maecenasv1.Record) string {
	switch KindOf(r) {
	case KindExchangeRates:
		return r.GetExchangeRates().GetName()
	case KindOrganization:
		return r.GetOrganization().GetName()
	case KindCanvas:
		return r.GetCanvas().GetName()
	case KindNeed:
		return r.GetNeed().GetName()
	case KindInvestor:
		return r.GetInvestor().GetName()
	case KindMandate:
		return r.GetMandate().GetName()
	case KindDeal:
		return r.GetDeal().GetName()
	default:
		return ""
	}
}
