package app

import (
	"context"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/exposure"
	"github.com/maecenas-cci/maecenas/internal/fault"
)

// ExposureQuery asks whom rankings show.
type ExposureQuery struct {
	// Top is how many matches of each mandate are its top; 0: 20.
	Top int
	// Date is the day asked; empty: today.
	Date string
	// MinRevision is what the data must have reached.
	MinRevision int64
}

// Exposure tells whom rankings show, by group of organizations. Its work grows with the
// product of needs and mandates: REQUEST_ENDED where it does not end in time.
func (a *App) Exposure(ctx context.Context, query ExposureQuery) (*maecenasv1.ExposureReport, error) {
	if err := a.Await(ctx, query.MinRevision); err != nil {
		return nil, err
	}
	snapshot := a.Snapshot()
	day, err := a.DayOf(snapshot, query.Date)
	if err != nil {
		return nil, err
	}
	report, err := exposure.Report(ctx, snapshot, exposure.Query{Day: day, Top: query.Top})
	if err != nil {
		return nil, fault.Ended(err)
	}
	return report, nil
}
