package memstore

import (
	"strings"
	"time"

	"google.golang.org/protobuf/proto"

	storagev1 "github.com/maecenas-cci/maecenas/gen/maecenas/storage/v1"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// writer changes a state that is its own.
type writer struct {
	reader

	items []*storagev1.ChangeEntry_Item
}

// Put implements store.Writer.
func (w *writer) Put(rec store.Record) error {
	if w.done {
		return store.ErrClosed
	}
	p, err := store.Prepare(rec)
	if err != nil {
		return err
	}
	key, err := w.keyFor(p)
	if err != nil {
		return err
	}
	for _, external := range store.ExternalIDs(rec) {
		holder, ok := w.state.external.get(externalKey(p.Kind, external))
		if ok && holder != p.Name {
			return &store.ExternalIDTakenError{
				Kind: p.Kind, System: external.GetSystem(), ID: external.GetId(), Holder: holder,
			}
		}
	}
	if err := w.dropExternal(p.Kind, p.Name); err != nil {
		return err
	}
	for _, external := range store.ExternalIDs(rec) {
		w.state.external = w.state.external.put(externalKey(p.Kind, external), p.Name)
	}
	w.state.names = w.state.names.put(p.Name, key)
	w.state.records[p.Kind] = w.state.records[p.Kind].put(key, p.Payload)
	w.log(p.Kind, key, storagev1.ChangeEntry_PUT)
	return nil
}

// keyFor returns the key of a record that is to be put.
func (w *writer) keyFor(p store.Prepared) (string, error) {
	subject := p.UID
	if !p.Kind.IsSubject() {
		key, ok := w.state.names.get(p.Subject)
		if !ok {
			return "", &store.RecordError{Kind: p.Kind, Name: p.Name, Err: store.ErrParentNotFound}
		}
		copy(subject[:], key)
	}
	key := string(store.Key(p.Kind, subject, p.UID))
	if had, ok := w.state.names.get(p.Name); ok {
		if had != key {
			return "", &store.RecordError{Kind: p.Kind, Name: p.Name, Err: store.ErrUIDChanged}
		}
	} else if _, taken := w.state.records[p.Kind].get(key); taken {
		return "", &store.RecordError{Kind: p.Kind, Name: p.Name, Err: store.ErrUIDTaken}
	}
	return key, nil
}

// Delete implements store.Writer.
func (w *writer) Delete(kind store.Kind, name string) error {
	if w.done {
		return store.ErrClosed
	}
	if _, ok := w.find(kind, name); !ok {
		return &store.RecordError{Kind: kind, Name: name, Err: store.ErrNotFound}
	}
	key, _ := w.state.names.get(name)
	for _, below := range kind.Below() {
		if n := w.state.records[below].after(key, false); n != nil && strings.HasPrefix(n.key, key) {
			return &store.RecordError{Kind: kind, Name: name, Err: store.ErrHasChildren}
		}
	}
	if err := w.dropExternal(kind, name); err != nil {
		return err
	}
	w.state.names = w.state.names.del(name)
	w.state.records[kind] = w.state.records[kind].del(key)
	w.log(kind, key, storagev1.ChangeEntry_DELETE)
	return nil
}

// dropExternal removes the external ids of a record, if it is stored.
func (w *writer) dropExternal(kind store.Kind, name string) error {
	payload, ok := w.find(kind, name)
	if !ok {
		return nil
	}
	rec := kind.New()
	if err := decode(payload, rec); err != nil {
		return err
	}
	for _, external := range store.ExternalIDs(rec) {
		w.state.external = w.state.external.del(externalKey(kind, external))
	}
	return nil
}

func (w *writer) log(kind store.Kind, key string, operation storagev1.ChangeEntry_Operation) {
	w.items = append(w.items, &storagev1.ChangeEntry_Item{Bucket: string(kind), Key: []byte(key), Operation: operation})
}

// PutRequest implements store.Writer.
func (w *writer) PutRequest(id string, entry *storagev1.RequestEntry) error {
	if w.done {
		return store.ErrClosed
	}
	if _, err := store.PrepareRequest(id, entry); err != nil {
		return err
	}
	w.state.requests = w.state.requests.put(id, proto.CloneOf(entry))
	return nil
}

// PruneRequests implements store.Writer.
func (w *writer) PruneRequests(before time.Time) (int, error) {
	return w.dropRequests(func(_ string, entry *storagev1.RequestEntry) bool {
		return entry.GetCommitTime().AsTime().Before(before)
	})
}

// ForgetRequests implements store.Writer.
func (w *writer) ForgetRequests(forget func(id string, entry *storagev1.RequestEntry) bool) (int, error) {
	return w.dropRequests(func(id string, entry *storagev1.RequestEntry) bool { return forget(id, proto.CloneOf(entry)) })
}

func (w *writer) dropRequests(drop func(id string, entry *storagev1.RequestEntry) bool) (int, error) {
	if w.done {
		return 0, store.ErrClosed
	}
	dropped := 0
	for n := w.state.requests.after("", true); n != nil; n = w.state.requests.after(n.key, false) {
		if drop(n.key, n.value) {
			w.state.requests = w.state.requests.del(n.key)
			dropped++
		}
	}
	return dropped, nil
}
