package introduction_test

import (
	"testing"

	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/app"
	"github.com/maecenas-cci/maecenas/internal/introduction"
	"github.com/maecenas-cci/maecenas/internal/record"
)

// TestVerificationTakenBack: where facts are for verified investors alone, what an open
// introduction shows is closed while its investor is not verified, and open again then.
func TestVerificationTakenBack(t *testing.T) {
	t.Parallel()
	const unverified, verified = maecenasv1.Investor_Verification_UNVERIFIED, maecenasv1.Investor_Verification_VERIFIED
	w := open(t, app.Options{VerifiedOnly: true})
	set := func(state maecenasv1.Investor_Verification_State) {
		t.Helper()
		if _, err := w.Keeper().Transact(t.Context(), false, func(tx *record.Tx) error {
			i := &maecenasv1.Investor{}
			if err := tx.Get(fund, i); err != nil {
				return err
			}
			i.Verification = &maecenasv1.Investor_Verification{State: state}
			return tx.Put(i, i.GetCreateTime())
		}); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := w.Organizations.Update(w.as("ada"), record.Update[*maecenasv1.Organization]{
		Resource: &maecenasv1.Organization{Name: theatre, Financials: &maecenasv1.Financials{CurrencyCode: "EUR", Cash: proto.Int64(7)}},
	}); err != nil {
		t.Fatal(err)
	}
	set(verified)
	name := w.mutual().GetName()
	check := func(when string, open bool) {
		t.Helper()
		o, _, err := w.Organizations.Get(w.as("ivo"), theatre, 0)
		if err != nil || (o.GetFinancials() != nil) != open {
			t.Errorf("%s, financials are %v, %v", when, o.GetFinancials(), err)
		}
		if _, _, err := w.Contacts.Organization(w.as("ivo"), theatre+"/contact", 0); (err == nil) != open {
			t.Errorf("%s, the contact: %v", when, err)
		}
	}
	check("verified", true)
	set(unverified)
	check("taken back", false)
	if _, err := w.act("ivo", name, introduction.Advance, maecenasv1.Introduction_MEETING); reason(t, err) != maecenasv1.ErrorReason_INVESTOR_UNVERIFIED {
		t.Errorf("the investor goes on: %v", err)
	}
	set(verified)
	check("verified again", true)
	set(unverified)
	if _, err := w.act("ivo", name, introduction.Withdraw, 0); err != nil {
		t.Errorf("the investor withdraws: %v", err)
	}
}
