package report_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode"

	"google.golang.org/protobuf/types/known/timestamppb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/cli/console"
	"github.com/maecenas-cci/maecenas/internal/cli/report"
)

// TestTextsOfOthers holds that no name that somebody gave itself steers the
// terminal of whoever reads a ranking.
func TestTextsOfOthers(t *testing.T) {
	t.Parallel()
	const hostile = "A\x1b[31m\x1b]0;owned\a\r\nB\u009b2J"
	requirement := &maecenasv1.RequirementResult{Title: hostile, Required: hostile, Actual: hostile, Result: maecenasv1.RequirementResult_FAIL}
	m := &maecenasv1.Match{
		Need: "organizations/a/needs/b", OrganizationDisplayName: hostile, NeedTitle: hostile,
		Mandate: "investors/a/mandates/b", InvestorDisplayName: hostile, MandateTitle: hostile,
		Terms: []*maecenasv1.MatchTerm{{
			Term: maecenasv1.MatchTerm_PLACE, Weight: new(int32), Contribution: new(int32), Score: 1,
			Reason: &maecenasv1.MatchTerm_Reason{Code: "PLACE", Organization: hostile, Investor: hostile},
		}},
		Requirements:     []*maecenasv1.RequirementResult{requirement},
		NearMiss:         &maecenasv1.NearMiss{Requirement: requirement},
		Contests:         []*maecenasv1.Contest{{Statement: hostile}},
		MandateFreshness: &maecenasv1.Freshness{ReviewDueDate: "2026-11-23", Overdue: true},
	}
	*m.Terms[0].Weight = 1
	var out bytes.Buffer
	c := &console.Console{Out: &out}
	for _, side := range []report.Side{report.Needs, report.Mandates} {
		if err := report.Ranking(c, []*maecenasv1.Match{m}, side); err != nil {
			t.Fatal(err)
		}
		if err := report.Explanation(c, m, side); err != nil {
			t.Fatal(err)
		}
		report.NearMiss(c, m, side)
	}
	report.Title(c, hostile)
	steers := func(r rune) bool { return unicode.IsControl(r) && r != '\n' }
	if at := strings.IndexFunc(out.String(), steers); at >= 0 {
		t.Errorf("control character at %d of %q", at, out.String())
	}
	if lines := strings.Count(out.String(), "\n"); lines != 21 {
		t.Errorf("%d lines, so that a name can write some of its own:\n%q", lines, out.String())
	}
}

// TestContestedAndOverdue: an explanation tells what the organization contests, and which
// side has not looked its record through.
func TestContestedAndOverdue(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	c := &console.Console{Out: &out}
	contests := []*maecenasv1.Contest{{Dimension: maecenasv1.Assessment_FINANCIAL_RUNWAY, Statement: "The grant is confirmed."}}
	verified := timestamppb.New(time.Date(2025, time.November, 1, 0, 0, 0, 0, time.UTC))
	err := errors.Join(
		report.Explanation(c, &maecenasv1.Match{
			Contests:              contests,
			OrganizationFreshness: &maecenasv1.Freshness{VerifiedTime: verified, ReviewDueDate: "2026-11-01", Overdue: true},
			MandateFreshness:      &maecenasv1.Freshness{ReviewDueDate: "2027-11-01"},
		}, report.Needs),
		report.Assessment(c, &maecenasv1.Assessment{Contests: contests}),
	)
	if err != nil {
		t.Fatal(err)
	}
	text := out.String()
	if strings.Count(text, "contests financial runway: The grant is confirmed.") != 2 ||
		!strings.Contains(text, "the organization was to be looked through by 2026-11-01, confirmed on 2025-11-01") ||
		strings.Contains(text, "the mandate was to be") {
		t.Error(text)
	}
}
