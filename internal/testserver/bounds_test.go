package testserver_test

import (
	"fmt"
	"testing"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/testserver"
)

// TestKeyOfOneMandate: what the introduction of one mandate opens, a key of another
// mandate does not see, and a key of nothing is not made.
func TestKeyOfOneMandate(t *testing.T) {
	t.Parallel()
	m := newMeeting(t)
	m.ask(t, m.Admin(), "POST", "investors/funder/mandates?mandateId=second", `{"title": "Second", "state": "PUBLISHED",
		"instruments": [{"instrument": "GRANT"}]}`, 200)
	made := m.ask(t, m.studio, "POST", "introductions",
		`{"need": "organizations/studio/needs/need-0", "mandate": "investors/funder/mandates/call", "message": "Hello"}`, 200)
	m.ask(t, m.funder, "POST", fmt.Sprint(made["name"], ":accept"), `{}`, 200)
	of := func(scope string) *testserver.Client {
		return m.Keyed(t, m.funder.Name, &maecenasv1.ApiKey{Scopes: []*maecenasv1.ApiKey_Scope{{Resource: scope}}})
	}
	for scope, want := range map[string]int{
		"investors/funder": 200, "investors/funder/mandates/call": 200, "investors/funder/mandates/second": 404, "investors/funder/contact": 404,
	} {
		client := of(scope)
		m.ask(t, client, "GET", "organizations/studio/contact", "", want)
		seen := m.ask(t, client, "GET", "organizations/studio", "", 200)
		if _, shown := seen["financials"]; shown != (want == 200) {
			t.Errorf("a key of %s sees what is shown on introduction: %t", scope, shown)
		}
	}
	for _, junk := range []string{"investors/funder/whatever/nothing", "investors/funder/mandates/none", "investors/funder/", "investors/funder/mandates/-", "investors/funder/../x"} {
		m.ask(t, m.funder, "POST", m.funder.Name+"/apiKeys", fmt.Sprintf(`{"scopes": [{"resource": %q}]}`, junk), 400)
	}
}

// TestAgencyAccepts: nobody makes an organization act for another, or take part in an
// investor, without its owners.
func TestAgencyAccepts(t *testing.T) {
	t.Parallel()
	m := newMeeting(t)
	m.ask(t, m.Admin(), "POST", "organizations?organizationId=agency", `{"displayName": "Agency", "legalForm": "ASSOCIATION",
		"helixRole": "COMPANY", "place": {"countryCode": "IT"}, "listed": true}`, 200)
	head := m.As(t, testserver.Owner("organizations/agency"))
	m.ask(t, m.funder, "POST", "memberships", `{"member": "organizations/agency", "resource": "investors/funder", "role": "OWNER"}`, 400)
	given := m.ask(t, m.studio, "POST", "memberships",
		`{"member": "organizations/agency", "resource": "organizations/studio", "role": "EDITOR", "acceptTime": "2026-01-01T00:00:00Z"}`, 200)
	name := fmt.Sprint(given["name"])
	m.ask(t, head, "GET", "organizations/studio/contact", "", 404)
	m.ask(t, m.studio, "POST", name+":accept", `{}`, 403)
	m.ask(t, m.funder, "POST", name+":accept", `{}`, 404)
	m.ask(t, m.Nobody(t), "POST", name+":accept", `{}`, 401)
	if accepted := m.ask(t, head, "POST", name+":accept", `{}`, 200); accepted["acceptTime"] == nil || accepted["memberDisplayName"] != "Agency" {
		t.Errorf("accepted: %v", accepted)
	}
	m.ask(t, head, "PATCH", "organizations/studio/contact", `{"note": "by the agency"}`, 200)
	m.ask(t, head, "DELETE", name, "", 200)
	m.ask(t, head, "GET", "organizations/studio/contact", "", 404)
}
