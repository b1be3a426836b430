package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	storagev1 "github.com/maecenas-cci/maecenas/gen/maecenas/storage/v1"
	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/store"
)

func testChanges(t *testing.T, f *fixture) {
	f.put(t, organization(acme, 1), need(tour, 2))
	f.put(t, need(tour, 2))
	if err := f.tryDelete(t, store.KindNeed, tour); err != nil {
		t.Fatal(err)
	}
	subject, err := store.ParseUID(UID(1))
	if err != nil {
		t.Fatal(err)
	}
	child, err := store.ParseUID(UID(2))
	if err != nil {
		t.Fatal(err)
	}
	key := store.Key(store.KindNeed, subject, child)
	want := [][]string{
		{fmt.Sprintf("organization %x PUT", subject[:]), fmt.Sprintf("need %x PUT", key)},
		{fmt.Sprintf("need %x PUT", key)},
		{fmt.Sprintf("need %x DELETE", key)},
	}
	for since := int64(-1); since <= 4; since++ {
		next := max(since, 0)
		err := f.Changes(t.Context(), since, func(entry *storagev1.ChangeEntry) error {
			next++
			wantEqual(t, "revision", entry.GetRevision(), next)
			wantEqual(t, "items", operations(entry), want[next-1])
			wantEqual(t, "time", entry.GetCommitTime().AsTime(), start.Add(time.Duration(next)*time.Second))
			entry.Items = nil // It is the function's own.
			return nil
		})
		if err != nil {
			t.Errorf("Changes since %d: %v", since, err)
		}
		wantEqual(t, fmt.Sprintf("the last after %d", since), next, max(since, 3))
	}
	// More than a store would read at once.
	for n := range 300 {
		f.put(t, organization(fmt.Sprintf("organizations/o%d", n), 1000+n))
	}
	wantEqual(t, "entries", len(Dump(t, f.Store).Changes), 303)
}

func testChangesStop(t *testing.T, f *fixture) {
	for n := range 5 {
		f.put(t, organization(fmt.Sprintf("organizations/o%d", n), 1+n))
	}
	failure := errors.New("enough")
	calls := 0
	err := f.Changes(t.Context(), 0, func(*storagev1.ChangeEntry) error {
		calls++
		return failure
	})
	if err != failure || calls != 1 { //nolint:errorlint // as it is
		t.Errorf("failed: %v after %d calls", err, calls)
	}
	ctx, cancel := context.WithCancel(t.Context())
	calls = 0
	err = f.Changes(ctx, 0, func(*storagev1.ChangeEntry) error {
		calls++
		cancel()
		return nil
	})
	if !errors.Is(err, context.Canceled) || calls != 1 {
		t.Errorf("canceled: %v after %d calls", err, calls)
	}
	// Nothing is held meanwhile, and the end is where it was at the call.
	calls = 0
	err = f.Changes(t.Context(), 2, func(*storagev1.ChangeEntry) error {
		f.put(t, organization(fmt.Sprintf("organizations/later%d", calls), 100+calls))
		calls++
		return nil
	})
	if err != nil || calls != 3 {
		t.Errorf("written meanwhile: %v after %d calls", err, calls)
	}
}

func request(at time.Time, resource string) *storagev1.RequestEntry {
	return &storagev1.RequestEntry{Digest: []byte{1, 2}, Resource: resource, Revision: 7, CommitTime: timestamppb.New(at)}
}

