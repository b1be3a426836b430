package assess

import (
	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/assess/method"
)

// RubricVersion is the version of weights, value functions and rules. It changes
// whenever any figure of any input would.
const RubricVersion = method.Version

// Rubric returns the method as data, a new message every time: dimensions with
// the weights and value functions that figures are worked out with, readiness,
// flags, evidence, sources, limits and credits.
func Rubric() *maecenasv1.Rubric { return method.Rubric() }
