package attest

import (
	"context"
	"errors"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/profile"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/resource"
	"github.com/maecenas-cci/maecenas/internal/store"
	"github.com/maecenas-cci/maecenas/internal/validate"
)

// Service has the use cases. It is safe for concurrent use.
type Service struct {
	// Attestations are read here; they are made by Create and taken back by Delete.
	Attestations *record.Collection[*maecenasv1.Attestation]

	keeper *record.Keeper
}

// New makes a Service.
func New(k *record.Keeper) *Service {
	s := &Service{keeper: k}
	s.Attestations = record.NewCollection(k, record.Kind[*maecenasv1.Attestation]{
		Store: store.KindAttestation, Pattern: store.KindAttestation.Pattern(), Singular: "attestation", Collection: "attestations",
		Parent: resource.Organization, New: func() *maecenasv1.Attestation { return &maecenasv1.Attestation{} },
		Show: s.show, Audit: (*validate.Audit).Attestation, Settle: s.settle,
	})
	return s
}

// Create attests what stands there now. The caller is a verifier, which the schema
// asks for, and a viewer of the organization, no more: who may write what it says
// cannot attest it, unless it runs the installation. CONTENT_NOT_STATED: there is
// nothing there.
func (s *Service) Create(ctx context.Context, creation record.Creation[*maecenasv1.Attestation]) (*maecenasv1.Attestation, int64, error) {
	if err := fault.CheckName("parent", resource.Organization, creation.Parent); err != nil {
		return nil, 0, err
	}
	caller := auth.FromContext(ctx)
	role := caller.RoleOn(creation.Parent)
	switch {
	case role < auth.RoleViewer:
		return nil, 0, s.refuse(ctx, creation.Parent, "the organization has to let you in as a viewer before you can attest anything of it")
	case role > auth.RoleViewer && !caller.Administrator:
		return nil, 0, fault.Denied("who may write an organization cannot attest what it says")
	}
	return s.Attestations.Create(ctx, creation)
}

// refuse answers a caller who may not do something to an organization: that it may
// not where it knows of it, and else that there is none.
func (s *Service) refuse(ctx context.Context, organization, why string) error {
	return s.keeper.Look(ctx, 0, func(e *record.Eyes) error {
		_, _, known, err := e.OrganizationOf(organization)
		switch {
		case err != nil:
			return err
		case !known:
			return fault.NotFound(organization)
		default:
			return fault.Denied(why)
		}
	})
}

// settle says who attests what, and until when.
func (s *Service) settle(t *record.Tx, a *maecenasv1.Attestation) error {
	today := t.Now.Format(time.DateOnly)
	p, err := profile.Stated(t, resource.Subject(a.GetName()))
	if errors.Is(err, store.ErrNotFound) {
		return fault.ParentNotFound(resource.Subject(a.GetName()))
	}
	if err != nil {
		return err
	}
	hash, stated := p.ContentHash(a.GetSubject(), a.GetCanvasItem())
	if !stated {
		return &fault.Error{
			Code: codes.FailedPrecondition, Reason: maecenasv1.ErrorReason_CONTENT_NOT_STATED,
			Message: "there is nothing stated there to be attested: of the canvas, one item is named by its block and id, such as revenueStreams/tickets",
		}
	}
	if a.GetAsOfDate() > today {
		return fault.Invalid(fault.Violation{Field: "attestation.asOfDate", Reason: "future", Description: "must not be after today"})
	}
	if a.GetExpireDate() == "" {
		day, err := time.Parse(time.DateOnly, a.GetAsOfDate())
		if err != nil {
			return err
		}
		a.ExpireDate = day.AddDate(1, 0, 0).Format(time.DateOnly)
	}
	a.Verifier, a.ContentHash = t.Caller.Name, hash
	a.Holds = today <= a.GetExpireDate()
	return nil
}

// show shows an attestation where its subject is shown, with whether it holds today.
func (s *Service) show(e *record.Eyes, a *maecenasv1.Attestation) (*maecenasv1.Attestation, bool, error) {
	o, view, ok, err := e.OrganizationOf(a.GetName())
	if !ok || err != nil || !view.ShowsAttestation(a, o) {
		return a, false, err
	}
	seen := proto.CloneOf(a)
	seen.Holds = a.GetHolds() && s.keeper.Now().Format(time.DateOnly) <= a.GetExpireDate()
	return seen, true, nil
}

// Delete takes an attestation back: its verifier may, and the owners of the
// organization.
func (s *Service) Delete(ctx context.Context, deletion record.Deletion) (int64, error) {
	found, _, err := s.Attestations.Get(ctx, deletion.Name, 0)
	if err != nil {
		return 0, err
	}
	caller := auth.FromContext(ctx)
	if caller.RoleOn(deletion.Name) < auth.RoleOwner && (caller.Name != found.GetVerifier() || !caller.Verifier) {
		return 0, fault.Denied("an attestation is taken back by who made it, or by an owner of the organization")
	}
	return s.Attestations.Delete(ctx, deletion)
}

// Verification says whether an investor is who it says.
type Verification struct {
	// Name is the investor's.
	Name string
	// State is the answer.
	State maecenasv1.Investor_Verification_State
	// Etag is the etag that was read; empty: whatever it is.
	Etag string
	// Intent is how it is meant.
	Intent record.Intent
}

// Verify states whether an investor is who it says, with who looked and when, and
// returns the investor as the caller sees it. Who belongs to the investor cannot,
// unless it runs the installation. RESOURCE_NOT_FOUND, ETAG_STALE.
func (s *Service) Verify(ctx context.Context, verification Verification) (*maecenasv1.Investor, int64, error) {
	if err := fault.CheckName("name", resource.Investor, verification.Name); err != nil {
		return nil, 0, err
	}
	caller := auth.FromContext(ctx)
	if caller.RoleOn(verification.Name) > auth.RoleNone && !caller.Administrator {
		return nil, 0, fault.Denied("who belongs to an investor cannot verify it")
	}
	i := &maecenasv1.Investor{}
	_, _, revision, err := s.keeper.Once(ctx, verification.Intent, func(t *record.Tx) (string, error) {
		if err := t.Get(verification.Name, i); err != nil {
			return "", missing(err, verification.Name)
		}
		if verification.Etag != "" && verification.Etag != i.GetEtag() {
			return "", fault.StaleEtag(i.GetName(), i.GetEtag())
		}
		i.Verification = &maecenasv1.Investor_Verification{
			State: verification.State, Verifier: t.Caller.Name, VerifyTime: timestamppb.New(t.Now),
		}
		return i.GetName(), t.Put(i, i.GetCreateTime())
	})
	if err != nil {
		return nil, 0, err
	}
	if i.GetName() == "" { // the same request did it before
		err := s.keeper.Read(ctx, revision, func(r store.Reader) error { return missing(r.Get(verification.Name, i), verification.Name) })
		if err != nil {
			return nil, 0, err
		}
	}
	if !caller.Administrator {
		i = auth.Applicant.Investor(i)
	}
	return i, revision, nil
}

func missing(err error, name string) error {
	if errors.Is(err, store.ErrNotFound) {
		return fault.NotFound(name)
	}
	return err
}
