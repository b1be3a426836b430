package testserver_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"testing"

	"github.com/maecenas-cci/maecenas/internal/testserver"
)

// The main job over REST: a profile in, a match out.

const (
	storyOrganization = `{
		"displayName": "Teatro", "legalForm": "ASSOCIATION", "helixRole": "COMPANY", "listed": true,
		"place": {"countryCode": "IT", "regionCode": "ITF47", "locality": "Bari"},
		"culturalDomains": ["PERFORMING_ARTS"], "activities": [{"scheme": "NACE_2", "code": "90.01"}],
		"financials": {"currencyCode": "EUR", "cash": "%d", "monthlyBurn": "5000", "fullTimeEquivalents": 7},
		"disclosure": {"canvas": "TO_INVESTORS", "traction": "TO_INVESTORS", "financials": "%s", "team": "TO_INVESTORS"}}`
	storyCanvas = `{
		"currencyCode": "EUR",
		"customerSegments": [{"id": "public", "payer": true}],
		"valuePropositions": [{"id": "plays", "segmentIds": ["public"]}],
		"revenueStreams": [{"id": "tickets", "segmentId": "public", "kind": "TICKETING", "annualAmount": "200000", "stage": "ACTUAL"}]}`
	storyNeed = `{
		"title": "Tour", "purpose": "PROJECT", "state": "OPEN", "currencyCode": "EUR", "amountMin": "20000", "amountMax": "40000",
		"instruments": ["GRANT"], "stage": "EARLY"}`
	storyInvestor = `{"displayName": "Fondazione", "type": "FOUNDATION"}`
	storyMandate  = `{
		"title": "Stage", "state": "PUBLISHED",
		"instruments": [{"instrument": "GRANT", "amountMin": "10000", "amountMax": "50000", "currencyCode": "EUR"}],
		"preferences": {"places": [{"countryCode": "IT", "regionCode": "ITF4", "grade": 100}]}}`
)

// tell writes the story's records and returns the revision of the last write.
func tell(t *testing.T, s *testserver.Server, cash int, financials string) string {
	t.Helper()
	var revision string
	for _, write := range []struct{ method, path, body string }{
		{"POST", "/v1/organizations?organizationId=teatro", fmt.Sprintf(storyOrganization, cash, financials)},
		{"PATCH", "/v1/organizations/teatro/canvas", storyCanvas},
		{"POST", "/v1/organizations/teatro/needs?needId=tour", storyNeed},
		{"POST", "/v1/investors?investorId=fondazione", storyInvestor},
		{"POST", "/v1/investors/fondazione/mandates?mandateId=stage", storyMandate},
	} {
		code, got, header := call(t, s, write.method, write.path, write.body)
		if code != 200 {
			t.Fatalf("%s %s: %d %v", write.method, write.path, code, got)
		}
		revision = header.Get("Maecenas-Revision")
	}
	return revision
}

const matchNeeds = "/v1/investors/fondazione/mandates/stage:matchNeeds"

func TestProfileInMatchOut(t *testing.T) {
	t.Parallel()
	for name, file := range map[string]bool{"memory": false, "file": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := testserver.Start(t, testserver.Options{File: file})
			revision := tell(t, s, 60000, "TO_INVESTORS")
			code, got, _ := call(t, s, "POST", matchNeeds, `{"minRevision": "`+revision+`"}`)
			matches, _ := got["matches"].([]any)
			if code != 200 || len(matches) != 1 || got["dataRevision"] != revision {
				t.Fatalf("%d %v", code, got)
			}
			match, _ := matches[0].(map[string]any)
			terms, _ := match["terms"].([]any)
			sum := 0.0
			for _, term := range terms {
				contribution, _ := term.(map[string]any)["contribution"].(float64)
				sum += contribution
			}
			if match["need"] != "organizations/teatro/needs/tour" || sum != match["score"] || sum == 0 || len(terms) != 17 {
				t.Errorf("%d terms sum to %v: %v", len(terms), sum, match)
			}
			code, got, _ = call(t, s, "POST", "/v1/organizations/teatro/needs/tour:matchMandates", `{}`)
			back, _ := got["matches"].([]any)
			if code != 200 || len(back) != 1 {
				t.Fatalf("%d %v", code, got)
			}
			if other, _ := back[0].(map[string]any); other["score"] != match["score"] {
				t.Errorf("one pair, two scores: %v and %v", other["score"], match["score"])
			}
		})
	}
}

// TestKeptBackOverREST asks a running server in every way that could tell of
// financials which are kept back; answers to two organizations that differ only
// in them are the same.
func TestKeptBackOverREST(t *testing.T) {
	t.Parallel()
	ask := func(cash int, financials string) string {
		s := testserver.Start(t, testserver.Options{})
		tell(t, s, cash, financials)
		var all []byte
		for _, body := range []map[string]any{
			{}, {"weights": map[string]int{"ROBUSTNESS": 100}}, {"nearMisses": "ONLY"},
			{"filter": "organization.financials.cash > 0"}, {"filter": "NOT organization.financials.cash > 0"},
			{"filter": "organization.financials.cash:*"}, {"filter": "assessment.score > 2000"},
		} {
			for _, requirement := range []map[string]any{
				{"score": map[string]any{"dimension": "FINANCIAL_RUNWAY", "score": 100}},
				{"sizeClass": map[string]any{"values": []string{"MICRO"}}},
			} {
				mandate := map[string]any{
					"title": "asks", "requirements": []any{requirement},
					"instruments": []any{map[string]any{"instrument": "GRANT"}},
				}
				preview := maps.Clone(body)
				preview["mandate"] = mandate
				text, err := json.Marshal(preview)
				if err != nil {
					t.Fatal(err)
				}
				_, got, _ := call(t, s, "POST", "/v1:previewMatchNeeds", string(text))
				all = append(all, fmt.Sprintln(requirement, body, got)...)
			}
			text, err := json.Marshal(body)
			if err != nil {
				t.Fatal(err)
			}
			_, got, _ := call(t, s, "POST", matchNeeds, string(text))
			all = append(all, fmt.Sprintln(body, got)...)
		}
		return string(all)
	}
	rich, poor := ask(900000, "ON_INTRODUCTION"), ask(-900000, "ON_INTRODUCTION")
	if rich != poor {
		t.Error("financials that are kept back show in an answer")
	}
	if ask(900000, "TO_INVESTORS") == ask(-900000, "TO_INVESTORS") {
		t.Error("the questions do not tell financials apart that are disclosed")
	}
}
