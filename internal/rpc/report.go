package rpc

import (
	"context"
	"encoding/binary"

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

// ListLikelyDuplicates pages by how many pairs the pages before held.
func (s reports) ListLikelyDuplicates(ctx context.Context, request *maecenasv1.ListLikelyDuplicatesRequest) (*maecenasv1.ListLikelyDuplicatesResponse, error) {
	if err := s.check(request); err != nil {
		return nil, err
	}
	place, err := s.pages.place(ctx, request)
	if err != nil {
		return nil, err
	}
	ask := app.LikelyDuplicates{Limit: size(request, listSize), MinRevision: request.GetMinRevision()}
	if len(place) == 8 {
		ask.After = int(binary.BigEndian.Uint64(place))
	}
	page, more, err := s.app.ListLikelyDuplicates(ctx, ask)
	response := &maecenasv1.ListLikelyDuplicatesResponse{LikelyDuplicates: page.Records, DataRevision: page.Revision}
	if more {
		response.NextPageToken = s.pages.token(ctx, request, binary.BigEndian.AppendUint64(nil, uint64(ask.After+len(page.Records))))
	}
	return answer(ctx, response, page.Revision, err)
}
