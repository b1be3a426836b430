package introduction_test

import (
	"slices"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/app"
	"github.com/maecenas-cci/maecenas/internal/introduction"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// change writes fields of a record as the command line does.
func change[T record.Resource](w world, c *record.Collection[T], resource T, paths ...string) {
	w.t.Helper()
	_, _, err := c.Update(w.local(), record.Update[T]{Resource: resource, Mask: &fieldmaskpb.FieldMask{Paths: paths}})
	if err != nil {
		w.t.Fatal(err)
	}
}

// TestPropose: a pair is proposed where the other side exists for the proposer, and the
// need and the mandate are open; what does not exist and what may not be known of are
// refused in the same words.
func TestPropose(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		who    string
		before func(world)
		want   maecenasv1.ErrorReason
	}{
		"organization":         {who: "ada"},
		"investor":             {who: "ivo"},
		"viewer":               {who: "vera", want: maecenasv1.ErrorReason_PERMISSION_DENIED},
		"another investor":     {who: "otto", want: maecenasv1.ErrorReason_PERMISSION_DENIED},
		"unlisted, by itself":  {who: "ada", before: unlist},
		"unlisted, by another": {who: "ivo", before: unlist, want: maecenasv1.ErrorReason_RESOURCE_NOT_FOUND},
		"organization excluded": {who: "ada", want: maecenasv1.ErrorReason_RESOURCE_NOT_FOUND, before: func(w world) {
			change(w, w.Investors, &maecenasv1.Investor{Name: fund, ExcludedOrganizations: []string{theatre}}, "excluded_organizations")
		}},
		"investor excluded": {who: "ivo", want: maecenasv1.ErrorReason_RESOURCE_NOT_FOUND, before: exclude},
		"need withdrawn": {who: "ada", want: maecenasv1.ErrorReason_NOT_MATCHABLE, before: func(w world) {
			change(w, w.Needs, &maecenasv1.Need{Name: tour, State: maecenasv1.Need_WITHDRAWN}, "state")
		}},
		"mandate closed": {who: "ada", want: maecenasv1.ErrorReason_RESOURCE_NOT_FOUND, before: func(w world) {
			change(w, w.Mandates, &maecenasv1.Mandate{Name: call, State: maecenasv1.Mandate_CLOSED}, "state")
		}},
		"mandate of yesterday": {who: "ivo", want: maecenasv1.ErrorReason_NOT_MATCHABLE, before: func(w world) {
			change(w, w.Mandates, &maecenasv1.Mandate{Name: call, CloseDate: "2026-11-23"}, "close_date")
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := open(t, app.Options{})
			if test.before != nil {
				test.before(w)
			}
			made, err := w.propose(test.who, tour)
			if got := reason(t, err); got != test.want {
				t.Fatalf("refused with %s (%v), want %s", got, err, test.want)
			}
			if err == nil && (made.GetState() != maecenasv1.Introduction_PROPOSED || made.GetMessage() != "Hello") {
				t.Errorf("made %v", made)
			}
		})
	}
}

func unlist(w world) {
	change(w, w.Organizations, &maecenasv1.Organization{Name: theatre, Listed: false}, "listed")
}

func exclude(w world) {
	change(w, w.Organizations, &maecenasv1.Organization{Name: theatre, ExcludedInvestors: []string{fund}}, "excluded_investors")
}

// TestAcceptAfterExclusion: who was excluded after it was proposed to is let in by no
// answer of its own.
func TestAcceptAfterExclusion(t *testing.T) {
	t.Parallel()
	w := open(t, app.Options{})
	made, err := w.propose("ada", tour)
	if err != nil {
		t.Fatal(err)
	}
	exclude(w)
	for _, try := range []func() error{
		func() error { _, err := w.act("ivo", made.GetName(), introduction.Accept, 0); return err },
		func() error { _, err := w.propose("ivo", tour); return err },
	} {
		if got := reason(t, try()); got != maecenasv1.ErrorReason_NOT_MATCHABLE {
			t.Errorf("refused with %s", got)
		}
	}
}

// TestUnverified: where the operator shows facts to verified investors alone, no other
// proposes, and none becomes mutual.
func TestUnverified(t *testing.T) {
	t.Parallel()
	w := open(t, app.Options{VerifiedOnly: true})
	if _, err := w.propose("ivo", tour); reason(t, err) != maecenasv1.ErrorReason_INVESTOR_UNVERIFIED {
		t.Errorf("the investor proposed: %v", err)
	}
	made, err := w.propose("ada", tour)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.act("ivo", made.GetName(), introduction.Accept, 0); reason(t, err) != maecenasv1.ErrorReason_INVESTOR_UNVERIFIED {
		t.Errorf("the investor accepted: %v", err)
	}
}

