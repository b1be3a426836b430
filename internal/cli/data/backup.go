package data

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/backup"
	"github.com/maecenas-cci/maecenas/internal/cli/console"
	"github.com/maecenas-cci/maecenas/internal/server"
)

// NewBackup makes the command backup.
func NewBackup(c *console.Console) *cobra.Command {
	var data Folder
	var from Remote
	var force, asJSON bool
	cmd := &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy everything into one file, of a folder or of a server that goes on",
		Long: "Writes everything that is stored into one file, with a digest that maecenas restore checks. With " +
			"--server the copy comes from a running server, which goes on meanwhile; the key must be an " +
			"administrator's. The file is whole or not there at all, and readable by its owner alone.\n\n" +
			"A backup holds what was erased after it was made. maecenas restore erases that again, by the file " +
			"named erased in the data folder: copy that file along after every erasure, and delete backups when the " +
			"time is over that you told people you keep them (a month suffices for most).",
		Example: "maecenas backup /srv/backup/$(date +%F).maecenas\n" +
			"MAECENAS_KEY=… maecenas backup --server 127.0.0.1:9090 monday.maecenas",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			write := func(ctx context.Context, w io.Writer) (*maecenasv1.BackupSummary, error) {
				return backUpFolder(ctx, data, w)
			}
			if from.Address != "" {
				if cmd.Flags().Changed("data-dir") {
					return console.Usagef("--server and --data-dir: take one of them")
				}
				write = func(ctx context.Context, w io.Writer) (*maecenasv1.BackupSummary, error) {
					return backUpServer(ctx, c, from, w)
				}
			}
			var summary *maecenasv1.BackupSummary
			shown := newMeter(c)
			err := backup.Save(args[0], force, func(w io.Writer) (err error) {
				summary, err = write(cmd.Context(), io.MultiWriter(w, shown))
				return err
			})
			shown.end()
			if errors.Is(err, backup.ErrExists) {
				return fmt.Errorf("%w: take another name, or --force to replace it", err)
			}
			if err != nil {
				return err
			}
			return showBackup(c, args[0], summary, asJSON)
		},
	}
	Flag(c, cmd, &data.Dir)
	from.Flags(cmd)
	cmd.Flags().BoolVar(&force, "force", false, "replace FILE if it exists")
	cmd.Flags().BoolVar(&asJSON, "json", false, "tell what was written in JSON")
	return cmd
}

func backUpFolder(ctx context.Context, data Folder, w io.Writer) (summary *maecenasv1.BackupSummary, err error) {
	if err := data.exists(); err != nil {
		return nil, err
	}
	s, err := server.OpenFolder(data.Dir)(ctx)
	if err != nil {
		return nil, fmt.Errorf("%w (of a running server, make the backup with --server)", err)
	}
	summary, err = backup.Write(ctx, s, time.Now().UTC(), w)
	return summary, errors.Join(err, s.Close())
}

func backUpServer(ctx context.Context, c *console.Console, from Remote, w io.Writer) (summary *maecenasv1.BackupSummary, err error) {
	conn, err := from.Connect(c)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	stream, err := maecenasv1.NewBackupServiceClient(conn).CreateBackup(ctx, &maecenasv1.CreateBackupRequest{})
	if err != nil {
		return nil, err
	}
	return backup.Receive(w, stream.Recv)
}

func showBackup(c *console.Console, file string, summary *maecenasv1.BackupSummary, asJSON bool) error {
	if asJSON {
		return c.JSON(summary)
	}
	fmt.Fprintf(c.Out, "%s: %s at revision %d, schema %d\n", file, megabytes(summary.GetSizeBytes()), summary.GetRevision(), summary.GetSchemaVersion())
	fmt.Fprintf(c.Out, "SHA-256 %x\n", summary.GetDigest())
	return nil
}

func megabytes(bytes int64) string { return fmt.Sprintf("%d.%d MB", bytes/1e6, bytes%1e6/1e5) }

// meter shows on a terminal how much was written.
type meter struct {
	c     *console.Console
	on    bool
	bytes int64
	shown time.Time
}

func newMeter(c *console.Console) *meter { return &meter{c: c, on: console.IsTerminal(c.Err)} }

// Write implements io.Writer.
func (m *meter) Write(p []byte) (int, error) {
	m.bytes += int64(len(p))
	if now := time.Now(); m.on && now.Sub(m.shown) > 200*time.Millisecond {
		m.shown = now
		fmt.Fprintf(m.c.Err, "\r%s ", megabytes(m.bytes))
	}
	return len(p), nil
}

// end takes the line back.
func (m *meter) end() {
	if m.on && !m.shown.IsZero() {
		fmt.Fprint(m.c.Err, "\r\x1b[K")
	}
}
