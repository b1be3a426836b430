package cli

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/maecenas-cci/maecenas/internal/app"
	"github.com/maecenas-cci/maecenas/internal/buildinfo"
	"github.com/maecenas-cci/maecenas/internal/cli/console"
	"github.com/maecenas-cci/maecenas/internal/config"
	"github.com/maecenas-cci/maecenas/internal/erase"
	"github.com/maecenas-cci/maecenas/internal/index/kernel"
	"github.com/maecenas-cci/maecenas/internal/obs"
	"github.com/maecenas-cci/maecenas/internal/privacy"
	"github.com/maecenas-cci/maecenas/internal/server"
	"github.com/maecenas-cci/maecenas/internal/store"
)

func newServe(c *console.Console) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve gRPC, REST and the web page",
		Long: "Serves the data of a folder, which is made if it is not there: on loopback addresses, or on any over TLS (--tls-cert, --tls-key). " +
			"Every flag can be set by a variable or in a YAML file too: maecenas config shows them.",
		Example: "maecenas serve\nmaecenas serve --http 127.0.0.1:0 --grpc 127.0.0.1:0 --data-dir /tmp/data",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			settings, err := loadConfig(c, cmd)
			if err != nil {
				return err
			}
			return serve(cmd.Context(), c, settings, served{
				what: settings.DataDir, open: server.OpenFolder(settings.DataDir), ledger: erase.NewLedger(server.LedgerFile(settings.DataDir)),
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
	// ledger has a line of every erasure; nil: there are no copies of the store.
	ledger *erase.Ledger
	// now is the clock of the data; nil: the system's.
	now func() time.Time
	// greet tells more once calls are answered; nil: there is no more.
	greet func()
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
		Open: server.Data(server.DataOptions{
			Open: data.open, App: app.Options{Now: data.now, VerifiedOnly: settings.VerifiedOnly}, Log: log, Ledger: data.ledger, Retention: retention(settings),
		}),
		Log: log, Now: data.now, Grace: settings.ShutdownGrace, Deadline: settings.DefaultDeadline,
		Rate: settings.RateLimit, Burst: settings.RateBurst, Concurrency: settings.ConcurrencyLimit,
		TLSCert: settings.TLSCert, TLSKey: settings.TLSKey, BehindTLSProxy: settings.BehindTLSProxy, Origins: settings.CORSOrigins,
		Build: obs.Build{Version: info.Version, Commit: info.Commit, Go: info.Go, Kernel: kernel.Chosen().Name()},
	}
	return server.Run(ctx, options, func(s *server.Server) error {
		addrs := s.Addrs()
		where, scheme := ", on this machine alone", "http://"
		if settings.TLSCert != "" {
			where, scheme = ", over TLS", "https://"
		} else if settings.BehindTLSProxy {
			where = ", to a proxy that ends TLS"
		}
		fmt.Fprintf(c.Out, "%s %s serves %s%s:\n", c.Paint(console.Bold, "Maecenas"), info.Version, data.what, where)
		fmt.Fprintf(c.Out, "  REST          %s\n", c.Paint(console.Cyan, scheme+addrs.HTTP))
		fmt.Fprintf(c.Out, "  interface     %s\n", c.Paint(console.Cyan, scheme+addrs.HTTP+"/docs"))
		fmt.Fprintf(c.Out, "  gRPC          %s\n", c.Paint(console.Cyan, addrs.GRPC))
		if err := invite(ctx, c, s, scheme+addrs.HTTP); err != nil {
			return err
		}
		if data.greet != nil {
			data.greet()
		}
		if console.IsTerminal(c.Out) {
			fmt.Fprintln(c.Out, c.Paint(console.Faint, "Ctrl-C stops it."))
		}
		return nil
	})
}

// invite tells, while nobody is there, how the first administrator comes in.
func invite(ctx context.Context, c *console.Console, s *server.Server, url string) error {
	path, until, err := s.SetupLink(ctx)
	if err != nil || path == "" {
		return err
	}
	_, token, _ := strings.Cut(path, "#")
	fmt.Fprintf(c.Out, "  first account once, until %s, with your address and a password of 12 characters or more:\n", until.Local().Format("15:04"))
	fmt.Fprintf(c.Out, "    %s\n", c.Paint(console.Cyan, fmt.Sprintf(
		`curl --json '{"token": "%s", "email": "YOUR-ADDRESS", "password": "YOUR-PASSWORD"}' %s/v1/sessions:redeem`, token, url)))
	fmt.Fprintln(c.Out, "    or, while it does not serve: maecenas key create --role administrator")
	return nil
}

func retention(settings *config.Config) privacy.Retention {
	return privacy.Retention{
		Consents: settings.RetainConsents, Introductions: settings.RetainIntroductions,
		Assessments: settings.RetainAssessments, Audit: settings.RetainAudit,
	}
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
