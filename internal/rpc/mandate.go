package rpc

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

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
