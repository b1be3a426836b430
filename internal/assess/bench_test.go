package assess_test

import (
	"fmt"
	"testing"

	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/assess"
)

// filled makes an input with n items in each of the nine blocks, in moats (to
// their maximum of 12) and in the team, and every fact stated.
func filled(n int) assess.Input {
	documented := &maecenasv1.Evidence{Level: maecenasv1.Evidence_DOCUMENTED, SourceUri: "https://example.org/report", AsOfDate: "2025-06-30"}
	in := assess.Input{
		Traction: &maecenasv1.Traction{
			Interviews: proto.Int32(40), LettersOfIntent: proto.Int32(3), Pilots: proto.Int32(2),
			PayingCustomers: proto.Int32(9), RevenueGrowth12MBp: proto.Int32(1200), Evidence: documented,
		},
		Financials: &maecenasv1.Financials{
			CurrencyCode: "EUR", Cash: proto.Int64(123_457), MonthlyBurn: proto.Int64(10_007), Revenue12M: proto.Int64(987_654),
			Ebitda12M: proto.Int64(23_456), FullTimeEquivalents: proto.Int32(7), BalanceSheetTotal: proto.Int64(500_000), Evidence: documented,
		},
		Team:   &maecenasv1.Team{Evidence: documented},
		Canvas: &maecenasv1.Canvas{CurrencyCode: "EUR", UnitEconomics: &maecenasv1.UnitEconomics{Unit: "ticket", OwnUnitCostMicros: proto.Int64(9_870_001), BenchmarkUnitCostMicros: proto.Int64(10_000_003), BenchmarkSource: "trade survey", Evidence: documented}},
	}
	c := in.Canvas
	for i := range n {
		number := int64(i + 1)
		id := func(prefix string) string { return fmt.Sprintf("%s-%d", prefix, i) }
		title := "A title of ordinary length"
		c.CustomerSegments = append(c.CustomerSegments, &maecenasv1.CustomerSegment{Id: id("segment"), Title: title, Payer: true, Evidence: documented})
		c.ValuePropositions = append(c.ValuePropositions, &maecenasv1.ValueProposition{Id: id("proposition"), Title: title, SegmentIds: []string{id("segment")}})
		c.Channels = append(c.Channels, &maecenasv1.Channel{Id: id("channel"), Title: title, SegmentIds: []string{id("segment")}})
		c.CustomerRelationships = append(c.CustomerRelationships, &maecenasv1.CustomerRelationship{
			Id: id("relationship"), Title: title, SegmentIds: []string{id("segment")}, CommitmentMonths: proto.Int32(int32(i % 30)), Evidence: documented,
		})
		c.RevenueStreams = append(c.RevenueStreams, &maecenasv1.RevenueStream{
			Id: id("stream"), Title: title, SegmentId: id("segment"), Kind: maecenasv1.RevenueStream_Kind(1 + i%12), Evidence: documented,
			AnnualAmount: proto.Int64(100_003 * number), Recurrence: maecenasv1.RevenueStream_Recurrence(1 + i%3), PrepaidShareBp: proto.Int32(int32(37 * i)),
			TopPayerShareBp: proto.Int32(int32(1 + 41*i)), Stage: maecenasv1.RevenueStream_Stage(1 + i%3),
		})
		c.KeyResources = append(c.KeyResources, &maecenasv1.KeyResource{
			Id: id("resource"), Title: title, Kind: maecenasv1.KeyResource_Kind(1 + i%4), ValuePropositionIds: []string{id("proposition")}, Evidence: documented,
			Rights: []*maecenasv1.Right{{Kind: maecenasv1.Right_COPYRIGHT, OwnedShareBp: proto.Int32(int32(9000 - 7*i))}},
		})
		c.KeyActivities = append(c.KeyActivities, &maecenasv1.KeyActivity{
			Id: id("activity"), Title: title, ValuePropositionIds: []string{id("proposition")}, EffortShareBp: proto.Int32(int32(10000 / n)),
			PerformedBy: maecenasv1.KeyActivity_PerformedBy(1 + i%5), CompensationPolicy: "a share", Evidence: documented,
		})
		c.KeyPartnerships = append(c.KeyPartnerships, &maecenasv1.KeyPartnership{Id: id("partner"), Title: title, HelixRole: maecenasv1.Organization_COMPANY})
		c.CostItems = append(c.CostItems, &maecenasv1.CostItem{
			Id: id("cost"), Title: title, AnnualAmount: proto.Int64(30_011 * number), Behaviour: maecenasv1.CostItem_Behaviour(1 + i%3), DriverId: id("activity"), Evidence: documented,
		})
		if i < 12 {
			c.Moats = append(c.Moats, &maecenasv1.Moat{Kind: maecenasv1.Moat_Kind(1 + i%7), Strength: proto.Int32(int32(i % 5)), Evidence: documented})
		}
		in.Team.Members = append(in.Team.Members, &maecenasv1.Team_Member{Role: maecenasv1.Team_Member_Role(1 + i%5), SectorYears: proto.Int32(int32(i % 60))})
	}
	return in
}

