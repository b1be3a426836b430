package auth_test

import (
	"fmt"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	storagev1 "github.com/maecenas-cci/maecenas/gen/maecenas/storage/v1"
	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth"
)

// TestKeysSeeTheirIntroductions: what an introduction opens is for keys of its need, of
// its mandate or of the whole, on either side.
func TestKeysSeeTheirIntroductions(t *testing.T) {
	t.Parallel()
	d := auth.NewDirectory()
	d.Apply(auth.Entry{Name: "principals/ada", Record: &maecenasv1.Principal{Name: "principals/ada"}})
	d.Apply(auth.Entry{Name: "introductions/a", Record: &maecenasv1.Introduction{
		Need: "organizations/t/needs/n", Mandate: "investors/f/mandates/m", State: maecenasv1.Introduction_MUTUAL,
	}})
	caller := func(of string, scopes ...string) auth.Sight {
		d.Apply(auth.Entry{Name: "memberships/m", Record: &maecenasv1.Membership{
			Name: "memberships/m", Member: "principals/ada", Resource: of, Role: maecenasv1.Membership_OWNER,
		}})
		key := &maecenasv1.ApiKey{Name: "principals/ada/apiKeys/k"}
		for _, scope := range scopes {
			key.Scopes = append(key.Scopes, &maecenasv1.ApiKey_Scope{Resource: scope})
		}
		hash := auth.Hash{1}
		d.Apply(auth.Entry{Name: key.GetName(), Record: key},
			auth.Entry{Name: key.GetName() + "/secret", Record: &storagev1.KeySecret{Hash: hash[:]}})
		return auth.Sight{Caller: d.ByHash(hash, time.Unix(0, 0)), Directory: d}
	}
	theatre := &maecenasv1.Organization{Name: "organizations/t", Listed: true}
	for _, test := range []struct {
		scopes []string
		want   auth.View
	}{
		{nil, auth.Introduced},
		{[]string{"investors/f"}, auth.Introduced},
		{[]string{"investors/f/mandates/m"}, auth.Introduced},
		{[]string{"investors/f/mandates/other"}, auth.Investor},
		{[]string{"investors/f/mandates/m2", "investors/f/contact"}, auth.Investor},
	} {
		s := caller("investors/f", test.scopes...)
		if view, by, ok := s.OrganizationBy(theatre); !ok || view != test.want || by != "investors/f" {
			t.Errorf("a key of %v sees the organization in view %v by %q: %t", test.scopes, view, by, ok)
		}
		if _, ok := s.OrganizationContact(&maecenasv1.OrganizationContact{Name: "organizations/t/contact"}); ok != (test.want == auth.Introduced) {
			t.Errorf("a key of %v sees the contact: %t", test.scopes, ok)
		}
	}
	for scope, want := range map[string]bool{"organizations/t": true, "organizations/t/needs/n": true, "organizations/t/needs/other": false} {
		s := caller("organizations/t", scope)
		if _, ok := s.InvestorContact(&maecenasv1.InvestorContact{Name: "investors/f/contact"}); ok != want {
			t.Errorf("a key of %s sees the investor's contact: %t", scope, ok)
		}
	}
	d.Apply(auth.Entry{Name: "introductions/a", Record: &maecenasv1.Introduction{
		Need: "organizations/t/needs/n", Mandate: "investors/f/mandates/m", State: maecenasv1.Introduction_WITHDRAWN,
	}})
	if view, _ := caller("investors/f").Organization(theatre); view != auth.Investor {
		t.Errorf("once it was withdrawn, the view is %v", view)
	}
}

// TestBySide: an organization is seen by the investor that it was introduced to, else by
// one that somebody verified, else by the first.
func TestBySide(t *testing.T) {
	t.Parallel()
	d := auth.NewDirectory()
	d.Apply(auth.Entry{Name: "principals/ada", Record: &maecenasv1.Principal{Name: "principals/ada"}})
	for _, id := range []string{"a", "b", "c"} {
		investor := &maecenasv1.Investor{Name: "investors/" + id}
		if id == "b" {
			investor.Verification = &maecenasv1.Investor_Verification{State: maecenasv1.Investor_Verification_VERIFIED}
		}
		d.Apply(auth.Entry{Name: investor.GetName(), Record: investor}, auth.Entry{Name: "memberships/" + id, Record: &maecenasv1.Membership{
			Member: "principals/ada", Resource: investor.GetName(), Role: maecenasv1.Membership_VIEWER,
		}})
	}
	d.Apply(auth.Entry{Name: "introductions/a", Record: &maecenasv1.Introduction{
		Need: "organizations/met/needs/n", Mandate: "investors/c/mandates/m", State: maecenasv1.Introduction_MEETING,
	}})
	s := auth.Sight{Caller: d.Principal("principals/ada", time.Unix(0, 0)), Directory: d}
	for name, want := range map[string]string{"met": "investors/c 3", "other": "investors/b 1"} {
		view, by, _ := s.OrganizationBy(&maecenasv1.Organization{Name: "organizations/" + name, Listed: true})
		if got := fmt.Sprint(by, " ", int(view)); got != want {
			t.Errorf("%s is seen by %s, want %s", name, got, want)
		}
	}
}

// TestAgencies: an organization acts for another that let it, once it has accepted, and
// for nothing else.
func TestAgencies(t *testing.T) {
	t.Parallel()
	d := auth.NewDirectory()
	d.Apply(auth.Entry{Name: "principals/ada", Record: &maecenasv1.Principal{Name: "principals/ada"}})
	put := func(id, member, of string, accepted bool) {
		m := &maecenasv1.Membership{Member: member, Resource: of, Role: maecenasv1.Membership_OWNER}
		if accepted {
			m.AcceptTime = timestamppb.New(time.Unix(0, 0))
		}
		d.Apply(auth.Entry{Name: "memberships/" + id, Record: m})
	}
	put("1", "principals/ada", "organizations/agency", false)
	put("2", "organizations/agency", "organizations/agreed", true)
	put("3", "organizations/agency", "organizations/asked", false)
	put("4", "organizations/agency", "investors/fund", true)
	put("5", "organizations/agency", auth.Installation, true)
	p := d.Principal("principals/ada", time.Unix(0, 0))
	for name, want := range map[string]auth.Role{
		"organizations/agency": auth.RoleOwner, "organizations/agreed": auth.RoleEditor, "organizations/asked": auth.RoleNone,
		"investors/fund": auth.RoleNone, auth.Installation: auth.RoleNone,
	} {
		if got := p.RoleOn(name); got != want {
			t.Errorf("the role on %s is %v, want %v", name, got, want)
		}
	}
}
