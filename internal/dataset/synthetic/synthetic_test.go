package synthetic_test

import (
	"context"
	"slices"
	"testing"

	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/app"
	"github.com/maecenas-cci/maecenas/internal/assess"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/dataset"
	"github.com/maecenas-cci/maecenas/internal/dataset/synthetic"
	"github.com/maecenas-cci/maecenas/internal/matchmaker"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/store/memstore"
)

var some = synthetic.Options{Seed: 7, Organizations: 400, Investors: 40}

// TestTheProductTakesEverything imports a population as any other file.
func TestTheProductTakesEverything(t *testing.T) {
	t.Parallel()
	a, err := app.Open(local(t), app.Options{Store: memstore.New(memstore.Options{})})
	if err != nil {
		t.Fatal(err)
	}
	records := slices.Collect(synthetic.Records(some))
	outcomes, _, err := a.Import(local(t), records)
	if err != nil {
		t.Fatal(err)
	}
	for i, o := range outcomes {
		if o.Did != record.Created {
			t.Fatalf("%s: %v %v", dataset.NameOf(records[i]), o.Err, o.Err.Violations)
		}
	}
	var found int
	for i := range some.Investors {
		ranked, err := a.MatchNeeds(local(t), synthetic.MandateName(i), matchmaker.Ranking{Limit: 20, Date: "2026-11-24"})
		if err != nil {
			t.Fatal(err)
		}
		if len(ranked.Matches) > 0 {
			found++
		}
	}
	if found < some.Investors/2 {
		t.Errorf("only %d of %d mandates find a need", found, some.Investors)
	}
	if _, err := a.MatchMandates(local(t), synthetic.NeedName(0), matchmaker.Ranking{Limit: 20}); err != nil {
		t.Error(err)
	}
}

func TestTheSameOptionsMakeTheSameRecords(t *testing.T) {
	t.Parallel()
	first, second := slices.Collect(synthetic.Records(some)), slices.Collect(synthetic.Records(some))
	if len(first) != len(second) {
		t.Fatalf("%d records, then %d", len(first), len(second))
	}
	last := dataset.KindNone
	for i := range first {
		if !proto.Equal(first[i], second[i]) {
			t.Fatalf("record %d differs", i)
		}
		if kind := dataset.KindOf(first[i]); kind < last {
			t.Fatalf("a %v after a %v", kind, last)
		} else {
			last = kind
		}
	}
	more := some
	more.Organizations++
	i := 0
	for r := range synthetic.Records(more) {
		if i == some.Organizations {
			break
		}
		if !proto.Equal(r, first[i]) {
			t.Fatalf("record %d hangs on how many there are", i)
		}
		i++
	}
	other := some
	other.Seed++
	for r := range synthetic.Records(other) {
		if proto.Equal(r, first[0]) {
			t.Error("another seed makes the same organization")
		}
		break
	}
}

// TestThePopulationIsSkewedAndSpread: one country in three is Italy, scores lie
// far apart, and what an organization says of its team hangs together with what
// it says of its customers.
func TestThePopulationIsSkewedAndSpread(t *testing.T) {
	t.Parallel()
	orgs, canvases := map[string]*maecenasv1.Organization{}, map[string]*maecenasv1.Canvas{}
	countries := map[string]int{}
	for r := range synthetic.Records(synthetic.Options{Seed: 3, Organizations: 3000}) {
		if o := r.GetOrganization(); o != nil {
			orgs[o.GetName()] = o
			countries[o.GetPlace().GetCountryCode()]++
		}
		if c := r.GetCanvas(); c != nil {
			canvases[c.GetName()] = c
		}
	}
	if n := countries["IT"]; n < 800 || n > 1150 || len(countries) < 10 {
		t.Errorf("countries %v", countries)
	}
	var scores []int32
	for name, o := range orgs {
		scores = append(scores, assess.Assess(assess.Of(o, canvases[name+"/canvas"])).GetScore())
	}
	slices.Sort(scores)
	low, middle, high := scores[len(scores)/10], scores[len(scores)/2], scores[len(scores)*9/10]
	t.Logf("scores: tenth %d, half %d, nine tenths %d", low, middle, high)
	if high-low < 2000 || middle < 2000 || middle > 7000 {
		t.Errorf("scores: tenth %d, half %d, nine tenths %d", low, middle, high)
	}
}

func BenchmarkRecords(b *testing.B) {
	b.ReportAllocs()
	made := 0
	for b.Loop() {
		for range synthetic.Records(synthetic.Options{Organizations: 1000, Investors: 10}) {
			made++
		}
	}
	b.ReportMetric(float64(made)/b.Elapsed().Seconds(), "records/s")
}

// local is the context of who works on a data folder.
func local(t testing.TB) context.Context {
	t.Helper()
	return auth.WithPrincipal(t.Context(), auth.Local())
}
