package privacy_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/types/known/timestamppb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/app"
	"github.com/maecenas-cci/maecenas/internal/audit"
	"github.com/maecenas-cci/maecenas/internal/audit/chain"
	"github.com/maecenas-cci/maecenas/internal/privacy"
	"github.com/maecenas-cci/maecenas/internal/store"
	"github.com/maecenas-cci/maecenas/internal/store/memstore"
	"github.com/maecenas-cci/maecenas/internal/store/storetest"
	"github.com/maecenas-cci/maecenas/internal/testserver"
)

var all = privacy.Retention{Consents: 10, Introductions: 20, Assessments: 30, Audit: 40}

// before is a time some days before another.
func before(now time.Time, days int) *timestamppb.Timestamp {
	return timestamppb.New(now.AddDate(0, 0, -days))
}

// history puts records that ended, began, or go on at different times before now.
func history(t *testing.T, s store.Store, now time.Time) {
	t.Helper()
	const acme, anna = "organizations/acme", "principals/anna"
	records := []store.Record{
		&maecenasv1.Organization{Name: acme, Uid: storetest.UID(1)},
		&maecenasv1.Organization{Name: "organizations/beta", Uid: storetest.UID(2)},
		&maecenasv1.Principal{Name: anna, Uid: storetest.UID(3)},
		&maecenasv1.Consent{Name: anna + "/consents/holds", Uid: storetest.UID(10), GiveTime: before(now, 900)},
		&maecenasv1.Consent{Name: anna + "/consents/fresh", Uid: storetest.UID(11), WithdrawTime: before(now, 9)},
		&maecenasv1.Consent{Name: anna + "/consents/over", Uid: storetest.UID(12), WithdrawTime: before(now, 11)},
		&maecenasv1.Introduction{Name: "introductions/funded", Uid: storetest.UID(20), State: maecenasv1.Introduction_FUNDED, UpdateTime: before(now, 900)},
		&maecenasv1.Introduction{Name: "introductions/fresh", Uid: storetest.UID(21), State: maecenasv1.Introduction_DECLINED, UpdateTime: before(now, 19)},
		&maecenasv1.Introduction{Name: "introductions/declined", Uid: storetest.UID(22), State: maecenasv1.Introduction_DECLINED, UpdateTime: before(now, 21)},
		&maecenasv1.Introduction{Name: "introductions/withdrawn", Uid: storetest.UID(23), State: maecenasv1.Introduction_WITHDRAWN, UpdateTime: before(now, 21)},
		// Of acme the last is made of one that is old; of beta all are old.
		&maecenasv1.Assessment{Name: acme + "/assessments/a1", Uid: storetest.UID(30), CreateTime: before(now, 60)},
		&maecenasv1.Assessment{Name: acme + "/assessments/a2", Uid: storetest.UID(31), CreateTime: before(now, 50)},
		&maecenasv1.Assessment{Name: acme + "/assessments/a3", Uid: storetest.UID(32), CreateTime: before(now, 1), Counterpart: acme + "/assessments/a2"},
		&maecenasv1.Assessment{Name: "organizations/beta/assessments/b1", Uid: storetest.UID(33), CreateTime: before(now, 70)},
		&maecenasv1.Assessment{Name: "organizations/beta/assessments/b2", Uid: storetest.UID(34), CreateTime: before(now, 65)},
		&maecenasv1.Assessment{Name: "organizations/beta/assessments/b3", Uid: storetest.UID(35), CreateTime: before(now, 64), Counterpart: "organizations/beta/assessments/b2"},
	}
	var last *maecenasv1.AuditEntry
	for _, days := range []int{50, 45, 41, 39, 44, 1} { // a clock that was put back once
		entry := &maecenasv1.AuditEntry{EntryTime: before(now, days), Permission: "x"}
		chain.Link(last, entry)
		records, last = append(records, entry), entry
	}
	if _, err := s.Update(t.Context(), func(w store.Writer) error {
		for _, rec := range records {
			if err := w.Put(rec); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// left is the names of what may be let go.
func left(t *testing.T, s store.Store) []string {
	t.Helper()
	var names []string
	contents := storetest.Dump(t, s)
	for _, kind := range []store.Kind{store.KindConsent, store.KindIntroduction, store.KindAssessment, store.KindAuditEntry} {
		for _, rec := range contents.Records[kind] {
			names = append(names, rec.GetName()[strings.LastIndexByte(rec.GetName(), '/')+1:])
		}
	}
	return names
}

// opened is the use cases over a store that keeps nothing on a disk.
func opened(t *testing.T, s store.Store, now func() time.Time, retention privacy.Retention) (*privacy.Privacy, *app.App) {
	t.Helper()
	a, err := app.Open(t.Context(), app.Options{Store: s, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	return privacy.New(privacy.Options{App: a, Store: s, Retention: retention}), a
}

func TestSweep(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.June, 1, 12, 0, 0, 0, time.UTC)
	s := memstore.New(memstore.Options{})
	defer func() { _ = s.Close() }()
	history(t, s, now)
	p, _ := opened(t, s, func() time.Time { return now }, privacy.Retention{})
	whole := left(t, s)
	if n, err := p.Sweep(t.Context()); n != 0 || err != nil || !slices.Equal(left(t, s), whole) {
		t.Errorf("where all is kept for good: %d, %v", n, err)
	}
	p, a := opened(t, s, func() time.Time { return now }, all)
	n, err := p.Sweep(t.Context())
	if n != 8 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	want := []string{
		"holds", "fresh", "funded", "fresh", "a2", "a3", "b2", "b3",
		"000000000004", "000000000005", "000000000006",
		// What was let go is told, by whom nobody.
		"000000000007", "000000000008", "000000000009",
	}
	if diff := cmp.Diff(want, left(t, s)); diff != "" {
		t.Errorf("left (-want +got):\n%s", diff)
	}
	state, err := audit.New(a.Keeper()).Verify(t.Context())
	if err != nil || !state.GetIntact() || state.GetEntries() != 6 {
		t.Errorf("the chain: %v, %v", state, err)
	}
	if n, err := p.Sweep(t.Context()); n != 0 || err != nil {
		t.Errorf("again: %d, %v", n, err)
	}
}

// TestTheLastEntryStays: a log of which everything is old goes on where it was.
func TestTheLastEntryStays(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.June, 1, 12, 0, 0, 0, time.UTC)
	s := memstore.New(memstore.Options{})
	defer func() { _ = s.Close() }()
	history(t, s, now.AddDate(-1, 0, 0))
	p, a := opened(t, s, func() time.Time { return now }, privacy.Retention{Audit: 1})
	if _, err := p.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if names := left(t, s); names[len(names)-1] != "000000000006" || slices.Contains(names, "000000000005") {
		t.Errorf("%v", names)
	}
	if err := a.Keeper().Note(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	if state, err := audit.New(a.Keeper()).Verify(t.Context()); err != nil || !state.GetIntact() || state.GetEntries() != 2 {
		t.Errorf("%v, %v", state, err)
	}
}

// TestKeepSweeping: at once, and then every day.
func TestKeepSweeping(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := memstore.New(memstore.Options{Now: time.Now})
		defer func() { _ = s.Close() }()
		history(t, s, time.Now().AddDate(0, 0, 5))
		p, _ := opened(t, s, time.Now, privacy.Retention{Consents: 10})
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		var told []string
		go func() {
			defer close(ended)
			p.KeepSweeping(ctx, 24*time.Hour, func(records int, err error) { told = append(told, fmt.Sprint(records, err)) })
		}()
		// The one was withdrawn 6 days before the beginning, the other 4.
		time.Sleep(7*24*time.Hour - time.Minute)
		synctest.Wait()
		stop()
		<-ended
		want := []string{"0 <nil>", "0 <nil>", "0 <nil>", "0 <nil>", "0 <nil>", "1 <nil>", "0 <nil>"}
		if diff := cmp.Diff(want, told); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// TestRetentionOfAServer: what ended while the server was away is let go when it
// starts.
func TestRetentionOfAServer(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := testserver.Start(t, testserver.Options{Dir: dir})
	owner := filled(t, s)
	consent := must(t, owner, "POST", "/v1/"+owner.Name+"/consents", `{"purpose":"zperson-over","textVersion":"1"}`)["name"].(string)
	must(t, owner, "POST", "/v1/"+consent+":withdraw", `{}`)
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	later := s.Clock.Now().AddDate(0, 0, 11)
	again := testserver.Start(t, testserver.Options{Dir: dir, Now: later, Retention: privacy.Retention{Consents: 10}})
	for range 100 {
		if code, _, _ := again.Admin().REST(t, "GET", "/v1/"+consent, ""); code == 404 && len(holding(t, dir, "zperson-over")) == 0 {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Errorf("%q", holding(t, dir, "zperson-over"))
}
