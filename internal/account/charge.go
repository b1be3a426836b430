package account

import (
	"google.golang.org/grpc/codes"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/resource"
)

// Somebody stays in charge: of the installation an administrator, of an organization
// or investor an owner, where it had one. Who is disabled, or ends by itself, does
// not count; an organization that is a member does not either, since its people act
// as editors.

// inCharge is the role of who is in charge of something.
func inCharge(of string) maecenasv1.Membership_Role {
	if of == auth.Installation {
		return maecenasv1.Membership_ADMINISTRATOR
	}
	return maecenasv1.Membership_OWNER
}

// leads answers whether a membership puts somebody in charge, for good.
func (a *Accounts) leads(t *record.Tx, m *maecenasv1.Membership) bool {
	return m.GetRole() == inCharge(m.GetResource()) && m.GetExpireTime() == nil &&
		resource.Valid(resource.Principal, m.GetMember()) && a.keeper.Directory().Principal(m.GetMember(), t.Now) != nil
}

// leavesSomebody answers LAST_OWNER where nobody stays in charge of a resource once a
// membership, which is as it was before, does not put anybody there.
func (a *Accounts) leavesSomebody(t *record.Tx, m *maecenasv1.Membership) error {
	if !a.leads(t, m) {
		return nil
	}
	for _, other := range a.keeper.Directory().Members(m.GetResource()) {
		if other.GetName() != m.GetName() && a.leads(t, other) {
			return nil
		}
	}
	message := "it would leave nobody in charge: make somebody else an owner first"
	if m.GetResource() == auth.Installation {
		message = "it would leave no administrator: make somebody else one first"
	}
	return &fault.Error{
		Code: codes.FailedPrecondition, Reason: maecenasv1.ErrorReason_LAST_OWNER,
		Message: message, Metadata: map[string]string{"resource": m.GetResource()},
	}
}

// leavesAdministrator answers LAST_OWNER where a principal that goes is the last
// administrator. What it owned alone is then the administrators' to give away.
func (a *Accounts) leavesAdministrator(t *record.Tx, name string) error {
	for _, m := range a.keeper.Directory().MembershipsOf(name) {
		if m.GetResource() != auth.Installation {
			continue
		}
		if err := a.leavesSomebody(t, m); err != nil {
			return err
		}
	}
	return nil
}
