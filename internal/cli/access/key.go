package access

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/types/known/timestamppb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/account"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/cli/console"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// NewKey has the commands about API keys.
func NewKey(c *console.Console) *cobra.Command {
	return group("key", "Make API keys, and end them", newKeyCreate(c), newKeyList(c), newKeyRotate(c), newKeyRevoke(c))
}

// wantedKey is what a key is asked to be.
type wantedKey struct {
	of, role, name, expire string
	resources              []string
	readOnly               bool
}

func newKeyCreate(c *console.Console) *cobra.Command {
	var wanted wantedKey
	cmd := command{
		use: "create", short: "Make a key, and print it: it is shown this once",
		long: "Makes a key and prints just that. With --role it is of a new service account that has the role, on the installation or on " +
			"--resource; with --account of somebody who is there, and --resource then bounds what it may be used on.",
		example: "export MAECENAS_KEY=$(maecenas key create --role administrator)\n" +
			"maecenas key create --role editor --resource organizations/teatro --expire 90d --name portal\n" +
			"maecenas key create --account anna@teatro.example --read-only",
		args: cobra.NoArgs, permission: "apiKeys.create", make: true,
		run: func(ctx context.Context, accounts *account.Accounts, _ []string) error {
			key, err := wanted.create(ctx, accounts, time.Now())
			if err == nil {
				fmt.Fprintln(c.Out, key.GetKey())
			}
			return err
		},
	}.build(c)
	flags := cmd.Flags()
	flags.StringVar(&wanted.of, "account", "", "name or address of whose key it is")
	flags.StringVar(&wanted.role, "role", "", "role of a new service account: administrator, auditor, verifier; owner, editor, viewer")
	flags.StringArrayVar(&wanted.resources, "resource", nil, "what it may be used on: organizations/…, investors/… or what is below one")
	flags.BoolVar(&wanted.readOnly, "read-only", false, "it may only read")
	flags.StringVar(&wanted.expire, "expire", "", "when it ends: after days, such as 90d, or on a day, YYYY-MM-DD (a year)")
	flags.StringVar(&wanted.name, "name", "", "what it is for")
	return cmd
}

func (w wantedKey) create(ctx context.Context, accounts *account.Accounts, now time.Time) (*maecenasv1.ApiKey, error) {
	if (w.of == "") == (w.role == "") {
		return nil, console.Usagef("take --role, for a new service account, or --account, for somebody who is there")
	}
	key := &maecenasv1.ApiKey{DisplayName: w.name, ReadOnly: w.readOnly}
	end, err := endOf(w.expire, now)
	if err != nil {
		return nil, err
	}
	key.ExpireTime = end
	if w.of == "" {
		parent, err := w.bearer(ctx, accounts)
		if err != nil {
			return nil, err
		}
		made, _, err := accounts.CreateKey(ctx, account.KeyCreation{Parent: parent, Key: key})
		return made, err
	}
	p, err := accounts.Named(ctx, w.of)
	if err != nil {
		return nil, err
	}
	for _, of := range w.resources {
		key.Scopes = append(key.Scopes, &maecenasv1.ApiKey_Scope{Resource: of})
	}
	made, _, err := accounts.CreateKey(ctx, account.KeyCreation{Parent: p.GetName(), Key: key})
	return made, err
}

// bearer makes the service account of a key.
func (w wantedKey) bearer(ctx context.Context, accounts *account.Accounts) (string, error) {
	of := auth.Installation
	switch len(w.resources) {
	case 0:
	case 1:
		of = w.resources[0]
	default:
		return "", console.Usagef("--role is on one --resource")
	}
	name := w.name
	if name == "" {
		name = strings.ToLower(w.role)
	}
	p, err := create(ctx, accounts, &maecenasv1.Principal{Kind: maecenasv1.Principal_SERVICE_ACCOUNT, DisplayName: name}, w.role, of)
	return p.GetName(), err
}

