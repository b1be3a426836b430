package rpc

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/timestamppb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/account"
)

// memberships serves MembershipService.
type memberships struct {
	maecenasv1.UnimplementedMembershipServiceServer
	*service

	accounts *account.Accounts
}

func (s memberships) CreateMembership(ctx context.Context, request *maecenasv1.CreateMembershipRequest) (*maecenasv1.Membership, error) {
	return create(ctx, s.service, s.accounts.Memberships, request, request.GetMembership(), "")
}

func (s memberships) GetMembership(ctx context.Context, request *maecenasv1.GetMembershipRequest) (*maecenasv1.Membership, error) {
	return get(ctx, s.service, s.accounts.Memberships, request)
}

func (s memberships) ListMemberships(ctx context.Context, request *maecenasv1.ListMembershipsRequest) (*maecenasv1.ListMembershipsResponse, error) {
	listing, err := s.listing(ctx, request)
	if err != nil {
		return nil, err
	}
	page, err := s.accounts.ListMemberships(ctx, account.MembershipQuery{
		Listing: listing, Resource: request.GetResource(), Member: request.GetMember(),
	})
	return answer(ctx, &maecenasv1.ListMembershipsResponse{
		Memberships: page.Records, NextPageToken: s.pages.token(ctx, request, page.Next), DataRevision: page.Revision,
	}, page.Revision, err)
}

func (s memberships) UpdateMembership(ctx context.Context, request *maecenasv1.UpdateMembershipRequest) (*maecenasv1.Membership, error) {
	if _, err := s.accounts.Known(ctx, request.GetMembership().GetName()); err != nil {
		return nil, err
	}
	return update(ctx, s.service, s.accounts.Memberships, request, request.GetMembership())
}

func (s memberships) DeleteMembership(ctx context.Context, request *maecenasv1.DeleteMembershipRequest) (*emptypb.Empty, error) {
	if _, err := s.accounts.Known(ctx, request.GetName()); err != nil {
		return nil, err
	}
	return remove(ctx, s.service, s.accounts.Memberships, request, false)
}

func (s memberships) InviteMember(ctx context.Context, request *maecenasv1.InviteMemberRequest) (*maecenasv1.Invitation, error) {
	if err := s.check(request); err != nil {
		return nil, err
	}
	made, err := s.accounts.Invite(ctx, account.Invitation{
		Resource: request.GetResource(), Role: request.GetRole(), Email: request.GetEmail(), Intent: intent(request),
	})
	return answer(ctx, &maecenasv1.Invitation{
		Path: made.Path(), Token: made.Token.Reveal(), ExpireTime: timestamppb.New(made.ExpireTime),
	}, made.Revision, err)
}
