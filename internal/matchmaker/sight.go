package matchmaker

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"google.golang.org/grpc/codes"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/match"
	"github.com/maecenas-cci/maecenas/internal/resource"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// Who asks for a ranking belongs to one of its sides, and sees of each match what
// that side may; of a match whose other side is the caller's too, everything.

// eyes are a caller's on the matches of a ranking.
type eyes struct {
	caller *auth.Principal
	// view is what the caller sees of matches of which it has one side alone.
	view auth.View
}

// applicant are the eyes of who asks for a need's ranking: its organization's people,
// or an administrator, who sees all.
func applicant(caller *auth.Principal) eyes {
	if caller.Unbounded() {
		return eyes{caller: caller, view: auth.Owner}
	}
	return eyes{caller: caller, view: auth.Applicant}
}

// of is the view of a match with another side.
func (e eyes) of(other string) auth.View {
	if other != "" && owns(e.caller, other) {
		return auth.Owner
	}
	return e.view
}

// owns answers whether a caller is among an object's own people.
func owns(caller *auth.Principal, object string) bool {
	return caller.RoleOn(object) >= auth.RoleViewer
}

// sight is what exists for the caller of a context.
func (mk *Matchmaker) sight(ctx context.Context) auth.Sight {
	return auth.Sight{Caller: auth.FromContext(ctx), Directory: mk.directory, VerifiedOnly: mk.verifiedOnly}
}

// verified answers INVESTOR_UNVERIFIED where the operator shows needs to verified
// investors alone, and this one is not. Administrators see them for any.
func (mk *Matchmaker) verified(caller *auth.Principal, investor string) error {
	if !mk.verifiedOnly || caller.Unbounded() || mk.directory.Verified(investor) {
		return nil
	}
	return &fault.Error{
		Code: codes.FailedPrecondition, Reason: maecenasv1.ErrorReason_INVESTOR_UNVERIFIED,
		Message:  fmt.Sprintf("needs are shown to verified investors, and %s is not yet: ask the operator to verify it", investor),
		Metadata: map[string]string{"resource": investor},
	}
}

// pair is one need with one mandate, for a caller.
type pair struct {
	need, mandate string
	n             *match.Need
	m             *match.Mandate
	caller        *auth.Principal
}

// ofNeed and ofMandate answer whether the caller belongs to that side.
func (p *pair) ofNeed() bool    { return owns(p.caller, p.need) }
func (p *pair) ofMandate() bool { return owns(p.caller, p.mandate) }

// exists answers RESOURCE_NOT_FOUND where the pair does not exist for the caller, in
// words that do not tell why: that there is no such record, that it is not public,
// or that one side has excluded the other.
func (mk *Matchmaker) exists(p *pair, plan *match.Plan) error {
	switch {
	case p.ofNeed() && p.n == nil:
		return fault.NotFound(p.need)
	case p.ofMandate() && p.m == nil:
		return fault.NotFound(p.mandate)
	case p.ofMandate() && !p.ofNeed():
		if err := mk.verified(p.caller, resource.Subject(p.mandate)); err != nil {
			return err
		}
		if p.n == nil || !plan.SeesNeed(p.n) {
			return fault.NotFound(p.need)
		}
	case p.ofNeed() && !p.ofMandate():
		if p.m == nil || !plan.SeesMandate(p.n) {
			return fault.NotFound(p.mandate)
		}
	case !p.ofNeed(), !plan.SeesNeed(p.n) && !plan.SeesMandate(p.n):
		return fault.NotFound(p.need)
	}
	return nil
}

// view is what the caller sees of the pair's match.
func (p *pair) view() auth.View {
	switch {
	case p.ofNeed() && p.ofMandate():
		return auth.Owner
	case p.ofMandate():
		return auth.Investor
	default:
		return auth.Applicant
	}
}

// disclosureOf is what a mandate tells of itself; nothing where it has gone.
func disclosureOf(r store.Reader, mandate string) (maecenasv1.Mandate_Disclosure, error) {
	m := &maecenasv1.Mandate{}
	switch err := r.Get(mandate, m); {
	case errors.Is(err, store.ErrNotFound):
		return maecenasv1.Mandate_NONE, nil
	case err != nil:
		return maecenasv1.Mandate_NONE, err
	default:
		return m.GetDisclosure(), nil
	}
}

