package auth_test

import (
	"testing"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth"
)

// TestVerificationTakenBack: where facts are for verified investors alone, an open
// introduction shows neither facts nor contacts to one that no longer is.
func TestVerificationTakenBack(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		verified string
		only     bool
		want     auth.View
		contact  bool
	}{
		{"investors/a", true, auth.Introduced, true},
		{"", true, auth.Outline, false},
		{"", false, auth.Introduced, true},
	} {
		s := sight(test.verified, "investors/a")
		s.VerifiedOnly = test.only
		s.Directory.Apply(auth.Entry{Name: "introductions/i", Record: &maecenasv1.Introduction{
			Name: "introductions/i", Need: "organizations/t/needs/n", Mandate: "investors/a/mandates/m", State: maecenasv1.Introduction_MUTUAL,
		}})
		view, exists := s.Organization(&maecenasv1.Organization{Name: "organizations/t", Listed: true})
		if _, contact := s.OrganizationContact(&maecenasv1.OrganizationContact{Name: "organizations/t/contact"}); view != test.want || !exists || contact != test.contact {
			t.Errorf("%+v: view %v, contact %t", test, view, contact)
		}
		if _, exists := s.Organization(&maecenasv1.Organization{Name: "organizations/t"}); exists != test.contact {
			t.Errorf("%+v: unlisted, it exists: %t", test, exists)
		}
	}
}
