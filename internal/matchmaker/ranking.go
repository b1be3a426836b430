package matchmaker

import (
	"context"
	"errors"
	"fmt"
	"time"
	_ "time/tzdata" // for machines that have no time zones of their own

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/assess"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/index"
	"github.com/maecenas-cci/maecenas/internal/match"
	"github.com/maecenas-cci/maecenas/internal/profile"
	"github.com/maecenas-cci/maecenas/internal/resource"
	"github.com/maecenas-cci/maecenas/internal/store"
	"github.com/maecenas-cci/maecenas/internal/validate"
)

// Ranking asks to rank needs for a mandate, or mandates for a need.
type Ranking struct {
	// Limit is how many at most, above 0.
	Limit int
	// after is where the page before ended; nil: at the start.
	after *index.Key
	// Full adds terms, requirements and confidence.
	Full bool
	// Filter is an AIP-160 filter over what investors, or applicants, may see.
	Filter string
	// OrderBy is score (also when empty) or fit.
	OrderBy string
	// Overrides stand in place of what mandates state.
	Overrides Overrides
	// NearMisses answers those that fail exactly one requirement.
	NearMisses bool
	// IncludeDismissed ranks pairs too that the side asking has dismissed.
	IncludeDismissed bool
	// own is the stored need or mandate that is ranked for; empty: it is not stored.
	own string
	// EveryNeed ranks every need, else at most one of an organization.
	EveryNeed bool
	// Date is the day asked; empty: today.
	Date string
	// MinRevision is what the data must have reached.
	MinRevision int64
	// Robustness adds how robust each match's place is.
	Robustness bool
	// Improvements adds, to the explanation of one pair, what would lift it.
	Improvements bool
}

// Ranked is a page of a ranking.
type Ranked struct {
	// Matches are the page, best first.
	Matches []*maecenasv1.Match
	// Next is where the next page begins, for [Ranking.Continue]; nil: there is none.
	Next []byte
	// Revision is what was read.
	Revision int64
	// RubricVersion and PolicyVersion are the methods' versions.
	RubricVersion, PolicyVersion string
	// Date is the day asked.
	Date string
}

// Continue goes on where a page ended, on the same day; it returns whether the
// place is one.
func (ranking *Ranking) Continue(place []byte) bool {
	const head = len(time.DateOnly)
	if len(place) < head {
		return false
	}
	key := &index.Key{}
	if err := key.UnmarshalBinary(place[head:]); err != nil {
		return false
	}
	ranking.Date, ranking.after = string(place[:head]), key
	return true
}

// MatchNeeds ranks needs for a stored mandate, for its investor's people.
// INVESTOR_UNVERIFIED.
func (mk *Matchmaker) MatchNeeds(ctx context.Context, mandate string, ranking Ranking) (Ranked, error) {
	if err := fault.CheckName("mandate", resource.Mandate, mandate); err != nil {
		return Ranked{}, err
	}
	snapshot, err := mk.snapshot(ctx, ranking.MinRevision)
	if err != nil {
		return Ranked{}, err
	}
	m := snapshot.Mandate(mandate)
	if m == nil || !owns(auth.FromContext(ctx), mandate) {
		return Ranked{}, fault.NotFound(mandate)
	}
	ranking.own = mandate
	return mk.rankNeeds(ctx, snapshot, m, ranking)
}

func (mk *Matchmaker) rankNeeds(ctx context.Context, snapshot *index.Snapshot, m *match.Mandate, ranking Ranking) (Ranked, error) {
	seen := eyes{caller: auth.FromContext(ctx), view: auth.Investor}
	if err := mk.verified(seen.caller, m.Investor()); err != nil {
		return Ranked{}, err
	}
	query, err := mk.query(snapshot, ranking)
	if err != nil {
		return Ranked{}, err
	}
	filter, err := parseFilter(mk.needs, ranking.Filter)
	if err != nil {
		return Ranked{}, err
	}
	plan := m.With(query.Tuning).On(query.Day)
	ranked := rankedAt(snapshot, query)
	err = mk.View(ctx, func(r store.Reader) error {
		undismissed, err := kept(ctx, r, ranking, filter, mk.keepNeed)
		if err != nil {
			return err
		}
		query.Keep = all(mk.bound(ctx, r, m.Investor()), undismissed)
		hits, more, err := snapshot.MatchNeeds(ctx, plan, query)
		if err != nil {
			return err
		}
		err = ranked.fill(hits, more, func(hit index.Hit) (*maecenasv1.Match, error) {
			return present(r, plan, snapshot.Need(hit.Name), seen.of(hit.Name), hit.Key.Rank, ranking.Full)
		})
		if err != nil || !ranking.Robustness || ranking.NearMisses {
			return err
		}
		rows, err := needRows(ctx, snapshot, plan, m.With(query.Tuning), query, ranked.places())
		ranked.measure(rows, ranking.Limit)
		return err
	})
	return ranked, err
}

