package find

import (
	"container/heap"
	"slices"

	"github.com/maecenas-cci/maecenas/internal/store"
)

// Top keeps the first records of an order, of any number that are offered, and
// no more of them than it is to keep.
type Top[T store.Record] struct {
	query *Query
	after store.Record // nil: from the start
	most  int
	kept  kept[T]
}

// NewTop keeps the first records that stand behind after, at most so many.
func NewTop[T store.Record](q *Query, after store.Record, most int) *Top[T] {
	return &Top[T]{query: q, after: after, most: most, kept: kept[T]{query: q}}
}

// Offer takes a record, unless it comes too late or stands before the start.
func (t *Top[T]) Offer(record T) {
	switch {
	case t.after != nil && t.query.Compare(record, t.after) <= 0:
	case len(t.kept.records) < t.most:
		heap.Push(&t.kept, record)
	case t.query.Compare(record, t.kept.records[0]) < 0:
		t.kept.records[0] = record
		heap.Fix(&t.kept, 0)
	}
}

// Records are those that were kept, in order.
func (t *Top[T]) Records() []T {
	slices.SortFunc(t.kept.records, func(a, b T) int { return t.query.Compare(a, b) })
	return t.kept.records
}

// kept is a heap whose root is the last in order.
type kept[T store.Record] struct {
	query   *Query
	records []T
}

func (k *kept[T]) Len() int           { return len(k.records) }
func (k *kept[T]) Less(i, j int) bool { return k.query.Compare(k.records[i], k.records[j]) > 0 }
func (k *kept[T]) Swap(i, j int)      { k.records[i], k.records[j] = k.records[j], k.records[i] }

// Push and Pop are heap.Interface's.
func (k *kept[T]) Push(one any) { k.records = append(k.records, one.(T)) }

// Pop takes the last one.
func (k *kept[T]) Pop() any {
	last := len(k.records) - 1
	one := k.records[last]
	k.records = k.records[:last]
	return one
}
