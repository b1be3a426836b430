// Package assess works out what an organization's facts and its canvas say of its
// business model: fourteen dimensions, each with what the stated facts support
// (score) and the most it could be (potential), readiness, confidence and flags;
// what would improve the score, and what is missing.
//
// It is pure: the same input gives the same bytes. It takes no clock (who asks
// says for which day), no randomness and no I/O, changes no input and is safe for
// concurrent use. Arithmetic is exact, rounded half up only where the rubric says
// so. The rubric's weights and value functions are this project's own proposal;
// [Rubric] publishes them with their sources and limits.
//
// Inputs are those the schema and [Check] accept. Others do no harm: a number out
// of its range counts as the nearer end, an enum value without a name as unset, a
// date that is none as no date, a reference that leads nowhere as no link.
package assess

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"github.com/maecenas-cci/maecenas/internal/assess/canonical"
	"github.com/maecenas-cci/maecenas/internal/assess/exact"
	"github.com/maecenas-cci/maecenas/internal/assess/method"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// Input is what an assessment is made of. Any part may be nil: a group of facts
// is then unset, and a canvas has no items. Assessments over what is disclosed
// take the groups that are not as nil and say so of the canvas.
type Input struct {
	Traction   *maecenasv1.Traction
	Financials *maecenasv1.Financials
	Team       *maecenasv1.Team
	Canvas     *maecenasv1.Canvas
	// CanvasUndisclosed says that there may be a canvas that is not shown: what
	// reads it is unknown, rather than known to be empty. Canvas is not looked at.
	CanvasUndisclosed bool
}

// Of returns the input over all facts of an organization and its canvas; both may
// be nil. Evidence counts as it stands: attestations are applied before.
func Of(organization *maecenasv1.Organization, canvas *maecenasv1.Canvas) Input {
	return Input{
		Traction:   organization.GetTraction(),
		Financials: organization.GetFinancials(),
		Team:       organization.GetTeam(),
		Canvas:     canvas,
	}
}

// Assess works out everything that does not depend on a day: figures, coverage,
// status, readiness, flags except STALE_EVIDENCE, rubric_version. Name, basis and
// the like are the caller's to set; [Complete] adds the rest.
func Assess(in Input) *maecenasv1.Assessment {
	m := compile(in)
	f := m.evaluate()
	t := f.total()
	a := &maecenasv1.Assessment{
		Score:         t.score,
		Potential:     t.potential,
		Coverage:      f.coverage(),
		Status:        maecenasv1.Assessment_SUFFICIENT,
		Dimensions:    f.results(t),
		Flags:         m.flags(),
		RubricVersion: RubricVersion,
	}
	if a.Coverage < method.SufficientCoverage {
		a.Status = maecenasv1.Assessment_INSUFFICIENT
	}
	coherence := f.of(maecenasv1.Assessment_COHERENCE).low
	a.Readiness = m.gates(coherence).level()
	a.ReadinessPotential = m.bestGates(coherence).level()
	if a.Readiness < readinessLevels {
		a.NextReadiness = m.nextReadiness(a.Readiness+1, coherence)
	}
	return a
}

// total is the assessment as a whole. Products are hundredths of a point times
// the weights, of which there are weight.
type total struct {
	weight           int64 // W
	lows, highs      int64 // sums of weight × figure
	score, potential int32
}

// total weighs the rounded figures of the applicable dimensions.
func (f *figures) total() total {
	var t total
	for i := range f {
		if f[i].notApplicable {
			continue
		}
		w := int64(method.Dimensions[i].Weight)
		t.weight += w
		t.lows += w * int64(f[i].low)
		t.highs += w * int64(f[i].high)
	}
	t.score = halfUp(t.lows, t.weight)
	t.potential = halfUp(t.highs, t.weight)
	return t
}

// halfUp returns num/den rounded half up; num is at least 0, den above 0.
func halfUp(num, den int64) int32 { return int32((2*num + den) / (2 * den)) }

// contributions are the dimensions' parts of the score: each rounded down, and
// what is missing given out by largest remainders, ties in the rubric's order.
func (f *figures) contributions(t total) [dimensions]int32 {
	var parts [dimensions]int32
	var remainders [dimensions]int64
	missing := t.score
	for i := range f {
		if f[i].notApplicable {
			continue
		}
		product := int64(method.Dimensions[i].Weight) * int64(f[i].low)
		parts[i] = int32(product / t.weight)
		remainders[i] = product % t.weight
		missing -= parts[i]
	}
	// At most one each: a dimension without a remainder is never reached.
	for ; missing > 0; missing-- {
		largest := 0
		for i, r := range remainders {
			if r > remainders[largest] {
				largest = i
			}
		}
		parts[largest]++
		remainders[largest] = 0
	}
	return parts
}

