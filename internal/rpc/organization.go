package rpc

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/app"
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

// canvases serves CanvasService.
type canvases struct {
	maecenasv1.UnimplementedCanvasServiceServer
	*service
}

func (s canvases) GetCanvas(ctx context.Context, request *maecenasv1.GetCanvasRequest) (*maecenasv1.Canvas, error) {
	found, err := get(ctx, s.service, s.app.Canvases, request)
	if err != nil {
		return nil, err
	}
	return found, s.audit.Looked(ctx, found.GetName())
}

func (s canvases) UpdateCanvas(ctx context.Context, request *maecenasv1.UpdateCanvasRequest) (*maecenasv1.Canvas, error) {
	return update(ctx, s.service, s.app.Canvases, request, request.GetCanvas())
}

func (s canvases) GetCanvasRevision(ctx context.Context, request *maecenasv1.GetCanvasRevisionRequest) (*maecenasv1.CanvasRevision, error) {
	if err := s.check(request); err != nil {
		return nil, err
	}
	found, revision, err := s.app.CanvasRevision(ctx, request.GetName(), request.GetMinRevision())
	return answer(ctx, found, revision, err)
}

func (s canvases) ListCanvasRevisions(ctx context.Context, request *maecenasv1.ListCanvasRevisionsRequest) (*maecenasv1.ListCanvasRevisionsResponse, error) {
	listing, err := s.listing(ctx, request)
	if err != nil {
		return nil, err
	}
	page, err := s.app.CanvasRevisions(ctx, listing)
	return answer(ctx, &maecenasv1.ListCanvasRevisionsResponse{
		CanvasRevisions: page.Records, NextPageToken: s.pages.token(ctx, request, page.Next), DataRevision: page.Revision,
	}, page.Revision, err)
}

func (s canvases) RestoreCanvasRevision(ctx context.Context, request *maecenasv1.RestoreCanvasRevisionRequest) (*maecenasv1.Canvas, error) {
	if err := s.check(request); err != nil {
		return nil, err
	}
	restored, revision, err := s.app.RestoreCanvas(ctx, request.GetName(), request.GetEtag(), intent(request))
	return answer(ctx, restored, revision, err)
}

// assessments serves AssessmentService.
type assessments struct {
	maecenasv1.UnimplementedAssessmentServiceServer
	*service
}

func (s assessments) GetAssessment(ctx context.Context, request *maecenasv1.GetAssessmentRequest) (*maecenasv1.Assessment, error) {
	if err := s.check(request); err != nil {
		return nil, err
	}
	found, revision, err := s.app.Assessment(ctx, app.AssessmentQuery{
		Name: request.GetName(), Date: request.GetAssessDate(), MinRevision: request.GetMinRevision(),
		Full: request.GetView() != maecenasv1.AssessmentView_BASIC,
	})
	if err == nil {
		err = s.audit.Looked(ctx, found.GetName())
	}
	return answer(ctx, found, revision, err)
}

func (s assessments) ListAssessments(ctx context.Context, request *maecenasv1.ListAssessmentsRequest) (*maecenasv1.ListAssessmentsResponse, error) {
	listing, err := s.listing(ctx, request)
	if err != nil {
		return nil, err
	}
	page, err := s.app.Assessments(ctx, listing)
	return answer(ctx, &maecenasv1.ListAssessmentsResponse{
		Assessments: page.Records, NextPageToken: s.pages.token(ctx, request, page.Next), DataRevision: page.Revision,
	}, page.Revision, err)
}

func (s assessments) PreviewAssessment(_ context.Context, request *maecenasv1.PreviewAssessmentRequest) (*maecenasv1.Assessment, error) {
	if err := s.check(request); err != nil {
		return nil, err
	}
	return s.app.PreviewAssessment(app.Preview{
		Organization: request.GetOrganization(), Canvas: request.GetCanvas(), Date: request.GetAssessDate(),
		Full: request.GetView() != maecenasv1.AssessmentView_BASIC, Basis: request.GetBasis(),
	})
}

func (s assessments) GetRubric(context.Context, *maecenasv1.GetRubricRequest) (*maecenasv1.Rubric, error) {
	return s.app.Rubric(), nil
}

// needs serves NeedService.
type needs struct {
	maecenasv1.UnimplementedNeedServiceServer
	*service
}

func (s needs) CreateNeed(ctx context.Context, request *maecenasv1.CreateNeedRequest) (*maecenasv1.Need, error) {
	return create(ctx, s.service, s.app.Needs, request, request.GetNeed(), request.GetNeedId())
}

func (s needs) GetNeed(ctx context.Context, request *maecenasv1.GetNeedRequest) (*maecenasv1.Need, error) {
	found, err := get(ctx, s.service, s.app.Needs, request)
	if err != nil || found.GetTerms() == nil && len(found.GetSecured()) == 0 {
		return found, err
	}
	return found, s.audit.Looked(ctx, found.GetName())
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
