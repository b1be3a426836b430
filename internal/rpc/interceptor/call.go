package interceptor

import (
	"context"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"

	"github.com/maecenas-cci/maecenas/internal/auth"
)

// call is one call on its way through the chain.
type call struct {
	// method is its full name, /package.Service/Method, as the caller wrote it.
	method string
	unary  bool
	// unknown is true for a method that the server does not have.
	unknown bool
	// request is the request of a unary call that could be read.
	request proto.Message
	// fault is why the request of a unary call could not be read.
	fault error
	// id is the request id, once known.
	id string
	// principal is the caller, once known.
	principal *auth.Principal
	// refused is why the credentials are not good; nil if they are, or there are none.
	refused error
	// cause is what the log alone is told of a failure.
	cause error
	// check is asked about each message of a stream before its handler gets it.
	check func(proto.Message) error

	setHeader func(metadata.MD) error
}

func (c *Chain) unary(ctx context.Context, request any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	if _, ok := ctx.Deadline(); !ok && c.opts.Deadline > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.opts.Deadline)
		defer cancel()
	}
	ctx = withAddress(ctx, c.opts.BehindProxy)
	call := &call{method: info.FullMethod, unary: true, unknown: c.unknown(info.FullMethod), fault: faultFrom(ctx)}
	call.setHeader = func(md metadata.MD) error { return grpc.SetHeader(ctx, md) }
	if message, ok := request.(proto.Message); ok && call.fault == nil {
		call.request = message
	}
	var response any
	err := c.run(ctx, 0, call, func(ctx context.Context) error {
		var err error
		response, err = handler(ctx, request)
		return err
	})
	if err != nil {
		return nil, err
	}
	return response, nil
}

func (c *Chain) stream(server any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
	ctx, cancel := context.WithCancel(withAddress(stream.Context(), c.opts.BehindProxy))
	defer cancel()
	if c.opts.Stopping != nil {
		go func() {
			select {
			case <-c.opts.Stopping:
				cancel()
			case <-ctx.Done():
			}
		}()
	}
	call := &call{method: info.FullMethod, unknown: c.unknown(info.FullMethod), setHeader: stream.SetHeader}
	return c.run(ctx, 0, call, func(ctx context.Context) error {
		err := handler(server, &checkedStream{ServerStream: stream, ctx: ctx, call: call})
		if err != nil && stream.Context().Err() == nil && ctx.Err() != nil {
			return errStopping
		}
		return err
	})
}

// unknown tells whether the server does not have a method: what it has is
// public or in the table, or it would not have started.
func (c *Chain) unknown(method string) bool {
	_, ok := c.opts.Permissions[method]
	return !ok && !isPublic(method)
}

// checkedStream is a stream whose messages are read by the server's codec and
// checked before the handler gets them.
type checkedStream struct {
	grpc.ServerStream
	//nolint:containedctx // grpc.ServerStream answers its context by a method
	ctx  context.Context
	call *call
}

// Context returns the context that the chain made.
func (s *checkedStream) Context() context.Context { return s.ctx }

// RecvMsg reads the next message; one that cannot be read or is not permitted
// is an error that tells the caller so.
func (s *checkedStream) RecvMsg(v any) error {
	message, ok := v.(proto.Message)
	if !ok {
		return s.ServerStream.RecvMsg(v)
	}
	in := newInbound(s.ctx, message)
	if err := s.ServerStream.RecvMsg(in); err != nil {
		return err
	}
	if in.fault != nil {
		return in.fault
	}
	if s.call.check != nil {
		return s.call.check(message)
	}
	return nil
}

// since is how long ago a time was, by the chain's clock.
func since(now func() time.Time, then time.Time) time.Duration { return now().Sub(then) }
