package filter_test

import (
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/timestamppb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/filter"
)

func descriptor(m proto.Message) protoreflect.MessageDescriptor {
	return m.ProtoReflect().Descriptor()
}

// pairSchema is a schema as match calls have it: several roots, by name.
func pairSchema(t testing.TB) *filter.Schema {
	t.Helper()
	schema, err := filter.NewSchema(
		filter.Root{
			Name: "organization", Message: descriptor(&maecenasv1.Organization{}),
			Fields: []string{
				"display_name", "description", "legal_form", "founded_date", "listed", "verified_time", "labels",
				"cultural_domains", "sustainable_development_goals", "place", "place.country_code", "place.region_code",
				"activities", "activities.code", "activities.share_bp", "financials", "financials.cash",
				"financials.full_time_equivalents", "team.members.role",
			},
			Search: []string{"display_name", "description"},
		},
		filter.Root{
			Name: "need", Message: descriptor(&maecenasv1.Need{}),
			Fields: []string{"title", "stage", "amount_min", "instruments", "terms", "terms.accepts_personal_guarantee"},
		},
		filter.Root{
			Name: "mandate", Message: descriptor(&maecenasv1.Mandate{}),
			Fields:      []string{"weights", "match_funding_share_bp", "amount_is_bar", "learn_from_deals"},
			ZeroIsUnset: []string{"amount_is_bar", "learn_from_deals"},
		},
	)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func pair() map[string]proto.Message {
	return map[string]proto.Message{
		"organization": &maecenasv1.Organization{
			DisplayName:                 "Teatro Kursaal *Santalucia*",
			Description:                 "Theatre, dance and a FESTIVAL\nfor Bari",
			LegalForm:                   maecenasv1.Organization_COOPERATIVE,
			FoundedDate:                 proto.String("2015-03-01"),
			VerifiedTime:                timestamppb.New(time.Date(2026, 1, 31, 12, 0, 0, 500, time.UTC)),
			Labels:                      []string{"puglia-creativa", "AGIS"},
			CulturalDomains:             []maecenasv1.Organization_CulturalDomain{maecenasv1.Organization_PERFORMING_ARTS, maecenasv1.Organization_HERITAGE},
			SustainableDevelopmentGoals: []int32{4, 11},
			Place:                       &maecenasv1.Place{CountryCode: "IT"},
			Activities: []*maecenasv1.Activity{
				{Code: "90.01", ShareBp: proto.Int32(8000)},
				{Code: "59.11"},
			},
			Financials: &maecenasv1.Financials{Cash: proto.Int64(0)},
		},
		"need": &maecenasv1.Need{
			Title: "Tour", Stage: maecenasv1.FundingStage_EARLY, AmountMin: proto.Int64(25000),
			Instruments: []maecenasv1.Instrument_Kind{maecenasv1.Instrument_GRANT},
			Terms:       &maecenasv1.Need_Terms{AcceptsPersonalGuarantee: proto.Bool(false)},
		},
		"mandate": &maecenasv1.Mandate{LearnFromDeals: true, Weights: map[string]int32{"SECTOR": 15, "PLACE": 0}},
	}
}

// The truth values, as a filter shows them: whether it matches and whether its
// negation does.
const (
	isNo = iota
	isUnknown
	isYes
)

func verdict(t interface {
	Helper()
	Fatalf(string, ...any)
}, schema *filter.Schema, text string, messages map[string]proto.Message) int {
	t.Helper()
	match := func(text string) bool {
		f, err := schema.Parse(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		return f.Match(messages)
	}
	switch positive, negative := match(text), match("NOT ("+text+")"); {
	case positive && negative:
		t.Fatalf("%s matches and its negation too", text)
		return isUnknown
	case positive:
		return isYes
	case negative:
		return isNo
	default:
		return isUnknown
	}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		// Text.
		`organization.place.country_code = "IT"`:                           isYes,
		`organization.place.country_code = IT`:                             isYes,
		`organization.place.country_code = it`:                             isNo,
		`organization.place.country_code != "IT"`:                          isNo,
		`organization.place.country_code > "DE"`:                           isYes,
		`organization.place.country_code:i`:                                isYes,
		`organization.display_name = "Teatro*"`:                            isYes,
		`organization.display_name = "*Santalucia*"`:                       isYes,
		`organization.display_name = "*kursaal*"`:                          isNo,
		`organization.display_name = "*Kursaal"`:                           isNo,
		`organization.display_name != "Teatro*"`:                           isNo,
		`organization.display_name = *`:                                    isYes,
		`organization.display_name:"kursAAL sant"`:                         isNo,
		`organization.display_name:"KURSAAL *sant"`:                        isYes,
		`organization.display_name:kursaal*`:                               isYes,
		`organization.description = "*FESTIVAL\nfor Bari"`:                 isYes,
		`organization.description = "*\u0046ESTIVAL\n*"`:                   isYes,
		`organization.description = '*a "FESTIVAL*'`:                       isNo,
		`need.title >= Tour AND need.title <= "Tour"`:                      isYes,
		`organization.founded_date < "2015-03-02"`:                         isYes,
		`organization.founded_date < "2015-03-01"`:                         isNo,
		`organization.founded_date = "2015-*"`:                             isYes,
		`organization.founded_date:"2015"`:                                 isYes,
		`organization.verified_time > "2026-01-31T12:00:00Z"`:              isYes,
		`organization.verified_time = "2026-01-31T13:00:00.0000005+01:00"`: isYes,
		`organization.verified_time <= "2026-01-31T12:00:00Z"`:             isNo,
		// Numbers, bools and enums.
		`need.amount_min >= 25000`:                     isYes,
		`need.amount_min > 25000`:                      isNo,
		`need.amount_min != 25000`:                     isNo,
		`need.amount_min:25000`:                        isYes,
		`need.amount_min > -1`:                         isYes,
		`need.amount_min = 0x61a8`:                     isYes,
		`organization.financials.cash = 0`:             isYes,
		`mandate.match_funding_share_bp = 0`:           isYes, // no presence: set
		`organization.listed = false`:                  isYes,
		`organization.listed != false`:                 isNo,
		`need.terms.accepts_personal_guarantee=false`:  isYes,
		`need.terms.accepts_personal_guarantee = true`: isNo,
		`need.stage = EARLY`:                           isYes,
		`need.stage = "EARLY"`:                         isYes,
		`need.stage:SEED`:                              isNo,
		`need.stage = (SEED OR EARLY)`:                 isYes,
		`need.stage = (SEED OR GROWTH)`:                isNo,
		// Lists, elements and maps.
		`organization.labels:AGIS`:                              isYes,
		`organization.labels:agis`:                              isNo,
		`organization.labels:"puglia-*"`:                        isYes,
		`organization.labels:puglia`:                            isNo,
		`organization.cultural_domains:HERITAGE`:                isYes,
		`organization.cultural_domains:(HERITAGE AND ARCHIVES)`: isNo,
		`organization.cultural_domains:(-ARCHIVES HERITAGE)`:    isYes,
		`organization.sustainable_development_goals:11`:         isYes,
		`organization.activities.code = "59.11"`:                isYes,
		`organization.activities.code = "59*"`:                  isYes,
		`organization.activities.code = "58*"`:                  isNo,
		`organization.activities.code != "59.11"`:               isNo, // none equals
		`organization.activities.code > "90"`:                   isYes,
		`organization.activities.share_bp = 8000`:               isYes,
		`organization.activities.share_bp = 7000`:               isUnknown, // one has none
		`mandate.weights:SECTOR`:                                isYes,
		`mandate.weights:TICKET`:                                isNo,
		`mandate.weights.SECTOR > 10`:                           isYes,
		`mandate.weights.PLACE = 0`:                             isYes,
		`mandate.weights.TICKET = 0`:                            isUnknown,
		`mandate.weights."SECTOR" = 15`:                         isYes,
		// What is set.
		`organization.financials:*`:         isYes,
		`organization.place.country_code:*`: isYes,
		`organization.activities:*`:         isYes,
		`organization.labels:"*"`:           isYes,
		`mandate.weights:*`:                 isYes,
		`mandate.weights.PLACE:*`:           isYes,
		`mandate.weights.TICKET:*`:          isNo,
		`organization.team.members.role:*`:  isNo,
		`need.stage:*`:                      isYes,
		// What is unset.
		`organization.place.region_code = "ITF4"`:                                   isUnknown,
		`organization.place.region_code != "ITF4"`:                                  isUnknown,
		`organization.place.region_code:*`:                                          isNo,
		`organization.financials.full_time_equivalents < 10`:                        isUnknown,
		`organization.financials.full_time_equivalents != 10`:                       isUnknown,
		`organization.financials.full_time_equivalents = 10 OR need.stage = EARLY`:  isYes,
		`organization.financials.full_time_equivalents = 10 OR need.stage = SEED`:   isUnknown,
		`organization.financials.full_time_equivalents = 10 AND need.stage = EARLY`: isUnknown,
		`organization.financials.full_time_equivalents = 10 AND need.stage = SEED`:  isNo,
		`organization.team.members.role = FINANCE`:                                  isUnknown,
		`mandate.amount_is_bar = false`:                                             isUnknown,
		`mandate.amount_is_bar != true`:                                             isUnknown,
		`mandate.learn_from_deals = true`:                                           isYes,
		`mandate.learn_from_deals = false`:                                          isNo,
		// Words.
		`theatre`:                  isYes,
		`KURSAAL festival`:         isYes,
		`"a festival"`:             isYes,
		`theatre -festival`:        isNo,
		`opera`:                    isNo,
		`opera OR "for bari"`:      isYes,
		`theatre need.stage=EARLY`: isYes,
		// What joins: OR before AND.
		`need.stage = SEED AND need.stage = SEED OR need.stage = EARLY`:  isNo,
		`need.stage = EARLY OR need.stage = EARLY AND need.stage = SEED`: isNo,
		`-(need.stage = SEED)`:  isYes,
		`-need.stage = SEED`:    isYes,
		`NOT need.stage = SEED`: isYes,
		"need.stage\n=\tEARLY":  isYes,
	} {
		if got := verdict(t, pairSchema(t), text, pair()); got != want {
			t.Errorf("%s: verdict %d, want %d", text, got, want)
		}
	}
}

func TestAbsentRootIsUnset(t *testing.T) {
	t.Parallel()
	schema := pairSchema(t)
	for _, messages := range []map[string]proto.Message{
		nil,
		{"organization": nil},
		{"organization": (*maecenasv1.Organization)(nil)},
	} {
		for _, text := range []string{
			`organization.listed = false`, `organization.display_name != x`, `organization.labels:x`,
		} {
			if got := verdict(t, schema, text, messages); got != isUnknown {
				t.Errorf("%s on %v: verdict %d, want unknown", text, messages, got)
			}
		}
		for text, want := range map[string]int{`organization.place:*`: isNo, `word`: isNo, `-word`: isYes} {
			if got := verdict(t, schema, text, messages); got != want {
				t.Errorf("%s on %v: verdict %d, want %d", text, messages, got, want)
			}
		}
	}
}

func TestEmpty(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{"": true, " \n\t": true, "x": false} {
		f, err := pairSchema(t).Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if f.Empty() != want {
			t.Errorf("Empty of %q = %t", text, !want)
		}
		if want && !f.Match(nil) {
			t.Errorf("empty filter %q does not match", text)
		}
	}
	if none := (*filter.Filter)(nil); !none.Empty() || !none.Match(nil) {
		t.Error("a nil filter is not empty")
	}
}

func TestNewSchemaErrors(t *testing.T) {
	t.Parallel()
	need := descriptor(&maecenasv1.Need{})
	for name, roots := range map[string][]filter.Root{
		"stands twice":                  {{Message: need}, {Message: need}},
		"has no message":                {{Name: "x", Fields: []string{"a"}}},
		"x is not among":                {{Message: need, Fields: []string{"title"}, ZeroIsUnset: []string{"x"}}},
		"title stands":                  {{Message: need, Fields: []string{"title", "title"}}},
		"has no field":                  {{Message: need, Fields: []string{"amountMin"}}},
		"nothing is below title":        {{Message: need, Fields: []string{"title.x"}}},
		"stage is searched but no text": {{Message: need, Search: []string{"stage"}}},
		"uint64 cannot be compared":     {{Message: descriptor(&wrapperspb.UInt64Value{}), Fields: []string{"value"}}},
	} {
		if _, err := filter.NewSchema(roots...); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("error %v, want …%s…", err, name)
		}
	}
}
