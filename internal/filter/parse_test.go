package filter_test

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/filter"
)

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

// TestParseIsLinear: twice the text makes no more than some twice the work, of
// which allocations, unlike time, are the same on every machine.
func TestParseIsLinear(t *testing.T) { //nolint:paralleltest // AllocsPerRun
	schema := pairSchema(t)
	for _, part := range []string{
		"(", "a ", "a.", "a=", "a:", "a:(", "a(", "- ", "-(", "NOT ", "NOT (", "a OR ", "a AND ", "1.", "1 ", ".", `"a" `, `"`, "a.b=c.d ", "\n", "é",
	} {
		allocations := func(length int) float64 {
			text := strings.Repeat(part, length/utf8.RuneCountInString(part))
			return testing.AllocsPerRun(5, func() { schema.Parse(text) })
		}
		half, whole := allocations(filter.MaxLength/2), allocations(filter.MaxLength)
		if whole > 2.5*half+100 {
			t.Errorf("%q: %.0f allocations for half the length, %.0f for all of it", part, half, whole)
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
