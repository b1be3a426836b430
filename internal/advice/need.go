package advice

import (
	"slices"
	"strconv"

	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// mostAmount is the largest amount that a record holds.
const mostAmount = 1_000_000_000_000

// need weighs the facts of the need.
func (a *adviser) need() {
	n := a.Facts.Need
	if n.GetStage() == maecenasv1.FundingStage_STAGE_UNSPECIFIED {
		var stages []string
		for s := maecenasv1.FundingStage_PRE_SEED; s <= maecenasv1.FundingStage_ESTABLISHED; s++ {
			stages = append(stages, s.String())
		}
		a.any(state("need.stage"), true, stages...)
	}
	if n.RoundNumber == nil {
		// From the fourth on, all count alike.
		a.any(state("need.roundNumber"), true, "1", "2", "3", "4")
	}
	a.amounts(n)
	a.secure(n)
}

func state(path string) change { return change{path: path, kind: maecenasv1.Improvement_STATE} }

// amounts weighs an end of the amount that is unset, or both at once.
func (a *adviser) amounts(n *maecenasv1.Need) {
	amounts := []int64{1, mostAmount}
	for _, o := range a.Mandate.GetInstruments() {
		for _, v := range []int64{o.GetAmountMin(), o.GetAmountMax()} {
			// Amounts in other currencies meet a range near their own number, or between.
			amounts = append(amounts, v, v/4, v/2, v*2)
		}
	}
	slices.Sort(amounts)
	var least, most, both []string
	for _, v := range slices.Compact(amounts) {
		if v < 1 || v > mostAmount {
			continue
		}
		text := strconv.FormatInt(v, 10)
		both = append(both, text)
		if v <= n.GetAmountMax() {
			least = append(least, text)
		}
		if v >= n.GetAmountMin() {
			most = append(most, text)
		}
	}
	switch {
	case n.AmountMin == nil && n.AmountMax == nil:
		c := state("need.amountMin")
		c.make = func(f *Facts, value string) error {
			if err := f.Put("need.amountMax", value); err != nil {
				return err
			}
			return f.Put("need.amountMin", value)
		}
		a.any(c, false, both...)
	case n.AmountMin == nil:
		a.any(state("need.amountMin"), false, least...)
	case n.AmountMax == nil:
		a.any(state("need.amountMax"), false, most...)
	}
}

// secure weighs more co-funding: the least that lifts the match.
func (a *adviser) secure(n *maecenasv1.Need) {
	total := int64(0)
	for _, s := range n.GetSecured() {
		total += s.GetAmount()
	}
	c := change{path: "need.secured", kind: maecenasv1.Improvement_DO, current: strconv.FormatInt(total, 10)}
	c.make = func(f *Facts, value string) error {
		whole, err := strconv.ParseInt(value, 10, 64)
		f.Need.Secured = append(f.Need.Secured, &maecenasv1.Need_Secured{Amount: whole - total})
		return err
	}
	enough := func(more int64) bool {
		o, ok := a.with(&c, strconv.FormatInt(total+more, 10))
		return ok && a.lifts(o)
	}
	if total > mostAmount || !enough(mostAmount) {
		return
	}
	low, high := int64(0), int64(mostAmount)
	for high-low > 1 {
		if middle := low + (high-low)/2; enough(middle) {
			high = middle
		} else {
			low = middle
		}
	}
	a.first(c, "", strconv.FormatInt(total+high, 10))
}

// disclosures weighs each group of facts that investors do not see.
func (a *adviser) disclosures() {
	shown := a.Facts.Organization.GetDisclosure()
	for _, group := range []struct {
		name string
		is   maecenasv1.Organization_Visibility
	}{
		{"canvas", shown.GetCanvas()}, {"traction", shown.GetTraction()}, {"financials", shown.GetFinancials()},
		{"team", shown.GetTeam()}, {"fundingHistory", shown.GetFundingHistory()}, {"terms", shown.GetTerms()},
	} {
		if group.is == maecenasv1.Organization_TO_INVESTORS {
			continue
		}
		c := change{
			path: "organization.disclosure." + group.name, kind: maecenasv1.Improvement_SHOW,
			current: maecenasv1.Organization_ON_INTRODUCTION.String(),
		}
		a.first(c, "", maecenasv1.Organization_TO_INVESTORS.String())
	}
}

// proofs weighs better evidence of a group of facts.
func (a *adviser) proofs() {
	o := a.Facts.Organization
	for _, group := range []struct {
		name     string
		facts    proto.Message
		evidence *maecenasv1.Evidence
	}{
		{"traction", o.GetTraction(), o.GetTraction().GetEvidence()},
		{"financials", o.GetFinancials(), o.GetFinancials().GetEvidence()},
		{"team", o.GetTeam(), o.GetTeam().GetEvidence()},
	} {
		if !group.facts.ProtoReflect().IsValid() {
			continue
		}
		c := change{path: "organization." + group.name + ".evidence.level", kind: maecenasv1.Improvement_PROVE}
		is := group.evidence.GetLevel()
		if is != 0 {
			c.current = is.String()
		}
		var better []string
		for level := max(is+1, maecenasv1.Evidence_DOCUMENTED); level <= maecenasv1.Evidence_THIRD_PARTY_VERIFIED; level++ {
			better = append(better, level.String())
		}
		a.first(c, "", better...)
	}
}
