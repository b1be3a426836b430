package rpc

import (
	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// reports serves ReportService.
type reports struct {
	maecenasv1.UnimplementedReportServiceServer
	*service
}
