package cli

import (
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/maecenas-cci/maecenas/internal/cli/console"
	"github.com/maecenas-cci/maecenas/internal/config"
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
