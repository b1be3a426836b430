package match_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match"
)

// visible are the facts of a need that exists for others.
func visible() match.NeedFacts {
	return match.NeedFacts{
		Need: &maecenasv1.Need{
			Name: "organizations/o/needs/n", State: maecenasv1.Need_OPEN, CurrencyCode: "EUR", Stage: maecenasv1.FundingStage_SEED,
			AmountMin: proto.Int64(20_000), AmountMax: proto.Int64(40_000), Instruments: []maecenasv1.Instrument_Kind{maecenasv1.Instrument_GRANT},
		},
		Organization: &maecenasv1.Organization{
			Name: "organizations/o", Listed: true, Place: &maecenasv1.Place{CountryCode: "IT", RegionCode: "ITF4", Locality: "Bari"},
			Activities: []*maecenasv1.Activity{{Scheme: maecenasv1.Activity_NACE_2, Code: "59.11", ShareBp: proto.Int32(10000)}},
		},
	}
}

// published are the facts of a mandate that is open.
func published() match.MandateFacts {
	return match.MandateFacts{
		Investor: &maecenasv1.Investor{Name: "investors/i", Type: maecenasv1.Investor_PUBLIC_BODY},
		Mandate: &maecenasv1.Mandate{
			Name: "investors/i/mandates/m", State: maecenasv1.Mandate_PUBLISHED,
			Instruments: []*maecenasv1.InstrumentOffer{{Instrument: maecenasv1.Instrument_GRANT, AmountMax: proto.Int64(100_000), CurrencyCode: "EUR"}},
		},
	}
}

func TestExists(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name                string
		change              func(*match.NeedFacts, *match.MandateFacts)
		need, mandate, both bool
	}{
		{"both", func(*match.NeedFacts, *match.MandateFacts) {}, true, true, true},
		{"a draft need", func(n *match.NeedFacts, _ *match.MandateFacts) { n.Need.State = maecenasv1.Need_DRAFT }, false, true, false},
		{"not listed", func(n *match.NeedFacts, _ *match.MandateFacts) { n.Organization.Listed = false }, false, true, false},
		{"a draft mandate", func(_ *match.NeedFacts, m *match.MandateFacts) { m.Mandate.State = maecenasv1.Mandate_DRAFT }, true, false, false},
		{"opens today", func(_ *match.NeedFacts, m *match.MandateFacts) { m.Mandate.OpenDate = "2025-06-15" }, true, true, true},
		{"opens tomorrow", func(_ *match.NeedFacts, m *match.MandateFacts) { m.Mandate.OpenDate = "2025-06-16" }, true, false, false},
		{"closes today", func(_ *match.NeedFacts, m *match.MandateFacts) { m.Mandate.CloseDate = "2025-06-15" }, true, true, true},
		{"closed", func(_ *match.NeedFacts, m *match.MandateFacts) { m.Mandate.CloseDate = "2025-06-14" }, true, false, false},
		{"closed in its time zone", func(_ *match.NeedFacts, m *match.MandateFacts) {
			m.Mandate.CloseDate, m.Mandate.TimeZone = "2025-06-15", "Pacific/Auckland"
		}, true, false, false},
		{"the organization excludes the investor", func(n *match.NeedFacts, _ *match.MandateFacts) {
			n.ExcludedInvestors = []string{"investors/x", "investors/i"}
		}, false, false, false},
		{"the organization excludes the type", func(n *match.NeedFacts, _ *match.MandateFacts) {
			n.ExcludedInvestorTypes = []maecenasv1.Investor_Type{maecenasv1.Investor_PUBLIC_BODY}
		}, false, false, false},
		{"the investor excludes the organization", func(_ *match.NeedFacts, m *match.MandateFacts) {
			m.Investor.ExcludedOrganizations = []string{"organizations/o"}
		}, false, false, false},
	} {
		nf, mf := visible(), published()
		c.change(&nf, &mf)
		day := match.NewDay("2025-06-15", nil)
		day.In = func(timeZone string) string {
			if timeZone == "Pacific/Auckland" {
				return "2025-06-16"
			}
			return "2025-06-15"
		}
		n, p := match.NewNeed(nf), match.NewMandate(mf).On(day)
		if p.SeesNeed(n) != c.need || p.SeesMandate(n) != c.mandate || p.Exists(n) != c.both {
			t.Errorf("%s: need %v, mandate %v, pair %v", c.name, p.SeesNeed(n), p.SeesMandate(n), p.Exists(n))
		}
	}
}

