package attest_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/app"
	"github.com/maecenas-cci/maecenas/internal/assess"
	"github.com/maecenas-cci/maecenas/internal/attest"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/matchmaker"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/store/memstore"
)

const (
	theatre = "organizations/teatro"
	tour    = "organizations/teatro/needs/tour"
	fund    = "investors/fondo"
	call    = "investors/fondo/mandates/bando"
)

// world is an organization and an investor, and people: vito is a verifier whom the
// organization let in as a viewer, vera one whom it did not, ada edits it and is a
// verifier too, ivo edits the investor.
type world struct {
	*app.App
	*attest.Service
	t   *testing.T
	now time.Time
}

func open(t *testing.T, disclosed maecenasv1.Organization_Visibility) *world {
	t.Helper()
	w := &world{t: t, now: time.Date(2026, time.November, 24, 12, 0, 0, 0, time.UTC)}
	s := memstore.New(memstore.Options{})
	t.Cleanup(func() { _ = s.Close() })
	var err error
	if w.App, err = app.Open(t.Context(), app.Options{Store: s, Now: func() time.Time { return w.now }}); err != nil {
		t.Fatal(err)
	}
	w.Service = attest.New(w.Keeper())
	create(w, w.Organizations, "", "teatro", &maecenasv1.Organization{
		DisplayName: "Teatro", LegalForm: maecenasv1.Organization_ASSOCIATION, HelixRole: maecenasv1.Organization_COMPANY,
		Place: &maecenasv1.Place{CountryCode: "IT"}, Listed: true,
		Disclosure: &maecenasv1.Organization_Disclosure{Traction: disclosed, Canvas: disclosed},
		Traction: &maecenasv1.Traction{
			Pilots: proto.Int32(2), PayingCustomers: proto.Int32(40),
			Evidence: &maecenasv1.Evidence{Level: maecenasv1.Evidence_DOCUMENTED, AsOfDate: "2026-10-01"},
		},
	})
	if _, _, err := w.Canvases.Update(w.local(), record.Update[*maecenasv1.Canvas]{Resource: canvas(200000)}); err != nil {
		t.Fatal(err)
	}
	create(w, w.Needs, theatre, "tour", &maecenasv1.Need{
		Title: "Tour", Purpose: maecenasv1.Need_PROJECT, CurrencyCode: "EUR", State: maecenasv1.Need_OPEN,
		AmountMin: proto.Int64(20000), AmountMax: proto.Int64(40000),
		Instruments: []maecenasv1.Instrument_Kind{maecenasv1.Instrument_GRANT},
	})
	create(w, w.Investors, "", "fondo", &maecenasv1.Investor{DisplayName: "Fondo", Type: maecenasv1.Investor_FOUNDATION})
	create(w, w.Mandates, fund, "bando", &maecenasv1.Mandate{
		Title: "Bando", State: maecenasv1.Mandate_PUBLISHED,
		Instruments: []*maecenasv1.InstrumentOffer{{Instrument: maecenasv1.Instrument_GRANT}},
		Requirements: []*maecenasv1.Requirement{{Rule: &maecenasv1.Requirement_Evidence{Evidence: &maecenasv1.Requirement_MinEvidence{
			Subject: maecenasv1.Requirement_MinEvidence_TRACTION, Level: maecenasv1.Evidence_THIRD_PARTY_VERIFIED,
		}}}},
	})
	w.member("vito", auth.Installation, maecenasv1.Membership_VERIFIER)
	w.member("vito", theatre, maecenasv1.Membership_VIEWER)
	w.member("vera", auth.Installation, maecenasv1.Membership_VERIFIER)
	w.member("ada", auth.Installation, maecenasv1.Membership_VERIFIER)
	w.member("ada", theatre, maecenasv1.Membership_EDITOR)
	w.member("ivo", fund, maecenasv1.Membership_EDITOR)
	return w
}

func canvas(tickets int64) *maecenasv1.Canvas {
	return &maecenasv1.Canvas{
		Name: theatre + "/canvas", CurrencyCode: "EUR",
		CustomerSegments:  []*maecenasv1.CustomerSegment{{Id: "public", Payer: true}},
		ValuePropositions: []*maecenasv1.ValueProposition{{Id: "plays", SegmentIds: []string{"public"}}},
		RevenueStreams: []*maecenasv1.RevenueStream{{
			Id: "tickets", SegmentId: "public", Kind: maecenasv1.RevenueStream_TICKETING, AnnualAmount: proto.Int64(tickets),
		}},
	}
}

