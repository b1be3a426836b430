package privacy

import (
	"context"
	"errors"
	"fmt"

	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/app"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/matchmaker"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/resource"
	"github.com/maecenas-cci/maecenas/internal/sheet"
	"github.com/maecenas-cci/maecenas/internal/store"
)

const (
	// explained is how many matches of a need or mandate are explained.
	explained = 10
	// mostRanked is how many needs or mandates matches are explained of.
	mostRanked = 200
)

// writeDerived writes what is worked out of the records: the scores that stand, and
// the best matches, each with its reasons.
func (p *Privacy) writeDerived(ctx context.Context, name string, f *files) error {
	switch {
	case resource.Valid(resource.Organization, name):
		if err := p.writeScores(ctx, name, f); err != nil {
			return err
		}
		return p.writeMatches(ctx, name, store.KindNeed, f)
	case resource.Valid(resource.Investor, name):
		return p.writeMatches(ctx, name, store.KindMandate, f)
	default:
		return nil
	}
}

// writeScores writes the newest assessments with what is worked out when asked.
func (p *Privacy) writeScores(ctx context.Context, name string, f *files) error {
	out, err := f.create("current-assessments.jsonl", "the scores that stand, with what each rests on, what is missing and what would improve it")
	if err != nil {
		return err
	}
	for _, alias := range []string{"current", "disclosed"} {
		assessment, _, err := p.app.Assessment(ctx, app.AssessmentQuery{Name: name + "/assessments/" + alias, Full: true})
		if isNotFound(err) {
			continue
		}
		if err != nil {
			return err
		}
		if err := writeLine(out, assessment); err != nil {
			return err
		}
	}
	return nil
}

// writeMatches explains the best matches of what is open of a subject.
func (p *Privacy) writeMatches(ctx context.Context, name string, kind store.Kind, f *files) error {
	asking, err := p.open(ctx, name, kind)
	if err != nil {
		return err
	}
	lines, err := f.create("matches.jsonl", fmt.Sprintf(
		"the best %d matches of each of its open needs or published mandates, at most %d of them, with every term, requirement and reason",
		explained, mostRanked))
	if err != nil {
		return err
	}
	var all []*maecenasv1.Match
	for _, one := range asking {
		matches, err := p.explain(ctx, one, kind)
		if err != nil {
			return err
		}
		for _, match := range matches {
			if err := writeLine(lines, match); err != nil {
				return err
			}
		}
		all = append(all, matches...)
	}
	cells, err := f.create("matches.csv", "the same as a table, without the reasons")
	if err != nil {
		return err
	}
	return sheet.WriteMatches(cells, all, sheet.WriteOptions{})
}

// open is the names of the open needs or the published mandates of a subject.
func (p *Privacy) open(ctx context.Context, name string, kind store.Kind) ([]string, error) {
	var names []string
	err := p.keeper.Look(ctx, 0, func(e *record.Eyes) error {
		return e.List(kind, store.ListOptions{Parent: name}, func(_ store.Cursor, rec store.Record) (bool, error) {
			need, _ := rec.(*maecenasv1.Need)
			mandate, _ := rec.(*maecenasv1.Mandate)
			if need.GetState() == maecenasv1.Need_OPEN || mandate.GetState() == maecenasv1.Mandate_PUBLISHED {
				names = append(names, rec.GetName())
			}
			return len(names) < mostRanked, ctx.Err()
		})
	})
	return names, err
}

// explain is the best matches of a need or mandate, each explained.
func (p *Privacy) explain(ctx context.Context, name string, kind store.Kind) ([]*maecenasv1.Match, error) {
	rank := p.app.MatchMandates
	if kind == store.KindMandate {
		rank = p.app.MatchNeeds
	}
	ranked, err := rank(ctx, name, matchmaker.Ranking{Limit: explained, Full: true})
	if isNotFound(err) || isFor(err, maecenasv1.ErrorReason_NOT_MATCHABLE) {
		return nil, nil // it was written meanwhile
	}
	if err != nil {
		return nil, err
	}
	for _, match := range ranked.Matches {
		whole, err := p.app.Explain(ctx, match.GetNeed(), match.GetMandate(), matchmaker.Ranking{Full: true})
		if isNotFound(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		rank := match.GetRank()
		proto.Reset(match)
		proto.Merge(match, whole.Matches[0])
		match.Rank = rank
	}
	return ranked.Matches, nil
}

func isNotFound(err error) bool { return isFor(err, maecenasv1.ErrorReason_RESOURCE_NOT_FOUND) }

func isFor(err error, reason maecenasv1.ErrorReason) bool {
	var own *fault.Error
	return errors.As(err, &own) && own.Reason == reason
}
