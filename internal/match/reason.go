package match

import (
	"strconv"
	"strings"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match/fact"
)

// reason is why a term has its value, with both sides' facts as data: the code is
// stable, text is made of it late.
func (p *Plan) reason(t Term, n *Need, v fact.Interval) *maecenasv1.MatchTerm_Reason {
	switch t {
	case maecenasv1.MatchTerm_SECTOR:
		return p.learnedToo(t, n, p.sectorReason(n))
	case maecenasv1.MatchTerm_PLACE:
		return p.learnedToo(t, n, p.placeReason(n))
	case maecenasv1.MatchTerm_STAGE:
		return p.learnedToo(t, n, p.stageReason(n))
	case maecenasv1.MatchTerm_TICKET:
		return p.learnedToo(t, n, p.ticketReason(n, v))
	case maecenasv1.MatchTerm_ORDER:
		return p.orderReason(n)
	case maecenasv1.MatchTerm_IMPACT, maecenasv1.MatchTerm_CLUSTER, maecenasv1.MatchTerm_LANGUAGE:
		return p.listReason(t, n, v)
	case maecenasv1.MatchTerm_SUPPORT:
		return p.supportReason(n, v)
	case maecenasv1.MatchTerm_DECISION_SPEED:
		return p.speedReason(n)
	case maecenasv1.MatchTerm_TERMS:
		return p.termsReason(n, v)
	case maecenasv1.MatchTerm_ACTIVITY:
		return p.activityReason()
	default:
		return businessReason(t, n, v)
	}
}

func because(code string) *maecenasv1.MatchTerm_Reason {
	return &maecenasv1.MatchTerm_Reason{Code: code}
}

// wish writes a graded entry, and whether the grade was made of deals.
func (p *Plan) wish(t Term, entry string, grade int32) string {
	text := strings.TrimSpace(entry + " grade " + strconv.Itoa(int(grade)))
	if p.m.fromDeals[t] {
		text += " from deals"
	}
	return text
}

func (p *Plan) sectorReason(n *Need) *maecenasv1.MatchTerm_Reason {
	if p.m.sectors == nil {
		return because("SECTOR_NO_WISH")
	}
	var have []string
	for i := range n.Rest.Activities {
		have = append(have, n.Rest.Activities[i].Text())
	}
	r := &maecenasv1.MatchTerm_Reason{Organization: strings.Join(append(have, n.Domains.Names()...), ", ")}
	entry, grade, percent, ok := p.m.sectors.Nearest(n.Rest.Activities, n.Domains)
	switch {
	case !ok && len(n.Rest.Activities) == 0:
		r.Code = "SECTOR_UNSET"
		return r
	case !ok:
		r.Code = "SECTOR_OUTSIDE"
		return r
	case percent == 100:
		r.Code = "SECTOR_WITHIN"
	case percent == 75:
		r.Code = "SECTOR_GROUP_SHARED"
	case percent == 50:
		r.Code = "SECTOR_DIVISION_SHARED"
	default:
		r.Code = "SECTOR_SECTION_SHARED"
	}
	r.Investor = p.wish(maecenasv1.MatchTerm_SECTOR, entry, grade)
	return r
}

// placeCodes are the reasons by the level of the deepest entry that holds.
var placeCodes = [...]string{
	fact.Country: "PLACE_COUNTRY_HELD", fact.Subdivision: "PLACE_SUBDIVISION_HELD",
	fact.Area: "PLACE_AREA_HELD", fact.Local: "PLACE_LOCALITY_HELD",
}

func (p *Plan) placeReason(n *Need) *maecenasv1.MatchTerm_Reason {
	if p.m.places == nil {
		return because("PLACE_NO_WISH")
	}
	r := &maecenasv1.MatchTerm_Reason{Organization: n.Rest.PlaceText}
	held, ok := p.m.places.Held(&n.Rest.Place)
	switch {
	case !ok:
		r.Code = "PLACE_OUTSIDE"
		return r
	case held.Certain:
		r.Code = placeCodes[held.Level]
	default:
		r.Code = "PLACE_MAY_BE_HELD"
	}
	r.Investor = p.wish(maecenasv1.MatchTerm_PLACE, held.Text, held.Grade)
	return r
}

