package storetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	storagev1 "github.com/maecenas-cci/maecenas/gen/maecenas/storage/v1"
	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// Comparison is of a store with the model, which memstore is.
type Comparison struct {
	// Model and Subject return empty stores that take the times of their commits
	// from now. They are closed by Agree.
	Model, Subject func(t testing.TB, now func() time.Time) store.Store
	// Reopen closes the subject and opens it again; nil: nothing outlives it.
	Reopen func(t testing.TB, s store.Store) store.Store
	// Verify looks at the subject from within, at the end; nil: it cannot.
	Verify func(t testing.TB, s store.Store)
}

// Agree does random things to both stores, and fails the test when they answer
// differently: in values, in order, in revisions, or in which error it is.
func Agree(t *testing.T, c Comparison) {
	t.Helper()
	rapid.Check(t, func(rt *rapid.T) {
		// One clock each, so that both show the same times.
		tick := func() func() time.Time {
			f := &fixture{clock: start}
			return f.now
		}
		pair := &pair{model: c.Model(t, tick()), subject: c.Subject(t, tick())}
		defer func() { _ = errors.Join(pair.model.Close(), pair.subject.Close()) }()
		actions := map[string]func(*rapid.T){
			"update": func(rt *rapid.T) { pair.update(t, rt) },
			"read":   func(rt *rapid.T) { pair.read(t, rt) },
			"compact": func(rt *rapid.T) {
				pair.compare(rt, "compact", func(s store.Store) []string { return []string{outcome(s.Compact(t.Context()))} })
			},
			"changes": func(rt *rapid.T) {
				since := rapid.Int64Range(-1, 20).Draw(rt, "since")
				pair.compare(rt, "changes", func(s store.Store) []string {
					var log []string
					err := s.Changes(t.Context(), since, func(entry *storagev1.ChangeEntry) error {
						log = append(log, fmt.Sprint(entry.GetRevision(), entry.GetCommitTime().AsTime(), operations(entry)))
						return nil
					})
					return append(log, outcome(err))
				})
			},
		}
		if c.Reopen != nil {
			actions["reopen"] = func(*rapid.T) { pair.subject = c.Reopen(t, pair.subject) }
		}
		rt.Repeat(actions)
		pair.compare(rt, "everything", func(s store.Store) []string { return Everything(t, s) })
		if c.Verify != nil {
			// What was erased and is still in the file is a finding of its own.
			if err := pair.subject.Compact(t.Context()); err != nil {
				rt.Fatalf("Compact: %v", err)
			}
			c.Verify(t, pair.subject)
		}
	})
}

// pair is both stores.
type pair struct {
	model, subject store.Store
}

// compare runs the same on both.
func (p *pair) compare(rt *rapid.T, what string, run func(store.Store) []string) {
	want, got := run(p.model), run(p.subject)
	if !slices.Equal(want, got) {
		rt.Fatalf("%s:\nmodel:   %s\nsubject: %s", what, strings.Join(want, "\n         "), strings.Join(got, "\n         "))
	}
}

// step is something to do in a transaction, and its result as text.
type step func(store.Writer) string

// update runs a transaction of some steps, which may be given up at its end.
func (p *pair) update(t *testing.T, rt *rapid.T) {
	steps := rapid.SliceOfN(rapid.Custom(drawStep), 1, 8).Draw(rt, "steps")
	var end error
	if rapid.IntRange(0, 4).Draw(rt, "give up") == 0 {
		end = errGivenUp
	}
	p.compare(rt, "update", func(s store.Store) []string {
		var log []string
		revision, err := s.Update(t.Context(), func(w store.Writer) error {
			log = nil
			for _, step := range steps {
				log = append(log, step(w))
			}
			return end
		})
		return append(log, fmt.Sprint(revision, " ", outcome(err)))
	})
}

var errGivenUp = errors.New("given up")

// read runs some reading steps outside of a transaction that writes.
func (p *pair) read(t *testing.T, rt *rapid.T) {
	read := rapid.Custom(drawRead).Draw(rt, "read")
	p.compare(rt, "read", func(s store.Store) []string {
		var log []string
		err := s.View(t.Context(), func(r store.Reader) error {
			log = []string{fmt.Sprint(r.Revision()), read(r)}
			return nil
		})
		return append(log, outcome(err))
	})
}

// drawName draws a name of a kind out of few, some with a subject of the other
// sort, so that things meet.
func drawName(rt *rapid.T, kind store.Kind) string {
	return Name(kind, rapid.IntRange(1, 3).Draw(rt, "subject"), rapid.IntRange(1, 3).Draw(rt, "record"))
}

func drawKind(rt *rapid.T) store.Kind {
	// Subjects more often: without them there is nothing.
	return rapid.SampledFrom(append(store.Kinds(), store.KindOrganization, store.KindOrganization,
		store.KindNeed, store.KindNeed, store.KindInvestor)).Draw(rt, "kind")
}

func drawWriter(rt *rapid.T) string {
	return rapid.SampledFrom([]string{"", "", "a", "organizations/a"}).Draw(rt, "writer")
}

func drawExternal(rt *rapid.T) (system, id string) {
	return rapid.SampledFrom([]string{"a", "aa", "b"}).Draw(rt, "system"), rapid.SampledFrom([]string{"", "a", "1", "2"}).Draw(rt, "id")
}

