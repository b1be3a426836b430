package evaluate_test

import (
	"context"
	"slices"
	"testing"
	"time"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/app"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/dataset"
	"github.com/maecenas-cci/maecenas/internal/matchmaker"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/store/memstore"
	"github.com/maecenas-cci/maecenas/testdata/demo"
)

// demoRecords reads the demo data.
func demoRecords(t testing.TB) []*maecenasv1.Record {
	t.Helper()
	var all []*maecenasv1.Record
	for _, name := range demo.Names() {
		file, err := demo.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		for row, err := range dataset.Read(file, dataset.ReadOptions{}) {
			if err != nil || row.Rejection != nil {
				t.Fatal(name, err, row.Rejection)
			}
			all = append(all, row.Record)
		}
		if err := file.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// demoApp is the product with the demo data in it, on the day it is told for.
func demoApp(t testing.TB) *app.App {
	t.Helper()
	today, err := time.Parse(time.DateOnly, demo.Day)
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.Open(local(t), app.Options{
		Store: memstore.New(memstore.Options{}), Now: func() time.Time { return today.Add(12 * time.Hour) },
	})
	if err != nil {
		t.Fatal(err)
	}
	imports(t, a, demoRecords(t)...)
	return a
}

func imports(t testing.TB, a *app.App, records ...*maecenasv1.Record) {
	t.Helper()
	outcomes, _, err := a.Import(local(t), records)
	if err != nil {
		t.Fatal(err)
	}
	for i, o := range outcomes {
		if o.Did == record.Rejected {
			t.Errorf("%s: %v %v", dataset.NameOf(records[i]), o.Err, o.Err.Violations)
		}
	}
}

// TestNearMisses holds the demo data to the near-misses that its README names.
func TestNearMisses(t *testing.T) {
	t.Parallel()
	a := demoApp(t)
	for need, mandate := range map[string]string{
		"organizations/telaio-otto/needs/jacquard":             "investors/cassa-del-levante/mandates/kiln-and-loom",
		"organizations/murgia-nastri/needs/six-thousand-hours": "investors/levante-culture-agency/mandates/first-productions-2027",
		"organizations/golfo-aumentato/needs/hundred-rooms":    "investors/amfora-ventures/mandates/studios-that-own",
	} {
		ranked, err := a.MatchNeeds(local(t), mandate, matchmaker.Ranking{Limit: 100, NearMisses: true})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(ranked.Matches, func(m *maecenasv1.Match) bool { return m.GetNeed() == need }) {
			t.Errorf("%s is no near-miss of %s", need, mandate)
		}
	}
}

// TestEveryMandateFindsSomebody: a demo without an answer shows nothing.
func TestEveryMandateFindsSomebody(t *testing.T) {
	t.Parallel()
	a := demoApp(t)
	for _, r := range demoRecords(t) {
		name := r.GetMandate().GetName()
		if name == "" {
			continue
		}
		ranked, err := a.MatchNeeds(local(t), name, matchmaker.Ranking{Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		if len(ranked.Matches) < 2 {
			t.Errorf("%s finds %d needs", name, len(ranked.Matches))
		}
	}
}

// TestTheStory holds the demo data to the story that its README tells: each
// change, and where it moves the studio.
func TestTheStory(t *testing.T) {
	t.Parallel()
	const (
		mandate = "investors/amfora-ventures/mandates/studios-that-own"
		need    = "organizations/calesse-animazione/needs/second-season"
	)
	a := demoApp(t)
	expect := func(when string, rank, score int32, eligibility maecenasv1.Match_Eligibility) {
		t.Helper()
		ranked, err := a.MatchNeeds(local(t), mandate, matchmaker.Ranking{Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range ranked.Matches {
			if m.GetNeed() != need {
				continue
			}
			if m.GetRank() != rank || m.GetScore() != score || m.GetEligibility() != eligibility || len(ranked.Matches) != 8 {
				t.Errorf("%s: rank %d of %d, %v, score %d; want rank %d of 8, %v, score %d", when,
					m.GetRank(), len(ranked.Matches), m.GetEligibility(), m.GetScore(), rank, eligibility, score)
			}
			return
		}
		t.Errorf("%s: the need is not ranked", when)
	}
	studio, canvas := storyRecords(t)
	expect("as it is", 7, 7081, maecenasv1.Match_CONDITIONAL)

	studio.GetOrganization().GetDisclosure().Financials = maecenasv1.Organization_TO_INVESTORS
	imports(t, a, studio)
	expect("with its financials disclosed", 3, 7354, maecenasv1.Match_ELIGIBLE)

	for _, moat := range canvas.GetCanvas().GetMoats() {
		if moat.GetStrength() > 2 {
			moat.GetEvidence().Level = maecenasv1.Evidence_DOCUMENTED
		}
	}
	imports(t, a, canvas)
	expect("with its moats documented", 1, 7655, maecenasv1.Match_ELIGIBLE)
}

// storyRecords are the studio and its canvas, to be changed.
func storyRecords(t testing.TB) (studio, canvas *maecenasv1.Record) {
	t.Helper()
	for _, r := range demoRecords(t) {
		switch dataset.NameOf(r) {
		case "organizations/calesse-animazione":
			studio = r
		case "organizations/calesse-animazione/canvas":
			canvas = r
		}
	}
	return studio, canvas
}

// local is the context of who works on a data folder.
func local(t testing.TB) context.Context {
	t.Helper()
	return auth.WithPrincipal(t.Context(), auth.Local())
}
