package record

import (
	"context"
	"errors"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/find"
	"github.com/maecenas-cci/maecenas/internal/resource"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// Listing asks for a page.
type Listing struct {
	// Parent is what is listed below; its last id may be - for all.
	Parent string
	// Filter is an AIP-160 filter; empty: everything.
	Filter string
	// OrderBy is an AIP-132 order; empty: oldest first.
	OrderBy string
	// After is the Next of the page before, of the same list; nil: at the start.
	After []byte
	// Limit is how many at most, above 0.
	Limit int
	// MinRevision is what the data must have reached.
	MinRevision int64
	// Descending lists the newest first, where there is no OrderBy.
	Descending bool
}

// Page is a part of a list.
type Page[T any] struct {
	// Records are the part.
	Records []T
	// Next is where the next part begins; nil: there is none.
	Next []byte
	// Revision is what was read.
	Revision int64
}

// List reads a page, oldest first or in the order that is asked for.
// RESOURCE_NOT_FOUND: there is no such parent. FILTER_INVALID, ORDER_INVALID and
// PAGE_TOKEN_INVALID.
func (c *Collection[T]) List(ctx context.Context, listing Listing) (Page[T], error) {
	if c.kind.Parent != "" && listing.Parent != resource.Wildcard(c.kind.Parent) {
		if err := fault.CheckName("parent", c.kind.Parent, listing.Parent); err != nil {
			return Page[T]{}, err
		}
	}
	if listing.Parent == resource.Wildcard(c.kind.Parent) {
		listing.Parent = ""
	}
	query, err := c.keeper.finder.Query(c.kind.New(), listing.Filter, listing.OrderBy)
	if err != nil {
		return Page[T]{}, err
	}
	walk := scan[T]{kind: c.kind.Store, parent: listing.Parent, show: c.kind.show, keep: func(e *Eyes, one T) (bool, error) { return query.Keep(e, one) }}
	if query.Ordered() {
		return ordered(ctx, c.keeper, walk, listing, query)
	}
	return walk.page(ctx, c.keeper, listing)
}

// List reads a page of the records of a kind that show shows, as it does.
func List[T store.Record](ctx context.Context, k *Keeper, kind store.Kind, listing Listing, show Show[T]) (Page[T], error) {
	return scan[T]{kind: kind, parent: listing.Parent, show: show}.page(ctx, k, listing)
}

// page reads a page in the order of the store.
func (s scan[T]) page(ctx context.Context, k *Keeper, listing Listing) (Page[T], error) {
	var page Page[T]
	s.options = store.ListOptions{After: listing.After, Descending: listing.Descending}
	err := k.Look(ctx, listing.MinRevision, func(e *Eyes) error {
		page = Page[T]{Revision: e.Revision()}
		var last store.Cursor
		bytes := 0
		return s.each(ctx, e, func(cursor store.Cursor, one T) bool {
			if bytes += proto.Size(one); len(page.Records) == listing.Limit || resource.PageFull(len(page.Records), bytes) {
				page.Next = last
				return false
			}
			page.Records = append(page.Records, one)
			last = cursor
			return true
		})
	})
	return page, err
}

// ordered reads a page of the records that a query asks for in its order. It
// looks at all, and holds no more than a page of them.
func ordered[T store.Record](ctx context.Context, k *Keeper, walk scan[T], listing Listing, query *find.Query) (Page[T], error) {
	var after store.Record
	if listing.After != nil {
		var ok bool
		if after, ok = query.After(listing.After); !ok {
			return Page[T]{}, &fault.Error{
				Code: codes.InvalidArgument, Reason: maecenasv1.ErrorReason_PAGE_TOKEN_INVALID,
				Message: "the page token is not one of this request: begin without one",
			}
		}
	}
	var page Page[T]
	err := k.Look(ctx, listing.MinRevision, func(e *Eyes) error {
		page = Page[T]{Revision: e.Revision()}
		top := find.NewTop[T](query, after, listing.Limit+1)
		err := walk.each(ctx, e, func(_ store.Cursor, one T) bool {
			top.Offer(one)
			return true
		})
		if err != nil {
			return err
		}
		bytes := 0
		for i, one := range top.Records() {
			if bytes += proto.Size(one); i == listing.Limit || resource.PageFull(i, bytes) {
				page.Next, err = query.Place(page.Records[i-1])
				return err
			}
			page.Records = append(page.Records, one)
		}
		return nil
	})
	return page, err
}

// scan is a walk over the records of a kind.
type scan[T store.Record] struct {
	kind    store.Kind
	parent  string // empty: all
	options store.ListOptions
	show    Show[T]
	keep    func(*Eyes, T) (bool, error) // nil: all
}

// each calls take with the records that are shown and kept, as they are shown,
// until take answers false. RESOURCE_NOT_FOUND: there is no such parent.
func (s scan[T]) each(ctx context.Context, e *Eyes, take func(store.Cursor, T) bool) error {
	if s.parent != "" {
		ok, err := e.exists(s.parent)
		if err != nil {
			return err
		}
		if !ok {
			return fault.NotFound(resource.Subject(s.parent))
		}
	}
	s.options.Parent = s.parent
	return e.List(s.kind, s.options, func(cursor store.Cursor, rec store.Record) (bool, error) {
		one, ok := rec.(T)
		if !ok {
			return true, ctx.Err()
		}
		seen, ok, err := s.show(e, one)
		if err != nil || !ok {
			return true, errors.Join(err, ctx.Err())
		}
		if s.keep != nil {
			if kept, err := s.keep(e, seen); !kept || err != nil {
				return true, errors.Join(err, ctx.Err())
			}
		}
		return take(cursor, seen), ctx.Err()
	})
}

// SubjectExists answers RESOURCE_NOT_FOUND where there is no such organization,
// investor or principal.
func SubjectExists(r store.Reader, name string) error {
	kind, err := store.KindOfName(name)
	if err != nil {
		return fault.NotFound(name)
	}
	err = r.Get(name, kind.New())
	if errors.Is(err, store.ErrNotFound) {
		return fault.NotFound(name)
	}
	return err
}
