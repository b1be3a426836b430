package fact

import (
	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

// Dimensions is one more than the number of dimensions of the assessment, so
// that its enum numbers index arrays; 0 is the assessment as a whole.
const Dimensions = 15

// NotApplicable is the low and high end of a dimension that does not apply.
const NotApplicable = -1

// Proof is what an assessment, evidence and rights say, as gates read it.
type Proof struct {
	// Scores are the assessment's figures, by dimension; [0] is the whole.
	Scores [Dimensions]struct{ Low, High int16 }
	// Evidence is the level of each MinEvidence.Subject; 0 where no fact of the
	// group is stated or shown.
	Evidence [4]maecenasv1.Evidence_Level
	// Rights are the shares owned in rights of INTELLECTUAL resources, by kind.
	Rights [7]Right
	// Canvas says that there is a canvas and it is shown.
	Canvas bool
}

// Right is what is known of one kind of right.
type Right struct {
	// Best is the largest stated share in basis points; Unset where there is none.
	Best int16
	// Open says that a right of the kind has no stated share.
	Open bool
}

func proofOf(f NeedFacts, shown Groups) Proof {
	var p Proof
	for i := range p.Scores {
		p.Scores[i].High = Full
	}
	if a := f.Assessment; a != nil {
		p.Scores[0].Low, p.Scores[0].High = int16(a.GetScore()), int16(a.GetPotential())
		for _, d := range a.GetDimensions() {
			if i := d.GetDimension(); i > 0 && i < Dimensions {
				low, high := figures(d)
				p.Scores[i].Low, p.Scores[i].High = int16(low), int16(high)
			}
		}
	}
	p.Evidence = evidenceOf(f.Organization, shown)
	p.compileRights(f.Canvas, shown)
	return p
}

// readinessOf is an assessment's readiness and the most it could be; any level
// where there is none.
func readinessOf(a *maecenasv1.Assessment) (readiness, potential uint8) {
	if a == nil {
		return 1, 9
	}
	return uint8(a.GetReadiness()), uint8(a.GetReadinessPotential())
}

// figures are a dimension's ends, NotApplicable where it does not apply.
func figures(d *maecenasv1.DimensionResult) (low, high int32) {
	if d.GetStatus() == maecenasv1.DimensionResult_NOT_APPLICABLE {
		return NotApplicable, NotApplicable
	}
	return d.GetScore(), d.GetPotential()
}

func evidenceOf(org *maecenasv1.Organization, shown Groups) (levels [4]maecenasv1.Evidence_Level) {
	if t := org.GetTraction(); t != nil && shown&Traction != 0 && (t.Interviews != nil || t.LettersOfIntent != nil ||
		t.Pilots != nil || t.PayingCustomers != nil || t.RevenueGrowth12MBp != nil) {
		levels[maecenasv1.Requirement_MinEvidence_TRACTION] = levelOf(t.GetEvidence())
	}
	if m := org.GetFinancials(); m != nil && shown&Financials != 0 && (m.Cash != nil || m.MonthlyBurn != nil ||
		m.Revenue12M != nil || m.Ebitda12M != nil || m.FullTimeEquivalents != nil || m.BalanceSheetTotal != nil) {
		levels[maecenasv1.Requirement_MinEvidence_FINANCIALS] = levelOf(m.GetEvidence())
	}
	if t := org.GetTeam(); len(t.GetMembers()) > 0 && shown&TeamFacts != 0 {
		levels[maecenasv1.Requirement_MinEvidence_TEAM] = levelOf(t.GetEvidence())
	}
	return levels
}

// levelOf is an evidence's level; unspecified counts as SELF_DECLARED.
func levelOf(e *maecenasv1.Evidence) maecenasv1.Evidence_Level {
	return max(e.GetLevel(), maecenasv1.Evidence_SELF_DECLARED)
}

func (p *Proof) compileRights(c *maecenasv1.Canvas, shown Groups) {
	for i := range p.Rights {
		p.Rights[i].Best = Unset
	}
	if c == nil || shown&Canvas == 0 {
		return
	}
	p.Canvas = true
	for _, r := range c.GetKeyResources() {
		if r.GetKind() != maecenasv1.KeyResource_INTELLECTUAL {
			continue
		}
		for _, right := range r.GetRights() {
			k := right.GetKind()
			if k <= 0 || int(k) >= len(p.Rights) {
				continue
			}
			if right.OwnedShareBp == nil {
				p.Rights[k].Open = true
			} else {
				p.Rights[k].Best = max(p.Rights[k].Best, int16(right.GetOwnedShareBp()))
			}
		}
	}
}

// businessDimensions are the dimensions behind each term.
var businessDimensions = [Businesses][]maecenasv1.Assessment_Dimension{
	Design: {
		maecenasv1.Assessment_SWITCHING_COST, maecenasv1.Assessment_RECURRING_REVENUE,
		maecenasv1.Assessment_EARN_BEFORE_SPEND, maecenasv1.Assessment_COST_POSITION,
		maecenasv1.Assessment_OTHERS_CREATE_VALUE, maecenasv1.Assessment_SCALABILITY,
		maecenasv1.Assessment_COHERENCE,
	},
	Robustness: {
		maecenasv1.Assessment_FINANCIAL_RUNWAY, maecenasv1.Assessment_OPERATING_MARGIN,
		maecenasv1.Assessment_REVENUE_DIVERSITY,
	},
	Defensibility:  {maecenasv1.Assessment_PROTECTION, maecenasv1.Assessment_RIGHTS_CONTROL},
	Team:           {maecenasv1.Assessment_TEAM},
	MarketEvidence: {maecenasv1.Assessment_MARKET_EVIDENCE},
}

// Of lists the dimensions behind a term.
func (b Business) Of() []maecenasv1.Assessment_Dimension { return businessDimensions[b] }

// businessOf is the mean of the applicable dimensions behind a term, by the
// rubric's weights, half up; anything where there is no assessment.
func businessOf(a *maecenasv1.Assessment, b Business) Interval {
	var low, high, weight int64
	for _, d := range a.GetDimensions() {
		for _, wanted := range businessDimensions[b] {
			if d.GetDimension() != wanted {
				continue
			}
			if l, h := figures(d); l != NotApplicable {
				w := int64(d.GetWeight())
				low, high, weight = low+w*int64(l), high+w*int64(h), weight+w
			}
		}
	}
	if weight == 0 {
		return Anything
	}
	return Interval{int32((2*low + weight) / (2 * weight)), int32((2*high + weight) / (2 * weight))}
}

// SizeFacts are the figures that a size class follows from; Unset where unset.
type SizeFacts struct {
	FullTimeEquivalents, Turnover, BalanceSheet int64
	Currency                                    Currency
}

func sizeOf(f *maecenasv1.Financials, shown Groups) SizeFacts {
	s := SizeFacts{Unset, Unset, Unset, 0}
	if f == nil || shown&Financials == 0 {
		return s
	}
	if f.FullTimeEquivalents != nil {
		s.FullTimeEquivalents = int64(f.GetFullTimeEquivalents())
	}
	s.Turnover, s.BalanceSheet = amountOf(f.Revenue12M), amountOf(f.BalanceSheetTotal)
	s.Currency = CurrencyOf(f.GetCurrencyCode())
	return s
}

// Euro is the currency that the rules of the Union count in.
var Euro = CurrencyOf("EUR")

// always is the size class that follows on every day: where no amount that is
// stated is in another currency than the euro. Else 0.
func (s *SizeFacts) always() (least, most taxonomy.Size) {
	if (s.Turnover >= 0 || s.BalanceSheet >= 0) && s.Currency != Euro {
		return 0, 0
	}
	return s.Class(&Exchange{})
}

// Class is the size class as an interval, with amounts at the day's rates.
func (s *SizeFacts) Class(x *Exchange) (least, most taxonomy.Size) {
	var in taxonomy.SizeFacts
	if s.FullTimeEquivalents >= 0 {
		in.FullTimeEquivalents = &s.FullTimeEquivalents
	}
	if v, ok := x.ConvertUp(s.Turnover, s.Currency, Euro); ok {
		in.TurnoverEUR = &v
	}
	if v, ok := x.ConvertUp(s.BalanceSheet, s.Currency, Euro); ok {
		in.BalanceSheetEUR = &v
	}
	return taxonomy.SizeClass(in)
}
