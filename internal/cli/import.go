package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/app"
	"github.com/maecenas-cci/maecenas/internal/cli/console"
	"github.com/maecenas-cci/maecenas/internal/dataset"
)

// importBatch is how many records one transaction carries: enough that its sync
// to the disk does not count, few enough that an end in between loses little.
const importBatch = 1000

func newImport(c *console.Console) *cobra.Command {
	data := folder{make: true}
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "import PATH…",
		Short: "Import records from JSON lines",
		Long: "Reads JSON lines, a maecenas.v1.Record a line, plain or compressed by gzip; a folder means its files " +
			"*.jsonl and *.jsonl.gz, - is standard input. Files of organizations and investors are read before those below them. " +
			"A record is found by its name or, where its name is empty or ends in -, by its first external id, and " +
			"replaced; importing twice changes nothing the second time. A line that cannot be taken is reported with " +
			"line, field and reason, and the rest goes on; the exit status is then 1.",
		Example: "maecenas import organizations.jsonl canvases.jsonl needs.jsonl\nmaecenas export | maecenas import --data-dir copy -",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, paths []string) error {
			a, end, err := data.open(cmd.Context())
			if err != nil {
				return err
			}
			i := &importer{app: a, console: c, start: time.Now()}
			err = i.files(cmd.Context(), paths)
			if err = errors.Join(err, end()); err != nil {
				return err
			}
			return i.finish(asJSON)
		},
	}
	dataFlag(c, cmd, &data.dir)
	cmd.Flags().BoolVar(&asJSON, "json", false, "report in JSON")
	return cmd
}

// importer imports files and counts what came of it.
type importer struct {
	app     *app.App
	console *console.Console
	start   time.Time

	// path is the file being read; rows are of it, and wait to be written.
	path string
	rows []dataset.Row

	created, updated, unchanged int
	rejected                    []rejectedRow
}

// rejectedRow is a line that was not taken.
type rejectedRow struct {
	Path   string `json:"path"`
	Line   int    `json:"line"`
	Field  string `json:"field,omitempty"`
	Reason string `json:"reason"`
}

