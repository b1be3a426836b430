package rpc

import (
	"context"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/maecenas-cci/maecenas/internal/record"
)

// The standard methods of AIP-131 to 135, once for all resources.

func create[T record.Resource](ctx context.Context, s *service, c *record.Collection[T], request interface {
	proto.Message
	GetRequestId() string
}, resource T, id string) (T, error) {
	creation := record.Creation[T]{Resource: resource, ID: id, Intent: intent(request)}
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

func get[T record.Resource](ctx context.Context, s *service, c *record.Collection[T], request interface {
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

func listOf[T record.Resource](ctx context.Context, s *service, c *record.Collection[T], request interface {
	paged
	GetMinRevision() int64
}) (record.Page[T], string, error) {
	listing, err := s.listing(ctx, request)
	if err != nil {
		return record.Page[T]{}, "", err
	}
	page, err := c.List(ctx, listing)
	return page, s.pages.token(ctx, request, page.Next), err
}

func update[T record.Resource](ctx context.Context, s *service, c *record.Collection[T], request interface {
	proto.Message
	GetRequestId() string
	GetUpdateMask() *fieldmaskpb.FieldMask
}, resource T) (T, error) {
	if err := s.check(request); err != nil {
		var none T
		return none, err
	}
	updated, revision, err := c.Update(ctx, record.Update[T]{
		Resource: resource, Mask: request.GetUpdateMask(), Intent: intent(request),
	})
	return answer(ctx, updated, revision, err)
}

func remove[T record.Resource](ctx context.Context, s *service, c *record.Collection[T], request interface {
	proto.Message
	GetName() string
	GetEtag() string
	GetRequestId() string
}, force bool) (*emptypb.Empty, error) {
	if err := s.check(request); err != nil {
		return nil, err
	}
	revision, err := c.Delete(ctx, record.Deletion{
		Name: request.GetName(), Etag: request.GetEtag(), Force: force, Intent: intent(request),
	})
	return answer(ctx, &emptypb.Empty{}, revision, err)
}

// confirm says that one is right as it stands.
func confirm[T record.Reviewed](ctx context.Context, s *service, c *record.Collection[T], request interface {
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
	confirmed, revision, err := record.Confirm(ctx, c, record.Confirmation{
		Name: request.GetName(), Etag: request.GetEtag(), ReviewDueDate: request.GetReviewDueDate(), Intent: intent(request),
	})
	return answer(ctx, confirmed, revision, err)
}
