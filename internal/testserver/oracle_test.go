package testserver_test

import (
	"fmt"
	"strings"
	"testing"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/app"
	"github.com/maecenas-cci/maecenas/internal/testserver"
)

// said is what REST answers, as text.
func (w *world) said(t *testing.T, as *testserver.Client, method, path, body string) string {
	t.Helper()
	code, answer, _ := as.REST(t, method, "/v1/"+path, body)
	return fmt.Sprint(code, answer)
}

// TestHiddenAndAbsentAlike: what a caller may not know of is answered in the words for
// what there is not, wherever it is named.
func TestHiddenAndAbsentAlike(t *testing.T) {
	t.Parallel()
	for caller, tests := range map[string][]struct{ method, path, body, hidden string }{
		alba: {
			{"GET", "%s", "", cava},
			{"GET", "%s", "", darsena},
			{"GET", "%s/needs", "", darsena},
			{"GET", "%s/needs/stage", "", cava},
			{"GET", "%s/canvas", "", darsena},
			{"GET", "%s/assessments/disclosed", "", darsena},
			{"GET", "%s/attestations", "", cava},
			{"PATCH", "%s", `{"displayName": "mine"}`, cava},
			{"DELETE", "%s/needs/stage", "", darsena},
			{"POST", "%s/needs/stage:matchMandates", `{}`, cava},
			{"POST", "../v1:explainMatch", `{"need": "%s/needs/stage", "mandate": "investors/alba/mandates/weighs"}`, darsena},
			{"POST", "../v1:explainMatch", `{"need": "%s/needs/stage", "mandate": "investors/alba/mandates/weighs", "asOfDate": "x"}`, darsena},
			{"POST", "../v1:compareMatches", `{"needs": ["organizations/bottega/needs/stage", "%s/needs/stage"], "mandate": "investors/alba/mandates/weighs"}`, cava},
			{"POST", "investors/alba/deals", `{"organization": "%s", "date": "2025-01-01", "instrument": "GRANT"}`, cava},
			{"POST", "introductions", `{"need": "%s/needs/stage", "mandate": "investors/alba/mandates/weighs"}`, darsena},
			{"GET", "%s/contact", "", cava},
			{"POST", "memberships", `{"resource": "%s", "member": "principals/someone", "role": "OWNER"}`, cava},
			{"GET", "%s:export", "", cava},
			{"POST", "investors/alba/bookmarks", `{"need": "%s/needs/stage", "mandate": "investors/alba/mandates/weighs", "mark": "SHORTLISTED"}`, darsena},
			{"POST", "memberships", `{"resource": "investors/alba", "member": "%s", "role": "VIEWER"}`, cava},
			{"GET", "memberships?resource=%s", "", cava},
			{"GET", "memberships?member=%s", "", cava},
			{"GET", "introductions?subject=%s", "", cava},
			{"GET", "%s/canvas/revisions", "", bottega},
			{"GET", "%s/canvas/revisions/1", "", bottega},
			{"GET", "%s/accesses", "", cava},
			{"GET", "%s/bookmarks", "", cava},
			{"DELETE", "%s", "", cava},
			{"GET", "organizations/-/needs?filter=need.name=%s", "", cava},
		},
		atelier: {
			{"GET", "%s", "", cirro},
			{"GET", "%s/mandates", "", cirro},
			{"GET", "%s/mandates/weighs", "", cirro},
			{"GET", "%s/deals", "", cirro},
			{"POST", "../v1:explainMatch", `{"need": "organizations/atelier/needs/stage", "mandate": "%s/mandates/weighs"}`, cirro},
			{"POST", "../v1:previewMatchNeeds", `{"investor": "%s", "mandate": {"instruments": [{"instrument": "GRANT"}]}}`, cirro},
			{"PATCH", "organizations/atelier", `{"priorFunding": [{"source": "x", "investor": "%s", "instrument": "GRANT", "currencyCode": "EUR", "date": "2020-01-01"}]}`, cirro},
			{"PATCH", "organizations/atelier", `{"excludedInvestors": ["%s"]}`, cirro},
			{"GET", "%s", "", bottega},
			{"POST", "organizations/atelier/bookmarks", `{"need": "organizations/atelier/needs/stage", "mandate": "%s/mandates/weighs", "mark": "DISMISSED"}`, cirro},
			{"POST", "introductions", `{"need": "organizations/atelier/needs/stage", "mandate": "%s/mandates/weighs"}`, cirro},
			{"POST", "memberships", `{"resource": "organizations/atelier", "member": "%s", "role": "VIEWER"}`, cava},
		},
	} {
		t.Run(caller, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, telling{caller: caller, more: true})
			for _, test := range tests {
				absent := test.hidden + "none"
				ask := func(name string) string {
					path, body := strings.ReplaceAll(test.path, "%s", name), strings.ReplaceAll(test.body, "%s", name)
					return strings.ReplaceAll(w.said(t, w.caller, test.method, strings.TrimPrefix(path, "../v1"), body), absent, test.hidden)
				}
				if hidden, none := ask(test.hidden), ask(absent); hidden != none || strings.HasPrefix(hidden, "200") && !strings.Contains(test.path, "?") {
					t.Errorf("%s %s %s of %s:\n%s\n%s", test.method, test.path, test.body, test.hidden, hidden, none)
				}
			}
		})
	}
}

