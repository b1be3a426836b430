package index_test

import (
	"context"
	"encoding/binary"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/maecenas-cci/maecenas/internal/index"
	"github.com/maecenas-cci/maecenas/internal/match"
)

// key is the entry's place in a ranking by score.
func (e entry) key() index.Key {
	return index.Key{Eligibility: e.eligibility, Value: e.value, Tie: binary.BigEndian.Uint64(e.tie)}
}

// TestCountBefore counts in whole rankings.
func TestCountBefore(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w, q := drawWorld(t), drawQuery(t)
		q.Limit, q.Keep, q.EveryNeed, q.NearMisses, q.ByFit, q.After = 100, nil, false, false, false, nil
		for _, name := range sorted(w.mandates) {
			m := w.mandates[name]
			ranked := w.needsFor(m, q)
			except := "organizations/o0"
			keys := []index.Key{{Eligibility: match.Ineligible}, {Eligibility: match.Eligible, Value: 1 << 40}}
			for _, e := range ranked {
				keys = append(keys, e.key(), index.Key{Eligibility: match.Eligible, Value: e.value, Tie: e.key().Tie + 1})
			}
			got, err := w.x.Snapshot().CountBefore(context.Background(), m.On(q.Day), keys, except)
			if err != nil {
				t.Fatal(err)
			}
			for i, key := range keys {
				want := 0
				for _, e := range ranked {
					if !strings.HasPrefix(e.name, except+"/") && e.key().Compare(key) < 0 {
						want++
					}
				}
				if got[i] != want {
					t.Fatalf("%d come before %+v, counted %d", want, key, got[i])
				}
			}
		}
	})
}
