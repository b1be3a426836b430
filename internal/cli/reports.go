package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/app"
	"github.com/maecenas-cci/maecenas/internal/cli/console"
	"github.com/maecenas-cci/maecenas/internal/cli/data"
	"github.com/maecenas-cci/maecenas/internal/cli/report"
)

// newReport has the reports on the whole installation.
func newReport(c *console.Console) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "report",
		Short: "Report on the whole installation",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newExposure(c))
	return cmd
}

func newExposure(c *console.Console) *cobra.Command {
	var folder data.Folder
	var from data.Remote
	var date string
	var top int32
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "exposure",
		Short: "Whom rankings show, by region, domain, size class and legal form",
		Long: "Replays the top of every published, open mandate and tells by group of organizations how often they are shown, fail a " +
			"must-have or are unknown, their mean score, and how their selection rate compares. Groups of fewer than five " +
			"organizations are kept back. Over the data folder, or over a running server with --server.",
		Example: "maecenas report exposure\nmaecenas report exposure --top 10 --server 127.0.0.1:9090 --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if top < 1 || top > 100 {
				return console.Usagef("--top %d: takes 1 to 100", top)
			}
			ask := localExposure(folder)
			if from.Address != "" {
				ask = remoteExposure(c, from)
			}
			answer, err := ask(cmd.Context(), &maecenasv1.GetExposureReportRequest{Top: top, AsOfDate: date})
			if err != nil {
				return err
			}
			if asJSON {
				return c.JSON(answer)
			}
			return report.Exposure(c, answer)
		},
	}
	data.Flag(c, cmd, &folder.Dir)
	from.Flags(cmd)
	flags := cmd.Flags()
	flags.Int32Var(&top, "top", 20, "how many matches of each mandate are its top, 1 to 100")
	flags.StringVar(&date, "date", "", "the day asked, YYYY-MM-DD (today)")
	flags.BoolVar(&asJSON, "json", false, "show the API's JSON")
	return cmd
}

type exposureAsker func(context.Context, *maecenasv1.GetExposureReportRequest) (*maecenasv1.ExposureReport, error)

func localExposure(folder data.Folder) exposureAsker {
	return func(ctx context.Context, q *maecenasv1.GetExposureReportRequest) (*maecenasv1.ExposureReport, error) {
		a, end, err := folder.Open(ctx)
		if err != nil {
			return nil, err
		}
		answer, err := a.Exposure(ctx, app.ExposureQuery{Top: int(q.GetTop()), Date: q.GetAsOfDate()})
		return answer, errors.Join(explain(err), end())
	}
}

func remoteExposure(c *console.Console, from data.Remote) exposureAsker {
	return func(ctx context.Context, q *maecenasv1.GetExposureReportRequest) (*maecenasv1.ExposureReport, error) {
		conn, err := from.Connect(c)
		if err != nil {
			return nil, err
		}
		defer conn.Close()
		answer, err := maecenasv1.NewReportServiceClient(conn).GetExposureReport(ctx, q)
		return answer, remote(err)
	}
}
