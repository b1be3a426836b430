package assess_test

import (
	"testing"

	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/assess"
)

// FuzzAssess: no message that can be decoded, valid or not, makes it panic or
// breaks what holds of any assessment.
func FuzzAssess(f *testing.F) {
	for _, v := range loadVectors(f) {
		request := &maecenasv1.PreviewAssessmentRequest{Organization: v.organization, Canvas: v.canvas, AssessDate: v.date}
		text, err := proto.Marshal(request)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text, false)
	}
	f.Add([]byte{}, true)
	f.Fuzz(func(t *testing.T, text []byte, undisclosed bool) {
		var request maecenasv1.PreviewAssessmentRequest
		if proto.Unmarshal(text, &request) != nil {
			t.Skip("not a message")
		}
		assess.Check(request.Organization, request.Canvas)
		in := assess.Of(request.Organization, request.Canvas)
		in.CanvasUndisclosed = undisclosed
		a := assess.Assess(in)
		assess.Complete(a, in, request.AssessDate)
		wholeness(t, a)
		if c := a.GetConfidence(); c < 0 || c > 10000 {
			t.Fatalf("confidence %d", c)
		}
	})
}

// TestOutOfRange: numbers that the schema refuses count as the nearer end, and
// nil items as empty ones.
func TestOutOfRange(t *testing.T) {
	t.Parallel()
	const huge = 1<<63 - 1
	in := filled(3)
	in.Financials.Cash, in.Financials.MonthlyBurn = proto.Int64(huge), proto.Int64(-huge)
	in.Financials.Revenue12M, in.Financials.Ebitda12M = proto.Int64(huge), proto.Int64(-huge)
	in.Team.Members = append(in.Team.Members, nil, &maecenasv1.Team_Member{Role: 99, SectorYears: proto.Int32(-5)})
	c := in.Canvas
	for _, s := range c.RevenueStreams {
		s.AnnualAmount, s.PrepaidShareBp, s.Stage = proto.Int64(huge), proto.Int32(1<<31-1), 99
	}
	c.CustomerSegments = append(c.CustomerSegments, nil)
	c.ValuePropositions = append(c.ValuePropositions, nil)
	c.Channels = append(c.Channels, nil)
	c.CustomerRelationships = append(c.CustomerRelationships, nil)
	c.RevenueStreams = append(c.RevenueStreams, nil, &maecenasv1.RevenueStream{SegmentId: "nowhere", AnnualAmount: proto.Int64(-huge)})
	c.KeyResources = append(c.KeyResources, nil, &maecenasv1.KeyResource{Kind: maecenasv1.KeyResource_INTELLECTUAL, Rights: []*maecenasv1.Right{nil}})
	c.KeyActivities = append(c.KeyActivities, nil, &maecenasv1.KeyActivity{EffortShareBp: proto.Int32(-1), PerformedBy: -3})
	c.CostItems = append(c.CostItems, nil, &maecenasv1.CostItem{AnnualAmount: proto.Int64(huge), Behaviour: -1})
	c.Moats = append(c.Moats, nil, &maecenasv1.Moat{Kind: 99, Strength: proto.Int32(77)})
	a := full(in)
	wholeness(t, a)
	for _, one := range append(a.Dimensions[:0:0], a.Dimensions...) {
		if one.GetPotential() > 10000 || one.GetScore() < 0 {
			t.Errorf("%v", one)
		}
	}
}

// TestManyItems crosses the size from which ids are found by a map.
func TestManyItems(t *testing.T) {
	t.Parallel()
	in := filled(60)
	got, want := full(in), oracleAssess(in, today)
	if got.Score != want.Score || got.Potential != want.Potential || got.GetConfidence() != want.GetConfidence() {
		t.Errorf("score %d, potential %d, confidence %d; want %d, %d, %d",
			got.Score, got.Potential, got.GetConfidence(), want.Score, want.Potential, want.GetConfidence())
	}
}
