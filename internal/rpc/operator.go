package rpc

import (
	"bufio"
	"context"
	"encoding/binary"
	"io"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/app"
	"github.com/maecenas-cci/maecenas/internal/audit"
)

// auditLog serves AuditService.
type auditLog struct {
	maecenasv1.UnimplementedAuditServiceServer
	*service
	log *audit.Log
}

func (s auditLog) GetAuditEntry(ctx context.Context, request *maecenasv1.GetAuditEntryRequest) (*maecenasv1.AuditEntry, error) {
	if err := s.check(request); err != nil {
		return nil, err
	}
	entry, revision, err := s.log.Get(ctx, request.GetName(), request.GetMinRevision())
	return answer(ctx, entry, revision, err)
}

func (s auditLog) ListAuditEntries(ctx context.Context, request *maecenasv1.ListAuditEntriesRequest) (*maecenasv1.ListAuditEntriesResponse, error) {
	listing, err := s.listing(ctx, request)
	if err != nil {
		return nil, err
	}
	query := audit.Query{
		Subject: request.GetSubject(), Actor: request.GetActor(),
		Cursor: listing.After, Limit: listing.Limit, MinRevision: listing.MinRevision,
	}
	if t := request.GetAfterTime(); t != nil {
		query.After = t.AsTime()
	}
	if t := request.GetBeforeTime(); t != nil {
		query.Before = t.AsTime()
	}
	page, err := s.log.List(ctx, query)
	return answer(ctx, &maecenasv1.ListAuditEntriesResponse{
		AuditEntries: page.Records, NextPageToken: s.pages.token(ctx, request, page.Next), DataRevision: page.Revision,
	}, page.Revision, err)
}

func (s auditLog) VerifyAuditLog(ctx context.Context, _ *maecenasv1.VerifyAuditLogRequest) (*maecenasv1.AuditLogState, error) {
	return s.log.Verify(ctx)
}

func (s auditLog) ListAccesses(ctx context.Context, request *maecenasv1.ListAccessesRequest) (*maecenasv1.ListAccessesResponse, error) {
	listing, err := s.listing(ctx, request)
	if err != nil {
		return nil, err
	}
	page, err := s.log.Accesses(ctx, request.GetParent(), audit.Query{Cursor: listing.After, Limit: listing.Limit, MinRevision: listing.MinRevision})
	return answer(ctx, &maecenasv1.ListAccessesResponse{
		Accesses: page.Records, NextPageToken: s.pages.token(ctx, request, page.Next), DataRevision: page.Revision,
	}, page.Revision, err)
}

// BackupFunc writes a backup of everything to w.
type BackupFunc func(ctx context.Context, w io.Writer) (*maecenasv1.BackupSummary, error)

// backups serves BackupService.
type backups struct {
	maecenasv1.UnimplementedBackupServiceServer
	*service

	write BackupFunc
}

// chunkBytes is how much of a backup one message carries.
const chunkBytes = 256 << 10

// CreateBackup streams a backup. Whoever reads slowly holds up nobody but himself.
func (s backups) CreateBackup(request *maecenasv1.CreateBackupRequest, stream grpc.ServerStreamingServer[maecenasv1.BackupChunk]) error {
	if err := s.check(request); err != nil {
		return err
	}
	chunks := bufio.NewWriterSize(chunkWriter{stream}, chunkBytes)
	summary, err := s.write(stream.Context(), chunks)
	if err != nil {
		return err
	}
	if err := chunks.Flush(); err != nil {
		return err
	}
	return stream.Send(&maecenasv1.BackupChunk{Summary: summary})
}

// chunkWriter sends what is written to it.
type chunkWriter struct {
	stream grpc.ServerStreamingServer[maecenasv1.BackupChunk]
}

// Write implements io.Writer.
func (w chunkWriter) Write(p []byte) (int, error) {
	// A message may be sent after Send has returned.
	if err := w.stream.Send(&maecenasv1.BackupChunk{Data: append([]byte(nil), p...)}); err != nil {
		return 0, err
	}
	return len(p), nil
}

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

// exchangeRates serves ExchangeRateService.
type exchangeRates struct {
	maecenasv1.UnimplementedExchangeRateServiceServer
	*service
}

func (s exchangeRates) CreateExchangeRates(ctx context.Context, request *maecenasv1.CreateExchangeRatesRequest) (*maecenasv1.ExchangeRates, error) {
	return create(ctx, s.service, s.app.ExchangeRates, request, request.GetExchangeRates(), request.GetExchangeRatesId())
}

func (s exchangeRates) GetExchangeRates(ctx context.Context, request *maecenasv1.GetExchangeRatesRequest) (*maecenasv1.ExchangeRates, error) {
	return get(ctx, s.service, s.app.ExchangeRates, request)
}

func (s exchangeRates) ListExchangeRates(ctx context.Context, request *maecenasv1.ListExchangeRatesRequest) (*maecenasv1.ListExchangeRatesResponse, error) {
	page, next, err := listOf(ctx, s.service, s.app.ExchangeRates, request)
	return answer(ctx, &maecenasv1.ListExchangeRatesResponse{
		ExchangeRates: page.Records, NextPageToken: next, DataRevision: page.Revision,
	}, page.Revision, err)
}

func (s exchangeRates) UpdateExchangeRates(ctx context.Context, request *maecenasv1.UpdateExchangeRatesRequest) (*maecenasv1.ExchangeRates, error) {
	return update(ctx, s.service, s.app.ExchangeRates, request, request.GetExchangeRates())
}

func (s exchangeRates) DeleteExchangeRates(ctx context.Context, request *maecenasv1.DeleteExchangeRatesRequest) (*emptypb.Empty, error) {
	return remove(ctx, s.service, s.app.ExchangeRates, request, false)
}

func (s exchangeRates) LookupExchangeRates(ctx context.Context, request *maecenasv1.LookupExchangeRatesRequest) (*maecenasv1.LookupExchangeRatesResponse, error) {
	if err := s.check(request); err != nil {
		return nil, err
	}
	found, err := s.app.LookupRates(ctx, request.GetAsOfDate(), request.GetMinRevision())
	response := &maecenasv1.LookupExchangeRatesResponse{AsOfDate: found.Date, DataRevision: found.Revision}
	for _, rate := range found.Rates {
		response.Rates = append(response.Rates, &maecenasv1.EffectiveRate{
			CurrencyCode: rate.Currency, UnitsPerEuro: rate.UnitsPerEuro, RateDate: rate.Day, Imported: rate.Imported,
		})
	}
	return answer(ctx, response, found.Revision, err)
}
