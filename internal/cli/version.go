package cli

import (
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	storagev1 "github.com/maecenas-cci/maecenas/gen/maecenas/storage/v1"
	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/assess"
	"github.com/maecenas-cci/maecenas/internal/buildinfo"
	"github.com/maecenas-cci/maecenas/internal/cli/console"
	"github.com/maecenas-cci/maecenas/internal/match"
)

// versions are all versions that tell what a program computes and reads.
type versions struct {
	buildinfo.Info
	API    string `json:"api"`
	Store  string `json:"storedForm"`
	Rubric string `json:"rubric"`
	Policy string `json:"policy"`
	Kernel string `json:"kernel"`
}

func newVersion(c *console.Console) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Show the versions of build, schema, rubric and ranking policy",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			v := versions{
				Info:   buildinfo.Get(),
				API:    string(maecenasv1.File_maecenas_v1_error_reason_proto.Package()),
				Store:  string(storagev1.File_maecenas_storage_v1_storage_proto.Package()),
				Rubric: assess.RubricVersion, Policy: match.PolicyVersion, Kernel: "scalar",
			}
			if asJSON {
				return c.JSON(v)
			}
			table := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', 0)
			fmt.Fprintf(table, "maecenas\t%s\n", v.Version)
			fmt.Fprintf(table, "commit\t%s\n", orDash(v.ShortCommit()))
			fmt.Fprintf(table, "built with\t%s, %s\n", v.Go, v.Platform)
			fmt.Fprintf(table, "interface\t%s\n", v.API)
			fmt.Fprintf(table, "stored form\t%s\n", v.Store)
			fmt.Fprintf(table, "rubric\t%s\n", v.Rubric)
			fmt.Fprintf(table, "ranking policy\t%s\n", v.Policy)
			fmt.Fprintf(table, "index kernel\t%s\n", v.Kernel)
			return table.Flush()
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "show JSON")
	return cmd
}
