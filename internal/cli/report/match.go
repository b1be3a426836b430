package report

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

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
	t := wide(c, matches, side)
	if !t.Fits() {
		t = narrow(c, matches, side)
	}
	if err := t.End(); err != nil {
		return err
	}
	if slices.ContainsFunc(matches, func(m *maecenasv1.Match) bool { return m.GetEligibility() == maecenasv1.Match_CONDITIONAL }) {
		fmt.Fprintln(c.Out, "  if: eligible if what a must-have asks, and is not known, turns out to be so; the explanation names it")
	}
	return nil
}

// wide is a ranking with everything in columns.
func wide(c *console.Console, matches []*maecenasv1.Match, side Side) *console.Table {
	t := c.Table("  ")
	head := []string{"RANK", "SCORE", "POTENTIAL", "  FIT", "ELIGIBLE", "WHO", "WHAT", "NAME"}
	if side == Mandates {
		head = slices.Insert(head, 5, "CLOSES")
	}
	t.Row(head...)
	for _, m := range matches {
		who, what, resource := side.name(m)
		cells := append(figures(m), shorten(who, 32), shorten(what, 40), resource)
		if side == Mandates {
			cells = slices.Insert(cells, 5, orDash(m.GetCloseDate()))
		}
		t.Row(cells...)
	}
	return t
}

// narrow is a ranking whose names stand below the figures.
func narrow(c *console.Console, matches []*maecenasv1.Match, side Side) *console.Table {
	t := c.Table("  ")
	t.Row("RANK", "SCORE", "POTENTIAL", "  FIT", "ELIGIBLE", "WHO, WHAT, NAME")
	for _, m := range matches {
		who, what, resource := side.name(m)
		title := who + " — " + what
		if side == Mandates && m.GetCloseDate() != "" {
			title += ", closes " + m.GetCloseDate()
		}
		t.Row(append(figures(m), title)...)
		t.Row("      " + resource)
	}
	return t
}

func figures(m *maecenasv1.Match) []string {
	return []string{
		right(fmt.Sprint(m.GetRank()), 4), right(Points(m.GetScore()), 5), right(Points(m.GetPotential()), 9),
		right(Points(m.GetFit()), 5), eligible(m),
	}
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
	title(c, head, "("+resource+")")
	fmt.Fprintf(c.Out, "  score %s, potential %s, %s\n", Points(m.GetScore()), Points(m.GetPotential()), lower(m.GetEligibility()))
	t := c.Table("  ")
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
		t.Row("  "+right(contribution, 5), "= "+right(weight, 3)+" ‰ ×", Words(term.GetTerm()), value, why(term.GetReason()))
	}
	if err := t.End(); err != nil {
		return err
	}
	for _, requirement := range m.GetRequirements() {
		// What a combination is made of can fail while the combination holds.
		top := !strings.Contains(requirement.GetPath(), ".")
		if top && requirement.GetResult() != maecenasv1.RequirementResult_PASS {
			c.Line("    ", Requirement(c, requirement))
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
	title(c, who+" — "+what, fmt.Sprintf("(%s), score %s if it passed", resource, Points(m.GetScore())))
	c.Line("    ", Requirement(c, m.GetNearMiss().GetRequirement()))
	if miss := m.GetNearMiss(); miss != nil && miss.Distance != nil {
		fmt.Fprintf(c.Out, "    %s away\n", distance(miss))
	}
}

// distance is how far a near miss is, in words.
func distance(miss *maecenasv1.NearMiss) string {
	unit := console.Plain(miss.GetDistanceUnit())
	if len(unit) == 3 {
		return fmt.Sprintf("%d %s", miss.GetDistance(), unit) // a currency
	}
	unit = strings.ToLower(strings.ReplaceAll(unit, "_", " "))
	if miss.GetDistance() == 1 {
		unit = strings.TrimSuffix(unit, "s")
	}
	return fmt.Sprintf("%d %s", miss.GetDistance(), unit)
}

// title writes a heading with what belongs to it: on the same line, or on the
// next one where a terminal has no room.
func title(c *console.Console, head, rest string) {
	width, painted := c.Width(), c.Paint(console.Bold, head)
	if width == 0 || utf8.RuneCountInString("  "+head+" "+rest) <= width {
		fmt.Fprintf(c.Out, "  %s %s\n", painted, rest)
		return
	}
	fmt.Fprintf(c.Out, "  %s\n", painted)
	c.Line("  ", rest)
}
