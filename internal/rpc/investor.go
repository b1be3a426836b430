package rpc

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// investors serves InvestorService.
type investors struct {
	maecenasv1.UnimplementedInvestorServiceServer
	*service
}

func (s investors) CreateInvestor(ctx context.Context, request *maecenasv1.CreateInvestorRequest) (*maecenasv1.Investor, error) {
	return create(ctx, s.service, s.app.Investors, request, request.GetInvestor(), request.GetInvestorId())
}

func (s investors) GetInvestor(ctx context.Context, request *maecenasv1.GetInvestorRequest) (*maecenasv1.Investor, error) {
	return get(ctx, s.service, s.app.Investors, request)
}

func (s investors) ListInvestors(ctx context.Context, request *maecenasv1.ListInvestorsRequest) (*maecenasv1.ListInvestorsResponse, error) {
	page, next, err := listOf(ctx, s.service, s.app.Investors, request)
	return answer(ctx, &maecenasv1.ListInvestorsResponse{
		Investors: page.Records, NextPageToken: next, DataRevision: page.Revision,
	}, page.Revision, err)
}

func (s investors) UpdateInvestor(ctx context.Context, request *maecenasv1.UpdateInvestorRequest) (*maecenasv1.Investor, error) {
	return update(ctx, s.service, s.app.Investors, request, request.GetInvestor())
}

func (s investors) DeleteInvestor(ctx context.Context, request *maecenasv1.DeleteInvestorRequest) (*emptypb.Empty, error) {
	return remove(ctx, s.service, s.app.Investors, request, request.GetForce())
}
