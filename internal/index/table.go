package index

import (
	"cmp"
	"hash/fnv"
	"iter"
	"slices"
	"strings"
)

// fill is the number of rows of a bucket beyond which it is split.
const fill = 256

// deepest is how many bits of a hash tell buckets apart at most.
const deepest = 24

// named is a row that has a resource name.
type named interface {
	comparable
	Name() string
}

// change sets a row by its name; the zero row: it is gone.
type change[T named] struct {
	name string
	row  T
	// hash is that of the name's group.
	hash uint32
}

func changeOf[T named](name string, row T) change[T] {
	return change[T]{name, row, hashOf(groupOf(name))}
}

// table is an immutable set of rows by name, in buckets by the hash of their group, so
// that the rows of one organization lie in one bucket side by side. Buckets split one by
// one: no change ever goes over the whole table.
type table[T named] struct {
	// directory has 2^depth entries; a bucket that is told apart by fewer bits stands in
	// several, side by side.
	directory []*bucket[T]
	depth     int
	rows      int
}

// bucket is rows in the order of hash, group and name.
type bucket[T named] struct {
	// The first depth bits of all hashes are those of prefix.
	depth  int
	prefix uint32
	hashes []uint32
	rows   []T
}

// groupOf is the name of the resource that a need belongs to, or the name itself.
func groupOf(name string) string {
	group, _, _ := strings.Cut(name, "/needs/")
	return group
}

func hashOf(group string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(group))
	return h.Sum32() * 0x9E3779B1 // FNV's high bits alone are much alike
}

// at is the place of a hash in the directory.
func (t *table[T]) at(hash uint32) int { return int(hash >> (32 - t.depth)) }

// group is the rows of a group, among few others.
func (t *table[T]) group(group string) []T {
	if len(t.directory) == 0 {
		return nil
	}
	hash := hashOf(group)
	b := t.directory[t.at(hash)]
	from, _ := slices.BinarySearch(b.hashes, hash)
	to := from
	for to < len(b.hashes) && b.hashes[to] == hash {
		to++
	}
	return b.rows[from:to]
}

// get is the row of a name; the zero row: there is none.
func (t *table[T]) get(name string) (none T) {
	for _, r := range t.group(groupOf(name)) {
		if r.Name() == name {
			return r
		}
	}
	return none
}

// all are all rows, in no order that means anything.
func (t *table[T]) all() iter.Seq[T] {
	return func(yield func(T) bool) {
		for i := 0; i < len(t.directory); i += 1 << (t.depth - t.directory[i].depth) {
			for _, r := range t.directory[i].rows {
				if !yield(r) {
					return
				}
			}
		}
	}
}

// with is the table with changes, of names that are different. It shares the buckets
// that the changes do not touch.
func (t *table[T]) with(changes []change[T]) table[T] {
	if len(changes) == 0 {
		return *t
	}
	next := table[T]{slices.Clone(t.directory), t.depth, t.rows}
	if len(next.directory) == 0 {
		next.directory = []*bucket[T]{{}}
	}
	byBucket := map[*bucket[T]][]change[T]{}
	for _, c := range changes {
		b := next.directory[next.at(c.hash)]
		byBucket[b] = append(byBucket[b], c)
	}
	for b, list := range byBucket {
		made := b.with(list)
		next.rows += len(made.rows) - len(b.rows)
		next.put(made)
	}
	return next
}

// put puts a bucket in its place, split where it has too many rows.
func (t *table[T]) put(b *bucket[T]) {
	if len(b.rows) > fill && b.depth < deepest {
		low, high := b.split()
		t.put(low)
		t.put(high)
		return
	}
	for t.depth < b.depth {
		doubled := make([]*bucket[T], 0, 2*len(t.directory))
		for _, one := range t.directory {
			doubled = append(doubled, one, one)
		}
		t.directory, t.depth = doubled, t.depth+1
	}
	first := t.at(b.prefix)
	for i := range 1 << (t.depth - b.depth) {
		t.directory[first+i] = b
	}
}

// with is the bucket with changes.
func (b *bucket[T]) with(changes []change[T]) *bucket[T] {
	made := &bucket[T]{
		depth: b.depth, prefix: b.prefix,
		hashes: make([]uint32, 0, len(b.rows)+len(changes)), rows: make([]T, 0, len(b.rows)+len(changes)),
	}
	slices.SortFunc(changes, func(x, y change[T]) int {
		if x.hash != y.hash {
			return cmp.Compare(x.hash, y.hash)
		}
		return compareNames(x.name, y.name)
	})
	var none T
	at := 0
	keep := func(to int) {
		made.hashes, made.rows = append(made.hashes, b.hashes[at:to]...), append(made.rows, b.rows[at:to]...)
		at = to
	}
	for _, c := range changes {
		to, _ := slices.BinarySearch(b.hashes[at:], c.hash)
		for to += at; to < len(b.rows) && b.hashes[to] == c.hash && compareNames(b.rows[to].Name(), c.name) < 0; {
			to++
		}
		keep(to)
		if at < len(b.rows) && b.rows[at].Name() == c.name {
			at++
		}
		if c.row != none {
			made.hashes, made.rows = append(made.hashes, c.hash), append(made.rows, c.row)
		}
	}
	keep(len(b.rows))
	return made
}

// compareNames orders names by their group, then by name.
func compareNames(a, b string) int {
	return cmp.Or(strings.Compare(groupOf(a), groupOf(b)), strings.Compare(a, b))
}

// split is the bucket as two, told apart by one bit more.
func (b *bucket[T]) split() (low, high *bucket[T]) {
	prefix := b.prefix | 1<<(31-b.depth)
	at, _ := slices.BinarySearch(b.hashes, prefix)
	low = &bucket[T]{b.depth + 1, b.prefix, b.hashes[:at:at], b.rows[:at:at]}
	return low, &bucket[T]{b.depth + 1, prefix, b.hashes[at:], b.rows[at:]}
}