func (p *Plan) stageReason(n *Need) *maecenasv1.MatchTerm_Reason {
	switch {
	case p.m.stages == nil:
		return because("STAGE_NO_WISH")
	case n.Stage == 0:
		return because("STAGE_UNSET")
	}
	stage := maecenasv1.FundingStage_Stage(n.Stage).String()
	r := &maecenasv1.MatchTerm_Reason{Code: "STAGE_GRADED", Organization: stage}
	grade := p.m.stages.Grade(n.Stage)
	if grade == 0 {
		r.Code = "STAGE_NOT_GRADED"
		return r
	}
	r.Investor = p.wish(maecenasv1.MatchTerm_STAGE, stage, grade)
	return r
}

// inCommon lists the offers of kinds that the need has too.
func (p *Plan) inCommon(n *Need) (offers []*fact.Offer) {
	for i := range p.m.offers {
		if n.Instruments.Has(p.m.offers[i].Kind) {
			offers = append(offers, &p.m.offers[i])
		}
	}
	return offers
}

func (p *Plan) ticketReason(n *Need, v fact.Interval) *maecenasv1.MatchTerm_Reason {
	offers := p.inCommon(n)
	if len(offers) == 0 {
		return because("TICKET_NO_COMMON_INSTRUMENT")
	}
	r := &maecenasv1.MatchTerm_Reason{Organization: fact.Amounts(n.AmountMin, n.AmountMax, n.Currency)}
	var given []string
	for _, o := range offers {
		given = append(given, strings.TrimSpace(o.Kind.String()+" "+fact.Amounts(o.Min, o.Max, o.Currency)))
	}
	r.Investor = strings.Join(given, ", ")
	switch {
	case v.Low == fact.Full:
		r.Code = "TICKET_WITHIN"
	case v.Low == v.High:
		r.Code = "TICKET_OUTSIDE"
	case n.AmountMin < 0 || n.AmountMax < 0:
		r.Code = "TICKET_UNSET"
	default:
		r.Code = "TICKET_NO_RATE"
	}
	return r
}

func (p *Plan) termsReason(n *Need, v fact.Interval) *maecenasv1.MatchTerm_Reason {
	offers := p.inCommon(n)
	if len(offers) == 0 {
		return because("TERMS_NO_COMMON_INSTRUMENT")
	}
	var bounds, given []string
	for b := range fact.Bounds {
		if n.Bounds[b] == fact.Unset {
			continue
		}
		bounds = append(bounds, b.String()+" "+b.Text(n.Bounds[b]))
		for _, o := range offers {
			if b.AppliesTo(o.Kind) && o.Terms[b] != fact.Unset {
				given = append(given, o.Kind.String()+" "+b.String()+" "+b.Text(o.Terms[b]))
			}
		}
	}
	r := &maecenasv1.MatchTerm_Reason{Organization: strings.Join(bounds, ", "), Investor: strings.Join(given, ", ")}
	switch {
	case len(bounds) == 0:
		r.Code = "TERMS_NO_BOUND"
	case v.Low != v.High:
		r.Code = "TERMS_OFFER_UNSET"
	case v.Low > 0:
		r.Code = "TERMS_WITHIN_BOUNDS"
	default:
		r.Code = "TERMS_AT_BOUNDS_OR_BEYOND"
	}
	return r
}

func (p *Plan) activityReason() *maecenasv1.MatchTerm_Reason {
	switch {
	case p.m.publicCall && p.m.remaining < 0:
		return because("ACTIVITY_BUDGET_UNSET")
	case p.m.publicCall && p.m.remaining == 0:
		return because("ACTIVITY_BUDGET_SPENT")
	case p.m.publicCall:
		return because("ACTIVITY_CALL_WITH_BUDGET")
	case len(p.m.dealDates) == 0:
		return because("ACTIVITY_NO_DEAL_STATED")
	default:
		return &maecenasv1.MatchTerm_Reason{Code: "ACTIVITY_DEALS_OF_A_YEAR", Investor: strconv.Itoa(p.deals)}
	}
}

