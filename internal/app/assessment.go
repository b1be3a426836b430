package app

import (
	"context"
	"errors"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/assess"
	"github.com/maecenas-cci/maecenas/internal/attest"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/patch"
	"github.com/maecenas-cci/maecenas/internal/profile"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/resource"
	"github.com/maecenas-cci/maecenas/internal/store"
	"github.com/maecenas-cci/maecenas/internal/validate"
)

// bases are what an organization is assessed over.
var bases = []maecenasv1.Assessment_Basis{maecenasv1.Assessment_ALL, maecenasv1.Assessment_DISCLOSED}

// aliases name the newest assessment of each basis.
var aliases = map[string]maecenasv1.Assessment_Basis{
	"current":   maecenasv1.Assessment_ALL,
	"disclosed": maecenasv1.Assessment_DISCLOSED,
}

// assessed are the organizations whose facts, canvas or attestations a transaction
// wrote.
func assessed(t *record.Tx) []string {
	var names []string
	for _, change := range t.Changes() {
		switch change.Kind {
		case store.KindAttestation:
		case store.KindOrganization, store.KindCanvas:
			if change.Record == nil {
				continue
			}
		default:
			continue
		}
		if name := resource.Subject(change.Name); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// assess makes the assessments of the organizations whose facts changed, where
// what they are made of did.
func (a *App) assess(t *record.Tx) error {
	for _, name := range assessed(t) {
		if err := attest.Renew(t, name); err != nil {
			return err
		}
		p, err := profile.Load(t, name)
		if errors.Is(err, store.ErrNotFound) {
			continue // it was deleted in the same transaction
		}
		if err != nil {
			return err
		}
		newest, err := newestAssessments(t, name)
		if err != nil {
			return err
		}
		for i, basis := range bases {
			made, err := a.assessOver(t, name, p.Facts(basis), basis, newest[basis], newest[bases[1-i]])
			if err != nil {
				return err
			}
			newest[basis] = made
		}
	}
	return nil
}

// assessOver returns the newest assessment over a basis, which it makes unless
// the last one was made of the same.
func (a *App) assessOver(t *record.Tx, organization string, in assess.Input, basis maecenasv1.Assessment_Basis, last, other *maecenasv1.Assessment) (*maecenasv1.Assessment, error) {
	assessment := assess.Assess(in)
	if sameInputs(last, assessment, in) {
		return last, nil
	}
	uid, err := t.UID()
	if err != nil {
		return nil, err
	}
	assessment.Name = organization + "/assessments/a" + strings.ReplaceAll(uid, "-", "")
	assessment.Uid = uid
	assessment.Basis = basis
	assessment.Counterpart = other.GetName()
	assessment.AssessDate = a.Today()
	assessment.InputHash = assess.InputHash(in, assessment.GetAssessDate())
	return assessment, t.Put(assessment, nil)
}

// sameInputs answers whether an assessment was made of what another would be
// made of. The figures are compared too: a canvas that is kept back and one that
// is empty have the same hash.
func sameInputs(last, made *maecenasv1.Assessment, in assess.Input) bool {
	return last.GetRubricVersion() == made.GetRubricVersion() &&
		last.GetScore() == made.GetScore() && last.GetPotential() == made.GetPotential() && last.GetCoverage() == made.GetCoverage() &&
		last.GetInputHash() == assess.InputHash(in, last.GetAssessDate())
}

// newestAssessments are the newest of each basis: the last one made, and its
// counterpart.
func newestAssessments(r store.Reader, organization string) (map[maecenasv1.Assessment_Basis]*maecenasv1.Assessment, error) {
	newest := map[maecenasv1.Assessment_Basis]*maecenasv1.Assessment{}
	var last *maecenasv1.Assessment
	options := store.ListOptions{Parent: organization, Descending: true}
	err := r.List(store.KindAssessment, options, func(_ store.Cursor, rec store.Record) (bool, error) {
		last, _ = rec.(*maecenasv1.Assessment)
		return false, nil
	})
	if err != nil || last == nil {
		return newest, err
	}
	newest[last.GetBasis()] = last
	if last.GetCounterpart() == "" {
		return newest, nil
	}
	other := &maecenasv1.Assessment{}
	if err := r.Get(last.GetCounterpart(), other); err != nil {
		return nil, err
	}
	newest[other.GetBasis()] = other
	return newest, nil
}

// AssessmentQuery asks for an assessment.
type AssessmentQuery struct {
	// Name is its resource name; the last part may be current or disclosed.
	Name string
	// Full adds what is worked out when asked.
	Full bool
	// Date is the day that dated figures are worked out for; empty: today.
	Date string
	// MinRevision is what the data must have reached.
	MinRevision int64
}

// Assessment reads an assessment, with the revision that was read. What is
// worked out when asked is worked out from today's facts, and so only added to
// the newest of each basis, as is what the organization contests of it.
// RESOURCE_NOT_FOUND.
func (a *App) Assessment(ctx context.Context, query AssessmentQuery) (*maecenasv1.Assessment, int64, error) {
	if err := fault.CheckName("name", resource.Assessment, query.Name); err != nil {
		return nil, 0, err
	}
	var found *maecenasv1.Assessment
	var in assess.Input
	var newest bool
	var revision int64
	organization := resource.Subject(query.Name)
	err := a.keeper.Look(ctx, query.MinRevision, func(r *record.Eyes) error {
		revision = r.Revision()
		_, view, ok, err := r.OrganizationOf(organization)
		if err != nil {
			return err
		}
		if !ok {
			return fault.NotFound(organization)
		}
		p, err := profile.Load(r, organization)
		if errors.Is(err, store.ErrNotFound) {
			return fault.NotFound(organization)
		}
		if err != nil {
			return err
		}
		current, err := newestAssessments(r, organization)
		if err != nil {
			return err
		}
		if found, err = pick(r, query.Name, current); err != nil {
			return err
		}
		newest = found.GetName() == current[found.GetBasis()].GetName()
		if !showsAssessment(view, found, newest) {
			return fault.NotFound(query.Name)
		}
		found = proto.CloneOf(found)
		if newest {
			found.Contests = p.Organization.GetContests()
		}
		if view != auth.Owner {
			found.Counterpart = ""
		}
		in = p.Facts(found.GetBasis())
		return nil
	})
	if err != nil {
		return nil, 0, err
	}
	if query.Full && newest {
		assess.Complete(found, in, a.Day(query.Date))
	}
	return found, revision, nil
}

// showsAssessment answers whether an assessment exists in a view: investors see the
// newest over what is disclosed, those introduced also that over all facts.
func showsAssessment(view auth.View, a *maecenasv1.Assessment, newest bool) bool {
	switch view {
	case auth.Owner:
		return true
	case auth.Introduced:
		return newest
	case auth.Investor:
		return newest && a.GetBasis() == maecenasv1.Assessment_DISCLOSED
	default:
		return false
	}
}

func pick(r store.Reader, name string, newest map[maecenasv1.Assessment_Basis]*maecenasv1.Assessment) (*maecenasv1.Assessment, error) {
	if basis, ok := aliases[name[strings.LastIndex(name, "/")+1:]]; ok {
		if newest[basis] == nil {
			return nil, fault.NotFound(name)
		}
		return newest[basis], nil
	}
	found := &maecenasv1.Assessment{}
	err := r.Get(name, found)
	if errors.Is(err, store.ErrNotFound) {
		return nil, fault.NotFound(name)
	}
	return found, err
}

// Assessments reads a page of an organization's assessments, newest first.
func (a *App) Assessments(ctx context.Context, listing record.Listing) (record.Page[*maecenasv1.Assessment], error) {
	if err := fault.CheckName("parent", resource.Organization, listing.Parent); err != nil {
		return record.Page[*maecenasv1.Assessment]{}, err
	}
	listing.Descending = true
	return record.List(ctx, a.keeper, store.KindAssessment, listing, showAssessment)
}

// Preview asks to assess what is not stored.
type Preview struct {
	// Organization has the facts; nil: none.
	Organization *maecenasv1.Organization
	// Canvas is the canvas; nil: an empty one.
	Canvas *maecenasv1.Canvas
	// Date is the day that dated figures are worked out for; empty: today.
	Date string
	// Full adds what is worked out when asked.
	Full bool
	// Basis is what it is made over; unset: ALL.
	Basis maecenasv1.Assessment_Basis
}

// PreviewAssessment assesses what is sent and stores nothing. FIELD_INVALID.
func (a *App) PreviewAssessment(preview Preview) (*maecenasv1.Assessment, error) {
	o, c := preview.Organization, preview.Canvas
	if err := errors.Join(fault.CheckDate("assessDate", preview.Date), a.checkPreview(o, c)); err != nil {
		return nil, err
	}
	in := profile.Profile{Organization: o, Canvas: c}.Facts(preview.Basis)
	assessment := assess.Assess(in)
	assessment.Basis = maecenasv1.Assessment_ALL
	if preview.Basis == maecenasv1.Assessment_DISCLOSED {
		assessment.Basis = maecenasv1.Assessment_DISCLOSED
	}
	assessment.Contests = o.GetContests()
	date := a.Day(preview.Date)
	if preview.Full {
		assess.Complete(assessment, in, date)
		return assessment, nil
	}
	assessment.AssessDate = date
	assessment.InputHash = assess.InputHash(in, date)
	return assessment, nil
}

// checkPreview holds what an assessment reads to the rules; a profile's other
// fields need not be there yet.
func (a *App) checkPreview(o *maecenasv1.Organization, c *maecenasv1.Canvas) error {
	var violations []fault.Violation
	for _, part := range []struct {
		field   string
		message proto.Message
	}{{"traction", o.GetTraction()}, {"financials", o.GetFinancials()}, {"team", o.GetTeam()}} {
		if part.message.ProtoReflect().IsValid() {
			violations = append(violations, a.keeper.Rules().Violations("organization."+part.field, part.message)...)
		}
	}
	codes := &validate.Audit{}
	codes.Financials(proto.CloneOf(o.GetFinancials()))
	violations = append(violations, validate.Under("organization", codes.Violations)...)
	if c != nil {
		copied := proto.CloneOf(c)
		violations = append(violations, a.keeper.Rules().Record("canvas", copied, func(codes *validate.Audit) { codes.Canvas(copied) })...)
	}
	if len(violations) > 0 {
		return fault.Invalid(violations...)
	}
	return nil
}

// Rubric is the method of the assessment as data.
func (a *App) Rubric() *maecenasv1.Rubric { return assess.Rubric() }

// CanvasRevisions reads a page of a canvas's revisions, newest first.
func (a *App) CanvasRevisions(ctx context.Context, listing record.Listing) (record.Page[*maecenasv1.CanvasRevision], error) {
	if err := fault.CheckName("parent", resource.Canvas, listing.Parent); err != nil {
		return record.Page[*maecenasv1.CanvasRevision]{}, err
	}
	listing.Descending = true
	return record.List(ctx, a.keeper, store.KindCanvasRevision, listing, showRevision)
}

// CanvasRevision reads one revision of a canvas. RESOURCE_NOT_FOUND.
func (a *App) CanvasRevision(ctx context.Context, name string, minRevision int64) (*maecenasv1.CanvasRevision, int64, error) {
	if err := fault.CheckName("name", resource.CanvasRevision, name); err != nil {
		return nil, 0, err
	}
	found, revision := &maecenasv1.CanvasRevision{}, int64(0)
	err := a.keeper.Look(ctx, minRevision, func(r *record.Eyes) error {
		revision = r.Revision()
		err := r.Get(name, found)
		if errors.Is(err, store.ErrNotFound) || err == nil && r.Caller.RoleOn(name) < auth.RoleViewer {
			return fault.NotFound(name)
		}
		return err
	})
	return found, revision, err
}

// RestoreCanvas writes a canvas as it was in a revision, which makes a new one.
// RESOURCE_NOT_FOUND, ETAG_STALE.
func (a *App) RestoreCanvas(ctx context.Context, revision, etag string, intent record.Intent) (*maecenasv1.Canvas, int64, error) {
	old, _, err := a.CanvasRevision(ctx, revision, 0)
	if err != nil {
		return nil, 0, err
	}
	canvas := proto.CloneOf(old.GetSnapshot())
	canvas.Etag = etag
	return a.Canvases.Update(ctx, record.Update[*maecenasv1.Canvas]{Resource: canvas, Mask: patch.Everything(), Intent: intent})
}
