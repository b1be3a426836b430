package testserver_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/testing/protocmp"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/testserver"
)

// TestVerify confirms records: the time and the day to look through again are set, nothing
// else is written, and a stale etag or a repeated request changes nothing.
func TestVerify(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t, testserver.Options{})
	tell(t, s, 60000, "TO_INVESTORS")
	organizations := maecenasv1.NewOrganizationServiceClient(s.Conn)
	get := func() *maecenasv1.Organization {
		found, err := organizations.GetOrganization(t.Context(), &maecenasv1.GetOrganizationRequest{Name: "organizations/teatro"})
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	before := get()
	noon := time.Date(2026, time.June, 2, 12, 0, 0, 0, time.UTC)
	s.Clock.Set(noon)
	request := &maecenasv1.VerifyOrganizationRequest{
		Name: "organizations/teatro", Etag: before.GetEtag(), RequestId: "0197f0c2-4ab2-7b1e-9d3a-6a5f3c0c9a11",
	}
	verified, err := organizations.VerifyOrganization(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	if !verified.GetVerifiedTime().AsTime().Equal(noon) || verified.GetReviewDueDate() != "2027-06-02" {
		t.Errorf("verified %v, due %s", verified.GetVerifiedTime().AsTime(), verified.GetReviewDueDate())
	}
	ignored := protocmp.IgnoreFields(&maecenasv1.Organization{}, "verified_time", "review_due_date", "etag", "update_time")
	if diff := cmp.Diff(before, verified, protocmp.Transform(), ignored); diff != "" || verified.GetEtag() == before.GetEtag() {
		t.Errorf("more changed (-before +after):\n%s", diff)
	}
	s.Clock.Set(noon.Add(time.Hour))
	if again, err := organizations.VerifyOrganization(t.Context(), request); err != nil || !again.GetVerifiedTime().AsTime().Equal(noon) {
		t.Errorf("the same request again: %v %v", again.GetVerifiedTime(), err)
	}
	_, err = organizations.VerifyOrganization(t.Context(), &maecenasv1.VerifyOrganizationRequest{Name: before.GetName(), Etag: before.GetEtag()})
	if status.Code(err) != codes.Aborted {
		t.Errorf("a stale etag: %v", err)
	}
	_, err = organizations.VerifyOrganization(t.Context(), &maecenasv1.VerifyOrganizationRequest{Name: "organizations/nobody"})
	if status.Code(err) != codes.NotFound {
		t.Errorf("nobody: %v", err)
	}
	if diff := cmp.Diff(verified, get(), protocmp.Transform()); diff != "" {
		t.Errorf("what was refused was written:\n%s", diff)
	}
}

// TestOverdue follows a mandate that nobody looks through: a match says so from the day
// after its day.
func TestOverdue(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t, testserver.Options{})
	tell(t, s, 60000, "TO_INVESTORS")
	const mandate = "/v1/investors/fondazione/mandates/stage"
	code, got, _ := call(t, s, "POST", mandate+":verify", `{"reviewDueDate": "2026-06-10"}`)
	if code != 200 || got["reviewDueDate"] != "2026-06-10" || got["verifiedTime"] != "2026-06-01T12:00:00Z" {
		t.Fatalf("%d %v", code, got)
	}
	if code, got, _ := call(t, s, "POST", mandate+":verify", `{"reviewDueDate": "2026-06-31"}`); code != 400 {
		t.Errorf("no day of the calendar: %d %v", code, got)
	}
	// The day can be written by an update as well, the time of confirming cannot.
	code, got, _ = call(t, s, "PATCH", "/v1/organizations/teatro", `{"reviewDueDate": "2026-06-10", "verifiedTime": "2020-01-01T00:00:00Z"}`)
	if code != 200 || got["reviewDueDate"] != "2026-06-10" || got["verifiedTime"] != nil {
		t.Fatalf("%d %v", code, got)
	}
	for day, overdue := range map[int]bool{10: false, 11: true} {
		s.Clock.Set(time.Date(2026, time.June, day, 12, 0, 0, 0, time.UTC))
		_, got, _ := call(t, s, "POST", "/v1:explainMatch",
			`{"need": "organizations/teatro/needs/tour", "mandate": "investors/fondazione/mandates/stage"}`)
		match, _ := got["match"].(map[string]any)
		for _, side := range []string{"organizationFreshness", "mandateFreshness"} {
			fresh, _ := match[side].(map[string]any)
			if fresh["overdue"] != overdue || fresh["reviewDueDate"] != "2026-06-10" {
				t.Errorf("on 2026-06-%d %s is %v", day, side, fresh)
			}
		}
		// On an earlier day that is asked, it is not overdue yet.
		_, got, _ = call(t, s, "POST", "/v1:explainMatch",
			`{"need": "organizations/teatro/needs/tour", "mandate": "investors/fondazione/mandates/stage", "asOfDate": "2026-06-09"}`)
		earlier, _ := got["match"].(map[string]any)
		if fresh, _ := earlier["organizationFreshness"].(map[string]any); fresh["overdue"] != false {
			t.Errorf("on 2026-06-09 it is %v", fresh)
		}
		fresh, _ := match["mandateFreshness"].(map[string]any)
		if fresh["verifiedTime"] != "2026-06-01T12:00:00Z" {
			t.Errorf("verified %v", fresh["verifiedTime"])
		}
	}
}