// TestOthers: for whom is on neither side, there is no introduction.
func TestOthers(t *testing.T) {
	t.Parallel()
	w := open(t, app.Options{})
	name := w.mutual().GetName()
	if _, _, err := w.Get(w.as("otto"), name, 0); reason(t, err) != maecenasv1.ErrorReason_RESOURCE_NOT_FOUND {
		t.Errorf("another investor reads it: %v", err)
	}
	if _, err := w.act("otto", name, introduction.Withdraw, 0); reason(t, err) != maecenasv1.ErrorReason_RESOURCE_NOT_FOUND {
		t.Errorf("another investor withdraws it: %v", err)
	}
	if _, err := w.act("vera", name, introduction.Withdraw, 0); reason(t, err) != maecenasv1.ErrorReason_PERMISSION_DENIED {
		t.Errorf("a viewer withdraws it: %v", err)
	}
	if seen, _, err := w.Get(w.as("vera"), name, 0); err != nil || len(seen.GetNextStates()) != 0 {
		t.Errorf("a viewer is told of steps %v, %v", seen.GetNextStates(), err)
	}
	page, err := w.List(w.as("otto"), introduction.Listing{Listing: record.Listing{Limit: 10}, Subject: theatre})
	if err != nil || len(page.Records) != 0 {
		t.Errorf("another investor lists %v, %v", page.Records, err)
	}
}

// TestList: pages in the order of their making, of the caller's sides, in the states
// that are asked for.
func TestList(t *testing.T) {
	t.Parallel()
	w := open(t, app.Options{})
	var want []string
	for _, id := range []string{"one", "two", "three", "four", "five"} {
		made, err := w.propose("ada", w.need(id))
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, made.GetName())
	}
	if _, err := w.act("ivo", want[1], introduction.Decline, 0); err != nil {
		t.Fatal(err)
	}
	list := func(states ...maecenasv1.Introduction_State) (names []string) {
		listing := introduction.Listing{Listing: record.Listing{Limit: 2}, States: states}
		for {
			page, err := w.List(w.as("ivo"), listing)
			if err != nil {
				t.Fatal(err)
			}
			for _, one := range page.Records {
				names = append(names, one.GetName())
			}
			if listing.After = page.Next; page.Next == nil {
				return names
			}
		}
	}
	if got := list(); !slices.Equal(got, want) {
		t.Errorf("listed %v, want %v", got, want)
	}
	if got := list(maecenasv1.Introduction_DECLINED); !slices.Equal(got, want[1:2]) {
		t.Errorf("declined are %v", got)
	}
}

// TestFunded: a deal is made of it, for the investor alone until both sides publish it.
func TestFunded(t *testing.T) {
	t.Parallel()
	w := open(t, app.Options{})
	i := w.walk("organization", "FUNDED", tour)
	deal, _, err := w.Deals.Get(w.as("ivo"), i.GetDeal(), 0)
	if err != nil {
		t.Fatal(err)
	}
	want := &maecenasv1.Deal{
		Organization: theatre, Snapshot: deal.GetSnapshot(), Date: "2026-11-20", Instrument: maecenasv1.Instrument_GRANT,
		Amount: proto.Int64(25000), CurrencyCode: "EUR", Stage: maecenasv1.FundingStage_EARLY, Origin: maecenasv1.Deal_INTRODUCTION,
	}
	want.Name, want.Uid, want.Etag, want.CreateTime, want.UpdateTime = deal.GetName(), deal.GetUid(), deal.GetEtag(), deal.GetCreateTime(), deal.GetUpdateTime()
	if !proto.Equal(deal, want) || deal.GetSnapshot().GetPlace().GetRegionCode() != "ITF47" {
		t.Errorf("the deal is %v", deal)
	}
	organizations := func() (string, maecenasv1.ErrorReason) {
		seen, _, err := w.Get(w.as("ada"), i.GetName(), 0)
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = w.Deals.Get(w.as("ada"), i.GetDeal(), 0)
		return seen.GetDeal(), reason(t, err)
	}
	if name, why := organizations(); name != "" || why != maecenasv1.ErrorReason_RESOURCE_NOT_FOUND {
		t.Errorf("the organization is told of %q, %s", name, why)
	}
	_, _, err = w.Deals.Update(w.as("ivo"), record.Update[*maecenasv1.Deal]{
		Resource: &maecenasv1.Deal{Name: i.GetDeal(), Published: true}, Mask: &fieldmaskpb.FieldMask{Paths: []string{"published"}},
	})
	if reason(t, err) != maecenasv1.ErrorReason_FIELD_INVALID {
		t.Errorf("the investor publishes it alone: %v", err)
	}
	for _, who := range []string{"ivo", "ada"} {
		if name, _ := organizations(); name != "" {
			t.Errorf("published before %s agreed", who)
		}
		if _, _, err := w.Publish(w.as(who), introduction.Request{Name: i.GetName()}); err != nil {
			t.Fatal(err)
		}
	}
	if name, why := organizations(); name != i.GetDeal() || why != 0 {
		t.Errorf("once both agreed, the organization is told of %q, %s", name, why)
	}
}

