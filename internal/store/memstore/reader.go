package memstore

import (
	"context"
	"fmt"
	"strings"

	"google.golang.org/protobuf/proto"

	storagev1 "github.com/maecenas-cci/maecenas/gen/maecenas/storage/v1"
	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// reader reads one state.
type reader struct {
	ctx   context.Context // a reader lives within one call
	state *state
	done  bool
}

func (r *reader) end() { r.done = true }

// Revision implements store.Reader.
func (r *reader) Revision() int64 { return r.state.revision }

// Get implements store.Reader.
func (r *reader) Get(name string, into store.Record) error {
	if r.done {
		return store.ErrClosed
	}
	kind, err := store.KindNamed(into, name)
	if err != nil {
		return err
	}
	payload, ok := r.find(kind, name)
	if !ok {
		return &store.RecordError{Kind: kind, Name: name, Err: store.ErrNotFound}
	}
	return decode(payload, into)
}

// GetByUID implements store.Reader.
func (r *reader) GetByUID(kind store.Kind, subject, uid string) (store.Record, error) {
	if r.done {
		return nil, store.ErrClosed
	}
	key, err := store.KeyOf(kind, subject, uid)
	if err != nil {
		return nil, err
	}
	payload, ok := r.state.records[kind].get(string(key))
	if !ok {
		return nil, &store.RecordError{Kind: kind, Err: store.ErrNotFound}
	}
	rec := kind.New()
	if err := decode(payload, rec); err != nil {
		return nil, err
	}
	return rec, nil
}

// find returns the payload of a record.
func (r *reader) find(kind store.Kind, name string) ([]byte, bool) {
	if !kind.Matches(name) {
		return nil, false
	}
	key, ok := r.state.names.get(name)
	if !ok {
		return nil, false
	}
	return r.state.records[kind].get(key)
}

// List implements store.Reader.
func (r *reader) List(kind store.Kind, opts store.ListOptions, each func(store.Cursor, store.Record) (bool, error)) error {
	if r.done {
		return store.ErrClosed
	}
	subject, err := store.ParentSubject(kind, opts.Parent)
	if err != nil {
		return err
	}
	if err := store.CheckCursor(kind, opts.After); err != nil {
		return err
	}
	prefix := ""
	if subject != "" {
		var ok bool
		if prefix, ok = r.state.names.get(subject); !ok {
			return r.check()
		}
	}
	for n := r.first(kind, prefix, opts); n != nil && strings.HasPrefix(n.key, prefix); n = r.next(kind, n.key, opts) {
		if err := r.check(); err != nil {
			return err
		}
		rec := kind.New()
		if err := decode(n.value, rec); err != nil {
			return err
		}
		if more, err := each(store.Cursor(n.key), rec); err != nil || !more {
			return err
		}
	}
	return r.check()
}

// first returns the entry that a list begins with.
func (r *reader) first(kind store.Kind, prefix string, opts store.ListOptions) *node[[]byte] {
	records, after := r.state.records[kind], string(opts.After)
	switch {
	case opts.Descending:
		// Above every key with the prefix: those have 32 bytes at most.
		start := prefix + strings.Repeat("\xff", 33)
		if opts.After != nil {
			start = min(start, after)
		}
		return records.before(start)
	case opts.After != nil && after >= prefix:
		return records.after(after, false)
	default:
		return records.after(prefix, true)
	}
}

// next returns the entry behind a key in the state as it now is.
func (r *reader) next(kind store.Kind, key string, opts store.ListOptions) *node[[]byte] {
	if opts.Descending {
		return r.state.records[kind].before(key)
	}
	return r.state.records[kind].after(key, false)
}

// check returns why no more may be read.
func (r *reader) check() error {
	if r.done {
		return store.ErrClosed
	}
	return r.ctx.Err()
}

// FindExternal implements store.Reader.
func (r *reader) FindExternal(kind store.Kind, id *maecenasv1.ExternalId) (string, error) {
	if r.done {
		return "", store.ErrClosed
	}
	name, ok := r.state.external.get(externalKey(kind, id))
	if !ok {
		return "", fmt.Errorf("%s with external id %s of system %s: %w", kind, id.GetId(), id.GetSystem(), store.ErrNotFound)
	}
	return name, nil
}

// GetRequest implements store.Reader.
func (r *reader) GetRequest(id string) (*storagev1.RequestEntry, error) {
	if r.done {
		return nil, store.ErrClosed
	}
	entry, ok := r.state.requests.get(id)
	if !ok {
		return nil, fmt.Errorf("request %s: %w", id, store.ErrNotFound)
	}
	return proto.CloneOf(entry), nil
}

// externalKey is unambiguous, as neither kinds nor lengths hold a zero byte.
func externalKey(kind store.Kind, id *maecenasv1.ExternalId) string {
	return fmt.Sprintf("%s\x00%d\x00%s%d\x00%s%s", kind, len(id.GetWriter()), id.GetWriter(), len(id.GetSystem()), id.GetSystem(), id.GetId())
}

func decode(payload []byte, into store.Record) error {
	if err := proto.Unmarshal(payload, into); err != nil {
		return fmt.Errorf("memstore: decode %s: %w", into.ProtoReflect().Descriptor().FullName(), err)
	}
	return nil
}
