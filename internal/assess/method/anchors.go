package method

import (
	"fmt"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/assess/exact"
)

// anchor is a point of a value function. Their figures are made of the values that
// assessments are worked out with.
type anchor = maecenasv1.Rubric_Anchor

// curve writes a curve's points; format is of their X in words.
func curve(c exact.Curve, format, unit string) []*anchor {
	list := make([]*anchor, len(c))
	for i, point := range c {
		list[i] = &anchor{Input: fmt.Sprintf(format, point.X), Value: point.Y, At: &point.X, Unit: unit}
	}
	return list
}

// wholeShare is the value of a share that is the value itself.
func wholeShare(what string) []*anchor {
	none, all := int64(0), int64(exact.Full)
	return []*anchor{
		{Input: "0 % " + what, At: &none, Unit: "BASIS_POINTS"},
		{Input: "100 % " + what, Value: exact.Full, At: &all, Unit: "BASIS_POINTS"},
	}
}

// coded is the value of some values of an enum, in parts of a unit.
func coded(input string, value Share, unit int64, codes ...fmt.Stringer) *anchor {
	a := &anchor{Input: input, Value: int32(value.Low * exact.Full / unit)}
	for _, code := range codes {
		a.Codes = append(a.Codes, code.String())
	}
	if value.High != value.Low {
		most := int32(value.High * exact.Full / unit)
		a.Most = &most
	}
	if input == "" {
		a.Input = a.Codes[0]
	}
	return a
}

const notStated = "not stated"

func recurrenceAnchors() []*anchor {
	var list []*anchor
	for r := maecenasv1.RevenueStream_ONE_OFF; r <= maecenasv1.RevenueStream_AUTOMATIC; r++ {
		list = append(list, coded("", Recurrence(r), RecurrenceUnit, r))
	}
	return append(list, coded(notStated, Recurrence(0), RecurrenceUnit, maecenasv1.RevenueStream_RECURRENCE_UNSPECIFIED))
}

func othersAnchors() []*anchor {
	const partner = maecenasv1.KeyActivity_UNPAID_PARTNER
	promised := coded("UNPAID_PARTNER with a policy", ByOthers(partner, true), 1, partner)
	promised.Conditions = []*maecenasv1.Rubric_Condition{{Path: "compensationPolicy", AtLeast: 1}}
	return []*anchor{
		coded("", ByOthers(maecenasv1.KeyActivity_USERS, false), 1, maecenasv1.KeyActivity_USERS),
		promised,
		coded("UNPAID_PARTNER without a policy", ByOthers(partner, false), 1, partner),
		coded("SELF, PAID_PARTNER, VOLUNTEERS", ByOthers(maecenasv1.KeyActivity_SELF, false), 1,
			maecenasv1.KeyActivity_SELF, maecenasv1.KeyActivity_PAID_PARTNER, maecenasv1.KeyActivity_VOLUNTEERS),
		coded(notStated, ByOthers(0, false), 1, maecenasv1.KeyActivity_PERFORMED_BY_UNSPECIFIED),
	}
}

// moatAnchors are the strengths of a single moat.
func moatAnchors() []*anchor {
	names := [len(Exposure)]string{"none", "weak", "some", "strong", "very strong"}
	list := make([]*anchor, len(names))
	for i, name := range names {
		strength := int64(i)
		list[i] = &anchor{
			Input: fmt.Sprintf("strength %d (%s), alone", i, name), At: &strength, Unit: "STRENGTH",
			Value: exact.NewRatio(Exposure[0]-Exposure[i], Exposure[0]).Hundredths(),
		}
	}
	return list
}

func marketAnchors() []*anchor {
	list := make([]*anchor, MarketLevels)
	for i, conditions := range MarketConditions {
		level := int64(i + 1)
		list[i] = &anchor{Input: fmt.Sprintf("level %d", level), Value: MarketValue(i + 1), At: &level, Unit: "LEVEL"}
		for _, c := range conditions {
			list[i].Conditions = append(list[i].Conditions, &maecenasv1.Rubric_Condition{Path: marketPaths[c.Fact], AtLeast: c.AtLeast})
		}
	}
	return list
}

// roleAnchors are what each of a team's roles is worth.
func roleAnchors() []*anchor {
	list := make([]*anchor, len(TeamRoles))
	for i, roles := range TeamRoles {
		codes, words := make([]fmt.Stringer, len(roles)), ""
		for j, role := range roles {
			if codes[j] = role; j > 0 {
				words += " or "
			}
			words += role.String()
		}
		list[i] = coded("somebody is "+words, Share{RolesPercent, RolesPercent}, 100*int64(len(TeamRoles)), codes...)
	}
	return list
}

// yearAnchors are the points of the part of TEAM that years have.
func yearAnchors() []*anchor {
	list := curve(Years, "median of %d years", "YEARS")
	for _, one := range list {
		one.Value = one.Value * YearsPercent / 100
	}
	return list
}
