package app

import (
	"context"
	"errors"
	"fmt"

	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/assess"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/index"
	"github.com/maecenas-cci/maecenas/internal/match"
	"github.com/maecenas-cci/maecenas/internal/matchmaker"
	"github.com/maecenas-cci/maecenas/internal/profile"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// Verify holds what the App computed against what it was computed from: the
// newest assessments, the index's rows and references between records. It calls
// report with each problem; the error is one that ended the search.
func (a *App) Verify(ctx context.Context, report func(name, problem string)) error {
	return a.keeper.Hold(func() error {
		v := verifier{app: a, snapshot: a.Snapshot(), report: report}
		return a.keeper.Read(ctx, 0, func(r store.Reader) error { return v.verify(ctx, r) })
	})
}

func (v *verifier) verify(ctx context.Context, r store.Reader) error {
	if r.Revision() != v.snapshot.Revision() {
		v.report("index", fmt.Sprintf("is at revision %d, the store at %d", v.snapshot.Revision(), r.Revision()))
	}
	if err := v.rates(r); err != nil {
		return err
	}
	for _, kind := range []store.Kind{store.KindOrganization, store.KindInvestor} {
		err := r.List(kind, store.ListOptions{}, func(_ store.Cursor, rec store.Record) (bool, error) {
			if err := ctx.Err(); err != nil {
				return false, err
			}
			if kind == store.KindOrganization {
				return true, v.organization(r, rec.GetName())
			}
			return true, v.investor(r, rec.GetName())
		})
		if err != nil {
			return err
		}
	}
	if needs, mandates := v.snapshot.Len(); needs != v.needs || mandates != v.mandates {
		v.report("index", fmt.Sprintf("has %d needs and %d mandates, the store %d and %d", needs, mandates, v.needs, v.mandates))
	}
	return nil
}

type verifier struct {
	app             *App
	snapshot        *index.Snapshot
	report          func(name, problem string)
	needs, mandates int
}

// probe is a mandate that explains a need, so that rows can be compared by what they say.
var probe = match.NewMandate(match.MandateFacts{Mandate: &maecenasv1.Mandate{
	Instruments: []*maecenasv1.InstrumentOffer{{Instrument: maecenasv1.Instrument_GRANT}},
}})

// probed is a need that mandates explain, likewise.
var probed = match.NewNeed(match.NeedFacts{
	Organization: &maecenasv1.Organization{Place: &maecenasv1.Place{CountryCode: "IT"}},
	Need: &maecenasv1.Need{
		Instruments: []maecenasv1.Instrument_Kind{maecenasv1.Instrument_GRANT, maecenasv1.Instrument_EQUITY, maecenasv1.Instrument_LOAN},
	},
})

func (v *verifier) organization(r store.Reader, name string) error {
	p, err := profile.Load(r, name)
	if err != nil {
		return err
	}
	newest, err := newestAssessments(r, name)
	if err != nil {
		return err
	}
	for _, basis := range bases {
		v.assessment(name, p.Facts(basis), newest[basis], basis)
	}
	fresh, err := v.app.Rows(r, []string{name}, nil)
	if err != nil {
		return err
	}
	plan := probe.On(match.NewDay(v.app.Today(), v.snapshot.Rates()))
	for _, change := range fresh.Needs {
		v.needs++
		row := v.snapshot.Need(change.Name)
		if row == nil || !proto.Equal(plan.Explain(row), plan.Explain(change.Need)) {
			v.report(change.Name, "the index has not what the store says")
		}
	}
	return nil
}

func (v *verifier) assessment(organization string, in assess.Input, newest *maecenasv1.Assessment, basis maecenasv1.Assessment_Basis) {
	if newest == nil {
		v.report(organization, fmt.Sprintf("has no assessment over %s facts", basis))
		return
	}
	made := assess.Assess(in)
	switch {
	case newest.GetRubricVersion() != assess.RubricVersion:
		v.report(newest.GetName(), fmt.Sprintf("was made by rubric %s", newest.GetRubricVersion()))
	case newest.GetInputHash() != assess.InputHash(in, newest.GetAssessDate()):
		v.report(newest.GetName(), "was made of other facts than are stored")
	case newest.GetScore() != made.GetScore() || newest.GetPotential() != made.GetPotential():
		v.report(newest.GetName(), "has another score than its facts give")
	}
}

func (v *verifier) investor(r store.Reader, name string) error {
	_, deals, err := matchmaker.LoadInvestor(r, name)
	if err != nil {
		return err
	}
	for _, d := range deals {
		if d.GetOrganization() == "" || d.GetSnapshot() != nil {
			continue // with a snapshot a deal stands by itself, also when the organization has gone
		}
		if err := record.SubjectExists(r, d.GetOrganization()); err != nil {
			var own *fault.Error
			if !errors.As(err, &own) {
				return err
			}
			v.report(d.GetName(), own.Message)
		}
	}
	fresh, err := v.app.Rows(r, []string{name}, nil)
	if err != nil {
		return err
	}
	day := match.NewDay(v.app.Today(), v.snapshot.Rates())
	for _, change := range fresh.Mandates {
		v.mandates++
		row := v.snapshot.Mandate(change.Name)
		if row == nil || !proto.Equal(row.On(day).Explain(probed), change.Mandate.On(day).Explain(probed)) {
			v.report(change.Name, "the index has not what the store says")
		}
	}
	return nil
}