func (w *world) member(who, of string, role maecenasv1.Membership_Role) {
	w.t.Helper()
	_, err := w.Keeper().Transact(w.t.Context(), false, func(tx *record.Tx) error {
		id, err := tx.ID("membership")
		if tx.Get("principals/"+who, &maecenasv1.Principal{}) != nil {
			err = errors.Join(err, tx.Put(&maecenasv1.Principal{Name: "principals/" + who, DisplayName: who, Kind: maecenasv1.Principal_PERSON}, nil))
		}
		return errors.Join(err,
			tx.Put(&maecenasv1.Membership{Name: "memberships/" + id, Member: "principals/" + who, Resource: of, Role: role}, nil))
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) local() context.Context { return auth.WithPrincipal(w.t.Context(), auth.Local()) }

func (w *world) as(who string) context.Context {
	return auth.WithPrincipal(w.t.Context(), w.Keeper().Directory().Principal("principals/"+who, w.now))
}

func create[T record.Resource](w *world, c *record.Collection[T], parent, id string, resource T) {
	w.t.Helper()
	if _, _, err := c.Create(w.local(), record.Creation[T]{Parent: parent, ID: id, Resource: resource}); err != nil {
		w.t.Fatal(err)
	}
}

// attest attests something of the organization.
func (w *world) attest(who string, a *maecenasv1.Attestation) (*maecenasv1.Attestation, error) {
	if a.GetAsOfDate() == "" {
		a.AsOfDate = "2026-11-01"
	}
	made, _, err := w.Create(w.as(who), record.Creation[*maecenasv1.Attestation]{Parent: theatre, Resource: a})
	return made, err
}

func traction() *maecenasv1.Attestation {
	return &maecenasv1.Attestation{Subject: maecenasv1.Attestation_TRACTION, Statement: "The books were seen."}
}

// pilots writes another figure of the traction.
func (w *world) pilots(n int32) {
	w.t.Helper()
	_, _, err := w.Organizations.Update(w.local(), record.Update[*maecenasv1.Organization]{
		Resource: &maecenasv1.Organization{Name: theatre, Traction: &maecenasv1.Traction{Pilots: proto.Int32(n)}},
		Mask:     &fieldmaskpb.FieldMask{Paths: []string{"traction.pilots"}},
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// proof is what the assessments, the ranking and the check of the whole say.
type proof struct {
	all, disclosed *maecenasv1.Assessment
	eligibility    maecenasv1.Match_Eligibility
}

func (w *world) proof() proof {
	w.t.Helper()
	var p proof
	for name, into := range map[string]**maecenasv1.Assessment{"current": &p.all, "disclosed": &p.disclosed} {
		found, _, err := w.Assessment(w.local(), app.AssessmentQuery{Name: theatre + "/assessments/" + name, Full: true})
		if err != nil {
			w.t.Fatal(err)
		}
		*into = found
	}
	explained, err := w.Explain(w.local(), tour, call, matchmaker.Ranking{})
	if err != nil {
		w.t.Fatal(err)
	}
	p.eligibility = explained.Matches[0].GetEligibility()
	if err := w.App.Verify(w.t.Context(), func(name, problem string) { w.t.Errorf("%s %s", name, problem) }); err != nil {
		w.t.Fatal(err)
	}
	return p
}

func reason(t *testing.T, err error) maecenasv1.ErrorReason {
	t.Helper()
	var own *fault.Error
	if err != nil && !errors.As(err, &own) {
		t.Fatal(err)
	}
	if own == nil {
		return 0
	}
	return own.Reason
}

// TestHolds: while the content is what was attested, its evidence counts as that of a
// third party, in both assessments, their confidence and input hash, and in gates; when
// the content changes, and when the day passes, it does not; and when the content is
// again what was attested, it does again.
func TestHolds(t *testing.T) {
	t.Parallel()
	w := open(t, maecenasv1.Organization_TO_INVESTORS)
	before := w.proof()
	made, err := w.attest("vito", traction())
	if err != nil {
		t.Fatal(err)
	}
	if !made.GetHolds() || made.GetVerifier() != "principals/vito" || made.GetExpireDate() != "2027-11-01" || len(made.GetContentHash()) != 64 {
		t.Errorf("made %v", made)
	}
	check := func(when string, want bool) {
		t.Helper()
		after := w.proof()
		for _, of := range [][2]*maecenasv1.Assessment{{before.all, after.all}, {before.disclosed, after.disclosed}} {
			if got := of[1].GetConfidence() > of[0].GetConfidence(); got != want {
				t.Errorf("%s: confidence %d after %d over %s", when, of[1].GetConfidence(), of[0].GetConfidence(), of[0].GetBasis())
			}
			if want && of[1].GetInputHash() == of[0].GetInputHash() {
				t.Errorf("%s: the input hash over %s stayed", when, of[0].GetBasis())
			}
		}
		if got := after.eligibility != maecenasv1.Match_INELIGIBLE; got != want {
			t.Errorf("%s: the pair is %s", when, after.eligibility)
		}
		found, _, err := w.Attestations.Get(w.as("vito"), made.GetName(), 0)
		if err != nil || found.GetHolds() != want {
			t.Errorf("%s: holds %t, %v", when, found.GetHolds(), err)
		}
	}
	check("attested", true)
	proven := w.proof().all
	o, _, err := w.Organizations.Get(w.local(), theatre, 0)
	if err != nil {
		t.Fatal(err)
	}
	c, _, err := w.Canvases.Get(w.local(), theatre+"/canvas", 0)
	if err != nil {
		t.Fatal(err)
	}
	if o.GetTraction().GetEvidence().GetLevel() != maecenasv1.Evidence_DOCUMENTED {
		t.Error("what the organization says was changed")
	}
	o = proto.CloneOf(o)
	o.Traction.Evidence.Level = maecenasv1.Evidence_THIRD_PARTY_VERIFIED
	if hash := assess.InputHash(assess.Of(o, c), proven.GetAssessDate()); hash != proven.GetInputHash() {
		t.Errorf("the input hash is %s, of the attested facts %s", proven.GetInputHash(), hash)
	}
	w.pilots(3)
	check("changed", false)
	w.pilots(2)
	check("changed back", true)
	w.now = w.now.AddDate(1, 0, 0)
	if err := attest.Expire(t.Context(), w.Keeper()); err != nil {
		t.Fatal(err)
	}
	w.now = w.now.AddDate(-1, 0, 0) // confidence fades with age: compare on one day
	if found, _, err := w.Attestations.Get(w.as("vito"), made.GetName(), 0); err != nil || found.GetHolds() {
		t.Errorf("past its day, it holds: %v, %v", found, err)
	}
	check("expired", false)
	w.pilots(4)
	w.pilots(2)
	check("settled again within its days", true)
	if _, err := w.Delete(w.as("vito"), record.Deletion{Name: made.GetName()}); err != nil {
		t.Fatal(err)
	}
	if after := w.proof(); after.eligibility != maecenasv1.Match_INELIGIBLE || after.all.GetConfidence() != before.all.GetConfidence() {
		t.Errorf("taken back, it counts: %v", after.eligibility)
	}
}

// TestWho: only a verifier who is let in as a viewer, and no more, attests.
func TestWho(t *testing.T) {
	t.Parallel()
	w := open(t, maecenasv1.Organization_TO_INVESTORS)
	for who, want := range map[string]maecenasv1.ErrorReason{
		"vito": 0, "vera": maecenasv1.ErrorReason_RESOURCE_NOT_FOUND, "ada": maecenasv1.ErrorReason_PERMISSION_DENIED,
		"ivo": maecenasv1.ErrorReason_PERMISSION_DENIED,
	} {
		if _, err := w.attest(who, traction()); reason(t, err) != want {
			t.Errorf("%s: %v", who, err)
		}
	}
	page, err := w.Attestations.List(w.as("ada"), record.Listing{Parent: theatre, Limit: 10})
	if err != nil || len(page.Records) != 1 {
		t.Fatalf("listed %v, %v", page.Records, err)
	}
	for who, want := range map[string]maecenasv1.ErrorReason{
		"vera": maecenasv1.ErrorReason_RESOURCE_NOT_FOUND, "ada": maecenasv1.ErrorReason_PERMISSION_DENIED,
		"ivo": maecenasv1.ErrorReason_PERMISSION_DENIED,
	} {
		if _, err := w.Delete(w.as(who), record.Deletion{Name: page.Records[0].GetName()}); reason(t, err) != want {
			t.Errorf("%s takes it back: %v", who, err)
		}
	}
}

// TestShown: an attestation is shown where what it speaks of is.
func TestShown(t *testing.T) {
	t.Parallel()
	for visibility, want := range map[maecenasv1.Organization_Visibility]maecenasv1.ErrorReason{
		maecenasv1.Organization_TO_INVESTORS: 0, maecenasv1.Organization_ON_INTRODUCTION: maecenasv1.ErrorReason_RESOURCE_NOT_FOUND,
	} {
		w := open(t, visibility)
		made, err := w.attest("vito", traction())
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.Attestations.Get(w.as("ivo"), made.GetName(), 0); reason(t, err) != want {
			t.Errorf("%s: an investor reads it: %v", visibility, err)
		}
		page, err := w.Attestations.List(w.as("ivo"), record.Listing{Parent: theatre, Limit: 10})
		if err != nil || (len(page.Records) == 1) != (want == 0) {
			t.Errorf("%s: an investor lists %v, %v", visibility, page.Records, err)
		}
	}
}

// TestCanvasItem: an item is named by block and id; another item changes nothing of it,
// and the currency of its amounts does.
func TestCanvasItem(t *testing.T) {
	t.Parallel()
	w := open(t, maecenasv1.Organization_TO_INVESTORS)
	item := func(name string) *maecenasv1.Attestation {
		return &maecenasv1.Attestation{Subject: maecenasv1.Attestation_CANVAS_ITEM, CanvasItem: name}
	}
	for _, name := range []string{"revenueStreams/bar", "revenueStreams", "tickets", "unitEconomics", "moats/BRAND", "name", "revision/1"} {
		if _, err := w.attest("vito", item(name)); reason(t, err) != maecenasv1.ErrorReason_CONTENT_NOT_STATED {
			t.Errorf("%s: %v", name, err)
		}
	}
	for what, wrong := range map[string]*maecenasv1.Attestation{
		"no item":  item(""),
		"an item":  {Subject: maecenasv1.Attestation_TRACTION, CanvasItem: "revenueStreams/tickets"},
		"too soon": {Subject: maecenasv1.Attestation_TRACTION, AsOfDate: "2026-11-25"},
		"reversed": {Subject: maecenasv1.Attestation_TRACTION, AsOfDate: "2026-11-24", ExpireDate: "2026-11-23"},
	} {
		if _, err := w.attest("vito", wrong); reason(t, err) != maecenasv1.ErrorReason_FIELD_INVALID {
			t.Errorf("%s: %v", what, err)
		}
	}
	made, err := w.attest("vito", item("revenueStreams/tickets"))
	if err != nil {
		t.Fatal(err)
	}
	holds := func(write func(*maecenasv1.Canvas)) bool {
		t.Helper()
		c := canvas(200000)
		write(c)
		if _, _, err := w.Canvases.Update(w.local(), record.Update[*maecenasv1.Canvas]{Resource: c, Mask: &fieldmaskpb.FieldMask{Paths: []string{"*"}}}); err != nil {
			t.Fatal(err)
		}
		w.proof()
		found, _, err := w.Attestations.Get(w.as("vito"), made.GetName(), 0)
		if err != nil {
			t.Fatal(err)
		}
		return found.GetHolds()
	}
	got := []bool{
		holds(func(c *maecenasv1.Canvas) { c.CustomerSegments[0].Title = "Everybody" }),
		holds(func(c *maecenasv1.Canvas) { c.RevenueStreams[0].AnnualAmount = proto.Int64(1) }),
		holds(func(*maecenasv1.Canvas) {}),
		holds(func(c *maecenasv1.Canvas) { c.CurrencyCode = "SEK" }),
		holds(func(c *maecenasv1.Canvas) { c.RevenueStreams = nil }),
	}
	if want := []bool{true, false, true, false, false}; !slices.Equal(got, want) {
		t.Errorf("holds %v, want %v", got, want)
	}
}

// TestVerify: a verifier says that an investor is who it says; another name, or another
// type of funder, is another's.
func TestVerify(t *testing.T) {
	t.Parallel()
	w := open(t, maecenasv1.Organization_TO_INVESTORS)
	verify := attest.Verification{Name: fund, State: maecenasv1.Investor_Verification_VERIFIED}
	w.member("ivo", auth.Installation, maecenasv1.Membership_VERIFIER)
	if _, _, err := w.Service.Verify(w.as("ivo"), verify); reason(t, err) != maecenasv1.ErrorReason_PERMISSION_DENIED {
		t.Errorf("its own people verified it: %v", err)
	}
	verified, _, err := w.Service.Verify(w.as("vera"), verify)
	if v := verified.GetVerification(); err != nil || v.GetVerifier() != "principals/vera" || !v.GetVerifyTime().AsTime().Equal(w.now) || verified.GetEtag() != "" {
		t.Errorf("verified %v, %v", verified, err)
	}
	for _, change := range []struct {
		to   *maecenasv1.Investor
		path string
		want bool
	}{
		{&maecenasv1.Investor{Name: fund, Description: "Pays"}, "description", true},
		{&maecenasv1.Investor{Name: fund, DisplayName: "Fondo d'altri"}, "display_name", false},
		{&maecenasv1.Investor{Name: fund, Type: maecenasv1.Investor_BANK}, "type", false},
	} {
		if _, _, err := w.Service.Verify(w.as("vera"), verify); err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.Investors.Update(w.as("ivo"), record.Update[*maecenasv1.Investor]{Resource: change.to, Mask: &fieldmaskpb.FieldMask{Paths: []string{change.path}}}); err != nil {
			t.Fatal(err)
		}
		if got := w.Keeper().Directory().Verified(fund); got != change.want {
			t.Errorf("after a change of %s, verified is %t", change.path, got)
		}
	}
}
