package access

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/account"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/cli/console"
	"github.com/maecenas-cci/maecenas/internal/record"
)

// NewAccount has the commands about people and service accounts.
func NewAccount(c *console.Console) *cobra.Command {
	return group("account", "Make people and service accounts, and say what they may do",
		newCreate(c), newList(c), newShow(c), newDisable(c, "disable", true), newDisable(c, "enable", false),
		newLink(c), newGrant(c), newRevokeRole(c), newDelete(c))
}

func newCreate(c *console.Console) *cobra.Command {
	var email, name, role, of, url string
	cmd := command{
		use: "create", short: "Make a person, by address, or a service account",
		long: "Makes a person with an address, and prints the link by which that person sets a password; without --email a " +
			"service account, which calls with keys (maecenas key create), and prints its name.",
		example: "maecenas account create --email anna@teatro.example --name Anna --role owner --resource organizations/teatro\n" +
			"maecenas account create --name portal",
		args: cobra.NoArgs, permission: "principals.create", make: true,
		run: func(ctx context.Context, accounts *account.Accounts, _ []string) error {
			made := &maecenasv1.Principal{Kind: maecenasv1.Principal_SERVICE_ACCOUNT, DisplayName: name}
			if email != "" {
				made.Kind, made.Email = maecenasv1.Principal_PERSON, email
			}
			if made.GetDisplayName() == "" {
				made.DisplayName = email
			}
			p, err := create(ctx, accounts, made, role, of)
			if err != nil {
				return err
			}
			if email == "" {
				fmt.Fprintln(c.Out, p.GetName())
				return nil
			}
			fmt.Fprintf(c.Err, "%s is there; the link for its password:\n", p.GetName())
			link, err := accounts.ResetLink(ctx, p.GetName())
			if err == nil {
				showLink(c, url, link)
			}
			return err
		},
	}.build(c)
	flags := cmd.Flags()
	flags.StringVar(&email, "email", "", "address that a person signs in with")
	flags.StringVar(&name, "name", "", "name that people know it by")
	flags.StringVar(&role, "role", "", "a role to begin with")
	flags.StringVar(&of, "resource", auth.Installation, "what the role is on: organizations/…, investors/… or installation")
	urlFlag(c, cmd, &url)
	return cmd
}

// create makes a principal, with a role if one is named.
func create(ctx context.Context, accounts *account.Accounts, p *maecenasv1.Principal, role, of string) (*maecenasv1.Principal, error) {
	var granted maecenasv1.Membership_Role
	if role != "" {
		var err error
		if granted, err = roleOf(role); err != nil {
			return nil, err
		}
	}
	made, _, err := accounts.Principals.Create(ctx, record.Creation[*maecenasv1.Principal]{Resource: p})
	if err != nil || role == "" {
		return made, err
	}
	if err := give(ctx, accounts, made.GetName(), of, granted); err != nil {
		// Without its role it is of no use to anybody.
		_, _ = accounts.Principals.Delete(ctx, record.Deletion{Name: made.GetName(), Force: true})
		return nil, err
	}
	return made, nil
}

func line(ctx context.Context, c *console.Console, accounts *account.Accounts, p *maecenasv1.Principal) error {
	roles, err := rolesOf(ctx, accounts, p.GetName())
	if err != nil {
		return err
	}
	who := p.GetEmail()
	if who == "" {
		who = "service account"
	}
	if p.GetDisabled() {
		who += ", disabled"
	}
	fmt.Fprintf(c.Out, "%s  %s (%s): %s\n", p.GetName(), console.Plain(p.GetDisplayName()), console.Plain(who), roles)
	return nil
}

func newList(c *console.Console) *cobra.Command {
	return command{
		use: "list", short: "List everybody", args: cobra.NoArgs,
		run: func(ctx context.Context, accounts *account.Accounts, _ []string) error {
			return each(func(l record.Listing) (record.Page[*maecenasv1.Principal], error) {
				return accounts.Principals.List(ctx, l)
			}, "",
				func(p *maecenasv1.Principal) error { return line(ctx, c, accounts, p) })
		},
	}.build(c)
}

func newShow(c *console.Console) *cobra.Command {
	return command{
		use: "show NAME", short: "Show one, by name or address, with its keys", args: cobra.ExactArgs(1),
		run: func(ctx context.Context, accounts *account.Accounts, args []string) error {
			p, err := accounts.Named(ctx, args[0])
			if err != nil {
				return err
			}
			if err := line(ctx, c, accounts, p); err != nil {
				return err
			}
			return showKeys(ctx, c, accounts, p.GetName())
		},
	}.build(c)
}

