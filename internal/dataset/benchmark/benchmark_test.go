package benchmark_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/dataset/benchmark"
)

// tables are an invented folder.
var tables = map[string]string{
	"history.csv": `investor_id,org_id,date,category,region,state,city,stage,amount_usd
i1,o9,2010-05-02,music,Springfield,IL,springfield,series-b,5000000
i1,o1,2010-05-01,games,?,?,nowhere,other,0
i2,o9,2009-01-31,music,Springfield,IL,springfield,angel,?
i3,o9,2010-05-02,music,Springfield,IL,springfield,series-b,5000000
`,
	"part/organisations.csv": `org_id,country,state,region,city,category,founded,ask_stage,ask_amount_usd,prior_rounds
o1,USA,IL,Springfield,springfield,games,2001-02-03,series-a,250000,1
o2,USA,?,,springfield,?,,,0,0
`,
	"part/investors.csv": `investor_id,has_positive,stages_list,size_lo_usd,size_hi_usd
i1,1,series-b|venture|angel,100000,5000000
i2,0,,,
`,
	"part/already_backed.csv": "investor_id,org_id\ni1,o1\n",
	"part/positives.csv":      "investor_id,org_id,date\ni2,o2,2010-07-01\n",
}

// write writes tables, with some of them changed, and returns the folder.
func write(t *testing.T, changed map[string]string) string {
	t.Helper()
	root := t.TempDir()
	if err := os.Mkdir(filepath.Join(root, "part"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range tables {
		if other, ok := changed[name]; ok {
			text = other
		}
		if text == "" {
			continue
		}
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(root, "part")
}

func TestReadMakesTheProductsResources(t *testing.T) {
	t.Parallel()
	b, err := benchmark.Read(write(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	if b.Day != "2010-06-01" {
		t.Errorf("the day asked is %s", b.Day)
	}
	if len(b.Askers) != 2 || len(b.Givers) != 2 || len(b.Others) != 1 {
		t.Fatalf("%d askers, %d givers, %d other deals", len(b.Askers), len(b.Givers), len(b.Others))
	}
	need := b.Askers[0].Need
	want := &maecenasv1.Need{
		Name: "organizations/o1/needs/round", Title: "Round of o1", Purpose: maecenasv1.Need_GROWTH,
		AmountMin: proto.Int64(250000), AmountMax: proto.Int64(250000), CurrencyCode: "USD",
		Stage: maecenasv1.FundingStage_EARLY, Instruments: []maecenasv1.Instrument_Kind{maecenasv1.Instrument_EQUITY},
		RoundNumber: proto.Int32(2), State: maecenasv1.Need_OPEN,
	}
	if diff := cmp.Diff(want, need, protocmp.Transform()); diff != "" {
		t.Errorf("need (-want +got):\n%s", diff)
	}
	org := b.Askers[0].Organization
	place := &maecenasv1.Place{CountryCode: "US", RegionCode: "US-IL", MetropolitanArea: "Springfield", Locality: "springfield"}
	if diff := cmp.Diff(place, org.GetPlace(), protocmp.Transform()); diff != "" {
		t.Errorf("place (-want +got):\n%s", diff)
	}
	if org.GetFoundedDate() != "2001-02-03" || !org.GetListed() || org.GetActivities()[0].GetCode() != "games" {
		t.Errorf("organization %v", org)
	}
	unknown := b.Askers[1]
	if unknown.Need.AmountMin != nil || unknown.Need.GetStage() != 0 || unknown.Organization.FoundedDate != nil ||
		len(unknown.Organization.GetActivities()) != 0 || unknown.Organization.GetPlace().GetLocality() != "" {
		t.Errorf("what is not known is set: %v %v", unknown.Organization, unknown.Need)
	}
	if !b.LeftOut[benchmark.Pair{Investor: "i1", Organization: "o1"}] || !b.Chosen[benchmark.Pair{Investor: "i2", Organization: "o2"}] {
		t.Errorf("left out %v, chosen %v", b.LeftOut, b.Chosen)
	}
}

func TestReadOrdersDealsAndNumbersRounds(t *testing.T) {
	t.Parallel()
	b, err := benchmark.Read(write(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	first := b.Givers[0]
	if diff := cmp.Diff([]maecenasv1.FundingStage_Stage{maecenasv1.FundingStage_GROWTH, maecenasv1.FundingStage_SEED}, first.ListedStages); diff != "" {
		t.Errorf("listed stages (-want +got):\n%s", diff)
	}
	if len(first.Deals) != 2 || first.Deals[0].GetOrganization() != "organizations/o1" || first.Deals[1].GetRoundNumber() != 2 {
		t.Errorf("deals %v", first.Deals)
	}
	if d := first.Deals[0]; d.Amount != nil || d.GetStage() != maecenasv1.FundingStage_EARLY || d.GetRoundNumber() != 1 {
		t.Errorf("deal %v", d)
	}
	if d := b.Others[0][0]; d.GetRoundNumber() != 2 || !d.GetPublished() {
		t.Errorf("two investors of one day are one round: %v", d)
	}
	offer := first.Mandate.GetInstruments()[0]
	if offer.GetAmountMin() != 100000 || offer.GetAmountMax() != 5000000 || !first.Mandate.GetLearnFromDeals() || first.Mandate.GetPreferences() != nil {
		t.Errorf("mandate %v", first.Mandate)
	}
	if o := b.Givers[1].Mandate.GetInstruments()[0]; o.AmountMin != nil || o.AmountMax != nil {
		t.Errorf("an unknown range is set: %v", o)
	}
}

func TestReadWithoutPositivesTellsNothing(t *testing.T) {
	t.Parallel()
	b, err := benchmark.Read(write(t, map[string]string{"part/positives.csv": ""}))
	if err != nil {
		t.Fatal(err)
	}
	if b.Chosen != nil {
		t.Errorf("chosen %v", b.Chosen)
	}
}

func TestReadNamesFileLineAndColumn(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		changed map[string]string
		want    string
	}{
		"no history":  {map[string]string{"history.csv": ""}, "history.csv"},
		"empty":       {map[string]string{"history.csv": "investor_id\n"}, "history.csv: holds no deal"},
		"column":      {map[string]string{"part/already_backed.csv": "investor_id\ni1\n"}, "already_backed.csv: no column org_id"},
		"amount":      {map[string]string{"part/organisations.csv": strings.Replace(tables["part/organisations.csv"], "250000", "much", 1)}, `organisations.csv: line 2: ask_amount_usd: "much" is not an amount`},
		"stage":       {map[string]string{"part/investors.csv": strings.Replace(tables["part/investors.csv"], "venture", "seance", 1)}, `investors.csv: line 2: stage: "seance" is not a kind of round`},
		"short row":   {map[string]string{"part/investors.csv": tables["part/investors.csv"] + "i3,1\n"}, "investors.csv"},
		"no date":     {map[string]string{"history.csv": strings.ReplaceAll(tables["history.csv"], "2010-05-02", "zz")}, "the last date of the history"},
		"prior round": {map[string]string{"part/organisations.csv": strings.Replace(tables["part/organisations.csv"], "0,0", "0,?", 1)}, "organisations.csv: line 3: prior_rounds"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := benchmark.Read(write(t, c.changed))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %s", err, c.want)
			}
		})
	}
}
