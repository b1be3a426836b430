package assess

import (
	"time"

	"github.com/maecenas-cci/maecenas/internal/assess/exact"
	"github.com/maecenas-cci/maecenas/internal/assess/method"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// Confidence returns how well the facts behind the assessment a of in are
// supported on a date (YYYY-MM-DD), in hundredths of a percent, 0 to 10000:
// evidence by its level and age. A date that is none makes all evidence undated.
func Confidence(in Input, a *maecenasv1.Assessment, date string) int32 {
	day, _ := parseDay(date)
	weights, sum := int64(0), exact.Int{}
	for _, result := range a.GetDimensions() {
		d := result.GetDimension()
		if result.GetStatus() == maecenasv1.DimensionResult_NOT_APPLICABLE || d < 1 || d > dimensions {
			continue
		}
		weight := int64(method.Dimensions[d-1].Weight)
		weights += weight
		switch {
		case result.GetStatus() == maecenasv1.DimensionResult_UNKNOWN:
		case d == maecenasv1.Assessment_COHERENCE:
			sum.AddProduct(weight, 100*evidenceUnit)
		default:
			sum.AddProduct(weight, in.weakest(d, day))
		}
	}
	if weights == 0 {
		return 0
	}
	return exact.Ratio{Num: sum, Den: exact.NewInt(100 * weights).Times(evidenceUnit)}.Hundredths()
}

// evidenceUnit is one percent of evidence, in the unit that it is counted in.
var evidenceUnit = exact.Full * method.Age.Grid()

// evidenceLevel reads a level; what is not said is SELF_DECLARED.
func evidenceLevel(evidence *maecenasv1.Evidence) maecenasv1.Evidence_Level {
	level := known(evidence.GetLevel(), maecenasv1.Evidence_THIRD_PARTY_VERIFIED)
	return max(level, maecenasv1.Evidence_SELF_DECLARED)
}

// weakest is the weakest of the evidence of a dimension's inputs.
func (in Input) weakest(d maecenasv1.Assessment_Dimension, today day) int64 {
	weakest := int64(-1)
	in.evidence(d, func(evidence *maecenasv1.Evidence) {
		one := method.EvidencePercent[evidenceLevel(evidence)]
		if made, ok := parseDay(evidence.GetAsOfDate()); ok && today != (day{}) {
			one *= method.Age.Step(made.monthsUntil(today))
		} else {
			one *= evidenceUnit * method.UndatedPercent / 100
		}
		if weakest < 0 || one < weakest {
			weakest = one
		}
	})
	if weakest < 0 {
		return method.NoItemsPercent * evidenceUnit
	}
	return weakest
}

// stale tells whether a dated input of any dimension is older than 24 completed
// months on a day.
func (in Input) stale(today day) bool {
	stale := false
	for d := range maecenasv1.Assessment_Dimension(dimensions) {
		in.evidence(d+1, func(evidence *maecenasv1.Evidence) {
			if made, ok := parseDay(evidence.GetAsOfDate()); ok && today != (day{}) {
				stale = stale || made.monthsUntil(today) > method.StaleMonths
			}
		})
	}
	return stale
}

// evidence visits the evidence of a dimension's inputs: of every item of a block,
// or of a message of its own, also when that is absent.
func (in Input) evidence(d maecenasv1.Assessment_Dimension, visit func(*maecenasv1.Evidence)) {
	canvas := in.Canvas
	if in.CanvasUndisclosed {
		canvas = nil
	}
	switch d {
	case maecenasv1.Assessment_SWITCHING_COST:
		visitEvidence(canvas.GetCustomerRelationships(), visit)
	case maecenasv1.Assessment_RECURRING_REVENUE, maecenasv1.Assessment_EARN_BEFORE_SPEND, maecenasv1.Assessment_REVENUE_DIVERSITY:
		visitEvidence(canvas.GetRevenueStreams(), visit)
	case maecenasv1.Assessment_COST_POSITION:
		visit(canvas.GetUnitEconomics().GetEvidence())
	case maecenasv1.Assessment_OTHERS_CREATE_VALUE:
		visitEvidence(canvas.GetKeyActivities(), visit)
	case maecenasv1.Assessment_SCALABILITY:
		visitEvidence(canvas.GetRevenueStreams(), visit)
		visitEvidence(canvas.GetCostItems(), visit)
	case maecenasv1.Assessment_PROTECTION:
		visitEvidence(canvas.GetMoats(), visit)
	case maecenasv1.Assessment_MARKET_EVIDENCE:
		visit(in.Traction.GetEvidence())
	case maecenasv1.Assessment_FINANCIAL_RUNWAY, maecenasv1.Assessment_OPERATING_MARGIN:
		visit(in.Financials.GetEvidence())
	case maecenasv1.Assessment_RIGHTS_CONTROL:
		for _, resource := range canvas.GetKeyResources() {
			if resource.GetKind() == maecenasv1.KeyResource_INTELLECTUAL {
				visit(resource.GetEvidence())
			}
		}
	case maecenasv1.Assessment_TEAM:
		visit(in.Team.GetEvidence())
	}
}

func visitEvidence[T interface{ GetEvidence() *maecenasv1.Evidence }](items []T, visit func(*maecenasv1.Evidence)) {
	for _, item := range items {
		visit(item.GetEvidence())
	}
}

// day is a calendar day; the zero value is none.
type day struct{ year, month, day int }

// parseDay reads YYYY-MM-DD.
func parseDay(date string) (day, bool) {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return day{}, false
	}
	return day{t.Year(), int(t.Month()), t.Day()}, true
}

