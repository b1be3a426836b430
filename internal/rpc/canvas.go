package rpc

import (
	"context"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// canvases serves CanvasService.
type canvases struct {
	maecenasv1.UnimplementedCanvasServiceServer
	*service
}

func (s canvases) GetCanvas(ctx context.Context, request *maecenasv1.GetCanvasRequest) (*maecenasv1.Canvas, error) {
	found, err := get(ctx, s.service, s.app.Canvases, request)
	if err != nil {
		return nil, err
	}
	return found, s.audit.Looked(ctx, found.GetName())
}

func (s canvases) UpdateCanvas(ctx context.Context, request *maecenasv1.UpdateCanvasRequest) (*maecenasv1.Canvas, error) {
	return update(ctx, s.service, s.app.Canvases, request, request.GetCanvas())
}

func (s canvases) GetCanvasRevision(ctx context.Context, request *maecenasv1.GetCanvasRevisionRequest) (*maecenasv1.CanvasRevision, error) {
	if err := s.check(request); err != nil {
		return nil, err
	}
	found, revision, err := s.app.CanvasRevision(ctx, request.GetName(), request.GetMinRevision())
	return answer(ctx, found, revision, err)
}

func (s canvases) ListCanvasRevisions(ctx context.Context, request *maecenasv1.ListCanvasRevisionsRequest) (*maecenasv1.ListCanvasRevisionsResponse, error) {
	listing, err := s.listing(ctx, request)
	if err != nil {
		return nil, err
	}
	page, err := s.app.CanvasRevisions(ctx, listing)
	return answer(ctx, &maecenasv1.ListCanvasRevisionsResponse{
		CanvasRevisions: page.Records, NextPageToken: s.pages.token(ctx, request, page.Next), DataRevision: page.Revision,
	}, page.Revision, err)
}

func (s canvases) RestoreCanvasRevision(ctx context.Context, request *maecenasv1.RestoreCanvasRevisionRequest) (*maecenasv1.Canvas, error) {
	if err := s.check(request); err != nil {
		return nil, err
	}
	restored, revision, err := s.app.RestoreCanvas(ctx, request.GetName(), request.GetEtag(), intent(request))
	return answer(ctx, restored, revision, err)
}
