package index

import (
	"github.com/maecenas-cci/maecenas/internal/index/column"
	"github.com/maecenas-cci/maecenas/internal/index/kernel"
)

// On is the query on a kernel and a number of goroutines.
func (q Query) On(k *kernel.Kernel, threads int) Query {
	q.engine = engine{kernel: k, threads: threads}
	return q
}

// Visible are the columns of a snapshot.
func (s *Snapshot) Visible() *column.Set { return s.visible }

// Plain is the query without sketches of mandates, on a number of goroutines.
func (q Query) Plain(threads int) Query {
	q.engine = engine{threads: threads, plain: true}
	return q
}
