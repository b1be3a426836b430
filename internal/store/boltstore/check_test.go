package boltstore_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
	"google.golang.org/protobuf/types/known/timestamppb"

	storagev1 "github.com/maecenas-cci/maecenas/gen/maecenas/storage/v1"
	"github.com/maecenas-cci/maecenas/internal/store"
	"github.com/maecenas-cci/maecenas/internal/store/boltstore"
	"github.com/maecenas-cci/maecenas/internal/store/storetest"
)

// TestCheckFinds tampers with a file, keeping every envelope good, and looks for
// what Check says.
func TestCheckFinds(t *testing.T) {
	t.Parallel()
	acme := storetest.Full(store.KindOrganization, 1, 0)
	need := storetest.Full(store.KindNeed, 1, 1)
	remove := func(bucket string, key []byte) func(*bolt.Tx) error {
		return func(tx *bolt.Tx) error { return tx.Bucket([]byte(bucket)).Delete(key) }
	}
	replace := func(bucket string, key, payload []byte) func(*bolt.Tx) error {
		return func(tx *bolt.Tx) error {
			return tx.Bucket([]byte(bucket)).Put(key, store.Seal(bucket, key, payload))
		}
	}
	subject, own := uid(t, acme), uid(t, need)
	needKey := append(append([]byte(nil), subject...), own...)
	revision := func(n byte) []byte { return []byte{0, 0, 0, 0, 0, 0, 0, n} }
	external := "need\x00\x08register" + need.GetUid()
	for name, test := range map[string]struct {
		tamper func(*bolt.Tx) error
		want   []string // parts of what is said
	}{
		"a record without its name":         {remove("_name", []byte(need.GetName())), []string{"entry in _name is missing"}},
		"a name without its record":         {remove("need", needKey), []string{"the record is missing"}},
		"a name that leads to another kind": {replace("_name", []byte(need.GetName()), append([]byte("organization\x00"), subject...)), []string{"it leads to " + acme.GetName(), "entry in _name is another's"}},
		"a record without its external id":  {remove("_external", []byte(external)), []string{"entry in _external is missing"}},
		"an external id of another":         {replace("_external", []byte(external), []byte(acme.GetName())), []string{"not found", "entry in _external is another's"}},
		"an external id of nothing":         {replace("_external", []byte("need\x00\x01a1"), []byte(need.GetName())), []string{"which does not carry it"}},
		"a subject that is gone": {func(tx *bolt.Tx) error {
			return errors.Join(remove("organization", subject)(tx), remove("_name", []byte(acme.GetName()))(tx))
		}, []string{"its subject " + acme.GetName()}},
		"a record that is none": {replace("need", needKey, []byte{0xff}), []string{"cannot be decoded"}},
		"a record of another":   {replace("need", needKey, nil), []string{"canonical form"}},
		"a gap in the log":      {remove("_change", revision(1)), []string{"revision 2 follows 0"}},
		"the log's end":         {remove("_change", revision(3)), []string{"ends at revision 2, the store is at 3"}},
		"an entry of another":   {replace("_change", revision(2), nil), []string{"tells of revision 0"}},
		"a revision gone back":  {replace("_meta", []byte("revision"), revision(1)), []string{"ends at revision 3, the store is at 1"}},
		"no revision":           {replace("_meta", []byte("revision"), []byte{1}), []string{"it is no revision"}},
		"a request without its time": {func(tx *bolt.Tx) error {
			c := tx.Bucket([]byte("_request_time")).Cursor()
			c.First()
			return c.Delete()
		}, []string{"entry in _request_time is missing"}},
		"a time without its request": {remove("_request", []byte("1")), []string{"its request: not found"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "maecenas.db")
			s := open(t, boltstore.Options{Path: path, NoSync: true})
			for _, rec := range []store.Record{acme, need, acme} {
				if _, err := s.Update(t.Context(), func(w store.Writer) error {
					return errors.Join(w.Put(rec), w.PutRequest("1", &storagev1.RequestEntry{CommitTime: timestamppb.New(time.Unix(1, 0))}))
				}); err != nil {
					t.Fatal(err)
				}
			}
			if found := check(t, s); len(found) > 0 {
				t.Fatalf("before tampering: %v", found)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			db, err := bolt.Open(path, 0o600, &bolt.Options{NoSync: true})
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(db.Update(test.tamper), db.Close()); err != nil {
				t.Fatal(err)
			}
			var said []string
			for _, problem := range problems(t, path) {
				said = append(said, problem.String())
			}
			for _, want := range test.want {
				if !strings.Contains(strings.Join(said, "\n"), want) {
					t.Errorf("Check does not say %q, but %q", want, said)
				}
			}
		})
	}
}

func uid(t *testing.T, rec store.Record) []byte {
	t.Helper()
	id, err := store.ParseUID(rec.GetUid())
	if err != nil {
		t.Fatal(err)
	}
	return id[:]
}
