package interceptor

import (
	"context"
	"sync/atomic"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

var errStarting = fault(codes.Unavailable, maecenasv1.ErrorReason_SERVER_NOT_READY,
	"the server is starting: call again in a moment")

// Services are services that a server knows before they are there: a server
// takes no more once it serves, and it serves before its data are loaded. Until
// one is registered its methods answer SERVER_NOT_READY.
type Services struct {
	impls map[string]*atomic.Pointer[implementation]
}

type implementation struct{ server any }

// Declare makes services known to a server.
func Declare(server grpc.ServiceRegistrar, services ...*grpc.ServiceDesc) *Services {
	s := &Services{impls: map[string]*atomic.Pointer[implementation]{}}
	for _, desc := range services {
		impl := &atomic.Pointer[implementation]{}
		s.impls[desc.ServiceName] = impl
		declared := *desc
		declared.Methods = make([]grpc.MethodDesc, len(desc.Methods))
		for i, method := range desc.Methods {
			declared.Methods[i] = grpc.MethodDesc{MethodName: method.MethodName, Handler: late(impl, keepFault(method.Handler))}
		}
		declared.Streams = make([]grpc.StreamDesc, len(desc.Streams))
		for i, stream := range desc.Streams {
			declared.Streams[i] = stream
			declared.Streams[i].Handler = lateStream(impl, stream.Handler)
		}
		server.RegisterService(&declared, nil)
	}
	return s
}

// RegisterService fills in a service that was declared. One that was not is a
// fault of the program, and panics as with grpc.
func (s *Services) RegisterService(desc *grpc.ServiceDesc, impl any) {
	declared, ok := s.impls[desc.ServiceName]
	if !ok {
		panic("interceptor: " + desc.ServiceName + " was not declared")
	}
	declared.Store(&implementation{impl})
}

// Missing returns the names of the services that were declared and are not there.
func (s *Services) Missing() []string {
	var names []string
	for name, impl := range s.impls {
		if impl.Load() == nil {
			names = append(names, name)
		}
	}
	return names
}

func late(impl *atomic.Pointer[implementation], handler grpc.MethodHandler) grpc.MethodHandler {
	return func(_ any, ctx context.Context, decode func(any) error, chain grpc.UnaryServerInterceptor) (any, error) {
		if there := impl.Load(); there != nil {
			return handler(there.server, ctx, decode, chain)
		}
		return handler(nil, context.WithValue(ctx, faultKey{}, errStarting), decode, chain)
	}
}

func lateStream(impl *atomic.Pointer[implementation], handler grpc.StreamHandler) grpc.StreamHandler {
	return func(_ any, stream grpc.ServerStream) error {
		if there := impl.Load(); there != nil {
			return handler(there.server, stream)
		}
		return errStarting
	}
}

// Registrar returns where services are registered that are there from the
// beginning.
func Registrar(next grpc.ServiceRegistrar) grpc.ServiceRegistrar { return registrar{next} }

type registrar struct{ next grpc.ServiceRegistrar }

// RegisterService registers a service whose unary handlers keep the fault of
// their request.
func (r registrar) RegisterService(desc *grpc.ServiceDesc, impl any) {
	wrapped := *desc
	wrapped.Methods = make([]grpc.MethodDesc, len(desc.Methods))
	for i, method := range desc.Methods {
		wrapped.Methods[i] = grpc.MethodDesc{MethodName: method.MethodName, Handler: keepFault(method.Handler)}
	}
	r.next.RegisterService(&wrapped, impl)
}

func keepFault(handler grpc.MethodHandler) grpc.MethodHandler {
	return func(server any, ctx context.Context, decode func(any) error, chain grpc.UnaryServerInterceptor) (any, error) {
		var fault error
		read := func(v any) error {
			message, ok := v.(proto.Message)
			if !ok {
				return decode(v)
			}
			in := newInbound(ctx, message)
			err := decode(in)
			fault = in.fault
			return err
		}
		around := func(ctx context.Context, request any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
			if fault != nil {
				ctx = context.WithValue(ctx, faultKey{}, fault)
			}
			return chain(ctx, request, info, handler)
		}
		return handler(server, ctx, read, around)
	}
}

type faultKey struct{}

func faultFrom(ctx context.Context) error {
	fault, _ := ctx.Value(faultKey{}).(error)
	return fault
}
