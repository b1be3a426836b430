package account_test

import (
	"context"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/account"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/record"
)

func (f *fixture) key(t *testing.T, ctx context.Context, parent string, key *maecenasv1.ApiKey) *maecenasv1.ApiKey { //nolint:revive // t first
	t.Helper()
	made, _, err := f.CreateKey(ctx, account.KeyCreation{Parent: parent, Key: key})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func (f *fixture) callsWith(key string) error {
	_, err := f.Authenticate(key, "")
	return err
}

func (f *fixture) calls(session string) error {
	_, err := f.Authenticate("", session)
	return err
}

func TestKeysEnd(t *testing.T) {
	t.Parallel()
	f := open(t)
	bot := f.service(t)
	year := f.key(t, f.local, bot, &maecenasv1.ApiKey{DisplayName: "portal"})
	if end := year.GetExpireTime().AsTime(); !end.Equal(f.now.AddDate(1, 0, 0)) || year.GetKey() == "" || year.GetPrefix() != year.GetKey()[:13] {
		t.Errorf("%v", year)
	}
	hour := f.key(t, f.local, bot, &maecenasv1.ApiKey{ExpireTime: timestamppb.New(f.now.Add(time.Hour))})
	read, _, err := f.Keys.Get(f.local, year.GetName(), 0)
	if err != nil || read.GetKey() != "" || read.GetPrefix() != year.GetPrefix() {
		t.Errorf("read again: %v, %v", read, err)
	}
	f.now = f.now.Add(time.Hour - time.Second)
	want(t, "in its hour", f.callsWith(hour.GetKey()), "")
	f.now = f.now.Add(time.Second)
	want(t, "after its hour", f.callsWith(hour.GetKey()), "UNAUTHENTICATED")
	want(t, "the other", f.callsWith(year.GetKey()), "")
	_, _, err = f.RotateKey(f.local, account.Rotation{Name: hour.GetName()})
	want(t, "rotating what has ended", err, "FIELD_INVALID")
	if _, err := f.Keys.Delete(f.local, record.Deletion{Name: year.GetName()}); err != nil {
		t.Fatal(err)
	}
	want(t, "deleted", f.callsWith(year.GetKey()), "UNAUTHENTICATED")
	_, _, err = f.CreateKey(f.local, account.KeyCreation{Parent: bot, Key: &maecenasv1.ApiKey{ExpireTime: timestamppb.New(f.now)}})
	want(t, "one that has ended already", err, "FIELD_INVALID")
}

func TestRotationOverlaps(t *testing.T) {
	t.Parallel()
	f := open(t)
	bot := f.service(t)
	first := f.key(t, f.local, bot, &maecenasv1.ApiKey{})
	second, _, err := f.RotateKey(f.local, account.Rotation{Name: first.GetName(), Overlap: time.Hour})
	if err != nil || second.GetKey() == first.GetKey() || second.GetName() != first.GetName() {
		t.Fatal(second, err)
	}
	f.now = f.now.Add(59 * time.Minute)
	want(t, "the one before, in the overlap", f.callsWith(first.GetKey()), "")
	want(t, "the new one", f.callsWith(second.GetKey()), "")
	f.now = f.now.Add(time.Minute)
	want(t, "the one before, after it", f.callsWith(first.GetKey()), "UNAUTHENTICATED")
	if err := f.Prune(f.local); err != nil {
		t.Fatal(err)
	}
	want(t, "the new one, pruned", f.callsWith(second.GetKey()), "")
	third, _, err := f.RotateKey(f.local, account.Rotation{Name: first.GetName(), Etag: second.GetEtag()})
	if err != nil {
		t.Fatal(err)
	}
	want(t, "without overlap", f.callsWith(second.GetKey()), "UNAUTHENTICATED")
	want(t, "the newest", f.callsWith(third.GetKey()), "")
	_, _, err = f.RotateKey(f.local, account.Rotation{Name: first.GetName(), Etag: second.GetEtag()})
	want(t, "a stale etag", err, "ETAG_STALE")
}

// TestKeyShownOnce: the answer to a request that was made before has no text.
func TestKeyShownOnce(t *testing.T) {
	t.Parallel()
	f := open(t)
	creation := account.KeyCreation{Parent: f.service(t), Key: &maecenasv1.ApiKey{}, Intent: record.Intent{RequestID: "a", Digest: []byte("x")}}
	first, _, err := f.CreateKey(f.local, creation)
	again, _, err2 := f.CreateKey(f.local, creation)
	if err != nil || err2 != nil || first.GetName() != again.GetName() || first.GetKey() == "" || again.GetKey() != "" {
		t.Errorf("%v, %v, %v, %v", first, again, err, err2)
	}
	creation.Intent = record.Intent{ValidateOnly: true}
	if dry, _, err := f.CreateKey(f.local, creation); err != nil || dry.GetKey() != "" {
		t.Errorf("%v, %v", dry, err)
	}
}

func TestWhoMakesKeys(t *testing.T) {
	t.Parallel()
	f := open(t)
	admin, anna, bot := f.person(t, "admin@teatro.example"), f.person(t, "anna@teatro.example"), f.service(t)
	f.granted(t, admin, auth.Installation, maecenasv1.Membership_ADMINISTRATOR)
	teatro, danza := f.organization(t, "teatro", true), f.organization(t, "danza", true)
	f.granted(t, anna, teatro, maecenasv1.Membership_VIEWER)
	create := func(as, of string, scopes ...string) error {
		key := &maecenasv1.ApiKey{}
		for _, scope := range scopes {
			key.Scopes = append(key.Scopes, &maecenasv1.ApiKey_Scope{Resource: scope})
		}
		_, _, err := f.CreateKey(f.as(t, as), account.KeyCreation{Parent: of, Key: key})
		return err
	}
	want(t, "of oneself", create(anna, anna), "")
	want(t, "of what one belongs to", create(anna, anna, teatro, teatro+"/canvas"), "")
	want(t, "of what one does not", create(anna, anna, teatro, danza), "FIELD_INVALID")
	want(t, "of another", create(anna, bot), "RESOURCE_NOT_FOUND")
	want(t, "of nobody", create(anna, "principals/nobody"), "RESOURCE_NOT_FOUND")
	want(t, "of a service account", create(admin, bot), "")
	want(t, "of another person", create(admin, anna), "PERMISSION_DENIED")
	want(t, "of what is not there", create(admin, admin, "organizations/nothing"), "REFERENCE_NOT_FOUND")
	for _, junk := range []string{teatro + "/whatever/nothing", teatro + "/", teatro + "/../x", teatro + "/needs/-", teatro + "/needs", teatro + "/canvas/x"} {
		if got := reason(create(anna, anna, junk)); got != "FIELD_INVALID" && got != "REFERENCE_NOT_FOUND" {
			t.Errorf("of %s: %q", junk, got)
		}
	}
	want(t, "of a need that is not there", create(anna, anna, teatro+"/needs/none"), "REFERENCE_NOT_FOUND")
	scoped := f.key(t, f.as(t, anna), anna, &maecenasv1.ApiKey{Scopes: []*maecenasv1.ApiKey_Scope{{Resource: teatro}}})
	holder, err := f.Authenticate(scoped.GetKey(), "")
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = f.CreateKey(auth.WithPrincipal(t.Context(), holder), account.KeyCreation{Parent: anna, Key: &maecenasv1.ApiKey{}})
	want(t, "a wider one by a narrow one", err, "KEY_SCOPE_EXCEEDED")
	_, err = f.Keys.Delete(f.as(t, admin), record.Deletion{Name: scoped.GetName()})
	want(t, "ended by an administrator", err, "")
}
