package rpc

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/attest"
)

// investors serves InvestorService.
type investors struct {
	maecenasv1.UnimplementedInvestorServiceServer
	*service

	attest *attest.Service
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

// mandates serves MandateService.
type mandates struct {
	maecenasv1.UnimplementedMandateServiceServer
	*service
}

func (s mandates) CreateMandate(ctx context.Context, request *maecenasv1.CreateMandateRequest) (*maecenasv1.Mandate, error) {
	return create(ctx, s.service, s.app.Mandates, request, request.GetMandate(), request.GetMandateId())
}

func (s mandates) GetMandate(ctx context.Context, request *maecenasv1.GetMandateRequest) (*maecenasv1.Mandate, error) {
	return get(ctx, s.service, s.app.Mandates, request)
}

func (s mandates) ListMandates(ctx context.Context, request *maecenasv1.ListMandatesRequest) (*maecenasv1.ListMandatesResponse, error) {
	page, next, err := listOf(ctx, s.service, s.app.Mandates, request)
	return answer(ctx, &maecenasv1.ListMandatesResponse{
		Mandates: page.Records, NextPageToken: next, DataRevision: page.Revision,
	}, page.Revision, err)
}

func (s mandates) UpdateMandate(ctx context.Context, request *maecenasv1.UpdateMandateRequest) (*maecenasv1.Mandate, error) {
	return update(ctx, s.service, s.app.Mandates, request, request.GetMandate())
}

func (s mandates) DeleteMandate(ctx context.Context, request *maecenasv1.DeleteMandateRequest) (*emptypb.Empty, error) {
	return remove(ctx, s.service, s.app.Mandates, request, false)
}

func (s mandates) VerifyMandate(ctx context.Context, request *maecenasv1.VerifyMandateRequest) (*maecenasv1.Mandate, error) {
	return confirm(ctx, s.service, s.app.Mandates, request)
}

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
