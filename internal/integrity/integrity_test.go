package integrity_test

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/types/known/timestamppb"

	storagev1 "github.com/maecenas-cci/maecenas/gen/maecenas/storage/v1"
	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/audit/chain"
	"github.com/maecenas-cci/maecenas/internal/erase"
	"github.com/maecenas-cci/maecenas/internal/integrity"
	"github.com/maecenas-cci/maecenas/internal/store"
	"github.com/maecenas-cci/maecenas/internal/store/memstore"
	"github.com/maecenas-cci/maecenas/internal/store/storetest"
)

const (
	person = "principals/ada"
	need   = "organizations/a/needs/n"
	deal   = "investors/i/mandates/m"
)

// sound are records that say nothing wrong of each other.
func sound() []store.Record {
	n := 0
	uid := func() string {
		n++
		return storetest.UID(n)
	}
	hash := erase.HashOf(storetest.UID(500))
	records := []store.Record{
		&maecenasv1.Organization{Name: "organizations/a", Uid: uid()},
		&maecenasv1.Need{Name: need, Uid: uid()},
		&maecenasv1.Investor{Name: "investors/i", Uid: uid()},
		&maecenasv1.Mandate{Name: deal, Uid: uid()},
		&maecenasv1.Principal{Name: person, Uid: uid(), Email: "ada@example.org", PasswordSet: true},
		&storagev1.Credential{Name: person + "/credential", Uid: uid()},
		&maecenasv1.ApiKey{Name: person + "/apiKeys/k", Uid: uid(), Scopes: []*maecenasv1.ApiKey_Scope{{Resource: need}}},
		&storagev1.KeySecret{Name: person + "/apiKeys/k/secret", Uid: uid()},
		&maecenasv1.Membership{Name: "memberships/m", Uid: uid(), Member: person, Resource: "organizations/a"},
		&maecenasv1.Membership{Name: "memberships/n", Uid: uid(), Member: person, Resource: "installation"},
		&maecenasv1.Introduction{Name: "introductions/x", Uid: uid(), Need: need, Mandate: deal, State: maecenasv1.Introduction_MUTUAL},
		&maecenasv1.Introduction{Name: "introductions/y", Uid: uid(), Need: need, Mandate: "investors/i/mandates/gone", State: maecenasv1.Introduction_DECLINED},
		&maecenasv1.Bookmark{Name: "investors/i/bookmarks/b", Uid: uid(), Need: need, Mandate: deal},
		&maecenasv1.Consent{Name: person + "/consents/c", Uid: uid(), Subject: "organizations/a"},
		&storagev1.Link{Name: "links/l", Uid: uid(), Principal: person},
		&storagev1.ErasedSubject{Name: hash.Name(), Uid: uid(), Hash: hash[:]},
	}
	var last *maecenasv1.AuditEntry
	for range 5 {
		entry := &maecenasv1.AuditEntry{EntryTime: timestamppb.New(timestamppb.Now().AsTime()), Permission: "needs.get"}
		chain.Link(last, entry)
		last = entry
		records = append(records, entry)
	}
	return records
}

func TestCheck(t *testing.T) {
	t.Parallel()
	hash := erase.HashOf(storetest.UID(1))
	for name, test := range map[string]struct {
		without string // a name that is left out
		with    []store.Record
		want    []string // parts of each problem; the remedy follows the second colon
	}{
		"sound": {"", nil, nil},
		"a key without its secret": {person + "/apiKeys/k/secret", nil, []string{
			person + "/apiKeys/k: its secret is missing, so nobody can call with it: rotate it"}},
		"a secret without its key":     {person + "/apiKeys/k", nil, []string{"/secret: its key is missing"}},
		"a password that is not there": {person + "/credential", nil, []string{"set its password anew"}},
		"a need that is gone": {need, nil, []string{
			"introductions/x: its need is " + need + ", which does not exist", "investors/i/bookmarks/b: its need"}},
		"two with one address": {"", []store.Record{
			&maecenasv1.Principal{Name: "principals/bob", Uid: storetest.UID(90), Email: "ada@example.org"}}, []string{"e-mail address of " + person}},
		"a membership of nobody": {"", []store.Record{
			&maecenasv1.Membership{Name: "memberships/o", Uid: storetest.UID(90), Member: "principals/gone", Resource: "investors/gone"},
			&maecenasv1.Membership{Name: "memberships/p", Uid: storetest.UID(91), Member: person, Resource: "organizations/a"},
		}, []string{"its member is principals/gone", "its resource is investors/gone", "member and resource of memberships/m"}},
		"an introduction twice": {"", []store.Record{
			&maecenasv1.Introduction{Name: "introductions/z", Uid: storetest.UID(90), Need: need, Mandate: deal},
		}, []string{"of the need and the mandate of introductions/x"}},
		"what outlives what it names": {"", []store.Record{
			&maecenasv1.Consent{Name: person + "/consents/d", Uid: storetest.UID(90), Subject: "organizations/gone"},
			&storagev1.Link{Name: "links/k", Uid: storetest.UID(91), Resource: "investors/gone"},
			&maecenasv1.ApiKey{Name: person + "/apiKeys/j", Uid: storetest.UID(92), Scopes: []*maecenasv1.ApiKey_Scope{{Resource: "investors/gone/deals/d"}}},
			&storagev1.KeySecret{Name: person + "/apiKeys/j/secret", Uid: storetest.UID(93)},
		}, nil},
		"an erased subject": {"", []store.Record{
			&storagev1.ErasedSubject{Name: hash.Name(), Uid: storetest.UID(90), Hash: hash[:]},
			&storagev1.ErasedSubject{Name: "erasures/00", Uid: storetest.UID(91), Hash: hash[:]},
		}, []string{"erasures/00: its hash", "organizations/a: it was erased, and is there again"}},
		"an entry of the log that is missing": {chain.Name(3), nil, []string{chain.Name(4) + ": the chain"}},
		"an entry that was changed": {chain.Name(2), []store.Record{
			&maecenasv1.AuditEntry{Name: chain.Name(2), Uid: storetest.UID(90), Sequence: 2},
		}, []string{": the chain of the audit log does not hold"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := memstore.New(memstore.Options{})
			defer func() { _ = s.Close() }()
			var got []string
			_, err := s.Update(t.Context(), func(w store.Writer) error {
				for _, rec := range append(sound(), test.with...) {
					if rec.GetName() == test.without && rec.GetUid() != storetest.UID(90) {
						continue
					}
					if err := w.Put(rec); err != nil {
						return err
					}
				}
				return integrity.Check(t.Context(), w, func(p integrity.Problem) { got = append(got, p.String()) })
			})
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != len(test.want) {
				t.Fatalf("found %q, want %q", got, test.want)
			}
			for i, want := range test.want {
				if !strings.Contains(got[i], want) {
					t.Errorf("found %q, want %q", got[i], want)
				}
			}
		})
	}
}
