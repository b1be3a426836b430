package validate

import (
	"errors"
	"fmt"
	"strings"
	"time"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

// Audit collects what is wrong with a record beyond the schema's rules: codes
// that are in no list, and values that contradict each other. It writes codes in
// their canonical form into the record, which must be the caller's own copy.
type Audit struct {
	// Violations are what was found, in the order of the record's fields.
	Violations []Violation
}

func (a *Audit) add(field, reason, format string, args ...any) {
	a.Violations = append(a.Violations, Violation{Field: field, Reason: reason, Description: fmt.Sprintf(format, args...)})
}

func (a *Audit) code(field string, err error) {
	var wrong *taxonomy.CodeError
	if errors.As(err, &wrong) {
		a.add(field, "code_list", "%s %s: %s", wrong.List, Printable(wrong.Code), wrong.Reason)
		return
	}
	a.add(field, "code_list", "is in no code list")
}

func (a *Audit) currency(field string, code *string) {
	if *code == "" {
		return
	}
	currency, err := taxonomy.ParseCurrency(*code)
	if err != nil {
		a.code(field, err)
		return
	}
	*code = currency.Code
}

func (a *Audit) region(field, country string, code *string) {
	if *code == "" {
		return
	}
	region, err := taxonomy.ParseRegion(country, *code)
	if err != nil {
		a.code(field, err)
		return
	}
	*code = region.String()
}

func (a *Audit) country(field string, code *string) bool {
	if *code == "" {
		return false
	}
	country, err := taxonomy.ParseCountry(*code)
	if err != nil {
		a.code(field, err)
		return false
	}
	*code = string(country)
	return true
}

func (a *Audit) place(field string, p *maecenasv1.Place) {
	if p != nil && a.country(field+".countryCode", &p.CountryCode) {
		a.region(field+".regionCode", p.GetCountryCode(), &p.RegionCode)
	}
}

// activity checks one code; codes of a classification of one's own are taken as they are.
func (a *Audit) activity(field string, activity *maecenasv1.Activity) {
	var scheme taxonomy.Scheme
	switch activity.GetScheme() {
	case maecenasv1.Activity_NACE_2:
		scheme = taxonomy.NACE2
	case maecenasv1.Activity_NACE_2_1:
		scheme = taxonomy.NACE21
	default:
		return
	}
	class, err := taxonomy.ParseActivity(scheme, activity.GetCode())
	if err != nil {
		a.code(field+".code", err)
		return
	}
	activity.Code = class.String()
}

func (a *Audit) activities(field string, activities []*maecenasv1.Activity, shares bool) {
	var sum int64
	for i, activity := range activities {
		a.activity(fmt.Sprintf("%s[%d]", field, i), activity)
		sum += int64(activity.GetShareBp())
	}
	if shares && sum > 10000 {
		a.add(field, "shares", "have shares of %d basis points together; at most 10000", sum)
	}
}

func (a *Audit) amounts(field string, least, most *int64) {
	if least != nil && most != nil && *least > *most {
		a.add(field+"amountMin", "range", "is above amountMax")
	}
}

func (a *Audit) dates(field, earliest, latest, name string) {
	if earliest != "" && latest != "" && earliest > latest {
		a.add(field, "range", "is after %s", name)
	}
}

// externalIDs checks that none is there twice.
func (a *Audit) externalIDs(ids []*maecenasv1.ExternalId) {
	seen := map[[2]string]bool{}
	for i, id := range ids {
		key := [2]string{id.GetSystem(), id.GetId()}
		if seen[key] {
			a.add(fmt.Sprintf("externalIds[%d]", i), "unique", "is there twice")
		}
		seen[key] = true
	}
}

// web checks an address that people follow from a page: one of a script, or of a
// file of theirs, must not get there.
func (a *Audit) web(field, uri string) {
	scheme, _, _ := strings.Cut(uri, ":")
	if uri != "" && !strings.EqualFold(scheme, "http") && !strings.EqualFold(scheme, "https") {
		a.add(field, "uri_scheme", "must be an http or https address")
	}
}

// Organization checks an organization.
func (a *Audit) Organization(o *maecenasv1.Organization) {
	a.externalIDs(o.GetExternalIds())
	a.web("websiteUri", o.GetWebsiteUri())
	a.place("place", o.GetPlace())
	a.activities("activities", o.GetActivities(), true)
	a.Financials(o.GetFinancials())
	for i, funding := range o.GetPriorFunding() {
		field := fmt.Sprintf("priorFunding[%d]", i)
		a.currency(field+".currencyCode", &funding.CurrencyCode)
		if funding.GetAmount() > 0 && funding.GetCurrencyCode() == "" {
			a.add(field+".currencyCode", "required", "must be set beside an amount")
		}
		if funding.GetInvestor() != "" && !investorName(funding.GetInvestor()) {
			a.add(field+".investor", "resource_name", "must be a resource name like investors/{investor}")
		}
	}
	for i, aid := range o.GetStateAid() {
		a.country(fmt.Sprintf("stateAid[%d].countryCode", i), &aid.CountryCode)
	}
	a.contests(o.GetContests())
}

// Need checks a need.
func (a *Audit) Need(n *maecenasv1.Need) {
	if n.GetState() == maecenasv1.Need_STATE_UNSPECIFIED {
		n.State = maecenasv1.Need_DRAFT
	}
	a.externalIDs(n.GetExternalIds())
	a.currency("currencyCode", &n.CurrencyCode)
	a.amounts("", n.AmountMin, n.AmountMax)
}

// Mandate checks a mandate.
func (a *Audit) Mandate(m *maecenasv1.Mandate) {
	if m.GetState() == maecenasv1.Mandate_STATE_UNSPECIFIED {
		m.State = maecenasv1.Mandate_DRAFT
	}
	a.externalIDs(m.GetExternalIds())
	a.dates("openDate", m.GetOpenDate(), m.GetCloseDate(), "closeDate")
	if m.GetTimeZone() != "" {
		if _, err := time.LoadLocation(m.GetTimeZone()); err != nil || m.GetTimeZone() == "Local" {
			a.add("timeZone", "time_zone", "must be an IANA time zone such as Europe/Rome")
		}
	}
	for i, offer := range m.GetInstruments() {
		field := fmt.Sprintf("instruments[%d].", i)
		a.currency(field+"currencyCode", &offer.CurrencyCode)
		a.amounts(field, offer.AmountMin, offer.AmountMax)
		if (offer.AmountMin != nil || offer.AmountMax != nil) && offer.GetCurrencyCode() == "" {
			a.add(field+"currencyCode", "required", "must be set beside an amount")
		}
		a.web(field+"applicationUri", offer.GetApplicationUri())
	}
	if budget := m.GetBudget(); budget != nil {
		a.currency("budget.currencyCode", &budget.CurrencyCode)
		if budget.Total != nil && budget.Remaining != nil && budget.GetRemaining() > budget.GetTotal() {
			a.add("budget.remaining", "range", "is above budget.total")
		}
	}
	a.country("authorityCountryCode", &m.AuthorityCountryCode)
	a.Tuning(len(m.GetWeights()) > 0, len(m.GetWeightOrder()) > 0, m.GetPreferences())
	if all := countRequirements(m.GetRequirements()); all > maxRequirements {
		a.add("requirements", "size", "are %d with those in lists; at most %d", all, maxRequirements)
		return
	}
	for i, requirement := range m.GetRequirements() {
		a.requirement(fmt.Sprintf("requirements[%d]", i), requirement, 1)
	}
}

// Tuning checks how a mandate, or a request in its place, weighs and grades: by
// weights, or by the order that they follow from.
func (a *Audit) Tuning(weights, order bool, p *maecenasv1.Preferences) {
	if weights && order {
		a.add("weightOrder", "either", "stands in place of weights, not beside them")
	}
	a.preferences(p)
}

// Deal checks a deal.
func (a *Audit) Deal(d *maecenasv1.Deal) {
	if d.GetOrigin() == maecenasv1.Deal_ORIGIN_UNSPECIFIED {
		d.Origin = maecenasv1.Deal_DECLARED
	}
	a.externalIDs(d.GetExternalIds())
	if d.GetOrganization() == "" && d.GetSnapshot() == nil {
		a.add("organization", "required", "name the organization, or say in snapshot what it was")
	}
	a.place("snapshot.place", d.GetSnapshot().GetPlace())
	a.activities("snapshot.activities", d.GetSnapshot().GetActivities(), true)
	a.currency("currencyCode", &d.CurrencyCode)
	if d.Amount != nil && d.GetCurrencyCode() == "" {
		a.add("currencyCode", "required", "must be set beside an amount")
	}
}

// Investor checks an investor.
func (a *Audit) Investor(i *maecenasv1.Investor) {
	a.externalIDs(i.GetExternalIds())
	a.web("websiteUri", i.GetWebsiteUri())
	a.place("place", i.GetPlace())
}
