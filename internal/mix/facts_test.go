package mix_test

import (
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/mix"
	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

// TestFilm covers a film of EUR 380,000 of which 60,000 are secured, by hand: a
// regional grant under de minimis, of which others bear half, an advance in dollars
// and a bank.
func TestFilm(t *testing.T) {
	t.Parallel()
	rates, err := taxonomy.ParseRates("date USD\n2026-03-02 1.25\n")
	if err != nil {
		t.Fatal(err)
	}
	f := mix.Facts{
		Date: "2026-03-02", Rates: rates,
		Organization: &maecenasv1.Organization{StateAid: []*maecenasv1.StateAid{
			{CountryCode: "IT", DeMinimis: true, AmountEur: 170_000, GrantDate: "2024-05-01"},
			{CountryCode: "IT", DeMinimis: true, AmountEur: 999_000, GrantDate: "2023-03-02"}, // three years ago
			{CountryCode: "FR", DeMinimis: true, AmountEur: 999_000, GrantDate: "2024-05-01"},
			{CountryCode: "IT", AmountEur: 999_000, GrantDate: "2024-05-01"},
		}},
		Need: &maecenasv1.Need{
			AmountMin: proto.Int64(320_000), AmountMax: proto.Int64(340_000), CurrencyCode: "EUR",
			Instruments: []maecenasv1.Instrument_Kind{maecenasv1.Instrument_GRANT, maecenasv1.Instrument_LOAN, maecenasv1.Instrument_ROYALTY_ADVANCE},
			Secured:     []*maecenasv1.Need_Secured{{Amount: 60_000}},
		},
	}
	grant := &maecenasv1.Mandate{
		Name: "investors/region/mandates/film", StateAidBasis: maecenasv1.StateAid_DE_MINIMIS, AuthorityCountryCode: "IT",
		MatchFundingShareBp: 5000, IncompatibleMandates: []string{"investors/ministry/mandates/film"},
		Instruments: []*maecenasv1.InstrumentOffer{
			{Instrument: maecenasv1.Instrument_EQUITY},
			{Instrument: maecenasv1.Instrument_GRANT, AmountMax: proto.Int64(200_000), CurrencyCode: "EUR"},
		},
	}
	ministry := proto.CloneOf(grant)
	ministry.Name, ministry.AuthorityCountryCode, ministry.IncompatibleMandates = "investors/ministry/mandates/film", "ES", nil
	advance := &maecenasv1.Mandate{
		Name: "investors/distributor/mandates/advance", Budget: &maecenasv1.Mandate_Budget{Remaining: proto.Int64(90_000), CurrencyCode: "EUR"},
		Instruments: []*maecenasv1.InstrumentOffer{
			{Instrument: maecenasv1.Instrument_ROYALTY_ADVANCE, AmountMin: proto.Int64(50_001), AmountMax: proto.Int64(100_001), CurrencyCode: "USD"},
		},
	}
	bank := &maecenasv1.Mandate{
		Name:        "investors/bank/mandates/loan",
		Instruments: []*maecenasv1.InstrumentOffer{{Instrument: maecenasv1.Instrument_LOAN, AmountMin: proto.Int64(100_000), AmountMax: proto.Int64(150_000), CurrencyCode: "EUR"}},
	}
	q := f.Question([]mix.Offer{
		f.Offer(grant, 7000, true), f.Offer(ministry, 6900, true), f.Offer(advance, 6000, true), f.Offer(bank, 5000, true),
	})
	q.Limit = 5
	got, err := mix.Propose(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	// Half of 380,000 is 190,000, which the ministry may bear; of EUR 300,000 the region
	// has 130,000 left. The advance gives 40,001 to 80,000, and the bank 100,000 and up.
	want := []mix.Mix{
		{Covered: 320_000, Score: 6194, Parts: []mix.Part{
			{Offer: 1, Amount: 179_999, Reasons: []string{mix.CoversTheRest, mix.MatchFundingBorne, mix.DeMinimisWithin, mix.Combinable, mix.BudgetUnstated}},
			{Offer: 2, Amount: 40_001, Reasons: []string{mix.GivesItsLeast}},
			{Offer: 3, Amount: 100_000, Reasons: []string{mix.GivesItsLeast, mix.BudgetUnstated}},
		}},
		{Covered: 320_000, Score: 6128, Parts: []mix.Part{
			{Offer: 1, Amount: 190_000, Reasons: []string{mix.MatchFundingLimits, mix.MatchFundingBorne, mix.DeMinimisWithin, mix.Combinable, mix.BudgetUnstated}},
			{Offer: 3, Amount: 130_000, Reasons: []string{mix.CoversTheRest, mix.BudgetUnstated}},
		}},
		{Covered: 320_000, Score: 6063, Parts: []mix.Part{
			{Offer: 0, Amount: 130_000, Reasons: []string{mix.DeMinimisLimits, mix.MatchFundingBorne, mix.DeMinimisWithin, mix.Combinable, mix.BudgetUnstated}},
			{Offer: 2, Amount: 80_000, Reasons: []string{mix.GivesItsMost}},
			{Offer: 3, Amount: 110_000, Reasons: []string{mix.CoversTheRest, mix.BudgetUnstated}},
		}},
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if diff := gocmp.Diff(map[string]int64{"IT": 130_000 * 10000, "ES": 300_000 * 10000}, q.Room); diff != "" {
		t.Error(diff)
	}
}
