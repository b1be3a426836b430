package testserver_test

import (
	"fmt"
	"testing"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/testserver"
)

// meeting is an organization and an investor that can be matched, and their people.
type meeting struct {
	*testserver.Server
	studio, funder, other *testserver.Client
}

func newMeeting(t *testing.T) meeting {
	t.Helper()
	m := meeting{Server: testserver.Start(t, testserver.Options{})}
	m.ask(t, m.Admin(), "POST", "organizations?organizationId=studio", `{"displayName": "Studio", "legalForm": "LIMITED_COMPANY",
		"helixRole": "COMPANY", "place": {"countryCode": "IT"}, "listed": true,
		"financials": {"currencyCode": "EUR", "cash": "40000", "monthlyBurn": "4000", "evidence": {"level": "SELF_DECLARED", "asOfDate": "2026-05-01"}}}`, 200)
	for i := range 3 {
		m.ask(t, m.Admin(), "POST", fmt.Sprintf("organizations/studio/needs?needId=need-%d", i), `{"title": "Tour", "purpose": "PROJECT",
			"currencyCode": "EUR", "amountMin": "20000", "amountMax": "40000", "instruments": ["GRANT"], "state": "OPEN"}`, 200)
	}
	for _, id := range []string{"funder", "other"} {
		m.ask(t, m.Admin(), "POST", "investors?investorId="+id, `{"displayName": "Funder", "type": "FOUNDATION"}`, 200)
		m.ask(t, m.Admin(), "POST", "investors/"+id+"/mandates?mandateId=call", `{"title": "Call", "state": "PUBLISHED",
			"instruments": [{"instrument": "GRANT"}]}`, 200)
	}
	m.studio = m.As(t, testserver.Owner("organizations/studio"))
	m.funder = m.As(t, testserver.Owner("investors/funder"))
	m.other = m.As(t, testserver.Owner("investors/other"))
	return m
}

// ask sends JSON and holds the answer to a status.
func (m meeting) ask(t *testing.T, as *testserver.Client, method, path, body string, want int) map[string]any {
	t.Helper()
	code, answer, _ := as.REST(t, method, "/v1/"+path, body)
	if code != want {
		t.Fatalf("%s %s: %d %v, want %d", method, path, code, answer, want)
	}
	return answer
}

// TestIntroductionServed walks an introduction through REST from the proposal to a
// published deal: contacts and what is shown on introduction open when it is mutual.
func TestIntroductionServed(t *testing.T) {
	t.Parallel()
	m := newMeeting(t)
	m.ask(t, m.studio, "PATCH", "organizations/studio/contact", `{"people": [{"displayName": "Ada", "email": "ada@example.org", "languages": ["it"]}]}`, 200)
	const organization, contact = "organizations/studio", "organizations/studio/contact"
	shows := func(as *testserver.Client, want bool) {
		t.Helper()
		status := 404
		if want {
			status = 200
		}
		m.ask(t, as, "GET", contact, "", status)
		if _, ok := m.ask(t, as, "GET", organization, "", 200)["financials"]; ok != want {
			t.Errorf("financials are shown: %t, want %t", ok, want)
		}
	}
	made := m.ask(t, m.funder, "POST", "introductions",
		`{"need": "organizations/studio/needs/need-0", "mandate": "investors/funder/mandates/call", "message": "Shall we talk?"}`, 200)
	name, _ := made["name"].(string)
	if made["state"] != "PROPOSED" || made["proposer"] != "INVESTOR" || fmt.Sprint(made["nextStates"]) != "[WITHDRAWN]" {
		t.Errorf("proposed: %v", made)
	}
	shows(m.funder, false)
	if code, refused, _ := m.funder.REST(t, "POST", "/v1/"+name+":accept", `{}`); code != 400 || fmt.Sprint(refused) == "" {
		t.Errorf("its own proposal: %d %v", code, refused)
	}
	m.ask(t, m.other, "GET", name, "", 404)
	m.ask(t, m.other, "POST", name+":accept", `{}`, 404)
	m.ask(t, m.Nobody(t), "GET", name, "", 401)

	m.ask(t, m.studio, "POST", name+":accept", `{"reason": "Gladly"}`, 200)
	shows(m.funder, true)
	m.ask(t, m.other, "GET", contact, "", 404)
	m.ask(t, m.studio, "GET", "investors/funder/contact", "", 200)
	m.ask(t, m.studio, "POST", name+":advance", `{"state": "FUNDED"}`, 400)
	m.ask(t, m.studio, "POST", name+":advance", `{"state": "MEETING"}`, 200)
	m.ask(t, m.funder, "POST", name+":advance", `{"state": "OFFERED"}`, 200)
	funded := m.ask(t, m.funder, "POST", name+":advance",
		`{"state": "FUNDED", "funding": {"date": "2026-05-30", "instrument": "GRANT", "amount": "30000", "currencyCode": "EUR"}}`, 200)
	deal, _ := funded["deal"].(string)
	if deal == "" {
		t.Fatalf("no deal came of it: %v", funded)
	}
	m.ask(t, m.studio, "GET", deal, "", 404)
	m.ask(t, m.studio, "POST", name+":publish", `{}`, 200)
	m.ask(t, m.studio, "GET", deal, "", 404)
	m.ask(t, m.funder, "POST", name+":publish", `{}`, 200)
	if seen := m.ask(t, m.studio, "GET", deal, "", 200); seen["origin"] != "INTRODUCTION" || seen["published"] != true {
		t.Errorf("the deal: %v", seen)
	}
	listed := m.ask(t, m.studio, "GET", "introductions?states=FUNDED&subject=investors/funder", "", 200)
	if list, _ := listed["introductions"].([]any); len(list) != 1 {
		t.Errorf("listed %v", listed)
	}
	if list, _ := m.ask(t, m.other, "GET", "introductions", "", 200)["introductions"].([]any); len(list) > 0 {
		t.Errorf("another investor lists %v", list)
	}
}

