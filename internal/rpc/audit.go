package rpc

import (
	"context"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
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
