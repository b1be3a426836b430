package testserver_test

import (
	"fmt"
	"testing"
)

// TestLooksAtNeeds: a look of others at a need that shows groups of facts has a line,
// one at what everybody sees of it has none.
func TestLooksAtNeeds(t *testing.T) {
	t.Parallel()
	m := newMeeting(t)
	const need = "organizations/studio/needs/need-0"
	looks := func() string {
		t.Helper()
		listed, _ := m.ask(t, m.studio, "GET", "organizations/studio/accesses", "", 200)["accesses"].([]any)
		told := ""
		for _, one := range listed {
			access, _ := one.(map[string]any)
			told += fmt.Sprintln(access["permission"], access["object"], access["subject"])
		}
		return told
	}
	m.ask(t, m.studio, "PATCH", need+"?updateMask=secured", `{"secured": [{"source": "Regione", "instrument": "GRANT", "amount": "10"}]}`, 200)
	m.ask(t, m.studio, "GET", need, "", 200)
	m.ask(t, m.funder, "GET", need, "", 200)
	if got := looks(); got != "" {
		t.Errorf("what everybody sees of it: %q", got)
	}
	m.ask(t, m.studio, "PATCH", "organizations/studio?updateMask=disclosure.fundingHistory", `{"disclosure": {"fundingHistory": "TO_INVESTORS"}}`, 200)
	m.ask(t, m.funder, "GET", need, "", 200)
	if got, want := looks(), "needs.get "+need+" investors/funder\n"; got != want {
		t.Errorf("looks %q, want %q", got, want)
	}
}
