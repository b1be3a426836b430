package data

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/maecenas-cci/maecenas/internal/app"
	"github.com/maecenas-cci/maecenas/internal/cli/console"
	"github.com/maecenas-cci/maecenas/internal/integrity"
	"github.com/maecenas-cci/maecenas/internal/server"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// mostProblems is how many problems check shows; it counts them all.
const mostProblems = 100

// NewCheck makes the command check.
func NewCheck(c *console.Console) *cobra.Command {
	var data Folder
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Check every record and reference, and the index",
		Long: "Reads the whole data folder: the check of every record, names, external ids, the log of changes, " +
			"assessments against the facts they were made of, references between records, keys and their secrets, the " +
			"chain of the audit log, what was erased, and the index against the store. Each problem is told with its " +
			"record and what to do. An erasure that was cut short is finished; else nothing is changed. The exit status " +
			"is 1 if anything is wrong.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			found := problems{}
			if err := found.search(cmd.Context(), data); err != nil {
				return err
			}
			return found.show(c, asJSON)
		},
	}
	Flag(c, cmd, &data.Dir)
	cmd.Flags().BoolVar(&asJSON, "json", false, "report in JSON")
	return cmd
}

// problems are what check found.
type problems struct {
	list []string
}

func (p *problems) add(text string) { p.list = append(p.list, text) }

// checker is a store that can read itself through.
type checker interface {
	Check(ctx context.Context, report func(store.Problem)) error
}

func (p *problems) search(ctx context.Context, data Folder) (err error) {
	if err := data.exists(); err != nil {
		return err
	}
	s, err := server.OpenFolder(data.Dir)(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := p.records(ctx, s); err != nil || len(p.list) > 0 {
		return err // what is computed from damaged records says nothing new
	}
	if err := s.View(ctx, func(r store.Reader) error {
		return integrity.Check(ctx, r, func(one integrity.Problem) { p.add(one.String()) })
	}); err != nil {
		return err
	}
	a, err := app.Open(ctx, app.Options{Store: s})
	if err != nil {
		return err
	}
	return a.Verify(ctx, func(name, problem string) { p.add(name + ": " + problem) })
}

// records finds what is wrong with records by themselves, and with the file.
func (p *problems) records(ctx context.Context, s store.Store) error {
	c, ok := s.(checker)
	if !ok {
		return nil
	}
	return c.Check(ctx, func(one store.Problem) { p.add(one.String()) })
}

func (p *problems) show(c *console.Console, asJSON bool) error {
	if asJSON {
		list := p.list
		if list == nil {
			list = []string{}
		}
		if err := c.JSON(map[string]any{"problems": list}); err != nil {
			return err
		}
	} else {
		for _, problem := range p.list[:min(mostProblems, len(p.list))] {
			fmt.Fprintln(c.Out, problem)
		}
		if more := len(p.list) - mostProblems; more > 0 {
			fmt.Fprintf(c.Out, "and %d more\n", more)
		}
	}
	if len(p.list) > 0 {
		return fmt.Errorf("%d problems: do what stands with each; where records are damaged, restore a backup, or export what can be read", len(p.list))
	}
	if !asJSON {
		fmt.Fprintln(c.Out, "everything is as it should be")
	}
	return nil
}
