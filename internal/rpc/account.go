package rpc

import (
	"context"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/timestamppb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/account"
	"github.com/maecenas-cci/maecenas/internal/auth/secret"
	"github.com/maecenas-cci/maecenas/internal/rpc/interceptor"
)

// principals serves PrincipalService.
type principals struct {
	maecenasv1.UnimplementedPrincipalServiceServer
	*service

	accounts *account.Accounts
}

// known answers RESOURCE_NOT_FOUND where what a request names does not exist for its
// caller, before anything else is told of it.
func (s principals) known(ctx context.Context, name string) error {
	_, err := s.accounts.Known(ctx, name)
	return err
}

func (s principals) CreatePrincipal(ctx context.Context, request *maecenasv1.CreatePrincipalRequest) (*maecenasv1.Principal, error) {
	return create(ctx, s.service, s.accounts.Principals, request, request.GetPrincipal(), request.GetPrincipalId())
}

func (s principals) GetPrincipal(ctx context.Context, request *maecenasv1.GetPrincipalRequest) (*maecenasv1.Principal, error) {
	return get(ctx, s.service, s.accounts.Principals, request)
}

func (s principals) ListPrincipals(ctx context.Context, request *maecenasv1.ListPrincipalsRequest) (*maecenasv1.ListPrincipalsResponse, error) {
	page, next, err := listOf(ctx, s.service, s.accounts.Principals, request)
	return answer(ctx, &maecenasv1.ListPrincipalsResponse{
		Principals: page.Records, NextPageToken: next, DataRevision: page.Revision,
	}, page.Revision, err)
}

func (s principals) UpdatePrincipal(ctx context.Context, request *maecenasv1.UpdatePrincipalRequest) (*maecenasv1.Principal, error) {
	if err := s.known(ctx, request.GetPrincipal().GetName()); err != nil {
		return nil, err
	}
	return update(ctx, s.service, s.accounts.Principals, request, request.GetPrincipal())
}

func (s principals) DeletePrincipal(ctx context.Context, request *maecenasv1.DeletePrincipalRequest) (*emptypb.Empty, error) {
	return remove(ctx, s.service, s.accounts.Principals, request, true)
}

func (s principals) IssueLink(ctx context.Context, request *maecenasv1.IssueLinkRequest) (*maecenasv1.SignInLink, error) {
	if err := s.check(request); err != nil {
		return nil, err
	}
	made, err := s.accounts.ResetLink(ctx, request.GetName())
	return answer(ctx, &maecenasv1.SignInLink{
		Path: made.Path(), Token: made.Token.Reveal(), ExpireTime: timestamppb.New(made.ExpireTime),
	}, made.Revision, err)
}

func (s principals) SetPassword(ctx context.Context, request *maecenasv1.SetPasswordRequest) (*emptypb.Empty, error) {
	if err := s.check(request); err != nil {
		return nil, err
	}
	revision, err := s.accounts.SetPassword(ctx, account.PasswordChange{
		Name: request.GetName(), Present: request.GetPassword(), New: request.GetNewPassword(),
		From: interceptor.AddressFromContext(ctx),
	})
	return answer(ctx, &emptypb.Empty{}, revision, err)
}

func (s principals) CreateApiKey(ctx context.Context, request *maecenasv1.CreateApiKeyRequest) (*maecenasv1.ApiKey, error) { //nolint:revive // the schema says Api
	if err := s.check(request); err != nil {
		return nil, err
	}
	key, revision, err := s.accounts.CreateKey(ctx, account.KeyCreation{
		Parent: request.GetParent(), Key: request.GetApiKey(), Intent: intent(request),
	})
	return answer(ctx, key, revision, err)
}

func (s principals) GetApiKey(ctx context.Context, request *maecenasv1.GetApiKeyRequest) (*maecenasv1.ApiKey, error) { //nolint:revive // the schema says Api
	return get(ctx, s.service, s.accounts.Keys, request)
}

