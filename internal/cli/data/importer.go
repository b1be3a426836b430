package data

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/app"
	"github.com/maecenas-cci/maecenas/internal/cli/console"
	"github.com/maecenas-cci/maecenas/internal/dataset"
	"github.com/maecenas-cci/maecenas/internal/fault"
)

// importBatch is how many records one transaction carries: enough that its sync
// to the disk does not count, few enough that an end in between loses little.
const importBatch = 1000

// mostDuplicates is how many likely duplicates an import tells; the report
// service has all.
const mostDuplicates = 20

// importer imports files and counts what came of it.
type importer struct {
	app     *app.App
	console *console.Console
	start   time.Time
	source  source

	// path is the file being read, of so many; rows are of it, and wait to be written.
	path    string
	streams int
	rows    []dataset.Row

	created, updated, unchanged int
	rejected                    []rejectedRow
	// organizations are those that were created, by name.
	organizations map[string]bool
	duplicates    []*maecenasv1.LikelyDuplicate
}

// rejectedRow is a line that was not taken.
type rejectedRow struct {
	Path   string `json:"path"`
	Line   int    `json:"line"`
	Field  string `json:"field,omitempty"`
	Reason string `json:"reason"`

	stream int
}

// ImportAll imports a stream of records, of which none may be rejected.
func ImportAll(ctx context.Context, c *console.Console, a *app.App, name string, from io.Reader) error {
	i := &importer{app: a, console: c, start: time.Now()}
	if err := i.read(ctx, name, from); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if len(i.rejected) > 0 {
		row := i.rejected[0]
		return fmt.Errorf("%s:%d: %s", row.Path, row.Line, row.text())
	}
	return nil
}

func (i *importer) files(ctx context.Context, paths []string) error {
	paths, err := i.source.order(paths)
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

func (i *importer) file(ctx context.Context, path string) error {
	file, err := i.source.open(path)
	if err != nil {
		return err
	}
	return errors.Join(i.read(ctx, path, file), file.Close())
}

// read imports what a stream holds.
func (i *importer) read(ctx context.Context, path string, from io.Reader) error {
	i.path = path
	i.streams++
	for row, err := range i.source.rows(path, from) {
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
			i.noteCreated(i.rows[n].Record, outcome.Name)
		case app.Updated:
			i.updated++
		case app.Unchanged:
			i.unchanged++
		case app.Rejected:
			i.refuse(i.rows[n], outcome.Err)
		}
	}
	i.rows = i.rows[:0]
	i.progress()
	return nil
}

func (i *importer) noteCreated(record *maecenasv1.Record, name string) {
	if dataset.KindOf(record) != dataset.KindOrganization {
		return
	}
	if i.organizations == nil {
		i.organizations = map[string]bool{}
	}
	i.organizations[name] = true
}

// findDuplicates finds the likely duplicates among the organizations that were
// created, and between these and others.
func (i *importer) findDuplicates(ctx context.Context) error {
	if len(i.organizations) == 0 {
		return nil
	}
	all, _, err := i.app.ListLikelyDuplicates(ctx, app.LikelyDuplicates{Limit: math.MaxInt})
	for _, pair := range all.Records {
		if len(i.duplicates) == mostDuplicates {
			break
		}
		if i.organizations[pair.GetOrganization()] || i.organizations[pair.GetDuplicate()] {
			i.duplicates = append(i.duplicates, pair)
		}
	}
	return err
}

// refuse reports a record that app rejected, a field a row.
func (i *importer) refuse(row dataset.Row, err *fault.Error) {
	if len(err.Violations) == 0 {
		i.reject(row.Line, "", err.Message)
		return
	}
	for _, violation := range err.Violations {
		i.reject(row.LineOf(violation.Field), violation.Field, violation.Description)
	}
}

func (i *importer) reject(line int, field, reason string) {
	i.rejected = append(i.rejected, rejectedRow{Path: i.path, Line: line, Field: field, Reason: reason, stream: i.streams})
}

func (i *importer) progress() {
	if !console.IsTerminal(i.console.Err) {
		return
	}
	done := i.created + i.updated + i.unchanged
	rate := float64(done) / time.Since(i.start).Seconds()
	fmt.Fprintf(i.console.Err, "\r\x1b[K%d records, %.0f a second, %d rows rejected", done, rate, len(i.rejected))
}

// finish reports what came of it, faults in the order of their lines; rejected rows make
// it fail. Rows that cannot be read are told before those that wait for their batch.
func (i *importer) finish(asJSON bool) error {
	slices.SortStableFunc(i.rejected, func(a, b rejectedRow) int {
		return cmp.Or(cmp.Compare(a.stream, b.stream), cmp.Compare(a.Line, b.Line))
	})
	if console.IsTerminal(i.console.Err) {
		fmt.Fprint(i.console.Err, "\r\x1b[K")
	}
	if asJSON {
		report := map[string]any{
			"created": i.created, "updated": i.updated, "unchanged": i.unchanged, "rejected": i.rejected,
			"likelyDuplicates": i.duplicates,
		}
		if i.rejected == nil {
			report["rejected"] = []rejectedRow{}
		}
		if i.duplicates == nil {
			report["likelyDuplicates"] = []*maecenasv1.LikelyDuplicate{}
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
		for _, pair := range i.duplicates {
			fmt.Fprintf(i.console.Out, "likely the same: %s and %s: %s\n", pair.GetOrganization(), pair.GetDuplicate(), strings.Join(pair.GetReasons(), ", "))
		}
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
