package grade

import (
	"math/bits"
	"slices"
	"strings"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match/fact"
)

// A list of goals, labels or languages that is empty says nothing: the value is then
// anything, as an organization that serves a goal may not have said so.

// share is the part of all grades that is there, half up.
func share(there, all int32) fact.Interval {
	return fact.Exactly(int32(halfUp(int64(there)*fact.Full, int64(all))))
}

// Goals are graded sustainable development goals.
type Goals struct {
	grades [32]int32
	wished uint32
	all    int32
}

// NewGoals compiles graded goals; nil where there is none.
func NewGoals(list []*maecenasv1.Preferences_ImpactWish) *Goals {
	var g Goals
	for _, w := range list {
		if k := w.GetGoal(); k > 0 && int(k) < len(g.grades) {
			g.grades[k] = max(g.grades[k], w.GetGrade())
			g.wished |= 1 << k
		}
	}
	for _, grade := range g.grades {
		g.all += grade
	}
	if g.all == 0 {
		return nil
	}
	return &g
}

// Value is the value of the goals that are served, a set by their numbers.
func (g *Goals) Value(served uint32) fact.Interval {
	if served == 0 {
		return fact.Anything
	}
	there := int32(0)
	for set := served & g.wished; set != 0; set &= set - 1 {
		there += g.grades[bits.TrailingZeros32(set)]
	}
	return share(there, g.all)
}

// There lists the wished goals that are served, as data.
func (g *Goals) There(served uint32) string { return fact.GoalNames(served & g.wished) }

// Names are graded labels, or graded languages.
type Names struct {
	list []gradedName
	all  int32
	// meets says whether a name is a wanted one.
	meets func(wanted, have string) bool
}

type gradedName struct {
	name  string
	grade int32
}

// NewClusters compiles graded clusters, which organizations carry as labels; nil
// where there is none.
func NewClusters(list []*maecenasv1.Preferences_ClusterWish) *Names {
	n := &Names{meets: func(wanted, have string) bool { return wanted == have }}
	for _, w := range list {
		n.add(w.GetLabel(), w.GetGrade())
	}
	return n.orNil()
}

// NewLanguages compiles graded languages; nil where there is none.
func NewLanguages(list []*maecenasv1.Preferences_LanguageWish) *Names {
	n := &Names{meets: fact.MeetsLanguage}
	for _, w := range list {
		n.add(w.GetLanguage(), w.GetGrade())
	}
	return n.orNil()
}

// add adds a name; of one that comes twice the larger grade counts.
func (n *Names) add(name string, grade int32) {
	for i := range n.list {
		if n.list[i].name == name {
			n.all += max(0, grade-n.list[i].grade)
			n.list[i].grade = max(n.list[i].grade, grade)
			return
		}
	}
	n.list = append(n.list, gradedName{name, grade})
	n.all += grade
}

func (n *Names) orNil() *Names {
	if n.all == 0 {
		return nil
	}
	return n
}

// Value is the value of what an organization has.
func (n *Names) Value(have []string) fact.Interval {
	if len(have) == 0 {
		return fact.Anything
	}
	there := int32(0)
	for i := range n.list {
		if n.has(i, have) {
			there += n.list[i].grade
		}
	}
	return share(there, n.all)
}

func (n *Names) has(i int, have []string) bool {
	return slices.ContainsFunc(have, func(h string) bool { return n.meets(n.list[i].name, h) })
}

// There lists the wished names that an organization has, as data.
func (n *Names) There(have []string) string {
	var names []string
	for i := range n.list {
		if n.has(i, have) {
			names = append(names, n.list[i].name)
		}
	}
	return strings.Join(names, ", ")
}

// Support is the share of the wanted support that is offered, both sets of kinds;
// neutral where none is wanted.
func Support(wanted, offered uint8) fact.Interval {
	if wanted == 0 {
		return fact.Neutral
	}
	return share(int32(bits.OnesCount8(wanted&offered)), int32(bits.OnesCount8(wanted)))
}

// speedLine is the value of weeks from application to decision.
var speedLine = Line{{2, 10000}, {26, 0}}

// SpeedLine are the points of the value of DECISION_SPEED.
func SpeedLine() Line { return append(Line(nil), speedLine...) }

// Speed is the value of the weeks until a decision, or fact.Unset, for an
// organization that has a day by which it needs the money; neutral for others.
func Speed(dated bool, weeks int64) fact.Interval {
	switch {
	case !dated:
		return fact.Neutral
	case weeks < 0:
		return fact.Anything
	default:
		return fact.Exactly(speedLine.At(weeks))
	}
}