// endOf reads when a key ends; nil: nothing was said.
func endOf(text string, now time.Time) (*timestamppb.Timestamp, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // unset is what the API takes for a year
	}
	if days, ok := strings.CutSuffix(text, "d"); ok {
		if n, err := strconv.Atoi(days); err == nil && n > 0 && n <= 36500 {
			return timestamppb.New(now.AddDate(0, 0, n)), nil
		}
	}
	if day, err := time.ParseInLocation(time.DateOnly, text, time.Local); err == nil {
		return timestamppb.New(day), nil
	}
	return nil, console.Usagef("--expire %q: takes days, such as 90d, or a day, YYYY-MM-DD", text)
}

func newKeyList(c *console.Console) *cobra.Command {
	return command{
		use: "list [ACCOUNT]", short: "List the keys of somebody, or all, without their text", args: cobra.MaximumNArgs(1),
		run: func(ctx context.Context, accounts *account.Accounts, args []string) error {
			parent := "principals/-"
			if len(args) == 1 {
				p, err := accounts.Named(ctx, args[0])
				if err != nil {
					return err
				}
				parent = p.GetName()
			}
			return showKeys(ctx, c, accounts, parent)
		},
	}.build(c)
}

func showKeys(ctx context.Context, c *console.Console, accounts *account.Accounts, parent string) error {
	return each(func(l record.Listing) (record.Page[*maecenasv1.ApiKey], error) { return accounts.Keys.List(ctx, l) }, parent,
		func(key *maecenasv1.ApiKey) error {
			bounds := ""
			if key.GetReadOnly() {
				bounds = ", read-only"
			}
			for _, scope := range key.GetScopes() {
				bounds += ", " + scope.GetResource()
			}
			fmt.Fprintf(c.Out, "%s  %s…  until %s%s  %s\n", key.GetName(), key.GetPrefix(),
				key.GetExpireTime().AsTime().Format(time.DateOnly), bounds, console.Plain(key.GetDisplayName()))
			return nil
		})
}

func newKeyRotate(c *console.Console) *cobra.Command {
	var overlap time.Duration
	cmd := command{
		use: "rotate KEYNAME", short: "Make the secret of a key anew, and print it",
		example: "maecenas key rotate principals/portal/apiKeys/k1 --overlap 1h", args: cobra.ExactArgs(1), permission: "apiKeys.rotate",
		run: func(ctx context.Context, accounts *account.Accounts, args []string) error {
			if overlap < 0 || overlap > account.MaxOverlap {
				return console.Usagef("--overlap %s: takes 0 to %s", overlap, account.MaxOverlap)
			}
			key, _, err := accounts.RotateKey(ctx, account.Rotation{Name: args[0], Overlap: overlap})
			if err == nil {
				fmt.Fprintln(c.Out, key.GetKey())
			}
			return err
		},
	}.build(c)
	cmd.Flags().DurationVar(&overlap, "overlap", account.DefaultOverlap, "how long the one before is still taken")
	return cmd
}

func newKeyRevoke(c *console.Console) *cobra.Command {
	return command{
		use: "revoke KEYNAME|PREFIX", short: "End a key at once, by its name or by the beginning of its text",
		args: cobra.ExactArgs(1), permission: "apiKeys.delete",
		run: func(ctx context.Context, accounts *account.Accounts, args []string) error {
			name := args[0]
			if !store.KindApiKey.Matches(name) {
				found := ""
				err := each(func(l record.Listing) (record.Page[*maecenasv1.ApiKey], error) { return accounts.Keys.List(ctx, l) }, "principals/-",
					func(key *maecenasv1.ApiKey) error {
						if strings.HasPrefix(name, key.GetPrefix()) {
							found = key.GetName()
						}
						return nil
					})
				if err != nil {
					return err
				}
				if found == "" {
					return fmt.Errorf("no key has that name or beginning: maecenas key list shows them")
				}
				name = found
			}
			_, err := accounts.Keys.Delete(ctx, record.Deletion{Name: name})
			return err
		},
	}.build(c)
}
