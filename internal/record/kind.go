package record

import (
	"errors"
	"strings"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/patch"
	"github.com/maecenas-cci/maecenas/internal/store"
	"github.com/maecenas-cci/maecenas/internal/validate"
)

// Kind is what the standard methods need to know of one kind of resource.
type Kind[T Resource] struct {
	// Store is where it is kept, Pattern the form of its names.
	Store   store.Kind
	Pattern string
	// Singular is its field in requests, Collection the segment before its id.
	Singular, Collection string
	// Parent is the pattern of its parent; empty at the top.
	Parent string
	// Singleton: there is one of each parent, without an id of its own.
	Singleton bool
	// Dated: its id is a day, YYYY-MM-DD.
	Dated bool
	// New makes an empty one.
	New func() T
	// Children are what is below it.
	Children []Child
	// Show is what a caller sees of one; nil: administrators see it as it is, and nobody else.
	Show Show[T]

	// Audit checks and completes what the schema's rules cannot.
	Audit func(a *validate.Audit, rec T)
	// Attested checks that the record claims no third party's evidence that old
	// does not have; nil: it carries none.
	Attested func(a *validate.Audit, rec, old T)
	// Refers checks references in single writes; nil: there are none.
	Refers func(t *Tx, rec T) error
	// Settle sets what the server computes, and checks references; nil: nothing.
	Settle func(t *Tx, rec T) error
	// Number counts a version that is about to be written; nil: there is no count.
	Number func(rec T)
	// Created writes what goes with a record that was created by a single write, such
	// as the membership of its creator; nil: nothing.
	Created func(t *Tx, rec T) error
	// Removed deletes what goes with a record that is deleted, besides its children;
	// nil: nothing.
	Removed func(t *Tx, name string) error
	// After writes what goes with a record that was written; nil: nothing.
	After func(t *Tx, rec T) error
}

// Child is a kind of record below another.
type Child struct {
	// Kind is it.
	Kind store.Kind
	// Derived is true for what the server made.
	Derived bool
}

// check completes rec and answers FIELD_INVALID with all that is wrong with it.
func (c *Collection[T]) check(rec, old T) error {
	return c.examine(rec, old, false)
}

// examine is check, which may let evidence of third parties pass.
func (c *Collection[T]) examine(rec, old T, trusted bool) error {
	violations := c.keeper.opts.Rules.Record(c.kind.Singular, rec, func(a *validate.Audit) {
		if c.kind.Audit != nil {
			c.kind.Audit(a, rec)
		}
		if c.kind.Attested != nil && !trusted {
			c.kind.Attested(a, rec, old)
		}
	})
	if len(violations) > 0 {
		return fault.Invalid(violations...)
	}
	return nil
}

func (k Kind[T]) refer(t *Tx, rec T) error {
	if k.Refers == nil {
		return nil
	}
	return k.Refers(t, rec)
}

// checkMask answers FIELD_INVALID where the mask names what cannot be written by itself.
func (k Kind[T]) checkMask(mask *fieldmaskpb.FieldMask) error {
	paths, problems := patch.Problems(k.New().ProtoReflect().Descriptor(), mask)
	var violations []fault.Violation
	for i, path := range paths {
		violations = append(violations, fault.Violation{
			Field: "updateMask", Reason: "field_mask", Description: validate.Printable(path) + " " + problems[i],
		})
	}
	if len(violations) > 0 {
		return fault.Invalid(violations...)
	}
	return nil
}

// Show is what a caller sees of a record; false: it does not exist for the caller.
type Show[T any] func(e *Eyes, rec T) (T, bool, error)

func (k Kind[T]) show(e *Eyes, rec T) (T, bool, error) {
	if k.Show == nil {
		return rec, e.Caller.Administrator, nil
	}
	return k.Show(e, rec)
}

// Refers answers REFERENCE_NOT_FOUND where there is no such record.
func (t *Tx) Refers(field, name string, into store.Record) error {
	err := t.Get(name, into)
	if errors.Is(err, store.ErrNotFound) {
		return fault.ReferenceNotFound(field, name)
	}
	return err
}

// checkName answers FIELD_INVALID where name is not one resource of the kind.
func (k Kind[T]) checkName(field, name string) error {
	if err := fault.CheckName(field, k.Pattern, name); err != nil || !k.Dated {
		return err
	}
	return fault.CheckDate(field, name[strings.LastIndexByte(name, '/')+1:])
}
