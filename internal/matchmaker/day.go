package matchmaker

import (
	"google.golang.org/protobuf/types/known/timestamppb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/index"
	"github.com/maecenas-cci/maecenas/internal/match"
)

// DayOf is a day asked, with the exchange rates of a snapshot; today where the date is
// empty, in the time zone of each mandate. FIELD_INVALID.
func (mk *Matchmaker) DayOf(snapshot *index.Snapshot, date string) (match.Day, error) {
	day := match.NewDay(mk.Day(date), snapshot.Rates())
	if date == "" {
		day.In = mk.todayIn
	}
	return day, fault.CheckDate("asOfDate", date)
}

// freshness tells when a record was last confirmed, and whether on a day its day to be
// looked through again has passed.
func freshness(of interface {
	GetVerifiedTime() *timestamppb.Timestamp
	GetReviewDueDate() string
}, day string) *maecenasv1.Freshness {
	due := of.GetReviewDueDate()
	return &maecenasv1.Freshness{
		VerifiedTime: of.GetVerifiedTime(), ReviewDueDate: due, Overdue: due != "" && due < day,
	}
}
