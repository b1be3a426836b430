package app_test

import (
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/app"
	"github.com/maecenas-cci/maecenas/internal/matchmaker"
	"github.com/maecenas-cci/maecenas/internal/record"
)

func records() []*maecenasv1.Record {
	o, n, i, m := theatre(), need(), investor(), mandate()
	o.Name, n.Name, i.Name = "organizations/teatro", "organizations/teatro/needs/tour", "investors/fondazione"
	m.Name, m.ExternalIds = "investors/fondazione/mandates/-", []*maecenasv1.ExternalId{{System: "portal", Id: "7"}}
	d := &maecenasv1.Deal{
		Name: "investors/fondazione/deals/first", Organization: o.Name, Date: "2025-05-05", Published: true,
	}
	return []*maecenasv1.Record{
		{Resource: &maecenasv1.Record_Organization{Organization: o}},
		{Resource: &maecenasv1.Record_Canvas{Canvas: canvas(o.Name)}},
		{Resource: &maecenasv1.Record_Need{Need: n}},
		{Resource: &maecenasv1.Record_Investor{Investor: i}},
		{Resource: &maecenasv1.Record_Mandate{Mandate: m}},
		{Resource: &maecenasv1.Record_Deal{Deal: d}},
	}
}

func TestImportTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	a := open(t)
	outcomes, revision, err := a.Import(local(t), records())
	if err != nil {
		t.Fatal(err)
	}
	for i, outcome := range outcomes {
		if outcome.Did != record.Created {
			t.Errorf("record %d: %v %v", i, outcome.Did, outcome.Err)
		}
	}
	ranked, err := a.MatchNeeds(local(t), outcomes[4].Name, matchmaker.Ranking{Limit: 5})
	if err != nil || len(ranked.Matches) != 1 {
		t.Errorf("matches after the import = %v, %v", ranked.Matches, err)
	}
	outcomes, again, err := a.Import(local(t), records())
	if err != nil {
		t.Fatal(err)
	}
	for i, outcome := range outcomes {
		if outcome.Did != record.Unchanged {
			t.Errorf("record %d the second time: %v %v", i, outcome.Did, outcome.Err)
		}
	}
	if again != revision {
		t.Errorf("the second import made revision %d after %d", again, revision)
	}
	changed := records()
	changed[2].GetNeed().Title = "Longer tour"
	if outcomes, _, err = a.Import(local(t), changed); err != nil || outcomes[2].Did != record.Updated || outcomes[1].Did != record.Unchanged {
		t.Errorf("outcomes = %v, %v", outcomes, err)
	}
}

func TestImportRejectsRecordByRecord(t *testing.T) {
	t.Parallel()
	a := open(t)
	all := records()
	all[1].GetCanvas().RevenueStreams[0].SegmentId = "nobody"
	all[2].GetNeed().Name = "organizations/other/needs/tour"
	all[3].GetInvestor().Type = 0
	all[4].GetMandate().ExternalIds = nil
	all[5].GetDeal().Date = "2025-02-30"
	outcomes, _, err := a.Import(local(t), append(all, &maecenasv1.Record{}))
	if err != nil {
		t.Fatal(err)
	}
	if outcomes[0].Did != record.Created {
		t.Errorf("a valid record among others: %v", outcomes[0])
	}
	const invalid = maecenasv1.ErrorReason_FIELD_INVALID
	wantError(t, outcomes[1].Err, codes.InvalidArgument, invalid, "canvas.revenueStreams[0].segmentId")
	wantError(t, outcomes[2].Err, codes.NotFound, maecenasv1.ErrorReason_PARENT_NOT_FOUND)
	wantError(t, outcomes[3].Err, codes.InvalidArgument, invalid, "investor.type")
	wantError(t, outcomes[4].Err, codes.InvalidArgument, invalid, "mandate.name")
	wantError(t, outcomes[5].Err, codes.InvalidArgument, invalid, "deal.date")
	wantError(t, outcomes[6].Err, codes.InvalidArgument, invalid, "")
}

func TestExportImportsToTheSame(t *testing.T) {
	t.Parallel()
	export := func(a *app.App) (all []*maecenasv1.Record) {
		if err := a.Export(local(t), func(r *maecenasv1.Record) error {
			all = append(all, r)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return all
	}
	first, second := open(t), open(t)
	if _, _, err := first.Import(local(t), records()); err != nil {
		t.Fatal(err)
	}
	out := export(first)
	outcomes, _, err := second.Import(local(t), out)
	if err != nil {
		t.Fatal(err)
	}
	for i, outcome := range outcomes {
		if outcome.Did != record.Created || outcome.Name != nameOf(out[i]) {
			t.Errorf("record %d: %v", i, outcome)
		}
	}
	if again := export(second); len(again) != len(out) || !proto.Equal(again[0].GetOrganization().GetPlace(), out[0].GetOrganization().GetPlace()) {
		t.Errorf("exported %d records, then %d", len(out), len(again))
	}
}

func nameOf(r *maecenasv1.Record) string {
	for _, named := range []interface{ GetName() string }{
		r.GetOrganization(), r.GetCanvas(), r.GetNeed(), r.GetInvestor(), r.GetMandate(), r.GetDeal(),
	} {
		if named.GetName() != "" {
			return named.GetName()
		}
	}
	return ""
}
