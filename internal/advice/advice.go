// Package advice finds single changes that lift a need's match with a mandate: each
// exact, by making it in the records and working the match out again.
//
// # Kinds
//
// DO: earn it. The smallest change of a fact that lifts the match; of several values
// the first that does.
//
// STATE: answer it. A fact that is unset. Where the match only rises, or only falls,
// with the answer, the gain is what the best answer adds, and what is proposed says so:
// "at best ACTUAL", "at best >= 24000" (from there on the most). For counts of
// traction it is the next level, and no more: ">= 3". Where an answer may be good for
// one mandate and bad for another (a stage, an amount, a place, a share), none is
// proposed: "any answer" has for its gain the least that every answer adds, and says
// where all answers are known between what they add: "any answer: adds 0 to 412".
//
// SHOW: disclose it. A group of facts that investors do not see yet.
//
// PROVE: have it documented, or attested.
//
// # What is never advised
//
// To change what one is (country, legal form, role, founding date, activities and
// domains that are stated), to claim (the strength of a moat, more customers than the
// next level asks, sustainable development goals beside those stated), or to wish
// otherwise (instruments, terms, support). What the facts are is the organization's to
// say; nobody checks here whether a change can be made.
package advice

import (
	"cmp"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/assess"
	"github.com/maecenas-cci/maecenas/internal/assess/address"
	"github.com/maecenas-cci/maecenas/internal/match"
)

// Facts are an organization's records as they are, disclosed or not.
type Facts struct {
	Organization *maecenasv1.Organization
	// Canvas may be nil.
	Canvas *maecenasv1.Canvas
	Need   *maecenasv1.Need
}

// Question asks what would lift the match of a need with a mandate.
type Question struct {
	Facts Facts
	// Mandate is the mandate of Plan, with preferences as they count: what it asks for
	// is what answers are tried.
	Mandate *maecenasv1.Mandate
	Plan    *match.Plan
	// Row makes the row that is matched: what is not disclosed left out, the
	// assessment made of the rest.
	Row func(Facts) *match.Need
	// Before counts, for each of some places in the mandate's ranking, the matches of
	// other organizations that come before it.
	Before func([]match.Key) []int
}

// Improve answers the changes that lift the match, those first with which it ranks
// best. Every change is by itself: gains do not add up.
func Improve(q Question) []*maecenasv1.MatchImprovement {
	a := adviser{Question: q, input: assess.Of(q.Facts.Organization, q.Facts.Canvas)}
	a.now = a.outcome(q.Facts)
	a.assessment()
	a.questions()
	a.need()
	a.profile()
	a.proofs()
	a.disclosures()
	return a.answer()
}

// adviser collects what lifts a match.
type adviser struct {
	Question
	input assess.Input
	now   outcome
	found []found
	// seen are the facts that something was found for.
	seen map[string]bool
}

// outcome is what a match would be.
type outcome struct {
	eligibility match.Eligibility
	sum         match.Sum
}

// found is an improvement with what the match would be.
type found struct {
	improvement *maecenasv1.MatchImprovement
	outcome     outcome
}

func (a *adviser) outcome(f Facts) outcome {
	n := a.Row(f)
	e, _ := a.Plan.Gate(n)
	return outcome{e, a.Plan.Score(n)}
}

// lifts reports whether an outcome is better than what is: its score is larger and it
// is no less eligible, or it is eligible where it was not.
func (a *adviser) lifts(o outcome) bool {
	if o.eligibility != a.now.eligibility {
		return o.eligibility < a.now.eligibility
	}
	return o.sum.Score() > a.now.sum.Score()
}

// change is one thing that could be otherwise.
type change struct {
	path, current string
	kind          maecenasv1.Improvement_Kind
	// several says that the path is a list, to which several values may be added.
	several bool
	// make makes it in records; nil: the value is put where the path says.
	make func(f *Facts, value string) error
}

// with is what the match would be with a value; ok is false where there is no such.
func (a *adviser) with(c *change, value string) (outcome, bool) {
	f := a.Facts
	root, _, _ := strings.Cut(c.path, ".")
	switch root {
	case "organization":
		f.Organization = proto.CloneOf(f.Organization)
	case "need":
		f.Need = proto.CloneOf(f.Need)
	default:
		f.Canvas = proto.CloneOf(f.Canvas)
		if f.Canvas == nil {
			f.Canvas = &maecenasv1.Canvas{}
		}
	}
	put := c.make
	if put == nil {
		put = func(f *Facts, value string) error { return f.Put(c.path, value) }
	}
	if put(&f, value) != nil {
		return outcome{}, false
	}
	return a.outcome(f), true
}

// Put makes a change in the records: the value goes where the path says. Errors say
// what in the path or the value is none.
func (f *Facts) Put(path, value string) error {
	return address.Put(address.Records{"organization": f.Organization, "canvas": f.Canvas, "need": f.Need}, path, value)
}

// first keeps the first of some values that lifts the match.
func (a *adviser) first(c change, form string, values ...string) {
	for _, value := range values {
		if o, ok := a.with(&c, value); ok && a.lifts(o) {
			a.keep(&c, form+value, o)
			return
		}
	}
}

func (a *adviser) keep(c *change, proposed string, o outcome) {
	if a.seen == nil {
		a.seen = map[string]bool{}
	}
	key := c.path
	if c.several {
		key += "=" + proposed
	}
	if a.seen[key] {
		return
	}
	a.seen[key] = true
	a.found = append(a.found, found{&maecenasv1.MatchImprovement{
		Path: c.path, Current: c.current, Proposed: proposed, Kind: c.kind,
		Gain: o.sum.Score() - a.now.sum.Score(), Eligibility: o.eligibility,
	}, o})
}

// key is the place that an outcome has in the mandate's ranking.
func (a *adviser) key(o outcome) match.Key {
	return match.Key{
		Eligibility: o.eligibility, Value: o.sum.Low, Tie: match.Tie(a.Facts.Need.GetName(), a.Plan.Mandate().Name()),
	}
}

// answer puts what was found in order, with the gains in rank.
func (a *adviser) answer() []*maecenasv1.MatchImprovement {
	slices.SortStableFunc(a.found, func(x, y found) int {
		return cmp.Or(
			a.key(x.outcome).Compare(a.key(y.outcome)), cmp.Compare(x.improvement.Kind, y.improvement.Kind),
			cmp.Compare(x.improvement.Path, y.improvement.Path),
		)
	})
	keys := []match.Key{a.key(a.now)}
	for _, f := range a.found {
		keys = append(keys, a.key(f.outcome))
	}
	before := a.Before(keys)
	list := make([]*maecenasv1.MatchImprovement, len(a.found))
	for i, f := range a.found {
		list[i] = f.improvement
		list[i].RankGain = int32(before[0] - before[i+1])
	}
	return list
}
