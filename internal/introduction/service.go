package introduction

import (
	"context"
	"errors"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/resource"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// Options are what a Service is made of; all are needed.
type Options struct {
	// Keeper writes and reads records.
	Keeper *record.Keeper
	// Sees answers, of a need and a mandate as they are now, whether the investor may
	// see the need and whether the organization may see the mandate.
	Sees func(need, mandate string) (byInvestor, byOrganization bool)
}

// Service has the use cases. It is safe for concurrent use.
type Service struct {
	// Bookmarks are the private marks of both sides.
	Bookmarks *Bookmarks
	// Contacts are whom to talk to on both sides.
	Contacts *Contacts

	keeper *record.Keeper
	sees   func(need, mandate string) (bool, bool)
}

// New makes a Service.
func New(options Options) *Service {
	return &Service{
		keeper: options.Keeper, sees: options.Sees,
		Bookmarks: newBookmarks(options.Keeper), Contacts: newContacts(options.Keeper),
	}
}

// pattern is the form of the names of introductions.
var pattern = store.KindIntroduction.Pattern()

// Get reads one as the caller's side may see it, with the revision that was read.
// RESOURCE_NOT_FOUND.
func (s *Service) Get(ctx context.Context, name string, minRevision int64) (*maecenasv1.Introduction, int64, error) {
	if err := fault.CheckName("name", pattern, name); err != nil {
		return nil, 0, err
	}
	var seen *maecenasv1.Introduction
	revision := int64(0)
	err := s.keeper.Look(ctx, minRevision, func(e *record.Eyes) error {
		revision = e.Revision()
		i := &maecenasv1.Introduction{}
		err := e.Get(name, i)
		if errors.Is(err, store.ErrNotFound) {
			return fault.NotFound(name)
		}
		if err != nil {
			return err
		}
		var ok bool
		if seen, ok, err = show(e, i); err == nil && !ok {
			err = fault.NotFound(name)
		}
		return err
	})
	return seen, revision, err
}

// Listing asks for a page of introductions.
type Listing struct {
	record.Listing
	// Subject is the organization or investor that takes part; empty: any.
	Subject string
	// States are those in which they are; none: any.
	States []maecenasv1.Introduction_State
}

// List reads a page of the introductions of the caller's sides, oldest first.
func (s *Service) List(ctx context.Context, listing Listing) (record.Page[*maecenasv1.Introduction], error) {
	var page record.Page[*maecenasv1.Introduction]
	if listing.Subject != "" && !resource.Valid(resource.Organization, listing.Subject) {
		if err := fault.CheckName("subject", resource.Investor, listing.Subject); err != nil {
			return page, err
		}
	}
	err := s.keeper.Look(ctx, listing.MinRevision, func(e *record.Eyes) error {
		page = record.Page[*maecenasv1.Introduction]{Revision: e.Revision()}
		bytes := 0
		for _, name := range s.among(e.Caller, listing) {
			one, err := s.listed(ctx, e, name, listing)
			if one == nil && err == nil {
				continue
			}
			if err != nil {
				return err
			}
			if bytes += proto.Size(one); len(page.Records) == listing.Limit || resource.PageFull(len(page.Records), bytes) {
				page.Next = []byte(page.Records[len(page.Records)-1].GetUid())
				return nil
			}
			page.Records = append(page.Records, one)
		}
		return nil
	})
	return page, err
}

// among are the introductions that a listing looks at.
func (s *Service) among(caller *auth.Principal, listing Listing) []string {
	after, directory := string(listing.After), s.keeper.Directory()
	if listing.Subject != "" {
		return directory.Introductions(after, listing.Subject)
	}
	if caller.Administrator {
		return directory.Introductions(after)
	}
	organizations, investors := caller.Sides()
	if len(organizations)+len(investors) == 0 {
		return nil
	}
	return directory.Introductions(after, append(organizations, investors...)...)
}

// listed is an introduction as a list has it; nil: it is not in the list.
func (s *Service) listed(ctx context.Context, e *record.Eyes, name string, listing Listing) (*maecenasv1.Introduction, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	i := &maecenasv1.Introduction{}
	if err := e.Get(name, i); err != nil {
		return nil, fault.Optional(err)
	}
	if len(listing.States) > 0 && !slices.Contains(listing.States, i.GetState()) {
		return nil, nil
	}
	seen, ok, err := show(e, i)
	if !ok || err != nil {
		return nil, err
	}
	return seen, nil
}

// Proposal asks to propose a pair.
type Proposal struct {
	// Introduction has the need, the mandate and the message. It is not changed.
	Introduction *maecenasv1.Introduction
	// Intent is how it is meant.
	Intent record.Intent
}

// Propose proposes a pair, for the side that the caller may write: of both, for that of
// the need, unless the other has to. Where the other side has proposed it, it becomes
// mutual. The other side has to exist for the proposer, which is not told why it does
// not. RESOURCE_NOT_FOUND, NOT_MATCHABLE, INVESTOR_UNVERIFIED and
// INTRODUCTION_STEP_ILLEGAL say what hinders it.
func (s *Service) Propose(ctx context.Context, proposal Proposal) (*maecenasv1.Introduction, int64, error) {
	asked := &maecenasv1.Introduction{
		Need: proposal.Introduction.GetNeed(), Mandate: proposal.Introduction.GetMandate(), Message: proposal.Introduction.GetMessage(),
	}
	if wrong := s.keeper.Rules().Violations("introduction", asked); len(wrong) > 0 {
		return nil, 0, fault.Invalid(wrong...)
	}
	err := errors.Join(
		fault.CheckName("introduction.need", resource.Need, asked.GetNeed()),
		fault.CheckName("introduction.mandate", resource.Mandate, asked.GetMandate()))
	if err != nil {
		return nil, 0, err
	}
	return s.write(ctx, proposal.Intent, func(t *record.Tx) (*maecenasv1.Introduction, error) { return s.propose(t, asked) })
}

func (s *Service) propose(t *record.Tx, asked *maecenasv1.Introduction) (*maecenasv1.Introduction, error) {
	sides := writes(t.Caller, asked)
	if len(sides) == 0 {
		return nil, fault.Denied("an introduction is proposed by who may write the need or the mandate")
	}
	p, err := s.pair(t, asked)
	if err != nil {
		return nil, err
	}
	// An exclusion of another investor of the caller's hides the organization too.
	_, _, exists, err := t.Eyes().OrganizationOf(p.need.GetName())
	if err != nil {
		return nil, err
	}
	p.byInvestor = p.byInvestor && exists
	i := &maecenasv1.Introduction{}
	name := "introductions/" + resource.PairID(p.need.GetUid(), p.mandate.GetUid())
	if err := fault.Optional(t.Get(name, i)); err != nil {
		return nil, err
	}
	i.Name, i.Need, i.Mandate = name, asked.GetNeed(), asked.GetMandate()
	by, to, ok := take(i, sides, Propose, 0)
	if !ok {
		return nil, illegal(i, sides)
	}
	if to == maecenasv1.Introduction_MUTUAL {
		err = p.acceptable(name)
	} else {
		err = p.matchable(by)
	}
	if err != nil {
		return nil, err
	}
	if err := s.verified(t, i, by, to); err != nil {
		return nil, err
	}
	if to == maecenasv1.Introduction_PROPOSED {
		i.Proposer, i.Message, i.Reason = by, strings.TrimSpace(asked.GetMessage()), ""
	}
	advance(t, i, by, to, "")
	return i, t.Put(i, i.GetCreateTime())
}

// write runs a write once and returns what the caller sees of it.
func (s *Service) write(ctx context.Context, intent record.Intent, fn func(*record.Tx) (*maecenasv1.Introduction, error)) (*maecenasv1.Introduction, int64, error) {
	var seen *maecenasv1.Introduction
	name, replayed, revision, err := s.keeper.Once(ctx, intent, func(t *record.Tx) (string, error) {
		i, err := fn(t)
		if err != nil {
			return "", err
		}
		seen, _, err = show(t.Eyes(), i)
		return i.GetName(), err
	})
	if err != nil {
		return nil, 0, err
	}
	if replayed {
		seen, _, err = s.Get(ctx, name, 0)
	}
	return seen, revision, err
}

// advance writes a step into an introduction.
func advance(t *record.Tx, i *maecenasv1.Introduction, by side, to state, reason string) {
	i.State = to
	i.History = append(i.History, &maecenasv1.Introduction_Step{StepTime: timestamppb.New(t.Now), Side: by, State: to, Reason: reason})
}

// writes are the sides of an introduction that a caller may write.
func writes(caller *auth.Principal, i *maecenasv1.Introduction) []side {
	return sidesOf(caller, i, auth.RoleEditor)
}

// sidesOf are the sides of an introduction on which a caller has a role.
func sidesOf(caller *auth.Principal, i *maecenasv1.Introduction, least auth.Role) []side {
	var sides []side
	if caller.RoleOn(i.GetNeed()) >= least {
		sides = append(sides, maecenasv1.Introduction_ORGANIZATION)
	}
	if caller.RoleOn(i.GetMandate()) >= least {
		sides = append(sides, maecenasv1.Introduction_INVESTOR)
	}
	return sides
}
