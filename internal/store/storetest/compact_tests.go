package storetest

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// testCompact: compaction changes nothing that can be read, and the store goes on.
func testCompact(t *testing.T, f *fixture) {
	for n, kind := range store.Kinds() {
		f.put(t, Full(kind.Subject(), n, 0))
		f.put(t, Full(kind, n, 1))
	}
	if _, err := f.Update(t.Context(), func(w store.Writer) error { return w.PutRequest("1", request(start, acme)) }); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		before := Everything(t, f.Store)
		if err := f.Compact(t.Context()); err != nil {
			t.Fatalf("Compact: %v", err)
		}
		wantEqual(t, "after compaction", Everything(t, f.Store), before)
		last := Dump(t, f.Store).Revision
		wantEqual(t, "the next revision", f.put(t, Full(store.KindOrganization, 300+int(last), 0)), last+1)
	}
	f.view(t, func(r store.Reader) error {
		entry, err := r.GetRequest("1")
		wantEqual(t, "request", entry, request(start, acme))
		return err
	})
}

// testCompactWhileUsed compacts while others read and write. A reader that is there
// before sees its own state to its end; what writers wrote is there afterwards.
func testCompactWhileUsed(t *testing.T, f *fixture) {
	const writes = 60
	f.put(t, organization(acme, 1))
	done := make(chan struct{})
	var group, readers sync.WaitGroup
	group.Go(func() {
		for n := range writes {
			f.put(t, &maecenasv1.Organization{Name: acme, Uid: UID(1), DisplayName: fmt.Sprint(n)})
		}
	})
	for range 2 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
					readTwice(t, f)
				}
			}
		})
	}
	for range 8 {
		if err := f.Compact(t.Context()); err != nil {
			t.Errorf("Compact: %v", err)
		}
	}
	group.Wait()
	close(done)
	readers.Wait()
	got, err := f.get(t, store.KindOrganization, acme)
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "the last write", got, &maecenasv1.Organization{Name: acme, Uid: UID(1), DisplayName: fmt.Sprint(writes - 1)})
	wantEqual(t, "revision", Dump(t, f.Store).Revision, int64(writes+1))
}

// readTwice makes sure that a state does not change while it is read.
func readTwice(t *testing.T, f *fixture) {
	err := f.View(t.Context(), func(r store.Reader) error {
		first, again := &maecenasv1.Organization{}, &maecenasv1.Organization{}
		if err := errors.Join(r.Get(acme, first), r.Get(acme, again)); err != nil {
			return err
		}
		if !proto.Equal(first, again) {
			return fmt.Errorf("%v became %v", first, again)
		}
		return nil
	})
	if err != nil {
		t.Errorf("a reader beside a compaction: %v", err)
	}
}
