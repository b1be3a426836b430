package matchmaker

import (
	"slices"
	"sync"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// lessons are what mandates learned beside one market. What one learned stays as
// it is until there are new lessons, so that no score moves in between; a mandate
// that agrees to learn later learns beside the same market.
type lessons struct {
	market *match.Market

	mu      sync.Mutex
	learned map[string]*match.Learned // by the mandate's name
}

// of is what a mandate learned from its investor's deals; nil where its investor
// does not agree, or there is no market yet.
func (l *lessons) of(m *maecenasv1.Mandate, deals []*maecenasv1.Deal) *match.Learned {
	if !m.GetLearnFromDeals() || l == nil || l.market == nil {
		return nil
	}
	if m.GetName() == "" {
		return match.Learn(deals, l.market)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.learned[m.GetName()] == nil {
		l.learned[m.GetName()] = match.Learn(deals, l.market)
	}
	return l.learned[m.GetName()]
}

// Relearn makes new lessons from the deals that the reader has and the needs of
// the index. Rows that are made afterwards rest on them.
func (mk *Matchmaker) Relearn(r store.Reader) error {
	var investors []match.InvestorDeals
	err := r.List(store.KindInvestor, store.ListOptions{}, func(_ store.Cursor, rec store.Record) (bool, error) {
		_, deals, err := LoadInvestor(r, rec.GetName())
		if err != nil {
			return false, err
		}
		agreed, err := agrees(r, rec.GetName())
		investors = append(investors, match.InvestorDeals{Deals: deals, Agreed: agreed})
		return true, err
	})
	if err != nil {
		return err
	}
	snapshot := mk.index.Snapshot()
	market := match.NewMarket(match.MarketFacts{
		Date: mk.Today(), Rates: mk.Rates(), Needs: snapshot.Needs(), Investors: slices.Values(investors),
	})
	mk.lessons.Store(&lessons{market: market, learned: map[string]*match.Learned{}})
	return nil
}

// agrees answers whether an investor agreed to learn, with any of its mandates.
func agrees(r store.Reader, investor string) (agreed bool, err error) {
	err = r.List(store.KindMandate, store.ListOptions{Parent: investor}, func(_ store.Cursor, rec store.Record) (bool, error) {
		if m, ok := rec.(*maecenasv1.Mandate); ok && m.GetLearnFromDeals() {
			agreed = true
		}
		return !agreed, nil
	})
	return agreed, err
}

// Learned is what a mandate learned, to be stored with it; nil where nothing.
func (mk *Matchmaker) Learned(m *maecenasv1.Mandate, deals []*maecenasv1.Deal) *maecenasv1.LearnedPreferences {
	learned := mk.lessons.Load().of(m, deals)
	if learned == nil {
		return nil
	}
	return learned.Message()
}
