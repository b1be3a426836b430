package learn

import (
	"fmt"
	"strings"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match/fact"
)

// Text writes what a term's learned value rests on, as data: for each answer of a
// need its value and the counts of the investor's companies, of the market's and of
// open needs, each of all on the level. "" where the need has no answer.
func (l *Learned) Text(t maecenasv1.MatchTerm_Term, n *fact.Need, x *fact.Exchange) string {
	var lines []string
	c := asking(n, x)
	c.sharp = true
	c.each(func(on Level, answer string, _ int64) {
		if levelTerms[on].term != t {
			return
		}
		c := l.count(on, answer)
		line := fmt.Sprintf("%s learned %d: own %d of %d, market %d of %d, pool %d of %d",
			answer, c.value(), c.own, c.ownAll, c.market, c.marketAll, c.pool, c.poolAll)
		if c.parts > 1 {
			line += fmt.Sprintf(" (parts of %d)", c.parts)
		}
		lines = append(lines, line)
	})
	return strings.Join(lines, "; ")
}
