package report

import (
	"fmt"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/cli/console"
)

// Exposure writes whom rankings show, a table for each grouping.
func Exposure(c *console.Console, r *maecenasv1.ExposureReport) error {
	fmt.Fprintf(c.Out, "Top %d of %d open mandates on %s (revision %d, policy %s).\n",
		r.GetTop(), r.GetMandates(), r.GetAsOfDate(), r.GetDataRevision(), r.GetPolicyVersion())
	if len(r.GetCells()) == 0 {
		fmt.Fprintln(c.Out, "  there is no open need")
		return nil
	}
	cells := r.GetCells()
	for len(cells) > 0 {
		n := 1
		for n < len(cells) && cells[n].GetGrouping() == cells[0].GetGrouping() {
			n++
		}
		fmt.Fprintln(c.Out)
		Title(c, "By "+lower(cells[0].GetGrouping()))
		if err := exposureCells(c, cells[:n]); err != nil {
			return err
		}
		cells = cells[n:]
	}
	fmt.Fprintln(c.Out, "\nGATE: pairs that fail a must-have. UNKNOWN: pairs with an answer that is not known. SCORE: mean of the pairs\n"+
		"that do not fail. SELECTED: organizations in some top; RATIO: that over the group with the highest.\n"+
		"Groups of fewer than five organizations, and what would tell of them, are kept back (-).")
	return nil
}

func exposureCells(c *console.Console, cells []*maecenasv1.ExposureReport_Cell) error {
	t := c.Table("  ")
	t.Row("GROUP", "ORGANIZATIONS", "SHOWN", "PAIRS", "GATE", "UNKNOWN", "SCORE", "SELECTED", "RATIO")
	percent := func(hundredths int32) string { return right(Points(hundredths)+" %", 8) }
	for _, cell := range cells {
		if cell.GetSuppressed() {
			t.Row(cell.GetValue(), right("-", 13), right("-", 5), right("-", 5), right("-", 8), right("-", 8), right("-", 5), right("-", 8), right("-", 8))
			continue
		}
		t.Row(cell.GetValue(), right(fmt.Sprint(cell.GetOrganizations()), 13), right(fmt.Sprint(cell.GetShown()), 5), right(fmt.Sprint(cell.GetPairs()), 5),
			percent(cell.GetGateFailureRate()), percent(cell.GetUnknownRate()), right(Points(cell.GetMeanScore()), 5),
			percent(cell.GetSelectionRate()), percent(cell.GetSelectionRateRatio()))
	}
	return t.End()
}
