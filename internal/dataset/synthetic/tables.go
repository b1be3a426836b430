package synthetic

import maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"

// land is a country with its share of the population and its regions, the largest
// first; codes are NUTS 3 or ISO 3166-2, each with its main town.
type land struct {
	code, currency, language string
	percent                  int
	regions                  []region
}

type region struct{ code, town string }

var lands = []land{
	{"IT", "EUR", "it", 32, []region{
		{"ITF47", "Bari"}, {"ITC4C", "Milano"}, {"ITI43", "Roma"}, {"ITF33", "Napoli"}, {"ITF45", "Lecce"},
		{"ITG12", "Palermo"}, {"ITF43", "Taranto"}, {"ITH55", "Bologna"}, {"ITC11", "Torino"}, {"ITF46", "Foggia"},
		{"ITG17", "Catania"}, {"ITF44", "Brindisi"}, {"ITF48", "Andria"}, {"ITF52", "Matera"},
	}},
	{"ES", "EUR", "es", 19, []region{
		{"ES511", "Barcelona"}, {"ES300", "Madrid"}, {"ES523", "Valencia"}, {"ES618", "Sevilla"}, {"ES617", "Málaga"},
		{"ES612", "Cádiz"}, {"ES532", "Palma"},
	}},
	{"FR", "EUR", "fr", 16, []region{
		{"FR101", "Paris"}, {"FRL04", "Marseille"}, {"FRJ13", "Montpellier"}, {"FRL03", "Nice"}, {"FRM01", "Ajaccio"},
	}},
	{"GR", "EUR", "el", 9, []region{{"EL303", "Athens"}, {"EL522", "Thessaloniki"}, {"EL431", "Iraklio"}, {"EL411", "Mytilene"}}},
	{"PT", "EUR", "pt", 7, []region{{"PT1A0", "Lisbon"}, {"PT11A", "Porto"}, {"PT150", "Faro"}}},
	{"HR", "EUR", "hr", 5, []region{{"HR050", "Zagreb"}, {"HR035", "Split"}, {"HR036", "Pula"}, {"HR037", "Dubrovnik"}}},
	{"TN", "TND", "ar", 4, []region{{"TN-11", "Tunis"}, {"TN-51", "Sousse"}}},
	{"SI", "EUR", "sl", 3, []region{{"SI041", "Ljubljana"}, {"SI044", "Koper"}}},
	{"GB", "GBP", "en", 2, []region{{"GB-LND", "London"}, {"GB-BST", "Bristol"}}},
	{"CY", "EUR", "el", 1, []region{{"CY000", "Limassol"}}},
	{"MT", "EUR", "en", 1, []region{{"MT001", "Valletta"}}},
	{"CH", "CHF", "it", 1, []region{{"CH070", "Lugano"}}},
}

// sector is a class of NACE Rev. 2 with the cultural domain that it belongs to.
type sector struct {
	code   string
	domain maecenasv1.Organization_CulturalDomain
}

// sectors are ordered by how many organizations work in them.
var sectors = []sector{
	{"90.01", maecenasv1.Organization_PERFORMING_ARTS},
	{"59.11", maecenasv1.Organization_AUDIOVISUAL_MULTIMEDIA},
	{"90.03", maecenasv1.Organization_VISUAL_ARTS},
	{"71.11", maecenasv1.Organization_ARCHITECTURE},
	{"74.10", maecenasv1.Organization_VISUAL_ARTS},
	{"73.11", maecenasv1.Organization_ADVERTISING},
	{"58.11", maecenasv1.Organization_BOOKS_PRESS},
	{"59.20", maecenasv1.Organization_AUDIOVISUAL_MULTIMEDIA},
	{"58.21", maecenasv1.Organization_AUDIOVISUAL_MULTIMEDIA},
	{"62.01", maecenasv1.Organization_AUDIOVISUAL_MULTIMEDIA},
	{"32.12", maecenasv1.Organization_ART_CRAFTS},
	{"23.41", maecenasv1.Organization_ART_CRAFTS},
	{"90.02", maecenasv1.Organization_PERFORMING_ARTS},
	{"74.20", maecenasv1.Organization_VISUAL_ARTS},
	{"91.02", maecenasv1.Organization_HERITAGE},
	{"13.20", maecenasv1.Organization_ART_CRAFTS},
	{"91.03", maecenasv1.Organization_HERITAGE},
	{"58.14", maecenasv1.Organization_BOOKS_PRESS},
	{"90.04", maecenasv1.Organization_PERFORMING_ARTS},
	{"91.01", maecenasv1.Organization_ARCHIVES},
	{"47.61", maecenasv1.Organization_BOOKS_PRESS},
	{"32.20", maecenasv1.Organization_ART_CRAFTS},
	{"85.52", maecenasv1.Organization_LIBRARIES},
}

var forms = []maecenasv1.Organization_LegalForm{
	maecenasv1.Organization_LIMITED_COMPANY, maecenasv1.Organization_ASSOCIATION, maecenasv1.Organization_SOLE_TRADER,
	maecenasv1.Organization_COOPERATIVE, maecenasv1.Organization_SOCIAL_ENTERPRISE, maecenasv1.Organization_FOUNDATION,
	maecenasv1.Organization_PARTNERSHIP, maecenasv1.Organization_PUBLIC_BODY,
}

var labels = []string{"cluster-south", "cluster-coast", "cluster-islands", "cluster-harbour", "cluster-hills"}

var instruments = []maecenasv1.Instrument_Kind{
	maecenasv1.Instrument_GRANT, maecenasv1.Instrument_LOAN, maecenasv1.Instrument_EQUITY, maecenasv1.Instrument_CONVERTIBLE,
	maecenasv1.Instrument_REVENUE_SHARE, maecenasv1.Instrument_MICROLOAN, maecenasv1.Instrument_GUARANTEE,
	maecenasv1.Instrument_REWARD_CROWDFUNDING, maecenasv1.Instrument_PRE_SALE, maecenasv1.Instrument_VOUCHER,
}

// offered are the instruments that each type of investor gives.
var offered = map[maecenasv1.Investor_Type][]maecenasv1.Instrument_Kind{
	maecenasv1.Investor_ANGEL:          {maecenasv1.Instrument_EQUITY, maecenasv1.Instrument_CONVERTIBLE},
	maecenasv1.Investor_VENTURE_FUND:   {maecenasv1.Instrument_EQUITY, maecenasv1.Instrument_CONVERTIBLE},
	maecenasv1.Investor_CORPORATE:      {maecenasv1.Instrument_EQUITY, maecenasv1.Instrument_PRE_SALE},
	maecenasv1.Investor_BANK:           {maecenasv1.Instrument_LOAN, maecenasv1.Instrument_MICROLOAN},
	maecenasv1.Investor_GUARANTEE_FUND: {maecenasv1.Instrument_GUARANTEE},
	maecenasv1.Investor_PUBLIC_BODY:    {maecenasv1.Instrument_GRANT, maecenasv1.Instrument_VOUCHER},
	maecenasv1.Investor_FOUNDATION:     {maecenasv1.Instrument_GRANT, maecenasv1.Instrument_REVENUE_SHARE},
	maecenasv1.Investor_IMPACT_FUND:    {maecenasv1.Instrument_EQUITY, maecenasv1.Instrument_LOAN},
	maecenasv1.Investor_CROWDFUNDING:   {maecenasv1.Instrument_REWARD_CROWDFUNDING, maecenasv1.Instrument_REVENUE_SHARE},
}
