package app

import (
	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/introduction"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/resource"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// What records have to do with those of the other side.

// Sees answers, of a need and a mandate as they are now, whether the investor may see
// the need and whether the organization may see the mandate: each exists for others,
// and neither side has excluded the other.
func (a *App) Sees(need, mandate string) (byInvestor, byOrganization bool) {
	snapshot := a.Snapshot()
	n, m := snapshot.Need(need), snapshot.Mandate(mandate)
	day, err := a.DayOf(snapshot, "")
	if n == nil || m == nil || err != nil {
		return false, false
	}
	plan := m.On(day)
	return plan.SeesNeed(n), plan.SeesMandate(n)
}

// part ends what an organization or investor that is deleted has to do with others:
// memberships, introductions, and the marks that others made.
func part(t *record.Tx, name string) error {
	if err := disown(t, name); err != nil {
		return err
	}
	return introduction.Forget(t, name)
}

// dealRefers keeps what came of an introduction as both sides have it: who says so
// alone cannot make such a deal, nor publish it.
func dealRefers(t *record.Tx, d *maecenasv1.Deal) error {
	old := &maecenasv1.Deal{}
	if err := fault.Optional(t.Get(d.GetName(), old)); err != nil {
		return err
	}
	const introduced = maecenasv1.Deal_INTRODUCTION
	var wrong []fault.Violation
	add := func(field, description string) {
		wrong = append(wrong, fault.Violation{Field: "deal." + field, Reason: "introduction", Description: description})
	}
	switch {
	case old.GetOrigin() != introduced && d.GetOrigin() == introduced:
		add("origin", "INTRODUCTION comes of an introduction that was funded: state IMPORTED or DECLARED")
	case old.GetOrigin() != introduced:
	case d.GetOrigin() != introduced:
		add("origin", "stays INTRODUCTION")
	case d.GetOrganization() != old.GetOrganization():
		add("organization", "stays that of the introduction")
	case d.GetPublished() && !old.GetPublished():
		add("published", "both sides agree to that in the introduction: publish it there")
	case !proto.Equal(agreed(d), agreed(old)):
		add("origin", "is INTRODUCTION: what both sides have of it stays; write external_ids alone, or take published back")
	}
	if len(wrong) > 0 {
		return fault.Invalid(wrong...)
	}
	return nil
}

// agreed is what both sides have of a deal, and agree to publish.
func agreed(d *maecenasv1.Deal) *maecenasv1.Deal {
	said := proto.CloneOf(d)
	said.ExternalIds, said.Published, said.Etag, said.UpdateTime = nil, false, "", nil
	return said
}

// knownBetween answers whether a record exists that only its subject's own people know
// of by its name, and the caller is one of them.
func knownBetween(e *record.Eyes, kind store.Kind, name string) error {
	if e.Caller.RoleOn(name) < auth.RoleViewer {
		return fault.NotFound(name)
	}
	if kind == store.KindOrganizationContact || kind == store.KindInvestorContact {
		return record.SubjectExists(e, resource.Subject(name))
	}
	if err := e.Get(name, kind.New()); err != nil {
		return fault.NotFound(name)
	}
	return nil
}
