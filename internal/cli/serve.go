package cli

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"github.com/maecenas-cci/maecenas/internal/app"
	"github.com/maecenas-cci/maecenas/internal/buildinfo"
	"github.com/maecenas-cci/maecenas/internal/cli/console"
	"github.com/maecenas-cci/maecenas/internal/config"
	"github.com/maecenas-cci/maecenas/internal/index/kernel"
	"github.com/maecenas-cci/maecenas/internal/obs"
	"github.com/maecenas-cci/maecenas/internal/server"
	"github.com/maecenas-cci/maecenas/internal/store"
)

func newServe(c *console.Console) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve gRPC, REST and the web page",
		Long: "Serves the data of a folder, which is made if it is not there, on loopback addresses. " +
			"Every flag can be set by a variable or in a YAML file too: maecenas config shows them.",
		Example: "maecenas serve\nmaecenas serve --http 127.0.0.1:0 --grpc 127.0.0.1:0 --data-dir /tmp/data",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			settings, err := loadConfig(c, cmd)
			if err != nil {
				return err
			}
			return serve(cmd.Context(), c, settings, served{
				what: settings.DataDir, open: server.OpenFolder(settings.DataDir),
			})
		},
	}
	config.AddFlags(cmd.Flags())
	return cmd
}

// loadConfig reads the settings for a command that has their flags.
func loadConfig(c *console.Console, cmd *cobra.Command) (*config.Config, error) {
	settings, _, err := config.Load(config.Sources{Flags: cmd.Flags(), Env: c.Env})
	if err != nil {
		return nil, &console.Usage{Text: err.Error()}
	}
	return settings, nil
}

// served is what a server serves.
type served struct {
	// what names it for people: a folder, the demo data.
	what string
	open func(context.Context) (store.Store, error)
	// now is the clock of the data; nil: the system's.
	now func() time.Time
}

// serve serves until the context ends.
func serve(ctx context.Context, c *console.Console, settings *config.Config, data served) error {
	log, err := newLog(c, settings)
	if err != nil {
		return err
	}
	if err := kernel.Check(); err != nil {
		return err
	}
	info := buildinfo.Get()
	options := server.Options{
		HTTP: settings.HTTP, GRPC: settings.GRPC,
		Open: server.Data(server.Source{Open: data.open, App: app.Options{Now: data.now}, Log: log}),
		Log:  log, Grace: settings.ShutdownGrace, Deadline: settings.DefaultDeadline,
		Rate: settings.RateLimit, Burst: settings.RateBurst,
		Build: obs.Build{Version: info.Version, Commit: info.Commit, Go: info.Go, Kernel: kernel.Chosen().Name()},
	}
	return server.Run(ctx, options, func(addrs server.Addrs) {
		fmt.Fprintf(c.Out, "%s %s serves %s, on this machine alone:\n", c.Paint(console.Bold, "Maecenas"), info.Version, data.what)
		fmt.Fprintf(c.Out, "  REST          %s\n", c.Paint(console.Cyan, "http://"+addrs.HTTP))
		fmt.Fprintf(c.Out, "  interface     %s\n", c.Paint(console.Cyan, "http://"+addrs.HTTP+"/docs"))
		fmt.Fprintf(c.Out, "  gRPC          %s\n", c.Paint(console.Cyan, addrs.GRPC))
		if console.IsTerminal(c.Out) {
			fmt.Fprintln(c.Out, c.Paint(console.Faint, "Ctrl-C stops it."))
		}
	})
}

// newLog makes the log of a server, on Err.
func newLog(c *console.Console, settings *config.Config) (*slog.Logger, error) {
	format := obs.Format(settings.LogFormat)
	if settings.LogFormat == "auto" {
		format = obs.JSON
		if console.IsTerminal(c.Err) {
			format = obs.Text
		}
	}
	return obs.NewLog(c.Err, obs.LogOptions{Level: settings.LogLevel, Format: format})
}
