package app_test

import (
	"testing"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/record"
)

// TestDealOnAnInvestorsWord: a published deal that no introduction led to names its
// organization to those whom that shows who funded it.
func TestDealOnAnInvestorsWord(t *testing.T) {
	t.Parallel()
	for _, shown := range []maecenasv1.Organization_Visibility{maecenasv1.Organization_TO_INVESTORS, maecenasv1.Organization_ON_INTRODUCTION} {
		a := open(t)
		o := theatre()
		o.Disclosure.FundingHistory = shown
		o, _, err := a.Organizations.Create(local(t), record.Creation[*maecenasv1.Organization]{Resource: o})
		if err != nil {
			t.Fatal(err)
		}
		fund, _, err := a.Investors.Create(local(t), record.Creation[*maecenasv1.Investor]{Resource: investor()})
		if err != nil {
			t.Fatal(err)
		}
		deal, _, err := a.Deals.Create(local(t), record.Creation[*maecenasv1.Deal]{Parent: fund.GetName(), Resource: &maecenasv1.Deal{
			Organization: o.GetName(), Date: "2026-01-01", Origin: maecenasv1.Deal_DECLARED, Published: true,
		}})
		if err != nil {
			t.Fatal(err)
		}
		for reader, named := range map[string]bool{
			fund.GetName(): true, o.GetName(): true, "investors/other": shown == maecenasv1.Organization_TO_INVESTORS, "organizations/other": false,
		} {
			seen, _, err := a.Deals.Get(auth.WithPrincipal(t.Context(), auth.Insider(reader)), deal.GetName(), 0)
			if err != nil || (seen.GetOrganization() != "") != named {
				t.Errorf("%s, funding history %s: %v, %v", reader, shown, seen, err)
			}
		}
	}
}