func drawStep(rt *rapid.T) step {
	switch rapid.IntRange(0, 9).Draw(rt, "step") {
	case 0, 1, 2, 3, 4:
		return drawPut(rt)
	case 5, 6:
		kind := drawKind(rt)
		name := drawName(rt, kind)
		return func(w store.Writer) string { return outcome(w.Delete(kind, name)) }
	case 7:
		id, at := fmt.Sprint(rapid.IntRange(1, 4).Draw(rt, "request")), time.Duration(rapid.IntRange(-2, 2).Draw(rt, "at"))
		if rapid.Bool().Draw(rt, "prune") {
			return func(w store.Writer) string {
				n, err := w.PruneRequests(start.Add(at))
				return fmt.Sprint(n, " ", outcome(err))
			}
		}
		return func(w store.Writer) string { return outcome(w.PutRequest(id, request(start.Add(at), id))) }
	default:
		read := drawRead(rt)
		return func(w store.Writer) string { return read(w) }
	}
}

func drawPut(rt *rapid.T) step {
	kind := drawKind(rt)
	name := drawName(rt, kind)
	// Mostly one uid for a name, as it should be.
	uid := len(name)*10 + int(name[len(name)-1]-'0') + int(kind[0])*100 + int(store.SubjectName(name)[len(store.SubjectName(name))-1])
	if rapid.IntRange(0, 7).Draw(rt, "odd uid") == 0 {
		uid = rapid.IntRange(1, 3).Draw(rt, "uid")
	}
	rec := New(kind, name, UID(uid))
	if kind.HasExternalIDs() {
		var pairs []string
		for range rapid.IntRange(0, 2).Draw(rt, "external ids") {
			system, id := drawExternal(rt)
			pairs = append(pairs, system, id)
		}
		rec = WithWriter(WithExternal(rec, pairs...), drawWriter(rt))
	}
	return func(w store.Writer) string { return outcome(w.Put(rec)) }
}

func drawRead(rt *rapid.T) func(store.Reader) string {
	kind := drawKind(rt)
	name := drawName(rt, kind)
	switch rapid.IntRange(0, 3).Draw(rt, "read") {
	case 0:
		return func(r store.Reader) string {
			rec := kind.New()
			err := r.Get(name, rec)
			return text(rec) + outcome(err)
		}
	case 1:
		system, id := drawExternal(rt)
		asked := &maecenasv1.ExternalId{System: system, Id: id, Writer: drawWriter(rt)}
		return func(r store.Reader) string {
			holder, err := r.FindExternal(kind, asked)
			return holder + " " + outcome(err)
		}
	case 2:
		id := fmt.Sprint(rapid.IntRange(1, 4).Draw(rt, "request"))
		return func(r store.Reader) string {
			entry, err := r.GetRequest(id)
			return text(entry) + outcome(err)
		}
	default:
		return drawList(rt, kind, name)
	}
}

// drawList lists a page, and then the one behind it.
func drawList(rt *rapid.T, kind store.Kind, name string) func(store.Reader) string {
	opts := store.ListOptions{Descending: rapid.Bool().Draw(rt, "descending")}
	if rapid.Bool().Draw(rt, "below a parent") {
		opts.Parent = store.SubjectName(name)
	}
	size := rapid.IntRange(1, 4).Draw(rt, "page size")
	return func(r store.Reader) string {
		var log []string
		page := opts
		for range 3 {
			n := 0
			err := r.List(kind, page, func(at store.Cursor, rec store.Record) (bool, error) {
				page.After = at
				n++
				log = append(log, text(rec))
				return n < size, nil
			})
			log = append(log, outcome(err))
		}
		return strings.Join(log, "; ")
	}
}

// Everything tells a whole store as lines of text, for comparing stores quickly:
// its revision, its records in order, its changes.
func Everything(t testing.TB, s store.Store) []string {
	t.Helper()
	dump := Dump(t, s)
	log := []string{fmt.Sprint(dump.Revision)}
	for _, kind := range store.Kinds() {
		for _, rec := range dump.Records[kind] {
			log = append(log, text(rec))
		}
	}
	for _, entry := range dump.Changes {
		log = append(log, fmt.Sprint(entry.GetRevision(), entry.GetCommitTime().AsTime(), operations(entry)))
	}
	return log
}

// text is a message's bytes, as those are the same in every run.
func text(message proto.Message) string {
	bytes, err := proto.MarshalOptions{Deterministic: true}.Marshal(message)
	return fmt.Sprintf("%q%s ", bytes, outcome(err))
}

// outcome tells which of the contract's errors one is, and what it is about.
func outcome(err error) string {
	if err == nil {
		return "ok"
	}
	var about *store.RecordError
	var taken *store.ExternalIDTakenError
	switch {
	case errors.As(err, &about), errors.As(err, &taken), errors.Is(err, errGivenUp):
		return err.Error()
	}
	for _, sentinel := range []error{store.ErrNotFound, store.ErrInvalid, store.ErrRecordTooLarge, store.ErrClosed} {
		if errors.Is(err, sentinel) {
			return sentinel.Error()
		}
	}
	return "unexpected: " + err.Error()
}
