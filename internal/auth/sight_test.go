package auth_test

import (
	"fmt"
	"testing"
	"time"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth"
)

// sight is what somebody with memberships in subjects sees.
func sight(verified string, subjects ...string) auth.Sight {
	d := auth.NewDirectory()
	d.Apply(auth.Entry{Name: "principals/ada", Record: &maecenasv1.Principal{Name: "principals/ada"}})
	for _, name := range []string{"investors/a", "investors/b"} {
		state := maecenasv1.Investor_Verification_UNVERIFIED
		if name == verified {
			state = maecenasv1.Investor_Verification_VERIFIED
		}
		d.Apply(auth.Entry{Name: name, Record: &maecenasv1.Investor{
			Name: name, Type: maecenasv1.Investor_BANK, Verification: &maecenasv1.Investor_Verification{State: state},
		}})
	}
	for n, subject := range subjects {
		name := fmt.Sprint("memberships/", n)
		d.Apply(auth.Entry{Name: name, Record: &maecenasv1.Membership{
			Name: name, Member: "principals/ada", Resource: subject, Role: maecenasv1.Membership_OWNER,
		}})
	}
	return auth.Sight{Caller: d.Principal("principals/ada", time.Unix(0, 0)), Directory: d}
}

// TestExclusionsBindPeople: who was excluded as one side sees nothing more by making
// another of its own.
func TestExclusionsBindPeople(t *testing.T) {
	t.Parallel()
	theatre := &maecenasv1.Organization{Name: "organizations/t", Listed: true, ExcludedInvestors: []string{"investors/a"}}
	for _, test := range []struct {
		verified string
		sides    []string
		want     bool
	}{
		{"", []string{"investors/a"}, false},
		{"", []string{"investors/b"}, true},
		{"", []string{"investors/a", "investors/b"}, false},
		{"investors/a", []string{"investors/a", "investors/b"}, false},
		{"investors/b", []string{"investors/a", "investors/b"}, true},
	} {
		if _, ok := sight(test.verified, test.sides...).Organization(theatre); ok != test.want {
			t.Errorf("an organization that excluded a exists for %v (%q verified): %t", test.sides, test.verified, ok)
		}
	}
	fund := &maecenasv1.Investor{Name: "investors/f", ExcludedOrganizations: []string{"organizations/a"}}
	for _, test := range []struct {
		sides []string
		want  bool
	}{
		{nil, true},
		{[]string{"organizations/a"}, false},
		{[]string{"organizations/a", "investors/b"}, false},
		{[]string{"organizations/a", "organizations/b"}, true},
		{[]string{"organizations/b", "investors/b"}, true},
	} {
		if _, ok := sight("", test.sides...).Investor(fund); ok != test.want {
			t.Errorf("an investor that excluded a exists for %v: %t", test.sides, ok)
		}
	}
}
