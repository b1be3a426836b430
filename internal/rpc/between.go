package rpc

import (
	"context"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/attest"
	"github.com/maecenas-cci/maecenas/internal/introduction"
	"github.com/maecenas-cci/maecenas/internal/record"
)

// introductions serves IntroductionService.
type introductions struct {
	maecenasv1.UnimplementedIntroductionServiceServer
	*service

	cases *introduction.Service
}

func (s introductions) CreateIntroduction(ctx context.Context, request *maecenasv1.CreateIntroductionRequest) (*maecenasv1.Introduction, error) {
	if err := s.check(request); err != nil {
		return nil, err
	}
	made, revision, err := s.cases.Propose(ctx, introduction.Proposal{Introduction: request.GetIntroduction(), Intent: intent(request)})
	return answer(ctx, made, revision, err)
}

func (s introductions) GetIntroduction(ctx context.Context, request *maecenasv1.GetIntroductionRequest) (*maecenasv1.Introduction, error) {
	if err := s.check(request); err != nil {
		return nil, err
	}
	found, revision, err := s.cases.Get(ctx, request.GetName(), request.GetMinRevision())
	return answer(ctx, found, revision, err)
}

func (s introductions) ListIntroductions(ctx context.Context, request *maecenasv1.ListIntroductionsRequest) (*maecenasv1.ListIntroductionsResponse, error) {
	listing, err := s.listing(ctx, request)
	if err != nil {
		return nil, err
	}
	page, err := s.cases.List(ctx, introduction.Listing{Listing: listing, Subject: request.GetSubject(), States: request.GetStates()})
	return answer(ctx, &maecenasv1.ListIntroductionsResponse{
		Introductions: page.Records, NextPageToken: s.pages.token(ctx, request, page.Next), DataRevision: page.Revision,
	}, page.Revision, err)
}

func (s introductions) AcceptIntroduction(ctx context.Context, request *maecenasv1.AcceptIntroductionRequest) (*maecenasv1.Introduction, error) {
	return s.act(ctx, request, introduction.Request{Action: introduction.Accept})
}

func (s introductions) DeclineIntroduction(ctx context.Context, request *maecenasv1.DeclineIntroductionRequest) (*maecenasv1.Introduction, error) {
	return s.act(ctx, request, introduction.Request{Action: introduction.Decline})
}

func (s introductions) WithdrawIntroduction(ctx context.Context, request *maecenasv1.WithdrawIntroductionRequest) (*maecenasv1.Introduction, error) {
	return s.act(ctx, request, introduction.Request{Action: introduction.Withdraw})
}

func (s introductions) AdvanceIntroduction(ctx context.Context, request *maecenasv1.AdvanceIntroductionRequest) (*maecenasv1.Introduction, error) {
	return s.act(ctx, request, introduction.Request{
		Action: introduction.Advance, To: request.GetState(), Funding: request.GetFunding(),
	})
}

func (s introductions) PublishIntroduction(ctx context.Context, request *maecenasv1.PublishIntroductionRequest) (*maecenasv1.Introduction, error) {
	return s.act(ctx, request, introduction.Request{Retract: request.GetRetract()})
}

// stepRequest is what all requests for steps have.
type stepRequest interface {
	proto.Message
	GetName() string
	GetEtag() string
	GetReason() string
	GetRequestId() string
}

// act takes a step; without an action, it publishes.
func (s introductions) act(ctx context.Context, request stepRequest, step introduction.Request) (*maecenasv1.Introduction, error) {
	if err := s.check(request); err != nil {
		return nil, err
	}
	step.Name, step.Etag, step.Reason, step.Intent = request.GetName(), request.GetEtag(), request.GetReason(), intent(request)
	act := s.cases.Act
	if step.Action == "" {
		act = s.cases.Publish
	}
	changed, revision, err := act(ctx, step)
	return answer(ctx, changed, revision, err)
}

// bookmarks serves BookmarkService.
type bookmarks struct {
	maecenasv1.UnimplementedBookmarkServiceServer
	*service

	cases *introduction.Bookmarks
}

func (s bookmarks) CreateBookmark(ctx context.Context, request *maecenasv1.CreateBookmarkRequest) (*maecenasv1.Bookmark, error) {
	return create(ctx, s.service, s.cases.Of(request.GetParent()), request, request.GetBookmark(), introduction.BookmarkID(request.GetBookmark()))
}

func (s bookmarks) GetBookmark(ctx context.Context, request *maecenasv1.GetBookmarkRequest) (*maecenasv1.Bookmark, error) {
	return get(ctx, s.service, s.cases.Of(request.GetName()), request)
}

