package rpc

import (
	"context"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/types/known/emptypb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/account"
	"github.com/maecenas-cci/maecenas/internal/auth/secret"
	"github.com/maecenas-cci/maecenas/internal/rpc/interceptor"
)

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