// MatchMandates ranks mandates for a stored need, for its organization's people.
func (mk *Matchmaker) MatchMandates(ctx context.Context, need string, ranking Ranking) (Ranked, error) {
	if err := fault.CheckName("need", resource.Need, need); err != nil {
		return Ranked{}, err
	}
	snapshot, err := mk.snapshot(ctx, ranking.MinRevision)
	if err != nil {
		return Ranked{}, err
	}
	n := snapshot.Need(need)
	if n == nil || !owns(auth.FromContext(ctx), need) {
		return Ranked{}, fault.NotFound(need)
	}
	ranking.own = need
	return mk.rankMandates(ctx, snapshot, n, ranking)
}

func (mk *Matchmaker) rankMandates(ctx context.Context, snapshot *index.Snapshot, n *match.Need, ranking Ranking) (Ranked, error) {
	seen := applicant(auth.FromContext(ctx))
	ranking.Overrides.Respect = seen.view == auth.Applicant
	query, err := mk.query(snapshot, ranking)
	if err != nil {
		return Ranked{}, err
	}
	filter, err := parseFilter(mk.mandates, ranking.Filter)
	if err != nil {
		return Ranked{}, err
	}
	ranked := rankedAt(snapshot, query)
	err = mk.View(ctx, func(r store.Reader) error {
		undismissed, err := kept(ctx, r, ranking, filter, mk.keepMandate)
		if err != nil {
			return err
		}
		query.Keep = all(mk.existing(ctx, r, n), seen.telling(r, ranking.NearMisses), undismissed)
		hits, more, err := snapshot.MatchMandates(ctx, n, query)
		if err != nil {
			return err
		}
		err = ranked.fill(hits, more, func(hit index.Hit) (*maecenasv1.Match, error) {
			plan := snapshot.Mandate(hit.Name).With(query.Tuning).On(query.Day)
			return present(r, plan, n, seen.of(hit.Name), hit.Key.Rank, ranking.Full)
		})
		if err != nil || !ranking.Robustness || ranking.NearMisses {
			return err
		}
		rows, err := mandateRows(ctx, snapshot, n, query, ranked.places())
		ranked.measure(rows, ranking.Limit)
		return errors.Join(err, seen.hideWeights(r, ranked.Matches))
	})
	return ranked, err
}

// rankedAt is an answer to be filled.
func rankedAt(snapshot *index.Snapshot, query index.Query) Ranked {
	return Ranked{
		Revision: snapshot.Revision(), Date: query.Day.Date,
		RubricVersion: assess.RubricVersion, PolicyVersion: match.PolicyVersion,
	}
}

// RankingPolicy is how matches are ranked, as data.
func (mk *Matchmaker) RankingPolicy() *maecenasv1.RankingPolicy { return match.Policy() }

// places is how many matches this page and those before it show.
func (ranked *Ranked) places() int {
	if len(ranked.Matches) == 0 {
		return 0
	}
	return int(ranked.Matches[len(ranked.Matches)-1].GetRank())
}

// fill presents the hits, as many as a page has room for, and says where the
// next page begins.
func (ranked *Ranked) fill(hits []index.Hit, more bool, present func(index.Hit) (*maecenasv1.Match, error)) error {
	bytes := 0
	for i, hit := range hits {
		one, err := present(hit)
		if err != nil {
			return err
		}
		if bytes += proto.Size(one); resource.PageFull(len(ranked.Matches), bytes) {
			hits, more = hits[:i], true
			break
		}
		ranked.Matches = append(ranked.Matches, one)
	}
	if !more || len(hits) == 0 {
		return nil
	}
	var err error
	ranked.Next, err = hits[len(hits)-1].Key.AppendBinary([]byte(ranked.Date))
	return err
}

func (mk *Matchmaker) snapshot(ctx context.Context, minRevision int64) (*index.Snapshot, error) {
	if err := mk.Await(ctx, minRevision); err != nil {
		return nil, err
	}
	return mk.index.Snapshot(), nil
}

