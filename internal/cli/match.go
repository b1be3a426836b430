package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/app"
	"github.com/maecenas-cci/maecenas/internal/cli/console"
	"github.com/maecenas-cci/maecenas/internal/cli/data"
	"github.com/maecenas-cci/maecenas/internal/cli/report"
	"github.com/maecenas-cci/maecenas/internal/matchmaker"
	"github.com/maecenas-cci/maecenas/internal/resource"
	"github.com/maecenas-cci/maecenas/internal/sheet"
)

// matchQuestion is what the match command was asked.
type matchQuestion struct {
	name       string
	top        int32
	date       string
	filter     string
	nearMisses bool
	// lines adds how robust each place is, and of a need's matches what would lift
	// them: it is for the need's own people.
	lines bool
	side  report.Side
}

func newMatch(c *console.Console) *cobra.Command {
	var folder data.Folder
	var from data.Remote
	var question matchQuestion
	var asJSON, asCSV bool
	cmd := &cobra.Command{
		Use:   "match NAME",
		Short: "Rank needs for a mandate, or mandates for a need",
		Long: "Ranks needs for a mandate (investors/…/mandates/…), or mandates for a need (organizations/…/needs/…), " +
			"over the data folder, or over a running server with --server.",
		Example: "maecenas match investors/acme/mandates/seed --explain --top 3\n" +
			"maecenas match organizations/teatro/needs/tour --server 127.0.0.1:9090 --json",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := question.about(args[0]); err != nil {
				return err
			}
			if asCSV && (asJSON || question.lines) {
				return console.Usagef("--csv: a table has every term as columns; leave out --json and --explain")
			}
			ask := localMatches(folder)
			if from.Address != "" {
				ask = remoteMatches(c, from)
			}
			answer, matches, err := ask(cmd.Context(), question)
			if err != nil {
				return err
			}
			switch {
			case asJSON:
				return c.JSON(answer)
			case asCSV:
				return sheet.WriteMatches(c.Out, matches, sheet.WriteOptions{})
			}
			return showMatches(c, question, matches)
		},
	}
	data.Flag(c, cmd, &folder.Dir)
	from.Flags(cmd)
	flags := cmd.Flags()
	flags.Int32Var(&question.top, "top", 20, "how many matches, 1 to 1000")
	flags.StringVar(&question.date, "date", "", "the day asked, YYYY-MM-DD (today)")
	flags.StringVar(&question.filter, "filter", "", "AIP-160 filter, such as organization.place.country_code = \"IT\"")
	flags.BoolVar(&question.nearMisses, "near-misses", false, "those that fail exactly one requirement")
	flags.BoolVar(&question.lines, "explain", false, "show the lines that make up each score, how robust its place is, and for a need what would lift it")
	flags.BoolVar(&asJSON, "json", false, "show the API's JSON")
	flags.BoolVar(&asCSV, "csv", false, "show a table for spreadsheets, in hundredths of a point, a row for each match")
	return cmd
}

func (q *matchQuestion) about(name string) error {
	switch {
	case resource.Valid(resource.Mandate, name):
		q.side = report.Needs
	case resource.Valid(resource.Need, name):
		q.side = report.Mandates
	default:
		return console.Usagef("%q is neither a mandate, %s, nor a need, %s", name, resource.Mandate, resource.Need)
	}
	if q.top < 1 || q.top > 1000 {
		return console.Usagef("--top %d: takes 1 to 1000", q.top)
	}
	q.name = name
	return nil
}

// asker answers a question with the API's answer and the matches in it.
type asker func(context.Context, matchQuestion) (proto.Message, []*maecenasv1.Match, error)

func localMatches(folder data.Folder) asker {
	return func(ctx context.Context, q matchQuestion) (proto.Message, []*maecenasv1.Match, error) {
		a, end, err := folder.Open(ctx)
		if err != nil {
			return nil, nil, err
		}
		answer, err := q.ask(ctx, a)
		return answer, answer.GetMatches(), errors.Join(explain(err), end())
	}
}

// ask asks the use cases. Both directions answer alike, so one message serves.
func (q matchQuestion) ask(ctx context.Context, a *app.App) (*maecenasv1.MatchNeedsResponse, error) {
	rank := a.MatchNeeds
	if q.side == report.Mandates {
		rank = a.MatchMandates
	}
	ranked, err := rank(ctx, q.name, matchmaker.Ranking{
		Limit: int(q.top), Full: true, Filter: q.filter, NearMisses: q.nearMisses, Date: q.date, Robustness: q.lines,
	})
	if err != nil {
		return nil, err
	}
	for _, one := range ranked.Matches {
		if !q.lines || q.side != report.Mandates {
			break
		}
		explained, err := a.Explain(ctx, one.GetNeed(), one.GetMandate(), matchmaker.Ranking{Date: q.date, Improvements: true})
		if err != nil {
			return nil, err
		}
		one.Improvements = explained.Matches[0].GetImprovements()
	}
	return &maecenasv1.MatchNeedsResponse{
		Matches: ranked.Matches, DataRevision: ranked.Revision, RubricVersion: ranked.RubricVersion,
		PolicyVersion: ranked.PolicyVersion, AsOfDate: ranked.Date,
	}, nil
}

func remoteMatches(c *console.Console, from data.Remote) asker {
	return func(ctx context.Context, q matchQuestion) (proto.Message, []*maecenasv1.Match, error) {
		conn, err := from.Connect(c)
		if err != nil {
			return nil, nil, err
		}
		defer conn.Close()
		misses := maecenasv1.MatchView_NONE
		if q.nearMisses {
			misses = maecenasv1.MatchView_ONLY
		}
		client := maecenasv1.NewMatchServiceClient(conn)
		if q.side == report.Mandates {
			answer, err := client.MatchMandates(ctx, &maecenasv1.MatchMandatesRequest{
				Need: q.name, PageSize: q.top, Filter: q.filter, NearMisses: misses, AsOfDate: q.date, Robustness: q.lines,
			})
			if err == nil && q.lines {
				err = addImprovements(ctx, client, answer.GetMatches(), q.date)
			}
			return answer, answer.GetMatches(), remote(err)
		}
		answer, err := client.MatchNeeds(ctx, &maecenasv1.MatchNeedsRequest{
			Mandate: q.name, PageSize: q.top, Filter: q.filter, NearMisses: misses, AsOfDate: q.date, Robustness: q.lines,
		})
		return answer, answer.GetMatches(), remote(err)
	}
}

// addImprovements asks, match by match, what would lift it.
func addImprovements(ctx context.Context, client maecenasv1.MatchServiceClient, matches []*maecenasv1.Match, date string) error {
	for _, one := range matches {
		explained, err := client.ExplainMatch(ctx, &maecenasv1.ExplainMatchRequest{
			Need: one.GetNeed(), Mandate: one.GetMandate(), AsOfDate: date, Improvements: true,
		})
		if err != nil {
			return err
		}
		one.Improvements = explained.GetMatch().GetImprovements()
	}
	return nil
}

func showMatches(c *console.Console, q matchQuestion, matches []*maecenasv1.Match) error {
	switch {
	case q.nearMisses:
		for _, one := range matches {
			report.NearMiss(c, one, q.side)
			if err := report.Lifts(c, one); err != nil {
				return err
			}
		}
		if len(matches) == 0 {
			fmt.Fprintln(c.Out, "  none")
		}
		return nil
	case q.lines:
		for _, one := range matches {
			if err := report.Explanation(c, one, q.side); err != nil {
				return err
			}
			fmt.Fprintln(c.Out)
		}
		return nil
	default:
		return report.Ranking(c, matches, q.side)
	}
}
