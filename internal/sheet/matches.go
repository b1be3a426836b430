package sheet

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// column is one column of a ranking.
type column struct {
	name string
	cell func(*maecenasv1.Match) string
}

// WriteMatches writes a ranking as a table: a header and a row for each match,
// in the order given. Columns have the names that the API's JSON has, and its
// units: score, potential, fit and contributions in hundredths of a point,
// values of terms and confidence in hundredths of a percent. contribution.X
// over all terms X sum to score. A cell is empty where the match does not say,
// so in the BASIC view and for what the reader may not see.
func WriteMatches(out io.Writer, matches []*maecenasv1.Match, o WriteOptions) error {
	w, err := NewWriter(out, o)
	if err != nil {
		return err
	}
	columns := matchColumns()
	cells := make([]string, len(columns))
	for i, c := range columns {
		cells[i] = c.name
	}
	if err := w.Write(cells...); err != nil {
		return err
	}
	for _, match := range matches {
		for i, c := range columns {
			cells[i] = c.cell(match)
		}
		if err := w.Write(cells...); err != nil {
			return err
		}
	}
	return w.Flush()
}

func matchColumns() []column {
	columns := []column{
		{"rank", func(m *maecenasv1.Match) string { return number(m.GetRank()) }},
		{"need", (*maecenasv1.Match).GetNeed},
		{"needTitle", (*maecenasv1.Match).GetNeedTitle},
		{"organizationDisplayName", (*maecenasv1.Match).GetOrganizationDisplayName},
		{"mandate", (*maecenasv1.Match).GetMandate},
		{"mandateTitle", (*maecenasv1.Match).GetMandateTitle},
		{"investorDisplayName", (*maecenasv1.Match).GetInvestorDisplayName},
		{"closeDate", (*maecenasv1.Match).GetCloseDate},
		{"eligibility", func(m *maecenasv1.Match) string { return m.GetEligibility().String() }},
		{"score", func(m *maecenasv1.Match) string { return number(m.GetScore()) }},
		{"potential", func(m *maecenasv1.Match) string { return number(m.GetPotential()) }},
		{"fit", func(m *maecenasv1.Match) string { return number(m.GetFit()) }},
		{"confidence", func(m *maecenasv1.Match) string { return optional(m.Confidence) }},
	}
	columns = append(columns, termColumns()...)
	return append(columns,
		column{"failed", func(m *maecenasv1.Match) string { return answered(m, maecenasv1.RequirementResult_FAIL) }},
		column{"unknown", func(m *maecenasv1.Match) string { return answered(m, maecenasv1.RequirementResult_UNKNOWN) }},
		column{"nearMiss", nearMiss},
		column{"robustness.share", func(m *maecenasv1.Match) string {
			if m.GetRobustness() == nil {
				return ""
			}
			return number(m.GetRobustness().GetShare())
		}},
		column{"contested", func(m *maecenasv1.Match) string { return strconv.FormatBool(m.GetContested()) }},
	)
}

// termColumns are the contributions of all terms, in the policy's order, and
// then their values.
func termColumns() []column {
	var contributions, values []column
	terms := maecenasv1.MatchTerm_TERM_UNSPECIFIED.Descriptor().Values()
	for i := range terms.Len() {
		term := maecenasv1.MatchTerm_Term(terms.Get(i).Number())
		if term == maecenasv1.MatchTerm_TERM_UNSPECIFIED {
			continue
		}
		contributions = append(contributions, column{"contribution." + term.String(), func(m *maecenasv1.Match) string {
			if line := lineOf(m, term); line != nil {
				return optional(line.Contribution)
			}
			return ""
		}})
		values = append(values, column{"value." + term.String(), func(m *maecenasv1.Match) string {
			if line := lineOf(m, term); line != nil {
				return number(line.GetScore())
			}
			return ""
		}})
	}
	return append(contributions, values...)
}

func lineOf(m *maecenasv1.Match, term maecenasv1.MatchTerm_Term) *maecenasv1.MatchTerm {
	for _, line := range m.GetTerms() {
		if line.GetTerm() == term {
			return line
		}
	}
	return nil
}

// answered lists the requirements with an answer, by code.
func answered(m *maecenasv1.Match, result maecenasv1.RequirementResult_Result) string {
	var codes []string
	for _, r := range m.GetRequirements() {
		if r.GetResult() == result {
			codes = append(codes, r.GetCode())
		}
	}
	return Join(codes)
}

// nearMiss says what a near-miss fails and how far it is from passing, such as
// FOUNDED_BETWEEN 30 DAYS.
func nearMiss(m *maecenasv1.Match) string {
	miss := m.GetNearMiss()
	if miss == nil {
		return ""
	}
	text := miss.GetRequirement().GetCode()
	if miss.Distance != nil {
		text += fmt.Sprintf(" %d %s", miss.GetDistance(), miss.GetDistanceUnit())
	}
	return strings.TrimSpace(text)
}

func number(n int32) string { return strconv.FormatInt(int64(n), 10) }

func optional(n *int32) string {
	if n == nil {
		return ""
	}
	return number(*n)
}
