package app_test

import (
	"testing"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/matchmaker"
	"github.com/maecenas-cci/maecenas/internal/record"
)

// TestTimeZonesAreReadOnce holds that a ranking reads no file for each mandate
// that has a time zone. Allocations stand for it.
//
//nolint:paralleltest // allocations are counted of the whole process
func TestTimeZonesAreReadOnce(t *testing.T) {
	const mandates = 100
	cost := func(zone string) float64 {
		s := tell(t, theatre(), mandate())
		for range mandates {
			m := mandate()
			m.CloseDate, m.TimeZone = "2030-01-01", zone
			creation := record.Creation[*maecenasv1.Mandate]{Parent: "investors/fondazione", Resource: m}
			must(s.Mandates.Create(local(t), creation))(t)
		}
		return testing.AllocsPerRun(5, func() {
			ranked, err := s.MatchMandates(local(t), s.need.GetName(), matchmaker.Ranking{Limit: 1})
			if err != nil || len(ranked.Matches) != 1 {
				t.Fatalf("%d matches, %v", len(ranked.Matches), err)
			}
		})
	}
	if with, without := cost("Europe/Rome"), cost(""); with > without+5*mandates {
		t.Errorf("%.0f allocations with a time zone, %.0f without", with, without)
	}
}