func testRequests(t *testing.T, f *fixture) {
	update := func(fn func(store.Writer) error) {
		t.Helper()
		if _, err := f.Update(t.Context(), fn); err != nil {
			t.Fatal(err)
		}
	}
	find := func(id string) *storagev1.RequestEntry {
		t.Helper()
		var entry *storagev1.RequestEntry
		f.view(t, func(r store.Reader) (err error) {
			if entry, err = r.GetRequest(id); errors.Is(err, store.ErrNotFound) {
				return nil
			}
			return err
		})
		return entry
	}
	given := request(start, acme)
	update(func(w store.Writer) error {
		return errors.Join(w.PutRequest("b", given), w.PutRequest("a", request(start.Add(time.Hour), tour)),
			w.PutRequest("early", request(time.Date(1, 1, 1, 0, 0, 0, 1, time.UTC), tour)),
			w.PutRequest("c", request(start.Add(-time.Nanosecond), tour)))
	})
	given.Resource = "changed after PutRequest"
	got := find("b")
	wantEqual(t, "b", got, request(start, acme))
	got.Resource = "changed after GetRequest"
	wantEqual(t, "b", find("b"), request(start, acme))
	// A request that is put again moves in time.
	update(func(w store.Writer) error { return w.PutRequest("c", request(start.Add(2*time.Hour), tour)) })
	for _, prune := range []struct {
		before time.Time
		pruned int
		left   []string
	}{
		{start, 1, []string{"a", "b", "c"}},
		{start, 0, []string{"a", "b", "c"}},
		{start.Add(time.Nanosecond), 1, []string{"a", "c"}},
		{start.Add(2 * time.Hour), 1, []string{"c"}},
		{start.Add(24 * time.Hour), 1, nil},
	} {
		update(func(w store.Writer) error {
			pruned, err := w.PruneRequests(prune.before)
			wantEqual(t, fmt.Sprintf("pruned before %v", prune.before), pruned, prune.pruned)
			return err
		})
		var left []string
		for _, id := range []string{"a", "b", "c", "early"} {
			if find(id) != nil {
				left = append(left, id)
			}
		}
		wantEqual(t, "left", left, prune.left)
	}
	update(func(w store.Writer) error {
		wantErr(t, "no id", w.PutRequest("", request(start, "")), store.ErrInvalid)
		wantErr(t, "a long id", w.PutRequest(string(make([]byte, store.MaxRequestIDBytes+1)), request(start, "")), store.ErrInvalid)
		wantErr(t, "no entry", w.PutRequest("a", nil), store.ErrInvalid)
		wantErr(t, "no time", w.PutRequest("a", &storagev1.RequestEntry{}), store.ErrInvalid)
		wantErr(t, "no UTF-8", w.PutRequest("a", request(start, "\xff")), store.ErrInvalid)
		return nil
	})
}

// testForgetRequests forgets those that name what was erased.
func testForgetRequests(t *testing.T, f *fixture) {
	update := func(fn func(store.Writer) error) {
		t.Helper()
		if _, err := f.Update(t.Context(), fn); err != nil {
			t.Fatal(err)
		}
	}
	update(func(w store.Writer) error {
		return errors.Join(w.PutRequest("a", request(start, acme)), w.PutRequest("b", request(start, tour)),
			w.PutRequest("c", request(start.Add(time.Hour), bravo)))
	})
	update(func(w store.Writer) error {
		seen := map[string]string{}
		n, err := w.ForgetRequests(func(id string, entry *storagev1.RequestEntry) bool {
			seen[id] = entry.GetResource()
			entry.Resource = "changed by the function"
			return store.SubjectName(seen[id]) == acme
		})
		wantEqual(t, "forgotten", n, 2)
		wantEqual(t, "seen", seen, map[string]string{"a": acme, "b": tour, "c": bravo})
		return err
	})
	f.view(t, func(r store.Reader) error {
		for _, id := range []string{"a", "b"} {
			_, err := r.GetRequest(id)
			wantErr(t, "GetRequest "+id, err, store.ErrNotFound)
		}
		entry, err := r.GetRequest("c")
		wantEqual(t, "c", entry, request(start.Add(time.Hour), bravo))
		return err
	})
	update(func(w store.Writer) error {
		n, err := w.PruneRequests(start.Add(2 * time.Hour))
		wantEqual(t, "pruned", n, 1)
		return err
	})
}

func testSnapshot(t *testing.T, f *fixture) {
	for n, kind := range store.Kinds() {
		f.put(t, Full(kind.Subject(), n, 0))
		f.put(t, Full(kind, n, 1))
	}
	if _, err := f.Update(t.Context(), func(w store.Writer) error { return w.PutRequest("1", request(start, acme)) }); err != nil {
		t.Fatal(err)
	}
	var copied bytes.Buffer
	told, err := f.Snapshot(t.Context(), &copied)
	if err != nil {
		t.Fatalf("Snapshot: %v", err)
	}
	want := Dump(t, f.Store)
	if told.Revision != want.Revision || told.Schema < 1 {
		t.Errorf("Snapshot tells of %+v, and the store is at revision %d", told, want.Revision)
	}
	f.put(t, organization(acme, 500))
	restored := &fixture{Harness: f.Harness, Store: f.Restore(t, &copied)}
	defer func() { _ = restored.Close() }()
	wantEqual(t, "the copy", Dump(t, restored.Store), want)
	restored.view(t, func(r store.Reader) error {
		entry, err := r.GetRequest("1")
		wantEqual(t, "request", entry, request(start, acme))
		return err
	})
	first := Full(store.KindOrganization, 0, 0)
	wantEqual(t, "external id", restored.external(t, store.KindOrganization, "register", first.GetUid()), first.GetName())
	// The copy goes on from its revision.
	wantEqual(t, "revision", restored.put(t, organization(bravo, 501)), want.Revision+1)
	failure := errors.New("the line is dead")
	_, err = f.Snapshot(t.Context(), writerFunc(func([]byte) (int, error) { return 0, failure }))
	wantErr(t, "a writer that fails", err, failure)
}

