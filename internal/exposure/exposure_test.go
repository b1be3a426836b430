package exposure_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"pgregory.net/rapid"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/exposure"
	"github.com/maecenas-cci/maecenas/internal/index"
	"github.com/maecenas-cci/maecenas/internal/match"
	"github.com/maecenas-cci/maecenas/internal/match/matchtest"
	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

// organization is a listed one with an open need for a grant.
func organization(i int, region string, form maecenasv1.Organization_LegalForm, domains ...maecenasv1.Organization_CulturalDomain) match.NeedFacts {
	name := fmt.Sprintf("organizations/o%02d", i)
	return match.NeedFacts{
		Organization: &maecenasv1.Organization{
			Name: name, Listed: true, LegalForm: form, Place: &maecenasv1.Place{CountryCode: "IT", RegionCode: region}, CulturalDomains: domains,
		},
		Need: &maecenasv1.Need{
			Name: name + "/needs/n", State: maecenasv1.Need_OPEN, CurrencyCode: "EUR", AmountMin: proto.Int64(1000), AmountMax: proto.Int64(1000),
			Instruments: []maecenasv1.Instrument_Kind{maecenasv1.Instrument_GRANT},
			Terms:       &maecenasv1.Need_Terms{AcceptsPersonalGuarantee: proto.Bool(true), AcceptsRightsTransfer: proto.Bool(true)},
		},
	}
}

// mandate is a published one of grants that asks what requirement says.
func mandate(name string, requirement *maecenasv1.Requirement) match.MandateFacts {
	m := &maecenasv1.Mandate{
		Name: "investors/i/mandates/" + name, State: maecenasv1.Mandate_PUBLISHED,
		Instruments: []*maecenasv1.InstrumentOffer{{Instrument: maecenasv1.Instrument_GRANT}},
		Preferences: &maecenasv1.Preferences{Places: []*maecenasv1.Preferences_PlaceWish{{CountryCode: "IT", RegionCode: "ITF4", Grade: 100}}},
	}
	if requirement != nil {
		m.Requirements = []*maecenasv1.Requirement{requirement}
	}
	return match.MandateFacts{Mandate: m, Investor: &maecenasv1.Investor{Name: "investors/i", Type: maecenasv1.Investor_FOUNDATION}}
}

func snapshotOf(needs []match.NeedFacts, mandates []match.MandateFacts) *index.Snapshot {
	x := index.New()
	batch := index.Batch{Revision: 7}
	for _, f := range needs {
		n := match.NewNeed(f)
		batch.Needs = append(batch.Needs, index.NeedChange{Name: n.Rest.Name, Need: n})
	}
	for _, f := range mandates {
		m := match.NewMandate(f)
		batch.Mandates = append(batch.Mandates, index.MandateChange{Name: m.Name(), Mandate: m})
	}
	x.Apply(batch)
	return x.Snapshot()
}

func day() match.Day { return match.NewDay(matchtest.Today, taxonomy.ShippedRates()) }

// TestReport counts by hand: 8 organizations of Puglia and 6 of Lazio, 2 of Lombardy, two
// mandates, of which one takes associations alone; tops of three.
func TestReport(t *testing.T) {
	t.Parallel()
	const limited, association = maecenasv1.Organization_LIMITED_COMPANY, maecenasv1.Organization_ASSOCIATION
	var needs []match.NeedFacts
	for i := range 16 {
		region, form := "ITF4", limited
		switch {
		case i >= 14:
			region = "ITC4"
		case i >= 8:
			region = "ITI43"
		}
		if i%2 == 0 {
			form = association
		}
		needs = append(needs, organization(i, region, form, maecenasv1.Organization_PERFORMING_ARTS))
	}
	draft := mandate("draft", nil)
	draft.Mandate.State = maecenasv1.Mandate_DRAFT
	report, err := exposure.Report(t.Context(), snapshotOf(needs, []match.MandateFacts{
		mandate("all", nil), draft,
		mandate("associations", &maecenasv1.Requirement{Rule: &maecenasv1.Requirement_LegalForm{LegalForm: &maecenasv1.Requirement_LegalForms{
			Values: []maecenasv1.Organization_LegalForm{association},
		}}}),
	}), exposure.Query{Day: day(), Top: 3})
	if err != nil {
		t.Fatal(err)
	}
	if report.GetMandates() != 2 || report.GetTop() != 3 || report.GetDataRevision() != 7 {
		t.Errorf("%v", report)
	}
	cells := map[string]*maecenasv1.ExposureReport_Cell{}
	for _, c := range report.GetCells() {
		cells[c.GetGrouping().String()+" "+c.GetValue()] = c
	}
	// Puglia is wished for: it fills both tops. Lombardy is too small to be told of, and
	// Lazio is suppressed with it, lest the rest tell of Lombardy.
	puglia := cells["REGION ITF4"]
	if puglia.GetOrganizations() != 8 || puglia.GetShown() != 6 || puglia.GetPairs() != 16 || puglia.GetGateFailureRate() != 2500 || puglia.GetSelectionRateRatio() != 10000 {
		t.Errorf("Puglia: %v", puglia)
	}
	for _, region := range []string{"ITI4", "ITC4"} {
		want := &maecenasv1.ExposureReport_Cell{Grouping: maecenasv1.ExposureReport_REGION, Value: region, Suppressed: true}
		if diff := cmp.Diff(want, cells["REGION "+region], protocmp.Transform()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", region, diff)
		}
	}
	forms := cells["LEGAL_FORM ASSOCIATION"]
	other := cells["LEGAL_FORM LIMITED_COMPANY"]
	if forms.GetGateFailureRate() != 0 || other.GetGateFailureRate() != 5000 || forms.GetShown()+other.GetShown() != 6 {
		t.Errorf("associations %v, companies %v", forms, other)
	}
	best := max(forms.GetSelectionRate(), other.GetSelectionRate())
	for _, c := range []*maecenasv1.ExposureReport_Cell{forms, other} {
		if c.GetSelectionRateRatio() != rate(int64(c.GetSelectionRate()), int64(best)) || c.GetMeanScore() != puglia.GetMeanScore() && c.GetMeanScore() == 0 {
			t.Errorf("associations %v, companies %v", forms, other)
		}
	}
	if all := cells["DOMAIN PERFORMING_ARTS"]; all.GetOrganizations() != 16 || all.GetShown() != 6 || all.GetGateFailureRate() != 2500 {
		t.Errorf("all: %v", all)
	}
	if sizes := cells["SIZE UNSPECIFIED"]; sizes.GetOrganizations() != 16 {
		t.Errorf("sizes: %v", sizes)
	}
}

