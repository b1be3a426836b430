package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// patience is how long a test waits for what should be immediate.
const patience = 30 * time.Second

func testRevisions(t *testing.T, f *fixture) {
	for n := range int64(3) {
		f.view(t, func(r store.Reader) error {
			wantEqual(t, "revision read", r.Revision(), n)
			return nil
		})
		revision, err := f.Update(t.Context(), func(w store.Writer) error {
			wantEqual(t, "revision while writing", w.Revision(), n)
			err := w.Put(organization(fmt.Sprintf("organizations/o%d", n), int(n)+1))
			wantEqual(t, "revision after a write", w.Revision(), n)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		wantEqual(t, "revision committed", revision, n+1)
	}
	for what, fn := range map[string]func(store.Writer) error{
		"nothing":       func(store.Writer) error { return nil },
		"only reads":    func(w store.Writer) error { return w.Get("organizations/o1", &maecenasv1.Organization{}) },
		"only requests": func(w store.Writer) error { return w.PutRequest("1", request(start, "")) },
		"a refused put": func(w store.Writer) error {
			wantErr(t, "Put", w.Put(need(tour, 9)), store.ErrParentNotFound)
			return nil
		},
	} {
		revision, err := f.Update(t.Context(), fn)
		if err != nil || revision != 3 {
			t.Errorf("%s: revision %d, error %v, want 3", what, revision, err)
		}
	}
	wantEqual(t, "changes", len(Dump(t, f.Store).Changes), 3)
}

func testRollBack(t *testing.T, f *fixture) {
	f.put(t, WithExternal(organization(acme, 1), "a", "1"), need(tour, 2))
	before := Dump(t, f.Store)
	failure := errors.New("changed my mind")
	revision, err := f.Update(t.Context(), func(w store.Writer) error {
		changed := WithExternal(organization(acme, 1), "a", "2")
		if err := errors.Join(w.Put(organization(bravo, 3)), w.Put(changed), w.Delete(store.KindNeed, tour),
			w.PutRequest("1", request(start, acme))); err != nil {
			return err
		}
		// Its own writes are seen from within.
		wantErr(t, "Get within", w.Get(tour, &maecenasv1.Need{}), store.ErrNotFound)
		if err := w.Get(bravo, &maecenasv1.Organization{}); err != nil {
			t.Errorf("Get within: %v", err)
		}
		name, err := w.FindExternal(store.KindOrganization, &maecenasv1.ExternalId{System: "a", Id: "2"})
		if err != nil || name != acme {
			t.Errorf("FindExternal within: %q, %v", name, err)
		}
		if _, err := w.GetRequest("1"); err != nil {
			t.Errorf("GetRequest within: %v", err)
		}
		return failure
	})
	if err != failure || revision != 0 { //nolint:errorlint // as it is
		t.Errorf("Update: revision %d, error %v, want just what the function returned", revision, err)
	}
	wantEqual(t, "after rolling back", Dump(t, f.Store), before)
	wantEqual(t, "external id", f.external(t, store.KindOrganization, "a", "1"), acme)
	f.view(t, func(r store.Reader) error {
		_, err := r.GetRequest("1")
		wantErr(t, "GetRequest", err, store.ErrNotFound)
		return nil
	})
	err = f.View(t.Context(), func(store.Reader) error { return failure })
	if err != failure { //nolint:errorlint // as it is
		t.Errorf("View: error %v, want just what the function returned", err)
	}
	// After an error of a method, the transaction goes on.
	revision, err = f.Update(t.Context(), func(w store.Writer) error {
		wantErr(t, "Put", w.Put(need(bravo+"/needs/tour", 9)), store.ErrParentNotFound)
		wantErr(t, "Put", w.Put(WithExternal(organization(bravo, 3), "a", "1")), store.ErrExternalIDTaken)
		wantErr(t, "Delete", w.Delete(store.KindOrganization, acme), store.ErrHasChildren)
		return w.Put(organization(bravo, 3))
	})
	if err != nil || revision != before.Revision+1 {
		t.Errorf("revision %d, error %v", revision, err)
	}
}

func testPanic(t *testing.T, f *fixture) {
	f.put(t, organization(acme, 1))
	before := Dump(t, f.Store)
	for what, call := range map[string]func(){
		"Update": func() {
			_, _ = f.Update(t.Context(), func(w store.Writer) error {
				if err := w.Put(need(tour, 2)); err != nil {
					t.Error(err)
				}
				panic("in the middle")
			})
		},
		"View": func() { _ = f.View(t.Context(), func(store.Reader) error { panic("in the middle") }) },
	} {
		func() {
			defer func() {
				if p := recover(); p != "in the middle" {
					t.Errorf("%s: recovered %v, want the function's own panic", what, p)
				}
			}()
			call()
		}()
	}
	wantEqual(t, "after the panic", Dump(t, f.Store), before)
	f.put(t, need(tour, 2))
}

func testContexts(t *testing.T, f *fixture) {
	f.put(t, organization(acme, 1))
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	unexpected := errors.New("called with a context that has ended")
	_, err := f.Update(ended, func(store.Writer) error { return unexpected })
	_, copyErr := f.Snapshot(ended, nil)
	for what, err := range map[string]error{
		"Update":   err,
		"View":     f.View(ended, func(store.Reader) error { return unexpected }),
		"Changes":  f.Changes(ended, 0, nil),
		"Snapshot": copyErr,
		"Compact":  f.Compact(ended),
		"Ready":    f.Ready(ended),
	} {
		if err != context.Canceled { //nolint:errorlint // as it is
			t.Errorf("%s: %v", what, err)
		}
	}
	before := Dump(t, f.Store)
	ctx, cancel := context.WithCancel(t.Context())
	_, err = f.Update(ctx, func(w store.Writer) error {
		cancel()
		return w.Put(organization(bravo, 2))
	})
	wantErr(t, "ended before the commit", err, context.Canceled)
	wantEqual(t, "after it ended", Dump(t, f.Store), before)
	// Whoever waits for another writer stops waiting.
	held, release := make(chan struct{}), make(chan struct{})
	var writers sync.WaitGroup
	writers.Go(func() {
		var once sync.Once
		_, err := f.Update(t.Context(), func(store.Writer) error {
			once.Do(func() { close(held) })
			<-release
			return nil
		})
		if err != nil {
			t.Errorf("the writer that holds: %v", err)
		}
	})
	<-held
	waiting, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	_, err = f.Update(waiting, func(store.Writer) error { return unexpected })
	wantErr(t, "waiting", err, context.DeadlineExceeded)
	close(release)
	writers.Wait()
}

func testIsolation(t *testing.T, f *fixture) {
	f.put(t, organization(acme, 1), need(tour, 2))
	var writer sync.WaitGroup
	defer writer.Wait()
	wrote := make(chan struct{})
	f.view(t, func(r store.Reader) error {
		writer.Go(func() {
			defer close(wrote)
			_, err := f.Update(context.WithoutCancel(t.Context()), func(w store.Writer) error {
				return errors.Join(w.Delete(store.KindNeed, tour), w.Put(organization(bravo, 3)))
			})
			if err != nil {
				t.Errorf("Update: %v", err)
			}
		})
		select {
		case <-wrote:
		case <-time.After(patience):
			t.Error("a reader holds up a writer")
		}
		wantEqual(t, "revision", r.Revision(), int64(1))
		if err := r.Get(tour, &maecenasv1.Need{}); err != nil {
			t.Errorf("Get of what is deleted meanwhile: %v", err)
		}
		wantErr(t, "Get of what is made meanwhile", r.Get(bravo, &maecenasv1.Organization{}), store.ErrNotFound)
		return nil
	})
	f.view(t, func(r store.Reader) error {
		wantEqual(t, "revision", r.Revision(), int64(2))
		wantErr(t, "Get", r.Get(tour, &maecenasv1.Need{}), store.ErrNotFound)
		return r.Get(bravo, &maecenasv1.Organization{})
	})
}

// testConcurrency has writers move a unit between two records, and readers see
// that none is lost at any revision.
func testConcurrency(t *testing.T, f *fixture) {
	const writers, moves, units = 4, 25, 1000
	left := &maecenasv1.Need{Name: tour, Uid: UID(2), AmountMax: new(int64(units))}
	right := &maecenasv1.Need{Name: acme + "/needs/other", Uid: UID(3), AmountMax: new(int64(0))}
	f.put(t, organization(acme, 1), left, right)
	both := func(r store.Reader) (left, right *maecenasv1.Need, err error) {
		left, right = &maecenasv1.Need{}, &maecenasv1.Need{}
		return left, right, errors.Join(r.Get(tour, left), r.Get(acme+"/needs/other", right))
	}
	var group sync.WaitGroup
	var mu sync.Mutex
	revisions := map[int64]bool{}
	done := make(chan struct{})
	var readers sync.WaitGroup
	readers.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
			}
			err := f.View(t.Context(), func(r store.Reader) error {
				left, right, err := both(r)
				if sum := left.GetAmountMax() + right.GetAmountMax(); err == nil && (sum != units || right.GetAmountMax() != r.Revision()-1) {
					err = fmt.Errorf("%d and %d units at revision %d", left.GetAmountMax(), right.GetAmountMax(), r.Revision())
				}
				return err
			})
			if err != nil {
				t.Errorf("View: %v", err)
				return
			}
		}
	})
	for range writers {
		group.Go(func() {
			for range moves {
				revision, err := f.Update(t.Context(), func(w store.Writer) error {
					left, right, err := both(w)
					if err != nil {
						return err
					}
					*left.AmountMax--
					*right.AmountMax++
					return errors.Join(w.Put(left), w.Put(right))
				})
				if err != nil {
					t.Errorf("Update: %v", err)
					return
				}
				mu.Lock()
				revisions[revision] = true
				mu.Unlock()
			}
		})
	}
	group.Wait()
	close(done)
	readers.Wait()
	for revision := int64(2); revision <= writers*moves+1; revision++ {
		if !revisions[revision] {
			t.Errorf("no writer was given revision %d", revision)
		}
	}
}
