package boltstore_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/maecenas-cci/maecenas/internal/store"
	"github.com/maecenas-cci/maecenas/internal/store/boltstore"
	"github.com/maecenas-cci/maecenas/internal/store/memstore"
	"github.com/maecenas-cci/maecenas/internal/store/storetest"
)

// crashCommits is how many commits follow the first start.
const crashCommits = 10

// crashCompacts is after which of them the file is compacted.
const crashCompacts = 5

// crashCommit is what the n-th of them, from 1, does: it makes, replaces and
// deletes, in different places, so that pages are used again.
func crashCommit(w store.Writer, n int) error {
	if err := w.Put(storetest.Full(store.KindOrganization, n, 0)); err != nil {
		return err
	}
	if err := w.Put(storetest.Full(store.KindNeed, n, 1)); err != nil {
		return err
	}
	if n < 4 {
		return nil
	}
	if err := w.Delete(store.KindNeed, storetest.Name(store.KindNeed, n-3, 1)); err != nil {
		return err
	}
	return w.Put(storetest.WithExternal(storetest.Full(store.KindOrganization, n-2, 0), "crash", fmt.Sprint(n)))
}

func crashClock() func() time.Time {
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	return func() time.Time {
		at = at.Add(time.Second)
		return at
	}
}

// TestCrashChild is the process that TestCrash records.
func TestCrashChild(t *testing.T) { //nolint:paralleltest // it is a process of its own
	folder := os.Getenv("MAECENAS_CRASH_FOLDER")
	if folder == "" {
		t.Skip("run by TestCrash")
	}
	s, err := boltstore.Open(boltstore.Options{
		Path: filepath.Join(folder, "new", "maecenas.db"), Now: crashClock(), NoSync: os.Getenv("MAECENAS_CRASH_NOSYNC") != "",
	})
	if err != nil {
		t.Fatal(err)
	}
	_, _ = os.Stdout.WriteString("ack 0\n")
	for n := range crashCommits {
		revision, err := s.Update(t.Context(), func(w store.Writer) error { return crashCommit(w, n+1) })
		if err != nil {
			t.Fatal(err)
		}
		_, _ = fmt.Fprintf(os.Stdout, "ack %d\n", revision)
		if n == crashCompacts {
			if err := s.Compact(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	// Not closed: its power is cut.
}

// TestCrash rebuilds the disks that a power cut could leave at any moment of a
// first start and the commits after it, and opens each: every commit that was
// acknowledged must be there, whole, and nothing else but the one under way.
//
// That a process is killed would show little: what it has written is then still
// in the kernel's memory. What a power cut leaves are the writes that were synced,
// and of the others any part, in any order. So a process is recorded system call
// by system call, and disks are made from the record.
func TestCrash(t *testing.T) {
	t.Parallel()
	states := crashStates(t)
	images, failures := 0, 0
	ops := crashRecord(t, false)
	for at := range len(ops) + 1 {
		for variant := range 5 {
			images++
			if err := newDisk(ops[:at], variant, nothing).verify(t, states); err != nil {
				failures++
				if failures < 5 {
					t.Errorf("after operation %d of %d, variant %d: %v", at, len(ops), variant, err)
				}
			}
		}
	}
	t.Logf("%d operations, %d disks, %d failures", len(ops), images, failures)
}

// TestCrashNotices: TestCrash is worth something only if it fails when syncing
// is off, be it all of it, or that of files, or that of folders.
func TestCrashNotices(t *testing.T) {
	t.Parallel()
	states := crashStates(t)
	ops := crashRecord(t, false)
	folders := map[int]bool{0: true}
	for _, op := range ops {
		if op.folder {
			folders[op.inode] = true
		}
	}
	for name, run := range map[string]struct {
		ops     []op
		ignored func(op) bool
	}{
		"without syncing":         {crashRecord(t, true), nothing},
		"without syncing files":   {ops, func(o op) bool { return o.kind == opSync && !folders[o.inode] }},
		"without syncing folders": {ops, func(o op) bool { return o.kind == opSync && folders[o.inode] }},
	} {
		images, failures := 0, 0
		for at := 0; at <= len(run.ops); at += 3 {
			for variant := range 5 {
				images++
				if newDisk(run.ops[:at], variant, run.ignored).verify(t, states) != nil {
					failures++
				}
			}
		}
		t.Logf("%s: %d of %d disks fail", name, failures, images)
		if failures == 0 {
			t.Errorf("%s: all disks are well", name)
		}
	}
}

func nothing(op) bool { return false }

// crashRecord records a process; its folders are called "" .
func crashRecord(t *testing.T, noSync bool) []op {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestCrashChild$")
	cmd.Env = append(os.Environ(), "MAECENAS_CRASH_FOLDER="+root)
	if noSync {
		cmd.Env = append(cmd.Env, "MAECENAS_CRASH_NOSYNC=1")
	}
	ops := record(t, cmd, root)
	acks := 0
	for i := range ops {
		ops[i].path, ops[i].from = strings.TrimPrefix(ops[i].path, root), strings.TrimPrefix(ops[i].from, root)
		if ops[i].kind == opAck {
			acks++
		}
	}
	if acks != crashCommits+1 {
		t.Fatalf("the process told of %d commits", acks)
	}
	return ops
}

// crashStates returns what the store holds after each revision.
func crashStates(t *testing.T) [][]string {
	t.Helper()
	model := memstore.New(memstore.Options{Now: crashClock()})
	states := [][]string{storetest.Everything(t, model)}
	for n := range crashCommits {
		if _, err := model.Update(t.Context(), func(w store.Writer) error { return crashCommit(w, n+1) }); err != nil {
			t.Fatal(err)
		}
		states = append(states, storetest.Everything(t, model))
	}
	return states
}

// sector is what a disk writes whole or not at all.
const sector = 512

// file is a file on a disk.
type file struct {
	size    int64
	sectors map[int64][]byte
}

// disk is what a power cut leaves.
type disk struct {
	names   map[string]int
	folders map[int]bool
	files   map[int]*file
	acked   int64 // the last revision acknowledged; -1: not yet open
}

// newDisk returns what may be left after operations: all that was synced, and of
// the rest nothing (variant 0), everything (1), or parts by chance. Syncs that
// are ignored count for nothing.
func newDisk(ops []op, variant int, ignored func(op) bool) *disk {
	d := &disk{names: map[string]int{}, folders: map[int]bool{0: true}, files: map[int]*file{}, acked: -1}
	synced := map[int]int{} // by inode: up to where
	for i, op := range ops {
		if op.kind == opSync && !ignored(op) {
			synced[op.inode] = i
		}
	}
	random := rand.New(rand.NewPCG(uint64(len(ops)), uint64(variant)))
	odds := map[int]float64{0: 0, 1: 1, 2: 0.5, 3: 0.1, 4: 0.9}[variant]
	survives := func(i, inode int) bool {
		until, ok := synced[inode]
		return ok && i < until || random.Float64() < odds
	}
	parents := map[string]int{"": 0}
	for i, op := range ops {
		switch op.kind {
		case opAck:
			d.acked = op.offset
		case opName, opUnname, opRename:
			if op.folder {
				d.folders[op.inode] = true
				parents[op.path] = op.inode
			}
			if !survives(i, parents[strings.TrimSuffix(filepath.Dir(op.path), "/")]) {
				continue
			}
			switch op.kind {
			case opUnname:
				delete(d.names, op.path)
			case opRename:
				delete(d.names, op.from)
				d.names[op.path] = op.inode
			default:
				d.names[op.path] = op.inode
			}
		case opTruncate:
			if survives(i, op.inode) {
				d.file(op.inode).size = op.offset
			}
		case opWrite:
			for from := 0; from < len(op.data); from += sector {
				if survives(i, op.inode) {
					d.file(op.inode).write(op.offset+int64(from), op.data[from:min(from+sector, len(op.data))])
				}
			}
		case opSync:
		}
	}
	return d
}

func (d *disk) file(inode int) *file {
	if d.files[inode] == nil {
		d.files[inode] = &file{sectors: map[int64][]byte{}}
	}
	return d.files[inode]
}

// write writes one sector; bbolt writes nothing smaller than a page.
func (f *file) write(at int64, data []byte) {
	f.sectors[at] = data
	f.size = max(f.size, at+int64(len(data)))
}

// mount writes the disk's files below a folder.
func (d *disk) mount(root string) error {
	for path, inode := range d.names {
		if d.folders[inode] {
			if err := os.MkdirAll(root+path, 0o700); err != nil {
				return err
			}
		}
	}
	for path, inode := range d.names {
		if _, ok := d.names[filepath.Dir(path)]; !ok || d.folders[inode] {
			continue // A file whose folder did not survive is not to be reached.
		}
		out, err := os.OpenFile(root+path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return err
		}
		f := d.file(inode)
		if err := out.Truncate(f.size); err != nil {
			return err
		}
		for at, data := range f.sectors {
			if _, err := out.WriteAt(data, at); err != nil {
				return err
			}
		}
		if err := out.Close(); err != nil {
			return err
		}
	}
	return nil
}

// verify opens the disk's store.
func (d *disk) verify(t *testing.T, states [][]string) error {
	t.Helper()
	root := t.TempDir()
	// There are hundreds: each goes when it was looked at.
	defer func() { _ = os.RemoveAll(root) }()
	if err := d.mount(root); err != nil {
		return err
	}
	s, err := boltstore.Open(boltstore.Options{Path: filepath.Join(root, "new", "maecenas.db"), NoSync: true})
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	revision := int64(0)
	if err := s.View(t.Context(), func(r store.Reader) error {
		revision = r.Revision()
		return nil
	}); err != nil {
		return err
	}
	if revision < d.acked || revision > d.acked+1 {
		return fmt.Errorf("revision %d, and %d was acknowledged", revision, d.acked)
	}
	problems := 0
	if err := s.Check(t.Context(), func(store.Problem) { problems++ }); err != nil || problems > 0 {
		return fmt.Errorf("Check: %d problems, %w", problems, err)
	}
	if diff := cmp.Diff(states[revision], storetest.Everything(t, s)); diff != "" {
		return fmt.Errorf("revision %d (-want +got):\n%s", revision, diff)
	}
	next, err := s.Update(t.Context(), func(w store.Writer) error {
		return w.Put(storetest.Full(store.KindInvestor, 1, 0))
	})
	if err != nil || next != revision+1 {
		return fmt.Errorf("the next commit: revision %d, %w", next, err)
	}
	return nil
}
