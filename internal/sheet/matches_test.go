package sheet_test

import (
	"bytes"
	"strconv"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/sheet"
)

func TestARankingIsATable(t *testing.T) {
	t.Parallel()
	full := &maecenasv1.Match{
		Need: "organizations/a-a/needs/b-b", Mandate: "investors/c-c/mandates/d-d", Rank: 1, NeedTitle: "=HYPERLINK(1)",
		Eligibility: maecenasv1.Match_CONDITIONAL, Score: 6100, Potential: 9000, Fit: 6000, Confidence: proto.Int32(0),
		Terms: []*maecenasv1.MatchTerm{
			{Term: maecenasv1.MatchTerm_SECTOR, Score: 10000, Contribution: proto.Int32(6000)},
			{Term: maecenasv1.MatchTerm_ACTIVITY, Score: 1, Contribution: proto.Int32(100)},
			{Term: maecenasv1.MatchTerm_TEAM, Score: 5000},
		},
		Requirements: []*maecenasv1.RequirementResult{
			{Code: "PLACE_IN", Result: maecenasv1.RequirementResult_UNKNOWN},
			{Code: "SIZE_CLASS_IN", Result: maecenasv1.RequirementResult_FAIL},
			{Code: "LANGUAGE_IN", Result: maecenasv1.RequirementResult_UNKNOWN},
		},
		NearMiss: &maecenasv1.NearMiss{
			Requirement: &maecenasv1.RequirementResult{Code: "SIZE_CLASS_IN"}, Distance: proto.Int64(3), DistanceUnit: "DAYS",
		},
		Robustness: &maecenasv1.Robustness{Share: 9800},
	}
	var b bytes.Buffer
	if err := sheet.WriteMatches(&b, []*maecenasv1.Match{full, {Rank: 2}}, sheet.WriteOptions{Separator: ';'}); err != nil {
		t.Fatal(err)
	}
	rows := read(t, b.String(), sheet.ReadOptions{})
	if len(rows) != 3 {
		t.Fatalf("%d rows", len(rows))
	}
	cell := func(row int, column string) string {
		for i, name := range rows[0].Cells {
			if name == column {
				return rows[row].Cells[i]
			}
		}
		t.Errorf("no column %s", column)
		return ""
	}
	for column, want := range map[string]string{
		"rank": "1", "need": "organizations/a-a/needs/b-b", "needTitle": "=HYPERLINK(1)", "eligibility": "CONDITIONAL",
		"score": "6100", "confidence": "0", "contribution.SECTOR": "6000", "contribution.TEAM": "", "value.TEAM": "5000",
		"contribution.PLACE": "", "unknown": "PLACE_IN; LANGUAGE_IN", "failed": "SIZE_CLASS_IN",
		"nearMiss": "SIZE_CLASS_IN 3 DAYS", "robustness.share": "9800", "contested": "false",
	} {
		if got := cell(1, column); got != want {
			t.Errorf("%s is %q, want %q", column, got, want)
		}
	}
	if cell(2, "confidence") != "" || cell(2, "nearMiss") != "" || cell(2, "robustness.share") != "" {
		t.Errorf("what a match does not say is there: %q", rows[2].Cells)
	}
	sum := 0
	for i, name := range rows[0].Cells {
		if strings.HasPrefix(name, "contribution.") && rows[1].Cells[i] != "" {
			n, err := strconv.Atoi(rows[1].Cells[i])
			if err != nil {
				t.Fatal(err)
			}
			sum += n
		}
	}
	if strconv.Itoa(sum) != cell(1, "score") {
		t.Errorf("contributions sum to %d", sum)
	}
}
