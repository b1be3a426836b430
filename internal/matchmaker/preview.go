package matchmaker

import (
	"context"
	"errors"

	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/match"
	"github.com/maecenas-cci/maecenas/internal/patch"
	"github.com/maecenas-cci/maecenas/internal/profile"
	"github.com/maecenas-cci/maecenas/internal/resource"
	"github.com/maecenas-cci/maecenas/internal/store"
	"github.com/maecenas-cci/maecenas/internal/validate"
)

// MandatePreview is a mandate that is not stored.
type MandatePreview struct {
	// Mandate is the mandate; its title may be empty.
	Mandate *maecenasv1.Mandate
	// Investor is whose it would be, by resource name; empty: nobody's.
	Investor string
	// Type is the type of investor where none is named.
	Type maecenasv1.Investor_Type
}

// PreviewMatchNeeds ranks needs for a mandate that is not stored.
func (mk *Matchmaker) PreviewMatchNeeds(ctx context.Context, preview MandatePreview, ranking Ranking) (Ranked, error) {
	if preview.Mandate == nil {
		return Ranked{}, fault.Invalid(fault.Violation{Field: "mandate", Description: "must be set", Reason: "required"})
	}
	m := proto.CloneOf(preview.Mandate)
	patch.Clear(m)
	m.Name = "" // it is nobody's but the investor's that is stated
	if m.GetTitle() == "" {
		m.Title = "preview"
	}
	if wrong := mk.rules.Record("mandate", m, func(a *validate.Audit) { a.Mandate(m) }); len(wrong) > 0 {
		return Ranked{}, fault.Invalid(wrong...)
	}
	snapshot, err := mk.snapshot(ctx, ranking.MinRevision)
	if err != nil {
		return Ranked{}, err
	}
	facts := match.MandateFacts{Mandate: m, Investor: &maecenasv1.Investor{Type: preview.Type}}
	if preview.Investor != "" {
		if err := fault.CheckName("investor", resource.Investor, preview.Investor); err != nil {
			return Ranked{}, err
		}
		err := mk.View(ctx, func(r store.Reader) (err error) {
			facts.Investor, facts.Deals, err = LoadInvestor(r, preview.Investor)
			return err
		})
		if errors.Is(err, store.ErrNotFound) {
			return Ranked{}, fault.ReferenceNotFound("investor", preview.Investor)
		}
		if err != nil {
			return Ranked{}, err
		}
	}
	return mk.rankNeeds(ctx, snapshot, match.NewMandate(facts), ranking)
}

// NeedPreview is a need that is not stored.
type NeedPreview struct {
	// Need is the need; its title may be empty.
	Need *maecenasv1.Need
	// Name is whose it would be, by resource name; empty: Organization's.
	Name string
	// Organization is whose it would be, not stored; its name may be empty.
	Organization *maecenasv1.Organization
	// Canvas is its canvas, not stored.
	Canvas *maecenasv1.Canvas
}

// PreviewMatchMandates ranks mandates for a need that is not stored.
func (mk *Matchmaker) PreviewMatchMandates(ctx context.Context, preview NeedPreview, ranking Ranking) (Ranked, error) {
	if preview.Need == nil {
		return Ranked{}, fault.Invalid(fault.Violation{Field: "need", Description: "must be set", Reason: "required"})
	}
	n := proto.CloneOf(preview.Need)
	patch.Clear(n)
	n.Name = ""
	n.State = maecenasv1.Need_OPEN
	if n.GetTitle() == "" {
		n.Title = "preview"
	}
	if wrong := mk.rules.Record("need", n, func(a *validate.Audit) { a.Need(n) }); len(wrong) > 0 {
		return Ranked{}, fault.Invalid(wrong...)
	}
	snapshot, err := mk.snapshot(ctx, ranking.MinRevision)
	if err != nil {
		return Ranked{}, err
	}
	p, err := mk.previewProfile(ctx, preview)
	if err != nil {
		return Ranked{}, err
	}
	return mk.rankMandates(ctx, snapshot, p.Disclose(snapshot.Rates(), mk.Today()).Row(n), ranking)
}

func (mk *Matchmaker) previewProfile(ctx context.Context, preview NeedPreview) (p profile.Profile, err error) {
	if preview.Name != "" {
		if err := fault.CheckName("organizationName", resource.Organization, preview.Name); err != nil {
			return p, err
		}
		err = mk.View(ctx, func(r store.Reader) (err error) {
			p, err = profile.Load(r, preview.Name)
			return err
		})
		if errors.Is(err, store.ErrNotFound) {
			return p, fault.ReferenceNotFound("organizationName", preview.Name)
		}
		return p, err
	}
	p = profile.Profile{Organization: &maecenasv1.Organization{}, Canvas: preview.Canvas}
	if preview.Organization != nil {
		p.Organization = proto.CloneOf(preview.Organization)
		p.Organization.Name = "" // another's name would tell who has excluded it
	}
	if p.Organization.GetDisplayName() == "" {
		p.Organization.DisplayName = "preview"
	}
	patch.Clear(p.Organization)
	wrong := mk.rules.Record("organization", p.Organization, func(a *validate.Audit) { a.Organization(p.Organization) })
	if p.Canvas != nil {
		p.Canvas = proto.CloneOf(p.Canvas)
		wrong = append(wrong, mk.rules.Record("canvas", p.Canvas, func(a *validate.Audit) { a.Canvas(p.Canvas) })...)
	}
	if len(wrong) > 0 {
		return p, fault.Invalid(wrong...)
	}
	return p, nil
}
