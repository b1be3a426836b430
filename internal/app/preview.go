package app

import (
	"context"
	"errors"

	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match"
	"github.com/maecenas-cci/maecenas/internal/patch"
	"github.com/maecenas-cci/maecenas/internal/resource"
	"github.com/maecenas-cci/maecenas/internal/store"
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
func (a *App) PreviewMatchNeeds(ctx context.Context, preview MandatePreview, ranking Ranking) (Ranked, error) {
	if preview.Mandate == nil {
		return Ranked{}, Invalid(Violation{Field: "mandate", Description: "must be set", Reason: "required"})
	}
	m := proto.CloneOf(preview.Mandate)
	patch.Clear(m)
	if m.GetTitle() == "" {
		m.Title = "preview"
	}
	if err := a.Mandates.check(m, nil); err != nil {
		return Ranked{}, err
	}
	snapshot, err := a.snapshot(ctx, ranking.MinRevision)
	if err != nil {
		return Ranked{}, err
	}
	facts := match.MandateFacts{Mandate: m, Investor: &maecenasv1.Investor{Type: preview.Type}}
	if preview.Investor != "" {
		if err := checkName("investor", resource.Investor, preview.Investor); err != nil {
			return Ranked{}, err
		}
		err := a.read(ctx, 0, func(r store.Reader) (err error) {
			facts.Investor, facts.Deals, err = loadInvestor(r, preview.Investor)
			return err
		})
		if errors.Is(err, store.ErrNotFound) {
			return Ranked{}, referenceNotFound("investor", preview.Investor)
		}
		if err != nil {
			return Ranked{}, err
		}
	}
	return a.rankNeeds(ctx, snapshot, match.NewMandate(facts), ranking)
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
func (a *App) PreviewMatchMandates(ctx context.Context, preview NeedPreview, ranking Ranking) (Ranked, error) {
	if preview.Need == nil {
		return Ranked{}, Invalid(Violation{Field: "need", Description: "must be set", Reason: "required"})
	}
	n := proto.CloneOf(preview.Need)
	patch.Clear(n)
	n.State = maecenasv1.Need_OPEN
	if n.GetTitle() == "" {
		n.Title = "preview"
	}
	if err := a.Needs.check(n, nil); err != nil {
		return Ranked{}, err
	}
	snapshot, err := a.snapshot(ctx, ranking.MinRevision)
	if err != nil {
		return Ranked{}, err
	}
	o, c, err := a.previewProfile(ctx, preview)
	if err != nil {
		return Ranked{}, err
	}
	return a.rankMandates(ctx, snapshot, a.profileOf(o, c).row(n), ranking)
}

func (a *App) previewProfile(ctx context.Context, preview NeedPreview) (*maecenasv1.Organization, *maecenasv1.Canvas, error) {
	if preview.Name != "" {
		if err := checkName("organizationName", resource.Organization, preview.Name); err != nil {
			return nil, nil, err
		}
		var o *maecenasv1.Organization
		var c *maecenasv1.Canvas
		err := a.read(ctx, 0, func(r store.Reader) (err error) {
			o, c, err = loadProfile(r, preview.Name)
			return err
		})
		if errors.Is(err, store.ErrNotFound) {
			return nil, nil, referenceNotFound("organizationName", preview.Name)
		}
		return o, c, err
	}
	o, c := &maecenasv1.Organization{}, preview.Canvas
	if preview.Organization != nil {
		o = proto.CloneOf(preview.Organization)
	}
	if o.GetDisplayName() == "" {
		o.DisplayName = "preview"
	}
	patch.Clear(o)
	if err := a.Organizations.examine(o, nil, true); err != nil {
		return nil, nil, err
	}
	if c != nil {
		if err := a.Canvases.examine(proto.CloneOf(c), nil, true); err != nil {
			return nil, nil, err
		}
	}
	return o, c, nil
}
