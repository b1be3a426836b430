package cli

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/account"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/cli/console"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/resource"
)

// player is a person of the demo, one for each role.
type player struct {
	what, email, name, of string
	role                  maecenasv1.Membership_Role
	key                   string
}

// cast are the people of the demo, who all have one password.
type cast struct {
	players  []player
	password string
}

func newCast() *cast {
	return &cast{players: []player{
		{what: "administrator", email: "admin@demo.example", name: "Ada", of: auth.Installation, role: maecenasv1.Membership_ADMINISTRATOR},
		{what: "auditor", email: "auditor@demo.example", name: "Aldo", of: auth.Installation, role: maecenasv1.Membership_AUDITOR},
		{what: "verifier", email: "verifier@demo.example", name: "Vera", of: auth.Installation, role: maecenasv1.Membership_VERIFIER},
		{what: "owner of " + resource.Subject(storyNeed), email: "studio@demo.example", name: "Olga", of: resource.Subject(storyNeed), role: maecenasv1.Membership_OWNER},
		{what: "owner of " + resource.Subject(storyMandate), email: "fund@demo.example", name: "Ivo", of: resource.Subject(storyMandate), role: maecenasv1.Membership_OWNER},
	}}
}

// enter gives everybody an account, the password and a key.
func (d *demonstration) enter(ctx context.Context) error {
	accounts, err := account.New(account.Options{Keeper: d.app.Keeper()})
	if err != nil {
		return err
	}
	d.cast = newCast()
	// Letters that nobody mistakes, some 80 bits.
	text := strings.ToLower(rand.Text())[:16]
	d.cast.password = strings.Join([]string{text[:4], text[4:8], text[8:12], text[12:]}, "-")
	for i := range d.cast.players {
		if err := d.cast.enter(ctx, accounts, &d.cast.players[i]); err != nil {
			return err
		}
	}
	return nil
}

func (c *cast) enter(ctx context.Context, accounts *account.Accounts, one *player) error {
	p, _, err := accounts.Principals.Create(ctx, record.Creation[*maecenasv1.Principal]{
		Resource: &maecenasv1.Principal{Kind: maecenasv1.Principal_PERSON, Email: one.email, DisplayName: one.name},
	})
	if err != nil {
		return err
	}
	_, _, err = accounts.Memberships.Create(ctx, record.Creation[*maecenasv1.Membership]{
		Resource: &maecenasv1.Membership{Member: p.GetName(), Resource: one.of, Role: one.role},
	})
	if err != nil {
		return err
	}
	made, err := accounts.ResetLink(ctx, p.GetName())
	if err != nil {
		return err
	}
	if _, err := accounts.Redeem(ctx, account.Redemption{Token: made.Token.Reveal(), Password: c.password}); err != nil {
		return err
	}
	key, _, err := accounts.CreateKey(ctx, account.KeyCreation{Parent: p.GetName(), Key: &maecenasv1.ApiKey{DisplayName: "demo"}})
	one.key = key.GetKey()
	return err
}

// introduce tells who there is, in lines that can be pasted.
func (c *cast) introduce(out *console.Console) {
	fmt.Fprintf(out.Out, "Everybody's password is %s; one key for each:\n", out.Paint(console.Cyan, c.password))
	for _, one := range c.players {
		fmt.Fprintf(out.Out, "  %s, %s\n", one.what, one.email)
		fmt.Fprintf(out.Out, "    export MAECENAS_KEY=%s\n", one.key)
	}
}
