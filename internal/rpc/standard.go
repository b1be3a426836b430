package rpc

import (
	"context"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/maecenas-cci/maecenas/internal/app"
)

// The standard methods of AIP-131 to 135, once for all resources.

func create[T app.Resource](ctx context.Context, s *service, c *app.Collection[T], request interface {
	proto.Message
	GetRequestId() string
}, resource T, id string) (T, error) {
	creation := app.Creation[T]{Resource: resource, ID: id, Intent: intent(request)}
	if below, ok := request.(interface{ GetParent() string }); ok {
		creation.Parent = below.GetParent()
	}
	if err := s.check(request); err != nil {
		var none T
		return none, err
	}
	created, revision, err := c.Create(ctx, creation)
	return answer(ctx, created, revision, err)
}

func get[T app.Resource](ctx context.Context, s *service, c *app.Collection[T], request interface {
	proto.Message
	GetName() string
	GetMinRevision() int64
}) (T, error) {
	if err := s.check(request); err != nil {
		var none T
		return none, err
	}
	found, revision, err := c.Get(ctx, request.GetName(), request.GetMinRevision())
	return answer(ctx, found, revision, err)
}

func listOf[T app.Resource](ctx context.Context, s *service, c *app.Collection[T], request interface {
	paged
	GetMinRevision() int64
}) (app.Page[T], string, error) {
	listing, err := s.listing(request)
	if err != nil {
		return app.Page[T]{}, "", err
	}
	page, err := c.List(ctx, listing)
	return page, s.pages.token(request, page.Next), err
}

func update[T app.Resource](ctx context.Context, s *service, c *app.Collection[T], request interface {
	proto.Message
	GetRequestId() string
	GetUpdateMask() *fieldmaskpb.FieldMask
}, resource T) (T, error) {
	if err := s.check(request); err != nil {
		var none T
		return none, err
	}
	updated, revision, err := c.Update(ctx, app.Change[T]{
		Resource: resource, Mask: request.GetUpdateMask(), Intent: intent(request),
	})
	return answer(ctx, updated, revision, err)
}

func remove[T app.Resource](ctx context.Context, s *service, c *app.Collection[T], request interface {
	proto.Message
	GetName() string
	GetEtag() string
	GetRequestId() string
}, force bool) (*emptypb.Empty, error) {
	if err := s.check(request); err != nil {
		return nil, err
	}
	revision, err := c.Delete(ctx, app.Deletion{
		Name: request.GetName(), Etag: request.GetEtag(), Force: force, Intent: intent(request),
	})
	return answer(ctx, &emptypb.Empty{}, revision, err)
}

// confirm says that one is right as it stands.
func confirm[T app.Reviewed](ctx context.Context, s *service, c *app.Collection[T], request interface {
	proto.Message
	GetName() string
	GetEtag() string
	GetReviewDueDate() string
	GetRequestId() string
}) (T, error) {
	if err := s.check(request); err != nil {
		var none T
		return none, err
	}
	confirmed, revision, err := app.Confirm(ctx, c, app.Confirmation{
		Name: request.GetName(), Etag: request.GetEtag(), ReviewDueDate: request.GetReviewDueDate(), Intent: intent(request),
	})
	return answer(ctx, confirmed, revision, err)
}
