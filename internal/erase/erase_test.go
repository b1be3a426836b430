package erase_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/timestamppb"

	storagev1 "github.com/maecenas-cci/maecenas/gen/maecenas/storage/v1"
	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/erase"
	"github.com/maecenas-cci/maecenas/internal/store"
	"github.com/maecenas-cci/maecenas/internal/store/memstore"
	"github.com/maecenas-cci/maecenas/internal/store/storetest"
)

var at = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// world returns a store with a subject of every kind that can be erased, all that
// there can be below it, and the same below others, whose every text names the
// subject or what is below it.
func world(t *testing.T, subject string) store.Store {
	t.Helper()
	s := memstore.New(memstore.Options{})
	t.Cleanup(func() { _ = s.Close() })
	_, err := s.Update(t.Context(), func(w store.Writer) error {
		for _, kind := range store.Kinds() {
			own := storetest.Full(kind, 1, 1)
			other := storetest.Full(kind, 2, 1)
			name(other.ProtoReflect(), subject)
			if kind == store.KindAuditEntry || kind == store.KindExchangeRates {
				other = own // They name nobody.
			}
			if err := errors.Join(w.Put(own), w.Put(other)); err != nil {
				return err
			}
		}
		return errors.Join(
			w.PutRequest("principals/x 1", &storagev1.RequestEntry{Resource: subject + "/needs/r", CommitTime: timestamppb.New(at)}),
			w.PutRequest(subject+" 2", &storagev1.RequestEntry{Resource: "investors/s000002", CommitTime: timestamppb.New(at)}),
			w.PutRequest("principals/x 3", &storagev1.RequestEntry{Resource: "investors/s000002", CommitTime: timestamppb.New(at)}))
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// name puts a name into every text of a message but its own name and uid.
func name(message protoreflect.Message, text string) {
	message.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		switch {
		case field.Name() == "name" || field.Name() == "uid", field.Name() == "external_ids":
		case field.IsList() && field.Message() != nil:
			for i := range value.List().Len() {
				name(value.List().Get(i).Message(), text)
			}
		case field.IsList() && field.Kind() == protoreflect.StringKind:
			value.List().Append(protoreflect.ValueOfString(text))
			value.List().Append(protoreflect.ValueOfString(text + "/needs/n"))
		case field.Message() != nil && !field.IsMap():
			name(value.Message(), text)
		case field.Kind() == protoreflect.StringKind:
			message.Set(field, protoreflect.ValueOfString(text))
		}
		return true
	})
}

func subjectOf(kind store.Kind) string { return storetest.Name(kind, 1, 0) }

// TestSubject: nothing that can be read from the store names what was erased, and
// what is others' remains.
func TestSubject(t *testing.T) {
	t.Parallel()
	for _, kind := range erase.Kinds() {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			subject := subjectOf(kind)
			s := world(t, subject)
			uid := storetest.UID(1)
			var result erase.Result
			if _, err := s.Update(t.Context(), func(w store.Writer) (err error) {
				result, err = erase.Subject(erase.Plain{Writer: w}, subject, at)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			contents := storetest.Dump(t, s)
			for of, records := range contents.Records {
				for _, rec := range records {
					if text := fmt.Sprint(rec); strings.Contains(text, subject+"\"") || strings.Contains(text, subject+"/") {
						t.Errorf("%s still says %s", of, text)
					}
				}
			}
			for _, left := range []store.Kind{store.KindOrganization, store.KindInvestor, store.KindPrincipal} {
				want := 2
				if left == kind {
					want = 1
				}
				if n := len(contents.Records[left]); n != want {
					t.Errorf("%d records of %s are left, want %d", n, left, want)
				}
			}
			want := []store.Record{&storagev1.ErasedSubject{
				Name: "erasures/" + erase.HashOf(uid).String(), Uid: contents.Records[store.KindErasedSubject][2].GetUid(),
				Hash: result.Hash[:], EraseTime: timestamppb.New(at),
			}}
			if diff := cmp.Diff(want, contents.Records[store.KindErasedSubject][2:], protocmp.Transform()); diff != "" {
				t.Errorf("remembered (-want +got):\n%s", diff)
			}
			if result.Removed < len(kind.Below())+1 || result.Changed == 0 || result.Hash != erase.HashOf(uid) {
				t.Errorf("result %+v", result)
			}
			requests(t, s)
		})
	}
}

func requests(t *testing.T, s store.Store) {
	t.Helper()
	if _, err := s.Update(t.Context(), func(w store.Writer) error {
		var left []string
		_, err := w.ForgetRequests(func(id string, _ *storagev1.RequestEntry) bool {
			left = append(left, id)
			return false
		})
		if diff := cmp.Diff([]string{"principals/x 3"}, left); diff != "" {
			t.Errorf("requests (-want +got):\n%s", diff)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// TestOthers tells what becomes of the records of others.
func TestOthers(t *testing.T) {
	t.Parallel()
	s := memstore.New(memstore.Options{})
	defer func() { _ = s.Close() }()
	const acme = "organizations/acme"
	records := []store.Record{
		&maecenasv1.Organization{Name: acme, Uid: storetest.UID(1)},
		&maecenasv1.Organization{Name: "organizations/acme2", Uid: storetest.UID(2)},
		&maecenasv1.Investor{Name: "investors/i", Uid: storetest.UID(3), ExcludedOrganizations: []string{acme, "organizations/acme2"}},
		&maecenasv1.Deal{
			Name: "investors/i/deals/d", Uid: storetest.UID(4), Organization: acme, Date: "2025-01-01",
			Snapshot: &maecenasv1.Deal_Snapshot{Place: &maecenasv1.Place{Locality: "secret"}},
		},
		&maecenasv1.Principal{Name: "principals/p", Uid: storetest.UID(5)},
		&maecenasv1.ApiKey{Name: "principals/p/apiKeys/one", Uid: storetest.UID(6), Scopes: []*maecenasv1.ApiKey_Scope{{Resource: acme + "/needs/n"}}},
		&storagev1.KeySecret{Name: "principals/p/apiKeys/one/secret", Uid: storetest.UID(7)},
		&maecenasv1.ApiKey{
			Name: "principals/p/apiKeys/two", Uid: storetest.UID(8),
			Scopes: []*maecenasv1.ApiKey_Scope{{Resource: acme}, {Resource: "investors/i"}},
		},
		&maecenasv1.ApiKey{Name: "principals/p/apiKeys/all", Uid: storetest.UID(9)},
		&maecenasv1.Membership{Name: "memberships/m", Uid: storetest.UID(10), Member: "principals/p", Resource: acme},
		&maecenasv1.Membership{Name: "memberships/n", Uid: storetest.UID(11), Member: "principals/p", Resource: "investors/i"},
		&maecenasv1.Bookmark{Name: "investors/i/bookmarks/b", Uid: storetest.UID(12), Need: acme + "/needs/n", Note: "secret"},
		&maecenasv1.Introduction{Name: "introductions/x", Uid: storetest.UID(13), Need: acme + "/needs/n", Mandate: "investors/i/mandates/m"},
		&maecenasv1.Introduction{Name: "introductions/y", Uid: storetest.UID(14), Need: "organizations/acme2/needs/n"},
		&maecenasv1.Consent{Name: "principals/p/consents/c", Uid: storetest.UID(15), Subject: acme},
	}
	if _, err := s.Update(t.Context(), func(w store.Writer) error {
		for _, rec := range records {
			if err := w.Put(rec); err != nil {
				return err
			}
		}
		_, err := erase.Subject(erase.Plain{Writer: w}, acme, at)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	var got []string
	contents := storetest.Dump(t, s)
	for _, kind := range store.Kinds() {
		for _, rec := range contents.Records[kind] {
			if strings.Contains(fmt.Sprint(rec), "secret:") || strings.Contains(fmt.Sprint(rec), "\"secret\"") {
				t.Errorf("%v", rec)
			}
			got = append(got, rec.GetName())
		}
	}
	want := []string{
		"organizations/acme2", "investors/i", "investors/i/deals/d", "principals/p", "principals/p/apiKeys/two", "principals/p/apiKeys/all",
		"memberships/n", "introductions/y", erase.HashOf(storetest.UID(1)).Name(),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what is left (-want +got):\n%s", diff)
	}
	two, _ := contents.Records[store.KindApiKey][0].(*maecenasv1.ApiKey)
	deal, _ := contents.Records[store.KindDeal][0].(*maecenasv1.Deal)
	if len(two.GetScopes()) != 1 || deal.GetOrganization() != "" || deal.GetSnapshot() == nil || deal.GetDate() == "" {
		t.Errorf("%v, %v", two, deal)
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	s := world(t, "organizations/s000001")
	for name, want := range map[string]error{
		"organizations/nobody": store.ErrNotFound, "memberships/s000001": store.ErrInvalid, "nonsense": store.ErrInvalid,
	} {
		if _, err := s.Update(t.Context(), func(w store.Writer) error {
			_, err := erase.Subject(erase.Plain{Writer: w}, name, at)
			return err
		}); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", name, err, want)
		}
	}
}

// TestAgain: a store from before an erasure is rid of the subject, remembers it, and
// is then left alone.
func TestAgain(t *testing.T) {
	t.Parallel()
	s := world(t, "organizations/s000001")
	entries := []erase.Entry{
		{Hash: erase.HashOf(storetest.UID(1)), Time: at},
		{Hash: erase.HashOf(storetest.UID(99)), Time: at},
		{Hash: erase.HashOf(storetest.UID(99)), Time: at},
	}
	results, err := erase.Again(t.Context(), s, entries)
	if err != nil || len(results) != 1 {
		t.Fatalf("%+v, %v", results, err)
	}
	contents := storetest.Dump(t, s)
	if n := len(contents.Records[store.KindErasedSubject]); n != 4 {
		t.Errorf("%d erased subjects are remembered", n)
	}
	results, err = erase.Again(t.Context(), s, entries)
	if err != nil || len(results) != 0 || storetest.Dump(t, s).Revision != contents.Revision {
		t.Errorf("again: %+v, %v", results, err)
	}
}

func TestLedger(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "erased")
	ledger := erase.NewLedger(path)
	if entries, err := ledger.Load(); err != nil || len(entries) > 0 {
		t.Fatalf("%v, %v", entries, err)
	}
	want := []erase.Entry{{Hash: erase.HashOf("a"), Time: at}, {Hash: erase.HashOf("b"), Time: at.Add(time.Second)}}
	for _, entry := range want {
		if err := ledger.Append(entry); err != nil {
			t.Fatal(err)
		}
		// What a power cut leaves of a line is written over.
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, append(content, "3b5d"...), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := ledger.Load()
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if err := os.WriteFile(path, []byte("something else\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ledger.Load(); err == nil || !strings.Contains(err.Error(), "line 1") {
		t.Errorf("a file that is no ledger: %v", err)
	}
	var none *erase.Ledger
	if err := none.Append(want[0]); err != nil || none.Path() != "" {
		t.Errorf("no ledger: %v", err)
	}
}