// TestContacts: they are the own people's until an introduction is mutual, the other
// side's while it is open, and every look of that is in the audit log.
func TestContacts(t *testing.T) {
	t.Parallel()
	w := open(t, app.Options{})
	person := []*maecenasv1.ContactPerson{{DisplayName: "Ada", Email: "ada@example.org"}}
	if _, _, err := w.Contacts.Organizations.Update(w.as("ada"), record.Update[*maecenasv1.OrganizationContact]{
		Resource: &maecenasv1.OrganizationContact{Name: theatre + "/contact", People: person},
	}); err != nil {
		t.Fatal(err)
	}
	entries := func() (n int) {
		err := w.Keeper().Read(t.Context(), 0, func(r store.Reader) error {
			return r.List(store.KindAuditEntry, store.ListOptions{}, func(_ store.Cursor, rec store.Record) (bool, error) {
				if entry, ok := rec.(*maecenasv1.AuditEntry); ok && entry.GetObjectType() == string(store.KindOrganizationContact) {
					n++
				}
				return true, nil
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	look := func(who string) maecenasv1.ErrorReason {
		c, _, err := w.Contacts.Organization(w.as(who), theatre+"/contact", 0)
		if err == nil && len(c.GetPeople()) != 1 {
			t.Errorf("%s sees %v", who, c)
		}
		return reason(t, err)
	}
	const none = maecenasv1.ErrorReason_RESOURCE_NOT_FOUND
	written := entries()
	if look("ada") != 0 || look("vera") != 0 || look("ivo") != none || look("otto") != none {
		t.Error("before an introduction")
	}
	name := w.mutual().GetName()
	if entries() != written {
		t.Error("a look of one's own people was written down")
	}
	if look("ivo") != 0 || look("otto") != none {
		t.Error("during an introduction")
	}
	if entries() != written+1 {
		t.Errorf("%d looks were written down, want 1", entries()-written)
	}
	if c, _, err := w.Contacts.Investor(w.as("ada"), fund+"/contact", 0); err != nil || c.GetEtag() != "" {
		t.Errorf("the contact of the other side, never written: %v, %v", c, err)
	}
	if _, err := w.act("ada", name, introduction.Withdraw, 0); err != nil {
		t.Fatal(err)
	}
	if look("ivo") != none {
		t.Error("after it was withdrawn")
	}
}

// TestNames: what the other side is called is shown while it proposed itself or the
// introduction is open; afterwards only as far as it exists for the caller.
func TestNames(t *testing.T) {
	t.Parallel()
	w := open(t, app.Options{})
	names := func(name string) [2]string {
		t.Helper()
		seen, _, err := w.Get(w.as("ivo"), name, 0)
		if err != nil {
			t.Fatal(err)
		}
		return [2]string{seen.GetOrganizationDisplayName(), seen.GetNeedTitle()}
	}
	unlist(w)
	told, untold := [2]string{"Teatro", "Tour"}, [2]string{}
	made, err := w.propose("ada", tour)
	if err != nil {
		t.Fatal(err)
	}
	if got := names(made.GetName()); got != told {
		t.Errorf("proposed: %q", got)
	}
	if _, err := w.act("ivo", made.GetName(), introduction.Accept, 0); err != nil {
		t.Fatal(err)
	}
	if got := names(made.GetName()); got != told {
		t.Errorf("mutual: %q", got)
	}
	if _, err := w.act("ada", made.GetName(), introduction.Withdraw, 0); err != nil {
		t.Fatal(err)
	}
	if got := names(made.GetName()); got != untold {
		t.Errorf("withdrawn: %q", got)
	}
}
