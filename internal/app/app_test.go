package app_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/app"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/matchmaker"
	"github.com/maecenas-cci/maecenas/internal/store/memstore"
)

// noon is the moment at which every test of this package happens.
var noon = time.Date(2026, time.November, 24, 12, 0, 0, 0, time.UTC)

func open(t *testing.T) *app.App {
	t.Helper()
	s := memstore.New(memstore.Options{})
	t.Cleanup(func() { _ = s.Close() })
	a, err := app.Open(t.Context(), app.Options{Store: s, Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// shown discloses everything.
func shown() *maecenasv1.Organization_Disclosure {
	const to = maecenasv1.Organization_TO_INVESTORS
	return &maecenasv1.Organization_Disclosure{Canvas: to, Traction: to, Financials: to, Team: to, FundingHistory: to, Terms: to}
}

func theatre() *maecenasv1.Organization {
	return &maecenasv1.Organization{
		DisplayName: "Teatro", LegalForm: maecenasv1.Organization_ASSOCIATION, HelixRole: maecenasv1.Organization_COMPANY,
		Place:  &maecenasv1.Place{CountryCode: "IT", RegionCode: "ITF47", Locality: "Bari"},
		Listed: true, Disclosure: shown(),
		CulturalDomains: []maecenasv1.Organization_CulturalDomain{maecenasv1.Organization_PERFORMING_ARTS},
		Activities:      []*maecenasv1.Activity{{Scheme: maecenasv1.Activity_NACE_2, Code: "9001"}},
		Financials: &maecenasv1.Financials{
			CurrencyCode: "EUR", Cash: proto.Int64(60000), MonthlyBurn: proto.Int64(5000), Revenue12M: proto.Int64(300000),
			FullTimeEquivalents: proto.Int32(7), BalanceSheetTotal: proto.Int64(90000),
		},
	}
}

func canvas(organization string) *maecenasv1.Canvas {
	return &maecenasv1.Canvas{
		Name: organization + "/canvas", CurrencyCode: "EUR",
		CustomerSegments:  []*maecenasv1.CustomerSegment{{Id: "public", Payer: true}},
		ValuePropositions: []*maecenasv1.ValueProposition{{Id: "plays", SegmentIds: []string{"public"}}},
		RevenueStreams: []*maecenasv1.RevenueStream{{
			Id: "tickets", SegmentId: "public", Kind: maecenasv1.RevenueStream_TICKETING, AnnualAmount: proto.Int64(200000),
			Recurrence: maecenasv1.RevenueStream_REPEAT, Stage: maecenasv1.RevenueStream_ACTUAL,
		}},
	}
}

func need() *maecenasv1.Need {
	return &maecenasv1.Need{
		Title: "Tour", Purpose: maecenasv1.Need_PROJECT, CurrencyCode: "EUR", State: maecenasv1.Need_OPEN,
		AmountMin: proto.Int64(20000), AmountMax: proto.Int64(40000), Stage: maecenasv1.FundingStage_EARLY,
		Instruments: []maecenasv1.Instrument_Kind{maecenasv1.Instrument_GRANT},
	}
}

func investor() *maecenasv1.Investor {
	return &maecenasv1.Investor{DisplayName: "Fondazione", Type: maecenasv1.Investor_FOUNDATION}
}

func mandate(requirements ...*maecenasv1.Requirement) *maecenasv1.Mandate {
	return &maecenasv1.Mandate{
		Title: "Stage", State: maecenasv1.Mandate_PUBLISHED,
		Instruments: []*maecenasv1.InstrumentOffer{{
			Instrument: maecenasv1.Instrument_GRANT, AmountMin: proto.Int64(10000), AmountMax: proto.Int64(50000), CurrencyCode: "EUR",
		}},
		Preferences: &maecenasv1.Preferences{
			Places: []*maecenasv1.Preferences_PlaceWish{{CountryCode: "IT", RegionCode: "ITF4", Grade: 100}},
		},
		Requirements: requirements,
	}
}

// story is an organization with a need and an investor with a mandate.
type story struct {
	*app.App
	organization *maecenasv1.Organization
	need         *maecenasv1.Need
	mandate      *maecenasv1.Mandate
}

func tell(t *testing.T, o *maecenasv1.Organization, m *maecenasv1.Mandate) story {
	t.Helper()
	s := story{App: open(t)}
	ctx := t.Context()
	s.organization = must(s.Organizations.Create(ctx, app.Creation[*maecenasv1.Organization]{Resource: o, ID: "teatro"}))(t)
	must(s.Canvases.Update(ctx, app.Change[*maecenasv1.Canvas]{Resource: canvas("organizations/teatro")}))(t)
	s.need = must(s.Needs.Create(ctx, app.Creation[*maecenasv1.Need]{Parent: "organizations/teatro", Resource: need(), ID: "tour"}))(t)
	must(s.Investors.Create(ctx, app.Creation[*maecenasv1.Investor]{Resource: investor(), ID: "fondazione"}))(t)
	s.mandate = must(s.Mandates.Create(ctx, app.Creation[*maecenasv1.Mandate]{Parent: "investors/fondazione", Resource: m, ID: "stage"}))(t)
	return s
}

func must[T any](value T, _ int64, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

func wantError(t *testing.T, err error, code codes.Code, reason maecenasv1.ErrorReason, fields ...string) {
	t.Helper()
	var own *fault.Error
	if !errors.As(err, &own) {
		t.Fatalf("error = %v, want %s", err, reason)
	}
	if own.Code != code || own.Reason != reason {
		t.Fatalf("error = %s %s (%s), want %s %s", own.Code, own.Reason, own.Message, code, reason)
	}
	var got []string
	for _, violation := range own.Violations {
		got = append(got, violation.Field)
	}
	if !slices.Equal(got, fields) {
		t.Fatalf("violations = %q, want %q", got, fields)
	}
}

func TestReadYourOwnWrite(t *testing.T) {
	t.Parallel()
	s := tell(t, theatre(), mandate())
	ranked, err := s.MatchNeeds(t.Context(), s.mandate.GetName(), matchmaker.Ranking{Limit: 20, Full: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(ranked.Matches) != 1 || ranked.Matches[0].GetNeed() != s.need.GetName() {
		t.Fatalf("matches = %v, want the need just written", ranked.Matches)
	}
	one, sum := ranked.Matches[0], int32(0)
	for _, term := range one.GetTerms() {
		sum += term.GetContribution()
	}
	if sum != one.GetScore() || sum == 0 {
		t.Errorf("contributions sum to %d, score is %d", sum, one.GetScore())
	}
	if one.Confidence == nil || one.GetOrganizationDisplayName() != "Teatro" || one.GetRank() != 1 {
		t.Errorf("match lacks confidence, name or rank: %v", one)
	}
	if ranked.Revision != s.Revision() || ranked.Date != "2026-11-24" {
		t.Errorf("revision %d, date %s", ranked.Revision, ranked.Date)
	}
	back, err := s.MatchMandates(t.Context(), s.need.GetName(), matchmaker.Ranking{Limit: 20, Full: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(back.Matches) != 1 || back.Matches[0].GetScore() != one.GetScore() {
		t.Errorf("the pair's score differs by direction: %v and %v", back.Matches, one.GetScore())
	}
}

func TestAssessmentsFollowTheirInputs(t *testing.T) {
	t.Parallel()
	s := tell(t, theatre(), mandate())
	ctx := t.Context()
	count := func() int {
		page, err := s.Assessments(ctx, app.Listing{Parent: "organizations/teatro", Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		return len(page.Records)
	}
	before := count()
	change := &maecenasv1.Organization{Name: "organizations/teatro", Description: "on the road"}
	must(s.Organizations.Update(ctx, app.Change[*maecenasv1.Organization]{Resource: change}))(t)
	if got := count(); got != before {
		t.Errorf("a description made %d assessments", got-before)
	}
	change = &maecenasv1.Organization{Name: "organizations/teatro", Traction: &maecenasv1.Traction{Pilots: proto.Int32(2)}}
	must(s.Organizations.Update(ctx, app.Change[*maecenasv1.Organization]{Resource: change}))(t)
	if got := count(); got != before+2 {
		t.Errorf("a fact that is disclosed made %d assessments, want one of each basis", got-before)
	}
	before = count()
	change = &maecenasv1.Organization{Name: "organizations/teatro", Disclosure: &maecenasv1.Organization_Disclosure{
		Canvas: maecenasv1.Organization_ON_INTRODUCTION,
	}}
	must(s.Organizations.Update(ctx, app.Change[*maecenasv1.Organization]{Resource: change}))(t)
	if got := count(); got != before+1 {
		t.Errorf("keeping the canvas back made %d assessments, want one over what is disclosed", got-before)
	}
	current, _, err := s.Assessment(ctx, app.AssessmentQuery{Name: "organizations/teatro/assessments/current", Full: true})
	if err != nil {
		t.Fatal(err)
	}
	if current.GetBasis() != maecenasv1.Assessment_ALL || current.Confidence == nil || len(current.GetImprovements()) == 0 {
		t.Errorf("current = %v", current)
	}
}

func TestUpdate(t *testing.T) {
	t.Parallel()
	s := tell(t, theatre(), mandate())
	ctx := t.Context()
	update := func(n *maecenasv1.Need, paths ...string) (*maecenasv1.Need, error) {
		n.Name = s.need.GetName()
		updated, _, err := s.Needs.Update(ctx, app.Change[*maecenasv1.Need]{Resource: n, Mask: &fieldmaskpb.FieldMask{Paths: paths}})
		return updated, err
	}
	updated, err := update(&maecenasv1.Need{Title: "Longer tour", Uid: "theirs"}, "title", "uid")
	if err != nil {
		t.Fatal(err)
	}
	if updated.GetTitle() != "Longer tour" || updated.GetUid() != s.need.GetUid() || updated.GetPurpose() != s.need.GetPurpose() {
		t.Errorf("updated = %v", updated)
	}
	_, err = update(&maecenasv1.Need{Title: "x", Etag: s.need.GetEtag()}, "title")
	wantError(t, err, codes.Aborted, maecenasv1.ErrorReason_ETAG_STALE)
	var stale *fault.Error
	if errors.As(err, &stale); stale.Metadata["etag"] != updated.GetEtag() {
		t.Errorf("the error names etag %q, want %q", stale.Metadata["etag"], updated.GetEtag())
	}
	_, err = update(&maecenasv1.Need{AmountMin: proto.Int64(-1)}, "amount_min")
	wantError(t, err, codes.InvalidArgument, maecenasv1.ErrorReason_FIELD_INVALID, "need.amountMin")
	_, err = update(&maecenasv1.Need{}, "title.x", "nothing")
	wantError(t, err, codes.InvalidArgument, maecenasv1.ErrorReason_FIELD_INVALID, "updateMask", "updateMask")
	_, err = update(&maecenasv1.Need{}, "title")
	wantError(t, err, codes.InvalidArgument, maecenasv1.ErrorReason_FIELD_INVALID, "need.title")
	revision := s.Revision()
	if same, err := update(&maecenasv1.Need{Title: "Longer tour"}, "title"); err != nil || same.GetEtag() != updated.GetEtag() || s.Revision() != revision {
		t.Errorf("writing the same made revision %d of %d, etag %s of %s, error %v", s.Revision(), revision, same.GetEtag(), updated.GetEtag(), err)
	}
}

func TestInvalidRecordsAreNotWritten(t *testing.T) {
	t.Parallel()
	s := tell(t, theatre(), mandate())
	ctx, revision := t.Context(), s.Revision()
	organization := theatre()
	organization.Place.RegionCode = "ITX9"
	organization.Activities[0].Code = "00.00"
	organization.Activities[0].ShareBp = proto.Int32(10001)
	organization.Traction = &maecenasv1.Traction{Evidence: &maecenasv1.Evidence{Level: maecenasv1.Evidence_THIRD_PARTY_VERIFIED}}
	_, _, err := s.Organizations.Create(ctx, app.Creation[*maecenasv1.Organization]{Resource: organization})
	wantError(t, err, codes.InvalidArgument, maecenasv1.ErrorReason_FIELD_INVALID,
		"organization.activities[0].shareBp", "organization.place.regionCode", "organization.activities[0].code",
		"organization.activities", "organization.traction.evidence.level")
	broken := canvas("organizations/teatro")
	broken.RevenueStreams[0].SegmentId = "nobody"
	_, _, err = s.Canvases.Update(ctx, app.Change[*maecenasv1.Canvas]{Resource: broken})
	wantError(t, err, codes.InvalidArgument, maecenasv1.ErrorReason_FIELD_INVALID, "canvas.revenueStreams[0].segmentId")
	_, _, err = s.Needs.Create(ctx, app.Creation[*maecenasv1.Need]{Parent: "organizations/nobody", Resource: need()})
	wantError(t, err, codes.NotFound, maecenasv1.ErrorReason_PARENT_NOT_FOUND)
	_, _, err = s.Needs.Create(ctx, app.Creation[*maecenasv1.Need]{Parent: "organizations/teatro", Resource: need(), ID: "tour"})
	wantError(t, err, codes.AlreadyExists, maecenasv1.ErrorReason_RESOURCE_EXISTS)
	_, _, err = s.Deals.Create(ctx, app.Creation[*maecenasv1.Deal]{
		Parent: "investors/fondazione", Resource: &maecenasv1.Deal{Organization: "organizations/nobody", Date: "2026-01-01"},
	})
	wantError(t, err, codes.InvalidArgument, maecenasv1.ErrorReason_REFERENCE_NOT_FOUND, "deal.organization")
	_, _, err = s.Organizations.Update(ctx, app.Change[*maecenasv1.Organization]{Resource: &maecenasv1.Organization{
		Name: "organizations/teatro", ExcludedInvestors: []string{"investors/fondazione", "investors/nobody"},
	}})
	wantError(t, err, codes.InvalidArgument, maecenasv1.ErrorReason_REFERENCE_NOT_FOUND, "organization.excludedInvestors[1]")
	deep := &maecenasv1.Requirement{Rule: &maecenasv1.Requirement_Readiness{Readiness: &maecenasv1.Requirement_MinReadiness{Level: 3}}}
	for range 4 {
		deep = &maecenasv1.Requirement{Rule: &maecenasv1.Requirement_Not{Not: deep}}
	}
	_, _, err = s.Mandates.Create(ctx, app.Creation[*maecenasv1.Mandate]{Parent: "investors/fondazione", Resource: mandate(deep)})
	wantError(t, err, codes.InvalidArgument, maecenasv1.ErrorReason_FIELD_INVALID, "mandate.requirements[0].not.not.not.not")
	if s.Revision() != revision {
		t.Errorf("invalid records made revisions up to %d", s.Revision())
	}
}

func TestDelete(t *testing.T) {
	t.Parallel()
	s := tell(t, theatre(), mandate())
	ctx := t.Context()
	_, err := s.Organizations.Delete(ctx, app.Deletion{Name: "organizations/teatro"})
	wantError(t, err, codes.FailedPrecondition, maecenasv1.ErrorReason_RESOURCE_HAS_CHILDREN)
	if _, err := s.Organizations.Delete(ctx, app.Deletion{Name: "organizations/teatro", Force: true}); err != nil {
		t.Fatal(err)
	}
	if ranked, err := s.MatchNeeds(ctx, s.mandate.GetName(), matchmaker.Ranking{Limit: 20}); err != nil || len(ranked.Matches) != 0 {
		t.Errorf("a deleted organization's need is ranked: %v, %v", ranked.Matches, err)
	}
	_, _, err = s.Organizations.Get(ctx, "organizations/teatro", 0)
	wantError(t, err, codes.NotFound, maecenasv1.ErrorReason_RESOURCE_NOT_FOUND)
	_, err = s.Organizations.Delete(ctx, app.Deletion{Name: "organizations/teatro"})
	wantError(t, err, codes.NotFound, maecenasv1.ErrorReason_RESOURCE_NOT_FOUND)
}

func TestCanvasRevisions(t *testing.T) {
	t.Parallel()
	s := tell(t, theatre(), mandate())
	ctx := t.Context()
	second := canvas("organizations/teatro")
	second.RevenueStreams[0].AnnualAmount = proto.Int64(1)
	if got := must(s.Canvases.Update(ctx, app.Change[*maecenasv1.Canvas]{Resource: second}))(t); got.GetRevision() != 2 {
		t.Fatalf("revision = %d, want 2", got.GetRevision())
	}
	restored := must(s.RestoreCanvas(ctx, "organizations/teatro/canvas/revisions/1", "", app.Intent{}))(t)
	if restored.GetRevision() != 3 || restored.GetRevenueStreams()[0].GetAnnualAmount() != 200000 {
		t.Errorf("restored = %v", restored)
	}
	page, err := s.CanvasRevisions(ctx, app.Listing{Parent: "organizations/teatro/canvas", Limit: 2})
	if err != nil || len(page.Records) != 2 || page.Next == nil || page.Records[0].GetSnapshot().GetRevision() != 3 {
		t.Errorf("page = %v, %v", page, err)
	}
	_, _, err = s.RestoreCanvas(ctx, "organizations/teatro/canvas/revisions/9", "", app.Intent{})
	wantError(t, err, codes.NotFound, maecenasv1.ErrorReason_RESOURCE_NOT_FOUND)
}

func TestRequestIDIsHonoured(t *testing.T) {
	t.Parallel()
	s := tell(t, theatre(), mandate())
	create := func(digest string) (*maecenasv1.Need, error) {
		made, _, err := s.Needs.Create(t.Context(), app.Creation[*maecenasv1.Need]{
			Parent: "organizations/teatro", Resource: need(), Intent: app.Intent{RequestID: "r", Digest: []byte(digest)},
		})
		return made, err
	}
	first, err := create("a")
	if err != nil {
		t.Fatal(err)
	}
	if again, err := create("a"); err != nil || again.GetName() != first.GetName() {
		t.Errorf("the same request made %s after %s (%v)", again.GetName(), first.GetName(), err)
	}
	_, err = create("b")
	wantError(t, err, codes.InvalidArgument, maecenasv1.ErrorReason_REQUEST_ID_REUSED, "requestId")
}

func TestValidateOnlyWritesNothing(t *testing.T) {
	t.Parallel()
	s := tell(t, theatre(), mandate())
	revision := s.Revision()
	made := must(s.Needs.Create(t.Context(), app.Creation[*maecenasv1.Need]{
		Parent: "organizations/teatro", Resource: need(), ID: "second", Intent: app.Intent{ValidateOnly: true},
	}))(t)
	if made.GetUid() == "" || s.Revision() != revision {
		t.Errorf("made %v at revision %d of %d", made, s.Revision(), revision)
	}
	_, _, err := s.Needs.Get(t.Context(), made.GetName(), 0)
	wantError(t, err, codes.NotFound, maecenasv1.ErrorReason_RESOURCE_NOT_FOUND)
}

func TestMinRevisionWaits(t *testing.T) {
	t.Parallel()
	s := tell(t, theatre(), mandate())
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, _, err := s.Needs.Get(ctx, s.need.GetName(), s.Revision()+1)
	wantError(t, err, codes.Unavailable, maecenasv1.ErrorReason_REVISION_NOT_REACHED)
}

func mask(paths ...string) *fieldmaskpb.FieldMask { return &fieldmaskpb.FieldMask{Paths: paths} }