// TestNamesAskNothing: ids and external ids that are taken by what the caller may not
// know of tell nothing of it.
func TestNamesAskNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, telling{caller: alba, more: true})
	person := w.Invited(t, "anna@example.org", "correct horse battery", testserver.Owner(alba))
	const profile = `"legalForm": "LIMITED_COMPANY", "helixRole": "COMPANY", "place": {"countryCode": "IT"}, "displayName": "Mine"`
	taken := w.said(t, person, "POST", "organizations?organizationId=cava", `{`+profile+`}`)
	if free := w.said(t, person, "POST", "organizations?organizationId=free", `{`+profile+`}`); taken != free || strings.HasPrefix(free, "200") {
		t.Errorf("an id asks whether it is taken:\n%s\n%s", taken, free)
	}
	const external = `{%s, "externalIds": [{"system": "registry", "id": %q, "writer": %q}]}`
	for _, writer := range []string{"", cava, "organizations/nobody"} {
		got := w.said(t, person, "POST", "organizations", fmt.Sprintf(external, profile, w.text(cava, private)+" registry", writer))
		if !strings.HasPrefix(got, "200") || writer != "" && strings.Contains(got, "writer:"+writer) {
			t.Errorf("an external id that another has, written as %q: %s", writer, got)
		}
	}
}

// TestTokensAndRequestsAreTheCallersOwn: nobody goes on with another's page token, or
// is answered what another's request of the same id wrote.
func TestTokensAndRequestsAreTheCallersOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, telling{caller: alba, more: true})
	other := w.As(t, testserver.Owner(borea))
	list := func(c *testserver.Client, token string) (string, error) {
		page, err := maecenasv1.NewOrganizationServiceClient(c.Conn).ListOrganizations(t.Context(), &maecenasv1.ListOrganizationsRequest{PageSize: 1, PageToken: token})
		return page.GetNextPageToken(), err
	}
	token, err := list(w.caller, "")
	if err != nil || token == "" {
		t.Fatal(err)
	}
	if again, err := list(w.caller, ""); err != nil || again != token {
		t.Errorf("the same answer has another token: %v", err)
	}
	if _, err := list(w.caller, token); err != nil {
		t.Error(err)
	}
	if _, err := list(other, token); err == nil {
		t.Error("another's page token is taken")
	}
	create := func(c *testserver.Client, parent string) string {
		made, err := maecenasv1.NewDealServiceClient(c.Conn).CreateDeal(t.Context(), &maecenasv1.CreateDealRequest{
			Parent: parent, RequestId: "0190c1d4-0000-7000-8000-000000000001",
			Deal: &maecenasv1.Deal{Date: "2025-01-01", Instrument: maecenasv1.Instrument_GRANT, Snapshot: &maecenasv1.Deal_Snapshot{Place: &maecenasv1.Place{CountryCode: "IT"}}},
		})
		if err != nil {
			t.Fatal(err)
		}
		return made.GetName()
	}
	mine, theirs := create(w.caller, alba), create(other, borea)
	if !strings.HasPrefix(theirs, borea) || mine != create(w.caller, alba) {
		t.Errorf("%s and %s", mine, theirs)
	}
}

// TestVerifiedInvestorsOnly: where the operator demands it, an investor that nobody
// has verified sees profiles, and no facts and rankings.
func TestVerifiedInvestorsOnly(t *testing.T) {
	t.Parallel()
	w := &world{Server: testserver.Start(t, testserver.Options{App: app.Options{VerifiedOnly: true}}), telling: telling{caller: alba, more: true}}
	w.investor(t, alba)
	w.organization(t, bottega)
	person := w.As(t, testserver.Owner(alba))
	mandate := alba + "/mandates/weighs"
	for path, body := range map[string]string{
		mandate + ":matchNeeds": `{}`,
		":explainMatch":         `{"mandate": "investors/alba/mandates/weighs", "need": "organizations/bottega/needs/stage"}`,
		":previewMatchNeeds":    `{"investor": "investors/alba", "mandate": {"instruments": [{"instrument": "GRANT"}]}}`,
	} {
		path = strings.TrimPrefix(path, "/")
		if code, answer, _ := person.REST(t, "POST", strings.Replace("/v1/"+path, "/v1/:", "/v1:", 1), body); code != 400 || !strings.Contains(fmt.Sprint(answer), "INVESTOR_UNVERIFIED") {
			t.Errorf("%s: %d %v", path, code, answer)
		}
	}
	if code, answer, _ := person.REST(t, "GET", "/v1/"+bottega, ""); code != 200 || answer["financials"] != nil || answer["displayName"] == nil {
		t.Errorf("%d %v", code, answer)
	}
	w.send(t, w.As(t, testserver.Verifier()), "POST", alba+":setVerification", `{"state": "VERIFIED"}`)
	if code, answer, _ := person.REST(t, "POST", "/v1/"+mandate+":matchNeeds", `{}`); code != 200 || len(answer) == 0 {
		t.Errorf("verified: %d %v", code, answer)
	}
	if _, answer, _ := person.REST(t, "GET", "/v1/"+bottega, ""); answer["financials"] == nil {
		t.Errorf("verified: %v", answer)
	}
}

