package data

import (
	"context"
	"errors"
	"io"

	"github.com/spf13/cobra"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/app"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/cli/console"
	"github.com/maecenas-cci/maecenas/internal/erase"
	"github.com/maecenas-cci/maecenas/internal/privacy"
	"github.com/maecenas-cci/maecenas/internal/server"
)

// oneOf refuses a server and a folder at once.
func oneOf(cmd *cobra.Command, at *Remote) error {
	if at.Address != "" && cmd.Flags().Changed("data-dir") {
		return console.Usagef("--server and --data-dir: take one of them")
	}
	return nil
}

// rights opens what people have a right to over the folder's data; end closes them.
func (f Folder) rights(ctx context.Context) (p *privacy.Privacy, end func() error, err error) {
	if err := f.exists(); err != nil {
		return nil, nil, err
	}
	s, err := server.OpenFolder(f.Dir)(ctx)
	if err != nil {
		return nil, nil, err
	}
	a, end, err := OpenApp(ctx, s, app.Options{})
	if err != nil {
		return nil, nil, err
	}
	return privacy.New(privacy.Options{App: a, Store: s, Ledger: erase.NewLedger(server.LedgerFile(f.Dir))}), end, nil
}

// archive writes everything about a subject as a ZIP file.
func archive(ctx context.Context, c *console.Console, folder Folder, from *Remote, name string, out io.Writer) error {
	if from.Address == "" {
		return archiveOfFolder(ctx, folder, name, out)
	}
	conn, err := from.Connect(c)
	if err != nil {
		return err
	}
	defer conn.Close()
	stream, err := maecenasv1.NewPrivacyServiceClient(conn).ExportSubject(ctx, &maecenasv1.ExportSubjectRequest{Name: name})
	if err != nil {
		return err
	}
	for {
		chunk, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if _, err := out.Write(chunk.GetData()); err != nil {
			return err
		}
	}
}

func archiveOfFolder(ctx context.Context, folder Folder, name string, out io.Writer) error {
	p, end, err := folder.rights(ctx)
	if err != nil {
		return err
	}
	made, err := p.Export(auth.WithAction(ctx, "privacy.export"), name)
	if err == nil {
		_, err = io.Copy(out, made)
		err = errors.Join(err, made.Close())
	}
	return errors.Join(err, end())
}
