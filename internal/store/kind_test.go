package store_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/store"
)

func TestKinds(t *testing.T) {
	t.Parallel()
	type row struct {
		Kind            store.Kind
		Pattern         string
		Subject         store.Kind
		HasExternal     bool
		KeyBytes, Below int
	}
	want := []row{
		{"organization", "organizations/{organization}", "organization", true, 16, 7},
		{"canvas", "organizations/{organization}/canvas", "organization", true, 32, 0},
		{"canvas_revision", "organizations/{organization}/canvas/revisions/{revision}", "organization", false, 32, 0},
		{"assessment", "organizations/{organization}/assessments/{assessment}", "organization", false, 32, 0},
		{"need", "organizations/{organization}/needs/{need}", "organization", true, 32, 0},
		{"investor", "investors/{investor}", "investor", true, 16, 4},
		{"mandate", "investors/{investor}/mandates/{mandate}", "investor", true, 32, 0},
		{"deal", "investors/{investor}/deals/{deal}", "investor", true, 32, 0},
		{"exchange_rates", "exchangeRates/{date}", "exchange_rates", false, 16, 0},
		{"principal", "principals/{principal}", "principal", false, 16, 5},
		{"api_key", "principals/{principal}/apiKeys/{api_key}", "principal", false, 32, 0},
		{"consent", "principals/{principal}/consents/{consent}", "principal", false, 32, 0},
		{"credential", "principals/{principal}/credential", "principal", false, 32, 0},
		{"key_secret", "principals/{principal}/apiKeys/{api_key}/secret", "principal", false, 32, 0},
		{"session", "principals/{principal}/sessions/{session}", "principal", false, 32, 0},
		{"membership", "memberships/{membership}", "membership", false, 16, 0},
		{"organization_contact", "organizations/{organization}/contact", "organization", false, 32, 0},
		{"investor_contact", "investors/{investor}/contact", "investor", false, 32, 0},
		{"attestation", "organizations/{organization}/attestations/{attestation}", "organization", false, 32, 0},
		{"introduction", "introductions/{introduction}", "introduction", false, 16, 0},
		{"organization_bookmark", "organizations/{organization}/bookmarks/{bookmark}", "organization", false, 32, 0},
		{"investor_bookmark", "investors/{investor}/bookmarks/{bookmark}", "investor", false, 32, 0},
		{"audit_entry", "auditEntries/{audit_entry}", "audit_entry", false, 16, 0},
		{"link", "links/{link}", "link", false, 16, 0},
		{"erased_subject", "erasures/{erasure}", "erased_subject", false, 16, 0},
	}
	var got []row
	for _, kind := range store.Kinds() {
		got = append(got, row{kind, kind.Pattern(), kind.Subject(), kind.HasExternalIDs(), store.KeyBytes(kind), len(kind.Below())})
		if of, err := store.KindNamed(kind.New(), kind.Pattern()); err != nil || of != kind {
			t.Errorf("KindNamed(%s.New(), %s) = %s, %v", kind, kind.Pattern(), of, err)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("kinds (-want +got):\n%s", diff)
	}
	for _, rec := range []store.Record{nil, (*maecenasv1.Need)(nil)} {
		if _, err := store.KindOf(rec); !errors.Is(err, store.ErrInvalid) {
			t.Errorf("KindOf(%#v): %v", rec, err)
		}
	}
	none := store.Kind("sponsor")
	if none.Valid() || none.New() != nil || none.Pattern() != "" || none.IsSubject() || none.Matches("sponsors/1") || none.Below() != nil {
		t.Errorf("%s passes for a kind", none)
	}
}

func TestKindOfName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]store.Kind{
		"organizations/acme":                     "organization",
		"organizations/acme/canvas":              "canvas",
		"organizations/acme/canvas/revisions/r1": "canvas_revision",
		"organizations/acme/assessments/current": "assessment",
		"organizations/acme/needs/tour":          "need",
		"organizations/città/needs/été":          "need",
		"investors/fund":                         "investor",
		"investors/fund/mandates/m":              "mandate",
		"investors/fund/deals/d":                 "deal",
		"organizations/acme/bookmarks/b":         "organization_bookmark",
		"investors/fund/bookmarks/b":             "investor_bookmark",
		"principals/ada/apiKeys/k/secret":        "key_secret",
		"principals/ada/apiKeys/k/token":         "",
		"introductions/i/steps/1":                "",
		"exchangeRates/2026-03-31":               "exchange_rates",
		"":                                       "",
		"organizations":                          "",
		"organizations/":                         "",
		"organizations/acme/":                    "",
		"/organizations/acme":                    "",
		"organizations//needs/tour":              "",
		"organizations/-/needs/tour":             "",
		"organizations/acme/canvas/revisions":    "",
		"organizations/acme/needs/tour/x":        "",
		"organizations/ac\u0000me":               "",
		"organizations/ac\xffme":                 "",
		"organizations/ac\u202eme":               "",
		"investors/fund/needs/n":                 "",
	} {
		got, err := store.KindOfName(name)
		if got != want || (err != nil) != (want == "") {
			t.Errorf("KindOfName(%q) = %q, %v, want %q", name, got, err, want)
		}
		if want != "" && !want.Matches(name) {
			t.Errorf("%s does not match %q", want, name)
		}
	}
}

