package index

import (
	"hash/fnv"
	"slices"
	"strings"
)

// fill is the mean number of rows of a bucket beyond which a table is spread over
// more buckets.
const fill = 256

// row is a compiled record with its name.
type row[T any] struct {
	name string
	// first says that the row before it, if any, is of another group.
	first bool
	value T
}

// change sets a row, or removes it.
type change[T any] struct {
	name  string
	value *T
}

// table is an immutable set of rows in buckets. Rows of one group, an organization,
// lie in one bucket side by side; rows are ascending by name in each.
type table[T any] struct {
	buckets [][]row[T]
	rows    int
}

// groupOf is the name of the resource that a need belongs to, or the name itself.
func groupOf(name string) string {
	group, _, _ := strings.Cut(name, "/needs/")
	return group
}

func (t *table[T]) bucketOf(name string) int {
	h := fnv.New32a()
	h.Write([]byte(groupOf(name)))
	return int(h.Sum32()) & (len(t.buckets) - 1)
}

// compareNames orders names by group, then by name.
func compareNames(a, b string) int {
	if c := strings.Compare(groupOf(a), groupOf(b)); c != 0 {
		return c
	}
	return strings.Compare(a, b)
}

// get is a row's value; nil: there is none. It must not be changed.
func (t *table[T]) get(name string) *T {
	if len(t.buckets) == 0 {
		return nil
	}
	bucket := t.buckets[t.bucketOf(name)]
	i, ok := slices.BinarySearchFunc(bucket, name, func(r row[T], name string) int { return compareNames(r.name, name) })
	if !ok {
		return nil
	}
	return &bucket[i].value
}

// with is the table with changes; of several for one name the last counts. It
// shares the buckets that the changes do not touch.
func (t *table[T]) with(changes []change[T]) table[T] {
	if len(changes) == 0 {
		return *t
	}
	next := t.spread(t.rows + len(changes))
	byBucket := map[int][]change[T]{}
	for _, c := range changes {
		i := next.bucketOf(c.name)
		byBucket[i] = append(byBucket[i], c)
	}
	for i, list := range byBucket {
		merged := merge(next.buckets[i], list)
		next.rows += len(merged) - len(next.buckets[i])
		next.buckets[i] = merged
	}
	return next
}

// spread is a copy of the table with buckets enough for a number of rows. Buckets
// are copied only where their number changes.
func (t *table[T]) spread(rows int) table[T] {
	count := max(1, len(t.buckets))
	for count*fill < rows {
		count *= 2
	}
	if count == len(t.buckets) {
		return table[T]{slices.Clone(t.buckets), t.rows}
	}
	next := table[T]{make([][]row[T], count), t.rows}
	for _, bucket := range t.buckets {
		// Groups stay whole and in order: a bucket's rows go to few new buckets.
		for _, r := range bucket {
			i := next.bucketOf(r.name)
			next.buckets[i] = append(next.buckets[i], r)
		}
	}
	return next
}

// merge is a bucket with changes, in order, marked where groups begin.
func merge[T any](bucket []row[T], changes []change[T]) []row[T] {
	slices.SortStableFunc(changes, func(a, b change[T]) int { return compareNames(a.name, b.name) })
	out := make([]row[T], 0, len(bucket)+len(changes))
	for i, c := range changes {
		if i+1 < len(changes) && changes[i+1].name == c.name {
			continue
		}
		for len(bucket) > 0 && compareNames(bucket[0].name, c.name) < 0 {
			out, bucket = append(out, bucket[0]), bucket[1:]
		}
		if len(bucket) > 0 && bucket[0].name == c.name {
			bucket = bucket[1:]
		}
		if c.value != nil {
			out = append(out, row[T]{name: c.name, value: *c.value})
		}
	}
	out = append(out, bucket...)
	for i := range out {
		out[i].first = i == 0 || groupOf(out[i-1].name) != groupOf(out[i].name)
	}
	return out
}
