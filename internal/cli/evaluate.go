package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/maecenas-cci/maecenas/internal/cli/console"
	"github.com/maecenas-cci/maecenas/internal/evaluate"
)

func newEvaluate(c *console.Console) *cobra.Command {
	var path string
	var reverse, graded bool
	cmd := &cobra.Command{
		Use:   "evaluate DIR",
		Short: "Measure rankings against what happened",
		Long: "Ranks every organization of a benchmark folder for every investor, or with --reverse the other way, by " +
			"the same index and terms that serve requests, and prints NDCG@10, recall at 10 and 50, MRR and AUC with " +
			"95 % bootstrap intervals.",
		Example: "maecenas evaluate ../shared/benchmark/dev/cre --scores scores.csv",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			options := evaluate.Options{Reverse: reverse, Graded: graded}
			if console.IsTerminal(c.Err) {
				options.Progress = func(done, total int) { fmt.Fprintf(c.Err, "\r\x1b[K%d of %d rankings", done, total) }
			}
			scores, end, err := create(path)
			if err != nil {
				return err
			}
			result, err := evaluate.Run(cmd.Context(), args[0], options, scores)
			if options.Progress != nil {
				fmt.Fprint(c.Err, "\r\x1b[K")
			}
			if err = errors.Join(err, end()); err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			direction := "needs for mandates"
			if reverse {
				direction = "mandates for needs"
			}
			fmt.Fprintf(c.Out, "%s on %s: %d organizations, %d investors, %d rankings of %d pairs\n",
				direction, result.Day, result.Organizations, result.Investors, result.Queries, result.Pairs)
			if result.Figures.Queries > 0 {
				fmt.Fprintln(c.Out, result.Figures)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&path, "scores", "", "file for investor_id,org_id,score, the exact sum of each pair")
	cmd.Flags().BoolVar(&reverse, "reverse", false, "rank mandates for needs")
	cmd.Flags().BoolVar(&graded, "graded", false, "grades of the last deals alone, without learned values")
	return cmd
}

// create makes a file that is written through a buffer; without a path, nothing.
func create(path string) (io.Writer, func() error, error) {
	if path == "" {
		return nil, func() error { return nil }, nil
	}
	file, err := os.Create(path)
	if err != nil {
		return nil, nil, err
	}
	buffer := bufio.NewWriter(file)
	return buffer, func() error { return errors.Join(buffer.Flush(), file.Close()) }, nil
}
