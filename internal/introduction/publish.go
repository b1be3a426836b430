package introduction

import (
	"context"
	"fmt"

	"google.golang.org/grpc/codes"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/record"
)

// Publish agrees that the deal of a FUNDED introduction be published, for the caller's
// side, or takes that back while it is not: of both, for the first that has not, or has,
// agreed. It is published once both have. INTRODUCTION_STEP_ILLEGAL.
func (s *Service) Publish(ctx context.Context, request Request) (*maecenasv1.Introduction, int64, error) {
	return s.change(ctx, request, func(t *record.Tx, i *maecenasv1.Introduction, sides []side) error {
		if i.GetState() != maecenasv1.Introduction_FUNDED {
			return illegal(i, sides)
		}
		deal := &maecenasv1.Deal{}
		if i.GetDeal() != "" {
			if err := fault.Optional(t.Get(i.GetDeal(), deal)); err != nil {
				return err
			}
		}
		if request.Retract && deal.GetPublished() {
			return published(i)
		}
		for _, by := range sides {
			agreed := &i.OrganizationPublishes
			if by == maecenasv1.Introduction_INVESTOR {
				agreed = &i.InvestorPublishes
			}
			if *agreed == request.Retract {
				*agreed = !request.Retract
				if len(i.GetHistory()) < mostSteps { // to and fro must not grow it for ever
					advance(t, i, by, maecenasv1.Introduction_FUNDED, request.Reason)
				}
				break
			}
		}
		if !i.GetOrganizationPublishes() || !i.GetInvestorPublishes() || deal.GetName() == "" || deal.GetPublished() {
			return nil
		}
		deal.Published = true
		return t.Put(deal, deal.GetCreateTime())
	})
}

// published is the answer to who takes back what both agreed to.
func published(i *maecenasv1.Introduction) error {
	return &fault.Error{
		Code: codes.FailedPrecondition, Reason: maecenasv1.ErrorReason_INTRODUCTION_STEP_ILLEGAL,
		Message:  fmt.Sprintf("the deal of %s is published, as both sides agreed", i.GetName()),
		Metadata: map[string]string{"resource": i.GetName(), "state": i.GetState().String(), "nextStates": ""},
	}
}
