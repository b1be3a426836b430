package testserver_test

import (
	"encoding/json"
	"slices"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/testserver"
	"github.com/maecenas-cci/maecenas/testdata/demo"
)

// post sends JSON and reads the answer as a message of the schema.
func post[M interface {
	*T
	protoreflect.ProtoMessage
}, T any](t *testing.T, s *testserver.Server, path, body string) M {
	t.Helper()
	code, got, _ := call(t, s, "POST", path, body)
	if code != 200 {
		t.Fatalf("%s: %d %v", path, code, got)
	}
	answer := M(new(T))
	if err := protojson.Unmarshal(encode(t, got), answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

func TestFinancingMix(t *testing.T) {
	t.Parallel()
	s := withDemo(t, testserver.Options{})
	const need = "organizations/calesse-animazione/needs/second-season"
	answer := post[*maecenasv1.ProposeFinancingMixResponse](t, s, "/v1/"+need+":proposeFinancingMix", `{"asOfDate": "`+demo.Day+`"}`)
	if len(answer.GetMixes()) == 0 || answer.GetAsOfDate() != demo.Day {
		t.Fatalf("no mix: %v", answer)
	}
	for _, mix := range answer.GetMixes() {
		sum := mix.GetSecuredAmount()
		for _, part := range mix.GetParts() {
			sum += part.GetAmount()
			if part.GetAmount() <= 0 || part.GetMandateTitle() == "" || part.GetInstrument() == 0 || len(part.GetReasons()) == 0 {
				t.Errorf("part = %v", part)
			}
		}
		if sum != mix.GetCoveredAmount() || sum < mix.GetNeededAmount() || len(mix.GetParts()) > 4 {
			t.Errorf("%d parts give %d of %d: %v", len(mix.GetParts()), sum, mix.GetNeededAmount(), mix)
		}
	}
	one := post[*maecenasv1.ProposeFinancingMixResponse](t, s, "/v1/"+need+":proposeFinancingMix", `{"maxParts": 1, "maxMixes": 1, "asOfDate": "`+demo.Day+`"}`)
	if len(one.GetMixes()) > 1 || len(one.GetMixes()) == 1 && len(one.GetMixes()[0].GetParts()) != 1 {
		t.Errorf("mixes of one part = %v", one)
	}
	tuned := post[*maecenasv1.ProposeFinancingMixResponse](t, s, "/v1/"+need+":proposeFinancingMix", `{"weights": {"TEAM": 1}, "asOfDate": "`+demo.Day+`"}`)
	if len(tuned.GetMixes()) == 0 || tuned.GetMixes()[0].GetScore() == answer.GetMixes()[0].GetScore() {
		t.Errorf("with other weights: %v", tuned.GetMixes())
	}
	// A guarantee brings no money, and covers nothing.
	list, err := maecenasv1.NewNeedServiceClient(s.Conn).ListNeeds(t.Context(), &maecenasv1.ListNeedsRequest{
		Parent: "organizations/-", PageSize: 1000, Filter: "state = OPEN AND instruments:GUARANTEE",
	})
	if err != nil || len(list.GetNeeds()) == 0 {
		t.Fatal(list, err)
	}
	for _, n := range list.GetNeeds() {
		for _, mix := range post[*maecenasv1.ProposeFinancingMixResponse](t, s, "/v1/"+n.GetName()+":proposeFinancingMix", `{"asOfDate": "`+demo.Day+`"}`).GetMixes() {
			if slices.ContainsFunc(mix.GetParts(), func(p *maecenasv1.FinancingMix_Part) bool {
				return p.GetInstrument() == maecenasv1.Instrument_GUARANTEE
			}) {
				t.Errorf("%s is covered by %v", n.GetName(), mix)
			}
		}
	}
	for path, want := range map[string]string{
		"/v1/organizations/nobody/needs/none:proposeFinancingMix": "RESOURCE_NOT_FOUND",
	} {
		_, got, _ := call(t, s, "POST", path, "{}")
		if word, _ := reason(got); word != want {
			t.Errorf("%s: %v", path, got)
		}
	}
}

func TestCompareMatches(t *testing.T) {
	t.Parallel()
	s := withDemo(t, testserver.Options{})
	const mandate = "investors/amfora-ventures/mandates/studios-that-own"
	needs := `["organizations/sonora-garraf/needs/two-thousand-venues", "organizations/argo-pixel/needs/maghreb-edition"]`
	answer := post[*maecenasv1.CompareMatchesResponse](t, s, "/v1:compareMatches",
		`{"mandate": "`+mandate+`", "needs": `+needs+`, "asOfDate": "`+demo.Day+`"}`)
	matches := answer.GetMatches()
	if len(matches) != 2 || matches[0].GetNeed() != "organizations/sonora-garraf/needs/two-thousand-venues" || len(matches[1].GetTerms()) == 0 {
		t.Fatalf("matches = %v", matches)
	}
	contribution := func(m *maecenasv1.Match, term maecenasv1.MatchTerm_Term) int32 {
		i := slices.IndexFunc(m.GetTerms(), func(line *maecenasv1.MatchTerm) bool { return line.GetTerm() == term })
		return m.GetTerms()[i].GetContribution()
	}
	last := int32(10000)
	for _, term := range answer.GetDifferingTerms() {
		spread := contribution(matches[0], term) - contribution(matches[1], term)
		spread = max(spread, -spread)
		if spread == 0 || spread > last {
			t.Errorf("%s differs by %d after %d", term, spread, last)
		}
		last = spread
	}
	// Tuned, they are what a tuned ranking has.
	const tuned = `, "weights": {"TEAM": 100}, "asOfDate": "` + demo.Day + `"}`
	ranked := post[*maecenasv1.MatchNeedsResponse](t, s, "/v1/"+mandate+":matchNeeds", `{"pageSize": 100`+tuned)
	byTeam := post[*maecenasv1.CompareMatchesResponse](t, s, "/v1:compareMatches", `{"mandate": "`+mandate+`", "needs": `+needs+tuned)
	for i, one := range byTeam.GetMatches() {
		at := slices.IndexFunc(ranked.GetMatches(), func(m *maecenasv1.Match) bool { return m.GetNeed() == one.GetNeed() })
		if at < 0 || ranked.GetMatches()[at].GetScore() != one.GetScore() || one.GetScore() == matches[i].GetScore() {
			t.Errorf("compared with other weights: %v", one)
		}
	}
	for body, want := range map[string]string{
		`{}`: "mandate",
		`{"mandate": "` + mandate + `", "needs": ["organizations/a/needs/b"]}`:                           "needs",
		`{"mandate": "` + mandate + `", "needs": ["organizations/a/needs/b", "nonsense"]}`:               "needs",
		`{"mandate": "` + mandate + `", "need": "organizations/a/needs/b", "needs": ` + needs + `}`:      "mandate",
		`{"need": "organizations/sonora-garraf/needs/two-thousand-venues", "mandates": ["investors/a"]}`: "mandates",
	} {
		code, got, _ := call(t, s, "POST", "/v1:compareMatches", body)
		if _, fields := reason(got); code != 400 || !slices.Contains(fields, want) {
			t.Errorf("%s: %d %v", body, code, got)
		}
	}
}

func encode(t *testing.T, answer map[string]any) []byte {
	t.Helper()
	text, err := json.Marshal(answer)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestRobustness(t *testing.T) {
	t.Parallel()
	s := withDemo(t, testserver.Options{})
	const mandate = "/v1/investors/amfora-ventures/mandates/studios-that-own:matchNeeds"
	ask := func(body string) *maecenasv1.MatchNeedsResponse {
		return post[*maecenasv1.MatchNeedsResponse](t, s, mandate, body)
	}
	first := ask(`{"robustness": true, "pageSize": 3, "view": "BASIC", "asOfDate": "` + demo.Day + `"}`)
	for i, one := range first.GetMatches() {
		r := one.GetRobustness()
		if r.GetTop() != 3 || r.GetShare() < 0 || r.GetShare() > 10000 || r.GetLabel() == 0 {
			t.Errorf("match %d: %v", i, r)
		}
		if stable := r.GetLabel() == maecenasv1.Robustness_STABLE; stable != (r.GetShare() >= 9000) {
			t.Errorf("a share of %d is %s", r.GetShare(), r.GetLabel())
		}
	}
	if again := ask(`{"robustness": true, "pageSize": 3, "view": "BASIC", "asOfDate": "` + demo.Day + `"}`); !proto.Equal(first.GetMatches()[0], again.GetMatches()[0]) {
		t.Error("the same question, another answer")
	}
	if plain := ask(`{"pageSize": 3}`); plain.GetMatches()[0].GetRobustness() != nil {
		t.Error("robustness was not asked for")
	}
	second := ask(`{"robustness": true, "pageSize": 3, "view": "BASIC", "asOfDate": "` + demo.Day + `", "pageToken": "` + first.GetNextPageToken() + `"}`)
	if len(second.GetMatches()) == 0 || second.GetMatches()[0].GetRobustness().GetTop() != 6 {
		t.Errorf("the second page: %v", second.GetMatches())
	}
	explained := post[*maecenasv1.ExplainMatchResponse](t, s, "/v1:explainMatch",
		`{"robustness": true, "mandate": "investors/amfora-ventures/mandates/studios-that-own", "need": "`+first.GetMatches()[0].GetNeed()+`", "asOfDate": "`+demo.Day+`"}`)
	if explained.GetMatch().GetRobustness().GetShare() == 0 {
		t.Errorf("the first of a ranking is in no top: %v", explained.GetMatch().GetRobustness())
	}
	mandates := post[*maecenasv1.MatchMandatesResponse](t, s, "/v1/organizations/argo-pixel/needs/maghreb-edition:matchMandates",
		`{"robustness": true, "view": "BASIC", "asOfDate": "`+demo.Day+`"}`)
	if len(mandates.GetMatches()) == 0 || mandates.GetMatches()[0].GetRobustness().GetLabel() == 0 {
		t.Errorf("mandates = %v", mandates.GetMatches())
	}
}
