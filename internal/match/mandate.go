package match

import (
	"slices"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match/fact"
	"github.com/maecenas-cci/maecenas/internal/match/gate"
	"github.com/maecenas-cci/maecenas/internal/match/grade"
	"github.com/maecenas-cci/maecenas/internal/match/learn"
)

// MandateFacts are what a mandate is compiled from. For a mandate that is not
// stored, Investor may hold a type alone, or be nil.
type MandateFacts struct {
	Mandate  *maecenasv1.Mandate
	Investor *maecenasv1.Investor
	// Deals are the investor's, in the order in which they became known: those of
	// one date count in it.
	Deals []*maecenasv1.Deal
	// ListedStages are the stages that count as listed for grades made of deals;
	// nil: those that have a grade.
	ListedStages []maecenasv1.FundingStage_Stage
	// Learned is what was learned for the mandate; nil: nothing, and grades alone are
	// made of Deals. It counts only where the mandate agrees to learn from deals.
	Learned *Learned
}

// Mandate is a mandate with what counts of its investor, compiled; immutable and
// safe for concurrent use.
type Mandate struct {
	name, investor string
	investorType   maecenasv1.Investor_Type
	published      bool
	// silent says that it discloses nothing to organizations.
	silent              bool
	openDate, closeDate string
	timeZone            string
	offers              []fact.Offer
	builtIn             gate.BuiltIn
	requirements        []gate.Requirement
	// firstPlace and firstSector are the first requirements that read the place
	// alone, and what the organization does alone; nil: there is none.
	firstPlace, firstSector *gate.Requirement

	// Wishes; nil: there is none.
	sectors   *grade.Sectors
	places    *grade.Places
	stages    *grade.Stages
	goals     *grade.Goals
	clusters  *grade.Names
	languages *grade.Names
	// fromDeals are the terms whose grades were made of deals.
	fromDeals [terms]bool
	// learned is what was learned; nil: nothing. learns are the terms that it counts
	// for: those of which the mandate states no preference.
	learned *Learned
	learns  [terms]bool
	// support is what is offered beside money; weeks pass until a decision, or
	// fact.Unset.
	support uint8
	weeks   int64
	weights weights
	// same is the part of the sum that is the same for every need on every day.
	same Sum
	// inRow and beyond are the other terms beside ACTIVITY and those that read the
	// assessment, and open is the most that those beyond a row can add.
	inRow, beyond []Term
	open          int64

	publicCall bool
	remaining  int64
	// dealDates are the dates of published first deals in a company, ascending.
	dealDates []string
	excluded  map[string]bool
}

// NewMandate compiles a mandate.
func NewMandate(f MandateFacts) *Mandate {
	in := f.Mandate
	m := &Mandate{
		name: in.GetName(), investor: investorOf(f), investorType: f.Investor.GetType(),
		published: in.GetState() == maecenasv1.Mandate_PUBLISHED, silent: in.GetDisclosure() == maecenasv1.Mandate_NONE,
		openDate: in.GetOpenDate(), closeDate: in.GetCloseDate(), timeZone: in.GetTimeZone(),
		offers:       fact.OffersOf(in.GetInstruments()),
		requirements: gate.Compile(in.GetRequirements()),
		support:      fact.SupportOf(in.GetOfferedSupport()),
		weeks:        fact.Unset,
		remaining:    fact.Unset,
	}
	if in.DecisionWeeks != nil {
		m.weeks = int64(in.GetDecisionWeeks())
	}
	m.builtIn = *gate.NewBuiltIn(m.offers, in.GetAmountIsBar(), fact.GranterOf(in))
	for i := range m.requirements {
		switch r := &m.requirements[i]; {
		case m.firstPlace == nil && r.Reads() == gate.ReadsPlace:
			m.firstPlace = r
		case m.firstSector == nil && r.Reads() == gate.ReadsSector:
			m.firstSector = r
		}
	}
	m.publicCall = in.GetCloseDate() != "" && len(m.offers) > 0 &&
		!slices.ContainsFunc(m.offers, func(o fact.Offer) bool { return !fact.CallKinds.Has(o.Kind) })
	if b := in.GetBudget(); b != nil && b.Remaining != nil {
		m.remaining = b.GetRemaining()
	}
	for _, d := range learn.Firsts(f.Deals) {
		if d.GetPublished() {
			m.dealDates = append(m.dealDates, d.GetDate())
		}
	}
	slices.Sort(m.dealDates)
	if list := f.Investor.GetExcludedOrganizations(); len(list) > 0 {
		m.excluded = make(map[string]bool, len(list))
		for _, name := range list {
			m.excluded[name] = true
		}
	}
	m.compileWishes(f)
	m.weights = weigh(statedWeights(in.GetWeights(), in.GetWeightOrder()), m.investorType, m.learned != nil)
	m.sum()
	return m
}

