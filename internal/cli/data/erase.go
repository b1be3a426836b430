package data

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/cli/console"
)

// NewErase makes the command erase.
func NewErase(c *console.Console) *cobra.Command {
	var folder Folder
	var at Remote
	var confirmed string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "erase NAME",
		Short: "Erase an organization, an investor or an account for good",
		Long: "Erases organizations/…, investors/… or principals/… with everything below it, what others have only because " +
			"of it, and its name in what remains of others; then compacts the file, so that no byte is left. This cannot be " +
			"taken back: export --subject first what is to be kept. The file named erased in the data folder gets a line, by " +
			"which restore erases the same from older backups: copy it to where backups are.",
		Example: "maecenas erase organizations/teatro\n" +
			"MAECENAS_KEY=… maecenas erase principals/anna --server 127.0.0.1:9090 --confirm principals/anna",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := oneOf(cmd, &at); err != nil {
				return err
			}
			name := args[0]
			if confirmed == "" && console.IsTerminal(c.In) {
				fmt.Fprintf(c.Err, "Everything of %s will be gone for good. Type the name once more: ", name)
				line, err := bufio.NewReader(c.In).ReadString('\n')
				if err != nil {
					return err
				}
				confirmed = strings.TrimSpace(line)
			}
			if confirmed != name {
				return console.Usagef("nothing was erased: confirm it by --confirm %s", name)
			}
			erasure, err := eraseSubject(cmd.Context(), c, folder, &at, name)
			if err != nil {
				return err
			}
			if asJSON {
				return c.JSON(erasure)
			}
			fmt.Fprintf(c.Out, "%s is erased: %d records, known from now on by %s alone\n", name, erasure.GetRecords(), erasure.GetDigest())
			return nil
		},
	}
	Flag(c, cmd, &folder.Dir)
	at.Flags(cmd)
	cmd.Flags().StringVar(&confirmed, "confirm", "", "the name once more, so that nobody is erased by a slip")
	cmd.Flags().BoolVar(&asJSON, "json", false, "tell what was erased in JSON")
	return cmd
}

func eraseSubject(ctx context.Context, c *console.Console, folder Folder, at *Remote, name string) (*maecenasv1.Erasure, error) {
	if at.Address == "" {
		p, end, err := folder.rights(ctx)
		if err != nil {
			return nil, err
		}
		erasure, err := p.Erase(auth.WithAction(ctx, "privacy.erase"), name, name)
		return erasure, errors.Join(err, end())
	}
	conn, err := at.Connect(c)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	return maecenasv1.NewPrivacyServiceClient(conn).EraseSubject(ctx, &maecenasv1.EraseSubjectRequest{Name: name, ConfirmName: name})
}
