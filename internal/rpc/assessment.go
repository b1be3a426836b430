package rpc

import (
	"context"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/app"
)

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
