package report

import (
	"fmt"
	"time"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/cli/console"
)

// most is how many improvements and missing facts are shown.
const (
	mostImprovements = 3
	mostMissing      = 6
)

// Assessment writes an assessment dimension by dimension, with what is missing
// and what to improve first.
func Assessment(c *console.Console, a *maecenasv1.Assessment) error {
	fmt.Fprintf(c.Out, "  Score %s of 100, potential %s; readiness %d of 9",
		c.Paint(console.Bold, Points(a.GetScore())), Points(a.GetPotential()), a.GetReadiness())
	if a.Confidence != nil {
		fmt.Fprintf(c.Out, "; confidence %s %%", Points(a.GetConfidence()))
	}
	fmt.Fprintf(c.Out, "\n  Coverage %s %%, %s; rubric %s, on %s\n  The canvas is Strategyzer's, CC BY-SA 3.0\n\n",
		Points(a.GetCoverage()), lower(a.GetStatus()), a.GetRubricVersion(), a.GetAssessDate())
	if err := dimensions(c, a); err != nil {
		return err
	}
	if len(a.GetFlags()) > 0 {
		fmt.Fprintf(c.Out, "\n  %s %s\n", c.Paint(console.Yellow, "To know:"), enumWords(a.GetFlags()))
	}
	for _, contest := range a.GetContests() {
		fmt.Fprintf(c.Out, "\n  %s\n", contested(contest))
	}
	if next := a.GetNextReadiness(); next != nil {
		fmt.Fprintf(c.Out, "\n  Readiness level %d needs:\n", next.GetLevel())
		t := c.Table("  ")
		for _, gap := range next.GetLacks() {
			t.Row("- "+gap.GetPath(), gap.GetRequired(), "now "+orNothing(gap.GetActual()))
		}
		if err := t.End(); err != nil {
			return err
		}
	}
	return advice(c, a)
}

// contested is what an organization says of a figure that it contests.
func contested(contest *maecenasv1.Contest) string {
	what := "the assessment as a whole"
	if contest.GetDimension() != 0 {
		what = lower(contest.GetDimension())
	}
	return fmt.Sprintf("It contests %s: %s", what, console.Plain(contest.GetStatement()))
}

// overdue tells that a record should have been looked through by now.
func overdue(c *console.Console, what string, f *maecenasv1.Freshness) {
	if !f.GetOverdue() {
		return
	}
	verified := "never confirmed"
	if f.GetVerifiedTime() != nil {
		verified = "confirmed on " + f.GetVerifiedTime().AsTime().Format(time.DateOnly)
	}
	fmt.Fprintf(c.Out, "    the %s was to be looked through by %s, %s\n", what, f.GetReviewDueDate(), verified)
}

func lower(value fmt.Stringer) string {
	text := Words(value)
	return string(text[0]|0x20) + text[1:]
}

func orNothing(text string) string {
	if text == "" {
		return "not stated"
	}
	return text
}

func dimensions(c *console.Console, a *maecenasv1.Assessment) error {
	t := c.Table("  ")
	t.Row("DIMENSION", "WEIGHT", "   SCORE", "POTENTIAL", "CONTRIBUTES", "")
	for _, d := range a.GetDimensions() {
		if d.GetStatus() == maecenasv1.DimensionResult_NOT_APPLICABLE {
			t.Row(Words(d.GetDimension()), right(fmt.Sprint(d.GetWeight()), 6), right("-", 8), right("-", 9), right("-", 11), "does not apply")
			continue
		}
		known := bar(d.GetScore(), d.GetPotential())
		if d.GetStatus() == maecenasv1.DimensionResult_UNKNOWN {
			known = "not known"
		}
		t.Row(Words(d.GetDimension()), right(fmt.Sprint(d.GetWeight()), 6), right(Points(d.GetScore()), 8),
			right(Points(d.GetPotential()), 9), right(Points(d.GetContribution()), 11), known)
	}
	t.Row("Score", "", right(Points(a.GetScore()), 8), right(Points(a.GetPotential()), 9), right(Points(a.GetScore()), 11), "")
	return t.End()
}

// alone parts facts that are not stated into those whose answer can add something by
// itself, and those that count only beside others, such as one of two that are compared.
func alone(missing []*maecenasv1.MissingFact) (adding, together []*maecenasv1.MissingFact) {
	for _, fact := range missing {
		if fact.GetGainMax() == 0 && fact.GetGainMin() == 0 {
			together = append(together, fact)
		} else {
			adding = append(adding, fact)
		}
	}
	return adding, together
}

// advice writes what is not stated and what to improve.
func advice(c *console.Console, a *maecenasv1.Assessment) error {
	missing, together := alone(a.GetMissing())
	if len(missing) > 0 {
		fmt.Fprintf(c.Out, "\n  Not stated (what an answer adds by itself, at least and at most):\n")
		t := c.Table("  ")
		for _, fact := range missing[:min(mostMissing, len(missing))] {
			t.Row("- "+right("+"+Points(fact.GetGainMin()), 6), right("+"+Points(fact.GetGainMax()), 6), fact.GetPath())
		}
		if err := t.End(); err != nil {
			return err
		}
		if more := len(missing) - mostMissing; more > 0 {
			fmt.Fprintf(c.Out, "  and %d more\n", more)
		}
	}
	if len(together) > 0 {
		fmt.Fprintf(c.Out, "\n  Not stated, and adding nothing by itself, but together with other answers:\n")
		for _, fact := range together[:min(mostMissing, len(together))] {
			fmt.Fprintf(c.Out, "  - %s\n", fact.GetPath())
		}
		if more := len(together) - mostMissing; more > 0 {
			fmt.Fprintf(c.Out, "  and %d more\n", more)
		}
	}
	if improvements := a.GetImprovements(); len(improvements) > 0 {
		fmt.Fprintf(c.Out, "\n  Improve first (exact gain in score):\n")
		t := c.Table("  ")
		for i, one := range improvements[:min(mostImprovements, len(improvements))] {
			change := orNothing(one.GetCurrent()) + " → " + one.GetProposed()
			t.Row(fmt.Sprintf("%d. ", i+1)+c.Paint(console.Green, right("+"+Points(one.GetGain()), 6)), one.GetPath(), change, kinds[one.GetKind()])
		}
		return t.End()
	}
	return nil
}
