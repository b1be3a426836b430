package boltstore

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"github.com/maecenas-cci/maecenas/internal/store"
)

// TestMigrate brings a file up by schemas that do not exist yet.
func TestMigrate(t *testing.T) {
	t.Parallel()
	db, err := bolt.Open(filepath.Join(t.TempDir(), "maecenas.db"), 0o600, &bolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if err := db.Update(initialize); err != nil {
		t.Fatal(err)
	}
	var ran []int
	failure := errors.New("an upgrade fails")
	now := len(schemas)
	table := append(slices.Clone(schemas),
		schema{needs: "8.2.0", upgrade: func(tx *bolt.Tx) error {
			ran = append(ran, 2)
			_, err := tx.CreateBucket([]byte("sponsor"))
			return err
		}},
		schema{needs: "8.5.0", upgrade: func(*bolt.Tx) error {
			ran = append(ran, 3)
			return failure
		}},
	)
	state := func() string {
		var out string
		err := db.View(func(tx *bolt.Tx) error {
			version, needs, err := readSchema(tx)
			out = fmt.Sprint(version, " ", needs, " ", tx.Bucket([]byte("sponsor")) != nil)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	if err := db.Update(func(tx *bolt.Tx) error { return migrate(tx, now, table) }); !errors.Is(err, failure) {
		t.Errorf("migrate: %v", err)
	}
	if got := state(); got != fmt.Sprint(now, " ", schemas[now-1].needs, " false") {
		t.Errorf("after a failed upgrade: %s", got)
	}
	if err := db.Update(func(tx *bolt.Tx) error { return migrate(tx, now, table[:now+1]) }); err != nil {
		t.Errorf("migrate: %v", err)
	}
	if got := state(); got != fmt.Sprint(now+1, " 8.2.0 true") {
		t.Errorf("after an upgrade: %s", got)
	}
	if fmt.Sprint(ran) != "[2 3 2]" {
		t.Errorf("upgrades ran: %v", ran)
	}
}

// TestRequestTimes: keys sort as their times do.
func TestRequestTimes(t *testing.T) {
	t.Parallel()
	times := []time.Time{
		time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), time.Unix(-1, 999), time.Unix(0, 0), time.Unix(0, 1), time.Unix(1, 0),
		time.Date(9999, 12, 31, 23, 59, 59, 999999999, time.UTC),
	}
	for i := 1; i < len(times); i++ {
		if before, after := requestTimeKey(times[i-1], "z"), requestTimeKey(times[i], "a"); string(before) >= string(after) {
			t.Errorf("%v has key %x, %v has %x", times[i-1], before, times[i], after)
		}
	}
}

func TestClassify(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ err, want error }{
		{syscall.ENOSPC, store.ErrFull},
		{fmt.Errorf("write: %w", syscall.EDQUOT), store.ErrFull},
		{fmt.Errorf("file resize error: %s", syscall.ENOSPC), store.ErrFull}, //nolint:errorlint // as bbolt does
		{berrors.ErrMaxSizeReached, store.ErrFull},
		{berrors.ErrDatabaseNotOpen, store.ErrClosed},
		{berrors.ErrChecksum, store.ErrNotStore},
		{syscall.EIO, syscall.EIO},
	} {
		got := classify(test.err)
		if !errors.Is(got, test.want) || !errors.Is(got, test.err) {
			t.Errorf("classify(%v) = %v, want %v and its cause", test.err, got, test.want)
		}
	}
	if classify(nil) != nil {
		t.Error("classify(nil) is an error")
	}
}

// TestFailedCommit: if a commit fails after its header can be seen, neither
// "written" nor "not written" is true.
func TestFailedCommit(t *testing.T) {
	t.Parallel()
	s, err := Open(Options{Path: filepath.Join(t.TempDir(), "maecenas.db"), NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if err := s.failedCommit(0, syscall.ENOSPC); !errors.Is(err, store.ErrFull) {
		t.Errorf("not written: %v", err)
	}
	if err := s.Ready(t.Context()); err != nil {
		t.Errorf("Ready after a commit that was not written: %v", err)
	}
	if err := s.failedCommit(-1, syscall.EIO); !errors.Is(err, syscall.EIO) {
		t.Errorf("perhaps written: %v", err)
	}
	unexpected := errors.New("called")
	_, err = s.Update(t.Context(), func(store.Writer) error { return unexpected })
	for what, err := range map[string]error{
		"Ready":  s.Ready(t.Context()),
		"View":   s.View(t.Context(), func(store.Reader) error { return unexpected }),
		"Update": err,
	} {
		if !errors.Is(err, syscall.EIO) {
			t.Errorf("%s: %v", what, err)
		}
	}
}
