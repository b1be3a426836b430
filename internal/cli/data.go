package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/maecenas-cci/maecenas/internal/app"
	"github.com/maecenas-cci/maecenas/internal/cli/console"
	"github.com/maecenas-cci/maecenas/internal/server"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// The commands that work on the data folder itself, without a server.

// folder is the data folder that a command was given.
type folder struct {
	dir  string
	make bool // make it where it is not there
}

// exists tells where there are no data.
func (f folder) exists() error {
	if _, err := os.Stat(server.DataFile(f.dir)); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there are no data in %s: import some, or name their folder with --data-dir", f.dir)
	}
	return nil
}

// open opens the use cases over the folder's data; end closes them.
func (f folder) open(ctx context.Context) (a *app.App, end func() error, err error) {
	if !f.make {
		if err := f.exists(); err != nil {
			return nil, nil, err
		}
	}
	s, err := server.OpenFolder(f.dir)(ctx)
	if err != nil {
		return nil, nil, err
	}
	return openApp(ctx, s, app.Options{})
}

func openApp(ctx context.Context, s store.Store, options app.Options) (*app.App, func() error, error) {
	options.Store = s
	a, err := app.Open(ctx, options)
	if err != nil {
		return nil, nil, errors.Join(err, s.Close())
	}
	return a, s.Close, nil
}

// dataFlag adds --data-dir, with the default and the variable that serve has.
func dataFlag(c *console.Console, cmd *cobra.Command, dir *string) {
	otherwise := c.Getenv("MAECENAS_DATA_DIR")
	if otherwise == "" {
		otherwise = "maecenas-data"
	}
	cmd.Flags().StringVar(dir, "data-dir", otherwise, "folder of the data; no server may have it open")
}
