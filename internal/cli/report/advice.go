package report

import (
	"fmt"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/cli/console"
)

// mostLifts is how many improvements of a match are written.
const mostLifts = 5

// kinds say what sort of effort an improvement asks.
var kinds = map[maecenasv1.Improvement_Kind]string{
	maecenasv1.Improvement_DO: "earn it", maecenasv1.Improvement_STATE: "answer it",
	maecenasv1.Improvement_SHOW: "disclose it", maecenasv1.Improvement_PROVE: "have it documented",
}

// Robustness writes how far weights can move before a match leaves the top.
func Robustness(c *console.Console, m *maecenasv1.Match) {
	r := m.GetRobustness()
	if r == nil {
		return
	}
	fmt.Fprintf(c.Out, "    %s: %s %% of 1000 draws of weights keep it in the first %d\n",
		Words(r.GetLabel()), Points(r.GetShare()), r.GetTop())
	if change := r.GetSmallestChange(); change != nil {
		fmt.Fprintf(c.Out, "    %s at %d ‰ in place of %d lets %s pass\n",
			Words(change.GetTerm()), change.GetNeededWeight(), change.GetWeight(), change.GetPassedBy())
	}
}

// Lifts writes the first of what would lift a match.
func Lifts(c *console.Console, m *maecenasv1.Match) error {
	list := m.GetImprovements()
	if len(list) == 0 {
		return nil
	}
	fmt.Fprintln(c.Out, "    What would lift it (exact gains; each by itself):")
	t := c.Table("    ")
	for _, one := range list[:min(mostLifts, len(list))] {
		change := orNothing(console.Plain(one.GetCurrent())) + " → " + console.Plain(one.GetProposed())
		ranks := ""
		if one.GetRankGain() != 0 {
			ranks = fmt.Sprintf("%+d ranks", one.GetRankGain())
		}
		t.Row(one.GetPath(), shorten(change, 48), c.Paint(console.Green, "+"+Points(one.GetGain())), ranks,
			lower(one.GetEligibility()), kinds[one.GetKind()])
	}
	if err := t.End(); err != nil {
		return err
	}
	if more := len(list) - mostLifts; more > 0 {
		fmt.Fprintf(c.Out, "      and %d more\n", more)
	}
	return nil
}

// Mixes writes sets of mandates that together cover a need.
func Mixes(c *console.Console, mixes []*maecenasv1.FinancingMix) error {
	if len(mixes) == 0 {
		fmt.Fprintln(c.Out, "  none covers it")
		return nil
	}
	for i, mix := range mixes {
		if i > 0 {
			fmt.Fprintln(c.Out)
		}
		fmt.Fprintf(c.Out, "  %s\n", c.Paint(console.Bold, fmt.Sprintf("%d. mean score %s, covers %d of %d %s", i+1,
			Points(mix.GetScore()), mix.GetCoveredAmount(), mix.GetNeededAmount(), mix.GetCurrencyCode())))
		t := c.Table("    ")
		if mix.GetSecuredAmount() > 0 {
			t.Row(right(fmt.Sprint(mix.GetSecuredAmount()), 9), "secured before", "", "", "")
		}
		for _, part := range mix.GetParts() {
			t.Row(right(fmt.Sprint(part.GetAmount()), 9), Words(part.GetInstrument()), shorten(console.Plain(part.GetInvestorDisplayName()), 28),
				shorten(console.Plain(part.GetMandateTitle()), 32), Points(part.GetScore())+", "+lower(part.GetEligibility())+", "+reasons(part.GetReasons()))
		}
		if err := t.End(); err != nil {
			return err
		}
	}
	return nil
}

func reasons(codes []string) string {
	text := ""
	for i, one := range codes {
		if i > 0 {
			text += "; "
		}
		text += lower(code(one))
	}
	return text
}
