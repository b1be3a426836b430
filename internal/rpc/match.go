package rpc

import (
	"context"

	"google.golang.org/grpc/codes"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/matchmaker"
)

// matchSize is how many matches a ranking answers where the request does not say.
const matchSize = 20

// matches serves MatchService.
type matches struct {
	maecenasv1.UnimplementedMatchServiceServer
	*service
}

// rankRequest is what all requests for rankings have.
type rankRequest interface {
	paged
	GetView() maecenasv1.MatchView_View
	GetFilter() string
	GetOrderBy() string
	tuned
	GetNearMisses() maecenasv1.MatchView_NearMisses
	GetMinRevision() int64
	GetAsOfDate() string
	GetRobustness() bool
}

// tuned is a request that says how mandates weigh and grade in it.
type tuned interface {
	GetWeights() map[string]int32
	GetWeightOrder() []maecenasv1.MatchTerm_Term
	GetPreferences() *maecenasv1.Preferences
}

func overrides(request tuned) matchmaker.Overrides {
	return matchmaker.Overrides{
		Weights: request.GetWeights(), WeightOrder: request.GetWeightOrder(), Preferences: request.GetPreferences(),
	}
}

func (s matches) ranking(request rankRequest) (matchmaker.Ranking, error) {
	if err := s.check(request); err != nil {
		return matchmaker.Ranking{}, err
	}
	ranking := matchmaker.Ranking{
		Limit: size(request, matchSize), Full: request.GetView() != maecenasv1.MatchView_BASIC,
		Filter: request.GetFilter(), OrderBy: request.GetOrderBy(), Overrides: overrides(request),
		NearMisses: request.GetNearMisses() == maecenasv1.MatchView_ONLY,
		Date:       request.GetAsOfDate(), MinRevision: request.GetMinRevision(),
		Robustness: request.GetRobustness(),
	}
	if every, ok := request.(interface{ GetEveryNeed() bool }); ok {
		ranking.EveryNeed = every.GetEveryNeed()
	}
	place, err := s.pages.place(request)
	if err != nil || place == nil {
		return ranking, err
	}
	if !ranking.Continue(place) {
		return ranking, &fault.Error{
			Code: codes.InvalidArgument, Reason: maecenasv1.ErrorReason_PAGE_TOKEN_INVALID,
			Message: "the page token is not one of this request: begin without one",
		}
	}
	return ranking, nil
}

func (s matches) MatchNeeds(ctx context.Context, request *maecenasv1.MatchNeedsRequest) (*maecenasv1.MatchNeedsResponse, error) {
	ranking, err := s.ranking(request)
	if err != nil {
		return nil, err
	}
	ranked, err := s.app.MatchNeeds(ctx, request.GetMandate(), ranking)
	return answer(ctx, &maecenasv1.MatchNeedsResponse{
		Matches: ranked.Matches, NextPageToken: s.pages.token(request, ranked.Next), DataRevision: ranked.Revision,
		RubricVersion: ranked.RubricVersion, PolicyVersion: ranked.PolicyVersion, AsOfDate: ranked.Date,
	}, ranked.Revision, err)
}

func (s matches) MatchMandates(ctx context.Context, request *maecenasv1.MatchMandatesRequest) (*maecenasv1.MatchMandatesResponse, error) {
	ranking, err := s.ranking(request)
	if err != nil {
		return nil, err
	}
	ranked, err := s.app.MatchMandates(ctx, request.GetNeed(), ranking)
	return answer(ctx, &maecenasv1.MatchMandatesResponse{
		Matches: ranked.Matches, NextPageToken: s.pages.token(request, ranked.Next), DataRevision: ranked.Revision,
		RubricVersion: ranked.RubricVersion, PolicyVersion: ranked.PolicyVersion, AsOfDate: ranked.Date,
	}, ranked.Revision, err)
}

func (s matches) PreviewMatchNeeds(ctx context.Context, request *maecenasv1.PreviewMatchNeedsRequest) (*maecenasv1.PreviewMatchNeedsResponse, error) {
	ranking, err := s.ranking(request)
	if err != nil {
		return nil, err
	}
	ranked, err := s.app.PreviewMatchNeeds(ctx, matchmaker.MandatePreview{
		Mandate: request.GetMandate(), Investor: request.GetInvestor(), Type: request.GetInvestorType(),
	}, ranking)
	return answer(ctx, &maecenasv1.PreviewMatchNeedsResponse{
		Matches: ranked.Matches, NextPageToken: s.pages.token(request, ranked.Next), DataRevision: ranked.Revision,
		RubricVersion: ranked.RubricVersion, PolicyVersion: ranked.PolicyVersion, AsOfDate: ranked.Date,
	}, ranked.Revision, err)
}

