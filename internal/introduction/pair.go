package introduction

import (
	"errors"
	"fmt"
	"strings"

	"google.golang.org/grpc/codes"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/resource"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// pair is a need with a mandate, as they are.
type pair struct {
	need    *maecenasv1.Need
	mandate *maecenasv1.Mandate
	// byInvestor and byOrganization answer whether the investor may see the need, and
	// the organization the mandate.
	byInvestor, byOrganization bool
}

// pair reads the two that an introduction is of. RESOURCE_NOT_FOUND.
func (s *Service) pair(r store.Reader, i *maecenasv1.Introduction) (pair, error) {
	p := pair{need: &maecenasv1.Need{}, mandate: &maecenasv1.Mandate{}}
	for name, into := range map[string]store.Record{i.GetNeed(): p.need, i.GetMandate(): p.mandate} {
		err := r.Get(name, into)
		if errors.Is(err, store.ErrNotFound) {
			return p, fault.NotFound(name)
		}
		if err != nil {
			return p, err
		}
	}
	p.byInvestor, p.byOrganization = s.sees(i.GetNeed(), i.GetMandate())
	return p, nil
}

// matchable answers whether a side may propose the pair: the other side exists for it
// (RESOURCE_NOT_FOUND), and its own is open to be matched (NOT_MATCHABLE). An
// organization that is not listed may show itself to an investor of its choice.
func (p pair) matchable(by side) error {
	open := p.need.GetState() == maecenasv1.Need_OPEN
	switch {
	case by == maecenasv1.Introduction_ORGANIZATION && !p.byOrganization:
		return fault.NotFound(p.mandate.GetName())
	case by == maecenasv1.Introduction_INVESTOR && !p.byInvestor:
		return fault.NotFound(p.need.GetName())
	case !open:
		return notMatchable(p.need.GetName(), "open")
	case !p.byOrganization:
		return notMatchable(p.mandate.GetName(), "published and open today")
	default:
		return nil
	}
}

// acceptable answers NOT_MATCHABLE where the pair can no longer be brought together:
// the need is not open, the mandate is not, or a side has excluded the other. Which it
// is, it does not tell.
func (p pair) acceptable(name string) error {
	if p.byOrganization && p.need.GetState() == maecenasv1.Need_OPEN {
		return nil
	}
	return notMatchable(name, "of a need and a mandate that are open to each other")
}

func notMatchable(name, want string) error {
	return &fault.Error{
		Code: codes.FailedPrecondition, Reason: maecenasv1.ErrorReason_NOT_MATCHABLE,
		Message:  fmt.Sprintf("%s is not %s", name, want),
		Metadata: map[string]string{"resource": name},
	}
}

// verified answers INVESTOR_UNVERIFIED where a step would show facts to an investor
// that the operator does not show them to: its own, and what makes one mutual. It may
// always end one.
func (s *Service) verified(t *record.Tx, i *maecenasv1.Introduction, by side, to state) error {
	investor := resource.Subject(i.GetMandate())
	sight := t.Eyes().Sight
	if !sight.VerifiedOnly || sight.Directory.Verified(investor) {
		return nil
	}
	switch {
	case to == maecenasv1.Introduction_DECLINED, to == maecenasv1.Introduction_WITHDRAWN,
		by != maecenasv1.Introduction_INVESTOR && to != maecenasv1.Introduction_MUTUAL:
		return nil
	}
	return &fault.Error{
		Code: codes.FailedPrecondition, Reason: maecenasv1.ErrorReason_INVESTOR_UNVERIFIED,
		Message:  investor + " has to be verified first: nobody has checked yet that it is who it says",
		Metadata: map[string]string{"resource": investor},
	}
}

// illegal is the answer to a step that a caller's sides may not take.
func illegal(i *maecenasv1.Introduction, sides []side) error {
	next := states(i, sides...)
	names := make([]string, len(next))
	for n, one := range next {
		names[n] = one.String()
	}
	open := "none"
	if len(names) > 0 {
		open = strings.Join(names, ", ")
	}
	return &fault.Error{
		Code: codes.FailedPrecondition, Reason: maecenasv1.ErrorReason_INTRODUCTION_STEP_ILLEGAL,
		Message:  fmt.Sprintf("%s is %s: from there your side can take it to %s", i.GetName(), i.GetState(), open),
		Metadata: map[string]string{"resource": i.GetName(), "state": i.GetState().String(), "nextStates": strings.Join(names, ",")},
	}
}
