package testserver_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/advice"
	"github.com/maecenas-cci/maecenas/internal/patch"
	"github.com/maecenas-cci/maecenas/internal/testserver"
	"github.com/maecenas-cci/maecenas/testdata/demo"
)

// organizationOf is the organization's records over gRPC.
func organizationOf(t *testing.T, s *testserver.Server, need string) advice.Facts {
	t.Helper()
	name, _, _ := strings.Cut(need, "/needs/")
	o, err := maecenasv1.NewOrganizationServiceClient(s.Conn).GetOrganization(t.Context(), &maecenasv1.GetOrganizationRequest{Name: name})
	if err != nil {
		t.Fatal(err)
	}
	c, err := maecenasv1.NewCanvasServiceClient(s.Conn).GetCanvas(t.Context(), &maecenasv1.GetCanvasRequest{Name: name + "/canvas"})
	if err != nil {
		t.Fatal(err)
	}
	n, err := maecenasv1.NewNeedServiceClient(s.Conn).GetNeed(t.Context(), &maecenasv1.GetNeedRequest{Name: need})
	if err != nil {
		t.Fatal(err)
	}
	o.Etag, c.Etag, n.Etag = "", "", ""
	return advice.Facts{Organization: o, Canvas: c, Need: n}
}

// write writes the records in place of what is there.
func write(t *testing.T, s *testserver.Server, f advice.Facts) error {
	t.Helper()
	_, err := maecenasv1.NewOrganizationServiceClient(s.Conn).UpdateOrganization(t.Context(), &maecenasv1.UpdateOrganizationRequest{Organization: f.Organization, UpdateMask: patch.Everything()})
	if err != nil {
		return err
	}
	if _, err = maecenasv1.NewCanvasServiceClient(s.Conn).UpdateCanvas(t.Context(), &maecenasv1.UpdateCanvasRequest{Canvas: f.Canvas, UpdateMask: patch.Everything()}); err != nil {
		return err
	}
	_, err = maecenasv1.NewNeedServiceClient(s.Conn).UpdateNeed(t.Context(), &maecenasv1.UpdateNeedRequest{Need: f.Need, UpdateMask: patch.Everything()})
	return err
}

// rankOf is a need's rank for a mandate; one more than there are where it has none.
func rankOf(t *testing.T, s *testserver.Server, need, mandate string) int32 {
	t.Helper()
	ranked := post[*maecenasv1.MatchNeedsResponse](t, s, "/v1/"+mandate+":matchNeeds", `{"view": "BASIC", "pageSize": 1000, "asOfDate": "`+demo.Day+`"}`)
	i := slices.IndexFunc(ranked.GetMatches(), func(m *maecenasv1.Match) bool { return m.GetNeed() == need })
	if i < 0 {
		return int32(len(ranked.GetMatches()) + 1)
	}
	return ranked.GetMatches()[i].GetRank()
}

// TestImprovements takes every improvement of some matches, one after the other, in the
// running program: each gains what it promised, in score and in rank.
func TestImprovements(t *testing.T) {
	t.Parallel()
	taken := map[maecenasv1.Improvement_Kind]int{}
	for _, pair := range [][2]string{
		{"organizations/calesse-animazione/needs/second-season", tunedMandate},
		{"organizations/telaio-otto/needs/jacquard", "investors/cassa-del-levante/mandates/kiln-and-loom"},
		{"organizations/murgia-nastri/needs/six-thousand-hours", "investors/levante-culture-agency/mandates/first-productions-2027"},
		{"organizations/golfo-aumentato/needs/hundred-rooms", tunedMandate},
	} {
		s := withDemo(t, testserver.Options{})
		explain := func() *maecenasv1.Match {
			return post[*maecenasv1.ExplainMatchResponse](t, s, "/v1:explainMatch",
				`{"need": "`+pair[0]+`", "mandate": "`+pair[1]+`", "improvements": true, "asOfDate": "`+demo.Day+`"}`).GetMatch()
		}
		before, rank := explain(), rankOf(t, s, pair[0], pair[1])
		if len(before.GetImprovements()) == 0 {
			t.Errorf("nothing lifts %v", pair)
		}
		facts := organizationOf(t, s, pair[0])
		for _, one := range before.GetImprovements() {
			value, ok := advice.Value(one.GetProposed())
			if !ok {
				continue
			}
			if err := write(t, s, after(t, facts, one, value)); err != nil {
				t.Logf("%v: %v", one, err) // the rest of the record forbids it
				continue
			}
			now := explain()
			if gain := now.GetScore() - before.GetScore(); gain != one.GetGain() || now.GetEligibility() != one.GetEligibility() {
				t.Errorf("%s gains %d and is %v", protojson.Format(one), gain, now.GetEligibility())
			}
			if gain := rank - rankOf(t, s, pair[0], pair[1]); gain != one.GetRankGain() {
				t.Errorf("%s rises %d ranks", protojson.Format(one), gain)
			}
			taken[one.GetKind()]++
			if err := write(t, s, facts); err != nil {
				t.Fatal(err)
			}
		}
		if again := explain(); !proto.Equal(again, before) {
			t.Errorf("put back, the match is another: %v", again)
		}
	}
	if taken[maecenasv1.Improvement_DO] < 10 || taken[maecenasv1.Improvement_SHOW] == 0 || taken[maecenasv1.Improvement_PROVE] == 0 {
		t.Errorf("improvements taken: %v", taken)
	}
}

// TestImprovementsOfADraft: what nobody ranks gains score, and no rank.
func TestImprovementsOfADraft(t *testing.T) {
	t.Parallel()
	s := withDemo(t, testserver.Options{})
	lifts := post[*maecenasv1.ExplainMatchResponse](t, s, "/v1:explainMatch",
		`{"need": "organizations/torre-salina-games/needs/tools-grant", "mandate": "investors/levante-culture-agency/mandates/first-productions-2027", "improvements": true, "asOfDate": "`+demo.Day+`"}`).GetMatch().GetImprovements()
	if len(lifts) == 0 {
		t.Error("nothing lifts it")
	}
	for _, one := range lifts {
		if one.GetRankGain() != 0 {
			t.Errorf("a draft rises: %v", one)
		}
	}
}

// after is the records with an improvement taken.
func after(t *testing.T, f advice.Facts, one *maecenasv1.MatchImprovement, value string) advice.Facts {
	t.Helper()
	f = advice.Facts{Organization: proto.CloneOf(f.Organization), Canvas: proto.CloneOf(f.Canvas), Need: proto.CloneOf(f.Need)}
	if one.GetPath() == "need.secured" {
		total, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		for _, secured := range f.Need.GetSecured() {
			total -= secured.GetAmount()
		}
		f.Need.Secured = append(f.Need.Secured, &maecenasv1.Need_Secured{Source: "more", Amount: total})
		return f
	}
	if err := f.Put(one.GetPath(), value); err != nil {
		t.Fatal(err)
	}
	return f
}
