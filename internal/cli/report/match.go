package report

import (
	"fmt"
	"strings"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/cli/console"
)

// Side is which side of a match is named: the other one is who asks.
type Side int

// The sides.
const (
	// Needs names needs, for a mandate.
	Needs Side = iota
	// Mandates names mandates, for a need.
	Mandates
)

func (s Side) name(m *maecenasv1.Match) (who, what, resource string) {
	if s == Mandates {
		return console.Plain(m.GetInvestorDisplayName()), console.Plain(m.GetMandateTitle()), m.GetMandate()
	}
	return console.Plain(m.GetOrganizationDisplayName()), console.Plain(m.GetNeedTitle()), m.GetNeed()
}

// Ranking writes matches as one table, a match a row.
func Ranking(c *console.Console, matches []*maecenasv1.Match, side Side) error {
	if len(matches) == 0 {
		fmt.Fprintln(c.Out, "  none")
		return nil
	}
	t := newTable(c)
	head := []string{"RANK", "SCORE", "POTENTIAL", "FIT", "ELIGIBLE", "WHO", "WHAT", "NAME"}
	if side == Mandates {
		head = append(head, "CLOSES")
	}
	t.row(head...)
	for _, m := range matches {
		who, what, resource := side.name(m)
		cells := []string{
			right(fmt.Sprint(m.GetRank()), 4), right(Points(m.GetScore()), 5), right(Points(m.GetPotential()), 9), Points(m.GetFit()),
			eligible(m), shorten(who, 32), shorten(what, 40), resource,
		}
		if side == Mandates {
			cells = append(cells, orDash(m.GetCloseDate()))
		}
		t.row(cells...)
	}
	return t.end()
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

func eligible(m *maecenasv1.Match) string {
	switch m.GetEligibility() {
	case maecenasv1.Match_ELIGIBLE:
		return "yes"
	case maecenasv1.Match_CONDITIONAL:
		return "if"
	default:
		return "no"
	}
}

// Explanation writes the lines that make up a match's score, the requirements that
// are not met or not known, and where they were asked for how robust its place is
// and what would lift it.
func Explanation(c *console.Console, m *maecenasv1.Match, side Side) error {
	who, what, resource := side.name(m)
	head := fmt.Sprintf("%s — %s", who, what)
	if m.GetRank() > 0 {
		head = fmt.Sprintf("%d. %s", m.GetRank(), head)
	}
	fmt.Fprintf(c.Out, "  %s (%s)\n", c.Paint(console.Bold, head), resource)
	fmt.Fprintf(c.Out, "  score %s, potential %s, %s\n", Points(m.GetScore()), Points(m.GetPotential()), lower(m.GetEligibility()))
	t := newTable(c)
	for _, term := range m.GetTerms() {
		if term.Contribution != nil && term.GetContribution() == 0 && term.GetWeight() == 0 {
			continue
		}
		value := Points(term.GetScore())
		if term.GetPotential() != term.GetScore() {
			value += " to " + Points(term.GetPotential())
		}
		contribution, weight := "-", "-"
		if term.Contribution != nil {
			contribution, weight = Points(term.GetContribution()), fmt.Sprint(term.GetWeight())
		}
		t.row("  "+right(contribution, 5), "= "+right(weight, 3)+" ‰ ×", Words(term.GetTerm()), value, why(term.GetReason()))
	}
	if err := t.end(); err != nil {
		return err
	}
	for _, requirement := range m.GetRequirements() {
		// What a combination is made of can fail while the combination holds.
		top := !strings.Contains(requirement.GetPath(), ".")
		if top && requirement.GetResult() != maecenasv1.RequirementResult_PASS {
			fmt.Fprintln(c.Out, "    "+Requirement(c, requirement))
		}
	}
	for _, contest := range m.GetContests() {
		fmt.Fprintln(c.Out, "    "+contested(contest))
	}
	overdue(c, "organization", m.GetOrganizationFreshness())
	overdue(c, "mandate", m.GetMandateFreshness())
	Robustness(c, m)
	return Lifts(c, m)
}

func why(r *maecenasv1.MatchTerm_Reason) string {
	text := strings.ToLower(strings.ReplaceAll(r.GetCode(), "_", " "))
	if r.GetOrganization() != "" {
		text += "; has " + shorten(console.Plain(r.GetOrganization()), 48)
	}
	if r.GetInvestor() != "" {
		text += "; wishes " + shorten(console.Plain(r.GetInvestor()), 48)
	}
	return text
}

// Requirement writes a requirement with both sides' values.
func Requirement(c *console.Console, r *maecenasv1.RequirementResult) string {
	mark := c.Paint(console.Yellow, "open")
	if r.GetResult() == maecenasv1.RequirementResult_FAIL {
		mark = c.Paint(console.Red, "fails")
	}
	name := console.Plain(r.GetTitle())
	if name == "" {
		name = Words(code(r.GetCode()))
	}
	return fmt.Sprintf("%s: %s: asked %s, is %s", mark, name, orDash(console.Plain(r.GetRequired())), orNothing(console.Plain(r.GetActual())))
}

// code is a stable word.
type code string

func (c code) String() string { return string(c) }

// NearMiss writes who fails exactly one requirement, which, and by how far.
func NearMiss(c *console.Console, m *maecenasv1.Match, side Side) {
	who, what, resource := side.name(m)
	fmt.Fprintf(c.Out, "  %s (%s), score %s if it passed\n", c.Paint(console.Bold, who+" — "+what), resource, Points(m.GetScore()))
	fmt.Fprintln(c.Out, "    "+Requirement(c, m.GetNearMiss().GetRequirement()))
	if miss := m.GetNearMiss(); miss != nil && miss.Distance != nil {
		fmt.Fprintf(c.Out, "    %d %s away\n", miss.GetDistance(), strings.ToLower(strings.ReplaceAll(miss.GetDistanceUnit(), "_", " ")))
	}
}
