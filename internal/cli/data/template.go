package data

import (
	"github.com/spf13/cobra"

	"github.com/maecenas-cci/maecenas/internal/cli/console"
	"github.com/maecenas-cci/maecenas/internal/dataset"
	"github.com/maecenas-cci/maecenas/internal/dataset/table"
)

// NewTemplate makes the command template.
func NewTemplate(c *console.Console) *cobra.Command {
	var sheets sheetFlags
	cmd := &cobra.Command{
		Use:   "template KIND",
		Short: "Write an empty CSV table of a kind that explains its columns",
		Long: "Writes the table of one kind (" + kindNames() + ") that import takes: the names of its columns, a " +
			"comment that explains each, and an invented record as an example, a comment too. Fill in rows below, and " +
			"leave out the columns that are not needed. Values of a list stand in one cell, separated by semicolons; an " +
			"empty cell is what is not known.",
		Example:   "maecenas template organizations > organizations.csv\nmaecenas template needs --separator semicolon --bom > needs.csv",
		Args:      cobra.ExactArgs(1),
		ValidArgs: validKinds(),
		RunE: func(_ *cobra.Command, args []string) error {
			kind := dataset.ParseKind(args[0])
			if kind == dataset.KindNone {
				return console.Usagef("there is no table of %q: it is one of %s", args[0], kindNames())
			}
			options, err := sheets.options()
			if err != nil {
				return err
			}
			return table.WriteTemplate(c.Out, kind, options)
		},
	}
	sheets.add(cmd)
	return cmd
}

func validKinds() []string {
	var names []string
	for _, kind := range dataset.Kinds() {
		names = append(names, kind.Plural())
	}
	return names
}