func (s matches) PreviewMatchMandates(ctx context.Context, request *maecenasv1.PreviewMatchMandatesRequest) (*maecenasv1.PreviewMatchMandatesResponse, error) {
	ranking, err := s.ranking(request)
	if err != nil {
		return nil, err
	}
	ranked, err := s.app.PreviewMatchMandates(ctx, matchmaker.NeedPreview{
		Need: request.GetNeed(), Name: request.GetOrganizationName(),
		Organization: request.GetOrganization(), Canvas: request.GetCanvas(),
	}, ranking)
	return answer(ctx, &maecenasv1.PreviewMatchMandatesResponse{
		Matches: ranked.Matches, NextPageToken: s.pages.token(request, ranked.Next), DataRevision: ranked.Revision,
		RubricVersion: ranked.RubricVersion, PolicyVersion: ranked.PolicyVersion, AsOfDate: ranked.Date,
	}, ranked.Revision, err)
}

func (s matches) ExplainMatch(ctx context.Context, request *maecenasv1.ExplainMatchRequest) (*maecenasv1.ExplainMatchResponse, error) {
	if err := s.check(request); err != nil {
		return nil, err
	}
	explained, err := s.app.Explain(ctx, request.GetNeed(), request.GetMandate(), matchmaker.Ranking{
		Overrides: overrides(request), Date: request.GetAsOfDate(), MinRevision: request.GetMinRevision(),
		Robustness: request.GetRobustness(), Improvements: request.GetImprovements(),
	})
	if err != nil {
		return nil, err
	}
	return answer(ctx, &maecenasv1.ExplainMatchResponse{
		Match: explained.Matches[0], DataRevision: explained.Revision,
		RubricVersion: explained.RubricVersion, PolicyVersion: explained.PolicyVersion, AsOfDate: explained.Date,
	}, explained.Revision, nil)
}

func (s matches) GetRankingPolicy(context.Context, *maecenasv1.GetRankingPolicyRequest) (*maecenasv1.RankingPolicy, error) {
	return s.app.RankingPolicy(), nil
}

// mixCount is how many mixes are answered where the request does not say.
const mixCount = 5

func (s matches) ProposeFinancingMix(ctx context.Context, request *maecenasv1.ProposeFinancingMixRequest) (*maecenasv1.ProposeFinancingMixResponse, error) {
	if err := s.check(request); err != nil {
		return nil, err
	}
	mixing := matchmaker.Mixing{
		Need: request.GetNeed(), Mixes: int(request.GetMaxMixes()), Parts: int(request.GetMaxParts()),
		Overrides: overrides(request), Date: request.GetAsOfDate(), MinRevision: request.GetMinRevision(),
	}
	if mixing.Mixes == 0 {
		mixing.Mixes = mixCount
	}
	mixed, err := s.app.ProposeMix(ctx, mixing)
	return answer(ctx, &maecenasv1.ProposeFinancingMixResponse{
		Mixes: mixed.Mixes, DataRevision: mixed.Revision, PolicyVersion: mixed.PolicyVersion, AsOfDate: mixed.Date,
	}, mixed.Revision, err)
}

func (s matches) CompareMatches(ctx context.Context, request *maecenasv1.CompareMatchesRequest) (*maecenasv1.CompareMatchesResponse, error) {
	if err := s.check(request); err != nil {
		return nil, err
	}
	compared, err := s.app.Compare(ctx, matchmaker.Comparison{
		Mandate: request.GetMandate(), Needs: request.GetNeeds(), Need: request.GetNeed(), Mandates: request.GetMandates(),
		Overrides: overrides(request), Date: request.GetAsOfDate(), MinRevision: request.GetMinRevision(),
	})
	return answer(ctx, &maecenasv1.CompareMatchesResponse{
		Matches: compared.Matches, DifferingTerms: compared.Differing, DataRevision: compared.Revision,
		RubricVersion: compared.RubricVersion, PolicyVersion: compared.PolicyVersion, AsOfDate: compared.Date,
	}, compared.Revision, err)
}
