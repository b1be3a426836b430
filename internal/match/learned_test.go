package match_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match"
	"github.com/maecenas-cci/maecenas/internal/match/matchtest"
	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

// learning is a mandate that agreed to learn, with two deals in the market, and a need
// in the pool that says the same in everything but its place.
func learning() (match.MandateFacts, match.NeedFacts) {
	n, f := visible(), published()
	n.Need.RoundNumber = proto.Int32(1)
	f.Mandate.LearnFromDeals = true
	for i := range 2 {
		f.Deals = append(f.Deals, &maecenasv1.Deal{
			Name: fmt.Sprintf("investors/i/deals/%d", i), Organization: fmt.Sprintf("organizations/x%d", i), Date: "2024-01-01",
			Stage: maecenasv1.FundingStage_SEED, RoundNumber: proto.Int32(1), Amount: proto.Int64(20_000), CurrencyCode: "EUR",
			Snapshot: &maecenasv1.Deal_Snapshot{Place: &maecenasv1.Place{CountryCode: "FR", RegionCode: "FRL0"}, Activities: n.Organization.GetActivities()},
		})
	}
	m := match.NewMarket(match.MarketFacts{
		Date: matchtest.Today, Rates: taxonomy.ShippedRates(), Needs: slices.Values([]*match.Need{match.NewNeed(n)}),
		Investors: slices.Values([]match.InvestorDeals{{Deals: f.Deals, Agreed: true}}),
	})
	f.Learned = match.Learn(f.Deals, m)
	return f, n
}

// lines are an explanation's lines by term.
func lines(f match.MandateFacts, n match.NeedFacts) map[match.Term]*maecenasv1.MatchTerm {
	out := map[match.Term]*maecenasv1.MatchTerm{}
	for _, l := range match.NewMandate(f).On(today).Explain(match.NewNeed(n)).GetTerms() {
		out[l.GetTerm()] = l
	}
	return out
}

const (
	sector = maecenasv1.MatchTerm_SECTOR
	place  = maecenasv1.MatchTerm_PLACE
	stage  = maecenasv1.MatchTerm_STAGE
	ticket = maecenasv1.MatchTerm_TICKET
	order  = maecenasv1.MatchTerm_ORDER
)

// TestHalfLearned: half graded, half learned; ORDER learned alone.
func TestHalfLearned(t *testing.T) {
	t.Parallel()
	f, n := learning()
	got := lines(f, n)
	// Everybody in the market and in the pool is SEED, in film, in the first round:
	// as often as the base. Graded in full: half of each.
	for term, want := range map[match.Term]int32{sector: 7500, stage: 7500, ticket: 7500, order: 5000} {
		if l := got[term]; l.GetScore() != want || l.GetPotential() != want {
			t.Errorf("%v is %d..%d, want %d", term, l.GetScore(), l.GetPotential(), want)
		}
	}
	// PLACE: graded 1000. Learned: nobody backed ITF nor ITF4: 0; of localities the
	// market knows none: 5000; the mean 1667. Half of both is 1333.5.
	if l := got[place]; l.GetScore() != 1334 {
		t.Errorf("PLACE is %d", l.GetScore())
	}
	if r := got[sector].GetReason(); r.GetInvestor() != "59.11 grade 100 from deals; 59.11 learned 5000: own 2 of 2, market 2 of 2, pool 1 of 1" {
		t.Errorf("SECTOR because of %q", r.GetInvestor())
	}
	if r := got[order].GetReason(); r.GetCode() != "ORDER_LEARNED" || r.GetOrganization() != "0" || !strings.Contains(r.GetInvestor(), "own 2 of 2") {
		t.Errorf("ORDER because of %v", r)
	}
}

// TestLearnedWeights: ORDER has 2/13 of what the four weigh together.
func TestLearnedWeights(t *testing.T) {
	t.Parallel()
	f, n := learning()
	f.Mandate.Weights = map[string]int32{"SECTOR": 15, "PLACE": 40, "STAGE": 20, "TICKET": 25}
	for term, want := range map[match.Term]int32{sector: 78, place: 208, stage: 104, ticket: 130, order: 80} {
		if w := lines(f, n)[term].GetWeight(); w != want {
			t.Errorf("%v weighs %d, want %d", term, w, want)
		}
	}
	f.Mandate.Weights = map[string]int32{"TEAM": 1}
	if w := lines(f, n)[order].GetWeight(); w != 0 {
		t.Errorf("where none of the four weighs, ORDER weighs %d", w)
	}
}

// TestConsent: without it nothing is learned, whatever is at hand; a stated preference
// stands alone; switched off, grades are left.
func TestConsent(t *testing.T) {
	t.Parallel()
	f, n := learning()
	without := f
	without.Learned = nil
	if l := lines(without, n); l[sector].GetScore() != 10000 || l[order].GetWeight() != 0 {
		t.Errorf("grades alone: %v", l)
	}
	f.Mandate.Preferences = &maecenasv1.Preferences{
		Places: []*maecenasv1.Preferences_PlaceWish{{CountryCode: "IT", Grade: 60}},
		Stages: []*maecenasv1.Preferences_StageWish{{Stage: maecenasv1.FundingStage_SEED, Grade: 100}},
	}
	l := lines(f, n)
	for term, want := range map[match.Term]int32{place: 6400, stage: 10000, sector: 7500, ticket: 7500, order: 5000} {
		if l[term].GetScore() != want {
			t.Errorf("beside stated preferences %v is %d, want %d", term, l[term].GetScore(), want)
		}
	}
	f.Mandate.LearnFromDeals, f.Mandate.Preferences = false, nil
	l = lines(f, n)
	for _, term := range []match.Term{sector, place, stage, order} {
		if l[term].GetScore() != 5000 || l[order].GetWeight() != 0 {
			t.Errorf("without consent %v is %v", term, l[term])
		}
	}
}

// TestNoDeals: an investor who agreed and has no deals takes the market's table, beside
// neutral grades.
func TestNoDeals(t *testing.T) {
	t.Parallel()
	f, n := learning()
	m := match.NewMarket(match.MarketFacts{
		Date: matchtest.Today, Needs: slices.Values([]*match.Need{match.NewNeed(n)}),
		Investors: slices.Values([]match.InvestorDeals{{Deals: f.Deals, Agreed: true}}),
	})
	f.Deals = nil
	f.Learned = match.Learn(nil, m)
	l := lines(f, n)
	if l[sector].GetReason().GetCode() != "SECTOR_LEARNED" || l[sector].GetScore() != 5000 || l[stage].GetScore() != 5000 || l[place].GetScore() != (5000+1667+1)/2 {
		t.Errorf("SECTOR %v, STAGE %v, PLACE %v", l[sector], l[stage], l[place])
	}
}

// TestBetweenVersions: what is learned afterwards moves no score of a mandate that was
// compiled before.
func TestBetweenVersions(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := matchtest.Draw{T: t}
		facts, n := d.Mandate(0, 0), match.NewNeed(d.Need(0, 0))
		p := match.NewMandate(facts).On(today)
		before := p.Explain(n)
		facts.Learned = match.Learn(facts.Deals, d.Market(facts.Deals))
		match.NewMandate(facts)
		if after := p.Explain(n); !proto.Equal(before, after) {
			t.Errorf("a score moved:\n%v\n%v", before, after)
		}
	})
}
