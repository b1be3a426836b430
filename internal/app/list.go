package app

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
	if c.kind.parent != "" && listing.Parent != resource.Wildcard(c.kind.parent) {
		if err := fault.CheckName("parent", c.kind.parent, listing.Parent); err != nil {
			return Page[T]{}, err
		}
	}
	if listing.Parent == resource.Wildcard(c.kind.parent) {
		listing.Parent = ""
	}
	query, err := c.app.finder.Query(c.kind.new(), listing.Filter, listing.OrderBy)
	if err != nil {
		return Page[T]{}, err
	}
	if query.Ordered() {
		return ordered[T](ctx, c.app, c.kind.store, listing, query)
	}
	return list(ctx, c.app, c.kind.store, listing, asked[T](query))
}

// list reads a page of the records of a kind that keep answers true for.
func list[T store.Record](ctx context.Context, a *App, kind store.Kind, listing Listing, keep func(store.Reader, T) (bool, error)) (Page[T], error) {
	var page Page[T]
	err := a.read(ctx, listing.MinRevision, func(r store.Reader) error {
		page = Page[T]{Revision: r.Revision()}
		var last store.Cursor
		bytes := 0
		options := store.ListOptions{After: listing.After, Descending: listing.Descending}
		return scan[T]{app: a, kind: kind, parent: listing.Parent, options: options, keep: keep}.each(ctx, r, func(cursor store.Cursor, one T) bool {
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
func ordered[T store.Record](ctx context.Context, a *App, kind store.Kind, listing Listing, query *find.Query) (Page[T], error) {
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
	err := a.read(ctx, listing.MinRevision, func(r store.Reader) error {
		page = Page[T]{Revision: r.Revision()}
		top := find.NewTop[T](query, after, listing.Limit+1)
		err := scan[T]{app: a, kind: kind, parent: listing.Parent, keep: asked[T](query)}.each(ctx, r, func(_ store.Cursor, one T) bool {
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

// asked tells the records that a query asks for.
func asked[T store.Record](query *find.Query) func(store.Reader, T) (bool, error) {
	return func(r store.Reader, one T) (bool, error) { return query.Keep(r, one) }
}

// scan is a walk over the records of a kind.
type scan[T store.Record] struct {
	app     *App
	kind    store.Kind
	parent  string // empty: all
	options store.ListOptions
	keep    func(store.Reader, T) (bool, error) // nil: all
}

// each calls take with the records that keep answers true for, until take
// answers false. RESOURCE_NOT_FOUND: there is no such parent.
func (s scan[T]) each(ctx context.Context, r store.Reader, take func(store.Cursor, T) bool) error {
	if s.parent != "" {
		if err := s.app.subjectExists(r, resource.Subject(s.parent)); err != nil {
			return err
		}
	}
	s.options.Parent = s.parent
	return r.List(s.kind, s.options, func(cursor store.Cursor, rec store.Record) (bool, error) {
		one, ok := rec.(T)
		if !ok {
			return true, ctx.Err()
		}
		if s.keep != nil {
			if kept, err := s.keep(r, one); !kept || err != nil {
				return true, errors.Join(err, ctx.Err())
			}
		}
		return take(cursor, one), ctx.Err()
	})
}

// subjectExists answers RESOURCE_NOT_FOUND where there is no such organization or investor.
func (a *App) subjectExists(r store.Reader, name string) error {
	var subject store.Record = &maecenasv1.Organization{}
	if resource.Valid(resource.Investor, name) {
		subject = &maecenasv1.Investor{}
	}
	err := r.Get(name, subject)
	if errors.Is(err, store.ErrNotFound) {
		return fault.NotFound(name)
	}
	return err
}

// LikelyDuplicates asks for organizations that are likely the same one twice.
type LikelyDuplicates struct {
	// After is how many pairs the pages before held.
	After int
	// Limit is how many at most, above 0.
	Limit int
	// MinRevision is what the data must have reached.
	MinRevision int64
}

// ListLikelyDuplicates reads a page of likely duplicates, the likeliest first,
// and tells whether there are more. It works them out once for each revision.
func (a *App) ListLikelyDuplicates(ctx context.Context, ask LikelyDuplicates) (page Page[*maecenasv1.LikelyDuplicate], more bool, err error) {
	err = a.read(ctx, ask.MinRevision, func(r store.Reader) error {
		pairs, err := a.twins.List(ctx, r)
		pairs = pairs[min(ask.After, len(pairs)):]
		page = Page[*maecenasv1.LikelyDuplicate]{Records: pairs[:min(ask.Limit, len(pairs))], Revision: r.Revision()}
		more = len(pairs) > ask.Limit
		return err
	})
	return page, more, err
}