// TestDismissedServed: a dismissed pair is left out of its owner's ranking, on each
// page, until it is asked for; the mark is nobody else's to read.
func TestDismissedServed(t *testing.T) {
	t.Parallel()
	m := newMeeting(t)
	matches := maecenasv1.NewMatchServiceClient(m.funder.Conn)
	ranked := func(include bool) (names []string) {
		t.Helper()
		request := &maecenasv1.MatchNeedsRequest{Mandate: "investors/funder/mandates/call", EveryNeed: true, PageSize: 1, IncludeDismissed: include}
		for {
			page, err := matches.MatchNeeds(t.Context(), request)
			if err != nil {
				t.Fatal(err)
			}
			for _, one := range page.GetMatches() {
				if names = append(names, one.GetNeed()); int(one.GetRank()) != len(names) {
					t.Errorf("rank %d in place %d", one.GetRank(), len(names))
				}
			}
			if request.PageToken = page.GetNextPageToken(); request.PageToken == "" {
				return names
			}
		}
	}
	all := ranked(false)
	if len(all) != 3 {
		t.Fatalf("ranked %v", all)
	}
	mark := fmt.Sprintf(`{"need": %q, "mandate": "investors/funder/mandates/call", "mark": "DISMISSED", "reason": "done", "opinion": "DISAGREE", "opinionReason": "too high"}`, all[1])
	name, _ := m.ask(t, m.funder, "POST", "investors/funder/bookmarks", mark, 200)["name"].(string)
	m.ask(t, m.funder, "POST", "investors/funder/bookmarks", mark, 409)
	if got := ranked(false); fmt.Sprint(got) != fmt.Sprint([]string{all[0], all[2]}) {
		t.Errorf("ranked %v of %v", got, all)
	}
	if got := ranked(true); fmt.Sprint(got) != fmt.Sprint(all) {
		t.Errorf("with the dismissed, ranked %v of %v", got, all)
	}
	m.ask(t, m.studio, "GET", name, "", 404)
	m.ask(t, m.studio, "PATCH", name, `{"mark": "SHORTLISTED"}`, 404)
	m.ask(t, m.studio, "GET", "investors/funder/bookmarks", "", 403)
	m.ask(t, m.funder, "PATCH", name+"?updateMask=mark", `{"mark": "SHORTLISTED"}`, 200)
	if got := ranked(false); fmt.Sprint(got) != fmt.Sprint(all) {
		t.Errorf("once no longer dismissed, ranked %v of %v", got, all)
	}
	m.ask(t, m.funder, "DELETE", name, "", 200)
}

// TestAttestationServed: what a verifier attests is the evidence of a third party in
// the assessment, until the organization writes something else.
func TestAttestationServed(t *testing.T) {
	t.Parallel()
	m := newMeeting(t)
	verifier := m.As(t, testserver.Verifier())
	const subject = `{"subject": "FINANCIALS", "asOfDate": "2026-05-15", "statement": "The bank's statement was seen."}`
	m.ask(t, m.studio, "POST", "organizations/studio/attestations", subject, 403)
	m.ask(t, verifier, "POST", "organizations/studio/attestations", subject, 404)
	m.Grant(t, verifier.Name, testserver.Viewer("organizations/studio"))
	confidence := func() float64 {
		t.Helper()
		value, _ := m.ask(t, m.studio, "GET", "organizations/studio/assessments/current", "", 200)["confidence"].(float64)
		return value
	}
	before := confidence()
	name, _ := m.ask(t, verifier, "POST", "organizations/studio/attestations", subject, 200)["name"].(string)
	if after := confidence(); after <= before {
		t.Errorf("confidence %v, before %v", after, before)
	}
	m.ask(t, m.funder, "GET", name, "", 404)
	m.ask(t, m.studio, "PATCH", "organizations/studio?updateMask=financials.cash", `{"financials": {"cash": "50000"}}`, 200)
	if holds := m.ask(t, m.studio, "GET", name, "", 200)["holds"]; holds == true {
		t.Error("it holds of other facts")
	}
	if after := confidence(); after != before {
		t.Errorf("confidence %v of other facts, before %v", after, before)
	}
	m.ask(t, m.studio, "DELETE", name, "", 200)

	m.ask(t, m.funder, "POST", "investors/funder:setVerification", `{"state": "VERIFIED"}`, 403)
	m.ask(t, verifier, "POST", "investors/funder:setVerification", `{"state": "VERIFIED"}`, 200)
	verification, _ := m.ask(t, m.studio, "GET", "investors/funder", "", 200)["verification"].(map[string]any)
	if verification["state"] != "VERIFIED" || verification["verifier"] != verifier.Name {
		t.Errorf("the investor's verification is %v", verification)
	}
	m.ask(t, m.funder, "PATCH", "investors/funder?updateMask=displayName", `{"displayName": "Somebody else"}`, 200)
	verification, _ = m.ask(t, m.studio, "GET", "investors/funder", "", 200)["verification"].(map[string]any)
	if verification["state"] != "UNVERIFIED" {
		t.Errorf("under another name, its verification is %v", verification)
	}
}
