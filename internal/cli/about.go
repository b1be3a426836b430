package cli

// What the program is and how it is set: config and version.

import (
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	storagev1 "github.com/maecenas-cci/maecenas/gen/maecenas/storage/v1"
	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/assess"
	"github.com/maecenas-cci/maecenas/internal/buildinfo"
	"github.com/maecenas-cci/maecenas/internal/cli/console"
	"github.com/maecenas-cci/maecenas/internal/config"
	"github.com/maecenas-cci/maecenas/internal/match"
)

func newConfig(c *console.Console) *cobra.Command {
	var asJSON, asYAML bool
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Show every setting with its value and where it comes from",
		Long: "Shows every setting with its value and its origin: a flag goes before a variable, a variable " +
			"before the settings file, the file before the default. It takes the flags of serve, and tells " +
			"every problem that serve would have with them.",
		Example: "maecenas config\nmaecenas config --yaml > maecenas.yaml",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if asJSON && asYAML {
				return console.Usagef("--json and --yaml: take one of them")
			}
			_, values, problems := config.Load(config.Sources{Flags: cmd.Flags(), Env: c.Env})
			show := showTable
			switch {
			case asJSON:
				show = showJSON
			case asYAML:
				show = showYAML
			}
			if err := show(c, values); err != nil {
				return err
			}
			if problems != nil {
				return &console.Usage{Text: problems.Error()}
			}
			return nil
		},
	}
	config.AddFlags(cmd.Flags())
	cmd.Flags().BoolVar(&asJSON, "json", false, "show JSON")
	cmd.Flags().BoolVar(&asYAML, "yaml", false, "show a settings file")
	return cmd
}

func showTable(c *console.Console, values []config.Value) error {
	table := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "SETTING\tVALUE\tORIGIN\tVARIABLE\tMEANING")
	for _, v := range values {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", v.Name, orDash(v.Value), v.Origin, v.Env(), v.Help)
	}
	return table.Flush()
}

func showJSON(c *console.Console, values []config.Value) error {
	type shown struct {
		Name     string `json:"name"`
		Value    string `json:"value"`
		Default  string `json:"default"`
		Origin   string `json:"origin"`
		Variable string `json:"variable"`
		Help     string `json:"help"`
	}
	list := make([]shown, 0, len(values))
	for _, v := range values {
		list = append(list, shown{v.Name, v.Value, v.Default, v.Origin, v.Env(), v.Help})
	}
	return c.JSON(list)
}

func showYAML(c *console.Console, values []config.Value) error {
	var errs []error
	for _, v := range values {
		if v.InFile() {
			_, err := fmt.Fprintf(c.Out, "# %s%s.\n%s: %q\n", strings.ToUpper(v.Help[:1]), v.Help[1:], v.Name, v.Value)
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

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
