package find

import (
	"errors"
	"fmt"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/filter"
	"github.com/maecenas-cci/maecenas/internal/resource"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// kind is what is known of a kind of record.
type kind struct {
	message store.Record
	// owner is what records belong to; nil: nothing.
	owner  store.Record
	roots  []filter.Root
	orders []string

	filters, order *filter.Schema
}

// Finder knows what lists are filtered and ordered by. It is safe for
// concurrent use.
type Finder struct {
	kinds map[protoreflect.FullName]*kind
}

// New makes a Finder. An error is a mistake in this package.
func New() (*Finder, error) {
	f := &Finder{kinds: map[protoreflect.FullName]*kind{}}
	for _, k := range kinds() {
		var err error
		if k.filters, err = filter.NewSchema(k.roots...); err != nil {
			return nil, err
		}
		if k.order, err = filter.NewSchema(root("", k.message, k.orders)); err != nil {
			return nil, err
		}
		f.kinds[nameOf(k.message)] = &k
	}
	return f, nil
}

func nameOf(message proto.Message) protoreflect.FullName {
	return message.ProtoReflect().Descriptor().FullName()
}

// Query is what one list asks.
type Query struct {
	kind   *kind
	filter *filter.Filter
	order  filter.Order
	owners map[string]store.Record
}

// Query reads the filter and the order of a list of records like one; both may
// be empty. FILTER_INVALID and ORDER_INVALID say what is wrong with them. A
// Query is not safe for concurrent use.
func (f *Finder) Query(one store.Record, filterText, orderText string) (*Query, error) {
	k := f.kinds[nameOf(one)]
	if k == nil {
		if filterText+orderText == "" {
			return &Query{}, nil
		}
		return nil, fmt.Errorf("find: %s is neither filtered nor ordered", nameOf(one))
	}
	q := &Query{kind: k, owners: map[string]store.Record{}}
	var err error
	if q.filter, err = k.filters.Parse(filterText); err != nil {
		return nil, fault.OfFilter(err)
	}
	if q.order, err = k.order.ParseOrder(orderText); err != nil {
		return nil, fault.OfOrder(err)
	}
	return q, nil
}

// Ordered tells whether the list has an order of its own.
func (q *Query) Ordered() bool { return !q.order.Empty() }

// Keep tells whether a record, as the list answers it, is one that is asked for.
// Errors are those of the store.
func (q *Query) Keep(r store.Reader, record store.Record) (bool, error) {
	if q.filter.Empty() {
		return true, nil
	}
	messages := map[string]proto.Message{"": record, places: placesOf(record)}
	if q.kind.owner != nil {
		owner, err := q.ownerOf(r, record)
		if err != nil {
			return false, err
		}
		messages[q.kind.roots[1].Name] = owner
		if nameOf(record) == "maecenas.v1.Need" {
			messages[places] = placesOf(owner) // a need is where its organization is
		}
	}
	return q.filter.Match(messages), nil
}

// ownerOf is what a record belongs to. Records of one owner come one after
// another, so that it is read once.
func (q *Query) ownerOf(r store.Reader, record store.Record) (store.Record, error) {
	name := resource.Subject(record.GetName())
	if owner := q.owners[name]; owner != nil {
		return owner, nil
	}
	owner, _ := proto.Clone(q.kind.owner).(store.Record)
	if err := r.Get(name, owner); err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, err
	}
	clear(q.owners)
	q.owners[name] = owner
	return owner, nil
}

// Compare orders two records: by the order that is asked for, and then by name.
func (q *Query) Compare(a, b store.Record) int {
	if c := q.order.Compare(a, b); c != 0 {
		return c
	}
	switch {
	case a.GetName() < b.GetName():
		return -1
	case a.GetName() > b.GetName():
		return 1
	default:
		return 0
	}
}

// Place is where a page ends whose last record is given: what Compare reads of
// it, and nothing else.
func (q *Query) Place(last store.Record) ([]byte, error) {
	key := q.order.Key(last)
	name := key.ProtoReflect().Descriptor().Fields().ByName("name")
	key.ProtoReflect().Set(name, protoreflect.ValueOfString(last.GetName()))
	return proto.MarshalOptions{Deterministic: true}.Marshal(key)
}

// After is a record that stands where a page ended. False: the place is none.
func (q *Query) After(place []byte) (store.Record, bool) {
	key, ok := proto.Clone(q.kind.message).(store.Record)
	if !ok || proto.Unmarshal(place, key) != nil {
		return nil, false
	}
	return key, true
}