func TestActivityOfYear(t *testing.T) {
	t.Parallel()
	deal := func(date string, published bool) *maecenasv1.Deal {
		return &maecenasv1.Deal{Date: date, Published: published}
	}
	with := func(company, date string) *maecenasv1.Deal {
		d := deal(date, true)
		d.Organization = "organizations/" + company
		return d
	}
	call := func(remaining *int64) func(*match.MandateFacts) {
		return func(f *match.MandateFacts) {
			f.Mandate.CloseDate, f.Mandate.Budget = "2026-01-01", &maecenasv1.Mandate_Budget{Remaining: remaining}
		}
	}
	for _, c := range []struct {
		name      string
		deals     []*maecenasv1.Deal
		change    func(*match.MandateFacts)
		day       string
		low, high int32
	}{
		{"no deal stated", nil, nil, "2025-06-15", 0, 10000},
		{"none published", []*maecenasv1.Deal{deal("2025-06-01", false)}, nil, "2025-06-15", 0, 10000},
		{"a year ago, and the day before", []*maecenasv1.Deal{deal("2024-06-14", true), deal("2024-06-15", true), deal("2025-06-14", true), deal("2025-06-15", true)}, nil, "2025-06-15", 3000, 3000},
		{"follow-on deals in one company", []*maecenasv1.Deal{with("o", "2025-03-01"), with("o", "2024-01-01"), with("o", "2025-02-01"), with("p", "2025-02-01")}, nil, "2025-06-15", 2000, 2000},
		{"long ago", []*maecenasv1.Deal{deal("2014-06-14", true)}, nil, "2025-06-15", 0, 0},
		{"after a leap day", []*maecenasv1.Deal{deal("2023-02-28", true), deal("2023-03-01", true)}, nil, "2024-02-29", 2000, 2000},
		{"a call with budget", nil, call(proto.Int64(5)), "2025-06-15", 10000, 10000},
		{"a call that is spent", []*maecenasv1.Deal{deal("2025-06-01", true)}, call(proto.Int64(0)), "2025-06-15", 0, 0},
		{"a call without a word", nil, call(nil), "2025-06-15", 0, 10000},
	} {
		f := published()
		f.Deals = c.deals
		if c.change != nil {
			c.change(&f)
		}
		l := match.NewMandate(f).On(match.NewDay(c.day, nil)).Explain(match.NewNeed(visible())).GetTerms()[16]
		if l.GetScore() != c.low || l.GetPotential() != c.high {
			t.Errorf("%s: %v", c.name, l)
		}
	}
}

