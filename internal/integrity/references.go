package integrity

import (
	"errors"
	"fmt"
	"strings"

	storagev1 "github.com/maecenas-cci/maecenas/gen/maecenas/storage/v1"
	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// installation is what a membership of the whole installation names.
const installation = "installation"

func isAbsent(err error) bool {
	return errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrInvalid)
}

// accounts finds addresses that two people sign in with, and passwords that are
// said to be there and are not.
func (c *checker) accounts() error {
	byEmail := map[string]string{}
	return each(c.ctx, c.r, store.KindPrincipal, func(p *maecenasv1.Principal) error {
		if email := p.GetEmail(); email != "" {
			if other, taken := byEmail[email]; taken {
				c.report(Problem{p.GetName(), "it has the e-mail address of " + other, "give one of both another address"})
			}
			byEmail[email] = p.GetName()
		}
		err := c.r.Get(p.GetName()+"/credential", &storagev1.Credential{})
		switch {
		case err != nil && !isAbsent(err):
			return err
		case (err == nil) != p.GetPasswordSet():
			c.report(Problem{
				p.GetName(), fmt.Sprintf("that its password is set is %t, and that there is one is %t", p.GetPasswordSet(), err == nil),
				"set its password anew",
			})
		}
		return nil
	})
}

// keys finds keys without their secret and secrets without their key. That a scope
// leads nowhere is no fault: what it named was deleted, and it is good for nothing.
func (c *checker) keys() error {
	err := each(c.ctx, c.r, store.KindApiKey, func(k *maecenasv1.ApiKey) error {
		err := c.r.Get(k.GetName()+"/secret", &storagev1.KeySecret{})
		if isAbsent(err) {
			c.report(Problem{k.GetName(), "its secret is missing, so nobody can call with it", "rotate it, or delete it"})
			err = nil
		}
		return err
	})
	if err != nil {
		return err
	}
	return each(c.ctx, c.r, store.KindKeySecret, func(s *storagev1.KeySecret) error {
		key := strings.TrimSuffix(s.GetName(), "/secret")
		err := c.r.Get(key, &maecenasv1.ApiKey{})
		if isAbsent(err) {
			c.report(Problem{s.GetName(), "its key is missing", "restore a backup: nothing calls with it, and nothing can delete it"})
			return nil
		}
		return err
	})
}

func (c *checker) memberships() error {
	const remedy = "delete the membership"
	seen := map[[2]string]string{}
	return each(c.ctx, c.r, store.KindMembership, func(m *maecenasv1.Membership) error {
		pair := [2]string{m.GetMember(), m.GetResource()}
		if other, twice := seen[pair]; twice {
			c.report(Problem{m.GetName(), "it has member and resource of " + other, "delete one of both"})
		}
		seen[pair] = m.GetName()
		return errors.Join(
			c.leads(m.GetName(), "member", m.GetMember(), remedy), c.leads(m.GetName(), "resource", m.GetResource(), remedy),
		)
	})
}

// ended are the states that an introduction does not leave.
var ended = map[maecenasv1.Introduction_State]bool{
	maecenasv1.Introduction_FUNDED: true, maecenasv1.Introduction_DECLINED: true, maecenasv1.Introduction_WITHDRAWN: true,
}

func (c *checker) introductions() error {
	const remedy = "withdraw it, and delete what it belongs to"
	seen := map[[2]string]string{}
	return each(c.ctx, c.r, store.KindIntroduction, func(i *maecenasv1.Introduction) error {
		pair := [2]string{i.GetNeed(), i.GetMandate()}
		if other, twice := seen[pair]; twice {
			c.report(Problem{i.GetName(), "it is of the need and the mandate of " + other, "withdraw one of both"})
		}
		seen[pair] = i.GetName()
		if ended[i.GetState()] {
			return nil // Its history stays, whatever becomes of the pair.
		}
		return errors.Join(
			c.leads(i.GetName(), "need", i.GetNeed(), remedy), c.leads(i.GetName(), "mandate", i.GetMandate(), remedy),
		)
	})
}

func (c *checker) bookmarks() error {
	for _, kind := range []store.Kind{store.KindOrganizationBookmark, store.KindInvestorBookmark} {
		err := each(c.ctx, c.r, kind, func(b *maecenasv1.Bookmark) error {
			const remedy = "delete the bookmark"
			return errors.Join(
				c.leads(b.GetName(), "need", b.GetNeed(), remedy), c.leads(b.GetName(), "mandate", b.GetMandate(), remedy),
			)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
