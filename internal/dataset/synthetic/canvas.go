package synthetic

import (
	"fmt"

	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

func canvases(o Options, i int, yield func(*maecenasv1.Record) bool) bool {
	p, d := profileOf(o, i), throw(o, forCanvas, i)
	if o.WithoutCanvases || d.of(10) {
		return true
	}
	c := &maecenasv1.Canvas{Name: p.name + "/canvas", CurrencyCode: p.land.currency}
	segments := d.between(1, 2+p.quality/40)
	for s := range segments {
		addSegment(c, d, p, s, segments)
	}
	addMeans(c, d, p, segments)
	addMoats(c, d, p)
	if d.of(p.quality) {
		own := int64(d.between(5, 200)) * 1_000_000
		c.UnitEconomics = &maecenasv1.UnitEconomics{
			Unit: "piece", OwnUnitCostMicros: proto.Int64(own),
			BenchmarkUnitCostMicros: proto.Int64(own * int64(60+d.around(p.quality, 30)) / 100),
			BenchmarkSource:         "price lists", Evidence: evidence(d, p),
		}
	}
	return yield(&maecenasv1.Record{Resource: &maecenasv1.Record_Canvas{Canvas: c}})
}

// addSegment adds the s-th segment with its proposition, channel, relationship and
// stream; ids end in its number.
func addSegment(c *maecenasv1.Canvas, d dice, p profile, s, segments int) {
	id := func(block string) string { return fmt.Sprintf("%s-%d", block, s) }
	segment := []string{id("segment")}
	c.CustomerSegments = append(c.CustomerSegments, &maecenasv1.CustomerSegment{
		Id: id("segment"), Title: "Segment", Payer: true, Evidence: evidence(d, p),
	})
	c.ValuePropositions = append(c.ValuePropositions, &maecenasv1.ValueProposition{
		Id: id("proposition"), Title: "Proposition", SegmentIds: segment, Evidence: evidence(d, p),
	})
	if d.of(50 + p.quality/2) {
		c.Channels = append(c.Channels, &maecenasv1.Channel{Id: id("channel"), Title: "Channel", SegmentIds: segment})
	}
	if d.of(50 + p.quality/2) {
		c.CustomerRelationships = append(c.CustomerRelationships, &maecenasv1.CustomerRelationship{
			Id: id("relationship"), Title: "Relationship", SegmentIds: segment,
			CommitmentMonths: fact(d, p, int32(d.around(p.quality, 30)*36/100)), Evidence: evidence(d, p),
		})
	}
	kinds := []maecenasv1.RevenueStream_Kind{
		maecenasv1.RevenueStream_SERVICE_FEE, maecenasv1.RevenueStream_ASSET_SALE, maecenasv1.RevenueStream_PUBLIC_GRANT,
		maecenasv1.RevenueStream_TICKETING, maecenasv1.RevenueStream_LICENSING, maecenasv1.RevenueStream_SUBSCRIPTION,
		maecenasv1.RevenueStream_DONATION,
	}
	stage := maecenasv1.RevenueStream_ACTUAL
	if !d.of(40 + p.quality/2) {
		stage = even(d, []maecenasv1.RevenueStream_Stage{0, maecenasv1.RevenueStream_PLANNED, maecenasv1.RevenueStream_PILOT})
	}
	c.RevenueStreams = append(c.RevenueStreams, &maecenasv1.RevenueStream{
		Id: id("stream"), Title: "Stream", SegmentId: id("segment"), Kind: pick(d, kinds), Stage: stage,
		AnnualAmount:    fact(d, p, p.revenue/int64(segments)),
		Recurrence:      maecenasv1.RevenueStream_Recurrence(1 + d.around(p.quality, 40)*2/100),
		PrepaidShareBp:  fact(d, p, int32(d.around(p.quality, 40)*100)),
		TopPayerShareBp: fact(d, p, int32(100+d.around(100-p.quality, 40)*99)),
		Evidence:        evidence(d, p),
	})
}

// addMeans adds resources, activities and costs for all propositions.
func addMeans(c *maecenasv1.Canvas, d dice, p profile, segments int) {
	var propositions []string
	for s := range segments {
		propositions = append(propositions, fmt.Sprintf("proposition-%d", s))
	}
	work := &maecenasv1.KeyResource{
		Id: "work", Title: "Work", Kind: maecenasv1.KeyResource_INTELLECTUAL, ValuePropositionIds: propositions, Evidence: evidence(d, p),
	}
	if d.of(70) {
		work.Rights = []*maecenasv1.Right{{Kind: maecenasv1.Right_COPYRIGHT, OwnedShareBp: fact(d, p, int32(d.around(p.quality, 40)*100))}}
	}
	c.KeyResources = append(c.KeyResources, work, &maecenasv1.KeyResource{
		Id: "house", Title: "House", Kind: maecenasv1.KeyResource_PHYSICAL, ValuePropositionIds: propositions[:1],
	})
	others := even(d, []maecenasv1.KeyActivity_PerformedBy{
		maecenasv1.KeyActivity_PAID_PARTNER, maecenasv1.KeyActivity_USERS, maecenasv1.KeyActivity_VOLUNTEERS,
	})
	own := int32(d.between(5, 9) * 1000)
	c.KeyActivities = append(c.KeyActivities,
		&maecenasv1.KeyActivity{
			Id: "make", Title: "Make", ValuePropositionIds: propositions, EffortShareBp: fact(d, p, own),
			PerformedBy: maecenasv1.KeyActivity_SELF, Evidence: evidence(d, p),
		},
		&maecenasv1.KeyActivity{
			Id: "others", Title: "Done by others", ValuePropositionIds: propositions[:1],
			EffortShareBp: fact(d, p, 10000-own), PerformedBy: others,
		})
	share := int64(110 - d.around(p.quality, 20)/2)
	for i, cost := range []string{"pay", "material", "house"} {
		c.CostItems = append(c.CostItems, &maecenasv1.CostItem{
			Id: "cost-" + cost, Title: cost, DriverId: []string{"make", "others", "house"}[i],
			AnnualAmount: fact(d, p, p.revenue*share/100/int64(i+2)),
			Behaviour:    maecenasv1.CostItem_Behaviour(1 + d.around(100-p.quality, 40)*2/100),
		})
	}
}

func addMoats(c *maecenasv1.Canvas, d dice, p profile) {
	for kind := maecenasv1.Moat_RIGHTS; kind <= maecenasv1.Moat_SCALE; kind++ {
		if d.of(15 + p.quality/4) {
			c.Moats = append(c.Moats, &maecenasv1.Moat{
				Kind: kind, Title: kind.String(), Strength: fact(d, p, int32(d.around(p.quality, 30)*4/100)), Evidence: evidence(d, p),
			})
		}
	}
}
