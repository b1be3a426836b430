package data

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/maecenas-cci/maecenas/internal/cli/console"
	"github.com/maecenas-cci/maecenas/internal/dataset"
	"github.com/maecenas-cci/maecenas/internal/dataset/table"
)

// NewImport makes the command import.
func NewImport(c *console.Console) *cobra.Command {
	data := Folder{Make: true}
	var asJSON bool
	var kind string
	cmd := &cobra.Command{
		Use:   "import PATH…",
		Short: "Import organizations, canvases, needs, investors, mandates, deals and exchange rates",
		Long: "Reads JSON lines, a maecenas.v1.Record a line, or CSV as maecenas template explains it, plain or compressed " +
			"by gzip; a folder means its files *.jsonl, *.csv and *.tsv, also with .gz, - is standard input. Files of " +
			"organizations and investors are read before those below them. " +
			"A record is found by its name or, where its name is empty or ends in -, by its first external id, and " +
			"replaced as a whole; importing twice changes nothing the second time. A row that cannot be taken is reported " +
			"with line, field and reason, and the rest goes on; the exit status is then 1. Organizations that were " +
			"created and are likely the same as others are told at the end.",
		Example: "maecenas import organizations.jsonl canvases.csv needs.csv\nmaecenas export | maecenas import --data-dir copy -",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, paths []string) error {
			files := source{in: c.In, kind: dataset.ParseKind(kind)}
			if kind != "" && files.kind == dataset.KindNone {
				return console.Usagef("--kind %s: takes one of %s", kind, kindNames())
			}
			a, end, err := data.Open(cmd.Context())
			if err != nil {
				return err
			}
			i := &importer{app: a, console: c, start: time.Now(), source: files}
			if err = i.files(cmd.Context(), paths); err == nil {
				err = i.findDuplicates(cmd.Context())
			}
			if err = errors.Join(err, end()); err != nil {
				return err
			}
			return i.finish(asJSON)
		},
	}
	Flag(c, cmd, &data.Dir)
	cmd.Flags().BoolVar(&asJSON, "json", false, "report in JSON")
	cmd.Flags().StringVar(&kind, "kind", "", "what the rows of CSV are, where their columns leave it open: "+kindNames())
	return cmd
}

// source opens what is imported.
type source struct {
	in   io.Reader    // standard input
	kind dataset.Kind // of tables; KindNone: what their columns say
}

// rows reads a stream as JSON lines or as CSV. JSON begins with a brace, which
// no table does; the path tells of a file that begins with neither.
func (s source) rows(path string, from io.Reader) iter.Seq2[dataset.Row, error] {
	return func(yield func(dataset.Row, error) bool) {
		plain, err := dataset.Unpack(from, 0)
		if err != nil {
			yield(dataset.Row{Line: 1}, err)
			return
		}
		in := bufio.NewReaderSize(plain, 64<<10)
		head, _ := in.Peek(64 << 10) // reading has the error
		head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
		rows := dataset.Read(in, dataset.ReadOptions{})
		if !bytes.HasPrefix(head, []byte("{")) && !strings.Contains(filepath.Base(path), ".jsonl") && len(head) > 0 {
			rows = table.Read(in, table.ReadOptions{Kind: s.kind})
		}
		rows(yield)
	}
}

// open opens a file; - is standard input.
func (s source) open(path string) (io.ReadCloser, error) {
	if path == "-" {
		return io.NopCloser(s.in), nil
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, errors.Unwrap(err)
	}
	return file, nil
}

// imported are the files of a folder that are imported.
var imported = []string{"*.jsonl", "*.jsonl.gz", "*.csv", "*.csv.gz", "*.tsv", "*.tsv.gz"}

// order lists the files of folders, and puts files whose first record is of a
// kind that others stand below before those.
func (s source) order(paths []string) ([]string, error) {
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
			var within []string
			for _, pattern := range imported {
				found, _ := filepath.Glob(filepath.Join(path, pattern)) // the patterns are well formed
				within = append(within, found...)
			}
			if len(within) == 0 {
				return nil, fmt.Errorf("%s: there is no file %s in this folder", path, strings.Join(imported, ", "))
			}
			slices.Sort(within)
			files = append(files, within...)
		}
	}
	slices.SortStableFunc(files, func(a, b string) int { return cmp.Compare(s.firstKind(a), s.firstKind(b)) })
	return files, nil
}

// firstKind is the kind of a file's first record that can be read; standard
// input, which is read once, is taken to begin with organizations.
func (s source) firstKind(path string) dataset.Kind {
	if path == "-" {
		return dataset.KindOrganization
	}
	file, err := s.open(path)
	if err != nil {
		return dataset.KindNone // reading it will say why
	}
	defer func() { _ = file.Close() }()
	for row, err := range s.rows(path, file) {
		if err != nil || row.Record != nil {
			return dataset.KindOf(row.Record)
		}
	}
	return dataset.KindNone
}
