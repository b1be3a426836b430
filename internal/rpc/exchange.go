package rpc

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// exchangeRates serves ExchangeRateService.
type exchangeRates struct {
	maecenasv1.UnimplementedExchangeRateServiceServer
	*service
}

func (s exchangeRates) CreateExchangeRates(ctx context.Context, request *maecenasv1.CreateExchangeRatesRequest) (*maecenasv1.ExchangeRates, error) {
	return create(ctx, s.service, s.app.ExchangeRates, request, request.GetExchangeRates(), request.GetExchangeRatesId())
}

func (s exchangeRates) GetExchangeRates(ctx context.Context, request *maecenasv1.GetExchangeRatesRequest) (*maecenasv1.ExchangeRates, error) {
	return get(ctx, s.service, s.app.ExchangeRates, request)
}

func (s exchangeRates) ListExchangeRates(ctx context.Context, request *maecenasv1.ListExchangeRatesRequest) (*maecenasv1.ListExchangeRatesResponse, error) {
	page, next, err := listOf(ctx, s.service, s.app.ExchangeRates, request)
	return answer(ctx, &maecenasv1.ListExchangeRatesResponse{
		ExchangeRates: page.Records, NextPageToken: next, DataRevision: page.Revision,
	}, page.Revision, err)
}

func (s exchangeRates) UpdateExchangeRates(ctx context.Context, request *maecenasv1.UpdateExchangeRatesRequest) (*maecenasv1.ExchangeRates, error) {
	return update(ctx, s.service, s.app.ExchangeRates, request, request.GetExchangeRates())
}

func (s exchangeRates) DeleteExchangeRates(ctx context.Context, request *maecenasv1.DeleteExchangeRatesRequest) (*emptypb.Empty, error) {
	return remove(ctx, s.service, s.app.ExchangeRates, request, false)
}

func (s exchangeRates) LookupExchangeRates(ctx context.Context, request *maecenasv1.LookupExchangeRatesRequest) (*maecenasv1.LookupExchangeRatesResponse, error) {
	if err := s.check(request); err != nil {
		return nil, err
	}
	found, err := s.app.LookupRates(ctx, request.GetAsOfDate(), request.GetMinRevision())
	response := &maecenasv1.LookupExchangeRatesResponse{AsOfDate: found.Date, DataRevision: found.Revision}
	for _, rate := range found.Rates {
		response.Rates = append(response.Rates, &maecenasv1.EffectiveRate{
			CurrencyCode: rate.Currency, UnitsPerEuro: rate.UnitsPerEuro, RateDate: rate.Day, Imported: rate.Imported,
		})
	}
	return answer(ctx, response, found.Revision, err)
}
