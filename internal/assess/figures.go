package assess

import (
	"github.com/maecenas-cci/maecenas/internal/assess/exact"
	"github.com/maecenas-cci/maecenas/internal/assess/method"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// dimensions is how many dimensions the rubric has. A dimension's place in an
// array is its number less one.
const dimensions = method.Count

// figure is a dimension's score and potential in hundredths of a point.
type figure struct {
	low, high     int32
	notApplicable bool
}

// unknown is the figure of a dimension about which nothing is known.
var unknown = figure{low: 0, high: exact.Full}

// interval is what a share may be, low and high.
type interval struct{ low, high exact.Ratio }

// anything is the interval of a share about which nothing is known.
var anything = interval{exact.NewRatio(0, 1), exact.NewRatio(1, 1)}

// figure rounds both ends.
func (i interval) figure() figure {
	return figure{low: i.low.Hundredths(), high: i.high.Hundredths()}
}

// exactly is the figure of one share that is known.
func exactly(r exact.Ratio) figure {
	hundredths := r.Hundredths()
	return figure{low: hundredths, high: hundredths}
}

// figures are those of all dimensions.
type figures [dimensions]figure

// of returns the figure of a dimension.
func (f *figures) of(d maecenasv1.Assessment_Dimension) *figure { return &f[d-1] }

// group is what evaluate gathers of the streams and relationships of a segment.
type group struct {
	commitment  int64 // the longest that is stated, in months
	open        bool  // some relationship's commitment is unset
	reached     bool  // there is a relationship
	amount      int64
	payers      [2]exact.Int // sum of amount × top payer's share, low and high
	named, paid bool         // has a stream; has an ACTUAL stream with an amount above 0
}

// evaluation is a model with the sums that several dimensions share.
type evaluation struct {
	*model
	amountsKnown bool
	total        int64    // R
	proof        interval // F
}

// evaluate works out every dimension of the model as it stands.
func (m *model) evaluate() figures {
	e := evaluation{model: m}
	e.gather()
	var f figures
	if m.in.CanvasUndisclosed {
		for i := range f {
			f[i] = unknown
		}
	} else {
		f[maecenasv1.Assessment_SWITCHING_COST-1] = e.switchingCost()
		f[maecenasv1.Assessment_RECURRING_REVENUE-1] = e.recurringRevenue()
		f[maecenasv1.Assessment_EARN_BEFORE_SPEND-1] = e.earnBeforeSpend()
		f[maecenasv1.Assessment_COST_POSITION-1] = m.costPosition()
		f[maecenasv1.Assessment_OTHERS_CREATE_VALUE-1] = m.othersCreateValue()
		f[maecenasv1.Assessment_SCALABILITY-1] = e.scalability()
		f[maecenasv1.Assessment_PROTECTION-1] = m.protection()
		f[maecenasv1.Assessment_REVENUE_DIVERSITY-1] = e.revenueDiversity()
		f[maecenasv1.Assessment_RIGHTS_CONTROL-1] = m.rightsControl()
		f[maecenasv1.Assessment_COHERENCE-1] = m.coherence()
	}
	f[maecenasv1.Assessment_MARKET_EVIDENCE-1] = m.marketEvidence()
	f[maecenasv1.Assessment_FINANCIAL_RUNWAY-1] = m.financialRunway()
	f[maecenasv1.Assessment_OPERATING_MARGIN-1] = m.operatingMargin()
	f[maecenasv1.Assessment_TEAM-1] = m.team()
	return f
}

// gather sums up the streams and the relationships by segment.
func (e *evaluation) gather() {
	clear(e.groups)
	for _, r := range e.reach {
		g := &e.groups[r.group]
		g.reached = true
		if months := e.relationships[r.relationship]; months.set {
			g.commitment = max(g.commitment, months.value)
		} else {
			g.open = true
		}
	}
	e.amountsKnown = true
	for i := range e.streams {
		s, g := &e.streams[i], &e.groups[e.streams[i].group]
		g.named = true
		if !s.amount.set {
			e.amountsKnown = false
			continue
		}
		amount := s.amount.value
		e.total += amount
		g.amount += amount
		g.payers[0].AddProduct(amount, s.topPayer.or(maxShare))
		g.payers[1].AddProduct(amount, s.topPayer.or(0))
		g.paid = g.paid || amount > 0 && s.stage == maecenasv1.RevenueStream_ACTUAL
	}
	e.amountsKnown = e.amountsKnown && e.total > 0
	e.proof = e.streamMean(1, wholeValue)
}

// wholeValue counts every stream in full.
func wholeValue(*evaluation, *stream) span { return span{1, 1} }

// proof is a stream's proof factor, in parts of method.ProofUnit.
func (s *stream) proof() span { return spanOf(method.Proof(s.stage)) }

// spanOf is a share of the method as a span.
func spanOf(s method.Share) span { return span{s.Low, s.High} }

// streamMean is the rubric's stream mean of values given in units of 1/scale:
// each end times its proof factor, weighted by amount when amounts are known,
// the hull otherwise, anything without streams.
func (e *evaluation) streamMean(scale int64, value func(*evaluation, *stream) span) interval {
	if len(e.streams) == 0 {
		return anything
	}
	hull := span{low: scale * method.ProofUnit}
	var low, high exact.Int
	for i := range e.streams {
		s := &e.streams[i]
		v, p := value(e, s), s.proof()
		v.low, v.high = v.low*p.low, v.high*p.high
		hull.low, hull.high = min(hull.low, v.low), max(hull.high, v.high)
		if e.amountsKnown {
			low.AddProduct(s.amount.value, v.low)
			high.AddProduct(s.amount.value, v.high)
		}
	}
	if !e.amountsKnown {
		return interval{exact.NewRatio(hull.low, scale*method.ProofUnit), exact.NewRatio(hull.high, scale*method.ProofUnit)}
	}
	den := exact.NewInt(e.total).Times(scale * method.ProofUnit)
	return interval{exact.Ratio{Num: low, Den: den}, exact.Ratio{Num: high, Den: den}}
}
