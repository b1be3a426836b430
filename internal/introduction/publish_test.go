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

// write changes one field of a deal as somebody.
func (w world) write(who, path string, change *maecenasv1.Deal) maecenasv1.ErrorReason {
	w.t.Helper()
	_, _, err := w.Deals.Update(w.as(who), record.Update[*maecenasv1.Deal]{Resource: change, Mask: &fieldmaskpb.FieldMask{Paths: []string{path}}})
	return reason(w.t, err)
}

// publish agrees for a side, or takes that back.
func (w world) publish(who, name string, retract bool) maecenasv1.ErrorReason {
	w.t.Helper()
	_, _, err := w.Publish(w.as(who), introduction.Request{Name: name, Retract: retract})
	return reason(w.t, err)
}

// TestRetract: a side takes its agreement back until the deal is published, and what
// the investor no longer publishes is published again by both alone.
func TestRetract(t *testing.T) {
	t.Parallel()
	w := open(t, app.Options{})
	i := w.walk("organization", "FUNDED", tour)
	published := func() bool {
		t.Helper()
		deal, _, err := w.Deals.Get(w.local(), i.GetDeal(), 0)
		if err != nil {
			t.Fatal(err)
		}
		return deal.GetPublished()
	}
	for _, step := range []struct {
		who     string
		retract bool
		want    bool
	}{
		{"ada", true, false}, {"ada", false, false}, {"ada", true, false}, {"ivo", false, false}, {"ada", false, true},
	} {
		if why := w.publish(step.who, i.GetName(), step.retract); why != 0 || published() != step.want {
			t.Fatalf("%s, retract %t: %s, published %t", step.who, step.retract, why, published())
		}
	}
	for _, who := range []string{"ada", "ivo"} {
		if why := w.publish(who, i.GetName(), true); why != maecenasv1.ErrorReason_INTRODUCTION_STEP_ILLEGAL || !published() {
			t.Errorf("%s retracts what is published: %s", who, why)
		}
	}
	if why := w.write("ivo", "published", &maecenasv1.Deal{Name: i.GetDeal()}); why != 0 || published() {
		t.Fatalf("the investor takes it back: %s", why)
	}
	if w.publish("ada", i.GetName(), false); published() {
		t.Error("the organization publishes again alone")
	}
	if w.publish("ivo", i.GetName(), false); !published() {
		t.Error("both agree again, and it is not published")
	}
}

// TestDeclaredDeal: who funded an organization is told of it by the investor's word
// alone where the organization tells it itself; who else took part never.
func TestDeclaredDeal(t *testing.T) {
	t.Parallel()
	w := open(t, app.Options{})
	deal := create(w.as("ivo"), t, w.Deals, fund, "", &maecenasv1.Deal{
		Organization: theatre, Date: "2026-01-01", Amount: proto.Int64(5), CurrencyCode: "EUR",
		Origin: maecenasv1.Deal_DECLARED, Published: true, CoInvestors: []string{"Bura"},
	})
	see := func(who string) *maecenasv1.Deal {
		t.Helper()
		seen, _, err := w.Deals.Get(w.as(who), deal.GetName(), 0)
		if err != nil {
			t.Fatal(err)
		}
		return seen
	}
	anonymous := func(d *maecenasv1.Deal) bool {
		return d.GetOrganization() == "" && d.GetSnapshot().GetPlace().GetCountryCode() == "IT" && d.GetSnapshot().GetPlace().GetRegionCode() == ""
	}
	named := func(d *maecenasv1.Deal) bool {
		return d.GetOrganization() == theatre && d.GetSnapshot().GetPlace().GetRegionCode() == "ITF47"
	}
	if own := see("ivo"); !named(own) || len(own.GetCoInvestors()) != 1 {
		t.Errorf("its own people see %v", own)
	}
	for who, right := range map[string]func(*maecenasv1.Deal) bool{"otto": anonymous, "ada": named} {
		if seen := see(who); !right(seen) || len(seen.GetCoInvestors()) > 0 || seen.GetAmount() != 5 {
			t.Errorf("%s sees %v", who, seen)
		}
	}
	change(w, w.Organizations, &maecenasv1.Organization{Name: theatre, Disclosure: &maecenasv1.Organization_Disclosure{
		FundingHistory: maecenasv1.Organization_TO_INVESTORS,
	}}, "disclosure")
	if seen := see("otto"); !named(seen) || len(seen.GetCoInvestors()) > 0 {
		t.Errorf("the organization tells it, and others see %v", seen)
	}
	unlist(w)
	if seen := see("otto"); !anonymous(seen) {
		t.Errorf("the organization is not listed, and others see %v", seen)
	}
}