func (s bookmarks) ListBookmarks(ctx context.Context, request *maecenasv1.ListBookmarksRequest) (*maecenasv1.ListBookmarksResponse, error) {
	page, next, err := listOf(ctx, s.service, s.cases.Of(request.GetParent()), request)
	return answer(ctx, &maecenasv1.ListBookmarksResponse{
		Bookmarks: page.Records, NextPageToken: next, DataRevision: page.Revision,
	}, page.Revision, err)
}

func (s bookmarks) UpdateBookmark(ctx context.Context, request *maecenasv1.UpdateBookmarkRequest) (*maecenasv1.Bookmark, error) {
	return update(ctx, s.service, s.cases.Of(request.GetBookmark().GetName()), request, request.GetBookmark())
}

func (s bookmarks) DeleteBookmark(ctx context.Context, request *maecenasv1.DeleteBookmarkRequest) (*emptypb.Empty, error) {
	return remove(ctx, s.service, s.cases.Of(request.GetName()), request, false)
}

// contacts serves ContactService.
type contacts struct {
	maecenasv1.UnimplementedContactServiceServer
	*service

	cases *introduction.Contacts
}

func (s contacts) GetOrganizationContact(ctx context.Context, request *maecenasv1.GetOrganizationContactRequest) (*maecenasv1.OrganizationContact, error) {
	if err := s.check(request); err != nil {
		return nil, err
	}
	found, revision, err := s.cases.Organization(ctx, request.GetName(), request.GetMinRevision())
	return answer(ctx, found, revision, err)
}

func (s contacts) UpdateOrganizationContact(ctx context.Context, request *maecenasv1.UpdateOrganizationContactRequest) (*maecenasv1.OrganizationContact, error) {
	return update(ctx, s.service, s.cases.Organizations, request, request.GetOrganizationContact())
}

func (s contacts) GetInvestorContact(ctx context.Context, request *maecenasv1.GetInvestorContactRequest) (*maecenasv1.InvestorContact, error) {
	if err := s.check(request); err != nil {
		return nil, err
	}
	found, revision, err := s.cases.Investor(ctx, request.GetName(), request.GetMinRevision())
	return answer(ctx, found, revision, err)
}

func (s contacts) UpdateInvestorContact(ctx context.Context, request *maecenasv1.UpdateInvestorContactRequest) (*maecenasv1.InvestorContact, error) {
	return update(ctx, s.service, s.cases.Investors, request, request.GetInvestorContact())
}

// attestations serves AttestationService.
type attestations struct {
	maecenasv1.UnimplementedAttestationServiceServer
	*service

	cases *attest.Service
}

func (s attestations) CreateAttestation(ctx context.Context, request *maecenasv1.CreateAttestationRequest) (*maecenasv1.Attestation, error) {
	if err := s.check(request); err != nil {
		return nil, err
	}
	made, revision, err := s.cases.Create(ctx, record.Creation[*maecenasv1.Attestation]{
		Parent: request.GetParent(), Resource: request.GetAttestation(), Intent: intent(request),
	})
	return answer(ctx, made, revision, err)
}

func (s attestations) GetAttestation(ctx context.Context, request *maecenasv1.GetAttestationRequest) (*maecenasv1.Attestation, error) {
	found, err := get(ctx, s.service, s.cases.Attestations, request)
	if err != nil {
		return nil, err
	}
	return found, s.audit.Looked(ctx, found.GetName())
}

func (s attestations) ListAttestations(ctx context.Context, request *maecenasv1.ListAttestationsRequest) (*maecenasv1.ListAttestationsResponse, error) {
	page, next, err := listOf(ctx, s.service, s.cases.Attestations, request)
	return answer(ctx, &maecenasv1.ListAttestationsResponse{
		Attestations: page.Records, NextPageToken: next, DataRevision: page.Revision,
	}, page.Revision, err)
}

func (s attestations) DeleteAttestation(ctx context.Context, request *maecenasv1.DeleteAttestationRequest) (*emptypb.Empty, error) {
	if err := s.check(request); err != nil {
		return nil, err
	}
	revision, err := s.cases.Delete(ctx, record.Deletion{Name: request.GetName(), Etag: request.GetEtag(), Intent: intent(request)})
	return answer(ctx, &emptypb.Empty{}, revision, err)
}

// SetInvestorVerification is InvestorService's, by verifiers.
func (s investors) SetInvestorVerification(ctx context.Context, request *maecenasv1.SetInvestorVerificationRequest) (*maecenasv1.Investor, error) {
	if err := s.check(request); err != nil {
		return nil, err
	}
	verified, revision, err := s.attest.Verify(ctx, attest.Verification{
		Name: request.GetName(), State: request.GetState(), Etag: request.GetEtag(), Intent: intent(request),
	})
	return answer(ctx, verified, revision, err)
}
