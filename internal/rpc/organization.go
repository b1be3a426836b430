package rpc

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// organizations serves OrganizationService.
type organizations struct {
	maecenasv1.UnimplementedOrganizationServiceServer
	*service
}

func (s organizations) CreateOrganization(ctx context.Context, request *maecenasv1.CreateOrganizationRequest) (*maecenasv1.Organization, error) {
	return create(ctx, s.service, s.app.Organizations, request, request.GetOrganization(), request.GetOrganizationId())
}

func (s organizations) GetOrganization(ctx context.Context, request *maecenasv1.GetOrganizationRequest) (*maecenasv1.Organization, error) {
	found, err := get(ctx, s.service, s.app.Organizations, request)
	if err != nil || !showsFacts(found) {
		return found, err
	}
	return found, s.audit.Looked(ctx, found.GetName())
}

func (s organizations) ListOrganizations(ctx context.Context, request *maecenasv1.ListOrganizationsRequest) (*maecenasv1.ListOrganizationsResponse, error) {
	page, next, err := listOf(ctx, s.service, s.app.Organizations, request)
	return answer(ctx, &maecenasv1.ListOrganizationsResponse{
		Organizations: page.Records, NextPageToken: next, DataRevision: page.Revision,
	}, page.Revision, err)
}

func (s organizations) UpdateOrganization(ctx context.Context, request *maecenasv1.UpdateOrganizationRequest) (*maecenasv1.Organization, error) {
	return update(ctx, s.service, s.app.Organizations, request, request.GetOrganization())
}

func (s organizations) DeleteOrganization(ctx context.Context, request *maecenasv1.DeleteOrganizationRequest) (*emptypb.Empty, error) {
	return remove(ctx, s.service, s.app.Organizations, request, request.GetForce())
}

func (s organizations) VerifyOrganization(ctx context.Context, request *maecenasv1.VerifyOrganizationRequest) (*maecenasv1.Organization, error) {
	return confirm(ctx, s.service, s.app.Organizations, request)
}

// showsFacts answers whether an answer has more than what everybody sees who may know
// of the organization.
func showsFacts(o *maecenasv1.Organization) bool {
	return o.GetTraction() != nil || o.GetFinancials() != nil || o.GetTeam() != nil || len(o.GetPriorFunding()) > 0 || len(o.GetStateAid()) > 0
}
