package cli

import (
	"bufio"
	"errors"

	"github.com/spf13/cobra"

	"github.com/maecenas-cci/maecenas/internal/cli/console"
	"github.com/maecenas-cci/maecenas/internal/dataset"
)

func newExport(c *console.Console) *cobra.Command {
	var data folder
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Export everything as JSON lines",
		Long: "Writes every organization, canvas, need, investor, mandate and deal to standard output, a " +
			"maecenas.v1.Record a line, in an order in which they can be imported. Canvases are Strategyzer's, CC BY-SA 3.0.",
		Example: "maecenas export > all.jsonl\nmaecenas export --data-dir /srv/maecenas | gzip > all.jsonl.gz",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			a, end, err := data.open(cmd.Context())
			if err != nil {
				return err
			}
			out := bufio.NewWriter(c.Out)
			err = a.Export(cmd.Context(), dataset.NewWriter(out, dataset.WriteOptions{}).Write)
			return errors.Join(err, out.Flush(), end())
		},
	}
	dataFlag(c, cmd, &data.dir)
	return cmd
}
