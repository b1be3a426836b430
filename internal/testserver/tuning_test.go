package testserver_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/testserver"
	"github.com/maecenas-cci/maecenas/testdata/demo"
)

const tunedMandate = "investors/amfora-ventures/mandates/studios-that-own"

// weightOf is the weight of a term in a match.
func weightOf(m *maecenasv1.Match, term maecenasv1.MatchTerm_Term) int32 {
	for _, line := range m.GetTerms() {
		if line.GetTerm() == term {
			return line.GetWeight()
		}
	}
	return -1
}

// TestTuning: weights, an order and grades asked in a request move the ranking and
// are not stored; an order that is stored does the same for every request.
func TestTuning(t *testing.T) {
	t.Parallel()
	s := withDemo(t, testserver.Options{})
	ask := func(body string) *maecenasv1.MatchNeedsResponse {
		return post[*maecenasv1.MatchNeedsResponse](t, s, "/v1/"+tunedMandate+":matchNeeds", `{"asOfDate": "`+demo.Day+`"`+body+`}`)
	}
	plain := ask("")
	byTeam := ask(`, "weights": {"TEAM": 10}`)
	if w := weightOf(byTeam.GetMatches()[0], maecenasv1.MatchTerm_TEAM); w < 500 {
		t.Errorf("TEAM alone weighs %d", w)
	}
	ordered := ask(`, "weightOrder": ["TEAM", "IMPACT", "SECTOR"]`)
	one := ordered.GetMatches()[0]
	if team, impact, sector := weightOf(one, maecenasv1.MatchTerm_TEAM), weightOf(one, maecenasv1.MatchTerm_IMPACT), weightOf(one, maecenasv1.MatchTerm_SECTOR); team <= impact || impact <= sector || sector == 0 {
		t.Errorf("the first weighs %d, then %d, then %d", team, impact, sector)
	}
	graded := ask(`, "preferences": {"places": [{"countryCode": "TN", "grade": 100}]}, "pageSize": 2`)
	for _, m := range graded.GetMatches() {
		for _, line := range m.GetTerms() {
			if line.GetTerm() == maecenasv1.MatchTerm_PLACE && line.GetReason().GetInvestor() != "" && line.GetReason().GetInvestor()[:2] != "TN" {
				t.Errorf("graded anew, the line reads %v", line)
			}
		}
	}
	next := ask(`, "preferences": {"places": [{"countryCode": "TN", "grade": 100}]}, "pageSize": 2, "pageToken": "` + graded.GetNextPageToken() + `"`)
	if len(next.GetMatches()) == 0 || next.GetMatches()[0].GetRank() != 3 {
		t.Errorf("the second page begins with %v", next.GetMatches())
	}
	if diff := cmp.Diff(plain, ask(""), protocmp.Transform()); diff != "" {
		t.Errorf("tuning one request changed another:\n%s", diff)
	}
	// The same of one pair, and of the other direction.
	explained := post[*maecenasv1.ExplainMatchResponse](t, s, "/v1:explainMatch", fmt.Sprintf(
		`{"mandate": %q, "need": %q, "asOfDate": %q, "weightOrder": ["TEAM", "IMPACT", "SECTOR"]}`, tunedMandate, one.GetNeed(), demo.Day))
	if explained.GetMatch().GetScore() != one.GetScore() {
		t.Errorf("explained, the score is %d, ranked %d", explained.GetMatch().GetScore(), one.GetScore())
	}
	mandates, err := maecenasv1.NewMatchServiceClient(s.Conn).MatchMandates(t.Context(), &maecenasv1.MatchMandatesRequest{
		Need: one.GetNeed(), AsOfDate: demo.Day, WeightOrder: []maecenasv1.MatchTerm_Term{
			maecenasv1.MatchTerm_TEAM, maecenasv1.MatchTerm_IMPACT, maecenasv1.MatchTerm_SECTOR,
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if i := slices.IndexFunc(mandates.GetMatches(), func(m *maecenasv1.Match) bool { return m.GetMandate() == tunedMandate }); i < 0 || mandates.GetMatches()[i].GetScore() != one.GetScore() {
		t.Errorf("the pair has another score from the other side: %v", mandates.GetMatches())
	}
	_, got, _ := call(t, s, "POST", "/v1/"+tunedMandate+":matchNeeds", `{"weightOrder": ["TERMS"]}`)
	if text := string(encode(t, got)); !strings.Contains(text, "must be one of SECTOR, PLACE") || strings.Contains(text, "ACTIVITY") {
		t.Errorf("terms that cannot be ordered are refused with %s", text)
	}
	for body, field := range map[string]string{
		`, "weights": {"TEAM": 1}, "weightOrder": ["TEAM"]`:                                                   "weightOrder",
		`, "weightOrder": ["TERMS"]`:                                                                          "weightOrder[0]",
		`, "preferences": {"places": [{"countryCode": "IT", "regionCode": "FR1", "grade": 1}]}`:               "preferences.places[0].regionCode",
		`, "preferences": {"places": [{"countryCode": "TN", "grade": 5}, {"countryCode": "TN", "grade": 9}]}`: "preferences.places[1]",
		`, "preferences": {"stages": [{"stage": "SEED", "grade": 101}]}`:                                      "preferences.stages[0].grade",
		`, "preferences": {"sectors": [{"activity": {"scheme": "NACE_2", "code": "1"}, "grade": 20}]}`:        "preferences.sectors[0].activity.code",
	} {
		code, got, _ := call(t, s, "POST", "/v1/"+tunedMandate+":matchNeeds", `{"asOfDate": "`+demo.Day+`"`+body+`}`)
		if _, fields := reason(got); code != 400 || !slices.Contains(fields, field) {
			t.Errorf("%s: %d %v, want %s", body, code, got, field)
		}
	}
	// Saved with the mandate, the order counts without being asked.
	saved, err := maecenasv1.NewMandateServiceClient(s.Conn).UpdateMandate(t.Context(), &maecenasv1.UpdateMandateRequest{
		Mandate:    &maecenasv1.Mandate{Name: tunedMandate, WeightOrder: []maecenasv1.MatchTerm_Term{maecenasv1.MatchTerm_TEAM, maecenasv1.MatchTerm_IMPACT, maecenasv1.MatchTerm_SECTOR}},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"weight_order", "weights"}},
	})
	if err != nil || len(saved.GetWeightOrder()) != 3 {
		t.Fatal(saved, err)
	}
	if diff := cmp.Diff(ordered.GetMatches(), ask("").GetMatches(), protocmp.Transform()); diff != "" {
		t.Errorf("saved, the order ranks otherwise than asked:\n%s", diff)
	}
}

// TestNearMissesBothWays: what misses a mandate by one rule is missed by the mandate's
// side of it alike, with the same distance, nearest first.
func TestNearMissesBothWays(t *testing.T) {
	t.Parallel()
	s := withDemo(t, testserver.Options{})
	client := maecenasv1.NewMatchServiceClient(s.Conn)
	list, err := maecenasv1.NewMandateServiceClient(s.Conn).ListMandates(t.Context(), &maecenasv1.ListMandatesRequest{Parent: "investors/-", PageSize: 1000})
	if err != nil {
		t.Fatal(err)
	}
	pairs, units := 0, map[string]bool{}
	for _, m := range list.GetMandates() {
		found := post[*maecenasv1.MatchNeedsResponse](t, s, "/v1/"+m.GetName()+":matchNeeds",
			`{"nearMisses": "ONLY", "view": "BASIC", "pageSize": 1000, "asOfDate": "`+demo.Day+`"}`)
		last := int64(-1)
		for _, miss := range found.GetMatches() {
			near := miss.GetNearMiss()
			if near.GetRequirement().GetResult() != maecenasv1.RequirementResult_FAIL || miss.GetEligibility() != maecenasv1.Match_INELIGIBLE {
				t.Errorf("%v fails nothing", miss)
			}
			switch {
			case near.Distance == nil:
				last = 1 << 62
			case near.GetDistance() < last || near.GetDistance() <= 0 || near.GetDistanceUnit() == "":
				t.Errorf("%v after one %d away", miss, last)
			default:
				last, units[near.GetDistanceUnit()] = near.GetDistance(), true
			}
			if miss.GetNeed() == "organizations/calesse-animazione/needs/second-season" && strings.Contains(near.GetRequirement().GetRequired(), "MEZZANINE") {
				t.Errorf("mezzanine is not what it takes: %v", near)
			}
			back, err := client.MatchMandates(t.Context(), &maecenasv1.MatchMandatesRequest{
				Need: miss.GetNeed(), NearMisses: maecenasv1.MatchView_ONLY, View: maecenasv1.MatchView_BASIC, PageSize: 1000, AsOfDate: demo.Day,
			})
			if err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(back.GetMatches(), func(one *maecenasv1.Match) bool { return one.GetMandate() == m.GetName() })
			if m.GetState() == maecenasv1.Mandate_PUBLISHED && (i >= 0) != open(m) {
				t.Errorf("%s misses %s one way only", miss.GetNeed(), m.GetName())
			}
			if i >= 0 && !proto.Equal(back.GetMatches()[i].GetNearMiss(), near) {
				t.Errorf("the other way it is %v, not %v", back.GetMatches()[i].GetNearMiss(), near)
			}
			pairs++
		}
	}
	if pairs < 20 || len(units) < 3 {
		t.Errorf("%d near-misses in units %v", pairs, units)
	}
}

// open reports whether a mandate is open on the demo's day.
func open(m *maecenasv1.Mandate) bool {
	return (m.GetOpenDate() == "" || m.GetOpenDate() <= demo.Day) && (m.GetCloseDate() == "" || demo.Day <= m.GetCloseDate())
}
