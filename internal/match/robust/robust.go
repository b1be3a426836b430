// Package robust tells how far weights can move before a match leaves the top of its
// ranking: the share of a thousand draws of weights that keep it there, and the
// smallest change of one weight by which the next match passes it.
//
// # The draws
//
// Each draw multiplies every weight by a factor of its term, the same for all matches,
// and keeps the proportions: a mandate's weights are then w·f over their sum, exactly.
// A factor is 1 and four numbers of 0 to 255, each as likely: mean 511, standard
// deviation 148, so that weights move by 29 percent, rarely to less than a quarter or
// to more than double in proportion. The numbers are the bytes of SplitMix64 (Steele,
// Lea and Flood, 2014) from a seed that the policy's version fixes: the same draws on
// every machine, for every ranking, until the policy changes.
//
// Weights decide neither must-haves nor which need stands for an organization: a draw
// orders anew, within each eligibility, the matches that were ranked. The first
// [Pool] of a ranking take part.
package robust

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"sync"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match"
)

// Draws is how many draws there are.
const Draws = 1000

// Pool is how many matches of a ranking take part at least: its first.
const Pool = 1000

// From these shares on, in hundredths of a percent, a match is stable or sensitive.
const (
	stable    = 9000
	sensitive = 6000
)

// Row is a match that was ranked.
type Row struct {
	// Name is the resource name of its need, or of its mandate in a ranking of mandates.
	Name        string
	Eligibility match.Eligibility
	// Tie decides between matches that are equal otherwise; the smaller ranks first.
	Tie uint64
	// Weights are its mandate's, and Values its own.
	Weights, Values match.PerTerm
}

// Ranking are matches in their order.
type Ranking struct {
	Rows []Row
	// OneMandate says that all weights are those of one mandate: a change of one of
	// them moves every match.
	OneMandate bool
	// ByFit says that ACTIVITY does not count for the order.
	ByFit bool
}

// Measure tells how robust some matches are: those at places from to to-1, of which
// the top so many are the top. The order must be that of the rows.
func (r *Ranking) Measure(from, to, top int) []*maecenasv1.Robustness {
	kept := r.kept(from, to, top)
	out := make([]*maecenasv1.Robustness, 0, to-from)
	for i := from; i < to; i++ {
		one := &maecenasv1.Robustness{
			Share: int32(kept[i-from] * 10000 / Draws), Top: int32(top), Label: maecenasv1.Robustness_FRAGILE,
		}
		switch {
		case one.Share >= stable:
			one.Label = maecenasv1.Robustness_STABLE
		case one.Share >= sensitive:
			one.Label = maecenasv1.Robustness_SENSITIVE
		}
		if i+1 < len(r.Rows) {
			one.SmallestChange = r.smallestChange(&r.Rows[i], &r.Rows[i+1])
		}
		out = append(out, one)
	}
	return out
}

// Insert puts a row where it ranks, and answers its place.
func (r *Ranking) Insert(row Row) int {
	// The weights as they are: a draw of which all factors are alike.
	var even match.PerTerm
	for i := range even {
		even[i] = 1
	}
	stands := func(row *Row) standing {
		s := []standing{{}}
		newColumns([]Row{*row}, false, r.ByFit).weigh(&even, s)
		return s[0]
	}
	own := stands(&row)
	place := 0
	for ; place < len(r.Rows); place++ {
		other := &r.Rows[place]
		if other.Eligibility != row.Eligibility {
			if other.Eligibility > row.Eligibility {
				break
			}
			continue
		}
		s := stands(other)
		left, right := own.value*s.weight, s.value*own.weight
		if left > right || left == right && row.Tie < other.Tie {
			break
		}
	}
	r.Rows = slices.Insert(r.Rows, place, row)
	return place
}

// Factors are the factors of a draw, 0 to Draws-1, by the terms' numbers.
func Factors(draw int) match.PerTerm { return factors()[draw] }

var factors = sync.OnceValue(func() *[Draws]match.PerTerm {
	seed := sha256.Sum256([]byte("robustness " + match.PolicyVersion))
	state := binary.BigEndian.Uint64(seed[:])
	var all [Draws]match.PerTerm
	var bits uint64
	for i := range all {
		for t := 1; t < len(all[i]); t++ {
			if t%2 == 1 { // eight bytes are enough for two factors
				state, bits = next(state)
			}
			sum := int32(1)
			for range 4 {
				sum += int32(bits & 255)
				bits >>= 8
			}
			all[i][t] = sum
		}
	}
	return &all
})

// next is a step of SplitMix64.
func next(state uint64) (after, out uint64) {
	state += 0x9E3779B97F4A7C15
	z := state
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return state, z ^ z>>31
}
