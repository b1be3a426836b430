package index_test

import (
	"encoding/binary"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/maecenas-cci/maecenas/internal/index"
	"github.com/maecenas-cci/maecenas/internal/index/column"
	"github.com/maecenas-cci/maecenas/internal/match"
)

// stream reads the bytes of all columns once.
func stream(set *column.Set) (sum uint64) {
	for c := range set.Columns() {
		for ; len(c) >= 32; c = c[32:] {
			sum += binary.LittleEndian.Uint64(c) ^ binary.LittleEndian.Uint64(c[8:]) ^
				binary.LittleEndian.Uint64(c[16:]) ^ binary.LittleEndian.Uint64(c[24:])
		}
	}
	return sum
}

// BenchmarkRatios runs rankings, the stream and the slice of structs in turns, one by
// one, so that all see the same neighbours, and reports what they took as ratios of the
// first quartiles: on a machine that others use too, a mean is theirs.
func BenchmarkRatios(b *testing.B) {
	s := market().Snapshot()
	rows, set := structsOf(s), s.Visible()
	mandates := map[string]*match.Mandate{}
	for _, pass := range passes {
		mandates[pass] = marketMandate(pass)
	}
	names := []string{"stream", "structs", "all", "5pct", "0.1pct", "all/2", "0.1pct/2"}
	took := map[string][]time.Duration{}
	run := func(name string) {
		switch name {
		case "stream":
			stream(set)
			return
		case "structs":
			p := mandates["all"].On(marketDay())
			p.Memoize()
			rows.best(p)
			p.Forget()
			return
		}
		pass, threads := name, 1
		if n := len(name) - len("/2"); name[n:] == "/2" {
			pass, threads = name[:n], 2
		}
		if _, _, err := s.MatchNeeds(b.Context(), mandates[pass].On(marketDay()), index.Query{Limit: 20}.On(nil, threads)); err != nil {
			b.Fatal(err)
		}
	}
	b.Run(fmt.Sprintf("rows=%d", *rowCount), func(b *testing.B) {
		for b.Loop() {
			for _, name := range names {
				run(name) // brings what it reads into the caches, like the one after it
				begun := time.Now()
				run(name)
				took[name] = append(took[name], time.Since(begun))
			}
		}
		quartile := func(name string) float64 {
			slices.Sort(took[name])
			return float64(took[name][len(took[name])/4].Nanoseconds())
		}
		for _, name := range names {
			b.Logf("%-10s %8.3f ms", name, quartile(name)/1e6)
		}
		for _, ratio := range [][2]string{{"all", "stream"}, {"0.1pct", "stream"}, {"5pct", "stream"}, {"structs", "all"}, {"all", "all/2"}} {
			b.ReportMetric(quartile(ratio[0])/quartile(ratio[1]), ratio[0]+":"+ratio[1])
		}
		b.ReportMetric(float64(set.Bytes())/float64(set.Len()), "bytes/row")
	})
}
