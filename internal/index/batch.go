package index

import (
	"github.com/maecenas-cci/maecenas/internal/index/column"
	"github.com/maecenas-cci/maecenas/internal/match"
	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

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

// last tells of each change whether no later one is of the same name.
func last[C any](list []C, name func(*C) string) func(i int) bool {
	if len(list) < 2 {
		return func(int) bool { return true }
	}
	at := make(map[string]int, len(list))
	for i := range list {
		at[name(&list[i])] = i
	}
	return func(i int) bool { return at[name(&list[i])] == i }
}

// needs are the changes of needs, and the rows that come and go in columns: those of
// needs that others see.
func (b *Batch) needs(t *table[*column.Row]) (changes []change[*column.Row], gone, added []*column.Row) {
	counts := last(b.Needs, func(c *NeedChange) string { return c.Name })
	for i, c := range b.Needs {
		old := t.get(c.Name)
		if !counts(i) || old == nil && c.Need == nil || old != nil && old.Need == c.Need {
			continue
		}
		made := changeOf[*column.Row](c.Name, nil)
		if old != nil && old.Need.Visible {
			gone = append(gone, old)
		}
		if c.Need != nil {
			made.row = column.NewRow(c.Name, c.Need)
			if c.Need.Visible {
				added = append(added, made.row)
			}
		}
		changes = append(changes, made)
	}
	return changes, gone, added
}

// mandates are the changes of mandates.
func (b *Batch) mandates() (changes []change[mandateRow]) {
	counts := last(b.Mandates, func(c *MandateChange) string { return c.Name })
	for i, c := range b.Mandates {
		if !counts(i) {
			continue
		}
		made := changeOf(c.Name, mandateRow{})
		if c.Mandate != nil {
			made.row = mandateRow{c.Name, c.Mandate, c.Mandate.Sketch()}
		}
		changes = append(changes, made)
	}
	return changes
}
