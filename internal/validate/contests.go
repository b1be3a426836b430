package validate

import (
	"fmt"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// contests checks what an organization contests: a dimension once, the whole once.
func (a *Audit) contests(contests []*maecenasv1.Contest) {
	seen := map[maecenasv1.Assessment_Dimension]bool{}
	for i, contest := range contests {
		if seen[contest.GetDimension()] {
			a.add(fmt.Sprintf("contests[%d].dimension", i), "unique", "is contested twice: say all of it in one statement")
		}
		seen[contest.GetDimension()] = true
	}
}