func TestGradesFromDeals(t *testing.T) {
	t.Parallel()
	place := &maecenasv1.Place{CountryCode: "IT", RegionCode: "ITF47", Locality: "Bari"}
	var deals []*maecenasv1.Deal
	add := func(n int, date, code string, s maecenasv1.FundingStage_Stage, p *maecenasv1.Place) {
		for range n {
			deals = append(deals, &maecenasv1.Deal{Date: date, Stage: s, Snapshot: &maecenasv1.Deal_Snapshot{
				Place: p, Activities: []*maecenasv1.Activity{{Scheme: maecenasv1.Activity_NACE_2, Code: code}},
			}})
		}
	}
	// Given newest first; of 24 the four of 2019 do not count.
	add(3, "2024-01-01", "59.11", maecenasv1.FundingStage_SEED, place)
	add(8, "2023-01-01", "59.11", maecenasv1.FundingStage_EARLY, &maecenasv1.Place{CountryCode: "FR"})
	add(9, "2022-01-01", "62.01", 0, nil)
	add(4, "2019-01-01", "90.01", maecenasv1.FundingStage_GROWTH, place)
	want := &maecenasv1.Preferences{
		Sectors: []*maecenasv1.Preferences_Sector{
			{Grade: 82, Value: &maecenasv1.Preferences_Sector_Activity{Activity: &maecenasv1.Activity{Scheme: maecenasv1.Activity_NACE_2, Code: "62.01"}}},
			{Grade: 100, Value: &maecenasv1.Preferences_Sector_Activity{Activity: &maecenasv1.Activity{Scheme: maecenasv1.Activity_NACE_2, Code: "59.11"}}},
		},
		Places: []*maecenasv1.Preferences_PlaceWish{
			{CountryCode: "FR", Grade: 100}, {CountryCode: "IT", Grade: 38},
			{CountryCode: "IT", RegionCode: "ITF", Grade: 100},
			{CountryCode: "IT", RegionCode: "ITF4", Grade: 100},
			{CountryCode: "IT", RegionCode: "ITF", Locality: "Bari", Grade: 100},
			{CountryCode: "IT", RegionCode: "ITF47", Grade: 100},
		},
		Stages: []*maecenasv1.Preferences_StageWish{
			{Stage: maecenasv1.FundingStage_EARLY, Grade: 100}, {Stage: maecenasv1.FundingStage_SEED, Grade: 38},
		},
	}
	if diff := cmp.Diff(want, match.GradesFromDeals(deals), protocmp.Transform()); diff != "" {
		t.Error(diff)
	}
}

// TestStatedBeforeDeals: what a mandate states of a term counts alone; what deals
// show, only where the investor agreed.
func TestStatedBeforeDeals(t *testing.T) {
	t.Parallel()
	f := published()
	f.Deals = []*maecenasv1.Deal{{Date: "2024-01-01", Stage: maecenasv1.FundingStage_SEED, Snapshot: &maecenasv1.Deal_Snapshot{
		Place: &maecenasv1.Place{CountryCode: "FR"}, Activities: []*maecenasv1.Activity{{Scheme: maecenasv1.Activity_NACE_2, Code: "59.11"}},
	}}}
	f.Mandate.Preferences = &maecenasv1.Preferences{Places: []*maecenasv1.Preferences_PlaceWish{{CountryCode: "IT", Grade: 100}}}
	n := match.NewNeed(visible())
	for agreed, want := range map[bool][3]int32{false: {5000, 10000, 5000}, true: {10000, 10000, 10000}} {
		f.Mandate.LearnFromDeals = agreed
		l := match.NewMandate(f).On(today).Explain(n).GetTerms()
		if got := [3]int32{l[0].GetScore(), l[1].GetScore(), l[2].GetScore()}; got != want {
			t.Errorf("agreed %v: SECTOR, PLACE and STAGE are %v, want %v", agreed, got, want)
		}
	}
}

// TestWeightsOfTypes: the defaults keep the proportions that real deals support, and
// are scaled by largest remainders.
func TestWeightsOfTypes(t *testing.T) {
	t.Parallel()
	for i := range maecenasv1.Investor_Type_name {
		w := match.DefaultWeights(maecenasv1.Investor_Type(i))
		s, p, g, a := w[maecenasv1.MatchTerm_SECTOR], w[maecenasv1.MatchTerm_PLACE], w[maecenasv1.MatchTerm_STAGE], w[maecenasv1.MatchTerm_TICKET]
		if s <= 0 || 40*s != 15*p || 20*p != 40*g || 25*g != 20*a {
			t.Errorf("%v: SECTOR %d, PLACE %d, STAGE %d, TICKET %d", maecenasv1.Investor_Type(i), s, p, g, a)
		}
	}
	for _, c := range []struct {
		stated map[string]int32
		want   map[string]int32
	}{
		{map[string]int32{"SECTOR": 15, "PLACE": 40, "STAGE": 20, "TICKET": 25}, map[string]int32{"SECTOR": 90, "PLACE": 240, "STAGE": 120, "TICKET": 150}},
		// Thirds of 600 among seven: 85 each is 595, the first five get one more.
		{map[string]int32{"SECTOR": 1, "PLACE": 1, "STAGE": 1, "TICKET": 1, "DESIGN": 1, "TEAM": 1, "LANGUAGE": 1}, map[string]int32{"SECTOR": 86, "PLACE": 86, "STAGE": 86, "TICKET": 86, "DESIGN": 86, "TEAM": 85, "LANGUAGE": 85}},
		{map[string]int32{"LANGUAGE": 7}, map[string]int32{"LANGUAGE": 600}},
	} {
		f := published()
		f.Mandate.Weights = c.stated
		for _, l := range match.NewMandate(f).On(today).Explain(match.NewNeed(visible())).GetTerms()[:13] {
			if w := l.GetWeight(); w != c.want[l.GetTerm().String()] {
				t.Errorf("%v: %v weighs %d", c.stated, l.GetTerm(), w)
			}
		}
	}
}

