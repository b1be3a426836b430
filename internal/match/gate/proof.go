package gate

import (
	"strconv"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match/fact"
)

// between answers a least figure by the least and most that a figure could be.
func between(low, high, wanted int64) Answer {
	switch {
	case low >= wanted:
		return Pass
	case high < wanted:
		return Fail
	default:
		return Unknown
	}
}

// span writes a figure that may be an interval.
func span(low, high int64) string {
	if low == high {
		return strconv.FormatInt(low, 10)
	}
	return strconv.FormatInt(low, 10) + ".." + strconv.FormatInt(high, 10)
}

// stageRange: the need's stage lies between these; 0: no bound.
type stageRange struct{ earliest, latest maecenasv1.FundingStage_Stage }

func (r stageRange) bounds() (first, last int) {
	first, last = int(r.earliest), int(r.latest)
	if last == 0 {
		last = int(maecenasv1.FundingStage_ESTABLISHED)
	}
	return max(first, 1), last
}

func (r stageRange) answer(n *fact.Need, _ *fact.Exchange) Answer {
	first, last := r.bounds()
	s := int(n.Stage)
	switch {
	case s != 0:
		return passIf(first <= s && s <= last)
	case first > last:
		return Fail
	case first == 1 && last == int(maecenasv1.FundingStage_ESTABLISHED):
		return Pass
	default:
		return Unknown
	}
}
func (r stageRange) code() string { return "STAGE_BETWEEN" }
func (r stageRange) required(*fact.Need) string {
	return nameOf(r.earliest) + ".." + nameOf(r.latest)
}
func (r stageRange) actual(n *fact.Need, _ *fact.Exchange) string {
	return nameOf(maecenasv1.FundingStage_Stage(n.Stage))
}
func (r stageRange) distance(n *fact.Need, _ *fact.Exchange) (int64, string, bool) {
	first, last := r.bounds()
	s := int(n.Stage)
	if s == 0 || first > last {
		return 0, "", false
	}
	return int64(max(first-s, s-last)), "STAGES", true
}

type minReadiness struct{ level int32 }

func (r minReadiness) answer(n *fact.Need, _ *fact.Exchange) Answer {
	return between(int64(n.Readiness), int64(n.ReadinessPotential), int64(r.level))
}
func (r minReadiness) code() string               { return "READINESS_AT_LEAST" }
func (r minReadiness) required(*fact.Need) string { return ">= " + strconv.Itoa(int(r.level)) }
func (r minReadiness) actual(n *fact.Need, _ *fact.Exchange) string {
	return span(int64(n.Readiness), int64(n.ReadinessPotential))
}
func (r minReadiness) distance(n *fact.Need, _ *fact.Exchange) (int64, string, bool) {
	return int64(r.level) - int64(n.ReadinessPotential), "LEVELS", true
}

// minScore: the assessment's score, or a dimension's, is at least this.
type minScore struct {
	dimension maecenasv1.Assessment_Dimension
	score     int32
}

func (r minScore) figures(n *fact.Need) (low, high int64) {
	if r.dimension < 0 || r.dimension >= fact.Dimensions {
		return 0, fact.Full
	}
	s := n.Rest.Proof.Scores[r.dimension]
	return int64(s.Low), int64(s.High)
}

func (r minScore) answer(n *fact.Need, _ *fact.Exchange) Answer {
	low, high := r.figures(n)
	if low == fact.NotApplicable {
		return Pass
	}
	return between(low, high, int64(r.score))
}
func (r minScore) code() string {
	if r.dimension == 0 {
		return "SCORE_AT_LEAST"
	}
	return r.dimension.String() + "_AT_LEAST"
}
func (r minScore) required(*fact.Need) string { return ">= " + strconv.Itoa(int(r.score)) }
func (r minScore) actual(n *fact.Need, _ *fact.Exchange) string {
	low, high := r.figures(n)
	if low == fact.NotApplicable {
		return "NOT_APPLICABLE"
	}
	return span(low, high)
}
func (r minScore) distance(n *fact.Need, _ *fact.Exchange) (int64, string, bool) {
	_, high := r.figures(n)
	return int64(r.score) - high, "HUNDREDTHS", true
}

