package index

import (
	"iter"
	"sync"
	"sync/atomic"

	"github.com/maecenas-cci/maecenas/internal/match"
	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

// Index holds the current snapshot. It is safe for concurrent use.
type Index struct {
	writing sync.Mutex
	current atomic.Pointer[Snapshot]
}

// Snapshot is what the index held at a revision; immutable.
type Snapshot struct {
	revision int64
	rates    *taxonomy.Rates
	needs    table[match.Need]
	mandates table[*match.Mandate]
}

// Batch is what a commit changed.
type Batch struct {
	// Revision is the store's after the commit.
	Revision int64
	// Rates are the exchange rates after the commit; nil: as they were.
	Rates    *taxonomy.Rates
	Needs    []NeedChange
	Mandates []MandateChange
}

// NeedChange sets a need by its resource name; Need nil: it is gone.
type NeedChange struct {
	Name string
	Need *match.Need
}

// MandateChange sets a mandate by its resource name; Mandate nil: it is gone.
type MandateChange struct {
	Name    string
	Mandate *match.Mandate
}

// New is an index without rows, at revision 0.
func New() *Index {
	x := &Index{}
	x.current.Store(&Snapshot{})
	return x
}

// Apply publishes a snapshot with a batch's changes; later changes of one name in
// it count. What was taken before does not change. Batches must come in the order
// of their commits; the work is in proportion to the batch, not to the index.
func (x *Index) Apply(b Batch) {
	x.writing.Lock()
	defer x.writing.Unlock()
	old := x.current.Load()
	needs := make([]change[match.Need], len(b.Needs))
	for i, c := range b.Needs {
		needs[i] = change[match.Need]{c.Name, c.Need}
	}
	mandates := make([]change[*match.Mandate], len(b.Mandates))
	for i, c := range b.Mandates {
		mandates[i].name = c.Name
		if c.Mandate != nil {
			mandates[i].value = &c.Mandate
		}
	}
	rates := old.rates
	if b.Rates != nil {
		rates = b.Rates
	}
	x.current.Store(&Snapshot{
		revision: b.Revision,
		rates:    rates,
		needs:    old.needs.with(needs),
		mandates: old.mandates.with(mandates),
	})
}

// Snapshot is the newest snapshot.
func (x *Index) Snapshot() *Snapshot { return x.current.Load() }

// Revision is the store's revision that the snapshot stands for.
func (s *Snapshot) Revision() int64 { return s.revision }

// Rates are the exchange rates of the snapshot's revision; nil where no batch had any.
func (s *Snapshot) Rates() *taxonomy.Rates { return s.rates }

// Need is a need by its resource name; nil: there is none.
func (s *Snapshot) Need(name string) *match.Need { return s.needs.get(name) }

// Mandate is a mandate by its resource name; nil: there is none.
func (s *Snapshot) Mandate(name string) *match.Mandate {
	if m := s.mandates.get(name); m != nil {
		return *m
	}
	return nil
}

// Needs are all needs, in no order that means anything.
func (s *Snapshot) Needs() iter.Seq[*match.Need] {
	return func(yield func(*match.Need) bool) {
		for _, bucket := range s.needs.buckets {
			for i := range bucket {
				if !yield(&bucket[i].value) {
					return
				}
			}
		}
	}
}

// Mandates visits every mandate, in no particular order that others may rely on.
func (s *Snapshot) Mandates() iter.Seq[*match.Mandate] {
	return func(yield func(*match.Mandate) bool) {
		for _, bucket := range s.mandates.buckets {
			for i := range bucket {
				if !yield(bucket[i].value) {
					return
				}
			}
		}
	}
}

// Len is the number of needs and of mandates.
func (s *Snapshot) Len() (needs, mandates int) { return s.needs.rows, s.mandates.rows }