// TestReportCounts: over drawn pairs, what is told is what counting every pair by its
// explanation gives, no cell tells of fewer than five organizations, and where one is
// suppressed another is too.
func TestReportCounts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		d := matchtest.Draw{T: rt}
		var needs []match.NeedFacts
		var mandates []match.MandateFacts
		for i := range rapid.IntRange(0, 12).Draw(rt, "organizations") {
			f := d.Need(i, 0)
			f.Need.State, f.Organization.Listed = maecenasv1.Need_OPEN, i%5 != 4
			needs = append(needs, f)
		}
		for i := range rapid.IntRange(0, 4).Draw(rt, "mandates") {
			mandates = append(mandates, d.Mandate(i, 0))
		}
		snapshot := snapshotOf(needs, mandates)
		report, err := exposure.Report(t.Context(), snapshot, exposure.Query{Day: day(), Top: 2})
		if err != nil {
			rt.Fatal(err)
		}
		naive := countForms(snapshot, 2)
		suppressed := map[maecenasv1.ExposureReport_Grouping]int{}
		cells := map[maecenasv1.ExposureReport_Grouping]int{}
		for _, c := range report.GetCells() {
			cells[c.GetGrouping()]++
			if c.GetSuppressed() {
				suppressed[c.GetGrouping()]++
				if c.GetOrganizations()+c.GetShown()+c.GetPairs()+int64(c.GetMeanScore()) != 0 {
					rt.Fatalf("suppressed, and tells: %v", c)
				}
				continue
			}
			if c.GetOrganizations() < 5 {
				rt.Fatalf("not suppressed: %v", c)
			}
			if c.GetGrouping() != maecenasv1.ExposureReport_LEGAL_FORM {
				continue
			}
			if want := naive[c.GetValue()]; c.GetPairs() != want.pairs || c.GetShown() != want.shown || c.GetGateFailureRate() != rate(want.fails, want.pairs) || c.GetUnknownRate() != rate(want.unknown, want.pairs) {
				rt.Fatalf("%v, counted %+v", c, want)
			}
		}
		for grouping, n := range suppressed {
			if n == 1 && cells[grouping] > 1 {
				rt.Fatalf("one cell alone of %s is suppressed: %v", grouping, report)
			}
		}
		again, err := exposure.Report(t.Context(), snapshotOf(shuffled(needs), mandates), exposure.Query{Day: day(), Top: 2})
		if err != nil || !proto.Equal(report, again) {
			rt.Fatalf("the order of the needs shows: %v\n%v", report, again)
		}
	})
}

func shuffled(needs []match.NeedFacts) []match.NeedFacts {
	out := slices.Clone(needs)
	slices.Reverse(out)
	return out
}

type naiveCount struct{ pairs, fails, unknown, shown int64 }

// countForms counts pairs by the organization's legal form, from explanations.
func countForms(s *index.Snapshot, top int) map[string]naiveCount {
	counts := map[string]naiveCount{}
	form := func(n *match.Need) string {
		if n.LegalForm == 0 {
			return "UNSPECIFIED"
		}
		return maecenasv1.Organization_LegalForm(n.LegalForm).String()
	}
	for m := range s.Mandates() {
		plan := m.On(day())
		if !plan.Open() {
			continue
		}
		for n := range s.Needs() {
			if !plan.Exists(n) {
				continue
			}
			c := counts[form(n)]
			c.pairs++
			fails, unknown := false, false
			for _, r := range plan.Explain(n).GetRequirements() {
				if !strings.Contains(r.GetPath(), ".") {
					fails = fails || r.GetResult() == maecenasv1.RequirementResult_FAIL
					unknown = unknown || r.GetResult() == maecenasv1.RequirementResult_UNKNOWN
				}
			}
			if fails {
				c.fails++
			}
			if unknown {
				c.unknown++
			}
			counts[form(n)] = c
		}
		hits, _, _ := s.MatchNeeds(context.Background(), m.On(day()), index.Query{Day: day(), Limit: top})
		for _, hit := range hits {
			c := counts[form(s.Need(hit.Name))]
			c.shown++
			counts[form(s.Need(hit.Name))] = c
		}
	}
	return counts
}

func rate(part, whole int64) int32 {
	if whole == 0 {
		return 0
	}
	return int32((20000*part + whole) / (2 * whole))
}

// TestReportEnds ends with its context.
func TestReportEnds(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	snapshot := snapshotOf([]match.NeedFacts{organization(1, "ITF4", 1)}, []match.MandateFacts{mandate("all", nil)})
	if _, err := exposure.Report(ctx, snapshot, exposure.Query{Day: day()}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
