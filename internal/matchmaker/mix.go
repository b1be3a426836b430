package matchmaker

import (
	"context"
	"errors"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/index"
	"github.com/maecenas-cci/maecenas/internal/match"
	"github.com/maecenas-cci/maecenas/internal/mix"
	"github.com/maecenas-cci/maecenas/internal/profile"
	"github.com/maecenas-cci/maecenas/internal/resource"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// mixPool is how many mandates, the first of the ranking, a mix is made of.
const mixPool = 1000

// Mixing asks for financing mixes.
type Mixing struct {
	// Need is the need, by resource name.
	Need string
	// Mixes is how many sets at most, above 0, and Parts how many mandates a set has
	// at most; 0: four.
	Mixes, Parts int
	// Overrides are how mandates weigh and grade in place of their own.
	Overrides Overrides
	// Date is the day asked; empty: today.
	Date string
	// MinRevision is what the data must have reached.
	MinRevision int64
}

// Mixed are financing mixes.
type Mixed struct {
	// Mixes are the sets, best first; none where nothing covers the need.
	Mixes []*maecenasv1.FinancingMix
	// Revision is what was read.
	Revision int64
	// PolicyVersion is the ranking policy's.
	PolicyVersion string
	// Date is the day asked.
	Date string
}

// ProposeMix finds sets of mandates that together cover a need, of all facts that
// its own people know: what is secured counts, disclosed or not.
func (mk *Matchmaker) ProposeMix(ctx context.Context, mixing Mixing) (Mixed, error) {
	if err := fault.CheckName("need", resource.Need, mixing.Need); err != nil {
		return Mixed{}, err
	}
	snapshot, err := mk.snapshot(ctx, mixing.MinRevision)
	if err != nil {
		return Mixed{}, err
	}
	row := snapshot.Need(mixing.Need)
	if row == nil {
		return Mixed{}, fault.NotFound(mixing.Need)
	}
	query, err := mk.query(snapshot, Ranking{Limit: mixPool, Date: mixing.Date, Overrides: mixing.Overrides})
	if err != nil {
		return Mixed{}, err
	}
	mixed := Mixed{Revision: snapshot.Revision(), PolicyVersion: match.PolicyVersion, Date: query.Day.Date}
	hits, _, err := snapshot.MatchMandates(ctx, row, query)
	if err != nil {
		return Mixed{}, fault.OfStore(err)
	}
	err = mk.View(ctx, func(r store.Reader) error {
		p, err := profile.Load(r, resource.Subject(mixing.Need))
		if err != nil {
			return err
		}
		need := &maecenasv1.Need{}
		if err := r.Get(mixing.Need, need); err != nil {
			return err
		}
		facts := &mix.Facts{Need: need, Organization: p.Organization, Date: query.Day.Date, Rates: query.Day.Rates}
		mixed.Mixes, err = propose(ctx, r, facts, hits, mixing)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return Mixed{}, fault.NotFound(mixing.Need)
	}
	return mixed, err
}

// propose makes the mixes of the mandates that were ranked.
func propose(ctx context.Context, r store.Reader, facts *mix.Facts, hits []index.Hit, mixing Mixing) ([]*maecenasv1.FinancingMix, error) {
	least, _, asked := facts.Asked()
	if !asked {
		return nil, nil
	}
	var mandates []*maecenasv1.Mandate
	var offers []mix.Offer
	for _, hit := range hits {
		m := &maecenasv1.Mandate{}
		err := r.Get(hit.Name, m)
		if errors.Is(err, store.ErrNotFound) {
			continue // it went between the ranking and its reading
		}
		if err != nil {
			return nil, err
		}
		mandates = append(mandates, m)
		offers = append(offers, facts.Offer(m, hit.Sum.Score(), hit.Eligibility == match.Eligible))
	}
	question := facts.Question(offers)
	question.Parts, question.Limit = mixing.Parts, mixing.Mixes
	if question.Parts == 0 {
		question.Parts = mix.MostParts
	}
	found, err := mix.Propose(ctx, question)
	if err != nil {
		return nil, fault.OfStore(err)
	}
	mixes := make([]*maecenasv1.FinancingMix, len(found))
	for i, one := range found {
		mixes[i] = &maecenasv1.FinancingMix{
			CoveredAmount: one.Covered + question.Secured, SecuredAmount: question.Secured, NeededAmount: least + question.Secured,
			CurrencyCode: facts.Need.GetCurrencyCode(), Score: one.Score,
		}
		for _, part := range one.Parts {
			m := mandates[part.Offer]
			investor := &maecenasv1.Investor{}
			if err := fault.Optional(r.Get(resource.Subject(m.GetName()), investor)); err != nil {
				return nil, err
			}
			eligibility := match.Conditional
			if offers[part.Offer].Eligible {
				eligibility = match.Eligible
			}
			mixes[i].Parts = append(mixes[i].Parts, &maecenasv1.FinancingMix_Part{
				Mandate: m.GetName(), MandateTitle: m.GetTitle(), InvestorDisplayName: investor.GetDisplayName(),
				Instrument: offers[part.Offer].Instruments[part.Instrument].Kind, Amount: part.Amount,
				Score: offers[part.Offer].Score, Eligibility: eligibility, Reasons: part.Reasons,
			})
		}
	}
	return mixes, nil
}