// minEvidence: a group of facts is supported at least so well.
type minEvidence struct {
	subject maecenasv1.Requirement_MinEvidence_Subject
	level   maecenasv1.Evidence_Level
}

func (r minEvidence) have(n *fact.Need) maecenasv1.Evidence_Level {
	if r.subject < 0 || int(r.subject) >= len(n.Rest.Proof.Evidence) {
		return 0
	}
	return n.Rest.Proof.Evidence[r.subject]
}

func (r minEvidence) answer(n *fact.Need, _ *fact.Exchange) Answer {
	have := r.have(n)
	if have == 0 {
		return Unknown
	}
	return passIf(have >= r.level)
}
func (r minEvidence) code() string                                 { return r.subject.String() + "_EVIDENCE_AT_LEAST" }
func (r minEvidence) required(*fact.Need) string                   { return ">= " + r.level.String() }
func (r minEvidence) actual(n *fact.Need, _ *fact.Exchange) string { return nameOf(r.have(n)) }
func (r minEvidence) distance(n *fact.Need, _ *fact.Exchange) (int64, string, bool) {
	return int64(r.level - r.have(n)), "LEVELS", true
}

// rightsHeld: the organization owns a share of a right of an intellectual resource.
type rightsHeld struct {
	kinds []maecenasv1.Right_Kind
	share int32
}

// best is the largest stated share, and whether a share is open.
func (r rightsHeld) best(n *fact.Need) (best int64, open bool) {
	best = fact.Unset
	for k := range n.Rest.Proof.Rights {
		if right := n.Rest.Proof.Rights[k]; r.wants(maecenasv1.Right_Kind(k)) {
			best, open = max(best, int64(right.Best)), open || right.Open
		}
	}
	return best, open
}

func (r rightsHeld) wants(k maecenasv1.Right_Kind) bool {
	for _, kind := range r.kinds {
		if kind == k {
			return true
		}
	}
	return len(r.kinds) == 0
}

func (r rightsHeld) answer(n *fact.Need, _ *fact.Exchange) Answer {
	best, open := r.best(n)
	switch {
	case best >= int64(r.share):
		return Pass
	case open || !n.Rest.Proof.Canvas:
		return Unknown
	default:
		return Fail
	}
}
func (r rightsHeld) code() string { return "RIGHTS_HELD" }
func (r rightsHeld) required(*fact.Need) string {
	text := ">= " + strconv.Itoa(int(r.share)) + " bp"
	if len(r.kinds) > 0 {
		text = names(r.kinds) + " " + text
	}
	return text
}
func (r rightsHeld) actual(n *fact.Need, _ *fact.Exchange) string {
	if best, _ := r.best(n); best >= 0 {
		return strconv.FormatInt(best, 10) + " bp"
	}
	return ""
}
func (r rightsHeld) distance(n *fact.Need, _ *fact.Exchange) (int64, string, bool) {
	best, _ := r.best(n)
	return int64(r.share) - max(best, 0), "BASIS_POINTS", true
}

// minCoFunding: secured / (secured + amount_min) is at least this, in basis points.
type minCoFunding struct{ share int64 }

func (r minCoFunding) answer(n *fact.Need, _ *fact.Exchange) Answer {
	if n.Shown&fact.FundingHistory == 0 || n.AmountMin < 0 {
		return Unknown
	}
	return passIf(r.share*(n.Rest.Secured+n.AmountMin) <= fact.Full*n.Rest.Secured)
}
func (r minCoFunding) code() string { return "CO_FUNDING_AT_LEAST" }
func (r minCoFunding) required(*fact.Need) string {
	return ">= " + strconv.FormatInt(r.share, 10) + " bp"
}
func (r minCoFunding) actual(n *fact.Need, _ *fact.Exchange) string {
	if n.Shown&fact.FundingHistory == 0 || n.AmountMin < 0 {
		return ""
	}
	return strconv.FormatInt(secured(n), 10) + " bp"
}
func (r minCoFunding) distance(n *fact.Need, _ *fact.Exchange) (int64, string, bool) {
	return r.share - secured(n), "BASIS_POINTS", true
}

// secured is the share that is secured, in basis points, rounded down.
func secured(n *fact.Need) int64 {
	whole := n.Rest.Secured + n.AmountMin
	if whole == 0 {
		return 0
	}
	return fact.Full * n.Rest.Secured / whole
}
