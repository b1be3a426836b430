// Package gate answers a mandate's must-haves: each PASS, FAIL or UNKNOWN, never
// a fail before the question was answered. A requirement that reads a group of
// facts that is not shown is UNKNOWN; those that read the assessment go by what it
// supports and by what it could be.
//
// A list that is empty answers nothing where it says what an organization is
// (activities, cultural domains, languages): UNKNOWN. Labels and secured funding
// say what there is: none.
package gate

import (
	"strconv"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match/fact"
)

// Answer is the answer of a requirement. The zero value is none; of two answers
// that must both hold, the larger counts.
type Answer uint8

// The answers.
const (
	Pass Answer = iota + 1
	Unknown
	Fail
)

// Result is the answer in the schema's terms.
func (a Answer) Result() maecenasv1.RequirementResult_Result {
	switch a {
	case Pass:
		return maecenasv1.RequirementResult_PASS
	case Fail:
		return maecenasv1.RequirementResult_FAIL
	default:
		return maecenasv1.RequirementResult_UNKNOWN
	}
}

// not is the answer of the opposite.
func (a Answer) not() Answer { return Pass + Fail - a }

// Count counts answers of top-level requirements.
type Count struct {
	// Most is how many fails are looked for.
	Most    int
	Fails   int
	Unknown bool
}

// Add counts an answer; more says that no more than Most failed yet.
func (c *Count) Add(a Answer) (more bool) {
	switch a {
	case Fail:
		c.Fails++
	case Unknown:
		c.Unknown = true
	}
	return c.Fails <= c.Most
}

// passIf is a known answer.
func passIf(ok bool) Answer {
	if ok {
		return Pass
	}
	return Fail
}

// rule is one kind of requirement, compiled.
type rule interface {
	// answer answers it for a need.
	answer(n *fact.Need, x *fact.Exchange) Answer
	// code is its stable code, required what it asks of a need, as data.
	code() string
	required(n *fact.Need) string
	// actual is what is there, as data; "" where it is unset or not shown.
	actual(n *fact.Need, x *fact.Exchange) string
	// distance is how far a need that fails is from passing; ok is false where
	// that is no number.
	distance(n *fact.Need, x *fact.Exchange) (d int64, unit string, ok bool)
}

// Requirement is one top-level must-have.
type Requirement struct {
	rule  rule
	path  string
	title string
	parts []Requirement
}

// Compile compiles a mandate's own requirements. One without a rule is left out.
func Compile(list []*maecenasv1.Requirement) []Requirement {
	return compileList(list, "requirements")
}

func compileList(list []*maecenasv1.Requirement, path string) []Requirement {
	out := make([]Requirement, 0, len(list))
	for i, r := range list {
		if c, ok := compile(r, path+"["+strconv.Itoa(i)+"]"); ok {
			out = append(out, c)
		}
	}
	return out
}

func compile(r *maecenasv1.Requirement, path string) (Requirement, bool) {
	c := Requirement{path: path, title: r.GetTitle()}
	switch v := r.GetRule().(type) {
	case *maecenasv1.Requirement_All:
		c.parts = compileList(v.All.GetRequirements(), path+".all")
		c.rule = all{c.parts}
	case *maecenasv1.Requirement_Any:
		c.parts = compileList(v.Any.GetRequirements(), path+".any")
		c.rule = anyOf{c.parts}
	case *maecenasv1.Requirement_Not:
		part, ok := compile(v.Not, path+".not")
		if !ok {
			return c, false
		}
		c.parts = []Requirement{part}
		c.rule = not{part}
	default:
		c.rule = leaf(r)
	}
	return c, c.rule != nil
}

