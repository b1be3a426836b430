package taxonomy_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

func TestSizeClass(t *testing.T) {
	t.Parallel()
	n := func(v int64) *int64 { return &v }
	const mio = 1_000_000
	for _, tt := range []struct {
		name                          string
		staff, turnover, balanceSheet *int64
		least, most                   taxonomy.Size
	}{
		{"nothing known", nil, nil, nil, taxonomy.Micro, taxonomy.Large},
		{"micro", n(9), n(2 * mio), n(99 * mio), taxonomy.Micro, taxonomy.Micro},
		{"micro by balance sheet", n(9), n(99 * mio), n(2 * mio), taxonomy.Micro, taxonomy.Micro},
		{"ten staff", n(10), n(1), n(1), taxonomy.Small, taxonomy.Small},
		{"above both ceilings", n(1), n(2*mio + 1), n(2*mio + 1), taxonomy.Small, taxonomy.Small},
		{"small", n(49), n(10 * mio), nil, taxonomy.Small, taxonomy.Small},
		{"fifty staff", n(50), n(1), n(1), taxonomy.Medium, taxonomy.Medium},
		{"medium by balance sheet", n(249), n(51 * mio), n(43 * mio), taxonomy.Medium, taxonomy.Medium},
		{"medium by turnover", n(249), n(50 * mio), n(44 * mio), taxonomy.Medium, taxonomy.Medium},
		{"large by money", n(3), n(50*mio + 1), n(43*mio + 1), taxonomy.Large, taxonomy.Large},
		{"large by staff", n(250), n(0), n(0), taxonomy.Large, taxonomy.Large},
		{"large by staff alone", n(250), nil, nil, taxonomy.Large, taxonomy.Large},
		{"staff alone", n(5), nil, nil, taxonomy.Micro, taxonomy.Large},
		{"turnover alone", nil, n(1), nil, taxonomy.Micro, taxonomy.Large},
		{"staff and a high turnover", n(5), n(9 * mio), nil, taxonomy.Micro, taxonomy.Small},
		{"staff and a low turnover", n(5), n(1), nil, taxonomy.Micro, taxonomy.Micro},
		{"zero is known", n(0), n(0), nil, taxonomy.Micro, taxonomy.Micro},
	} {
		least, most := taxonomy.SizeClass(taxonomy.SizeFacts{
			FullTimeEquivalents: tt.staff, TurnoverEUR: tt.turnover, BalanceSheetEUR: tt.balanceSheet,
		})
		if least != tt.least || most != tt.most {
			t.Errorf("%s: %v..%v, want %v..%v", tt.name, least, most, tt.least, tt.most)
		}
	}
	if taxonomy.Large.String() != "LARGE" || taxonomy.Micro.String() != "MICRO" || taxonomy.Size(0).String() != "" || taxonomy.Size(9).String() != "" {
		t.Error("names")
	}
}

// Stating a figure never widens the interval, and every answer lies in it.
func TestSizeClassNarrows(t *testing.T) {
	t.Parallel()
	figure := func(t *rapid.T, name string, values ...int64) *int64 {
		return rapid.Ptr(rapid.OneOf(rapid.SampledFrom(values), rapid.Int64Range(0, 1e9)), true).Draw(t, name)
	}
	rapid.Check(t, func(t *rapid.T) {
		in := taxonomy.SizeFacts{
			FullTimeEquivalents: figure(t, "staff", 0, 9, 10, 49, 50, 249, 250),
			TurnoverEUR:         figure(t, "turnover", 2e6, 2e6+1, 10e6, 10e6+1, 50e6, 50e6+1),
			BalanceSheetEUR:     figure(t, "balance sheet", 2e6, 2e6+1, 10e6, 10e6+1, 43e6, 43e6+1),
		}
		least, most := taxonomy.SizeClass(in)
		if least < taxonomy.Micro || least > most || most > taxonomy.Large {
			t.Fatalf("%v..%v", least, most)
		}
		answer := rapid.Int64Range(0, 1e9).Draw(t, "answer")
		for _, field := range []**int64{&in.FullTimeEquivalents, &in.TurnoverEUR, &in.BalanceSheetEUR} {
			if *field == nil {
				*field = &answer
			}
			l, m := taxonomy.SizeClass(in)
			if l < least || m > most {
				t.Fatalf("%v..%v became %v..%v", least, most, l, m)
			}
			least, most = l, m
		}
		if least != most {
			t.Fatalf("all is known: %v..%v", least, most)
		}
	})
}
