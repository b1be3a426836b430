package index_test

import (
	"path/filepath"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/maecenas-cci/maecenas/internal/index"
	"github.com/maecenas-cci/maecenas/internal/index/kernel"
	"github.com/maecenas-cci/maecenas/internal/match"
)

// TestFundingRoundsIdentical compares rankings of real funding rounds, in both
// directions and on every kernel, with one scan of everything.
func TestFundingRoundsIdentical(t *testing.T) {
	t.Parallel()
	r := readRounds(t, filepath.Join(shared, "benchmark", "dev"), "cre")
	type line struct {
		Name string
		Sum  match.Sum
		Rank int32
	}
	lines := func(hits []index.Hit) (list []line) {
		for _, h := range hits {
			list = append(list, line{h.Name, h.Sum, h.Key.Rank})
		}
		return list
	}
	plain := func(list []entry, q index.Query) (out []line) {
		for i, e := range ranked(list, q)[:min(len(list), q.Limit)] {
			out = append(out, line{e.name, e.sum, int32(i + 1)})
		}
		return out
	}
	q := index.Query{Day: match.NewDay(cutoff, nil), Limit: 40, EveryNeed: true}
	for i := 0; i < len(r.mandates); i += 7 {
		m := r.snapshot.Mandate(r.mandates[i])
		var all []entry
		for _, name := range r.needs {
			if e, ok := pair(r.snapshot.Need(name), m, q, name); ok {
				e.name, e.group = name, name
				all = append(all, e)
			}
		}
		want := plain(all, q)
		for _, k := range kernel.Available() {
			hits, _, err := r.snapshot.MatchNeeds(t.Context(), m.On(q.Day), q.On(k, 1+i%2))
			if diff := gocmp.Diff(want, lines(hits)); err != nil || diff != "" {
				t.Fatalf("%s for %s: %v\n%s", k.Name(), m.Name(), err, diff)
			}
		}
	}
	for i := 0; i < len(r.needs); i += 31 {
		n := r.snapshot.Need(r.needs[i])
		var all []entry
		for _, name := range r.mandates {
			if e, ok := pair(n, r.snapshot.Mandate(name), q, r.needs[i]); ok {
				e.name, e.group = name, name
				all = append(all, e)
			}
		}
		hits, _, err := r.snapshot.MatchMandates(t.Context(), n, q.On(nil, 1+i%2))
		if diff := gocmp.Diff(plain(all, q), lines(hits)); err != nil || diff != "" {
			t.Fatalf("%s: %v\n%s", r.needs[i], err, diff)
		}
	}
}
