package matchmaker

import (
	"context"

	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/advice"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/index"
	"github.com/maecenas-cci/maecenas/internal/match"
	"github.com/maecenas-cci/maecenas/internal/profile"
	"github.com/maecenas-cci/maecenas/internal/resource"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// improve finds what would lift a match, by all that the organization states,
// disclosed or not: it is for the need's own people.
func (mk *Matchmaker) improve(
	ctx context.Context, r store.Reader, snapshot *index.Snapshot, plan *match.Plan, need string, overrides Overrides,
) ([]*maecenasv1.MatchImprovement, error) {
	n, m := &maecenasv1.Need{}, &maecenasv1.Mandate{}
	if err := r.Get(need, n); err != nil {
		return nil, fault.Optional(err)
	}
	if err := r.Get(plan.Mandate().Name(), m); err != nil {
		return nil, fault.Optional(err)
	}
	p, err := profile.Load(r, resource.Subject(need))
	if err != nil {
		return nil, fault.Optional(err)
	}
	// A need that is not ranked, being a draft or not listed, rises by no rank.
	row := snapshot.Need(need)
	ranked := row != nil && plan.SeesNeed(row)
	var counting error
	list := advice.Improve(advice.Question{
		Facts: advice.Facts{Organization: p.Organization, Canvas: p.Canvas, Need: n}, Mandate: asTuned(m, overrides), Plan: plan,
		Row: func(f advice.Facts) *match.Need {
			return profile.Profile{Organization: f.Organization, Canvas: f.Canvas}.Disclose(snapshot.Rates(), mk.Today()).Row(f.Need)
		},
		Before: func(keys []match.Key) []int {
			if !ranked {
				return make([]int, len(keys))
			}
			var counts []int
			counts, counting = snapshot.CountBefore(ctx, plan, keys, p.Organization.GetName())
			if counting != nil {
				counts = make([]int, len(keys))
			}
			return counts
		},
	})
	return list, counting
}

// asTuned is a mandate with a request's grades beside its own: both are asked for.
func asTuned(m *maecenasv1.Mandate, o Overrides) *maecenasv1.Mandate {
	if o.Preferences == nil {
		return m
	}
	m = proto.CloneOf(m)
	if m.Preferences == nil {
		m.Preferences = &maecenasv1.Preferences{}
	}
	proto.Merge(m.GetPreferences(), o.Preferences)
	return m
}
