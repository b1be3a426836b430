package cli

// What the program is and how it is set: config and version.

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	storagev1 "github.com/maecenas-cci/maecenas/gen/maecenas/storage/v1"
	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/assess"
	"github.com/maecenas-cci/maecenas/internal/buildinfo"
	"github.com/maecenas-cci/maecenas/internal/cli/console"
	"github.com/maecenas-cci/maecenas/internal/config"
	"github.com/maecenas-cci/maecenas/internal/index/kernel"
	"github.com/maecenas-cci/maecenas/internal/match"
)

func newConfig(c *console.Console) *cobra.Command {
	var asJSON, asYAML bool
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Show every setting, its value and its origin",
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
	table := c.Table("")
	table.Row("SETTING", "VALUE", "ORIGIN", "VARIABLE", "MEANING")
	for _, v := range values {
		table.Row(v.Name, orDash(v.Value), v.Origin, v.Env(), v.Help)
	}
	return table.End()
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
		Short: "Show the versions of build, schema and rubric",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			v := versions{
				Info:   buildinfo.Get(),
				API:    string(maecenasv1.File_maecenas_v1_error_reason_proto.Package()),
				Store:  string(storagev1.File_maecenas_storage_v1_storage_proto.Package()),
				Rubric: assess.RubricVersion, Policy: match.PolicyVersion, Kernel: kernel.Chosen().Name(),
			}
			if asJSON {
				return c.JSON(v)
			}
			table := c.Table("")
			table.Row("maecenas", v.Version)
			table.Row("commit", orDash(v.ShortCommit()))
			table.Row("built with", v.Go+", "+v.Platform)
			table.Row("interface", v.API)
			table.Row("stored form", v.Store)
			table.Row("rubric", v.Rubric)
			table.Row("ranking policy", v.Policy)
			table.Row("index kernel", v.Kernel)
			return table.End()
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "show JSON")
	return cmd
}
