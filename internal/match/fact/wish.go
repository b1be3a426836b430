package fact

import (
	"math/bits"
	"strconv"
	"strings"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// goals is one more than the number of sustainable development goals.
const goals = 18

// goalsOf is a set of sustainable development goals, by their numbers.
func goalsOf(list []int32) (set uint32) {
	for _, g := range list {
		if g > 0 && g < goals {
			set |= 1 << g
		}
	}
	return set
}

// GoalNames lists a set of goals by their numbers, ascending.
func GoalNames(set uint32) string {
	names := make([]string, 0, bits.OnesCount32(set))
	for ; set != 0; set &= set - 1 {
		names = append(names, strconv.Itoa(bits.TrailingZeros32(set)))
	}
	return strings.Join(names, ", ")
}

// SupportOf is a set of kinds of support, by their enum numbers.
func SupportOf(kinds []maecenasv1.Support_Kind) (set uint8) {
	for _, k := range kinds {
		if k > 0 && k < 8 {
			set |= 1 << k
		}
	}
	return set
}

// SupportNames lists a set's enum values, in the order of the enum.
func SupportNames(set uint8) string {
	names := make([]string, 0, bits.OnesCount8(set))
	for ; set != 0; set &= set - 1 {
		names = append(names, maecenasv1.Support_Kind(bits.TrailingZeros8(set)).String())
	}
	return strings.Join(names, ", ")
}

// roundsOf is how many rounds were closed before the one with a number.
func roundsOf(number *int32) int8 {
	if number == nil || *number < 1 {
		return Unset
	}
	return int8(min(*number, 100)) - 1
}

// MeetsLanguage reports whether a language tag is the wanted one or a variant of
// it: "pt" is met by "pt-BR".
func MeetsLanguage(wanted, have string) bool {
	if len(have) < len(wanted) || !strings.EqualFold(have[:len(wanted)], wanted) {
		return false
	}
	return len(have) == len(wanted) || have[len(wanted)] == '-'
}
