package grade

import (
	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match/fact"
)

// stages is one more than the number of stages, so that their enum numbers index
// arrays.
const stages = 7

// nearness is the value of a stage by its steps from the nearest listed one, in
// hundredths of a percent.
var nearness = [stages]int32{10000, 4000, 2000, 1000, 500, 250, 0}

// StageGrade is how much of a stage's value its grade is, in percent; the rest is
// nearness.
const StageGrade = 50

// StageSteps are the values of a stage by its steps from the nearest listed one.
func StageSteps() []int32 { return append([]int32(nil), nearness[:stages-1]...) }

// Stages are the values of the six stages; [0] is that of a stage that is unset.
type Stages struct {
	values [stages]fact.Interval
	grades [stages]int32
}

// NewStages compiles graded stages: half a stage's value is its grade, half how
// near it is to a listed one. Listed is which stages are listed where that is not
// those with a grade. Nil where there is neither.
func NewStages(list []*maecenasv1.Preferences_StageWish, listed []maecenasv1.FundingStage_Stage) *Stages {
	var s Stages
	for _, w := range list {
		if k := w.GetStage(); k > 0 && k < stages {
			s.grades[k] = max(s.grades[k], w.GetGrade())
		}
	}
	var isListed [stages]bool
	wished := false
	for k := 1; k < stages; k++ {
		isListed[k] = listed == nil && s.grades[k] > 0
	}
	for _, k := range listed {
		if k > 0 && k < stages {
			isListed[k] = true
		}
	}
	for k := range isListed {
		wished = wished || isListed[k] || s.grades[k] > 0
	}
	if !wished {
		return nil
	}
	s.values[0] = fact.Interval{Low: fact.Full}
	for k := 1; k < stages; k++ {
		v := s.grades[k]*StageGrade + nearest(isListed, k)*(100-StageGrade)/100
		s.values[k] = fact.Exactly(v)
		s.values[0].Low, s.values[0].High = min(s.values[0].Low, v), max(s.values[0].High, v)
	}
	return &s
}

// nearest is the value of a stage's nearness; 0 where none is listed.
func nearest(listed [stages]bool, k int) int32 {
	best := int32(0)
	for i, ok := range listed {
		if ok {
			best = max(best, nearness[max(i-k, k-i)])
		}
	}
	return best
}

// Value is the value of a stage, by its enum number.
func (s *Stages) Value(stage uint8) fact.Interval {
	if int(stage) >= stages {
		return s.values[0]
	}
	return s.values[stage]
}

// Grade is the grade of a stage, 0 where it has none.
func (s *Stages) Grade(stage uint8) int32 {
	if int(stage) >= stages {
		return 0
	}
	return s.grades[stage]
}
