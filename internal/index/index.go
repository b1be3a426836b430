package index

import (
	"iter"
	"sync"
	"sync/atomic"

	"github.com/maecenas-cci/maecenas/internal/index/column"
	"github.com/maecenas-cci/maecenas/internal/match"
	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

// Index holds the current snapshot. It is safe for concurrent use.
type Index struct {
	writing sync.Mutex
	columns *column.Writer // while writing
	current atomic.Pointer[Snapshot]
}

// Snapshot is what the index held at a revision; immutable.
type Snapshot struct {
	revision int64
	rates    *taxonomy.Rates
	needs    table[*column.Row]
	// visible are the needs that others see, in columns.
	visible  *column.Set
	mandates table[mandateRow]
}

// New is an index without rows, at revision 0.
func New() *Index {
	x := &Index{columns: column.NewWriter()}
	x.current.Store(&Snapshot{visible: &column.Set{}})
	return x
}

// Apply publishes a snapshot with a batch's changes; later changes of one name in
// it count. What was taken before does not change. Batches must come in the order
// of their commits; the work is in proportion to the batch, not to the index.
func (x *Index) Apply(b Batch) {
	x.writing.Lock()
	defer x.writing.Unlock()
	old := x.current.Load()
	next := &Snapshot{revision: b.Revision, rates: old.rates}
	if b.Rates != nil {
		next.rates = b.Rates
	}
	needs, gone, added := b.needs(&old.needs)
	next.needs = old.needs.with(needs)
	next.visible = x.columns.Apply(old.visible, gone, added)
	next.mandates = old.mandates.with(b.mandates())
	x.current.Store(next)
}

// Snapshot is the newest snapshot.
func (x *Index) Snapshot() *Snapshot { return x.current.Load() }

// Revision is the store's revision that the snapshot stands for.
func (s *Snapshot) Revision() int64 { return s.revision }

// Rates are the exchange rates of the snapshot's revision; nil where no batch had any.
func (s *Snapshot) Rates() *taxonomy.Rates { return s.rates }

// Need is a need by its resource name; nil: there is none.
func (s *Snapshot) Need(name string) *match.Need {
	if r := s.needs.get(name); r != nil {
		return r.Need
	}
	return nil
}

// Mandate is a mandate by its resource name; nil: there is none.
func (s *Snapshot) Mandate(name string) *match.Mandate {
	return s.mandates.get(name).mandate
}

// Needs are all needs, in no order that means anything.
func (s *Snapshot) Needs() iter.Seq[*match.Need] {
	return func(yield func(*match.Need) bool) {
		for r := range s.needs.all() {
			if !yield(r.Need) {
				return
			}
		}
	}
}

// Mandates visits every mandate, in no particular order that others may rely on.
func (s *Snapshot) Mandates() iter.Seq[*match.Mandate] {
	return func(yield func(*match.Mandate) bool) {
		for r := range s.mandates.all() {
			if !yield(r.mandate) {
				return
			}
		}
	}
}

// Len is the number of needs and of mandates.
func (s *Snapshot) Len() (needs, mandates int) { return s.needs.rows, s.mandates.rows }
