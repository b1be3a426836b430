package testserver_test

import (
	"testing"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/testserver"
)

// TestExclusionsBindPeopleServed: who is of an investor that was excluded finds the
// organization by no other investor that it has made itself, until that is verified:
// not by reading, ranking, explaining or proposing, and not by a key of that one alone.
func TestExclusionsBindPeopleServed(t *testing.T) {
	t.Parallel()
	m := newMeeting(t)
	m.ask(t, m.Admin(), "PATCH", "organizations/studio?updateMask=excludedInvestors", `{"excludedInvestors": ["investors/other"]}`, 200)
	both := m.As(t, testserver.Owner("investors/other"), testserver.Owner("investors/funder"))
	narrow := m.Keyed(t, both.Name, &maecenasv1.ApiKey{Scopes: []*maecenasv1.ApiKey_Scope{{Resource: "investors/funder"}}})
	const mandate = "investors/funder/mandates/call"
	finds := func(as *testserver.Client, need string, want bool) {
		t.Helper()
		status, rows := 404, 0
		if want {
			status, rows = 200, 3
		}
		m.ask(t, as, "GET", "organizations/studio", "", status)
		m.ask(t, as, "GET", need, "", status)
		ranked, _ := m.ask(t, as, "POST", mandate+":matchNeeds", `{"everyNeed": true}`, 200)["matches"].([]any)
		if len(ranked) != rows {
			t.Errorf("%d needs are ranked, want %d", len(ranked), rows)
		}
		if code, answer, _ := as.REST(t, "POST", "/v1:explainMatch", `{"need": "`+need+`", "mandate": "`+mandate+`"}`); code != status {
			t.Errorf("explained: %d %v", code, answer)
		}
		m.ask(t, as, "POST", "introductions", `{"need": "`+need+`", "mandate": "`+mandate+`", "message": "Hello"}`, status)
	}
	finds(both, "organizations/studio/needs/need-0", false)
	finds(narrow, "organizations/studio/needs/need-0", false)
	finds(m.funder, "organizations/studio/needs/need-0", true)
	m.ask(t, m.As(t, testserver.Verifier()), "POST", "investors/funder:setVerification", `{"state": "VERIFIED"}`, 200)
	finds(both, "organizations/studio/needs/need-1", true)
	finds(narrow, "organizations/studio/needs/need-2", true)
}