// leaf compiles a requirement that is not made of others; nil: it has no rule.
func leaf(r *maecenasv1.Requirement) rule {
	switch v := r.GetRule().(type) {
	case *maecenasv1.Requirement_Place:
		return newInPlaces(v.Place)
	case *maecenasv1.Requirement_Sector:
		return newInSectors(v.Sector)
	case *maecenasv1.Requirement_LegalForm:
		return legalForms{values: v.LegalForm.GetValues()}
	case *maecenasv1.Requirement_SizeClass:
		return sizeClasses{values: v.SizeClass.GetValues()}
	case *maecenasv1.Requirement_HelixRole:
		return helixRoles{values: v.HelixRole.GetValues()}
	case *maecenasv1.Requirement_Stage:
		return stageRange{v.Stage.GetEarliest(), v.Stage.GetLatest()}
	case *maecenasv1.Requirement_Readiness:
		return minReadiness{v.Readiness.GetLevel()}
	case *maecenasv1.Requirement_Score:
		return minScore{v.Score.GetDimension(), v.Score.GetScore()}
	case *maecenasv1.Requirement_Evidence:
		return minEvidence{v.Evidence.GetSubject(), v.Evidence.GetLevel()}
	case *maecenasv1.Requirement_Founded:
		return founded{v.Founded.GetEarliestDate(), v.Founded.GetLatestDate()}
	case *maecenasv1.Requirement_Rights:
		return rightsHeld{v.Rights.GetKinds(), v.Rights.GetMinOwnedShareBp()}
	case *maecenasv1.Requirement_Language:
		return languages{values: v.Language.GetValues()}
	case *maecenasv1.Requirement_Cluster:
		return clusterMembership{labels: v.Cluster.GetLabels()}
	case *maecenasv1.Requirement_CoFunding:
		return minCoFunding{int64(v.CoFunding.GetShareBp())}
	default:
		return nil
	}
}

// Reads is what a requirement's answer follows from.
type Reads uint8

// What answers follow from.
const (
	ReadsPlace  Reads = iota + 1 // the place alone
	ReadsSector                  // activities and cultural domains alone
	ReadsMore                    // anything else
)

// Reads is what the requirement's answer follows from, so that needs alike in it
// need not be asked again.
func (r *Requirement) Reads() Reads {
	switch r.rule.(type) {
	case inPlaces:
		return ReadsPlace
	case inSectors:
		return ReadsSector
	default:
		return ReadsMore
	}
}

// Facet is the facet of a need that the answer follows from alone; ok is false where
// there is none.
func (r *Requirement) Facet() (f fact.Facet, ok bool) {
	switch r.rule.(type) {
	case inPlaces:
		return fact.FacetPlace, true
	case inSectors:
		return fact.FacetSector, true
	case legalForms, helixRoles, sizeClasses:
		return fact.FacetProfile, true
	case stageRange:
		return fact.FacetStage, true
	case minReadiness:
		return fact.FacetReadiness, true
	case languages, clusterMembership:
		return fact.FacetNames, true
	}
	for i := range r.parts {
		of, one := r.parts[i].Facet()
		if !one || i > 0 && of != f {
			return 0, false
		}
		f = of
	}
	return f, len(r.parts) > 0
}

// Answer answers the requirement for a need.
func (r *Requirement) Answer(n *fact.Need, x *fact.Exchange) Answer { return r.rule.answer(n, x) }

// Distance is how far a need that fails is from passing, in a unit; ok is false
// where that is no number.
func (r *Requirement) Distance(n *fact.Need, x *fact.Exchange) (d int64, unit string, ok bool) {
	return r.rule.distance(n, x)
}

// Explain is the answer with both sides' values.
func (r *Requirement) Explain(n *fact.Need, x *fact.Exchange) *maecenasv1.RequirementResult {
	return &maecenasv1.RequirementResult{
		Code: r.rule.code(), Path: r.path, Title: r.title,
		Result:   r.rule.answer(n, x).Result(),
		Required: r.rule.required(n), Actual: r.rule.actual(n, x),
	}
}

// ExplainAll appends the answers of the requirement and, after it, of those that
// it is made of.
func (r *Requirement) ExplainAll(into []*maecenasv1.RequirementResult, n *fact.Need, x *fact.Exchange) []*maecenasv1.RequirementResult {
	into = append(into, r.Explain(n, x))
	for i := range r.parts {
		into = r.parts[i].ExplainAll(into, n, x)
	}
	return into
}
