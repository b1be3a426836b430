package boltstore_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	bolt "go.etcd.io/bbolt"
	"google.golang.org/protobuf/proto"

	storagev1 "github.com/maecenas-cci/maecenas/gen/maecenas/storage/v1"
	"github.com/maecenas-cci/maecenas/internal/store"
	"github.com/maecenas-cci/maecenas/internal/store/boltstore"
	"github.com/maecenas-cci/maecenas/internal/store/storetest"
)

// The store of these tests: some organizations with needs, of which the file's
// bytes are known.
const (
	damageSubjects = 12
	damageNeeds    = 3
)

func damageRecords() []store.Record {
	var records []store.Record
	for subject := range damageSubjects {
		records = append(records, storetest.WithExternal(
			storetest.New(store.KindOrganization, storetest.Name(store.KindOrganization, subject, 0), storetest.UID(subject)),
			"register", fmt.Sprint(subject)))
		for n := range damageNeeds {
			records = append(records, storetest.New(store.KindNeed,
				storetest.Name(store.KindNeed, subject, n), storetest.UID(100*(subject+1)+n)))
		}
	}
	return records
}

// buildFile returns the bytes of a closed file with the records.
func buildFile(t *testing.T) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "maecenas.db")
	s := open(t, boltstore.Options{Path: path, NoSync: true})
	for _, rec := range damageRecords() {
		if _, err := s.Update(t.Context(), func(w store.Writer) error { return w.Put(rec) }); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// answers asks a file everything in every way there is, and returns the answers
// by question. Where the answer is an error, it is that.
func answers(t *testing.T, path string) map[string]any {
	t.Helper()
	s, err := boltstore.Open(boltstore.Options{Path: path, ReadOnly: true})
	if err != nil {
		return map[string]any{"open": err}
	}
	defer func() { _ = s.Close() }()
	out := map[string]any{}
	answer := func(question string, value any, err error) {
		if out[question] = value; err != nil {
			out[question] = err
		}
	}
	err = s.View(t.Context(), func(r store.Reader) error {
		answer("revision", r.Revision(), nil)
		for _, want := range damageRecords() {
			kind, err := store.KindOf(want)
			if err != nil {
				return err
			}
			rec := kind.New()
			err = r.Get(want.GetName(), rec)
			answer("get "+want.GetName(), text(rec), err)
			for _, id := range store.ExternalIDs(want) {
				name, err := r.FindExternal(kind, id)
				answer("external "+id.GetId(), name, err)
			}
		}
		list := func(kind store.Kind, opts store.ListOptions) {
			var found []string
			err := r.List(kind, opts, func(_ store.Cursor, rec store.Record) (bool, error) {
				found = append(found, text(rec))
				return true, nil
			})
			answer(fmt.Sprint("list ", kind, opts), strings.Join(found, ","), err)
		}
		for _, descending := range []bool{false, true} {
			list(store.KindOrganization, store.ListOptions{Descending: descending})
			list(store.KindNeed, store.ListOptions{Descending: descending})
			for subject := range damageSubjects {
				list(store.KindNeed, store.ListOptions{
					Parent: storetest.Name(store.KindOrganization, subject, 0), Descending: descending,
				})
			}
		}
		return nil
	})
	if err != nil {
		return map[string]any{"view": err}
	}
	var changes []string
	err = s.Changes(t.Context(), 0, func(entry *storagev1.ChangeEntry) error {
		changes = append(changes, text(&storagev1.ChangeEntry{Revision: entry.GetRevision(), Items: entry.GetItems()}))
		return nil
	})
	answer("changes", strings.Join(changes, ","), err)
	return out
}

func text(message proto.Message) string {
	bytes, err := proto.MarshalOptions{Deterministic: true}.Marshal(message)
	return fmt.Sprintf("%x%v", bytes, err)
}

// flipper writes a file with single bits turned, and compares its answers.
type flipper struct {
	path string
	file []byte
	want map[string]any
}

func newFlipper(t *testing.T) *flipper {
	t.Helper()
	f := &flipper{path: filepath.Join(t.TempDir(), "flipped.db"), file: buildFile(t)}
	if err := os.WriteFile(f.path, f.file, 0o600); err != nil {
		t.Fatal(err)
	}
	f.want = answers(t, f.path)
	for question, value := range f.want {
		if err, ok := value.(error); ok {
			t.Fatalf("%s: %v", question, err)
		}
	}
	return f
}

// flip turns a bit for the time of a call.
func (f *flipper) flip(t *testing.T, bit int, call func()) {
	t.Helper()
	file, err := os.OpenFile(f.path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	write := func(mask byte) {
		if _, err := file.WriteAt([]byte{f.file[bit/8] ^ mask}, int64(bit/8)); err != nil {
			t.Fatal(err)
		}
	}
	write(1 << (bit % 8))
	call()
	write(0)
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
}

// wrong returns the questions that have an answer other than the right one, and
// how many have an error. An error that does not tell of damage is wrong too.
func (f *flipper) wrong(t *testing.T) (wrong []string, failed int) {
	t.Helper()
	for question, got := range answers(t, f.path) {
		err, isError := got.(error)
		switch {
		case isError && (errors.Is(err, store.ErrDamaged) || errors.Is(err, store.ErrNotStore)):
			failed++
		case isError:
			wrong = append(wrong, fmt.Sprintf("%s: %v", question, err))
		case got != f.want[question]:
			wrong = append(wrong, fmt.Sprintf("%s: %v, want %v", question, got, f.want[question]))
		}
	}
	return wrong, failed
}

// TestEveryBitOfARecord turns every bit of a record, of its name, its external id
// and its change entry, keys included: no answer may be a wrong one, and whoever
// asks for that record is told of damage, with its place.
func TestEveryBitOfARecord(t *testing.T) {
	t.Parallel()
	f := newFlipper(t)
	subject, err := store.ParseUID(storetest.UID(5))
	if err != nil {
		t.Fatal(err)
	}
	own, err := store.ParseUID(storetest.UID(601))
	if err != nil {
		t.Fatal(err)
	}
	key := store.Key(store.KindNeed, subject, own)
	name := storetest.Name(store.KindNeed, 5, 1)
	prepared, err := store.Prepare(storetest.New(store.KindNeed, name, own.String()))
	if err != nil {
		t.Fatal(err)
	}
	entries := map[string][]byte{
		"need":  append(bytes.Clone(key), store.Seal("need", key, prepared.Payload)...),
		"_name": append([]byte(name), store.Seal("_name", []byte(name), append([]byte("need\x00"), key...))...),
	}
	for bucket, entry := range entries {
		places := 0
		for at := 0; ; at++ {
			next := bytes.Index(f.file[at:], entry)
			if next < 0 {
				break
			}
			at += next
			places++
			told := 0
			for bit := range 8 * len(entry) {
				f.flip(t, 8*at+bit, func() {
					wrong, failed := f.wrong(t)
					for _, answer := range wrong {
						t.Errorf("%s, bit %d: %s", bucket, bit, answer)
					}
					told += min(failed, 1)
				})
			}
			// Of earlier versions of a page, nobody is told.
			if told != 0 && told != 8*len(entry) {
				t.Errorf("%s: told of %d bits, of %d", bucket, told, 8*len(entry))
			}
			t.Logf("%s at %d: told of %d bits, of %d", bucket, at, told, 8*len(entry))
		}
		if places == 0 {
			t.Errorf("%s: the entry is not found in the file", bucket)
		}
	}
}

// TestBitsAnywhere turns bits anywhere in the file: in bbolt's own structures, of
// which nothing can tell all damage, an answer may lack what there is (and Check
// then tells), but nothing may be answered that was never stored, and nothing may
// end the process. Of a page whose places are damaged bbolt reads memory beyond the
// page, which the checks of pointers that go with the race detector end the process for.
func TestBitsAnywhere(t *testing.T) {
	t.Parallel()
	if checksPointers {
		t.Skip("built with the race detector, which does not let bbolt read damaged pages")
	}
	f := newFlipper(t)
	random := rand.New(rand.NewPCG(1, 2))
	live := liveBits(t, f.path)
	right, told, lacking, unseen := 0, 0, 0, 0
	rounds := 1000
	if testing.Short() {
		rounds = 200
	}
	for range rounds {
		bit := live[random.IntN(len(live))]
		f.flip(t, bit, func() {
			wrong, failed := f.wrong(t)
			switch {
			case len(wrong) > 0:
				lacking++
				if len(problems(t, f.path)) == 0 {
					unseen++
					t.Errorf("byte %d, bit %d: Check finds nothing, but %s", bit/8, bit%8, wrong[0])
				}
			case failed > 0:
				told++
			default:
				right++
			}
		})
	}
	t.Logf("of %d bits: %d harmless, %d told, %d lacking, %d of them unseen by Check", rounds, right, told, lacking, unseen)
}

// liveBits returns the bits of a file that are in use: those of the headers and
// of all pages that are not free, up to the last byte of a page that is not zero.
func liveBits(t *testing.T, path string) []int {
	t.Helper()
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	db, err := bolt.Open(path, 0o600, &bolt.Options{ReadOnly: true, PreLoadFreelist: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var bits []int
	err = db.View(func(tx *bolt.Tx) error {
		size := db.Info().PageSize
		for id := 0; ; id++ {
			page, err := tx.Page(id)
			if err != nil || page == nil {
				return err
			}
			if page.Type == "free" {
				continue
			}
			used := bytes.TrimRight(file[id*size:(id+1)*size], "\x00")
			for at := range used {
				// Of inner pages, the numbers of the pages below: behind the page's
				// header of 16 bytes come elements of 16, whose second half they are. A
				// loop among pages exhausts the stack, which nothing can prevent here.
				if page.Type == "branch" && at >= 16 && at < 16*(page.Count+1) && at%16 >= 8 {
					continue
				}
				for bit := range 8 {
					bits = append(bits, 8*(id*size+at)+bit)
				}
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return bits
}

// problems returns what Check finds in a file; an error to open it counts.
func problems(t *testing.T, path string) []store.Problem {
	t.Helper()
	s, err := boltstore.Open(boltstore.Options{Path: path, ReadOnly: true})
	if err != nil {
		return []store.Problem{{Text: err.Error()}}
	}
	defer func() { _ = s.Close() }()
	return check(t, s)
}

// TestCheckFinds: Check finds nothing in a sound store.
func TestCheckFindsNothing(t *testing.T) {
	t.Parallel()
	f := newFlipper(t)
	if diff := cmp.Diff([]store.Problem(nil), problems(t, f.path)); diff != "" {
		t.Errorf("Check (-want +got):\n%s", diff)
	}
}
