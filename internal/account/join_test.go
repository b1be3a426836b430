package account_test

import (
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/account"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/record"
)

// TestInvitationOfAMember: an invitation takes nothing from who is a member already,
// and gives what it says and no more.
func TestInvitationOfAMember(t *testing.T) {
	t.Parallel()
	const (
		viewer, editor, owner            = maecenasv1.Membership_VIEWER, maecenasv1.Membership_EDITOR, maecenasv1.Membership_OWNER
		administrator, auditor, verifier = maecenasv1.Membership_ADMINISTRATOR, maecenasv1.Membership_AUDITOR, maecenasv1.Membership_VERIFIER
	)
	for name, test := range map[string]struct {
		had     maecenasv1.Membership_Role
		until   time.Duration // zero: no end
		elapsed time.Duration
		invited maecenasv1.Membership_Role
		want    string
		has     maecenasv1.Membership_Role
		ends    bool
	}{
		"a lesser role leaves an owner for a time as it was":  {had: owner, until: 48 * time.Hour, invited: viewer, has: owner, ends: true},
		"a lesser role leaves an editor":                      {had: editor, invited: viewer, has: editor},
		"the same role without an end":                        {had: editor, until: 48 * time.Hour, invited: editor, has: editor},
		"a greater role is as it is granted":                  {had: viewer, until: 48 * time.Hour, invited: editor, has: editor},
		"a lesser role after the end of the greater":          {had: owner, until: time.Hour, elapsed: 2 * time.Hour, invited: viewer, has: viewer},
		"an administrator is an auditor":                      {had: administrator, until: 48 * time.Hour, invited: auditor, has: administrator, ends: true},
		"a verifier becomes an administrator":                 {had: verifier, invited: administrator, has: administrator},
		"a verifier does not become an auditor instead":       {had: verifier, invited: auditor, want: "RESOURCE_EXISTS", has: verifier},
		"an auditor does not become a verifier instead":       {had: auditor, invited: verifier, want: "RESOURCE_EXISTS", has: auditor},
		"an auditor becomes a verifier when it is no auditor": {had: auditor, until: time.Hour, elapsed: 2 * time.Hour, invited: verifier, has: verifier},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := open(t)
			of := f.organization(t, "teatro", false)
			if test.had >= verifier {
				of = auth.Installation
				f.granted(t, f.person(t, "first@teatro.example"), of, administrator)
			}
			bruno := f.person(t, "bruno@teatro.example")
			f.setPassword(t, bruno, rose)
			m := &maecenasv1.Membership{Member: bruno, Resource: of, Role: test.had}
			if test.until > 0 {
				m.ExpireTime = timestamppb.New(f.now.Add(test.until))
			}
			if _, _, err := f.Memberships.Create(f.local, record.Creation[*maecenasv1.Membership]{Resource: m}); err != nil {
				t.Fatal(err)
			}
			f.now = f.now.Add(test.elapsed)
			made, err := f.Invite(f.local, account.Invitation{Resource: of, Role: test.invited, Email: "bruno@teatro.example"})
			if err != nil {
				t.Fatal(err)
			}
			_, err = f.redeem(t, made, rose, "")
			want(t, "redeeming", err, test.want)
			found := f.app.Keeper().Directory().MembershipsOf(bruno)
			if len(found) != 1 || found[0].GetRole() != test.has || (found[0].GetExpireTime() != nil) != test.ends {
				t.Errorf("has %v", found)
			}
			if test.want == "" {
				return
			}
			// The link is there still, for when the other role has been taken back.
			if _, err := f.Memberships.Delete(f.local, record.Deletion{Name: found[0].GetName()}); err != nil {
				t.Fatal(err)
			}
			_, err = f.redeem(t, made, rose, "")
			want(t, "redeeming without the other role", err, "")
		})
	}
}
