package assess

import (
	"github.com/maecenas-cci/maecenas/internal/assess/exact"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// RubricVersion is the version of weights, value functions and rules. It changes
// whenever any figure of any input would.
const RubricVersion = "1"

// The value functions that are made of straight lines.
var (
	// commitmentCurve: months that a customer is bound.
	commitmentCurve = exact.Curve{{X: 0, Y: 0}, {X: 12, Y: 5000}, {X: 36, Y: 10000}}
	// costCurve: own unit cost over the benchmark's, less one, in percent.
	costCurve = exact.Curve{{X: -30, Y: 10000}, {X: 0, Y: 5000}, {X: 30, Y: 0}}
	// runwayCurve: months that the cash lasts.
	runwayCurve = exact.Curve{{X: 0, Y: 0}, {X: 6, Y: 4000}, {X: 12, Y: 7000}, {X: 18, Y: 8500}, {X: 24, Y: 10000}}
	// marginCurve: EBITDA over revenue, in percent.
	marginCurve = exact.Curve{{X: -100, Y: 0}, {X: 0, Y: 6000}, {X: 20, Y: 10000}}
	// yearsCurve: median years in the sector.
	yearsCurve = exact.Curve{{X: 0, Y: 0}, {X: 5, Y: 6000}, {X: 10, Y: 10000}}
	// ageCurve: completed months since the day that evidence speaks of.
	ageCurve = exact.Curve{{X: 12, Y: 10000}, {X: 24, Y: 5000}, {X: 36, Y: 2500}}
)

// dimension is a dimension of the rubric.
type dimension struct {
	group  maecenasv1.DimensionResult_Group
	weight int32
}

// rubric is the dimensions in their order; weights sum to 100.
var rubric = [dimensions]dimension{
	{group: maecenasv1.DimensionResult_DESIGN, weight: 6},
	{group: maecenasv1.DimensionResult_DESIGN, weight: 8},
	{group: maecenasv1.DimensionResult_DESIGN, weight: 8},
	{group: maecenasv1.DimensionResult_DESIGN, weight: 6},
	{group: maecenasv1.DimensionResult_DESIGN, weight: 4},
	{group: maecenasv1.DimensionResult_DESIGN, weight: 10},
	{group: maecenasv1.DimensionResult_DESIGN, weight: 8},
	{group: maecenasv1.DimensionResult_ROBUSTNESS, weight: 8},
	{group: maecenasv1.DimensionResult_ROBUSTNESS, weight: 12},
	{group: maecenasv1.DimensionResult_ROBUSTNESS, weight: 5},
	{group: maecenasv1.DimensionResult_ROBUSTNESS, weight: 5},
	{group: maecenasv1.DimensionResult_ROBUSTNESS, weight: 8},
	{group: maecenasv1.DimensionResult_ROBUSTNESS, weight: 8},
	{group: maecenasv1.DimensionResult_COHERENCE, weight: 4},
}

// Rubric returns the method as data.
func Rubric() *maecenasv1.Rubric { return &maecenasv1.Rubric{Version: RubricVersion} }