type writerFunc func([]byte) (int, error)

func (w writerFunc) Write(p []byte) (int, error) { return w(p) }

func testSlowSnapshot(t *testing.T, f *fixture) {
	f.put(t, organization(acme, 1))
	first := true
	_, err := f.Snapshot(t.Context(), writerFunc(func(p []byte) (int, error) {
		if first {
			first = false
			// Were a state held here, its pages could not be used again, and in time
			// no writer could go on.
			for n := range 50 {
				f.put(t, &maecenasv1.Organization{Name: acme, Uid: UID(1), DisplayName: fmt.Sprint(n)})
			}
		}
		return len(p), nil
	}))
	if err != nil {
		t.Errorf("Snapshot: %v", err)
	}
}

func testClose(t *testing.T, f *fixture) {
	f.put(t, organization(acme, 1))
	// Close waits for what is under way.
	reading, closed := make(chan struct{}), make(chan struct{})
	var group sync.WaitGroup
	group.Go(func() {
		<-reading
		if err := f.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
		close(closed)
	})
	err := f.View(t.Context(), func(r store.Reader) error {
		close(reading)
		select {
		case <-closed:
			t.Error("Close did not wait for a reader")
		case <-time.After(20 * time.Millisecond):
		}
		return r.Get(acme, &maecenasv1.Organization{})
	})
	if err != nil {
		t.Errorf("a reader that Close waits for: %v", err)
	}
	group.Wait()
	if err := f.Close(); err != nil {
		t.Errorf("Close again: %v", err)
	}
	unexpected := errors.New("called after Close")
	_, err = f.Update(t.Context(), func(store.Writer) error { return unexpected })
	wantErr(t, "Update", err, store.ErrClosed)
	wantErr(t, "View", f.View(t.Context(), func(store.Reader) error { return unexpected }), store.ErrClosed)
	wantErr(t, "Changes", f.Changes(t.Context(), 0, nil), store.ErrClosed)
	_, err = f.Snapshot(t.Context(), nil)
	wantErr(t, "Snapshot", err, store.ErrClosed)
	wantErr(t, "Compact", f.Compact(t.Context()), store.ErrClosed)
	wantErr(t, "Ready", f.Ready(t.Context()), store.ErrClosed)
}

// testEnded uses readers and writers after their function has returned.
func testEnded(t *testing.T, f *fixture) {
	f.put(t, organization(acme, 1))
	var readers []store.Reader
	var writer store.Writer
	f.view(t, func(r store.Reader) error {
		readers = append(readers, r)
		return nil
	})
	if _, err := f.Update(t.Context(), func(w store.Writer) error {
		writer = w
		return w.Put(organization(bravo, 2))
	}); err != nil {
		t.Fatal(err)
	}
	for _, r := range append(readers, writer) {
		wantErr(t, "Get", r.Get(acme, &maecenasv1.Organization{}), store.ErrClosed)
		wantErr(t, "List", r.List(store.KindOrganization, store.ListOptions{}, nil), store.ErrClosed)
		_, err := r.FindExternal(store.KindOrganization, &maecenasv1.ExternalId{System: "a", Id: "1"})
		wantErr(t, "FindExternal", err, store.ErrClosed)
		_, err = r.GetRequest("1")
		wantErr(t, "GetRequest", err, store.ErrClosed)
	}
	wantErr(t, "Put", writer.Put(organization(acme, 1)), store.ErrClosed)
	wantErr(t, "Delete", writer.Delete(store.KindOrganization, acme), store.ErrClosed)
	wantErr(t, "PutRequest", writer.PutRequest("1", request(start, "")), store.ErrClosed)
	_, err := writer.PruneRequests(start)
	wantErr(t, "PruneRequests", err, store.ErrClosed)
}