// todayIn is the day of the clock in a time zone, in UTC where there is no such.
func (mk *Matchmaker) todayIn(zone string) string {
	location, known := mk.zones.Load(zone)
	if !known {
		read, err := time.LoadLocation(zone)
		if err != nil {
			return mk.Today()
		}
		location, _ = mk.zones.LoadOrStore(zone, read)
	}
	return mk.now().In(location.(*time.Location)).Format(time.DateOnly)
}

func (mk *Matchmaker) query(snapshot *index.Snapshot, ranking Ranking) (index.Query, error) {
	if err := fault.CheckDate("asOfDate", ranking.Date); err != nil {
		return index.Query{}, err
	}
	query := index.Query{
		Day: match.NewDay(mk.Day(ranking.Date), snapshot.Rates()), Limit: ranking.Limit, After: ranking.after,
		NearMisses: ranking.NearMisses, EveryNeed: ranking.EveryNeed,
	}
	var err error
	if query.Tuning, err = tuning(ranking.Overrides); err != nil {
		return query, err
	}
	if ranking.Date == "" || ranking.after != nil && ranking.Date == mk.Today() {
		query.Day.In = mk.todayIn
	}
	switch ranking.OrderBy {
	case "", "score", "score desc":
	case "fit", "fit desc":
		query.ByFit = true
	default:
		return query, &fault.Error{
			Code: codes.InvalidArgument, Reason: maecenasv1.ErrorReason_ORDER_INVALID,
			Message:    fmt.Sprintf("matches are ordered by score or fit, not by %s", validate.Printable(ranking.OrderBy)),
			Violations: []fault.Violation{{Field: "orderBy", Description: "must be score or fit", Reason: "order"}},
		}
	}
	return query, nil
}

// present is a match as a view shows it.
func present(r store.Reader, plan *match.Plan, n *match.Need, view auth.View, rank int32, full bool) (*maecenasv1.Match, error) {
	one, disclosure, err := whole(r, plan, n, full)
	if err != nil {
		return nil, err
	}
	one.Rank = rank
	return view.Match(one, disclosure), nil
}

// whole is a match with all there is to tell of it, and what its mandate discloses.
func whole(r store.Reader, plan *match.Plan, n *match.Need, full bool) (*maecenasv1.Match, maecenasv1.Mandate_Disclosure, error) {
	explain := plan.Brief
	if full {
		explain = plan.Explain
	}
	one := explain(n)
	disclosure, err := dress(r, one, plan.Date(), full)
	return one, disclosure, err
}

// dress adds what people read, and the confidence on the day asked; it answers what
// the mandate discloses: nothing, where it has gone.
func dress(r store.Reader, one *maecenasv1.Match, day string, full bool) (maecenasv1.Mandate_Disclosure, error) {
	const none = maecenasv1.Mandate_NONE
	need, mandate := &maecenasv1.Need{}, &maecenasv1.Mandate{Disclosure: none}
	if err := fault.Optional(r.Get(one.GetNeed(), need)); err != nil {
		return none, err
	}
	if err := fault.Optional(r.Get(one.GetMandate(), mandate)); err != nil {
		return none, err
	}
	disclosure := mandate.GetDisclosure()
	one.NeedTitle, one.MandateTitle, one.CloseDate = need.GetTitle(), mandate.GetTitle(), mandate.GetCloseDate()
	if one.GetMandate() != "" {
		investor := &maecenasv1.Investor{}
		if err := fault.Optional(r.Get(resource.Subject(one.GetMandate()), investor)); err != nil {
			return none, err
		}
		one.InvestorDisplayName = investor.GetDisplayName()
		if full {
			one.MandateFreshness = freshness(mandate, day)
		}
	}
	if one.GetNeed() == "" {
		return disclosure, nil
	}
	p, err := profile.Load(r, resource.Subject(one.GetNeed()))
	if errors.Is(err, store.ErrNotFound) {
		return disclosure, nil
	}
	if err != nil {
		return none, err
	}
	seen := auth.Investor.Profile(p.Organization)
	one.OrganizationDisplayName, one.Contested = seen.GetDisplayName(), len(seen.GetContests()) > 0
	if full {
		one.Contests, one.OrganizationFreshness = seen.GetContests(), freshness(seen, day)
		in := p.Facts(maecenasv1.Assessment_DISCLOSED)
		confidence := assess.Confidence(in, assess.Assess(in), day)
		one.Confidence = &confidence
	}
	return disclosure, nil
}