// Terms beside those that read the assessment: what a row has at hand, and what costs
// more to work out.
var (
	inRow = []Term{
		maecenasv1.MatchTerm_STAGE, maecenasv1.MatchTerm_ORDER, maecenasv1.MatchTerm_IMPACT,
		maecenasv1.MatchTerm_SUPPORT, maecenasv1.MatchTerm_DECISION_SPEED,
	}
	beyond = []Term{
		maecenasv1.MatchTerm_SECTOR, maecenasv1.MatchTerm_PLACE, maecenasv1.MatchTerm_TICKET,
		maecenasv1.MatchTerm_CLUSTER, maecenasv1.MatchTerm_LANGUAGE, maecenasv1.MatchTerm_TERMS,
	}
)

// sum works out what is the same for every need, but for ACTIVITY, which depends on
// the day, and which terms are not, with the most of those that are not at hand.
func (m *Mandate) sum() {
	m.same, m.open = Sum{}, 0
	for t := Term(1); t < terms; t++ {
		if m.neutral(t) {
			m.same.add(m.weights[t], fact.Neutral)
		}
	}
	counts := func(t Term) bool { return m.weights[t] > 0 && !m.neutral(t) }
	m.inRow, m.beyond = nil, nil
	for _, t := range inRow {
		if counts(t) {
			m.inRow = append(m.inRow, t)
		}
	}
	for _, t := range beyond {
		if counts(t) {
			m.beyond = append(m.beyond, t)
			m.open += int64(m.weights[t]) * fact.Full
		}
	}
}

// neutral reports whether a term stands at neutral for every need, because the
// mandate has no wish of it.
func (m *Mandate) neutral(t Term) bool {
	if m.learns[t] {
		return false
	}
	switch t {
	case maecenasv1.MatchTerm_SECTOR:
		return m.sectors == nil
	case maecenasv1.MatchTerm_PLACE:
		return m.places == nil
	case maecenasv1.MatchTerm_STAGE:
		return m.stages == nil
	case maecenasv1.MatchTerm_IMPACT:
		return m.goals == nil
	case maecenasv1.MatchTerm_CLUSTER:
		return m.clusters == nil
	case maecenasv1.MatchTerm_LANGUAGE:
		return m.languages == nil
	case maecenasv1.MatchTerm_ORDER:
		return true
	default:
		return false
	}
}

// compileWishes takes what the mandate states of a term, else what deals show of it
// where the investor agreed to learn.
func (m *Mandate) compileWishes(f MandateFacts) {
	stated := f.Mandate.GetPreferences()
	m.sectors = grade.NewSectors(stated.GetSectors())
	m.places = grade.NewPlaces(stated.GetPlaces(), false)
	m.stages = grade.NewStages(stated.GetStages(), nil)
	m.goals = grade.NewGoals(stated.GetImpact())
	m.clusters = grade.NewClusters(stated.GetClusters())
	m.languages = grade.NewLanguages(stated.GetLanguages())
	if !f.Mandate.GetLearnFromDeals() {
		return
	}
	m.learned = f.Learned
	var shown *maecenasv1.Preferences
	if m.learned != nil {
		m.learns = [terms]bool{
			maecenasv1.MatchTerm_SECTOR: m.sectors == nil, maecenasv1.MatchTerm_PLACE: m.places == nil,
			maecenasv1.MatchTerm_STAGE: m.stages == nil, maecenasv1.MatchTerm_TICKET: true, maecenasv1.MatchTerm_ORDER: true,
		}
		shown = m.learned.Grades()
	} else {
		shown = GradesFromDeals(f.Deals)
	}
	if m.sectors == nil {
		m.sectors = grade.NewSectors(shown.GetSectors())
		m.fromDeals[maecenasv1.MatchTerm_SECTOR] = m.sectors != nil
	}
	if m.places == nil {
		m.places = grade.NewPlaces(shown.GetPlaces(), true)
		m.fromDeals[maecenasv1.MatchTerm_PLACE] = m.places != nil
	}
	if m.stages == nil {
		m.stages = grade.NewStages(shown.GetStages(), f.ListedStages)
		m.fromDeals[maecenasv1.MatchTerm_STAGE] = m.stages != nil
	}
}

// investorOf is the investor's name: stated, else the mandate's parent.
func investorOf(f MandateFacts) string {
	if name := f.Investor.GetName(); name != "" {
		return name
	}
	return parentOf(f.Mandate.GetName(), "/mandates/")
}

// Name is the mandate's resource name; "" for one that is not stored.
func (m *Mandate) Name() string { return m.name }

// Investor is the investor's resource name; "" where there is none.
func (m *Mandate) Investor() string { return m.investor }

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
