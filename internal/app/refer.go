package app

import (
	"fmt"
	"slices"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/introduction"
	"github.com/maecenas-cci/maecenas/internal/record"
)

// References to records that do not exist for who writes them are refused in the words
// for those that do not exist at all: else a reference would ask whether they do.
// What a record said before may stay.

// organizationRefers and mandateRefers check references that a file may make
// before what it refers to, and so only single writes are held to.
func organizationRefers(t *record.Tx, o *maecenasv1.Organization) error {
	old := &maecenasv1.Organization{}
	if err := fault.Optional(t.Get(o.GetName(), old)); err != nil {
		return err
	}
	eyes := t.Eyes()
	for i, funding := range o.GetPriorFunding() {
		name := funding.GetInvestor()
		said := slices.ContainsFunc(old.GetPriorFunding(), func(f *maecenasv1.PriorFunding) bool { return f.GetInvestor() == name })
		if name == "" || said {
			continue
		}
		if _, _, ok, err := eyes.InvestorOf(name); err != nil || !ok {
			return unless(err, fmt.Sprintf("organization.priorFunding[%d].investor", i), name)
		}
	}
	for i, name := range o.GetExcludedInvestors() {
		if slices.Contains(old.GetExcludedInvestors(), name) {
			continue
		}
		if _, _, ok, err := eyes.InvestorOf(name); err != nil || !ok {
			return unless(err, fmt.Sprintf("organization.excludedInvestors[%d]", i), name)
		}
	}
	return nil
}

func mandateRefers(t *record.Tx, m *maecenasv1.Mandate) error {
	old := &maecenasv1.Mandate{}
	if err := fault.Optional(t.Get(m.GetName(), old)); err != nil {
		return err
	}
	eyes := t.Eyes()
	for i, name := range m.GetIncompatibleMandates() {
		if slices.Contains(old.GetIncompatibleMandates(), name) {
			continue
		}
		other := &maecenasv1.Mandate{}
		err := fault.Optional(t.Get(name, other))
		shown := false
		if err == nil && other.GetName() != "" {
			_, shown, err = showMandate(eyes, other)
		}
		if err != nil || !shown {
			return unless(err, fmt.Sprintf("mandate.incompatibleMandates[%d]", i), name)
		}
	}
	return nil
}

// unless answers err, else REFERENCE_NOT_FOUND.
func unless(err error, field, name string) error {
	if err != nil {
		return err
	}
	return fault.ReferenceNotFound(field, name)
}

// settleDeal takes the snapshot of the organization that a deal names, so that
// the deal tells what was true when it was made. What an investor no longer publishes,
// it no longer agrees to publish.
func settleDeal(t *record.Tx, d *maecenasv1.Deal) error {
	old := &maecenasv1.Deal{}
	if err := fault.Optional(t.Get(d.GetName(), old)); err != nil {
		return err
	}
	if old.GetPublished() && !d.GetPublished() {
		if err := introduction.Unpublished(t, d.GetName()); err != nil {
			return err
		}
	}
	if d.GetOrganization() == "" {
		return nil
	}
	said := old.GetOrganization() == d.GetOrganization()
	o, _, ok, err := t.Eyes().OrganizationOf(d.GetOrganization())
	if err != nil || !ok && !said {
		return unless(err, "deal.organization", d.GetOrganization())
	}
	if d.GetSnapshot() == nil && ok {
		seen := auth.Investor.Profile(o)
		d.Snapshot = &maecenasv1.Deal_Snapshot{
			Place: seen.GetPlace(), Activities: seen.GetActivities(), CulturalDomains: seen.GetCulturalDomains(),
		}
	}
	return nil
}
