package synthetic_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/app"
	"github.com/maecenas-cci/maecenas/internal/dataset/synthetic"
	"github.com/maecenas-cci/maecenas/internal/matchmaker"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/store/memstore"
)

// BenchmarkMatches asks an app that holds 100,000 organizations with their
// canvases, and some more needs than that, for the first 20 matches of one mandate
// after another, and of one need after another.
func BenchmarkMatches(b *testing.B) {
	if testing.Short() {
		b.Skip("loads 100,000 organizations")
	}
	population := synthetic.Options{Seed: 1, Organizations: 100_000, Investors: 2_000}
	a := loaded(b, population)
	for _, view := range []struct {
		name string
		full bool
	}{{"basic", false}, {"full", true}} {
		b.Run("needs/"+view.name, func(b *testing.B) {
			measure(b, func(i int) error {
				_, err := a.MatchNeeds(local(b), synthetic.MandateName(i%population.Investors),
					matchmaker.Ranking{Limit: 20, Date: "2026-11-24", Full: view.full})
				return err
			})
		})
	}
	b.Run("mandates/full", func(b *testing.B) {
		measure(b, func(i int) error {
			_, err := a.MatchMandates(local(b), synthetic.NeedName(i%population.Organizations),
				matchmaker.Ranking{Limit: 20, Date: "2026-11-24", Full: true})
			return err
		})
	})
}

// BenchmarkExposure replays 20 mandates, and 200, over 100,000 organizations with some
// more needs.
func BenchmarkExposure(b *testing.B) {
	if testing.Short() {
		b.Skip("loads 100,000 organizations")
	}
	for _, investors := range []int{20, 200} {
		a := loaded(b, synthetic.Options{Seed: 1, Organizations: 100_000, Investors: investors})
		b.Run(fmt.Sprintf("investors=%d", investors), func(b *testing.B) {
			for b.Loop() {
				report, err := a.Exposure(local(b), app.ExposureQuery{Date: "2026-11-24"})
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(report.GetMandates()), "mandates")
			}
		})
	}
}

// BenchmarkLists asks 100,000 organizations, in pages of 20, for those of a rare kind,
// for those of a word, and for all in an order.
func BenchmarkLists(b *testing.B) {
	if testing.Short() {
		b.Skip("loads 100,000 organizations")
	}
	a := loaded(b, synthetic.Options{Seed: 1, Organizations: 100_000, WithoutCanvases: true})
	for name, listing := range map[string]record.Listing{
		"plain":        {},
		"filter/half":  {Filter: `listed = true AND helix_role = COMPANY`},
		"filter/none":  {Filter: `founded_date > "2030-01-01"`},
		"search/words": {Filter: `puglia "12345"`},
		"order":        {OrderBy: "founded_date desc, display_name"},
	} {
		listing.Limit = 20
		b.Run(name, func(b *testing.B) {
			measure(b, func(int) error {
				_, err := a.Organizations.List(local(b), listing)
				return err
			})
		})
	}
	b.Run("duplicates", func(b *testing.B) {
		measure(b, func(int) error {
			_, _, err := a.ListLikelyDuplicates(local(b), app.LikelyDuplicates{Limit: 20})
			return err
		})
	})
}

// measure reports the median and the 99th of a hundred beside the mean.
func measure(b *testing.B, ask func(i int) error) {
	b.Helper()
	b.ReportAllocs()
	var took []time.Duration
	for i := 0; b.Loop(); i++ {
		start := time.Now()
		if err := ask(i); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms-median")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "ms-p99")
}

func loaded(b *testing.B, population synthetic.Options) *app.App {
	b.Helper()
	a, err := app.Open(local(b), app.Options{Store: memstore.New(memstore.Options{})})
	if err != nil {
		b.Fatal(err)
	}
	start, written := time.Now(), 0
	write := func(batch []*maecenasv1.Record) {
		outcomes, _, err := a.Import(local(b), batch)
		if err != nil {
			b.Fatal(err)
		}
		for _, o := range outcomes {
			if o.Did == record.Rejected {
				b.Fatal(o.Err)
			}
		}
		written += len(batch)
	}
	var batch []*maecenasv1.Record
	for r := range synthetic.Records(population) {
		if batch = append(batch, r); len(batch) == 1000 {
			write(batch)
			batch = nil
		}
	}
	write(batch)
	b.Logf("%d records in %v", written, time.Since(start).Round(time.Millisecond))
	return a
}
