package account_test

import (
	"fmt"
	"testing"
	"time"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/account"
)

// TestInvitationsAskSlowly: who holds the links of its own invitations asks with few of
// them who has an account, and makes nobody wait who signs in.
func TestInvitationsAskSlowly(t *testing.T) {
	t.Parallel()
	f := open(t)
	teatro, mine := f.organization(t, "teatro", false), f.organization(t, "mine", false)
	owner, other := f.person(t, "owner@teatro.example"), f.person(t, "other@teatro.example")
	f.granted(t, owner, teatro, maecenasv1.Membership_OWNER)
	f.granted(t, other, mine, maecenasv1.Membership_OWNER)
	victim := f.person(t, "victim@teatro.example")
	f.setPassword(t, victim, rose)
	tries := 0
	try := func(as, of, email, password string) error {
		t.Helper()
		made, err := f.Invite(f.as(t, as), account.Invitation{Resource: of, Role: maecenasv1.Membership_VIEWER, Email: email})
		if err != nil {
			t.Fatal(err)
		}
		tries++
		_, err = f.Redeem(t.Context(), account.Redemption{Token: made.Token.Reveal(), Password: password, From: fmt.Sprintf("192.0.2.%d", tries)})
		return err
	}
	// Whom it invites that has no account, or knows its password, does not count, and
	// resets nothing.
	for n := range 5 {
		want(t, "somebody new", try(owner, teatro, fmt.Sprintf("new%d@teatro.example", n), train), "")
		want(t, "somebody known", try(owner, teatro, "new0@teatro.example", train), "")
		known := f.person(t, fmt.Sprintf("known%d@teatro.example", n))
		f.setPassword(t, known, rose)
		want(t, "a guess", try(owner, teatro, fmt.Sprintf("known%d@teatro.example", n), train), "SIGN_IN_FAILED")
	}
	want(t, "a guess too many", try(owner, teatro, "known1@teatro.example", train), "SIGN_IN_THROTTLED")
	want(t, "somebody new, then", try(owner, teatro, "new9@teatro.example", train), "SIGN_IN_THROTTLED")
	f.now = f.now.Add(time.Second)
	want(t, "after a while", try(owner, teatro, "new9@teatro.example", train), "")

	for range 5 {
		want(t, "a guess at one", try(other, mine, "victim@teatro.example", train), "SIGN_IN_FAILED")
	}
	want(t, "another's guess at it", try(owner, teatro, "victim@teatro.example", train), "SIGN_IN_THROTTLED")
	_, err := f.SignIn(t.Context(), attempt("victim@teatro.example", rose))
	want(t, "the person signs in", err, "")
}