func businessReason(t Term, n *Need, v fact.Interval) *maecenasv1.MatchTerm_Reason {
	r := because(t.String() + "_ASSESSED")
	switch {
	case v == fact.Anything:
		r.Code = t.String() + "_UNKNOWN"
		return r
	case v.Low != v.High:
		r.Code = t.String() + "_PARTLY_KNOWN"
	}
	var figures []string
	for _, d := range fact.Business(t - maecenasv1.MatchTerm_DESIGN).Of() {
		if s := n.Rest.Proof.Scores[d]; s.Low != fact.NotApplicable {
			figures = append(figures, d.String()+" "+fact.Percent(int64(s.Low)))
		}
	}
	r.Organization = strings.Join(figures, ", ")
	return r
}

// learnedToo adds to a reason what was learned of the term, where that counts.
func (p *Plan) learnedToo(t Term, n *Need, r *maecenasv1.MatchTerm_Reason) *maecenasv1.MatchTerm_Reason {
	if !p.m.learns[t] {
		return r
	}
	if r.GetCode() == t.String()+"_NO_WISH" {
		r.Code = t.String() + "_LEARNED"
	}
	parts := []string{p.m.learned.Text(t, n, &p.exchange)}
	if r.GetInvestor() != "" {
		parts = append([]string{r.GetInvestor()}, parts...)
	}
	r.Investor = strings.Trim(strings.Join(parts, "; "), "; ")
	return r
}

func (p *Plan) orderReason(n *Need) *maecenasv1.MatchTerm_Reason {
	switch {
	case !p.m.learns[maecenasv1.MatchTerm_ORDER]:
		return because("ORDER_NOT_LEARNED")
	case n.Rounds < 0:
		return because("ORDER_UNSET")
	}
	r := because("ORDER_LEARNED")
	r.Organization = strconv.Itoa(int(n.Rounds))
	return p.learnedToo(maecenasv1.MatchTerm_ORDER, n, r)
}

// listReason is why IMPACT, CLUSTER or LANGUAGE has its value.
func (p *Plan) listReason(t Term, n *Need, v fact.Interval) *maecenasv1.MatchTerm_Reason {
	r := &maecenasv1.MatchTerm_Reason{}
	switch {
	case p.m.neutral(t):
		r.Code = t.String() + "_NO_WISH"
		return r
	case t == maecenasv1.MatchTerm_IMPACT:
		r.Organization, r.Investor = fact.GoalNames(n.Goals), p.m.goals.There(n.Goals)
	case t == maecenasv1.MatchTerm_CLUSTER:
		r.Organization, r.Investor = strings.Join(n.Rest.Labels, ", "), p.m.clusters.There(n.Rest.Labels)
	default:
		r.Organization, r.Investor = strings.Join(n.Rest.Languages, ", "), p.m.languages.There(n.Rest.Languages)
	}
	switch {
	case v.Low != v.High:
		r.Code = t.String() + "_UNSET"
	case v.Low == fact.Full:
		r.Code = t.String() + "_ALL_THERE"
	case v.Low == 0:
		r.Code = t.String() + "_NONE_THERE"
	default:
		r.Code = t.String() + "_PARTLY_THERE"
	}
	return r
}

func (p *Plan) supportReason(n *Need, v fact.Interval) *maecenasv1.MatchTerm_Reason {
	if n.Support == 0 {
		return because("SUPPORT_NOT_WANTED")
	}
	r := &maecenasv1.MatchTerm_Reason{
		Organization: fact.SupportNames(n.Support), Investor: fact.SupportNames(p.m.support),
	}
	switch v.Low {
	case fact.Full:
		r.Code = "SUPPORT_ALL_OFFERED"
	case 0:
		r.Code = "SUPPORT_NONE_OFFERED"
	default:
		r.Code = "SUPPORT_PARTLY_OFFERED"
	}
	return r
}

func (p *Plan) speedReason(n *Need) *maecenasv1.MatchTerm_Reason {
	switch {
	case !n.Dated:
		return because("DECISION_SPEED_NO_DATE")
	case p.m.weeks < 0:
		return because("DECISION_SPEED_UNSET")
	default:
		r := because("DECISION_SPEED_WEEKS")
		r.Investor = strconv.FormatInt(p.m.weeks, 10)
		return r
	}
}