// TestKindOfBookmarks: the two kinds of bookmarks are one message, told apart by
// name.
func TestKindOfBookmarks(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]store.Kind{
		"organizations/acme/bookmarks/b": store.KindOrganizationBookmark,
		"investors/fund/bookmarks/b":     store.KindInvestorBookmark,
		"":                               store.KindOrganizationBookmark,
	} {
		if got, err := store.KindOf(&maecenasv1.Bookmark{Name: name}); err != nil || got != want {
			t.Errorf("KindOf(%q) = %s, %v, want %s", name, got, err, want)
		}
	}
}

// TestParentSubject: what is below another record than its subject can be listed by
// subject alone.
func TestParentSubject(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		kind         store.Kind
		parent, want string
		valid        bool
	}{
		{store.KindKeySecret, "principals/ada", "principals/ada", true},
		{store.KindKeySecret, "principals/ada/apiKeys/k", "", false},
		{store.KindCanvasRevision, "organizations/acme/canvas", "organizations/acme", true},
		{store.KindOrganizationBookmark, "investors/fund", "", false},
		{store.KindIntroduction, "organizations/acme", "", false},
		{store.KindIntroduction, "", "", true},
	} {
		got, err := store.ParentSubject(test.kind, test.parent)
		if got != test.want || (err == nil) != test.valid {
			t.Errorf("ParentSubject(%s, %q) = %q, %v", test.kind, test.parent, got, err)
		}
	}
}

func TestSubjectName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"organizations/acme":                     "organizations/acme",
		"organizations/acme/canvas/revisions/r1": "organizations/acme",
		"investors/fund/deals/d":                 "investors/fund",
		"organizations":                          "organizations",
		"":                                       "",
	} {
		if got := store.SubjectName(name); got != want {
			t.Errorf("SubjectName(%q) = %q, want %q", name, got, want)
		}
	}
}

// TestErrors: each error with more to tell is the sentinel that it stands for,
// and names what it is about.
func TestErrors(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]error{
		"need organizations/a/needs/n: not found":                                                store.ErrNotFound,
		"external id 7 of system register is taken by organizations/a":                           store.ErrExternalIDTaken,
		"organizations/a has 12 bytes, more than the 10 that a record may have":                  store.ErrRecordTooLarge,
		"stored data is damaged: bucket need, key 00ff: odd":                                     store.ErrDamaged,
		"stored data is damaged: odd":                                                            store.ErrDamaged,
		"m.db: process 42 has it open":                                                           store.ErrLocked,
		"m.db: another process has it open":                                                      store.ErrLocked,
		"m.db has schema 3 and needs maecenas 0.4.0 or newer; this version reads up to schema 1": store.ErrSchemaNewer,
	} {
		var found error
		for _, err := range []error{
			&store.RecordError{Kind: store.KindNeed, Name: "organizations/a/needs/n", Err: store.ErrNotFound},
			&store.ExternalIDTakenError{Kind: store.KindOrganization, System: "register", ID: "7", Holder: "organizations/a"},
			&store.RecordTooLargeError{Name: "organizations/a", Size: 12, Limit: 10},
			&store.DamagedError{Bucket: "need", Key: []byte{0, 255}, Problem: "odd"},
			&store.DamagedError{Problem: "odd"},
			&store.LockedError{Path: "m.db", PID: 42},
			&store.LockedError{Path: "m.db"},
			&store.SchemaNewerError{Path: "m.db", Schema: 3, Supported: 1, Needs: "0.4.0"},
		} {
			if err.Error() == text {
				found = err
			}
		}
		if diff := cmp.Diff(want, found, cmpopts.EquateErrors()); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}
