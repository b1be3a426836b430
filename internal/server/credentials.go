package server

import (
	"context"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/rpc/interceptor"
)

// authenticate finds who calls: by Authorization: Bearer KEY, else by the token of a
// session, else it is nobody.
func (s *Server) authenticate(ctx context.Context) (*auth.Principal, error) {
	backend := s.backend.Load()
	if backend == nil {
		return nil, &fault.Error{
			Code: codes.Unavailable, Reason: maecenasv1.ErrorReason_SERVER_NOT_READY,
			Message: "the server is starting: call again in a moment",
		}
	}
	if stated := metadata.ValueFromIncomingContext(ctx, "authorization"); len(stated) > 0 {
		scheme, key, _ := strings.Cut(stated[0], " ")
		key = strings.TrimSpace(key)
		if len(stated) > 1 || !strings.EqualFold(scheme, "Bearer") || key == "" {
			return nil, &fault.Error{
				Code: codes.Unauthenticated, Reason: maecenasv1.ErrorReason_UNAUTHENTICATED,
				Message: "the credentials cannot be read: send Authorization: Bearer KEY, once",
			}
		}
		return backend.Authenticate(key, "")
	}
	session := ""
	if shown := metadata.ValueFromIncomingContext(ctx, interceptor.SessionKey); len(shown) > 0 {
		session = shown[len(shown)-1]
	}
	return backend.Authenticate("", session)
}

// known answers why an object does not exist for the caller of a context.
func (s *Server) known(ctx context.Context, name string) error {
	if backend := s.backend.Load(); backend != nil {
		return backend.Known(ctx, name)
	}
	return fault.NotFound(name)
}
