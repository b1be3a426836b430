package assess_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/assess"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	organization := &maecenasv1.Organization{Activities: []*maecenasv1.Activity{
		{Code: "59.11", ShareBp: proto.Int32(6000)}, {Code: "90.01", ShareBp: proto.Int32(4001)}, {Code: "90.02"},
	}}
	canvas := &maecenasv1.Canvas{
		CustomerSegments:  []*maecenasv1.CustomerSegment{{Id: "families"}, {Id: "schools"}, {Id: "families"}, {}, {}},
		ValuePropositions: []*maecenasv1.ValueProposition{{Id: "shows", SegmentIds: []string{"families", "nobody"}}},
		Channels:          []*maecenasv1.Channel{{Id: "web", SegmentIds: []string{"shows"}}},
		CustomerRelationships: []*maecenasv1.CustomerRelationship{
			{Id: "club", SegmentIds: []string{"schools", ""}},
		},
		RevenueStreams: []*maecenasv1.RevenueStream{{Id: "tickets", SegmentId: "web"}, {Id: "web", SegmentId: "schools"}, {}},
		KeyResources:   []*maecenasv1.KeyResource{{Id: "hall", ValuePropositionIds: []string{"shows"}}},
		KeyActivities: []*maecenasv1.KeyActivity{
			{Id: "rehearse", ValuePropositionIds: []string{"families"}, EffortShareBp: proto.Int32(9000)},
			{Id: "sell", EffortShareBp: proto.Int32(1001)},
		},
		KeyPartnerships: []*maecenasv1.KeyPartnership{{Id: "tickets"}},
		CostItems:       []*maecenasv1.CostItem{{Id: "rent", DriverId: "hall"}, {Id: "fees", DriverId: "rehearse"}, {Id: "odd", DriverId: "shows"}, {Id: "free"}},
	}
	want := []assess.Violation{
		{"organization.activities", "the shares are together 10001 basis points, more than 10000"},
		{"canvas.customerSegments[2].id", `"families" is already the id of canvas.customerSegments[0]`},
		{"canvas.revenueStreams[1].id", `"web" is already the id of canvas.channels[0]`},
		{"canvas.keyPartnerships[0].id", `"tickets" is already the id of canvas.revenueStreams[0]`},
		{"canvas.valuePropositions[0].segmentIds[1]", `"nobody" is not the id of any item of the canvas`},
		{"canvas.channels[0].segmentIds[0]", `"shows" is the id of canvas.valuePropositions[0], not of an item of customerSegments`},
		{"canvas.customerRelationships[0].segmentIds[1]", `"" is not the id of any item of the canvas`},
		{"canvas.revenueStreams[0].segmentId", `"web" is the id of canvas.channels[0], not of an item of customerSegments`},
		{"canvas.keyActivities[0].valuePropositionIds[0]", `"families" is the id of canvas.customerSegments[0], not of an item of valuePropositions`},
		{"canvas.keyActivities", "the shares of effort are together 10001 basis points, more than 10000"},
		{"canvas.costItems[2].driverId", `"shows" is the id of canvas.valuePropositions[0], not of an item of keyActivities or keyResources`},
	}
	if diff := cmp.Diff(want, assess.Check(organization, canvas)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := assess.Check(nil, nil); got != nil {
		t.Errorf("nothing at all: %v", got)
	}
}
