package find

import (
	"slices"

	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/filter"
)

// The fields of each kind by which its list is filtered. Those of what it
// belongs to stand after its name, as in organization.legal_form.
var (
	common = []string{"name", "create_time", "update_time", "external_ids.system", "external_ids.id"}

	profileFields = []string{
		"name", "display_name", "description", "legal_form", "helix_role", "place.country_code", "place.region_code",
		"place.metropolitan_area", "place.locality", "activities.scheme", "activities.code", "cultural_domains",
		"cultural_functions", "founded_date", "languages", "sustainable_development_goals", "labels",
	}
	organizationFields = append(append(slices.Clone(profileFields), common[1:]...),
		"website_uri", "natural_person_regime", "place.postal_code", "size_class", "listed", "verified_time", "review_due_date",
		"traction.interviews", "traction.letters_of_intent", "traction.pilots", "traction.paying_customers",
		"traction.revenue_growth12m_bp", "financials.currency_code", "financials.cash", "financials.monthly_burn",
		"financials.revenue12m", "financials.ebitda12m", "financials.full_time_equivalents",
		"financials.balance_sheet_total", "team.members.role", "contests.dimension",
	)
	needFields = append(slices.Clone(common),
		"title", "purpose", "description", "amount_min", "amount_max", "currency_code", "stage", "instruments",
		"wanted_support", "round_number", "needed_by_date", "state",
		"terms.max_dilution_bp", "terms.max_interest_bp", "terms.max_revenue_share_bp",
	)
	funderFields   = []string{"name", "display_name", "type", "description", "place.country_code", "place.region_code", "place.locality", "languages"}
	investorFields = append(append(slices.Clone(funderFields), common[1:]...), "website_uri", "place.metropolitan_area", "verification.state")
	mandateFields  = append(slices.Clone(common),
		"title", "description", "state", "open_date", "close_date", "instruments.instrument", "instruments.amount_min",
		"instruments.amount_max", "instruments.currency_code", "budget.total", "budget.remaining", "budget.currency_code",
		"offered_support", "decision_weeks", "state_aid_basis", "authority_country_code", "match_funding_share_bp",
		"learn_from_deals", "verified_time", "review_due_date",
		"preferences.places.country_code", "preferences.places.region_code", "preferences.sectors.cultural_domain",
		"preferences.sectors.activity.code", "preferences.stages.stage",
	)
	dealFields = append(slices.Clone(common),
		"organization", "date", "instrument", "amount", "currency_code", "stage", "round_number", "co_investors", "origin",
		"published", "snapshot.place.country_code", "snapshot.place.region_code", "snapshot.activities.code",
		"snapshot.cultural_domains",
	)
)

// The fields of each kind by which its list is ordered. Page tokens carry their
// values, so that no long text is among them.
var (
	organizationOrders = []string{
		"name", "display_name", "legal_form", "place.country_code", "place.region_code", "founded_date", "size_class",
		"create_time", "update_time", "verified_time", "review_due_date", "financials.revenue12m", "financials.full_time_equivalents",
	}
	needOrders = []string{
		"name", "title", "purpose", "amount_min", "amount_max", "stage", "round_number", "needed_by_date", "state",
		"create_time", "update_time",
	}
	investorOrders = []string{"name", "display_name", "type", "place.country_code", "create_time", "update_time"}
	mandateOrders  = []string{
		"name", "title", "state", "open_date", "close_date", "budget.total", "budget.remaining", "decision_weeks",
		"match_funding_share_bp", "create_time", "update_time", "verified_time", "review_due_date",
	}
	dealOrders = []string{"name", "date", "instrument", "amount", "stage", "round_number", "create_time", "update_time"}
)

// places is the root that has the names of the places that a record's codes
// stand for. It is searched, never named.
const places = "places"

// root is what filters read of one message.
func root(name string, message proto.Message, fields []string, search ...string) filter.Root {
	return filter.Root{Name: name, Message: message.ProtoReflect().Descriptor(), Fields: fields, Search: search}
}

func placeNames() filter.Root { return root(places, &maecenasv1.Place{}, nil, "locality") }

// zeroIsUnset marks numbers and bools without presence that some callers do not
// see: a zero must not tell a filter that it is one.
func zeroIsUnset(r filter.Root, fields ...string) filter.Root {
	r.ZeroIsUnset = fields
	return r
}

// kinds are the schemas of what lists hold.
func kinds() []kind {
	return []kind{{
		message: &maecenasv1.Organization{}, orders: organizationOrders,
		roots: []filter.Root{
			root("", &maecenasv1.Organization{}, organizationFields, "display_name", "description", "labels"), placeNames(),
		},
	}, {
		message: &maecenasv1.Need{}, orders: needOrders, owner: &maecenasv1.Organization{},
		roots: []filter.Root{
			root("", &maecenasv1.Need{}, needFields, "title", "description"),
			root("organization", &maecenasv1.Organization{}, profileFields, "display_name"), placeNames(),
		},
	}, {
		message: &maecenasv1.Investor{}, orders: investorOrders,
		roots: []filter.Root{
			root("", &maecenasv1.Investor{}, investorFields, "display_name", "description"), placeNames(),
		},
	}, {
		message: &maecenasv1.Mandate{}, orders: mandateOrders, owner: &maecenasv1.Investor{},
		roots: []filter.Root{
			zeroIsUnset(root("", &maecenasv1.Mandate{}, mandateFields, "title", "description"), "match_funding_share_bp", "learn_from_deals"),
			root("investor", &maecenasv1.Investor{}, funderFields, "display_name"), placeNames(),
		},
	}, {
		message: &maecenasv1.Deal{}, orders: dealOrders, owner: &maecenasv1.Investor{},
		roots: []filter.Root{
			root("", &maecenasv1.Deal{}, dealFields, "co_investors"),
			root("investor", &maecenasv1.Investor{}, funderFields, "display_name"), placeNames(),
		},
	}}
}
