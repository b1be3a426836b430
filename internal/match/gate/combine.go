package gate

import (
	"slices"
	"strings"

	"github.com/maecenas-cci/maecenas/internal/match/fact"
)

// all holds when each of its parts does.
type all struct{ parts []Requirement }

func (r all) answer(n *fact.Need, x *fact.Exchange) Answer {
	worst := Pass
	for i := range r.parts {
		worst = max(worst, r.parts[i].Answer(n, x))
	}
	return worst
}

func (r all) code() string                                 { return "ALL" }
func (r all) required(n *fact.Need) string                 { return asked(r.parts, n) }
func (r all) actual(n *fact.Need, x *fact.Exchange) string { return there(r.parts, n, x) }

// distance is that of the one part that fails.
func (r all) distance(n *fact.Need, x *fact.Exchange) (int64, string, bool) {
	var failing *Requirement
	for i := range r.parts {
		if r.parts[i].Answer(n, x) != Fail {
			continue
		}
		if failing != nil {
			return 0, "", false
		}
		failing = &r.parts[i]
	}
	if failing == nil {
		return 0, "", false
	}
	return failing.Distance(n, x)
}

// anyOf holds when one of its parts does.
type anyOf struct{ parts []Requirement }

func (r anyOf) answer(n *fact.Need, x *fact.Exchange) Answer {
	best := Fail
	for i := range r.parts {
		best = min(best, r.parts[i].Answer(n, x))
	}
	return best
}

func (r anyOf) code() string                                 { return "ANY" }
func (r anyOf) required(n *fact.Need) string                 { return asked(r.parts, n) }
func (r anyOf) actual(n *fact.Need, x *fact.Exchange) string { return there(r.parts, n, x) }

// distance is the least of the parts', where they have one unit.
func (r anyOf) distance(n *fact.Need, x *fact.Exchange) (least int64, unit string, ok bool) {
	for i := range r.parts {
		d, u, known := r.parts[i].Distance(n, x)
		switch {
		case !known:
		case !ok:
			least, unit, ok = d, u, true
		case u != unit:
			return 0, "", false
		default:
			least = min(least, d)
		}
	}
	return least, unit, ok
}

// not holds when its part does not.
type not struct{ part Requirement }

func (r not) answer(n *fact.Need, x *fact.Exchange) Answer              { return r.part.Answer(n, x).not() }
func (r not) code() string                                              { return "NOT" }
func (r not) required(n *fact.Need) string                              { return asked([]Requirement{r.part}, n) }
func (r not) actual(n *fact.Need, x *fact.Exchange) string              { return r.part.rule.actual(n, x) }
func (r not) distance(*fact.Need, *fact.Exchange) (int64, string, bool) { return 0, "", false }

// asked is what parts ask, each with its code.
func asked(parts []Requirement, n *fact.Need) string {
	list := make([]string, len(parts))
	for i := range parts {
		list[i] = parts[i].rule.code() + " (" + parts[i].rule.required(n) + ")"
	}
	return strings.Join(list, ", ")
}

// there is what is there of all that parts ask, each once; "" where nothing is known.
func there(parts []Requirement, n *fact.Need, x *fact.Exchange) string {
	var list []string
	for i := range parts {
		if one := parts[i].rule.actual(n, x); one != "" && !slices.Contains(list, one) {
			list = append(list, one)
		}
	}
	return strings.Join(list, ", ")
}

// noDistance is embedded by rules whose distance is no number.
type noDistance struct{}

func (noDistance) distance(*fact.Need, *fact.Exchange) (int64, string, bool) { return 0, "", false }
