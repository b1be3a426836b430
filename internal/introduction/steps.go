package introduction

import (
	"slices"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

type (
	state = maecenasv1.Introduction_State
	side  = maecenasv1.Introduction_Side
)

// Sides are the two.
var Sides = []maecenasv1.Introduction_Side{maecenasv1.Introduction_ORGANIZATION, maecenasv1.Introduction_INVESTOR}

// Action is what a side does with an introduction.
type Action string

// The actions.
const (
	// Propose proposes it, or answers a proposal of the other side with the same.
	Propose Action = "propose"
	// Accept makes it mutual.
	Accept Action = "accept"
	// Decline says no to the other side.
	Decline Action = "decline"
	// Withdraw takes one's own back.
	Withdraw Action = "withdraw"
	// Advance takes it further.
	Advance Action = "advance"
)

// Actor says which side may take a step.
type Actor int

// The actors.
const (
	// Either side.
	Either Actor = iota
	// Proposer is the side that proposed it.
	Proposer
	// Answerer is the other side.
	Answerer
	// Ender is the side that ended it.
	Ender
	// Funder is the investor.
	Funder
)

// Step is one legal step.
type Step struct {
	// Action is what is done.
	Action Action
	// From is the state in which it may be; unspecified: there is none of the pair yet.
	From maecenasv1.Introduction_State
	// By says which side may.
	By Actor
	// To is the state that it leads to.
	To maecenasv1.Introduction_State
}

// Steps are the legal steps; what is not among them is not legal. Who ended an
// introduction may propose the pair again, the other side may not: no is no.
var Steps = []Step{
	{Propose, maecenasv1.Introduction_STATE_UNSPECIFIED, Either, maecenasv1.Introduction_PROPOSED},
	{Propose, maecenasv1.Introduction_PROPOSED, Answerer, maecenasv1.Introduction_MUTUAL},
	{Propose, maecenasv1.Introduction_DECLINED, Ender, maecenasv1.Introduction_PROPOSED},
	{Propose, maecenasv1.Introduction_WITHDRAWN, Ender, maecenasv1.Introduction_PROPOSED},

	{Accept, maecenasv1.Introduction_PROPOSED, Answerer, maecenasv1.Introduction_MUTUAL},

	{Decline, maecenasv1.Introduction_PROPOSED, Answerer, maecenasv1.Introduction_DECLINED},
	{Decline, maecenasv1.Introduction_MUTUAL, Funder, maecenasv1.Introduction_DECLINED},
	{Decline, maecenasv1.Introduction_MEETING, Funder, maecenasv1.Introduction_DECLINED},
	{Decline, maecenasv1.Introduction_OFFERED, Funder, maecenasv1.Introduction_DECLINED},

	{Withdraw, maecenasv1.Introduction_PROPOSED, Proposer, maecenasv1.Introduction_WITHDRAWN},
	{Withdraw, maecenasv1.Introduction_MUTUAL, Either, maecenasv1.Introduction_WITHDRAWN},
	{Withdraw, maecenasv1.Introduction_MEETING, Either, maecenasv1.Introduction_WITHDRAWN},
	{Withdraw, maecenasv1.Introduction_OFFERED, Either, maecenasv1.Introduction_WITHDRAWN},

	{Advance, maecenasv1.Introduction_MUTUAL, Either, maecenasv1.Introduction_MEETING},
	{Advance, maecenasv1.Introduction_MUTUAL, Funder, maecenasv1.Introduction_OFFERED}, // a public call has no meetings
	{Advance, maecenasv1.Introduction_MEETING, Funder, maecenasv1.Introduction_OFFERED},
	{Advance, maecenasv1.Introduction_OFFERED, Funder, maecenasv1.Introduction_FUNDED},
}

// is answers whether a side is the actor of an introduction.
func (a Actor) is(s side, i *maecenasv1.Introduction) bool {
	switch a {
	case Either:
		return true
	case Proposer:
		return s == i.GetProposer()
	case Answerer:
		return s != i.GetProposer()
	case Ender:
		n := len(i.GetHistory())
		return n > 0 && s == i.GetHistory()[n-1].GetSide()
	case Funder:
		return s == maecenasv1.Introduction_INVESTOR
	default:
		return false
	}
}

// mostSteps is how long a history gets: a pair that was proposed and ended that often
// is not proposed again.
const mostSteps = 100

// legal are the steps that a side may take with an introduction.
func legal(i *maecenasv1.Introduction, s side) []Step {
	var steps []Step
	for _, step := range Steps {
		if step.From != i.GetState() || !step.By.is(s, i) {
			continue
		}
		if step.Action == Propose && len(i.GetHistory()) >= mostSteps {
			continue
		}
		steps = append(steps, step)
	}
	return steps
}

// Next are the states that a side may take an introduction to.
func Next(i *maecenasv1.Introduction, s maecenasv1.Introduction_Side) []maecenasv1.Introduction_State {
	return states(i, s)
}

// states are where sides may take an introduction, in the order of the schema.
func states(i *maecenasv1.Introduction, sides ...side) []state {
	var found []state
	for _, s := range sides {
		for _, step := range legal(i, s) {
			found = append(found, step.To)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// take is the first of the sides that may take a step, with where that leads; false:
// none may.
func take(i *maecenasv1.Introduction, sides []side, action Action, to state) (side, state, bool) {
	for _, s := range sides {
		for _, step := range legal(i, s) {
			if step.Action == action && (to == maecenasv1.Introduction_STATE_UNSPECIFIED || step.To == to) {
				return s, step.To, true
			}
		}
	}
	return 0, 0, false
}