// BenchmarkAssess: several items in every block, everything stated; and the most
// that the schema allows.
func BenchmarkAssess(b *testing.B) {
	for _, n := range []int{6, 60} {
		b.Run(fmt.Sprintf("items=%d", n), func(b *testing.B) {
			in := filled(n)
			b.ReportAllocs()
			for b.Loop() {
				assess.Assess(in)
			}
		})
	}
}

// BenchmarkComplete: with hash, confidence, improvements and missing facts.
func BenchmarkComplete(b *testing.B) {
	for _, n := range []int{6, 60} {
		b.Run(fmt.Sprintf("items=%d", n), func(b *testing.B) {
			in := filled(n)
			a := assess.Assess(in)
			b.ReportAllocs()
			for b.Loop() {
				assess.Complete(a, in, today)
			}
		})
	}
}

func BenchmarkInputHash(b *testing.B) {
	in := filled(6)
	b.ReportAllocs()
	for b.Loop() {
		assess.InputHash(in, today)
	}
}

// level makes a canvas of 60 streams, one without an amount, in which what rises
// with that amount and what falls hold the score level: the search for the amount
// that makes it most has to look at every step of them.
func level() assess.Input {
	c := &maecenasv1.Canvas{CurrencyCode: "EUR", CustomerSegments: []*maecenasv1.CustomerSegment{{Id: "a"}, {Id: "b"}}}
	bound := func(months int32, segment string) *maecenasv1.CustomerRelationship {
		return &maecenasv1.CustomerRelationship{Id: "with-" + segment, SegmentIds: []string{segment}, CommitmentMonths: &months}
	}
	c.CustomerRelationships = []*maecenasv1.CustomerRelationship{bound(36, "a"), bound(5, "b")}
	for i := range 60 {
		one := &maecenasv1.RevenueStream{
			Id: fmt.Sprint("stream-", i), SegmentId: "a", Kind: maecenasv1.RevenueStream_ASSET_SALE,
			Recurrence: maecenasv1.RevenueStream_REPEAT, Stage: maecenasv1.RevenueStream_PLANNED,
			PrepaidShareBp: proto.Int32(0), TopPayerShareBp: proto.Int32(10000), AnnualAmount: proto.Int64(0),
		}
		switch i {
		case 0:
			one.Kind, one.Recurrence = maecenasv1.RevenueStream_PUBLIC_GRANT, maecenasv1.RevenueStream_ONE_OFF
			one.Stage, one.AnnualAmount = maecenasv1.RevenueStream_ACTUAL, nil
		case 1:
			one.AnnualAmount = proto.Int64(1_000_000_000)
		}
		c.RevenueStreams = append(c.RevenueStreams, one)
	}
	c.CostItems = []*maecenasv1.CostItem{{Id: "cost", AnnualAmount: proto.Int64(1000), Behaviour: maecenasv1.CostItem_FIXED}}
	rights := &maecenasv1.KeyResource{Id: "rights", Kind: maecenasv1.KeyResource_INTELLECTUAL}
	for _, share := range []int32{2171, 5733, 8728} {
		rights.Rights = append(rights.Rights, &maecenasv1.Right{Kind: maecenasv1.Right_COPYRIGHT, OwnedShareBp: &share})
	}
	c.KeyResources = []*maecenasv1.KeyResource{rights}
	return assess.Input{
		Canvas: c, Traction: &maecenasv1.Traction{PayingCustomers: proto.Int32(1)},
		Team: &maecenasv1.Team{Members: []*maecenasv1.Team_Member{
			{Role: maecenasv1.Team_Member_CREATIVE, SectorYears: proto.Int32(3)},
			{Role: maecenasv1.Team_Member_CREATIVE, SectorYears: proto.Int32(9)},
		}},
	}
}

// TestLevelScore holds what a canvas can cost that was made to cost much.
// Allocations stand for time, which depends on the machine.
//
//nolint:paralleltest // allocations are counted of the whole process
func TestLevelScore(t *testing.T) {
	in := level()
	a := assess.Assess(in)
	if allocated := testing.AllocsPerRun(1, func() { assess.Complete(a, in, "2026-03-01") }); allocated > 50_000 {
		t.Errorf("the search allocates %.0f times", allocated)
	}
}

func BenchmarkLevelScore(b *testing.B) {
	in := level()
	a := assess.Assess(in)
	b.ReportAllocs()
	for b.Loop() {
		assess.Complete(a, in, "2026-03-01")
	}
}
