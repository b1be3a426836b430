package rpc

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// needs serves NeedService.
type needs struct {
	maecenasv1.UnimplementedNeedServiceServer
	*service
}

func (s needs) CreateNeed(ctx context.Context, request *maecenasv1.CreateNeedRequest) (*maecenasv1.Need, error) {
	return create(ctx, s.service, s.app.Needs, request, request.GetNeed(), request.GetNeedId())
}

func (s needs) GetNeed(ctx context.Context, request *maecenasv1.GetNeedRequest) (*maecenasv1.Need, error) {
	return get(ctx, s.service, s.app.Needs, request)
}

func (s needs) ListNeeds(ctx context.Context, request *maecenasv1.ListNeedsRequest) (*maecenasv1.ListNeedsResponse, error) {
	page, next, err := listOf(ctx, s.service, s.app.Needs, request)
	return answer(ctx, &maecenasv1.ListNeedsResponse{
		Needs: page.Records, NextPageToken: next, DataRevision: page.Revision,
	}, page.Revision, err)
}

func (s needs) UpdateNeed(ctx context.Context, request *maecenasv1.UpdateNeedRequest) (*maecenasv1.Need, error) {
	return update(ctx, s.service, s.app.Needs, request, request.GetNeed())
}

func (s needs) DeleteNeed(ctx context.Context, request *maecenasv1.DeleteNeedRequest) (*emptypb.Empty, error) {
	return remove(ctx, s.service, s.app.Needs, request, false)
}
