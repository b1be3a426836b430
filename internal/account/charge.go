package account

import (
	"google.golang.org/grpc/codes"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/record"
)

// leavesSomebody answers LAST_OWNER where nobody stays in charge of a resource once a
// membership, which is as it was before, does not put anybody there.
func (a *Accounts) leavesSomebody(t *record.Tx, m *maecenasv1.Membership) error {
	if !a.keeper.Directory().LeavesNobody(m, t.Now) {
		return nil
	}
	message := "it would leave nobody in charge: make somebody else an owner first"
	if m.GetResource() == auth.Installation {
		message = "it would leave no administrator: make somebody else one first"
	}
	return lastOwner(message, m.GetResource())
}

// leavesAdministrator answers LAST_OWNER where a principal that goes is the last
// administrator. What it owned alone is then the administrators' to give away.
func (a *Accounts) leavesAdministrator(t *record.Tx, name string) error {
	if !a.keeper.Directory().LastAdministrator(name, t.Now) {
		return nil
	}
	return lastOwner("it would leave no administrator: make somebody else one first", auth.Installation)
}

func lastOwner(message, of string) error {
	return &fault.Error{
		Code: codes.FailedPrecondition, Reason: maecenasv1.ErrorReason_LAST_OWNER,
		Message: message, Metadata: map[string]string{"resource": of},
	}
}
