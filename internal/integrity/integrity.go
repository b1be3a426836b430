// Package integrity finds what records say of each other that is not so: names
// that lead nowhere, keys without their secret, subjects that were erased and are
// there again, a broken audit log. What is wrong with one record by itself is found
// by the store and by package validate.
package integrity

import (
	"context"
	"fmt"

	storagev1 "github.com/maecenas-cci/maecenas/gen/maecenas/storage/v1"
	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/audit/chain"
	"github.com/maecenas-cci/maecenas/internal/erase"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// Problem is something that a check found wrong.
type Problem struct {
	// Name of the record it is found at.
	Name string
	// Text says what is wrong.
	Text string
	// Remedy says what to do.
	Remedy string
}

// String says all three.
func (p Problem) String() string { return fmt.Sprintf("%s: %s: %s", p.Name, p.Text, p.Remedy) }

// Check reads every record that names others and calls report with what it finds.
// The error is one that ended it: of the store, or the context's.
func Check(ctx context.Context, r store.Reader, report func(Problem)) error {
	c := &checker{ctx: ctx, r: r, report: report, exists: map[string]bool{}}
	for _, part := range []func() error{
		c.accounts, c.keys, c.memberships, c.introductions, c.bookmarks, c.erased, func() error { return Log(ctx, r, report) },
	} {
		if err := part(); err != nil {
			return err
		}
	}
	return nil
}

// Log works the audit log's chain out again.
func Log(ctx context.Context, r store.Reader, report func(Problem)) error {
	var log chain.Chain
	err := each(ctx, r, store.KindAuditEntry, func(entry *maecenasv1.AuditEntry) error {
		log.Add(entry)
		return nil
	})
	if state := log.State(); err == nil && !state.GetIntact() {
		report(Problem{
			chain.Name(state.GetBrokenSequence()), "the chain of the audit log does not hold from here on",
			"compare with a backup: an entry was changed, left out or put in by other means than this program",
		})
	}
	return err
}

// checker checks one state of a store.
type checker struct {
	ctx    context.Context // a checker lives within one call
	r      store.Reader
	report func(Problem)
	// exists remembers which names were looked for.
	exists map[string]bool
}

// each calls visit with the records of a kind.
func each[T store.Record](ctx context.Context, r store.Reader, kind store.Kind, visit func(T) error) error {
	return r.List(kind, store.ListOptions{}, func(_ store.Cursor, rec store.Record) (bool, error) {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		one, ok := rec.(T)
		if !ok {
			return false, fmt.Errorf("%w: %s is another kind of record", store.ErrDamaged, rec.GetName())
		}
		return true, visit(one)
	})
}

// leads reports a name that leads nowhere; an empty one leads nowhere by intent.
func (c *checker) leads(from, field, to, remedy string) error {
	if to == "" || to == installation {
		return nil
	}
	found, known := c.exists[to]
	if !known {
		kind, err := store.KindOfName(to)
		if err == nil {
			err = c.r.Get(to, kind.New())
		}
		switch {
		case err == nil:
			found = true
		case isAbsent(err):
		default:
			return err
		}
		c.exists[to] = found
	}
	if !found {
		c.report(Problem{from, fmt.Sprintf("its %s is %s, which does not exist", field, to), remedy})
	}
	return nil
}

// erased finds subjects that were erased and are there again, as by a copy of the
// file that was put in place by hand.
func (c *checker) erased() error {
	gone := map[erase.Hash]bool{}
	err := each(c.ctx, c.r, store.KindErasedSubject, func(e *storagev1.ErasedSubject) error {
		if len(e.GetHash()) != len(erase.Hash{}) || erase.Hash(e.GetHash()).Name() != e.GetName() {
			c.report(Problem{e.GetName(), "its hash is not that of its name", "restore a backup with the ledger of erased subjects"})
			return nil
		}
		gone[erase.Hash(e.GetHash())] = true
		return nil
	})
	if err != nil || len(gone) == 0 {
		return err
	}
	for _, kind := range erase.Kinds() {
		err := each(c.ctx, c.r, kind, func(rec store.Record) error {
			if gone[erase.HashOf(rec.GetUid())] {
				c.report(Problem{rec.GetName(), "it was erased, and is there again", "erase it again"})
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
