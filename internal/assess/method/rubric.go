package method

import (
	"slices"

	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// Rubric returns the method as data, a new message every time: enough to work out
// every figure of an assessment from an organization and its canvas.
func Rubric() *maecenasv1.Rubric {
	r := &maecenasv1.Rubric{
		Version:            Version,
		SufficientCoverage: SufficientCoverage,
		Aggregation:        aggregation,
		Sources:            slices.Clone(sources[:]),
		Limits:             slices.Clone(limits[:]),
		Credits:            slices.Clone(credits[:]),
		Scales:             scales(),
		Parameters: []*maecenasv1.MethodParameter{
			parameter("noItems", NoItemsPercent, "PERCENT", "What a dimension counts for confidence that is known, but has no input items."),
			parameter("undated", UndatedPercent, "PERCENT", "How much of it evidence counts that has no date."),
			parameter("staleAfter", StaleMonths, "MONTHS", "Evidence older than this raises STALE_EVIDENCE."),
		},
	}
	for i := range Dimensions {
		r.Dimensions = append(r.Dimensions, Dimensions[i].message(maecenasv1.Assessment_Dimension(i+1)))
	}
	for i, condition := range readinessConditions {
		r.Readiness = append(r.Readiness, &maecenasv1.Rubric_Readiness{Level: int32(i + 1), Condition: condition})
	}
	for i, condition := range flagConditions {
		r.Flags = append(r.Flags, &maecenasv1.Rubric_FlagRule{Flag: maecenasv1.Assessment_Flag(i + 1), Condition: condition})
	}
	for level := maecenasv1.Evidence_SELF_DECLARED; level <= maecenasv1.Evidence_THIRD_PARTY_VERIFIED; level++ {
		r.EvidenceWeights = append(r.EvidenceWeights, &maecenasv1.Rubric_EvidenceWeight{
			Level: level, Percent: int32(EvidencePercent[level]),
		})
	}
	// A copy: what it is made of is shared.
	return proto.CloneOf(r)
}

func (d *Dimension) message(number maecenasv1.Assessment_Dimension) *maecenasv1.Rubric_Dimension {
	return &maecenasv1.Rubric_Dimension{
		Dimension: number, Group: d.Group, Weight: d.Weight, Question: d.question, Formula: d.formula,
		Anchors: d.anchors, Parameters: d.parameters, EvidencePaths: d.evidence, Sources: d.sources,
	}
}

func parameter(name string, value int64, unit, description string) *maecenasv1.MethodParameter {
	return &maecenasv1.MethodParameter{Name: name, Value: value, Unit: unit, Description: description}
}

// scales are the value functions that several dimensions read.
func scales() []*maecenasv1.Rubric_Scale {
	proof := &maecenasv1.Rubric_Scale{Name: "proofFactor", Description: "How much of what a stream promises its stage supports."}
	for stage := maecenasv1.RevenueStream_PLANNED; stage <= maecenasv1.RevenueStream_ACTUAL; stage++ {
		proof.Anchors = append(proof.Anchors, coded("", Proof(stage), ProofUnit, stage))
	}
	proof.Anchors = append(proof.Anchors, coded(notStated, Proof(0), ProofUnit, maecenasv1.RevenueStream_STAGE_UNSPECIFIED))

	growth := &maecenasv1.Rubric_Scale{Name: "costGrowth", Description: "How much of a cost grows along when sales double."}
	for behaviour := maecenasv1.CostItem_FIXED; behaviour <= maecenasv1.CostItem_VARIABLE; behaviour++ {
		growth.Anchors = append(growth.Anchors, coded("", Growth(behaviour), GrowthUnit, behaviour))
	}
	growth.Anchors = append(growth.Anchors, coded(notStated, Growth(0), GrowthUnit, maecenasv1.CostItem_BEHAVIOUR_UNSPECIFIED))

	gift := &maecenasv1.Rubric_Scale{Name: "gift", Description: "Which kinds of stream are gifts, which nobody has earned: those of value 10000."}
	for kind := maecenasv1.RevenueStream_ASSET_SALE; int(kind) < len(maecenasv1.RevenueStream_Kind_name); kind++ {
		value := Share{}
		if IsGift(kind) {
			value = Share{1, 1}
		}
		gift.Anchors = append(gift.Anchors, coded("", value, 1, kind))
	}

	documented := &maecenasv1.Rubric_Scale{Name: "documented", Description: "Which evidence is more than the organization's word: that of value 10000."}
	for level := maecenasv1.Evidence_LEVEL_UNSPECIFIED; level <= maecenasv1.Evidence_THIRD_PARTY_VERIFIED; level++ {
		value := Share{}
		if IsDocumented(level) {
			value = Share{1, 1}
		}
		documented.Anchors = append(documented.Anchors, coded("", value, 1, level))
	}
	age := &maecenasv1.Rubric_Scale{
		Name: "evidenceAge", Description: "How much of it evidence counts for confidence, by completed months of age.",
		Anchors: curve(Age, "%d months", "MONTHS"),
	}
	return []*maecenasv1.Rubric_Scale{proof, growth, gift, documented, age}
}
