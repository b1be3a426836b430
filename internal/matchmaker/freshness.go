package matchmaker

import (
	"google.golang.org/protobuf/types/known/timestamppb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// freshness tells when a record was last confirmed, and whether its day to be looked
// through again has passed.
func (mk *Matchmaker) freshness(of interface {
	GetVerifiedTime() *timestamppb.Timestamp
	GetReviewDueDate() string
}) *maecenasv1.Freshness {
	due := of.GetReviewDueDate()
	return &maecenasv1.Freshness{
		VerifiedTime: of.GetVerifiedTime(), ReviewDueDate: due, Overdue: due != "" && due < mk.Today(),
	}
}
