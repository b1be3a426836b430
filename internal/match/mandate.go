package match

import (
	"slices"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match/fact"
	"github.com/maecenas-cci/maecenas/internal/match/gate"
	"github.com/maecenas-cci/maecenas/internal/match/grade"
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
}

// Mandate is a mandate with what counts of its investor, compiled; immutable and
// safe for concurrent use.
type Mandate struct {
	name, investor      string
	investorType        maecenasv1.Investor_Type
	published           bool
	openDate, closeDate string
	timeZone            string
	offers              []fact.Offer
	builtIn             gate.BuiltIn
	requirements        []gate.Requirement
	// firstPlace and firstSector are the first requirements that read the place
	// alone, and what the organization does alone; nil: there is none.
	firstPlace, firstSector *gate.Requirement

	// Wishes; nil: there is none.
	sectors *grade.Sectors
	places  *grade.Places
	stages  *grade.Stages
	// learned are the terms whose grades were made of deals.
	learned [terms]bool
	weights weights
	// same is the part of the sum that is the same for every need on every day.
	same Sum
	// open is the most that SECTOR and PLACE can add to the sum.
	open int64

	publicCall bool
	remaining  int64
	// dealDates are the dates of published deals, ascending.
	dealDates []string
	excluded  map[string]bool
}

// NewMandate compiles a mandate.
func NewMandate(f MandateFacts) *Mandate {
	in := f.Mandate
	m := &Mandate{
		name: in.GetName(), investor: investorOf(f), investorType: f.Investor.GetType(),
		published: in.GetState() == maecenasv1.Mandate_PUBLISHED,
		openDate:  in.GetOpenDate(), closeDate: in.GetCloseDate(), timeZone: in.GetTimeZone(),
		offers:       fact.OffersOf(in.GetInstruments()),
		requirements: gate.Compile(in.GetRequirements()),
		weights:      weigh(in.GetWeights(), f.Investor.GetType()),
		remaining:    fact.Unset,
	}
	m.builtIn = *gate.NewBuiltIn(m.offers, in.GetAmountIsBar())
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
	for _, d := range f.Deals {
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
	m.sum()
	return m
}

// sum works out what is the same for every need, but for ACTIVITY, which depends on
// the day, and the most of what is not at hand in a row.
func (m *Mandate) sum() {
	m.same, m.open = Sum{}, 0
	for t := Term(1); t < maecenasv1.MatchTerm_ACTIVITY; t++ {
		if m.neutral(t) {
			m.same.add(m.weights[t], fact.Neutral)
		}
	}
	for _, t := range []Term{maecenasv1.MatchTerm_SECTOR, maecenasv1.MatchTerm_PLACE} {
		if !m.neutral(t) {
			m.open += int64(m.weights[t]) * fact.Full
		}
	}
}

// neutral reports whether a term stands at neutral for every need: the mandate has
// no wish of it, or it does not count yet.
func (m *Mandate) neutral(t Term) bool {
	switch t {
	case maecenasv1.MatchTerm_SECTOR:
		return m.sectors == nil
	case maecenasv1.MatchTerm_PLACE:
		return m.places == nil
	case maecenasv1.MatchTerm_STAGE:
		return m.stages == nil
	default:
		return termTexts[t].inactive
	}
}

// compileWishes takes what the mandate states of a term, else what deals show of
// it where the investor agreed to learn.
func (m *Mandate) compileWishes(f MandateFacts) {
	stated := f.Mandate.GetPreferences()
	m.sectors = grade.NewSectors(stated.GetSectors())
	m.places = grade.NewPlaces(stated.GetPlaces(), false)
	m.stages = grade.NewStages(stated.GetStages(), nil)
	if !f.Mandate.GetLearnFromDeals() || m.sectors != nil && m.places != nil && m.stages != nil {
		return
	}
	shown := GradesFromDeals(f.Deals)
	if m.sectors == nil {
		m.sectors = grade.NewSectors(shown.GetSectors())
		m.learned[maecenasv1.MatchTerm_SECTOR] = m.sectors != nil
	}
	if m.places == nil {
		m.places = grade.NewPlaces(shown.GetPlaces(), true)
		m.learned[maecenasv1.MatchTerm_PLACE] = m.places != nil
	}
	if m.stages == nil {
		m.stages = grade.NewStages(shown.GetStages(), f.ListedStages)
		m.learned[maecenasv1.MatchTerm_STAGE] = m.stages != nil
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

// WithWeights is the same mandate with other weights of the investor's terms, by
// the term's name, for one request. Weights that are all 0 give the defaults of the
// investor's type; none at all, the mandate as it is.
func (m *Mandate) WithWeights(stated map[string]int32) *Mandate {
	if len(stated) == 0 {
		return m
	}
	c := *m
	c.weights = weigh(stated, m.investorType)
	c.sum()
	return &c
}