// TestWhatAMandateDiscloses: an organization sees of a match what its mandate
// discloses, and its own people everything.
func TestWhatAMandateDiscloses(t *testing.T) {
	t.Parallel()
	w := newWorld(t, telling{caller: atelier, more: true})
	explain := func(c *testserver.Client, mandate string) *maecenasv1.Match {
		got, err := maecenasv1.NewMatchServiceClient(c.Conn).ExplainMatch(t.Context(), &maecenasv1.ExplainMatchRequest{
			Need: atelier + "/needs/stage", Mandate: borea + "/mandates/" + mandate, Robustness: true, Improvements: true,
		})
		if err != nil {
			t.Fatal(err)
		}
		return got.GetMatch()
	}
	both := w.As(t, testserver.Viewer(atelier), testserver.Viewer(borea))
	whole := explain(both, "silent")
	if len(whole.GetTerms()) == 0 || whole.GetTerms()[0].Contribution == nil || len(whole.GetRequirements()) == 0 {
		t.Errorf("who belongs to both sides sees %v", whole)
	}
	if seen := explain(w.caller, "weighs"); seen.GetTerms()[0].Contribution == nil || seen.GetRobustness() != nil {
		t.Errorf("of one that shows its weights: %v", seen)
	}
	if seen := explain(w.caller, "asks"); seen.GetTerms()[0].Contribution != nil || len(seen.GetRequirements()) == 0 || seen.GetScore()%500 != 0 {
		t.Errorf("of one that shows what it asks: %v", seen)
	}
	if seen := explain(w.caller, "silent"); len(seen.GetTerms())+len(seen.GetRequirements())+len(seen.GetImprovements()) != 0 || seen.GetScore()%500 != 0 || seen.GetScore() != whole.GetScore()/500*500 {
		t.Errorf("of one that shows nothing: %v", seen)
	}
	tuned := func(weights map[string]int32) map[string]int32 {
		got, err := maecenasv1.NewMatchServiceClient(w.caller.Conn).MatchMandates(t.Context(), &maecenasv1.MatchMandatesRequest{
			Need: atelier + "/needs/stage", Weights: weights,
		})
		if err != nil {
			t.Fatal(err)
		}
		scores := map[string]int32{}
		for _, one := range got.GetMatches() {
			scores[one.GetMandate()] = one.GetScore()
		}
		return scores
	}
	const silent = borea + "/mandates/silent"
	plain, asked := tuned(nil), tuned(map[string]int32{"TEAM": 100})
	if score, ranked := plain[silent]; !ranked || score != asked[silent] {
		t.Errorf("other weights ask what %s keeps back: %d, %d", silent, score, asked[silent])
	}
	if plain[borea+"/mandates/weighs"] == asked[borea+"/mandates/weighs"] {
		t.Error("other weights make no difference to a mandate that shows its own")
	}
	mixed, err := maecenasv1.NewMatchServiceClient(w.caller.Conn).ProposeFinancingMix(t.Context(), &maecenasv1.ProposeFinancingMixRequest{Need: atelier + "/needs/stage", MaxMixes: 20})
	if err != nil || len(mixed.GetMixes()) == 0 {
		t.Fatalf("no mix: %v", err)
	}
	for _, mix := range mixed.GetMixes() {
		for _, part := range mix.GetParts() {
			if part.GetMandate() == silent || part.GetMandate() == borea+"/mandates/asks" && part.GetScore()%500 != 0 {
				t.Errorf("a mix tells more than its mandates do: %v", part)
			}
		}
	}
	w.put(t, "PATCH", borea+"/mandates/asks", `{"incompatibleMandates": [%q, %q]}`, silent, borea+"/mandates/drafted")
	if got := w.said(t, w.caller, "GET", borea+"/mandates/asks", ""); !strings.Contains(got, silent) || strings.Contains(got, "drafted") {
		t.Errorf("a mandate names one that is not public: %s", got)
	}
}
