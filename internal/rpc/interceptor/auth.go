package interceptor

import (
	"context"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth"
)

// publicServices are the library's own services, which have no permissions: they
// tell nothing but what the schema and /readyz tell.
var publicServices = []string{
	"grpc.health.v1.Health",
	"grpc.reflection.v1.ServerReflection",
	"grpc.reflection.v1alpha.ServerReflection",
}

// PublicServices returns the names of the services that anybody may call and
// that no rate limits.
func PublicServices() []string { return append([]string(nil), publicServices...) }

func isPublic(method string) bool {
	for _, service := range publicServices {
		if rest, ok := strings.CutPrefix(method, "/"+service); ok && strings.HasPrefix(rest, "/") {
			return true
		}
	}
	return false
}

// authenticate finds the caller and puts it where handlers look for it.
func authenticate(find func(context.Context) (*auth.Principal, error)) func(context.Context, *call, func(context.Context) error) error {
	return func(ctx context.Context, call *call, next func(context.Context) error) error {
		if isPublic(call.method) {
			return next(ctx)
		}
		principal, err := find(ctx)
		if err != nil {
			return err
		}
		call.principal = principal
		return next(auth.WithPrincipal(ctx, principal))
	}
}

// permit decides whether the caller may do this to the object that the request
// names, before the handler runs. A request that could not be read names none,
// and ends here.
func permit(table auth.Table) func(context.Context, *call, func(context.Context) error) error {
	return func(ctx context.Context, call *call, next func(context.Context) error) error {
		if call.fault != nil {
			return call.fault
		}
		if isPublic(call.method) {
			return next(ctx)
		}
		if call.unknown {
			return noMethod(call.method)
		}
		if call.unary {
			if err := allow(table, call, call.request); err != nil {
				return err
			}
			return next(ctx)
		}
		call.check = func(message proto.Message) error { return allow(table, call, message) }
		return next(ctx)
	}
}

func allow(table auth.Table, call *call, request proto.Message) error {
	switch table.Allow(call.principal, call.method, request) {
	case auth.Allowed:
		return nil
	case auth.Unauthenticated:
		return fault(codes.Unauthenticated, maecenasv1.ErrorReason_UNAUTHENTICATED,
			"this needs credentials: send Authorization: Bearer KEY")
	default:
		return fault(codes.PermissionDenied, maecenasv1.ErrorReason_PERMISSION_DENIED,
			"you may not do this: it needs the permission "+table[call.method].Permission)
	}
}