// TestVerifyForThePast: who confirms a record says when it is to be looked through next.
func TestVerifyForThePast(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t, testserver.Options{})
	tell(t, s, 60000, "TO_INVESTORS")
	for _, day := range []string{"2020-01-01", "2026-06-01"} {
		code, got, _ := call(t, s, "POST", "/v1/organizations/teatro:verify", `{"reviewDueDate": "`+day+`"}`)
		if _, fields := reason(got); code != 400 || len(fields) != 1 || fields[0] != "reviewDueDate" {
			t.Errorf("%s: %d %v", day, code, got)
		}
	}
}

// TestOverdueList lists what is overdue, both sides, by filters on lists.
func TestOverdueList(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t, testserver.Options{})
	tell(t, s, 60000, "TO_INVESTORS")
	ok(t, s, "POST", "/v1/organizations/teatro:verify", `{"reviewDueDate": "2026-06-10"}`)
	ok(t, s, "POST", "/v1/investors/fondazione/mandates/stage:verify", `{}`)
	for query, want := range map[string]int{
		"/v1/organizations?filter=review_due_date+%3C+%222026-06-11%22":                1,
		"/v1/organizations?filter=review_due_date+%3C+%222026-06-10%22":                0,
		"/v1/investors/-/mandates?filter=review_due_date+%3C+%222026-06-11%22":         0,
		"/v1/investors/-/mandates?filter=review_due_date+%3C+%222027-06-02%22":         1,
		"/v1/organizations?filter=NOT+verified_time:*":                                 0,
		"/v1/organizations?filter=verified_time+%3E%3D+%222026-06-01T00:00:00Z%22":     1,
		"/v1/organizations?orderBy=review_due_date&filter=review_due_date:*":           1,
		"/v1/investors/-/mandates?filter=verified_time+%3C+%222026-06-01T00:00:00Z%22": 0,
	} {
		answer := ok(t, s, "GET", query, "")
		found, _ := answer["organizations"].([]any)
		if mandates, _ := answer["mandates"].([]any); len(mandates) > 0 {
			found = mandates
		}
		if len(found) != want {
			t.Errorf("%s: %d, want %d", query, len(found), want)
		}
	}
}

// TestContests: an organization's own view stands beside the figures that it contests, in
// its assessments and in the matches that rest on them, and leaves those as they are.
func TestContests(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t, testserver.Options{})
	tell(t, s, 60000, "TO_INVESTORS")
	_, before, _ := call(t, s, "GET", "/v1/organizations/teatro/assessments/current", "")
	_, _, plain := matchOf(t, s)
	if plain["contested"] == true {
		t.Fatal("contested before anybody contested")
	}
	body := `{"contests": [
		{"dimension": "FINANCIAL_RUNWAY", "statement": "The region has confirmed its grant for 2027."},
		{"statement": "A repertory theatre is not a start-up."}]}`
	if code, got, _ := call(t, s, "PATCH", "/v1/organizations/teatro", body); code != 200 {
		t.Fatalf("%d %v", code, got)
	}
	for _, name := range []string{"current", "disclosed", before["name"].(string)[len("organizations/teatro/assessments/"):]} {
		_, after, _ := call(t, s, "GET", "/v1/organizations/teatro/assessments/"+name, "")
		contests, _ := after["contests"].([]any)
		if len(contests) != 2 || !strings.Contains(contests[0].(map[string]any)["statement"].(string), "2027") {
			t.Errorf("%s: %v", name, contests)
		}
		if name != "disclosed" && (after["name"] != before["name"] || after["score"] != before["score"] || after["etag"] != before["etag"]) {
			t.Errorf("contesting made another assessment: %v, before %v", after["name"], before["name"])
		}
	}
	match, _, brief := matchOf(t, s)
	contests, _ := match["contests"].([]any)
	if match["contested"] != true || len(contests) != 2 || brief["contested"] != true || match["score"] != plain["score"] {
		t.Errorf("the match: contested %v, brief %v, score %v and before %v, %v", match["contested"], brief["contested"], match["score"], plain["score"], contests)
	}
	for body, field := range map[string]string{
		`{"contests": [{"dimension": "TEAM", "statement": "a"}, {"dimension": "TEAM", "statement": "b"}]}`: "organization.contests[1].dimension",
		`{"contests": [{"statement": "a"}, {"statement": "b"}]}`:                                           "organization.contests[1].dimension",
		`{"contests": [{"dimension": "TEAM"}]}`:                                                            "organization.contests[0].statement",
	} {
		code, got, _ := call(t, s, "PATCH", "/v1/organizations/teatro", body)
		if _, fields := reason(got); code != 400 || len(fields) != 1 || fields[0] != field {
			t.Errorf("%s: %d %v", body, code, got)
		}
	}
}

// matchOf is the story's match in full, its answer's status, and in brief.
func matchOf(t *testing.T, s *testserver.Server) (full map[string]any, code int, brief map[string]any) {
	t.Helper()
	one := func(view string) map[string]any {
		var got map[string]any
		code, got, _ = call(t, s, "POST", matchNeeds, `{"view": "`+view+`"}`)
		matches, _ := got["matches"].([]any)
		if code != 200 || len(matches) != 1 {
			t.Fatalf("%d %v", code, got)
		}
		match, _ := matches[0].(map[string]any)
		return match
	}
	return one("FULL"), code, one("BASIC")
}
