package fact

import (
	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

// Aid is de minimis aid that an organization states.
type Aid struct {
	// Country is the Member State that granted it.
	Country taxonomy.Country
	// Date is the day it was granted, YYYY-MM-DD.
	Date string
	// Amount is its gross grant equivalent, in whole euros.
	Amount int64
}

func aidOf(org *maecenasv1.Organization, shown Groups) (aid []Aid, complete bool) {
	if shown&FundingHistory == 0 {
		return nil, false
	}
	for _, a := range org.GetStateAid() {
		if a.GetDeMinimis() {
			country, _ := taxonomy.ParseCountry(a.GetCountryCode())
			aid = append(aid, Aid{country, a.GetGrantDate(), a.GetAmountEur()})
		}
	}
	return aid, org.GetStateAidComplete()
}

// Granter is the side of a mandate that rules of state aid ask about.
type Granter struct {
	// DeMinimis says that it gives under Regulation (EU) 2023/2831.
	DeMinimis bool
	// Country is the Member State of the authority; "" where unset.
	Country taxonomy.Country
}

// GranterOf compiles a mandate's rules of state aid.
func GranterOf(m *maecenasv1.Mandate) Granter {
	g := Granter{DeMinimis: m.GetStateAidBasis() == maecenasv1.StateAid_DE_MINIMIS}
	g.Country, _ = taxonomy.ParseCountry(m.GetAuthorityCountryCode())
	return g
}
