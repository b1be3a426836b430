package fact_test

import (
	"testing"

	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match/fact"
	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

// TestBusiness: the terms that read the assessment are means by the rubric's weights
// over the dimensions that apply, half up.
func TestBusiness(t *testing.T) {
	t.Parallel()
	dimension := func(d maecenasv1.Assessment_Dimension, weight, low, high int32) *maecenasv1.DimensionResult {
		return &maecenasv1.DimensionResult{Dimension: d, Weight: weight, Score: &low, Potential: &high}
	}
	n := fact.NewNeed(fact.NeedFacts{Assessment: &maecenasv1.Assessment{Dimensions: []*maecenasv1.DimensionResult{
		dimension(maecenasv1.Assessment_SWITCHING_COST, 6, 1, 10000),
		dimension(maecenasv1.Assessment_SCALABILITY, 10, 0, 10000),
		dimension(maecenasv1.Assessment_COHERENCE, 4, 1, 10000),
		dimension(maecenasv1.Assessment_PROTECTION, 8, 4000, 6000),
		{Dimension: maecenasv1.Assessment_RIGHTS_CONTROL, Weight: 8, Status: maecenasv1.DimensionResult_NOT_APPLICABLE},
		dimension(maecenasv1.Assessment_FINANCIAL_RUNWAY, 5, 1000, 1000),
		dimension(maecenasv1.Assessment_OPERATING_MARGIN, 5, 2000, 2000),
		dimension(maecenasv1.Assessment_REVENUE_DIVERSITY, 8, 3000, 9000),
		dimension(maecenasv1.Assessment_TEAM, 8, 7777, 7777),
	}}})
	for b, want := range map[fact.Business][2]int16{
		fact.Design:         {1, 10000}, // (6·1 + 10·0 + 4·1)/20 = 0.5
		fact.Robustness:     {2167, 4833},
		fact.Defensibility:  {4000, 6000},
		fact.Team:           {7777, 7777},
		fact.MarketEvidence: {0, 10000},
	} {
		if got := n.Business[b]; got.Low != want[0] || got.High != want[1] {
			t.Errorf("term %d is %v, want %v", b, got, want)
		}
	}
}

// TestExchange: an exchange forgets what it answered for another day.
func TestExchange(t *testing.T) {
	t.Parallel()
	rates, err := taxonomy.ParseRates("date USD\n2024-01-01 1.25\n2025-01-01 1.5\n")
	if err != nil {
		t.Fatal(err)
	}
	x := &fact.Exchange{}
	for date, want := range map[string][2]int64{"2024-06-01": {5, 4}, "2025-06-01": {3, 2}, "2023-06-01": {}} {
		x.Open(rates, date)
		for range 2 {
			num, den, ok := x.Factor(fact.CurrencyOf("EUR"), fact.CurrencyOf("USD"))
			if num != want[0] || den != want[1] || ok != (want[1] != 0) {
				t.Errorf("on %s %d/%d %v, want %v", date, num, den, ok, want)
			}
		}
	}
	if _, _, ok := x.Factor(0, 0); ok {
		t.Error("no currency has a rate")
	}
}

func TestDates(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from, to string
		days     int64
	}{{"2024-02-28", "2024-03-01", 2}, {"2023-02-28", "2023-03-01", 1}, {"1999-12-31", "2000-01-01", 1}, {"2000-01-01", "2100-01-01", 36525}} {
		from, ok := fact.DayNumber(c.from)
		to, okTo := fact.DayNumber(c.to)
		if !ok || !okTo || to-from != c.days {
			t.Errorf("%s to %s is %d days, want %d", c.from, c.to, to-from, c.days)
		}
	}
	for _, bad := range []string{"", "2024-13-01", "2024-1-01", "20240-101", "abcd-ef-gh"} {
		if _, ok := fact.DayNumber(bad); ok {
			t.Errorf("%q is a day", bad)
		}
	}
	if got := fact.YearsBefore("2024-02-29", 1); got != "2023-02-29" {
		t.Errorf("a year before a leap day is %q", got)
	}
}

// TestKeys: needs alike in place or sector have the same keys, others have not.
func TestKeys(t *testing.T) {
	t.Parallel()
	need := func(locality, code string, share *int32) *fact.Need {
		return fact.NewNeed(fact.NeedFacts{Organization: &maecenasv1.Organization{
			Place:      &maecenasv1.Place{CountryCode: "IT", Locality: locality},
			Activities: []*maecenasv1.Activity{{Scheme: maecenasv1.Activity_NACE_2, Code: code, ShareBp: share}},
		}})
	}
	a := need("Bari", "59.11", proto.Int32(1))
	if b := need(" bari", "5911", proto.Int32(1)); a.PlaceKey != b.PlaceKey || a.SectorKey != b.SectorKey || a.Activities != b.Activities {
		t.Error("two spellings have two keys")
	}
	for _, b := range []*fact.Need{need("Bar", "59.1", nil), need("Bari1", "59.12", proto.Int32(1))} {
		if a.PlaceKey == b.PlaceKey || a.SectorKey == b.SectorKey || a.Activities[0].Key == b.Activities[0].Key {
			t.Error("two places or activities have one key")
		}
	}
	seen := map[uint32]taxonomy.Class{}
	for _, scheme := range []taxonomy.Scheme{taxonomy.NACE2, taxonomy.NACE21} {
		for _, c := range taxonomy.Activities(scheme) {
			activity := fact.Activity{Class: c}
			if other, ok := seen[activity.Key()]; ok || activity.Key() == 0 {
				t.Errorf("%v and %v have one key", c, other)
			}
			seen[activity.Key()] = c
		}
	}
}
