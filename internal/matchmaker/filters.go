package matchmaker

import (
	"context"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/filter"
	"github.com/maecenas-cci/maecenas/internal/profile"
	"github.com/maecenas-cci/maecenas/internal/resource"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// What rankings can be filtered by, as an allow-list: a field that is added to
// the schema is not filtered by until it stands here. The filters read the same
// views as the index's rows, so that they tell nothing else.
var (
	needFields = []string{
		"name", "title", "purpose", "description", "amount_min", "amount_max", "currency_code", "stage",
		"instruments", "wanted_support", "round_number", "needed_by_date", "create_time",
		"terms.max_dilution_bp", "terms.max_interest_bp", "terms.max_revenue_share_bp",
	}
	organizationFields = []string{
		"name", "display_name", "description", "legal_form", "helix_role", "place.country_code", "place.region_code",
		"place.metropolitan_area", "place.locality", "activities.scheme", "activities.code", "cultural_domains",
		"cultural_functions", "founded_date", "size_class", "languages", "sustainable_development_goals", "labels",
		"traction.interviews", "traction.letters_of_intent", "traction.pilots", "traction.paying_customers",
		"traction.revenue_growth12m_bp", "financials.currency_code", "financials.cash", "financials.monthly_burn",
		"financials.revenue12m", "financials.ebitda12m", "financials.full_time_equivalents",
		"financials.balance_sheet_total", "team.members.role",
	}
	assessmentFields = []string{"score", "potential", "coverage", "status", "readiness", "flags"}
	mandateFields    = []string{
		"name", "title", "description", "open_date", "close_date", "instruments.instrument", "instruments.amount_min",
		"instruments.amount_max", "instruments.currency_code", "offered_support", "decision_weeks", "state_aid_basis",
		"authority_country_code", "match_funding_share_bp",
	}
	investorFields = []string{"name", "display_name", "type", "description", "place.country_code", "place.region_code", "languages"}
)

func filterSchemas() (needs, mandates *filter.Schema, err error) {
	root := func(name string, message proto.Message, fields []string, search ...string) filter.Root {
		return filter.Root{Name: name, Message: descriptorOf(message), Fields: fields, Search: search}
	}
	needs, err = filter.NewSchema(
		root("need", &maecenasv1.Need{}, needFields, "title", "description"),
		root("organization", &maecenasv1.Organization{}, organizationFields, "display_name", "description"),
		root("assessment", &maecenasv1.Assessment{}, assessmentFields),
	)
	if err != nil {
		return nil, nil, err
	}
	mandates, err = filter.NewSchema(
		filter.Root{
			Name: "mandate", Message: descriptorOf(&maecenasv1.Mandate{}), Fields: mandateFields,
			// A mandate that discloses nothing reads 0 here.
			ZeroIsUnset: []string{"match_funding_share_bp"}, Search: []string{"title", "description"},
		},
		filter.Root{
			Name: "investor", Message: descriptorOf(&maecenasv1.Investor{}), Fields: investorFields,
			Search: []string{"display_name"},
		},
	)
	return needs, mandates, err
}

func descriptorOf(message proto.Message) protoreflect.MessageDescriptor {
	return message.ProtoReflect().Descriptor()
}

// parseFilter reads a filter; nil where the text is empty. FILTER_INVALID.
func parseFilter(schema *filter.Schema, text string) (*filter.Filter, error) {
	parsed, err := schema.Parse(text)
	if err != nil {
		return nil, fault.OfFilter(err)
	}
	if parsed.Empty() {
		return nil, nil
	}
	return parsed, nil
}

func (mk *Matchmaker) keepNeed(r store.Reader, f *filter.Filter, name string) (bool, error) {
	n := &maecenasv1.Need{}
	if err := r.Get(name, n); err != nil {
		return false, fault.Optional(err)
	}
	p, err := profile.Load(r, resource.Subject(name))
	if err != nil {
		return false, fault.Optional(err)
	}
	seen := p.Disclose(mk.Rates(), mk.Today())
	return f.Match(map[string]proto.Message{
		"need": seen.Need(n), "organization": seen.Organization, "assessment": seen.Assessment,
	}), nil
}

func (mk *Matchmaker) keepMandate(r store.Reader, f *filter.Filter, name string) (bool, error) {
	m, i := &maecenasv1.Mandate{}, &maecenasv1.Investor{}
	if err := r.Get(name, m); err != nil {
		return false, fault.Optional(err)
	}
	if err := r.Get(resource.Subject(name), i); err != nil {
		return false, fault.Optional(err)
	}
	return f.Match(map[string]proto.Message{
		"mandate": auth.Applicant.Mandate(m), "investor": auth.Applicant.Investor(i),
	}), nil
}

// keeper answers whether a row is ranked, by its name.
type keeper = func(name string) (bool, error)

// kept joins what leaves rows out of a ranking for the owner of the
// need or mandate that is ranked for: the pairs that it has dismissed, and the filter; nil: nothing does. What is
// left out has no rank.
func kept(ctx context.Context, r store.Reader, ranking Ranking, f *filter.Filter, passes func(store.Reader, *filter.Filter, string) (bool, error)) (keeper, error) {
	var undismissed keeper
	if !ranking.IncludeDismissed {
		var err error
		if undismissed, err = notDismissed(r, ranking.own); err != nil {
			return nil, err
		}
	}
	if f == nil && undismissed == nil {
		return nil, nil
	}
	return func(name string) (bool, error) {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		if undismissed != nil {
			if ok, err := undismissed(name); !ok || err != nil {
				return false, err
			}
		}
		if f == nil {
			return true, nil
		}
		return passes(r, f, name)
	}, nil
}

// notDismissed answers for the other side of each pair whether the owner of own has
// not dismissed it; nil: it has marked nothing, or own is not stored. The marks are
// the owner's own, and so nothing is asked of those of the other side.
func notDismissed(r store.Reader, own string) (keeper, error) {
	if own == "" {
		return nil, nil
	}
	side := resource.Subject(own)
	ofInvestor := strings.HasPrefix(own, "investors/")
	kind := store.KindOrganizationBookmark
	if ofInvestor {
		kind = store.KindInvestorBookmark
	}
	marked := false
	err := r.List(kind, store.ListOptions{Parent: side}, func(store.Cursor, store.Record) (bool, error) {
		marked = true
		return false, nil
	})
	if !marked || err != nil {
		return nil, err
	}
	return func(other string) (bool, error) {
		id := resource.PairID(own, other)
		if ofInvestor {
			id = resource.PairID(other, own)
		}
		mark := &maecenasv1.Bookmark{}
		if err := fault.Optional(r.Get(side+"/bookmarks/"+id, mark)); err != nil {
			return false, err
		}
		return mark.GetMark() != maecenasv1.Bookmark_DISMISSED, nil
	}, nil
}
