package match_test

import (
	"testing"

	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match"
	"github.com/maecenas-cci/maecenas/internal/match/fact"
	"github.com/maecenas-cci/maecenas/internal/match/matchtest"
	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

// nearly is the same need with amounts, shares and bounds moved a little.
func nearly(t *rapid.T, f match.NeedFacts) match.NeedFacts {
	n, o := proto.CloneOf(f.Need), proto.CloneOf(f.Organization)
	within := func(v *int64) {
		if v != nil {
			least, most := fact.AmountEnds(*v)
			*v = rapid.Int64Range(least, most).Draw(t, "amount")
		}
	}
	within(n.AmountMin)
	within(n.AmountMax)
	for _, a := range o.GetActivities() {
		if a.ShareBp != nil {
			*a.ShareBp = min(10000, max(0, *a.ShareBp+rapid.Int32Range(-600, 600).Draw(t, "share")))
		}
	}
	terms := n.GetTerms()
	if terms == nil {
		terms = &maecenasv1.Need_Terms{}
	}
	for _, bound := range []*int32{terms.MaxDilutionBp, terms.MaxInterestBp, terms.MaxRevenueShareBp} {
		if bound != nil {
			*bound = min(10000, max(0, *bound+rapid.Int32Range(-249, 249).Draw(t, "bound")))
		}
	}
	f.Need, f.Organization = n, o
	return f
}

// TestFacetsBound: what a facet of one need adds to a match bounds what it adds for
// every need that is alike in it, and no requirement fails or stays open by a facet that
// does not.
func TestFacetsBound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, facetsBound)
}

// FuzzFacetsBound is the same, by the fuzzer's choices.
func FuzzFacetsBound(f *testing.F) { f.Fuzz(rapid.MakeFuzz(facetsBound)) }

func facetsBound(t *rapid.T) {
	d := matchtest.Draw{T: t}
	facts := d.Need(0, 0)
	one, other := match.NewNeed(facts), match.NewNeed(nearly(t, facts))
	m := match.NewMandate(d.Mandate(0, 0))
	p := m.On(match.NewDay(matchtest.Today, taxonomy.ShippedRates()))
	nearMisses := rapid.Bool().Draw(t, "near misses")
	parts, values, weights := p.Parts(nearMisses), p.Values(one), m.Weights()
	fails, unknown := p.Tally(one)
	total := 0
	for f := range match.Facets {
		key, ok := one.Facet(f)
		like, _ := other.Facet(f)
		exact := int64(0)
		for _, term := range match.FacetTerms[f] {
			exact += int64(weights[term]) * int64(values[term])
		}
		stand, mixed := one, false
		if ok && key == like {
			stand, mixed = other, other.SectorKey != one.SectorKey
		}
		part := parts.Of(f, stand.Stand(f), mixed)
		if ok {
			neutral := int64(0)
			for _, term := range match.FacetTerms[f] {
				neutral += int64(weights[term]) * match.Whole * 10
			}
			if neutral -= parts.Most(f); part.Most+neutral/2 < exact && part.Fails == 0 {
				t.Fatalf("facet %d: at most %d and %d neutral, but it is %d", f, part.Most, neutral/2, exact)
			}
			if part.Open && fails == 0 && !unknown {
				t.Fatalf("facet %d stays open, but all passes", f)
			}
			total += part.Fails
		}
	}
	if total > fails && (nearMisses || fails == 0) {
		t.Fatalf("%d requirements fail by facets, %d in all", total, fails)
	}
}

// TestSectorSlack: shares move within a sixteenth as far as the slack says.
func TestSectorSlack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		shares := func() (s [3]*int32) {
			for i := range s {
				s[i] = proto.Int32(rapid.Int32Range(0, 10000).Draw(t, "share"))
			}
			return s
		}
		need := func(s [3]*int32) *match.Need {
			var list []*maecenasv1.Activity
			for i, code := range []string{"59.11", "90.01", "62.01"} {
				list = append(list, &maecenasv1.Activity{Scheme: maecenasv1.Activity_NACE_2, Code: code, ShareBp: s[i]})
			}
			return match.NewNeed(match.NeedFacts{Organization: &maecenasv1.Organization{Activities: list}})
		}
		a := shares()
		b := a
		for i := range b {
			b[i] = proto.Int32(min(10000, max(0, *a[i]+rapid.Int32Range(-1500, 1500).Draw(t, "move"))))
		}
		one, other := need(a), need(b)
		if k, _ := one.Facet(fact.FacetSector); k != func() fact.FacetKey { k, _ := other.Facet(fact.FacetSector); return k }() {
			return
		}
		m := match.NewMandate(match.MandateFacts{Mandate: &maecenasv1.Mandate{Preferences: &maecenasv1.Preferences{
			Sectors: []*maecenasv1.Preferences_Sector{{Grade: 100, Value: &maecenasv1.Preferences_Sector_Activity{
				Activity: &maecenasv1.Activity{Scheme: maecenasv1.Activity_NACE_2, Code: "59.11"},
			}}},
		}}})
		p := m.On(match.Day{Date: matchtest.Today})
		x, y := p.Values(one)[maecenasv1.MatchTerm_SECTOR], p.Values(other)[maecenasv1.MatchTerm_SECTOR]
		if x > y+fact.SectorSlack {
			t.Fatalf("%d and %d with shares %v and %v", x, y, a, b)
		}
	})
}
