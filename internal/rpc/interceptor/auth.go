package interceptor

import (
	"cmp"
	"context"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
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
func authenticate(find func(context.Context) (*auth.Principal, error), toStatus func(error) *status.Status) func(context.Context, *call, func(context.Context) error) error {
	return func(ctx context.Context, call *call, next func(context.Context) error) error {
		if isPublic(call.method) {
			return next(ctx)
		}
		principal, err := find(ctx)
		switch {
		case err != nil && toStatus(err).Code() == codes.Unauthenticated:
			// Whoever has an old cookie must be able to sign in anew, and the limits by
			// address hold for those who try credentials, too.
			call.refused, principal = err, auth.Anonymous()
		case err != nil:
			return err
		}
		call.principal = principal
		return next(auth.WithPrincipal(ctx, principal))
	}
}

// permit decides whether the caller may do this to the object that the request
// names, before the handler runs. A request that could not be read names none,
// and ends here.
func permit(table auth.Table, known func(context.Context, string) error) func(context.Context, *call, func(context.Context) error) error {
	return func(ctx context.Context, call *call, next func(context.Context) error) error {
		if isPublic(call.method) {
			return orFault(ctx, call, next)
		}
		if call.unknown {
			return noMethod(call.method)
		}
		// Nobody is told what is wrong with a request that it may not make at all.
		if call.principal.Name == "" && table[call.method].Access != maecenasv1.PermissionRule_ANYBODY {
			return unauthenticated(call.refused)
		}
		if call.fault != nil {
			return call.fault
		}
		if call.unary {
			if err := allow(ctx, table, known, call, call.request); err != nil {
				return err
			}
			return next(auth.WithAction(ctx, table[call.method].Permission))
		}
		call.check = func(message proto.Message) error { return allow(ctx, table, known, call, message) }
		return next(auth.WithAction(ctx, table[call.method].Permission))
	}
}

func orFault(ctx context.Context, call *call, next func(context.Context) error) error {
	if call.fault != nil {
		return call.fault
	}
	return next(ctx)
}

// unauthenticated is what a caller is told whose credentials were refused, or
// who has shown none.
func unauthenticated(refused error) error {
	if refused != nil {
		return refused
	}
	return fault(codes.Unauthenticated, maecenasv1.ErrorReason_UNAUTHENTICATED,
		"this needs credentials: sign in, or send Authorization: Bearer KEY")
}

// allow decides. Whoever may not know the object is told that there is none, in the
// words in which a use case says it.
func allow(ctx context.Context, table auth.Table, known func(context.Context, string) error, call *call, request proto.Message) error {
	rule := table[call.method]
	switch table.Allow(call.principal, call.method, request) {
	case auth.Allowed:
		return nil
	case auth.Unauthenticated:
		return unauthenticated(call.refused)
	case auth.Exceeded:
		return fault(codes.PermissionDenied, maecenasv1.ErrorReason_KEY_SCOPE_EXCEEDED,
			"this key may not be used for it: it is read-only, or of one resource; it needs the permission "+rule.Permission)
	}
	if objects := rule.Resources(request); len(objects) > 0 && known != nil {
		var unknown error
		for _, object := range objects {
			err := known(ctx, object)
			if err == nil {
				return denied(rule)
			}
			unknown = cmp.Or(unknown, err)
		}
		return unknown
	}
	return denied(rule)
}

func denied(rule auth.Rule) error {
	return fault(codes.PermissionDenied, maecenasv1.ErrorReason_PERMISSION_DENIED,
		"you may not do this: it needs the permission "+rule.Permission)
}
