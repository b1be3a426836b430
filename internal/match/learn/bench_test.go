package learn_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match/fact"
	"github.com/maecenas-cci/maecenas/internal/match/learn"
)

// somewhere is a place in one of 2,000 towns, and what is done there, the first ones
// far more often.
func somewhere(r *rand.Rand) (*maecenasv1.Place, []*maecenasv1.Activity) {
	regions := []string{"ITF4", "ITI4", "ITC4", "FRL0", "FR10", "ES51", "ES61", "EL30", "PT17", "HR03", "SI04", "DE30"}
	codes := []string{"59.11", "90.01", "62.01", "58.21", "74.10", "90.03", "59.20", "71.11", "73.11", "91.02", "32.12", "85.52"}
	town := min(r.IntN(2000), r.IntN(2000))
	region := regions[town%len(regions)]
	country := region[:2]
	if country == "EL" {
		country = "GR"
	}
	at := &maecenasv1.Place{CountryCode: country, RegionCode: region, Locality: fmt.Sprintf("town %d", town)}
	return at, []*maecenasv1.Activity{{Scheme: maecenasv1.Activity_NACE_2, Code: codes[min(r.IntN(len(codes)), r.IntN(len(codes)))]}}
}

// generated is a market's facts: needs, and investors with 30 deals each.
func generated(needs, investors int) (list []*fact.Need, all []learn.Investor) {
	r := rand.New(rand.NewPCG(1, 2))
	for i := range needs {
		at, does := somewhere(r)
		list = append(list, open(i, maecenasv1.FundingStage_Stage(r.IntN(7)), func(f *fact.NeedFacts) {
			f.Organization.Place, f.Organization.Activities = at, does
			f.Need.AmountMin, f.Need.RoundNumber = proto.Int64(int64(1000<<r.IntN(14))), proto.Int32(int32(1+r.IntN(4)))
		}))
	}
	for range investors {
		i := learn.Investor{Agreed: true}
		for k := range 30 {
			d := deal(fmt.Sprint(r.IntN(10_000)), fmt.Sprintf("20%02d-01-01", 10+k/2), maecenasv1.FundingStage_Stage(1+r.IntN(6)))
			at, does := somewhere(r)
			d.Snapshot = &maecenasv1.Deal_Snapshot{Place: at, Activities: does}
			d.Amount, d.CurrencyCode, d.RoundNumber = proto.Int64(int64(1000<<r.IntN(14))), "EUR", proto.Int32(int32(1+r.IntN(4)))
			i.Deals = append(i.Deals, d)
		}
		all = append(all, i)
	}
	return list, all
}

// BenchmarkMarket is what a change of deals or pool costs beside learning.
func BenchmarkMarket(b *testing.B) {
	needs, investors := generated(100_000, 1_000)
	b.ReportAllocs()
	for b.Loop() {
		market(needs, investors...)
	}
}

// BenchmarkLearn is what it costs for one mandate.
func BenchmarkLearn(b *testing.B) {
	needs, investors := generated(100_000, 1_000)
	m := market(needs, investors...)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		learn.Learn(investors[i%len(investors)].Deals, m)
	}
}

// BenchmarkPlace is what a ranking pays for a place that it has not met.
func BenchmarkPlace(b *testing.B) {
	needs, investors := generated(10_000, 1_000)
	l := learn.Learn(investors[0].Deals, market(needs, investors...))
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		l.Place(&needs[i%len(needs)].Rest.Where)
	}
}

// BenchmarkMessage is what is stored with one mandate.
func BenchmarkMessage(b *testing.B) {
	needs, investors := generated(10_000, 1_000)
	m := market(needs, investors...)
	l := learn.Learn(investors[0].Deals, m)
	for b.Loop() {
		l.Message()
	}
	b.ReportMetric(float64(proto.Size(l.Message())), "bytes/mandate")
	b.ReportMetric(float64(proto.Size(m.Message())), "bytes/market")
}
