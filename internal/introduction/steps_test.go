package introduction_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/app"
	"github.com/maecenas-cci/maecenas/internal/introduction"
)

// legal are the states to which each side can take an introduction that the
// organization proposed, written down again from the schema's words: the proposer's
// (p), the answerer's (a), and in the order of propose, accept, decline, withdraw,
// advance to MEETING, OFFERED, FUNDED. The investor is the answerer here, and so the
// last two are only its own; where it proposed, proposer and investor are one.
var legal = map[string]map[string]string{
	"organization": {
		"PROPOSED p": "withdraw", "PROPOSED a": "propose accept decline",
		"MUTUAL p": "withdraw MEETING", "MUTUAL a": "decline withdraw MEETING OFFERED",
		"MEETING p": "withdraw", "MEETING a": "decline withdraw OFFERED",
		"OFFERED p": "withdraw", "OFFERED a": "decline withdraw FUNDED",
		"FUNDED p": "", "FUNDED a": "",
		"DECLINED p": "", "DECLINED a": "propose",
		"WITHDRAWN p": "propose", "WITHDRAWN a": "",
	},
	"investor": {
		"PROPOSED p": "withdraw", "PROPOSED a": "propose accept decline",
		"MUTUAL p": "decline withdraw MEETING OFFERED", "MUTUAL a": "withdraw MEETING",
		"MEETING p": "decline withdraw OFFERED", "MEETING a": "withdraw",
		"OFFERED p": "decline withdraw FUNDED", "OFFERED a": "withdraw",
		"FUNDED p": "", "FUNDED a": "",
		"DECLINED p": "", "DECLINED a": "propose",
		"WITHDRAWN p": "propose", "WITHDRAWN a": "",
	},
}

// people who propose and answer, by the side that proposes.
var people = map[string]map[string]string{
	"organization": {"p": "ada", "a": "ivo"},
	"investor":     {"p": "ivo", "a": "ada"},
}

// walk brings a new pair to a state.
func (w world) walk(by, state, need string) *maecenasv1.Introduction {
	w.t.Helper()
	proposer, answerer := people[by]["p"], people[by]["a"]
	must := func(i *maecenasv1.Introduction, err error) *maecenasv1.Introduction {
		w.t.Helper()
		if err != nil {
			w.t.Fatalf("to %s: %v", state, err)
		}
		return i
	}
	i := must(w.propose(proposer, need))
	switch state {
	case "PROPOSED":
		return i
	case "DECLINED":
		return must(w.act(answerer, i.GetName(), introduction.Decline, 0))
	case "WITHDRAWN":
		return must(w.act(proposer, i.GetName(), introduction.Withdraw, 0))
	}
	i = must(w.act(answerer, i.GetName(), introduction.Accept, 0))
	for _, to := range []maecenasv1.Introduction_State{
		maecenasv1.Introduction_MEETING, maecenasv1.Introduction_OFFERED, maecenasv1.Introduction_FUNDED,
	} {
		if i.GetState().String() == state {
			break
		}
		i = must(w.act("ivo", i.GetName(), introduction.Advance, to))
	}
	return i
}

// try takes a step by its word.
func (w world) try(who, step, need string, i *maecenasv1.Introduction) (*maecenasv1.Introduction, error) {
	switch step {
	case "propose":
		return w.propose(who, need)
	case "accept", "decline", "withdraw":
		return w.act(who, i.GetName(), introduction.Action(step), 0)
	default:
		return w.act(who, i.GetName(), introduction.Advance, maecenasv1.Introduction_State(maecenasv1.Introduction_State_value[step]))
	}
}

// TestEverySideStateAndStep tries every step, by each side, in every state, of pairs
// that either side proposed: what is written down as legal works and nothing else, and
// what the introduction says can be done next is what can.
func TestEverySideStateAndStep(t *testing.T) {
	t.Parallel()
	steps := []string{"propose", "accept", "decline", "withdraw", "MEETING", "OFFERED", "FUNDED"}
	for by, rows := range legal {
		t.Run(by, func(t *testing.T) {
			t.Parallel()
			w := open(t, app.Options{})
			n := 0
			for row, words := range rows {
				var state, role string
				if _, err := fmt.Sscan(row, &state, &role); err != nil {
					t.Fatal(err)
				}
				who := people[by][role]
				var reached []maecenasv1.Introduction_State
				var offered []maecenasv1.Introduction_State
				for _, step := range steps {
					n++
					need := w.need(fmt.Sprintf("need-%d", n))
					i := w.walk(by, state, need)
					seen, _, err := w.Get(w.as(who), i.GetName(), 0)
					if err != nil {
						t.Fatal(err)
					}
					offered = seen.GetNextStates()
					before := len(i.GetHistory())
					got, err := w.try(who, step, need, i)
					want := slices.Contains(strings.Fields(words), step)
					if want != (err == nil) {
						t.Errorf("%s proposed, %s: %s by %s: %v", by, state, step, role, err)
						continue
					}
					if !want {
						if r := reason(t, err); r != maecenasv1.ErrorReason_INTRODUCTION_STEP_ILLEGAL {
							t.Errorf("%s proposed, %s: %s by %s is refused with %s", by, state, step, role, r)
						}
						continue
					}
					reached = append(reached, got.GetState())
					if len(got.GetHistory()) != before+1 || got.GetHistory()[before].GetState() != got.GetState() {
						t.Errorf("the history of %s does not end with the step: %v", got.GetName(), got.GetHistory())
					}
				}
				slices.Sort(reached)
				if reached = slices.Compact(reached); !slices.Equal(reached, offered) {
					t.Errorf("%s proposed, %s, %s: next states are said to be %v, and were %v", by, state, role, offered, reached)
				}
			}
		})
	}
}
