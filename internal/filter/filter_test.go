package filter_test

import (
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

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
			Fields: []string{"weights", "match_funding_share_bp"},
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
		"mandate": &maecenasv1.Mandate{Weights: map[string]int32{"SECTOR": 15, "PLACE": 0}},
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
			`organization.listed = false`, `organization.display_name != x`, `word`, `organization.labels:x`,
		} {
			if got := verdict(t, schema, text, messages); got != isUnknown {
				t.Errorf("%s on %v: verdict %d, want unknown", text, messages, got)
			}
		}
		if got := verdict(t, schema, `organization.place:*`, messages); got != isNo {
			t.Errorf("presence on %v: verdict %d, want no", messages, got)
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

func TestParseErrors(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text     string
		position int
		message  string // a part
	}{
		{`need.amount_max > 5`, 1, `no field "need.amount_max"`},
		{`x AND need.amountMin > 5`, 7, "write need.amount_min"},
		{`organization.place.postal_code = "1"`, 1, "no field"},
		{`organization.place = IT`, 22, "only be asked whether it is set"},
		{`need.stage = LATE`, 14, `"LATE" is none of PRE_SEED, SEED`},
		{`need.instruments:X`, 18, "LEASING, EQUITY, CONVERTIBLE, …"},
		{`need.stage = early`, 14, "is none of"},
		{`need.stage = 3`, 14, "is none of"},
		{`need.stage > SEED`, 14, "an enum has no order"},
		{`need.stage = STAGE_UNSPECIFIED`, 14, "NOT FIELD:*"},
		{`need.title = ""`, 14, "NOT FIELD:*"},
		{`need.title = 5`, 14, "in quotes"},
		{`need.title:5`, 12, "in quotes"},
		{`need.title = a*b`, 14, "* stands at the start or at the end"},
		{`need.amount_min = "5"`, 19, "no whole number"},
		{`need.amount_min > 5.5`, 19, "numbers are whole"},
		{`need.amount_min > 0100`, 19, "begins with 0"},
		{`need.amount_min > 9223372036854775808`, 19, "64 bits"},
		{`need.amount_min = other.field`, 19, "no whole number"},
		{`organization.listed = yes`, 23, "= true or = false"},
		{`organization.listed > true`, 23, "= true or = false"},
		{`organization.labels = AGIS`, 23, "a list is asked"},
		{`mandate.weights = 5`, 19, "a map is asked"},
		{`organization.founded_date > "2020"`, 29, "is no date"},
		{`organization.founded_date = "31/12/2020"`, 29, "is no date"},
		{`organization.founded_date > 2020-01-01`, 34, "such as a date"},
		{`organization.verified_time > "2020-01-01"`, 30, "RFC 3339"},
		{`organization.listed`, 1, "organization.listed is a field"},
		{`5 = need.amount_min`, 1, "begins with a field"},
		{`need.stage != (SEED OR EARLY)`, 16, "after = or : alone"},
		{`need.stage = (need.stage = SEED)`, 15, "a comparison within a value"},
		{`a and b`, 3, "write AND in capitals"},
		{`NOT(a)`, 4, "a space is missing after NOT"},
		{`f(a)`, 2, "functions are not supported"},
		{`a AND`, 3, `unexpected "AND"`},
		{`(a`, 3, "ends too early"},
		{`a)`, 2, `unexpected ")"`},
		{`  é = (`, 8, "ends too early"},
		{`need.title = film-house`, 18, `unexpected "-"`},
		{`need.title = "\q"`, 14, "begins nothing known"},
		{`"abc`, 1, "unterminated string"},
		{"a \xff", 3, "invalid UTF-8"},
		{`5`, 1, "stands in quotes"},
		{`""`, 1, "nothing to search for"},
		{strings.Repeat("(", 21) + "a" + strings.Repeat(")", 21), 21, "more than 20 parentheses"},
		{strings.Repeat("a ", 26), 51, "more than 50 comparisons"}, // two texts are searched
		{strings.Repeat("a", 2001), 2002, "2001 characters, more than 2000"},
	} {
		_, err := pairSchema(t).Parse(test.text)
		var fault *filter.Error
		if !errors.As(err, &fault) {
			t.Errorf("%s: error %v", test.text, err)
			continue
		}
		if fault.Position != test.position || !strings.Contains(fault.Message, test.message) {
			t.Errorf("%s: %d: %s; want %d: …%s…", test.text, fault.Position, fault.Message, test.position, test.message)
		}
	}
}

func TestWordsNeedTextsToSearch(t *testing.T) {
	t.Parallel()
	schema, err := filter.NewSchema(filter.Root{Message: descriptor(&maecenasv1.Need{}), Fields: []string{"title"}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = schema.Parse("opera title = x")
	if want := `at character 1: "opera" stands alone`; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("error %v, want %s…", err, want)
	}
}

func TestNewSchemaErrors(t *testing.T) {
	t.Parallel()
	need := descriptor(&maecenasv1.Need{})
	for name, roots := range map[string][]filter.Root{
		"stands twice":                  {{Message: need}, {Message: need}},
		"has no message":                {{Name: "x", Fields: []string{"a"}}},
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

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		``, `theatre -festival`, `need.amount_min >= 5 OR NOT (need.title = "a*")`, `organization.labels:(a OR b)`,
		`mandate.weights.SECTOR:*`, `-need.stage = SEED`, `a.b.c = 'x\u00e9'`, `f(x, (y))`, `organization.verified_time < "2020-01-01T00:00:00Z"`,
		`((((`, `0x1F = .5`, "\xff", `"\`, `a:b:c`,
	} {
		f.Add(seed)
	}
	schema, messages := pairSchema(f), pair()
	f.Fuzz(func(t *testing.T, text string) {
		parsed, err := schema.Parse(text)
		if err != nil {
			var fault *filter.Error
			if !errors.As(err, &fault) {
				t.Fatalf("%T", err)
			}
			if n := utf8.RuneCountInString(text); fault.Position < 1 || fault.Position > n+1 {
				t.Errorf("position %d of %d characters", fault.Position, n)
			}
			if utf8.RuneCountInString(fault.Message) > 400 || !utf8.ValidString(fault.Message) {
				t.Errorf("message %q", fault.Message)
			}
			return
		}
		matched := parsed.Match(messages)
		negated, err := schema.Parse("NOT (" + text + ")")
		if err == nil && !parsed.Empty() && matched && negated.Match(messages) {
			t.Error("it matches and its negation too")
		}
	})
}