func (s principals) ListApiKeys(ctx context.Context, request *maecenasv1.ListApiKeysRequest) (*maecenasv1.ListApiKeysResponse, error) { //nolint:revive // the schema says Api
	if request.GetParent() != "principals/-" {
		if err := s.known(ctx, request.GetParent()); err != nil {
			return nil, err
		}
	}
	page, next, err := listOf(ctx, s.service, s.accounts.Keys, request)
	return answer(ctx, &maecenasv1.ListApiKeysResponse{
		ApiKeys: page.Records, NextPageToken: next, DataRevision: page.Revision,
	}, page.Revision, err)
}

func (s principals) RotateApiKey(ctx context.Context, request *maecenasv1.RotateApiKeyRequest) (*maecenasv1.ApiKey, error) { //nolint:revive // the schema says Api
	if err := s.check(request); err != nil {
		return nil, err
	}
	overlap := account.DefaultOverlap
	if request.OverlapMinutes != nil {
		overlap = time.Duration(request.GetOverlapMinutes()) * time.Minute
	}
	key, revision, err := s.accounts.RotateKey(ctx, account.Rotation{
		Name: request.GetName(), Etag: request.GetEtag(), Overlap: overlap, Intent: intent(request),
	})
	return answer(ctx, key, revision, err)
}

func (s principals) DeleteApiKey(ctx context.Context, request *maecenasv1.DeleteApiKeyRequest) (*emptypb.Empty, error) { //nolint:revive // the schema says Api
	if err := s.known(ctx, request.GetName()); err != nil {
		return nil, err
	}
	return remove(ctx, s.service, s.accounts.Keys, request, false)
}

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

func (s memberships) AcceptMembership(ctx context.Context, request *maecenasv1.AcceptMembershipRequest) (*maecenasv1.Membership, error) {
	if err := s.check(request); err != nil {
		return nil, err
	}
	accepted, revision, err := s.accounts.AcceptMembership(ctx, account.Acceptance{
		Name: request.GetName(), Etag: request.GetEtag(), Intent: intent(request),
	})
	return answer(ctx, accepted, revision, err)
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

// sessions serves SessionService.
type sessions struct {
	maecenasv1.UnimplementedSessionServiceServer
	*service

	accounts *account.Accounts
}

func (s sessions) SignIn(ctx context.Context, request *maecenasv1.SignInRequest) (*maecenasv1.Session, error) {
	if err := s.check(request); err != nil {
		return nil, err
	}
	begun, err := s.accounts.SignIn(ctx, account.Attempt{
		Email: request.GetEmail(), Password: request.GetPassword(), From: interceptor.AddressFromContext(ctx),
	})
	return signedIn(ctx, begun, err)
}

func (s sessions) RedeemLink(ctx context.Context, request *maecenasv1.RedeemLinkRequest) (*maecenasv1.Session, error) {
	if err := s.check(request); err != nil {
		return nil, err
	}
	begun, err := s.accounts.Redeem(ctx, account.Redemption{
		Token: request.GetToken(), Password: request.GetPassword(), DisplayName: request.GetDisplayName(), Email: request.GetEmail(),
		From: interceptor.AddressFromContext(ctx),
	})
	return signedIn(ctx, begun, err)
}

func (s sessions) GetCurrentSession(ctx context.Context, _ *maecenasv1.GetCurrentSessionRequest) (*maecenasv1.Session, error) {
	shown := ""
	if values := metadata.ValueFromIncomingContext(ctx, interceptor.SessionKey); len(values) > 0 {
		shown = values[len(values)-1]
	}
	current, err := s.accounts.CurrentSession(ctx, shown)
	return signedIn(ctx, current, err)
}

func (s sessions) SignOut(ctx context.Context, _ *maecenasv1.SignOutRequest) (*emptypb.Empty, error) {
	revision, err := s.accounts.SignOut(ctx)
	return answer(ctx, &emptypb.Empty{}, revision, err)
}

// signedIn answers a session, with its token in the header where there is a new one
// or one that lasts longer.
func signedIn(ctx context.Context, one account.SignedIn, err error) (*maecenasv1.Session, error) {
	if err == nil && one.Token != (secret.Token{}) {
		// An error means that there is no call to answer.
		_ = grpc.SetHeader(ctx, metadata.Pairs(interceptor.SessionKey, one.Token.Reveal()))
	}
	return answer(ctx, one.Session, one.Revision, err)
}
