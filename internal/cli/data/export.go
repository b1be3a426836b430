package data

import (
	"bufio"
	"errors"
	"io"
	"strings"

	"github.com/spf13/cobra"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/cli/console"
	"github.com/maecenas-cci/maecenas/internal/dataset"
	"github.com/maecenas-cci/maecenas/internal/dataset/table"
	"github.com/maecenas-cci/maecenas/internal/sheet"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// NewExport makes the command export.
func NewExport(c *console.Console) *cobra.Command {
	var data Folder
	var format, kind string
	var sheets sheetFlags
	var subject string
	var from Remote
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Export everything, or one kind as CSV, in a form that can be imported again",
		Long: "Writes every exchange rate, organization, canvas, need, investor, mandate and deal to standard output, a " +
			"maecenas.v1.Record a line, in an order in which they can be imported; with --kind those of one kind, and " +
			"with --format csv as a table of which maecenas template explains the columns. Canvases are " +
			"Strategyzer's, CC BY-SA 3.0.\n\nWith --subject it writes, in place of that, everything about one organization, investor " +
			"or account as a ZIP file: what people have a right to get.",
		Example: "maecenas export > all.jsonl\nmaecenas export --data-dir /srv/maecenas | gzip > all.jsonl.gz\n" +
			"maecenas export --format csv --kind needs > needs.csv\nmaecenas export --subject organizations/teatro > teatro.zip",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			out := bufio.NewWriter(c.Out)
			if err := oneOf(cmd, &from); err != nil {
				return err
			}
			if subject != "" {
				if console.IsTerminal(c.Out) {
					return console.Usagef("--subject: a ZIP file is not for a terminal; write it to a file, as by > subject.zip")
				}
				return errors.Join(archive(cmd.Context(), c, data, &from, subject, out), out.Flush())
			}
			if from.Address != "" {
				return console.Usagef("--server: a server exports one subject; name it with --subject")
			}
			to, kinds, err := exportTo(out, format, kind, sheets)
			if err != nil {
				return err
			}
			a, end, err := data.Open(cmd.Context())
			if err != nil {
				return err
			}
			err = a.Export(cmd.Context(), to.write, kinds...)
			return errors.Join(err, to.flush(), out.Flush(), end())
		},
	}
	Flag(c, cmd, &data.Dir)
	cmd.Flags().StringVar(&format, "format", "jsonl", "jsonl or csv")
	cmd.Flags().StringVar(&kind, "kind", "", "one kind: "+kindNames())
	cmd.Flags().StringVar(&subject, "subject", "", "everything about one organization, investor or account, as a ZIP file")
	from.Flags(cmd)
	sheets.add(cmd)
	return cmd
}

// exportTarget is where an export is written.
type exportTarget struct {
	write func(*maecenasv1.Record) error
	flush func() error
}

// storeKinds are the kinds as the store names them.
var storeKinds = map[dataset.Kind]store.Kind{
	dataset.KindExchangeRates: store.KindExchangeRates, dataset.KindOrganization: store.KindOrganization,
	dataset.KindCanvas: store.KindCanvas, dataset.KindNeed: store.KindNeed, dataset.KindInvestor: store.KindInvestor,
	dataset.KindMandate: store.KindMandate, dataset.KindDeal: store.KindDeal,
}

func exportTo(out io.Writer, format, kindName string, sheets sheetFlags) (exportTarget, []store.Kind, error) {
	var kinds []store.Kind
	kind := dataset.ParseKind(kindName)
	if kindName != "" {
		if kind == dataset.KindNone {
			return exportTarget{}, nil, console.Usagef("--kind %s: takes one of %s", kindName, kindNames())
		}
		kinds = append(kinds, storeKinds[kind])
	}
	switch format {
	case "jsonl":
		lines := dataset.NewWriter(out, dataset.WriteOptions{})
		return exportTarget{lines.Write, func() error { return nil }}, kinds, nil
	case "csv":
		if kind == dataset.KindNone {
			return exportTarget{}, nil, console.Usagef("--format csv: a table holds one kind; say which with --kind: %s", kindNames())
		}
		options, err := sheets.options()
		if err != nil {
			return exportTarget{}, nil, err
		}
		rows, err := table.NewWriter(out, kind, options)
		if err != nil {
			return exportTarget{}, nil, err
		}
		return exportTarget{rows.Write, rows.Flush}, kinds, nil
	default:
		return exportTarget{}, nil, console.Usagef("--format %s: takes jsonl or csv", format)
	}
}

func kindNames() string { return strings.Join(validKinds(), ", ") }

// sheetFlags say how a table is written.
type sheetFlags struct {
	separator string
	mark      bool
}

func (f *sheetFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.separator, "separator", "comma", "what stands between the cells of CSV: comma, semicolon or tab")
	cmd.Flags().BoolVar(&f.mark, "bom", false, "begin CSV with a byte order mark, by which Excel tells UTF-8")
}

func (f *sheetFlags) options() (sheet.WriteOptions, error) {
	separators := map[string]byte{"comma": ',', ",": ',', "semicolon": ';', ";": ';', "tab": '\t', "\t": '\t'}
	separator, ok := separators[f.separator]
	if !ok {
		return sheet.WriteOptions{}, console.Usagef("--separator %s: takes comma, semicolon or tab", f.separator)
	}
	return sheet.WriteOptions{Separator: separator, ByteOrderMark: f.mark}, nil
}
