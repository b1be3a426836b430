// Package data has the commands that work on the data folder itself, without a
// server: import, export, template, backup, restore and check.
package data

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

// Folder is the data folder that a command was given.
type Folder struct {
	// Dir is its path.
	Dir string
	// Make makes it where it is not there; else that is an error.
	Make bool
}

// exists tells where there are no data.
func (f Folder) exists() error {
	if _, err := os.Stat(server.DataFile(f.Dir)); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there are no data in %s: import some, or name their folder with --data-dir", f.Dir)
	}
	return nil
}

// Open opens the use cases over the folder's data; end closes them.
func (f Folder) Open(ctx context.Context) (a *app.App, end func() error, err error) {
	if !f.Make {
		if err := f.exists(); err != nil {
			return nil, nil, err
		}
	}
	s, err := server.OpenFolder(f.Dir)(ctx)
	if err != nil {
		return nil, nil, err
	}
	return OpenApp(ctx, s, app.Options{})
}

// OpenApp opens the use cases over a store; end closes them and the store.
func OpenApp(ctx context.Context, s store.Store, options app.Options) (a *app.App, end func() error, err error) {
	options.Store = s
	a, err = app.Open(ctx, options)
	if err != nil {
		return nil, nil, errors.Join(err, s.Close())
	}
	return a, s.Close, nil
}

// Flag adds --data-dir, with the default and the variable that serve has.
func Flag(c *console.Console, cmd *cobra.Command, dir *string) {
	otherwise := c.Getenv("MAECENAS_DATA_DIR")
	if otherwise == "" {
		otherwise = "maecenas-data"
	}
	cmd.Flags().StringVar(dir, "data-dir", otherwise, "folder of the data; no server may have it open")
}
