package mix_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/mix"
)

// drawQuestion draws a small question: few mandates, amounts so small that they
// often just meet or miss, and every constraint as often as not.
func drawQuestion(t *rapid.T) mix.Question {
	number := func(least, most int) int64 { return int64(rapid.IntRange(least, most).Draw(t, "n")) }
	q := mix.Question{
		Least: number(1, 12), Parts: int(number(1, 4)), Limit: int(number(1, 6)),
		Secured: number(0, 4) * number(0, 3),
		Room:    map[string]int64{"IT": number(-1, 9) * 10000, "FR": number(0, 4) * 15000},
	}
	q.Most = q.Least + number(0, 2)*number(0, 4)
	offers := number(0, 6)
	for i := range offers {
		o := mix.Offer{
			Name: fmt.Sprint("m", i), Score: int32(rapid.SampledFrom([]int{0, 4000, 5000, 5001, 9000, 10000}).Draw(t, "score")),
			Eligible: number(0, 3) > 0, Budget: mix.Unbounded,
			OthersBear: int32(rapid.SampledFrom([]int{0, 0, 2500, 5000, 9000, 10000}).Draw(t, "others bear")),
			AidState:   rapid.SampledFrom([]string{"", "IT", "IT", "FR", "ES"}).Draw(t, "state"),
		}
		if number(0, 2) == 0 {
			o.Budget = number(0, 9)
		}
		for range number(1, 2) {
			in := mix.Instrument{Kind: maecenasv1.Instrument_GRANT, Least: number(1, 4), Most: mix.Unbounded}
			if number(0, 2) > 0 {
				in.Most = number(1, 9)
			}
			in.GrantEquivalent = int32(rapid.SampledFrom([]int{0, 2500, 10000, 10000}).Draw(t, "equivalent"))
			in.Assumed = in.GrantEquivalent == 10000 && number(0, 1) == 0
			o.Instruments = append(o.Instruments, in)
		}
		for range number(0, 1) * number(0, 1) {
			o.Incompatible = append(o.Incompatible, fmt.Sprint("m", number(0, 6)))
		}
		q.Offers = append(q.Offers, o)
	}
	slices.SortStableFunc(q.Offers, func(a, b mix.Offer) int {
		if a.Eligible != b.Eligible {
			return map[bool]int{true: -1, false: 1}[a.Eligible]
		}
		return cmp.Compare(b.Score, a.Score)
	})
	return q
}

// violation says which constraint parts break; "" where they break none. It looks at
// amounts alone, one constraint after the other.
func violation(q mix.Question, parts []mix.Part) string {
	total := int64(0)
	for _, p := range parts {
		total += p.Amount
	}
	if total < q.Least || total > q.Most {
		return fmt.Sprintf("covers %d of %d to %d", total, q.Least, q.Most)
	}
	aid := map[string]int64{}
	for i, p := range parts {
		o := q.Offers[p.Offer]
		in := o.Instruments[p.Instrument]
		if p.Amount < in.Least || p.Amount > in.Most || p.Amount > o.Budget {
			return fmt.Sprintf("%s gives %d", o.Name, p.Amount)
		}
		others := q.Secured + total - p.Amount
		if others*10000 < int64(o.OthersBear)*(q.Secured+total) {
			return fmt.Sprintf("others than %s bear %d", o.Name, others)
		}
		if o.AidState != "" {
			aid[o.AidState] += p.Amount * int64(in.GrantEquivalent)
		}
		for j, other := range parts {
			if i != j && (p.Offer == other.Offer || slices.Contains(o.Incompatible, q.Offers[other.Offer].Name)) {
				return fmt.Sprintf("%s beside %s", o.Name, q.Offers[other.Offer].Name)
			}
		}
	}
	for state, given := range aid {
		if given > 0 && given > q.Room[state] {
			return fmt.Sprintf("aid of %s is %d", state, given)
		}
	}
	return ""
}

// TestBruteForce compares with every set of offers, its amounts found alone: which
// are feasible, in which order they come, and which are idle.
func TestBruteForce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		q := drawQuestion(t)
		alone := map[string]known{}
		for _, set := range subsets(len(q.Offers), q.Parts) {
			one := known{offers: set, eligible: true}
			for _, i := range set {
				one.eligible = one.eligible && q.Offers[i].Eligible
			}
			least := int64(0)
			chooseWays(q, set, func(ways []int) {
				total, m := bestOfWays(t, q, set, ways)
				if m != nil && (one.mean == nil || total < least || total == least && m.Cmp(one.mean) > 0) {
					one.mean, least = m, total
				}
			})
			if one.mean != nil {
				alone[fmt.Sprint(set)] = one
			}
		}
		want := ordered(q, alone)
		got, err := mix.Propose(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		check(t, q, got, want)
	})
}

// ordered are the sets that are not idle, best first.
func ordered(q mix.Question, alone map[string]known) (list []known) {
	for _, one := range alone {
		idle := false
		for _, some := range subsets(len(one.offers), len(one.offers)-1) {
			part := make([]int, len(some))
			for i, j := range some {
				part[i] = one.offers[j]
			}
			if other, ok := alone[fmt.Sprint(part)]; ok && other.mean.Cmp(one.mean) >= 0 {
				idle = true
			}
		}
		if !idle {
			list = append(list, one)
		}
	}
	// Places among the offers by score, those alike as they rank.
	place := func(set []int) []int {
		byScore := make([]int, len(q.Offers))
		for i := range byScore {
			byScore[i] = i
		}
		slices.SortStableFunc(byScore, func(a, b int) int { return cmp.Compare(q.Offers[b].Score, q.Offers[a].Score) })
		var places []int
		for at, i := range byScore {
			if slices.Contains(set, i) {
				places = append(places, at)
			}
		}
		return places
	}
	slices.SortFunc(list, func(a, b known) int {
		if a.eligible != b.eligible {
			return map[bool]int{true: -1, false: 1}[a.eligible]
		}
		return cmp.Or(b.mean.Cmp(a.mean), cmp.Compare(len(a.offers), len(b.offers)), slices.Compare(place(a.offers), place(b.offers)))
	})
	return list[:min(len(list), q.Limit)]
}

func check(t *rapid.T, q mix.Question, got []mix.Mix, want []known) {
	t.Helper()
	type line struct {
		Offers []int
		Mean   string
	}
	var gotLines, wantLines []line
	for _, m := range got {
		if broken := violation(q, m.Parts); broken != "" {
			t.Errorf("%v: %s", m, broken)
		}
		var offers []int
		covered := int64(0)
		for _, p := range m.Parts {
			offers, covered = append(offers, p.Offer), covered+p.Amount
			if len(p.Reasons) == 0 {
				t.Errorf("%v has no reason", p)
			}
		}
		slices.Sort(offers)
		if covered != m.Covered {
			t.Errorf("parts cover %d, the mix says %d", covered, m.Covered)
		}
		gotLines = append(gotLines, line{offers, mean(q, m.Parts).String()})
	}
	for _, one := range want {
		wantLines = append(wantLines, line{one.offers, one.mean.String()})
	}
	if diff := gocmp.Diff(wantLines, gotLines); diff != "" {
		t.Errorf("%+v\n(-brute force +got)\n%s", q, diff)
	}
}

// TestCancelled gives up when it is no longer wanted.
func TestCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := mix.Propose(ctx, mix.Question{Least: 1, Most: 1, Parts: 1, Limit: 1})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