// all keeps what every keeper keeps; nil where there is none.
func all(keepers ...keeper) keeper {
	keepers = slices.DeleteFunc(keepers, func(k keeper) bool { return k == nil })
	if len(keepers) == 0 {
		return nil
	}
	return func(name string) (bool, error) {
		for _, keeps := range keepers {
			if ok, err := keeps(name); !ok || err != nil {
				return false, err
			}
		}
		return true, nil
	}
}

// telling keeps, among near-misses, the mandates that say what they ask, or are the
// caller's own: that a need fails just one requirement tells what is kept back. Nil
// elsewhere.
func (e eyes) telling(r store.Reader, nearMisses bool) keeper {
	if !nearMisses || e.view != auth.Applicant {
		return nil
	}
	return func(mandate string) (bool, error) {
		if e.of(mandate) == auth.Owner {
			return true, nil
		}
		disclosure, err := disclosureOf(r, mandate)
		return disclosure != maecenasv1.Mandate_NONE, err
	}
}

// existing keeps mandates whose investor exists for the caller, where the need is
// nobody's, so that no exclusion of its organization counts; nil elsewhere.
func (mk *Matchmaker) existing(ctx context.Context, r store.Reader, n *match.Need) keeper {
	sight := mk.sight(ctx)
	if n.Rest.Organization != "" || sight.Caller.Unbounded() {
		return nil
	}
	return func(mandate string) (bool, error) {
		i := &maecenasv1.Investor{}
		if err := r.Get(resource.Subject(mandate), i); err != nil {
			return false, fault.Optional(err)
		}
		_, ok := sight.Investor(i)
		return ok, nil
	}
}

// bound keeps needs whose organization exists for the caller, where exclusions of
// other investors than that of a mandate bind it too; nil elsewhere.
func (mk *Matchmaker) bound(ctx context.Context, r store.Reader, investor string) keeper {
	sight := mk.sight(ctx)
	if sight.Caller.Unbounded() || !sight.Bound(investor) {
		return nil
	}
	return func(need string) (bool, error) {
		o := &maecenasv1.Organization{}
		if err := r.Get(resource.Subject(need), o); err != nil {
			return false, fault.Optional(err)
		}
		_, ok := sight.Organization(o)
		return ok, nil
	}
}

// unbound answers RESOURCE_NOT_FOUND, as exists does, where an exclusion of another
// investor of the caller hides the need of a pair.
func (mk *Matchmaker) unbound(ctx context.Context, r store.Reader, p *pair) error {
	if p.ofNeed() {
		return nil
	}
	keeps := mk.bound(ctx, r, p.m.Investor())
	if keeps == nil {
		return nil
	}
	ok, err := keeps(p.need)
	if err == nil && !ok {
		err = fault.NotFound(p.need)
	}
	return err
}

// hideWeights leaves of how robust the places of mandates are, in the ranking of a
// need, what tells the weights of mandates that keep them back.
func (e eyes) hideWeights(r store.Reader, matches []*maecenasv1.Match) error {
	if e.view != auth.Applicant {
		return nil
	}
	for _, one := range matches {
		for _, mandate := range []string{one.GetMandate(), one.GetRobustness().GetSmallestChange().GetPassedBy()} {
			if mandate == "" || e.of(mandate) == auth.Owner {
				continue
			}
			switch disclosure, err := disclosureOf(r, mandate); {
			case err != nil:
				return err
			case mandate == one.GetMandate() && disclosure == maecenasv1.Mandate_NONE:
				one.Robustness = nil
			case disclosure != maecenasv1.Mandate_CRITERIA_AND_WEIGHTS:
				one.Robustness = &maecenasv1.Robustness{Top: one.GetRobustness().GetTop(), Label: one.GetRobustness().GetLabel()}
			}
			if one.GetRobustness() == nil {
				break
			}
		}
	}
	return nil
}
