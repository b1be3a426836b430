package rpc

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// deals serves DealService.
type deals struct {
	maecenasv1.UnimplementedDealServiceServer
	*service
}

func (s deals) CreateDeal(ctx context.Context, request *maecenasv1.CreateDealRequest) (*maecenasv1.Deal, error) {
	return create(ctx, s.service, s.app.Deals, request, request.GetDeal(), request.GetDealId())
}

func (s deals) GetDeal(ctx context.Context, request *maecenasv1.GetDealRequest) (*maecenasv1.Deal, error) {
	return get(ctx, s.service, s.app.Deals, request)
}

func (s deals) ListDeals(ctx context.Context, request *maecenasv1.ListDealsRequest) (*maecenasv1.ListDealsResponse, error) {
	page, next, err := listOf(ctx, s.service, s.app.Deals, request)
	return answer(ctx, &maecenasv1.ListDealsResponse{
		Deals: page.Records, NextPageToken: next, DataRevision: page.Revision,
	}, page.Revision, err)
}

func (s deals) UpdateDeal(ctx context.Context, request *maecenasv1.UpdateDealRequest) (*maecenasv1.Deal, error) {
	return update(ctx, s.service, s.app.Deals, request, request.GetDeal())
}

func (s deals) DeleteDeal(ctx context.Context, request *maecenasv1.DeleteDealRequest) (*emptypb.Empty, error) {
	return remove(ctx, s.service, s.app.Deals, request, false)
}
