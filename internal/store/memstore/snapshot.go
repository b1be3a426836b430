package memstore

import (
	"bufio"
	"context"
	"encoding/gob"
	"fmt"
	"io"
	"maps"
	"slices"

	"google.golang.org/protobuf/proto"

	storagev1 "github.com/maecenas-cci/maecenas/gen/maecenas/storage/v1"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// snapshot is what Snapshot writes and Read reads.
type snapshot struct {
	Changes  [][]byte            // proto bytes of the entries
	Requests map[string][]byte   // by id: proto bytes
	Records  map[string][][]byte // by kind: proto bytes, in key order
	Keys     map[string][]string // by kind: their keys
}

// Snapshot implements store.Store; Read opens the copy.
func (s *Store) Snapshot(ctx context.Context, w io.Writer) (store.Copy, error) {
	if err := s.enter(ctx); err != nil {
		return store.Copy{}, err
	}
	defer s.open.RUnlock()
	st := s.current.Load()
	out := snapshot{Requests: map[string][]byte{}, Records: map[string][][]byte{}, Keys: map[string][]string{}}
	marshal := proto.MarshalOptions{Deterministic: true}.Marshal
	for _, entry := range st.changes {
		bytes, err := marshal(entry)
		if err != nil {
			return store.Copy{}, fmt.Errorf("memstore: snapshot: %w", err)
		}
		out.Changes = append(out.Changes, bytes)
	}
	for n := st.requests.after("", true); n != nil; n = st.requests.after(n.key, false) {
		bytes, err := marshal(n.value)
		if err != nil {
			return store.Copy{}, fmt.Errorf("memstore: snapshot: %w", err)
		}
		out.Requests[n.key] = bytes
	}
	for kind, records := range st.records {
		for n := records.after("", true); n != nil; n = records.after(n.key, false) {
			out.Records[string(kind)] = append(out.Records[string(kind)], n.value)
			out.Keys[string(kind)] = append(out.Keys[string(kind)], n.key)
		}
	}
	buffered := bufio.NewWriter(w)
	if err := gob.NewEncoder(buffered).Encode(out); err != nil {
		return store.Copy{}, fmt.Errorf("memstore: snapshot: %w", err)
	}
	return store.Copy{Revision: st.revision, Schema: 1}, buffered.Flush()
}

// Read returns a store with what a Snapshot wrote. ErrNotStore: r is not one.
func Read(r io.Reader, opts Options) (*Store, error) {
	var in snapshot
	if err := gob.NewDecoder(r).Decode(&in); err != nil {
		return nil, fmt.Errorf("%w: %w", store.ErrNotStore, err)
	}
	s := New(opts)
	st := s.current.Load()
	st.revision = int64(len(in.Changes))
	for _, bytes := range in.Changes {
		entry := &storagev1.ChangeEntry{}
		if err := proto.Unmarshal(bytes, entry); err != nil {
			return nil, fmt.Errorf("%w: %w", store.ErrNotStore, err)
		}
		st.changes = append(st.changes, entry)
	}
	for id, bytes := range in.Requests {
		entry := &storagev1.RequestEntry{}
		if err := proto.Unmarshal(bytes, entry); err != nil {
			return nil, fmt.Errorf("%w: %w", store.ErrNotStore, err)
		}
		st.requests = st.requests.put(id, entry)
	}
	for _, kind := range slices.Sorted(maps.Keys(in.Records)) {
		if err := st.load(store.Kind(kind), in.Keys[kind], in.Records[kind]); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// load adds the records of one kind.
func (st *state) load(kind store.Kind, keys []string, records [][]byte) error {
	if !kind.Valid() || len(keys) != len(records) {
		return fmt.Errorf("%w: %d keys for %d records of kind %q", store.ErrNotStore, len(keys), len(records), kind)
	}
	for i, payload := range records {
		rec := kind.New()
		if err := decode(payload, rec); err != nil {
			return fmt.Errorf("%w: %w", store.ErrNotStore, err)
		}
		st.records[kind] = st.records[kind].put(keys[i], payload)
		st.names = st.names.put(rec.GetName(), keys[i])
		for _, external := range store.ExternalIDs(rec) {
			st.external = st.external.put(externalKey(kind, external), rec.GetName())
		}
	}
	return nil
}
