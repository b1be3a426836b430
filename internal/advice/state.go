package advice

import (
	"fmt"
	"strconv"
	"strings"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/assess"
)

// How answers are proposed.
const (
	anyAnswer = "any answer"
	atBest    = "at best "
	orMore    = ">= "
	orLess    = "<= "
)

// Value is the value of what is proposed, as [Facts.Put] takes it; ok is false where
// it is any answer.
func Value(proposed string) (value string, ok bool) {
	if strings.HasPrefix(proposed, anyAnswer) {
		return "", false
	}
	value = strings.TrimPrefix(proposed, atBest)
	return strings.TrimPrefix(strings.TrimPrefix(value, orMore), orLess), true
}

// assessment weighs the changes of facts that the assessment reads.
func (a *adviser) assessment() {
	const counts = "organization.traction."
	var list []*maecenasv1.Improvement
	values := map[string][]string{}
	for _, one := range assess.Changes(a.input) {
		if strings.HasSuffix(one.GetPath(), ".strength") {
			continue // a claim
		}
		key := one.GetPath()
		if one.GetCurrent() == "" && one.GetKind() == maecenasv1.Improvement_DO && !strings.HasPrefix(key, counts) {
			key += "=" + one.GetProposed() // a new item or a link: each for itself
		}
		if values[key] == nil {
			list = append(list, one)
		}
		values[key] = append(values[key], one.GetProposed())
	}
	for _, one := range list {
		c := change{path: one.GetPath(), current: one.GetCurrent(), kind: one.GetKind()}
		switch {
		case c.current == "" && strings.HasPrefix(c.path, counts):
			c.kind = maecenasv1.Improvement_STATE
			a.first(c, orMore, values[c.path]...)
		case values[c.path] != nil:
			a.first(c, "", values[c.path]...)
		default:
			c.several = true
			a.first(c, "", one.GetProposed())
		}
	}
}

// questions weighs the answers to facts that are unset and that the assessment reads.
func (a *adviser) questions() {
	for _, q := range assess.Questions(a.input) {
		c := change{path: q.Path, kind: maecenasv1.Improvement_STATE}
		switch {
		case a.counted(q.Path) || strings.HasSuffix(q.Path, ".strength"):
			// Weighed as the next level; or a claim.
		case q.Ordered:
			a.best(c, q.Answers)
		default:
			// A stream's amount moves several dimensions: between these it may add more.
			exact := !strings.HasSuffix(q.Path, ".annualAmount")
			a.any(c, exact, q.Answers...)
		}
	}
}

// counted reports whether a path is a count of traction.
func (a *adviser) counted(path string) bool {
	field, ok := strings.CutPrefix(path, "organization.traction.")
	return ok && field != "revenueGrowth12mBp"
}

// best keeps the best of ordered answers, if it lifts the match. Of numbers it is the
// one nearest to the other end that is as good.
func (a *adviser) best(c change, answers []string) {
	at := -1
	var best outcome
	for i, answer := range answers {
		if o, ok := a.with(&c, answer); ok && (at < 0 || a.key(o).CompareUntied(a.key(best)) < 0) {
			at, best = i, o
		}
	}
	if at < 0 || !a.lifts(best) {
		return
	}
	good, err := strconv.ParseInt(answers[at], 10, 64)
	if err != nil { // a name
		a.keep(&c, atBest+answers[at], best)
		return
	}
	bad, _ := strconv.ParseInt(answers[len(answers)-1-at], 10, 64)
	form := orMore
	if good < bad {
		form = orLess
	}
	for good-bad > 1 || bad-good > 1 {
		middle := bad + (good-bad)/2
		if o, _ := a.with(&c, strconv.FormatInt(middle, 10)); o.eligibility == best.eligibility && o.sum.Low == best.sum.Low {
			good = middle
		} else {
			bad = middle
		}
	}
	a.keep(&c, atBest+form+strconv.FormatInt(good, 10), best)
}

// any keeps a question whose answer may go either way, if one of some answers lifts
// the match. Exact says that no answer adds less or more than they do.
func (a *adviser) any(c change, exact bool, answers ...string) {
	var least, most, sure outcome
	tried, lifts := 0, false
	for _, answer := range answers {
		o, ok := a.with(&c, answer)
		if !ok {
			continue
		}
		if tried++; tried == 1 {
			least, most, sure = o, o, o
		}
		lifts = lifts || a.lifts(o)
		if o.sum.Low < least.sum.Low {
			least = o
		}
		if o.sum.Low > most.sum.Low {
			most = o
		}
		sure.eligibility = max(sure.eligibility, o.eligibility)
	}
	if !lifts {
		return
	}
	// What is not known to be better stays as it is.
	certain := a.now
	text := anyAnswer
	if exact {
		certain.sum = least.sum
		certain.eligibility = min(a.now.eligibility, sure.eligibility)
		low, high := least.sum.Score()-a.now.sum.Score(), most.sum.Score()-a.now.sum.Score()
		if text = anyAnswer + fmt.Sprintf(": adds %d to %d", low, high); low == high {
			text = anyAnswer + fmt.Sprintf(": adds %d", low)
		}
	}
	a.keep(&c, text, certain)
}
