package validate_test

import (
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/validate"
)

func fieldsOf(violations []validate.Violation) []string {
	var fields []string
	for _, one := range violations {
		fields = append(fields, one.Field+" "+one.Reason)
	}
	slices.Sort(fields)
	return fields
}

func wantFields(t *testing.T, what string, got []validate.Violation, want ...string) {
	t.Helper()
	if fields := fieldsOf(got); !slices.Equal(fields, want) {
		t.Errorf("%s: got %q, want %q", what, fields, want)
	}
}

func TestPrintable(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Città":                       "Città",
		"\x1b[31m\x00\u202e\n":        "\ufffd[31m\ufffd\ufffd\ufffd",
		"\xff":                        "\ufffd",
		strings.Repeat("é", 33):       strings.Repeat("é", 32) + "…",
		"a" + strings.Repeat("é", 33): "a" + strings.Repeat("é", 31) + "…",
	} {
		if got := validate.Printable(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestExternalIDs(t *testing.T) {
	t.Parallel()
	one, other := &maecenasv1.ExternalId{System: "register", Id: "1"}, &maecenasv1.ExternalId{System: "portal", Id: "1"}
	a := &validate.Audit{}
	a.Need(&maecenasv1.Need{ExternalIds: []*maecenasv1.ExternalId{one, other, one}})
	a.Canvas(&maecenasv1.Canvas{ExternalIds: []*maecenasv1.ExternalId{other, other}})
	wantFields(t, "twice", a.Violations, "externalIds[1] unique", "externalIds[2] unique")
}

func TestWebAddresses(t *testing.T) {
	t.Parallel()
	for uri, want := range map[string]bool{
		"": true, "https://teatro.example/": true, "HTTP://teatro.example": true,
		"javascript:alert(1)": false, "data:text/html,x": false, "file:///etc/hosts": false, "teatro.example": false,
	} {
		a := &validate.Audit{}
		a.Investor(&maecenasv1.Investor{WebsiteUri: uri})
		a.Organization(&maecenasv1.Organization{WebsiteUri: uri})
		a.Mandate(&maecenasv1.Mandate{Instruments: []*maecenasv1.InstrumentOffer{{ApplicationUri: uri}}})
		if got := len(a.Violations) == 0; got != want {
			t.Errorf("%q: got %q", uri, fieldsOf(a.Violations))
		}
	}
}

// TestRequirementsInAll bounds what lists of lists can hold.
func TestRequirementsInAll(t *testing.T) {
	t.Parallel()
	leaf := &maecenasv1.Requirement{Rule: &maecenasv1.Requirement_Readiness{Readiness: &maecenasv1.Requirement_MinReadiness{Level: 1}}}
	twenty := func(of *maecenasv1.Requirement) *maecenasv1.Requirement {
		list := &maecenasv1.Requirement_List{}
		for range 20 {
			list.Requirements = append(list.Requirements, proto.CloneOf(of))
		}
		return &maecenasv1.Requirement{Rule: &maecenasv1.Requirement_Any{Any: list}}
	}
	for what, test := range map[string]struct {
		list []*maecenasv1.Requirement
		want []string
	}{
		"twenty of twenty":           {[]*maecenasv1.Requirement{twenty(twenty(leaf))}, nil},
		"twenty of twenty of twenty": {[]*maecenasv1.Requirement{twenty(twenty(twenty(leaf)))}, []string{"requirements size"}},
	} {
		a := &validate.Audit{}
		a.Mandate(&maecenasv1.Mandate{Requirements: test.list})
		wantFields(t, what, a.Violations, test.want...)
	}
}

// TestNames: what stands in lists beside others' names is text on one line that shows.
func TestNames(t *testing.T) {
	t.Parallel()
	schema, err := validate.NewSchema()
	if err != nil {
		t.Fatal(err)
	}
	for name, fine := range map[string]bool{
		"Città di Bari": true, "سارة": true, "نمی\u200cدانم": true, "👩\u200d🎨": true, "a\u200fb": true,
		"x\x00": false, "a\nb": false, "a\tb": false, "\x1b[31m": false, "a\u0085b": false, "a\u202eb": false, "a\u2066b": false,
		"a\u2028b": false, "a\u2029b": false,
	} {
		for _, record := range []proto.Message{
			&maecenasv1.Principal{Kind: maecenasv1.Principal_PERSON, DisplayName: name},
			&maecenasv1.Investor{Type: maecenasv1.Investor_BANK, DisplayName: name},
		} {
			var want []string
			if !fine {
				want = []string{"r.displayName one_line"}
			}
			wantFields(t, name, schema.Record("r", record, func(*validate.Audit) {}), want...)
		}
	}
	wantFields(t, "people and their role", schema.Record("", &maecenasv1.OrganizationContact{
		People: []*maecenasv1.ContactPerson{{DisplayName: "A", Role: "r\n"}, {DisplayName: "B\n"}}, Note: "one\ntwo",
	}, func(*validate.Audit) {}), "people[1].displayName one_line")
	title := &maecenasv1.Mandate{Title: "T\u202e"}
	if got := fieldsOf(schema.Record("", title, func(*validate.Audit) {})); !slices.Contains(got, "title one_line") {
		t.Errorf("a title: %q", got)
	}
}
