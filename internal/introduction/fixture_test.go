package introduction_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/app"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/introduction"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/store/memstore"
)

// noon is the moment at which every test of this package happens.
var noon = time.Date(2026, time.November, 24, 12, 0, 0, 0, time.UTC)

const (
	theatre  = "organizations/teatro"
	tour     = "organizations/teatro/needs/tour"
	fund     = "investors/fondo"
	call     = "investors/fondo/mandates/bando"
	stranger = "investors/altro"
)

// world is an organization with a need, an investor with a mandate, another investor,
// and people of each: ada edits and vera views the organization, ivo edits the
// investor, otto the other one.
type world struct {
	*app.App
	*introduction.Service
	t *testing.T
}

func open(t *testing.T, options app.Options) world {
	t.Helper()
	options.Store = memstore.New(memstore.Options{})
	t.Cleanup(func() { _ = options.Store.Close() })
	options.Now = func() time.Time { return noon }
	a, err := app.Open(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	w := world{App: a, t: t, Service: introduction.New(introduction.Options{Keeper: a.Keeper(), Sees: a.Sees})}
	ctx := w.local()
	create(ctx, t, a.Organizations, "", "teatro", &maecenasv1.Organization{
		DisplayName: "Teatro", LegalForm: maecenasv1.Organization_ASSOCIATION, HelixRole: maecenasv1.Organization_COMPANY,
		Place: &maecenasv1.Place{CountryCode: "IT", RegionCode: "ITF47"}, Listed: true,
	})
	w.need("tour")
	create(ctx, t, a.Investors, "", "fondo", &maecenasv1.Investor{DisplayName: "Fondo", Type: maecenasv1.Investor_FOUNDATION})
	create(ctx, t, a.Investors, "", "altro", &maecenasv1.Investor{DisplayName: "Altro", Type: maecenasv1.Investor_BANK})
	create(ctx, t, a.Mandates, fund, "bando", &maecenasv1.Mandate{
		Title: "Bando", State: maecenasv1.Mandate_PUBLISHED,
		Instruments: []*maecenasv1.InstrumentOffer{{Instrument: maecenasv1.Instrument_GRANT}},
	})
	w.member("ada", theatre, maecenasv1.Membership_EDITOR)
	w.member("vera", theatre, maecenasv1.Membership_VIEWER)
	w.member("ivo", fund, maecenasv1.Membership_EDITOR)
	w.member("otto", stranger, maecenasv1.Membership_EDITOR)
	return w
}

// need makes a need of the organization that is open, and returns its name.
func (w world) need(id string) string {
	w.t.Helper()
	create(w.local(), w.t, w.Needs, theatre, id, &maecenasv1.Need{
		Title: "Tour", Purpose: maecenasv1.Need_PROJECT, CurrencyCode: "EUR", State: maecenasv1.Need_OPEN,
		AmountMin: proto.Int64(20000), AmountMax: proto.Int64(40000), Stage: maecenasv1.FundingStage_EARLY,
		Instruments: []maecenasv1.Instrument_Kind{maecenasv1.Instrument_GRANT},
	})
	return theatre + "/needs/" + id
}

// member makes a principal, unless there is one, and its membership.
func (w world) member(who, of string, role maecenasv1.Membership_Role) {
	w.t.Helper()
	_, err := w.Keeper().Transact(w.t.Context(), false, func(tx *record.Tx) error {
		id, err := tx.ID("membership")
		return errors.Join(err,
			tx.Put(&maecenasv1.Principal{Name: "principals/" + who, DisplayName: who, Kind: maecenasv1.Principal_PERSON}, nil),
			tx.Put(&maecenasv1.Membership{Name: "memberships/" + id, Member: "principals/" + who, Resource: of, Role: role}, nil))
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w world) local() context.Context { return auth.WithPrincipal(w.t.Context(), auth.Local()) }

// as is a call of somebody.
func (w world) as(who string) context.Context {
	w.t.Helper()
	p := w.Keeper().Directory().Principal("principals/"+who, noon)
	if p == nil {
		w.t.Fatalf("there is no %s", who)
	}
	return auth.WithAction(auth.WithPrincipal(w.t.Context(), p), "test")
}

func create[T record.Resource](ctx context.Context, t *testing.T, c *record.Collection[T], parent, id string, resource T) T {
	t.Helper()
	made, _, err := c.Create(ctx, record.Creation[T]{Parent: parent, ID: id, Resource: resource})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// propose proposes a need to the mandate.
func (w world) propose(who, need string) (*maecenasv1.Introduction, error) {
	made, _, err := w.Propose(w.as(who), introduction.Proposal{Introduction: &maecenasv1.Introduction{Need: need, Mandate: call, Message: "Hello"}})
	return made, err
}

// act takes a step.
func (w world) act(who, name string, action introduction.Action, to maecenasv1.Introduction_State) (*maecenasv1.Introduction, error) {
	request := introduction.Request{Name: name, Action: action, To: to, Reason: "because"}
	if to == maecenasv1.Introduction_FUNDED {
		request.Funding = &maecenasv1.Introduction_Funding{
			Date: "2026-11-20", Instrument: maecenasv1.Instrument_GRANT, Amount: proto.Int64(25000), CurrencyCode: "EUR",
		}
	}
	changed, _, err := w.Act(w.as(who), request)
	return changed, err
}

// mutual is an introduction of the organization that the investor accepted.
func (w world) mutual() *maecenasv1.Introduction {
	w.t.Helper()
	made, err := w.propose("ada", tour)
	if err != nil {
		w.t.Fatal(err)
	}
	accepted, err := w.act("ivo", made.GetName(), introduction.Accept, 0)
	if err != nil {
		w.t.Fatal(err)
	}
	return accepted
}

// reason is why something was not done; unspecified: it was.
func reason(t *testing.T, err error) maecenasv1.ErrorReason {
	t.Helper()
	var own *fault.Error
	if err != nil && !errors.As(err, &own) {
		t.Fatal(err)
	}
	if own == nil {
		return maecenasv1.ErrorReason_ERROR_REASON_UNSPECIFIED
	}
	return own.Reason
}
