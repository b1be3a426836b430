package auth

import (
	"cmp"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// View is what a kind of reader may see of a record. Its methods never change
// the record they are given; what they return shares memory with it and is to
// be read only.
//
// They copy what may be seen, field by field, so that a field added to the
// schema is hidden until somebody decides that it is shown.
type View int

// The views.
const (
	// Owner sees everything: a record's own people, and administrators.
	Owner View = iota
	// Investor is what investors see of an organization before an introduction.
	Investor
	// Applicant is what organizations see of an investor and its mandates.
	Applicant
	// Introduced is what the investor of an open introduction sees of the
	// organization: also what it shows on introduction.
	Introduced
	// Outline is what an investor who is not verified sees of an organization, where
	// the operator demands that: no group of its facts.
	Outline
)

// Shown returns which groups of an organization's facts investors see. Groups
// that are not TO_INVESTORS read ON_INTRODUCTION.
func Shown(o *maecenasv1.Organization) *maecenasv1.Organization_Disclosure {
	effective := func(v maecenasv1.Organization_Visibility) maecenasv1.Organization_Visibility {
		if v == maecenasv1.Organization_TO_INVESTORS {
			return v
		}
		return maecenasv1.Organization_ON_INTRODUCTION
	}
	d := o.GetDisclosure()
	return &maecenasv1.Organization_Disclosure{
		Canvas:         effective(d.GetCanvas()),
		Traction:       effective(d.GetTraction()),
		Financials:     effective(d.GetFinancials()),
		Team:           effective(d.GetTeam()),
		FundingHistory: effective(d.GetFundingHistory()),
		Terms:          effective(d.GetTerms()),
	}
}

// shows answers whether the view shows a group of facts.
func (v View) shows(group maecenasv1.Organization_Visibility) bool {
	switch v {
	case Owner, Introduced:
		return true
	case Investor:
		return group == maecenasv1.Organization_TO_INVESTORS
	default:
		return false
	}
}

// Organization returns what the view shows of o; nil where o is not listed and
// so does not exist for the view's holder.
func (v View) Organization(o *maecenasv1.Organization) *maecenasv1.Organization {
	if v == Owner || o == nil {
		return o
	}
	if !o.GetListed() && v != Introduced {
		return nil
	}
	return v.profile(o)
}

// Profile returns what the view would show of o if it were listed: for an
// owner's look at its own unlisted record with a stranger's eyes.
func (v View) Profile(o *maecenasv1.Organization) *maecenasv1.Organization {
	if v == Owner || o == nil {
		return o
	}
	return v.profile(o)
}

func (v View) profile(o *maecenasv1.Organization) *maecenasv1.Organization {
	seen := &maecenasv1.Organization{
		Name:                        o.GetName(),
		Uid:                         o.GetUid(),
		CreateTime:                  o.GetCreateTime(),
		DisplayName:                 o.GetDisplayName(),
		Description:                 o.GetDescription(),
		WebsiteUri:                  o.GetWebsiteUri(),
		LegalForm:                   o.GetLegalForm(),
		NaturalPersonRegime:         o.GetNaturalPersonRegime(),
		HelixRole:                   o.GetHelixRole(),
		Place:                       o.GetPlace(),
		Activities:                  o.GetActivities(),
		CulturalDomains:             o.GetCulturalDomains(),
		CulturalFunctions:           o.GetCulturalFunctions(),
		FoundedDate:                 o.FoundedDate,
		Languages:                   o.GetLanguages(),
		SustainableDevelopmentGoals: o.GetSustainableDevelopmentGoals(),
		Labels:                      o.GetLabels(),
		Listed:                      o.GetListed(),
		VerifiedTime:                o.GetVerifiedTime(),
		ReviewDueDate:               o.GetReviewDueDate(),
		Contests:                    o.GetContests(),
	}
	d := o.GetDisclosure()
	if v.shows(d.GetTraction()) {
		seen.Traction = o.GetTraction()
	}
	if v.shows(d.GetFinancials()) {
		seen.Financials = o.GetFinancials()
	}
	if v.shows(d.GetTeam()) {
		seen.Team = o.GetTeam()
	}
	if v.shows(d.GetFundingHistory()) {
		seen.PriorFunding = o.GetPriorFunding()
		seen.StateAid = o.GetStateAid()
		seen.StateAidComplete = o.GetStateAidComplete()
	}
	return seen
}

// Canvas returns what the view shows of the canvas of o; nil where nothing.
func (v View) Canvas(c *maecenasv1.Canvas, o *maecenasv1.Organization) *maecenasv1.Canvas {
	if v == Owner || c == nil {
		return c
	}
	if !v.shows(o.GetDisclosure().GetCanvas()) {
		return nil
	}
	return &maecenasv1.Canvas{
		Name:                  c.GetName(),
		Uid:                   c.GetUid(),
		CurrencyCode:          c.GetCurrencyCode(),
		CustomerSegments:      c.GetCustomerSegments(),
		ValuePropositions:     c.GetValuePropositions(),
		Channels:              c.GetChannels(),
		CustomerRelationships: c.GetCustomerRelationships(),
		RevenueStreams:        c.GetRevenueStreams(),
		KeyResources:          c.GetKeyResources(),
		KeyActivities:         c.GetKeyActivities(),
		KeyPartnerships:       c.GetKeyPartnerships(),
		CostItems:             c.GetCostItems(),
		UnitEconomics:         c.GetUnitEconomics(),
		Moats:                 c.GetMoats(),
	}
}

// Need returns what the view shows of a need of o.
func (v View) Need(n *maecenasv1.Need, o *maecenasv1.Organization) *maecenasv1.Need {
	if v == Owner || n == nil {
		return n
	}
	seen := &maecenasv1.Need{
		Name:          n.GetName(),
		Uid:           n.GetUid(),
		CreateTime:    n.GetCreateTime(),
		Title:         n.GetTitle(),
		Purpose:       n.GetPurpose(),
		Description:   n.GetDescription(),
		AmountMin:     n.AmountMin,
		AmountMax:     n.AmountMax,
		CurrencyCode:  n.GetCurrencyCode(),
		Stage:         n.GetStage(),
		Instruments:   n.GetInstruments(),
		WantedSupport: n.GetWantedSupport(),
		RoundNumber:   n.RoundNumber,
		NeededByDate:  n.GetNeededByDate(),
		State:         n.GetState(),
	}
	if v.shows(o.GetDisclosure().GetTerms()) {
		seen.Terms = n.GetTerms()
	}
	if v.shows(o.GetDisclosure().GetFundingHistory()) {
		seen.Secured = n.GetSecured()
	}
	return seen
}

// Investor returns what the view shows of an investor.
func (v View) Investor(i *maecenasv1.Investor) *maecenasv1.Investor {
	if v == Owner || i == nil {
		return i
	}
	return &maecenasv1.Investor{
		Name:         i.GetName(),
		Uid:          i.GetUid(),
		CreateTime:   i.GetCreateTime(),
		DisplayName:  i.GetDisplayName(),
		Type:         i.GetType(),
		Description:  i.GetDescription(),
		WebsiteUri:   i.GetWebsiteUri(),
		Place:        i.GetPlace(),
		Languages:    i.GetLanguages(),
		Verification: i.GetVerification(),
	}
}

// Mandate returns what the view shows of a mandate, by its disclosure; nil
// where it is not published.
func (v View) Mandate(m *maecenasv1.Mandate) *maecenasv1.Mandate {
	if v == Owner || m == nil {
		return m
	}
	if m.GetState() != maecenasv1.Mandate_PUBLISHED {
		return nil
	}
	seen := &maecenasv1.Mandate{
		Name:           m.GetName(),
		Uid:            m.GetUid(),
		CreateTime:     m.GetCreateTime(),
		Title:          m.GetTitle(),
		Description:    m.GetDescription(),
		State:          m.GetState(),
		OpenDate:       m.GetOpenDate(),
		CloseDate:      m.GetCloseDate(),
		TimeZone:       m.GetTimeZone(),
		OfferedSupport: m.GetOfferedSupport(),
		DecisionWeeks:  m.DecisionWeeks,
		VerifiedTime:   m.GetVerifiedTime(),
		ReviewDueDate:  m.GetReviewDueDate(),
	}
	if m.GetDisclosure() == maecenasv1.Mandate_NONE {
		return seen
	}
	seen.Instruments = m.GetInstruments()
	seen.AmountIsBar = m.GetAmountIsBar()
	seen.Budget = m.GetBudget()
	seen.Requirements = m.GetRequirements()
	seen.Preferences = m.GetPreferences()
	seen.StateAidBasis = m.GetStateAidBasis()
	seen.AuthorityCountryCode = m.GetAuthorityCountryCode()
	seen.MatchFundingShareBp = m.GetMatchFundingShareBp()
	seen.IncompatibleMandates = m.GetIncompatibleMandates()
	if m.GetDisclosure() == maecenasv1.Mandate_CRITERIA_AND_WEIGHTS {
		seen.Weights = m.GetWeights()
		seen.LearnFromDeals = m.GetLearnFromDeals()
	}
	return seen
}

// Deal returns what the view shows of a deal; nil where it is not published. Who else
// took part was not asked, and so is named to nobody.
func (v View) Deal(d *maecenasv1.Deal) *maecenasv1.Deal {
	if v == Owner || d == nil {
		return d
	}
	if !d.GetPublished() {
		return nil
	}
	return &maecenasv1.Deal{
		Name:         d.GetName(),
		Uid:          d.GetUid(),
		CreateTime:   d.GetCreateTime(),
		Organization: d.GetOrganization(),
		Snapshot:     d.GetSnapshot(),
		Date:         d.GetDate(),
		Instrument:   d.GetInstrument(),
		Amount:       d.Amount,
		CurrencyCode: d.GetCurrencyCode(),
		Stage:        d.GetStage(),
		RoundNumber:  d.RoundNumber,
		Origin:       d.GetOrigin(),
		Published:    d.GetPublished(),
	}
}

// Unnamed returns a snapshot for those who do not see of which organization it is:
// where it works from as a country alone.
func Unnamed(s *maecenasv1.Deal_Snapshot) *maecenasv1.Deal_Snapshot {
	if s == nil {
		return nil
	}
	seen := &maecenasv1.Deal_Snapshot{Activities: s.GetActivities(), CulturalDomains: s.GetCulturalDomains()}
	if s.GetPlace() != nil {
		seen.Place = &maecenasv1.Place{CountryCode: s.GetPlace().GetCountryCode()}
	}
	return seen
}

// scoreStep is how coarse a score is that an organization gets from a mandate
// whose weights it may not see: fine steps would give the weights away.
const scoreStep = 500

// Score returns what the view shows of a score, in hundredths of a percent, of a
// mandate of that disclosure: as Match, alone.
func (v View) Score(score int32, d maecenasv1.Mandate_Disclosure) int32 {
	if v != Applicant || d == maecenasv1.Mandate_CRITERIA_AND_WEIGHTS {
		return score
	}
	return score / scoreStep * scoreStep
}

// Match returns what the view shows of a match with a mandate of that
// disclosure. An Applicant gets scores rounded down to steps of 500 hundredths
// and no weights and contributions unless the mandate shows its weights; from
// one that shows NONE, no terms and requirements either. What would lift a match
// is for the need's own people: an Investor gets none of it.
func (v View) Match(m *maecenasv1.Match, d maecenasv1.Mandate_Disclosure) *maecenasv1.Match {
	if v == Investor && len(m.GetImprovements()) > 0 {
		seen := proto.CloneOf(m)
		seen.Improvements = nil
		return seen
	}
	if v != Applicant || d == maecenasv1.Mandate_CRITERIA_AND_WEIGHTS {
		return m
	}
	seen := &maecenasv1.Match{
		Need:                    m.GetNeed(),
		Mandate:                 m.GetMandate(),
		Rank:                    m.GetRank(),
		Eligibility:             m.GetEligibility(),
		Score:                   m.GetScore() / scoreStep * scoreStep,
		Potential:               m.GetPotential() / scoreStep * scoreStep,
		Fit:                     m.GetFit() / scoreStep * scoreStep,
		Confidence:              m.Confidence,
		OrganizationDisplayName: m.GetOrganizationDisplayName(),
		NeedTitle:               m.GetNeedTitle(),
		InvestorDisplayName:     m.GetInvestorDisplayName(),
		MandateTitle:            m.GetMandateTitle(),
		CloseDate:               m.GetCloseDate(),
		Contested:               m.GetContested(),
		Contests:                m.GetContests(),
		OrganizationFreshness:   m.GetOrganizationFreshness(),
		MandateFreshness:        m.GetMandateFreshness(),
	}
	if d == maecenasv1.Mandate_NONE {
		return seen
	}
	seen.Requirements = m.GetRequirements()
	seen.NearMiss = m.GetNearMiss()
	if r := m.GetRobustness(); r != nil {
		seen.Robustness = &maecenasv1.Robustness{Top: r.GetTop(), Label: r.GetLabel()}
	}
	for _, one := range m.GetImprovements() {
		seen.Improvements = append(seen.Improvements, coarse(one, m.GetScore()))
	}
	// Their order by what they add exactly would tell more than their steps.
	slices.SortStableFunc(seen.GetImprovements(), func(a, b *maecenasv1.MatchImprovement) int {
		return cmp.Or(
			cmp.Compare(a.GetEligibility(), b.GetEligibility()), cmp.Compare(b.GetGain(), a.GetGain()),
			cmp.Compare(a.GetKind(), b.GetKind()), cmp.Compare(a.GetPath(), b.GetPath()),
		)
	})
	for _, term := range m.GetTerms() {
		seen.Terms = append(seen.Terms, &maecenasv1.MatchTerm{
			Term:      term.GetTerm(),
			Side:      term.GetSide(),
			Score:     term.GetScore(),
			Potential: term.GetPotential(),
			Reason:    v.reason(term.GetReason()),
		})
	}
	return seen
}

// coarse is an improvement of a match with a score, in steps as coarse as that is
// shown: fine ones would give the weights away.
func coarse(one *maecenasv1.MatchImprovement, score int32) *maecenasv1.MatchImprovement {
	proposed, _, _ := strings.Cut(one.GetProposed(), ": adds ")
	return &maecenasv1.MatchImprovement{
		Path: one.GetPath(), Current: one.GetCurrent(), Proposed: proposed, Kind: one.GetKind(),
		Gain:     (score+one.GetGain())/scoreStep*scoreStep - score/scoreStep*scoreStep,
		RankGain: one.GetRankGain(), Eligibility: one.GetEligibility(),
	}
}

// learnedMark is in what an investor's side says where it was learned from deals.
const learnedMark = " learned "

// reason leaves out what was learned: it counts an investor's deals, also those
// that are not published.
func (v View) reason(r *maecenasv1.MatchTerm_Reason) *maecenasv1.MatchTerm_Reason {
	if !strings.Contains(r.GetInvestor(), learnedMark) {
		return r
	}
	return &maecenasv1.MatchTerm_Reason{Code: r.GetCode(), Organization: r.GetOrganization()}
}