func newDisable(c *console.Console, verb string, disabled bool) *cobra.Command {
	short := "Let one call again"
	if disabled {
		short = "Refuse one from now on: sessions end, keys are not taken"
	}
	return command{
		use: verb + " NAME", short: short, args: cobra.ExactArgs(1), permission: "principals.update",
		run: func(ctx context.Context, accounts *account.Accounts, args []string) error {
			p, err := accounts.Named(ctx, args[0])
			if err != nil {
				return err
			}
			_, _, err = accounts.Principals.Update(ctx, record.Update[*maecenasv1.Principal]{
				Resource: &maecenasv1.Principal{Name: p.GetName(), Disabled: disabled}, Mask: &fieldmaskpb.FieldMask{Paths: []string{"disabled"}},
			})
			return err
		},
	}.build(c)
}

func newLink(c *console.Console) *cobra.Command {
	var url string
	cmd := command{
		use: "link NAME", short: "Print the link by which a person sets a new password, once, within a day",
		args: cobra.ExactArgs(1), permission: "principals.issueLink",
		run: func(ctx context.Context, accounts *account.Accounts, args []string) error {
			p, err := accounts.Named(ctx, args[0])
			if err != nil {
				return err
			}
			made, err := accounts.ResetLink(ctx, p.GetName())
			if err == nil {
				showLink(c, url, made)
				fmt.Fprintln(c.Err, "Its use ends all sessions and API keys of the person; keys of service accounts stay.")
			}
			return err
		},
	}.build(c)
	urlFlag(c, cmd, &url)
	return cmd
}

func newGrant(c *console.Console) *cobra.Command {
	var of string
	cmd := command{
		use: "grant NAME ROLE", short: "Give a role, or change it", args: cobra.ExactArgs(2), permission: "memberships.create",
		example: "maecenas account grant anna@teatro.example editor --resource organizations/teatro\n" +
			"maecenas account grant organizations/agency editor --resource organizations/teatro",
		run: func(ctx context.Context, accounts *account.Accounts, args []string) error {
			role, err := roleOf(args[1])
			if err != nil {
				return err
			}
			member, err := memberNamed(ctx, accounts, args[0])
			if err != nil {
				return err
			}
			return give(ctx, accounts, member, of, role)
		},
	}.build(c)
	cmd.Flags().StringVar(&of, "resource", auth.Installation, "what the role is on: organizations/…, investors/… or installation")
	return cmd
}

// memberNamed is the name of a principal, or of an organization that acts for others.
func memberNamed(ctx context.Context, accounts *account.Accounts, name string) (string, error) {
	if len(name) > len("organizations/") && name[:len("organizations/")] == "organizations/" {
		return name, nil
	}
	p, err := accounts.Named(ctx, name)
	return p.GetName(), err
}

func newRevokeRole(c *console.Console) *cobra.Command {
	var of string
	cmd := command{
		use: "revoke NAME", short: "Take a role back", args: cobra.ExactArgs(1), permission: "memberships.delete",
		run: func(ctx context.Context, accounts *account.Accounts, args []string) error {
			member, err := memberNamed(ctx, accounts, args[0])
			if err != nil {
				return err
			}
			held, err := heldOn(ctx, accounts, member, of)
			if err != nil {
				return err
			}
			if held == nil {
				return fmt.Errorf("%s has no role on %s", member, of)
			}
			_, err = accounts.Memberships.Delete(ctx, record.Deletion{Name: held.GetName()})
			return err
		},
	}.build(c)
	cmd.Flags().StringVar(&of, "resource", auth.Installation, "what the role is on: organizations/…, investors/… or installation")
	return cmd
}

func newDelete(c *console.Console) *cobra.Command {
	return command{
		use: "delete NAME", short: "Delete one with its keys, sessions and roles", args: cobra.ExactArgs(1), permission: "principals.delete",
		run: func(ctx context.Context, accounts *account.Accounts, args []string) error {
			p, err := accounts.Named(ctx, args[0])
			if err != nil {
				return err
			}
			_, err = accounts.Principals.Delete(ctx, record.Deletion{Name: p.GetName(), Force: true})
			return err
		},
	}.build(c)
}
