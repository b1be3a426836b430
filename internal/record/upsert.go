package record

import (
	"errors"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/patch"
	"github.com/maecenas-cci/maecenas/internal/resource"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// Did is what an import does with a record.
type Did int

// What an import does.
const (
	// Rejected: nothing was written; the outcome's error says why.
	Rejected Did = iota
	// Created: there was none.
	Created
	// Updated: it replaced another.
	Updated
	// Unchanged: what was there says the same.
	Unchanged
)

// Imported examines a record on its way in, whose evidence of third parties is
// taken as stated, and returns what writes it: created, replaced, or left alone.
func (c *Collection[T]) Imported(stated T) (write func(*Tx) (string, Did, error), err error) {
	rec := proto.CloneOf(stated)
	name, external := rec.GetName(), store.ExternalIDs(rec)
	open := c.kind.openName(name)
	if !open {
		if err := c.kind.checkName(c.kind.Singular+".name", name); err != nil {
			return nil, err
		}
		if !c.kind.Dated && !c.kind.Singleton && !resource.ValidID(name) {
			return nil, fault.Invalid(fault.Violation{
				Field: c.kind.Singular + ".name", Reason: "resource_id",
				Description: "must end in an id of 3 to 63 small letters, digits and hyphens, a letter first",
			})
		}
	} else if len(external) == 0 {
		return nil, fault.Invalid(fault.Violation{
			Field: c.kind.Singular + ".name", Reason: "required",
			Description: "must be set, or an external id that tells the record again",
		})
	}
	patch.Clear(rec)
	var none T
	if err := c.examine(rec, none, true); err != nil {
		return nil, err
	}
	return func(t *Tx) (string, Did, error) {
		name := name
		if open {
			var err error
			if name, err = c.resolve(t, name, external[0]); err != nil {
				return "", Rejected, err
			}
		}
		return c.upsert(t, name, rec)
	}, nil
}

// openName answers whether a name leaves the id open: it is empty where nothing
// is above the resource, or ends in -.
func (k Kind[T]) openName(name string) bool {
	if k.Parent == "" && name == "" && !k.Singleton {
		return true
	}
	return strings.HasSuffix(name, "/"+k.Collection+"/-") || name == k.Collection+"/-"
}

// resolve is the name of the record that carries an external id, or a new one.
func (c *Collection[T]) resolve(t *Tx, open string, id *maecenasv1.ExternalId) (string, error) {
	name, err := t.FindExternal(c.kind.Store, id)
	if !errors.Is(err, store.ErrNotFound) {
		return name, err
	}
	made, err := c.keeper.opts.Identity.ID(c.kind.Singular)
	if open == "" {
		open = c.kind.Collection + "/-"
	}
	return strings.TrimSuffix(open, "-") + made, err
}

// upsert writes a valid record under a name.
func (c *Collection[T]) upsert(t *Tx, name string, valid T) (string, Did, error) {
	if c.kind.Singleton || c.kind.Parent != "" {
		if err := SubjectExists(t, resource.Subject(name)); err != nil {
			return name, Rejected, fault.ParentNotFound(resource.Subject(name))
		}
	}
	old := c.kind.New()
	err := t.Get(name, old)
	did := Updated
	if errors.Is(err, store.ErrNotFound) {
		did, old, err = Created, c.kind.New(), nil
		setField(old.ProtoReflect(), "name", protoreflect.ValueOfString(name))
	}
	if err != nil {
		return name, Rejected, err
	}
	wrote, err := c.put(t, patch.Merge(old, valid, patch.Everything()), old)
	if !wrote {
		did = Unchanged
	}
	return name, did, err
}
