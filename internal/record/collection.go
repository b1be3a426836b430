package record

import (
	"context"
	"errors"
	"fmt"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/patch"
	"github.com/maecenas-cci/maecenas/internal/resource"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// Collection has the standard methods of one kind of resource.
type Collection[T Resource] struct {
	keeper *Keeper
	kind   Kind[T]
}

// NewCollection makes the collection of a kind.
func NewCollection[T Resource](k *Keeper, kind Kind[T]) *Collection[T] {
	return &Collection[T]{keeper: k, kind: kind}
}

// Resource is a record with the fields that the standard methods need.
type Resource interface {
	store.Record
	comparable
	GetEtag() string
	GetCreateTime() *timestamppb.Timestamp
}

// Creation asks to create one.
type Creation[T Resource] struct {
	// Parent is what it goes under; empty at the top.
	Parent string
	// Resource is what is created. It is not changed.
	Resource T
	// ID is the last part of its name; empty: one is made.
	ID string
	// Intent is how it is meant.
	Intent Intent
}

// Create creates one and returns it with the revision that was committed.
// FIELD_INVALID, PARENT_NOT_FOUND, REFERENCE_NOT_FOUND, RESOURCE_EXISTS and
// RECORD_TOO_LARGE say what hinders it; then nothing was written.
func (c *Collection[T]) Create(ctx context.Context, creation Creation[T]) (T, int64, error) {
	var none T
	if creation.ID != "" && c.kind.Parent == "" && !c.keeper.Sight(ctx).NamesRecords() {
		return none, 0, fault.Invalid(fault.Violation{
			Field: c.kind.Singular + "Id", Reason: "id",
			Description: "is chosen by administrators and service accounts alone: leave it out, and one is made",
		})
	}
	rec, err := c.ready(creation)
	if err != nil {
		return none, 0, err
	}
	name, replayed, revision, err := c.keeper.Once(ctx, creation.Intent, func(t *Tx) (string, error) {
		return rec.GetName(), c.create(t, rec)
	})
	if err != nil {
		return none, 0, err
	}
	if replayed {
		rec, _, err = c.Get(ctx, name, 0)
	}
	return rec, revision, err
}

// ready is the record to be created, named and valid by itself.
func (c *Collection[T]) ready(creation Creation[T]) (T, error) {
	var none T
	if creation.Resource == none {
		return none, fault.Invalid(fault.Violation{Field: c.kind.Singular, Description: "must be set", Reason: "required"})
	}
	prefix := c.kind.Collection
	if c.kind.Parent != "" {
		if err := fault.CheckName("parent", c.kind.Parent, creation.Parent); err != nil {
			return none, err
		}
		prefix = creation.Parent + "/" + prefix
	}
	id := creation.ID
	if c.kind.Dated {
		if err := c.kind.checkName("exchangeRatesId", prefix+"/"+id); err != nil {
			return none, err
		}
	}
	if id == "" {
		var err error
		if id, err = c.keeper.opts.Identity.ID(c.kind.Singular); err != nil {
			return none, err
		}
	}
	rec := proto.CloneOf(creation.Resource)
	patch.Clear(rec)
	setField(rec.ProtoReflect(), "name", protoreflect.ValueOfString(prefix+"/"+id))
	return rec, c.check(rec, none)
}

func (c *Collection[T]) create(t *Tx, rec T) error {
	var none T
	old := c.kind.New()
	switch err := t.Get(rec.GetName(), old); {
	case err == nil:
		return fault.Exists(rec.GetName())
	case !errors.Is(err, store.ErrNotFound):
		return err
	}
	if err := c.kind.refer(t, rec); err != nil {
		return err
	}
	if _, err := c.write(t, rec, none); err != nil || c.kind.Created == nil {
		return err
	}
	return c.kind.Created(t, rec)
}

// write is put for what a caller states: its external ids are the caller's.
func (c *Collection[T]) write(t *Tx, rec, old T) (bool, error) {
	written(t.Caller, rec, old)
	return c.put(t, rec, old)
}

// put settles a valid record and puts it, unless it then says what old says;
// it returns whether it did.
func (c *Collection[T]) put(t *Tx, rec, old T) (bool, error) {
	if c.kind.Settle != nil {
		if err := c.kind.Settle(t, rec); err != nil {
			return false, err
		}
	}
	if old.GetUid() != "" && proto.Equal(rec, old) {
		return false, nil
	}
	if c.kind.Number != nil {
		c.kind.Number(rec)
	}
	err := t.Put(rec, old.GetCreateTime())
	if errors.Is(err, store.ErrParentNotFound) {
		return false, fault.ParentNotFound(resource.Subject(rec.GetName()))
	}
	if err != nil || c.kind.After == nil {
		return true, err
	}
	return true, c.kind.After(t, rec)
}

// Get reads one as the caller may see it, with the revision that was read.
// RESOURCE_NOT_FOUND.
func (c *Collection[T]) Get(ctx context.Context, name string, minRevision int64) (T, int64, error) {
	var none T
	if err := c.kind.checkName("name", name); err != nil {
		return none, 0, err
	}
	var rec T
	revision := int64(0)
	err := c.keeper.Look(ctx, minRevision, func(e *Eyes) (err error) {
		revision = e.Revision()
		rec, err = c.Seen(e, name)
		return err
	})
	if err != nil {
		return none, 0, err
	}
	return rec, revision, nil
}

// Seen reads one as the caller may see it. RESOURCE_NOT_FOUND.
func (c *Collection[T]) Seen(e *Eyes, name string) (T, error) {
	rec, err := c.Load(e, name)
	if err != nil {
		return rec, err
	}
	seen, ok, err := c.kind.show(e, rec)
	if err == nil && !ok {
		err = fault.NotFound(name)
	}
	return seen, err
}

// Load reads one as it is; of a singleton that was never written, its empty form, with an
// etag, so that two who begin it at once do not write over each other.
func (c *Collection[T]) Load(r store.Reader, name string) (T, error) {
	rec := c.kind.New()
	err := r.Get(name, rec)
	if errors.Is(err, store.ErrNotFound) && c.kind.Singleton && SubjectExists(r, resource.Subject(name)) == nil {
		setField(rec.ProtoReflect(), "name", protoreflect.ValueOfString(name))
		etag, err := etagOf(rec)
		setField(rec.ProtoReflect(), "etag", protoreflect.ValueOfString(etag))
		return rec, err
	}
	if errors.Is(err, store.ErrNotFound) {
		return rec, fault.NotFound(name)
	}
	return rec, err
}

// Update asks to write fields of one.
type Update[T Resource] struct {
	// Resource has the name, the new values and perhaps the etag that was read. It is not changed.
	Resource T
	// Mask says which fields; empty: those that are set; *: all.
	Mask *fieldmaskpb.FieldMask
	// Intent is how it is meant.
	Intent Intent
}

// Update writes fields of one and returns it with the revision that was
// committed; a change that changes nothing is not written. RESOURCE_NOT_FOUND,
// ETAG_STALE, FIELD_INVALID, REFERENCE_NOT_FOUND and RECORD_TOO_LARGE say what
// hinders it; then nothing was written.
func (c *Collection[T]) Update(ctx context.Context, change Update[T]) (T, int64, error) {
	var none, rec T
	if change.Resource == none {
		return none, 0, fault.Invalid(fault.Violation{Field: c.kind.Singular, Description: "must be set", Reason: "required"})
	}
	name := change.Resource.GetName()
	if err := c.kind.checkName(c.kind.Singular+".name", name); err != nil {
		return none, 0, err
	}
	if err := c.kind.checkMask(change.Mask); err != nil {
		return none, 0, err
	}
	_, replayed, revision, err := c.keeper.Once(ctx, change.Intent, func(t *Tx) (string, error) {
		var err error
		rec, err = c.update(t, change)
		return name, err
	})
	if err != nil {
		return none, 0, err
	}
	if replayed {
		rec, _, err = c.Get(ctx, name, 0)
	}
	return rec, revision, err
}

func (c *Collection[T]) update(t *Tx, change Update[T]) (T, error) {
	old, err := c.Load(t, change.Resource.GetName())
	if err != nil {
		return old, err
	}
	if err := checkEtag(change.Resource.GetEtag(), old); err != nil {
		return old, err
	}
	rec := patch.Merge(old, change.Resource, change.Mask)
	if err := c.check(rec, old); err != nil {
		return old, err
	}
	if err := c.kind.refer(t, rec); err != nil {
		return old, err
	}
	_, err = c.write(t, rec, old)
	return rec, err
}

func checkEtag(etag string, current tagged) error {
	if etag != "" && etag != current.GetEtag() {
		return fault.StaleEtag(current.GetName(), current.GetEtag())
	}
	return nil
}

type tagged interface {
	GetName() string
	GetEtag() string
}

// Deletion asks to delete one.
type Deletion struct {
	// Name is its resource name.
	Name string
	// Etag is the etag that was read; empty: whatever it is.
	Etag string
	// Force deletes what is below it too.
	Force bool
	// Intent is how it is meant.
	Intent Intent
}

// Delete deletes one and returns the revision that was committed.
// RESOURCE_NOT_FOUND, ETAG_STALE and RESOURCE_HAS_CHILDREN say what hinders it.
func (c *Collection[T]) Delete(ctx context.Context, deletion Deletion) (int64, error) {
	if err := c.kind.checkName("name", deletion.Name); err != nil {
		return 0, err
	}
	_, _, revision, err := c.keeper.Once(ctx, deletion.Intent, func(t *Tx) (string, error) {
		old, err := c.Load(t, deletion.Name)
		if err != nil {
			return "", err
		}
		if err := checkEtag(deletion.Etag, old); err != nil {
			return "", err
		}
		if err := t.removeBelow(deletion.Name, c.kind.Children, deletion.Force); err != nil {
			return "", err
		}
		if c.kind.Removed != nil {
			if err := c.kind.Removed(t, deletion.Name); err != nil {
				return "", err
			}
		}
		return deletion.Name, t.Remove(c.kind.Store, deletion.Name)
	})
	return revision, err
}

// removeBelow deletes what is below a subject. Children that users made hinder
// it unless it is forced; what the server made of them goes along.
func (t *Tx) removeBelow(name string, children []Child, force bool) error {
	for _, child := range children {
		var names []string
		err := t.List(child.Kind, store.ListOptions{Parent: name}, func(_ store.Cursor, rec store.Record) (bool, error) {
			names = append(names, rec.GetName())
			return true, nil
		})
		if err != nil {
			return err
		}
		if len(names) > 0 && !child.Derived && !force {
			return &fault.Error{
				Code: codes.FailedPrecondition, Reason: maecenasv1.ErrorReason_RESOURCE_HAS_CHILDREN,
				Message:  fmt.Sprintf("%s has others below it, such as %s: delete them first, or set force", name, names[0]),
				Metadata: map[string]string{"resource": name, "child": names[0], "children": fmt.Sprint(len(names))},
			}
		}
		for _, below := range names {
			if err := t.Remove(child.Kind, below); err != nil {
				return err
			}
		}
	}
	return nil
}
