package match

import (
	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match/learn"
)

// Market is what all investors that count first backed, and what open needs are: the
// base that learned values compare with. A market of 100,000 needs and 1,000
// investors takes about 0.12 s to make; learning from it, 0.2 ms a mandate.
//
// How it is used: once deals or the pool of open needs have changed, and at most once
// a minute, a new market is made of all investors and needs, [Learn] is called for
// every mandate whose investor agreed (Mandate.learn_from_deals), [Learned.Message] is
// stored with the mandate, and the mandate is compiled anew with it. Until then
// mandates keep what they have, so that between versions no score moves. What is
// stored can be restored ([RestoreLearned]) beside the market that it was made beside,
// which has a message of its own. To switch learning off, the mandate is compiled
// without [MandateFacts].Learned.
//
// A learned value tells what an investor backed: who may not see an investor's deals
// should not read the investor's side of a learned term's reason.
type Market = learn.Market

// MarketFacts are what a market is made of.
type MarketFacts = learn.MarketFacts

// InvestorDeals are an investor's part of a market.
type InvestorDeals = learn.Investor

// Learned is what an investor's deals show beside a market.
type Learned = learn.Learned

// NewMarket makes a market.
func NewMarket(f MarketFacts) *Market { return learn.NewMarket(f) }

// Learn learns from an investor's deals, in the order in which they became known;
// without deals, what the market shows. Whether the investor agreed is for the caller
// to ask.
func Learn(deals []*maecenasv1.Deal, market *Market) *Learned { return learn.Learn(deals, market) }

// RestoreMarket and RestoreLearned read what Message wrote.
var (
	RestoreMarket  = learn.RestoreMarket
	RestoreLearned = learn.Restore
)

// GradesFromDeals are the preferences that an investor's last 20 deals show, in the
// form of stated ones; see package learn.
func GradesFromDeals(deals []*maecenasv1.Deal) *maecenasv1.Preferences {
	return learn.GradesFromDeals(deals)
}
