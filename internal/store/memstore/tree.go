package memstore

import "hash/fnv"

// tree is an ordered map that never changes: put and del return new trees that
// share what they have in common with the old one. It is a treap, balanced by a
// hash of the keys. The zero value is empty.
type tree[V any] struct {
	root *node[V]
}

type node[V any] struct {
	key         string
	value       V
	priority    uint64
	left, right *node[V]
}

func (t tree[V]) get(key string) (V, bool) {
	n := t.root
	for n != nil && n.key != key {
		if key < n.key {
			n = n.left
		} else {
			n = n.right
		}
	}
	if n == nil {
		var none V
		return none, false
	}
	return n.value, true
}

func (t tree[V]) put(key string, value V) tree[V] {
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(key))
	less, more := split(t.root, key)
	added := &node[V]{key: key, value: value, priority: hash.Sum64()}
	return tree[V]{root: join(join(less, added), more)}
}

func (t tree[V]) del(key string) tree[V] {
	less, more := split(t.root, key)
	return tree[V]{root: join(less, more)}
}

// after returns the first entry with a key above key, or at it if inclusive; nil
// if there is none.
func (t tree[V]) after(key string, inclusive bool) *node[V] {
	var best *node[V]
	for n := t.root; n != nil; {
		if n.key > key || inclusive && n.key == key {
			best, n = n, n.left
		} else {
			n = n.right
		}
	}
	return best
}

// before returns the last entry with a key below key, nil if there is none.
func (t tree[V]) before(key string) *node[V] {
	var best *node[V]
	for n := t.root; n != nil; {
		if n.key < key {
			best, n = n, n.right
		} else {
			n = n.left
		}
	}
	return best
}

// split returns what is below key and what is above it; key itself is in
// neither.
func split[V any](n *node[V], key string) (less, more *node[V]) {
	switch {
	case n == nil:
		return nil, nil
	case n.key == key:
		return n.left, n.right
	}
	copied := *n
	if n.key < key {
		copied.right, more = split(n.right, key)
		return &copied, more
	}
	less, copied.left = split(n.left, key)
	return less, &copied
}

// join returns the entries of both; all keys of less are below those of more.
func join[V any](less, more *node[V]) *node[V] {
	switch {
	case less == nil:
		return more
	case more == nil:
		return less
	}
	if less.priority > more.priority {
		copied := *less
		copied.right = join(less.right, more)
		return &copied
	}
	copied := *more
	copied.left = join(less, more.left)
	return &copied
}
