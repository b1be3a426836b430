package privacy

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/timestamppb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/erase"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// Erase erases an organization, an investor or a principal for good, as
// [erase.Subject] says, and returns once no byte of it is left in the store.
//
// The ledger has its line before the store commits: whatever cuts an erasure short
// from then on, the next start finishes it. An administrator who is the last one
// cannot be erased (LAST_OWNER); the last owner of an organization can, and leaves
// it to the administrators. RESOURCE_NOT_FOUND, CONFIRMATION_MISMATCH.
func (p *Privacy) Erase(ctx context.Context, name, confirmed string) (*maecenasv1.Erasure, error) {
	if kind, err := store.KindOfName(name); err != nil || !slices.Contains(erase.Kinds(), kind) {
		return nil, fault.NotFound(name)
	}
	if confirmed != name {
		return nil, &fault.Error{
			Code: codes.InvalidArgument, Reason: maecenasv1.ErrorReason_CONFIRMATION_MISMATCH,
			Message:    fmt.Sprintf("what is to be erased is %s: repeat the name to confirm it", name),
			Violations: []fault.Violation{{Field: "confirmName", Description: "must be " + name, Reason: "confirmation_mismatch"}},
		}
	}
	// Who hangs up does not leave half an erasure.
	ctx = context.WithoutCancel(ctx)
	erasure, written := &maecenasv1.Erasure{}, false
	revision, err := p.keeper.Transact(ctx, false, func(t *record.Tx) error {
		if err := record.SubjectExists(t, name); err != nil {
			return err
		}
		if err := leavesAnAdministrator(t, name); err != nil {
			return err
		}
		result, err := erase.Subject(t, name, t.Now)
		if err != nil {
			return err
		}
		erasure.Records, erasure.EraseTime, erasure.Digest = int32(result.Removed), timestamppb.New(t.Now), result.Hash.String()
		if written {
			return nil // the transaction runs once more
		}
		written = true
		return p.ledger.Append(erase.Entry{Hash: result.Hash, Time: t.Now})
	})
	if err != nil {
		return nil, err
	}
	erasure.DataRevision = revision
	// What was learned from deals may tell of the subject; learning anew is no deed of
	// the caller's, and the audit log has no line of it.
	_, err = p.app.Learn(auth.WithAction(ctx, ""))
	return erasure, errors.Join(err, fault.OfStore(p.store.Compact(ctx)))
}

// leavesAnAdministrator answers LAST_OWNER where without a principal nobody would
// administer the installation for good, as where it is deleted.
func leavesAnAdministrator(t *record.Tx, name string) error {
	if !t.Keeper().Directory().LastAdministrator(name, t.Now) {
		return nil
	}
	return &fault.Error{
		Code: codes.FailedPrecondition, Reason: maecenasv1.ErrorReason_LAST_OWNER,
		Message:  name + " is the last administrator: make somebody else one first",
		Metadata: map[string]string{"resource": name},
	}
}
