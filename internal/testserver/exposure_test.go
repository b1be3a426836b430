package testserver_test

import (
	"context"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/testserver"
)

// TestExposure asks for the report over gRPC and REST: both tell the same, twice the same,
// and of the demo's few organizations no group of fewer than five.
func TestExposure(t *testing.T) {
	t.Parallel()
	s := withDemo(t, testserver.Options{})
	client := maecenasv1.NewReportServiceClient(s.Conn)
	request := &maecenasv1.GetExposureReportRequest{Top: 5, AsOfDate: "2026-11-24"}
	report, err := client.GetExposureReport(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	again, err := client.GetExposureReport(t.Context(), request)
	if err != nil || !proto.Equal(report, again) {
		t.Errorf("asked again: %v %v", again, err)
	}
	code, got, header := call(t, s, "GET", "/v1/reports/exposure?top=5&asOfDate=2026-11-24", "")
	cells, _ := got["cells"].([]any)
	if code != 200 || len(cells) != len(report.GetCells()) || got["dataRevision"] != header.Get("Maecenas-Revision") {
		t.Fatalf("%d %v", code, got)
	}
	var told, suppressed int
	for i, cell := range report.GetCells() {
		same, _ := cells[i].(map[string]any)
		if same["value"] != cell.GetValue() || same["grouping"] != cell.GetGrouping().String() {
			t.Errorf("cell %d: %v and %v", i, same, cell)
		}
		switch {
		case cell.GetSuppressed():
			suppressed++
		case cell.GetOrganizations() < 5 || cell.GetPairs() == 0:
			t.Errorf("%v", cell)
		default:
			told++
		}
	}
	if told == 0 || suppressed == 0 || report.GetMandates() == 0 {
		t.Errorf("%d cells told, %d suppressed: %v", told, suppressed, report)
	}
	ctx, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer cancel()
	if _, err := client.GetExposureReport(ctx, request); status.Code(err) != codes.DeadlineExceeded {
		t.Errorf("a deadline that has passed: %v", err)
	}
	for _, query := range []string{"top=101", "top=-1", "asOfDate=tomorrow"} {
		if code, got, _ := call(t, s, "GET", "/v1/reports/exposure?"+query, ""); code != 400 {
			t.Errorf("%s: %d %v", query, code, got)
		}
	}
}
