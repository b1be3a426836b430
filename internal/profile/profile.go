// Package profile is what an organization's needs share: its record, its canvas,
// what investors see of both, and the assessments made of them.
package profile

import (
	"errors"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/assess"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/match"
	"github.com/maecenas-cci/maecenas/internal/store"
	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

// Profile is an organization with its canvas: of [Load], with the evidence that
// attestations prove.
type Profile struct {
	// Organization is the record; never nil.
	Organization *maecenasv1.Organization
	// Canvas is its canvas; nil where there is none.
	Canvas *maecenasv1.Canvas
}

// Load reads an organization and its canvas, and lays over their evidence what was
// attested and holds. store.ErrNotFound: there is no such organization.
func Load(r store.Reader, name string) (Profile, error) {
	p, err := Stated(r, name)
	if err != nil {
		return p, err
	}
	attestations, err := Attested(r, name)
	p.attest(attestations)
	return p, err
}

// Stated is Load without what was attested: what the organization says itself.
func Stated(r store.Reader, name string) (Profile, error) {
	p := Profile{Organization: &maecenasv1.Organization{}, Canvas: &maecenasv1.Canvas{}}
	if err := r.Get(name, p.Organization); err != nil {
		return Profile{}, err
	}
	err := r.Get(name+"/canvas", p.Canvas)
	if errors.Is(err, store.ErrNotFound) {
		p.Canvas, err = nil, nil
	}
	return p, err
}

// Snapshot is what a deal keeps of an organization.
func Snapshot(o *maecenasv1.Organization) *maecenasv1.Deal_Snapshot {
	return &maecenasv1.Deal_Snapshot{
		Place: o.GetPlace(), Activities: o.GetActivities(), CulturalDomains: o.GetCulturalDomains(),
	}
}

// Facts are what an assessment over a basis is made of.
func (p Profile) Facts(basis maecenasv1.Assessment_Basis) assess.Input {
	if basis != maecenasv1.Assessment_DISCLOSED {
		return assess.Of(p.Organization, p.Canvas)
	}
	in := assess.Of(auth.Investor.Profile(p.Organization), auth.Investor.Canvas(p.Canvas, p.Organization))
	in.CanvasUndisclosed = auth.Shown(p.Organization).GetCanvas() != maecenasv1.Organization_TO_INVESTORS
	return in
}

// Disclosed is a profile as investors see it.
type Disclosed struct {
	// Organization and Canvas are what is shown of them; Canvas nil: nothing.
	Organization *maecenasv1.Organization
	Canvas       *maecenasv1.Canvas
	// Shown says which groups of facts are.
	Shown *maecenasv1.Organization_Disclosure
	// Assessment is made over what is shown.
	Assessment *maecenasv1.Assessment

	owner *maecenasv1.Organization
}

// Disclose makes what investors see, with the size class by the rates of a day.
func (p Profile) Disclose(rates *taxonomy.Rates, day string) Disclosed {
	seen := auth.Investor.Profile(p.Organization)
	seen.SizeClass = SizeClass(seen.GetFinancials(), rates, day)
	return Disclosed{
		Organization: seen, Canvas: auth.Investor.Canvas(p.Canvas, p.Organization), Shown: auth.Shown(p.Organization),
		Assessment: assess.Assess(p.Facts(maecenasv1.Assessment_DISCLOSED)), owner: p.Organization,
	}
}

// Need is what is shown of a need of the organization.
func (d Disclosed) Need(n *maecenasv1.Need) *maecenasv1.Need { return auth.Investor.Need(n, d.owner) }

// Row is a need as it is matched, made of nothing but what is shown.
func (d Disclosed) Row(n *maecenasv1.Need) *match.Need {
	return match.NewNeed(match.NeedFacts{
		Need: d.Need(n), Organization: d.Organization, Canvas: d.Canvas, Assessment: d.Assessment, Shown: d.Shown,
		ExcludedInvestorTypes: d.owner.GetExcludedInvestorTypes(), ExcludedInvestors: d.owner.GetExcludedInvestors(),
	})
}

// SizeClass is the size class that financials make certain, by the rates of a day.
func SizeClass(f *maecenasv1.Financials, rates *taxonomy.Rates, day string) maecenasv1.Organization_SizeClass {
	least, most := taxonomy.SizeClass(sizeFacts(f, rates, day))
	if least != most {
		return maecenasv1.Organization_SIZE_CLASS_UNSPECIFIED
	}
	return maecenasv1.Organization_SizeClass(maecenasv1.Organization_SizeClass_value[least.String()])
}

func sizeFacts(f *maecenasv1.Financials, rates *taxonomy.Rates, day string) taxonomy.SizeFacts {
	if f == nil {
		return taxonomy.SizeFacts{}
	}
	euros := func(amount *int64) *int64 {
		if amount == nil {
			return nil
		}
		if converted, ok := rates.ConvertUp(*amount, f.GetCurrencyCode(), "EUR", day); ok {
			return &converted
		}
		return nil
	}
	facts := taxonomy.SizeFacts{TurnoverEUR: euros(f.Revenue12M), BalanceSheetEUR: euros(f.BalanceSheetTotal)}
	if f.FullTimeEquivalents != nil {
		people := int64(f.GetFullTimeEquivalents())
		facts.FullTimeEquivalents = &people
	}
	return facts
}