// monthsUntil counts completed calendar months: a day of the month not yet
// reached does not complete it; a day to come is age 0.
func (d day) monthsUntil(later day) int64 {
	months := 12*(later.year-d.year) + later.month - d.month
	if later.day < d.day {
		months--
	}
	return int64(max(months, 0))
}

// flags lists what a reader should know beside the figures, in the enum's order,
// without STALE_EVIDENCE, which needs a day. It stands on what evaluate gathered.
func (m *model) flags() []maecenasv1.Assessment_Flag {
	var raised []maecenasv1.Assessment_Flag
	for _, rule := range []struct {
		flag maecenasv1.Assessment_Flag
		up   bool
	}{
		{maecenasv1.Assessment_GRANT_DEPENDENT, m.grantDependent()},
		{maecenasv1.Assessment_SINGLE_PAYER, m.singlePayer()},
		{maecenasv1.Assessment_FAIR_PRACTICE, m.unfairPractice()},
		{maecenasv1.Assessment_COSTS_INCOMPLETE, m.costsIncomplete()},
		{maecenasv1.Assessment_REVENUE_INCONSISTENT, m.revenueInconsistent()},
		{maecenasv1.Assessment_BURN_INCONSISTENT, m.ebitda.set && m.ebitda.value < 0 && m.burn.set && m.burn.value <= 0},
	} {
		if rule.up {
			raised = append(raised, rule.flag)
		}
	}
	return raised
}

// amounts returns R, the part of it that is gifts, and whether amounts are known.
func (m *model) amounts() (all, gifts int64, known bool) {
	for i := range m.streams {
		s := &m.streams[i]
		if !s.amount.set {
			return 0, 0, false
		}
		all += s.amount.value
		if s.gift {
			gifts += s.amount.value
		}
	}
	return all, gifts, all > 0
}

func (m *model) grantDependent() bool {
	all, gifts, known := m.amounts()
	return known && 2*gifts > all
}

// singlePayer: in some segment the largest payers carry half of R; a share that
// is unset counts 0.
func (m *model) singlePayer() bool {
	all, _, known := m.amounts()
	if !known {
		return false
	}
	half := exact.NewInt(all).Times(maxShare)
	for i := range m.groups {
		if payers := m.groups[i].payers[1]; payers.Add(payers).Cmp(half) >= 0 {
			return true
		}
	}
	return false
}

func (m *model) unfairPractice() bool {
	for i := range m.activities {
		if m.activities[i].by == maecenasv1.KeyActivity_UNPAID_PARTNER && !m.activities[i].policy {
			return true
		}
	}
	return false
}

// sameCurrency tells whether canvas and financials speak of the same money.
func (m *model) sameCurrency() bool {
	return m.canvas.GetCurrencyCode() == m.in.Financials.GetCurrencyCode()
}

// costsIncomplete: the canvas's costs are under 80 % of what the accounts say.
func (m *model) costsIncomplete() bool {
	if len(m.costs) == 0 || !m.sameCurrency() || !m.revenue.set || !m.ebitda.set {
		return false
	}
	sum := int64(0)
	for i := range m.costs {
		if !m.costs[i].amount.set {
			return false
		}
		sum += m.costs[i].amount.value
	}
	return 5*sum < 4*(m.revenue.value-m.ebitda.value)
}

// revenueInconsistent: the canvas's actual revenue and the accounts differ by
// more than a quarter of the larger.
func (m *model) revenueInconsistent() bool {
	if len(m.streams) == 0 || !m.sameCurrency() || !m.revenue.set {
		return false
	}
	actual := int64(0)
	for i := range m.streams {
		s := &m.streams[i]
		if !s.amount.set || s.stage == maecenasv1.RevenueStream_STAGE_UNSPECIFIED {
			return false
		}
		if s.stage == maecenasv1.RevenueStream_ACTUAL {
			actual += s.amount.value
		}
	}
	larger, smaller := max(actual, m.revenue.value), min(actual, m.revenue.value)
	return 4*(larger-smaller) > larger
}