// status tells how much of a dimension is known, from its rounded figures.
func (f figure) status() maecenasv1.DimensionResult_Status {
	switch {
	case f.notApplicable:
		return maecenasv1.DimensionResult_NOT_APPLICABLE
	case f == unknown:
		return maecenasv1.DimensionResult_UNKNOWN
	case f.low != f.high:
		return maecenasv1.DimensionResult_PARTIAL
	}
	return maecenasv1.DimensionResult_KNOWN
}

// coverage is the weight about which something is known, in hundredths of a percent.
func (f *figures) coverage() int32 {
	known, all := int64(0), int64(0)
	for i := range f {
		if f[i].notApplicable {
			continue
		}
		all += int64(method.Dimensions[i].Weight)
		if f[i].status() != maecenasv1.DimensionResult_UNKNOWN {
			known += int64(method.Dimensions[i].Weight)
		}
	}
	return halfUp(known*exact.Full, all)
}

// results writes the figures as messages, in few allocations.
func (f *figures) results(t total) []*maecenasv1.DimensionResult {
	parts := f.contributions(t)
	messages := make([]maecenasv1.DimensionResult, dimensions)
	numbers := make([][3]int32, dimensions)
	results := make([]*maecenasv1.DimensionResult, dimensions)
	for i := range f {
		r, n := &messages[i], &numbers[i]
		r.Dimension = maecenasv1.Assessment_Dimension(i + 1)
		r.Group = method.Dimensions[i].Group
		r.Weight = method.Dimensions[i].Weight
		r.Status = f[i].status()
		if !f[i].notApplicable {
			*n = [3]int32{f[i].low, f[i].high, parts[i]}
			r.Score, r.Potential, r.Contribution = &n[0], &n[1], &n[2]
		}
		results[i] = r
	}
	return results
}

// Complete adds to the assessment a of in what is worked out when asked for a
// date (YYYY-MM-DD): assess_date, input_hash, confidence, STALE_EVIDENCE, and
// the dimensions' inputs, improvements and missing facts. Done again, for
// another date too, it replaces what it added before. A nil a stays so.
func Complete(a *maecenasv1.Assessment, in Input, date string) {
	if a == nil {
		return
	}
	confidence := Confidence(in, a, date)
	a.AssessDate = date
	a.InputHash = InputHash(in, date)
	a.Confidence = &confidence
	a.Flags = slices.DeleteFunc(a.Flags, func(flag maecenasv1.Assessment_Flag) bool {
		return flag == maecenasv1.Assessment_STALE_EVIDENCE
	})
	if today, ok := parseDay(date); ok && in.stale(today) {
		a.Flags = append(a.Flags, maecenasv1.Assessment_STALE_EVIDENCE)
	}
	m := compile(in)
	base := m.evaluate()
	inputs := m.inputs()
	for _, result := range a.Dimensions {
		if d := result.GetDimension(); d >= 1 && d <= dimensions {
			result.Inputs = inputs[d-1]
		}
	}
	a.Improvements = m.improvements(base)
	a.Missing = m.missing(base)
}

// InputHash returns the SHA-256, in lower-case hexadecimal, of the canonical form
// (RFC 8785, pruned and sorted) of everything that went into an assessment for a
// date. A canvas that is undisclosed has no part in it; ids in other systems,
// which are no output of the server, have.
func InputHash(in Input, date string) string {
	canvas := in.Canvas
	if in.CanvasUndisclosed {
		canvas = nil
	}
	sum := sha256.Sum256(canonical.Object(
		canonical.Member{Key: "rubricVersion", Value: canonical.String(RubricVersion)},
		canonical.Member{Key: "assessDate", Value: canonical.String(date)},
		canonical.Member{Key: "organization", Value: canonical.Object(
			canonical.Member{Key: "traction", Value: canonical.Message(in.Traction.ProtoReflect())},
			canonical.Member{Key: "financials", Value: canonical.Message(in.Financials.ProtoReflect())},
			canonical.Member{Key: "team", Value: canonical.Message(in.Team.ProtoReflect())},
		)},
		canonical.Member{Key: "canvas", Value: canonical.Message(canvas.ProtoReflect(),
			"name", "uid", "etag", "create_time", "update_time", "revision")},
	))
	return hex.EncodeToString(sum[:])
}
