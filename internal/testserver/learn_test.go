package testserver_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/testserver"
	"github.com/maecenas-cci/maecenas/testdata/demo"
)

// patched changes fields of a mandate over REST.
func patched(t *testing.T, s *testserver.Server, name, mask, body string) *maecenasv1.Mandate {
	t.Helper()
	code, got, _ := call(t, s, "PATCH", "/v1/"+name+"?updateMask="+mask, body)
	m := &maecenasv1.Mandate{}
	if code != 200 || protojson.Unmarshal(encode(t, got), m) != nil {
		t.Fatalf("%s: %d %v", body, code, got)
	}
	return m
}

// learned waits until what a mandate learned is another version than one from before.
func learned(t *testing.T, s *testserver.Server, name, before string) *maecenasv1.LearnedPreferences {
	t.Helper()
	for range 500 {
		m, err := maecenasv1.NewMandateServiceClient(s.Conn).GetMandate(t.Context(), &maecenasv1.GetMandateRequest{Name: name})
		if err != nil {
			t.Fatal(err)
		}
		if version := m.GetLearned().GetVersion(); version != "" && version != before {
			return m.GetLearned()
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("nothing but %q was learned: %s", before, s.Log)
	return nil
}

// TestLearning: an investor agrees to learning over the API. The tables appear beside
// the stated preferences, with the deals they rest on, and follow the deals; a stated
// preference counts alone; switched off, everything is as before in one step.
func TestLearning(t *testing.T) {
	t.Parallel()
	s := withDemo(t, testserver.Options{LearnEvery: 5 * time.Millisecond})
	const investor, need = "investors/amfora-ventures", "organizations/calesse-animazione/needs/second-season"
	explain := func() *maecenasv1.Match {
		return post[*maecenasv1.ExplainMatchResponse](t, s, "/v1:explainMatch",
			`{"need": "`+need+`", "mandate": "`+tunedMandate+`", "asOfDate": "`+demo.Day+`"}`).GetMatch()
	}
	line := func(term maecenasv1.MatchTerm_Term) *maecenasv1.MatchTerm {
		lines := explain().GetTerms()
		return lines[slices.IndexFunc(lines, func(l *maecenasv1.MatchTerm) bool { return l.GetTerm() == term })]
	}
	byDeals := func(term maecenasv1.MatchTerm_Term) bool {
		return strings.Contains(line(term).GetReason().GetInvestor(), " learned ")
	}
	stated := explain()
	if weightOf(stated, maecenasv1.MatchTerm_ORDER) != 0 || byDeals(maecenasv1.MatchTerm_TICKET) {
		t.Fatalf("nobody agreed, and deals count: %v", stated.GetTerms())
	}

	m := patched(t, s, tunedMandate, "learnFromDeals", `{"learnFromDeals": true}`)
	first := learned(t, s, tunedMandate, "")
	deals, err := maecenasv1.NewDealServiceClient(s.Conn).ListDeals(t.Context(), &maecenasv1.ListDealsRequest{Parent: investor, PageSize: 1000})
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, d := range deals.GetDeals() {
		names[d.GetName()] = true
	}
	for _, name := range first.GetDeals() {
		if !names[name] {
			t.Errorf("it rests on %s, which is no deal of the investor", name)
		}
	}
	if len(first.GetDeals()) == 0 || len(first.GetTables()) < 6 || first.GetMakeTime() == nil || len(first.GetPreferences().GetStages()) == 0 {
		t.Errorf("learned: %v", first)
	}
	if !byDeals(maecenasv1.MatchTerm_TICKET) || weightOf(explain(), maecenasv1.MatchTerm_ORDER) == 0 {
		t.Errorf("TICKET and ORDER are not learned: %v", explain().GetTerms())
	}
	for _, term := range []maecenasv1.MatchTerm_Term{maecenasv1.MatchTerm_SECTOR, maecenasv1.MatchTerm_PLACE, maecenasv1.MatchTerm_STAGE} {
		if was := stated.GetTerms()[slices.IndexFunc(stated.GetTerms(), func(l *maecenasv1.MatchTerm) bool { return l.GetTerm() == term })]; byDeals(term) || line(term).GetScore() != was.GetScore() {
			t.Errorf("%v is stated, and counts as %v", term, line(term))
		}
	}

	// What is no longer stated is learned; stated again, it counts alone.
	was := line(maecenasv1.MatchTerm_STAGE)
	patched(t, s, tunedMandate, "preferences.stages", `{"preferences": {"stages": []}}`)
	if !byDeals(maecenasv1.MatchTerm_STAGE) {
		t.Errorf("no stage is stated, and the line is %v", line(maecenasv1.MatchTerm_STAGE))
	}
	if _, err := maecenasv1.NewMandateServiceClient(s.Conn).UpdateMandate(t.Context(), &maecenasv1.UpdateMandateRequest{
		Mandate: &maecenasv1.Mandate{Name: tunedMandate, Preferences: m.GetPreferences()}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"preferences"}},
	}); err != nil {
		t.Fatal(err)
	}
	if now := line(maecenasv1.MatchTerm_STAGE); !proto.Equal(now, was) {
		t.Errorf("stated again, the line is %v", now)
	}

	// One deal less makes another table.
	gone := first.GetDeals()[0]
	if _, err := maecenasv1.NewDealServiceClient(s.Conn).DeleteDeal(t.Context(), &maecenasv1.DeleteDealRequest{Name: gone}); err != nil {
		t.Fatal(err)
	}
	if second := learned(t, s, tunedMandate, first.GetVersion()); slices.Contains(second.GetDeals(), gone) || len(second.GetDeals()) != len(first.GetDeals())-1 {
		t.Errorf("without %s it rests on %v", gone, second.GetDeals())
	}

	if off := patched(t, s, tunedMandate, "learnFromDeals", `{}`); off.GetLearned() != nil || off.GetLearnFromDeals() {
		t.Errorf("switched off, the mandate keeps %v", off.GetLearned())
	}
	// The deal that went was of this year or not; all else is as before.
	now := explain()
	for i, l := range now.GetTerms() {
		if before := stated.GetTerms()[i]; l.GetTerm() != maecenasv1.MatchTerm_ACTIVITY && !proto.Equal(l, before) {
			t.Errorf("switched off, the line is %v, it was %v", l, before)
		}
	}
	time.Sleep(50 * time.Millisecond)
	m, err = maecenasv1.NewMandateServiceClient(s.Conn).GetMandate(t.Context(), &maecenasv1.GetMandateRequest{Name: tunedMandate})
	if err != nil || m.GetLearned() != nil {
		t.Errorf("it learns although nobody agrees: %v, %v", m.GetLearned(), err)
	}
}
