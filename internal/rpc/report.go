package rpc

import (
	"context"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/app"
)

// reports serves ReportService.
type reports struct {
	maecenasv1.UnimplementedReportServiceServer
	*service
}

func (s reports) GetExposureReport(ctx context.Context, request *maecenasv1.GetExposureReportRequest) (*maecenasv1.ExposureReport, error) {
	if err := s.check(request); err != nil {
		return nil, err
	}
	report, err := s.app.Exposure(ctx, app.ExposureQuery{
		Top: int(request.GetTop()), Date: request.GetAsOfDate(), MinRevision: request.GetMinRevision(),
	})
	return answer(ctx, report, report.GetDataRevision(), err)
}
