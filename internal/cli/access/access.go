// Package access has the commands about who may do what, on a data folder: account
// and key. Whoever can read the folder may use them; each leaves its line in the
// audit log.
package access

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/account"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/cli/console"
	"github.com/maecenas-cci/maecenas/internal/cli/data"
	"github.com/maecenas-cci/maecenas/internal/record"
)

// command is one of the commands: it does its work with the accounts of a folder.
type command struct {
	use, short, long, example string
	args                      cobra.PositionalArgs
	// permission is what the audit log calls its work; empty: it only reads.
	permission string
	// make makes the folder where it is not there.
	make bool
	run  func(ctx context.Context, accounts *account.Accounts, args []string) error
}

func (one command) build(c *console.Console) *cobra.Command {
	folder := data.Folder{Make: one.make}
	cmd := &cobra.Command{
		Use: one.use, Short: one.short, Long: one.long, Example: one.example, Args: one.args,
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			if one.permission != "" {
				ctx = auth.WithAction(ctx, one.permission)
			}
			a, end, err := folder.Open(ctx)
			if err != nil {
				return err
			}
			accounts, err := account.New(account.Options{Keeper: a.Keeper()})
			if err == nil {
				err = one.run(ctx, accounts, args)
			}
			return errors.Join(err, end())
		},
	}
	data.Flag(c, cmd, &folder.Dir)
	return cmd
}

// group has commands below it.
func group(use, short string, below ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{
		Use: use, Short: short, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(below...)
	return cmd
}

// roleOf reads the name of a role.
func roleOf(name string) (maecenasv1.Membership_Role, error) {
	role, ok := maecenasv1.Membership_Role_value[strings.ToUpper(name)]
	if !ok || role == 0 {
		return 0, console.Usagef("%q is no role: of the installation administrator, auditor, verifier; of an organization or investor owner, editor, viewer", name)
	}
	return maecenasv1.Membership_Role(role), nil
}

// give grants a role, or changes the one that there is.
func give(ctx context.Context, accounts *account.Accounts, member, of string, role maecenasv1.Membership_Role) error {
	held, err := heldOn(ctx, accounts, member, of)
	if err != nil {
		return err
	}
	if held != nil {
		_, _, err = accounts.Memberships.Update(ctx, record.Update[*maecenasv1.Membership]{
			Resource: &maecenasv1.Membership{Name: held.GetName(), Role: role},
		})
		return err
	}
	_, _, err = accounts.Memberships.Create(ctx, record.Creation[*maecenasv1.Membership]{
		Resource: &maecenasv1.Membership{Member: member, Resource: of, Role: role},
	})
	return err
}

// heldOn is the membership of a member in something; nil where there is none.
func heldOn(ctx context.Context, accounts *account.Accounts, member, of string) (*maecenasv1.Membership, error) {
	page, err := accounts.ListMemberships(ctx, account.MembershipQuery{Listing: record.Listing{Limit: 1}, Resource: of, Member: member})
	if err != nil || len(page.Records) == 0 {
		return nil, err
	}
	return page.Records[0], nil
}

// rolesOf tells the roles of a principal, such as OWNER of organizations/teatro.
func rolesOf(ctx context.Context, accounts *account.Accounts, member string) (string, error) {
	var roles []string
	listing := record.Listing{Limit: 1000}
	for {
		page, err := accounts.ListMemberships(ctx, account.MembershipQuery{Listing: listing, Member: member})
		if err != nil {
			return "", err
		}
		for _, m := range page.Records {
			text := m.GetRole().String()
			if m.GetResource() != auth.Installation {
				text += " of " + m.GetResource()
			}
			roles = append(roles, text)
		}
		if page.Next == nil {
			break
		}
		listing.After = page.Next
	}
	if len(roles) == 0 {
		return "no role", nil
	}
	return strings.Join(roles, ", "), nil
}

// each calls take with all of a list.
func each[T any](list func(record.Listing) (record.Page[T], error), parent string, take func(T) error) error {
	listing := record.Listing{Parent: parent, Limit: 1000}
	for {
		page, err := list(listing)
		if err != nil {
			return err
		}
		for _, one := range page.Records {
			if err := take(one); err != nil {
				return err
			}
		}
		if page.Next == nil {
			return nil
		}
		listing.After = page.Next
	}
}

// showLink tells a link that is handed over, and the call that takes its token.
func showLink(c *console.Console, url string, made account.OneTime) {
	url = strings.TrimSuffix(url, "/")
	fmt.Fprintf(c.Out, "%s%s\n", url, made.Path())
	fmt.Fprintf(c.Err, "What is behind its # is the token of: curl --json '{\"token\": \"ml_…\", \"password\": \"YOUR-PASSWORD\"}' %s/v1/sessions:redeem\n", url)
	fmt.Fprintf(c.Err, "It can be used once, until %s. Hand it over where nobody else reads it.\n", made.ExpireTime.Local().Format(time.DateTime))
}

func urlFlag(c *console.Console, cmd *cobra.Command, url *string) {
	otherwise := "http://127.0.0.1:8080"
	if address := c.Getenv("MAECENAS_HTTP"); address != "" {
		otherwise = "http://" + address
	}
	cmd.Flags().StringVar(url, "url", otherwise, "address of the server's pages, for the link")
}
