package introduction_test

import (
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/app"
	"github.com/maecenas-cci/maecenas/internal/introduction"
	"github.com/maecenas-cci/maecenas/internal/record"
)

// TestAgreedDeal: what one side agreed to publish, the other does not rewrite.
func TestAgreedDeal(t *testing.T) {
	t.Parallel()
	w := open(t, app.Options{})
	i := w.walk("organization", "FUNDED", tour)
	for _, who := range []string{"ada", "ivo"} {
		if _, _, err := w.Publish(w.as(who), introduction.Request{Name: i.GetName()}); err != nil {
			t.Fatal(err)
		}
	}
	write := func(change *maecenasv1.Deal, path string) maecenasv1.ErrorReason {
		change.Name = i.GetDeal()
		_, _, err := w.Deals.Update(w.as("ivo"), record.Update[*maecenasv1.Deal]{Resource: change, Mask: &fieldmaskpb.FieldMask{Paths: []string{path}}})
		return reason(t, err)
	}
	for path, change := range map[string]*maecenasv1.Deal{
		"amount": {Amount: proto.Int64(9999999)}, "date": {Date: "2020-01-01"}, "instrument": {Instrument: maecenasv1.Instrument_EQUITY},
		"co_investors": {CoInvestors: []string{"Bura"}}, "snapshot": {Snapshot: &maecenasv1.Deal_Snapshot{}}, "stage": {Stage: maecenasv1.FundingStage_GROWTH},
		"round_number": {RoundNumber: proto.Int32(2)},
	} {
		if why := write(change, path); why != maecenasv1.ErrorReason_FIELD_INVALID {
			t.Errorf("%s of what both agreed to is written: %s", path, why)
		}
	}
	if why := write(&maecenasv1.Deal{ExternalIds: []*maecenasv1.ExternalId{{System: "books", Id: "7"}}}, "external_ids"); why != 0 {
		t.Errorf("an external id: %s", why)
	}
	if why := write(&maecenasv1.Deal{}, "published"); why != 0 {
		t.Errorf("no longer published: %s", why)
	}
}