// TestTinyWeight: a weight too small for a share of 600 stays at 1, taken from the
// largest.
func TestTinyWeight(t *testing.T) {
	t.Parallel()
	f := published()
	f.Mandate.Weights = map[string]int32{}
	for term := maecenasv1.MatchTerm_SECTOR; term <= maecenasv1.MatchTerm_LANGUAGE; term++ {
		f.Mandate.Weights[term.String()] = 100
	}
	f.Mandate.Weights["TEAM"] = 1
	l := match.NewMandate(f).On(today).Explain(match.NewNeed(visible())).GetTerms()
	if l[8].GetTerm() != maecenasv1.MatchTerm_TEAM || l[8].GetWeight() != 1 {
		t.Errorf("%v weighs %d", l[8].GetTerm(), l[8].GetWeight())
	}
}

var update = flag.Bool("update", false, "rewrite golden files")

// TestExplained compares a whole explanation, a near-miss, with a golden file.
func TestExplained(t *testing.T) {
	t.Parallel()
	n, f := visible(), published()
	n.Need.Terms = &maecenasv1.Need_Terms{AcceptsRightsTransfer: proto.Bool(false)}
	f.Mandate.Preferences = &maecenasv1.Preferences{
		Sectors: []*maecenasv1.Preferences_Sector{{Grade: 90, Value: &maecenasv1.Preferences_Sector_Activity{Activity: &maecenasv1.Activity{Scheme: maecenasv1.Activity_NACE_2, Code: "59"}}}},
		Places:  []*maecenasv1.Preferences_PlaceWish{{CountryCode: "IT", RegionCode: "ITF4", Grade: 100}},
		Stages:  []*maecenasv1.Preferences_StageWish{{Stage: maecenasv1.FundingStage_EARLY, Grade: 80}},
	}
	f.Mandate.Requirements = []*maecenasv1.Requirement{
		{Title: "at least early", Rule: &maecenasv1.Requirement_Stage{Stage: &maecenasv1.Requirement_StageRange{Earliest: maecenasv1.FundingStage_EARLY}}},
		{Rule: &maecenasv1.Requirement_Readiness{Readiness: &maecenasv1.Requirement_MinReadiness{Level: 3}}},
	}
	f.Deals = []*maecenasv1.Deal{{Date: "2025-01-01", Published: true}}
	golden(t, "testdata/explanation.json", match.NewMandate(f).On(today).Explain(match.NewNeed(n)))
}

// TestPolicy compares the published policy with a golden file: whoever changes it
// sees that its version must change.
func TestPolicy(t *testing.T) {
	t.Parallel()
	golden(t, fmt.Sprintf("testdata/policy-%s.json", match.PolicyVersion), match.Policy())
}

// golden compares a message's JSON with a file, and rewrites it under -update.
func golden(t *testing.T, path string, m proto.Message) {
	t.Helper()
	raw, err := protojson.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	got, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	if *update {
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-file +now):\n%s", path, diff)
	}
}