func (i *importer) files(ctx context.Context, paths []string) error {
	paths, err := importOrder(paths)
	if err != nil {
		return err
	}
	for _, path := range paths {
		if err := i.file(ctx, path); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return nil
}

// importOrder lists the files of folders, and puts files whose first record is
// of a kind that others stand below before those.
func importOrder(paths []string) ([]string, error) {
	var files []string
	for _, path := range paths {
		info, err := os.Stat(path)
		switch {
		case path == "-":
			files = append(files, path)
		case err != nil:
			return nil, fmt.Errorf("%s: %w", path, errors.Unwrap(err))
		case !info.IsDir():
			files = append(files, path)
		default:
			within, err := filepath.Glob(filepath.Join(path, "*.jsonl*"))
			if err != nil || len(within) == 0 {
				return nil, fmt.Errorf("%s: there is no file *.jsonl or *.jsonl.gz in this folder", path)
			}
			files = append(files, within...)
		}
	}
	slices.SortStableFunc(files, func(a, b string) int { return cmp.Compare(firstKind(a), firstKind(b)) })
	return files, nil
}

// firstKind is the kind of a file's first record that can be read; standard
// input, which is read once, is taken to begin with organizations.
func firstKind(path string) dataset.Kind {
	if path == "-" {
		return dataset.KindOrganization
	}
	file, err := os.Open(path)
	if err != nil {
		return dataset.KindNone // reading it will say why
	}
	defer func() { _ = file.Close() }()
	for row, err := range dataset.Read(file, dataset.ReadOptions{}) {
		if err != nil || row.Record != nil {
			return dataset.KindOf(row.Record)
		}
	}
	return dataset.KindNone
}

func (i *importer) file(ctx context.Context, path string) error {
	if path == "-" {
		return i.read(ctx, path, i.console.In)
	}
	file, err := os.Open(path)
	if err != nil {
		return errors.Unwrap(err)
	}
	return errors.Join(i.read(ctx, path, file), file.Close())
}

// read imports what a stream holds.
func (i *importer) read(ctx context.Context, path string, from io.Reader) error {
	i.path = path
	for row, err := range dataset.Read(from, dataset.ReadOptions{}) {
		if err != nil {
			return errors.Join(i.flush(ctx), err)
		}
		if row.Rejection != nil {
			i.reject(row.Line, row.Rejection.Field, row.Rejection.Reason)
			continue
		}
		if i.rows = append(i.rows, row); len(i.rows) == importBatch {
			if err := i.flush(ctx); err != nil {
				return err
			}
		}
	}
	return i.flush(ctx)
}

// flush writes the rows that wait, in one transaction.
func (i *importer) flush(ctx context.Context) error {
	records := make([]*maecenasv1.Record, len(i.rows))
	for n, row := range i.rows {
		records[n] = row.Record
	}
	if len(records) == 0 {
		return nil
	}
	outcomes, _, err := i.app.Import(ctx, records)
	if err != nil {
		return err
	}
	for n, outcome := range outcomes {
		switch outcome.Did {
		case app.Created:
			i.created++
		case app.Updated:
			i.updated++
		case app.Unchanged:
			i.unchanged++
		case app.Rejected:
			i.refuse(i.rows[n].Line, outcome.Err)
		}
	}
	i.rows = i.rows[:0]
	i.progress()
	return nil
}

// refuse reports a record that app rejected, a field a row.
func (i *importer) refuse(line int, err *app.Error) {
	if len(err.Violations) == 0 {
		i.reject(line, "", err.Message)
		return
	}
	for _, violation := range err.Violations {
		i.reject(line, violation.Field, violation.Description)
	}
}

func (i *importer) reject(line int, field, reason string) {
	i.rejected = append(i.rejected, rejectedRow{Path: i.path, Line: line, Field: field, Reason: reason})
}

func (i *importer) progress() {
	if !console.IsTerminal(i.console.Err) {
		return
	}
	done := i.created + i.updated + i.unchanged
	rate := float64(done) / time.Since(i.start).Seconds()
	fmt.Fprintf(i.console.Err, "\r\x1b[K%d records, %.0f a second, %d rows rejected", done, rate, len(i.rejected))
}

// finish reports what came of it; rejected rows make it fail.
func (i *importer) finish(asJSON bool) error {
	if console.IsTerminal(i.console.Err) {
		fmt.Fprint(i.console.Err, "\r\x1b[K")
	}
	if asJSON {
		report := map[string]any{"created": i.created, "updated": i.updated, "unchanged": i.unchanged, "rejected": i.rejected}
		if i.rejected == nil {
			report["rejected"] = []rejectedRow{}
		}
		if err := i.console.JSON(report); err != nil {
			return err
		}
	} else {
		for _, row := range i.rejected {
			fmt.Fprintf(i.console.Err, "%s:%d: %s\n", row.Path, row.Line, console.Plain(row.text()))
		}
		fmt.Fprintf(i.console.Out, "%d created, %d updated, %d unchanged, %d rejected, in %s\n",
			i.created, i.updated, i.unchanged, i.rejectedRows(), time.Since(i.start).Round(time.Millisecond))
	}
	if len(i.rejected) > 0 {
		return errors.New("some rows were not imported: mend them and import the file again")
	}
	return nil
}

// rejectedRows counts the rows that were rejected, each for one fault or more.
func (i *importer) rejectedRows() int {
	rows := map[rejectedRow]bool{}
	for _, row := range i.rejected {
		rows[rejectedRow{Path: row.Path, Line: row.Line}] = true
	}
	return len(rows)
}

func (r rejectedRow) text() string {
	if r.Field == "" {
		return r.Reason
	}
	return r.Field + ": " + r.Reason
}
