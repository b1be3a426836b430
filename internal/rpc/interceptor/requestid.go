package interceptor

import (
	"context"
	"crypto/rand"
	"regexp"

	"google.golang.org/grpc/metadata"
)

// RequestIDKey is the metadata key and the header of the request id.
const RequestIDKey = "x-request-id"

// wellFormedID is what a caller may choose as a request id: it goes to the log
// and into headers.
var wellFormedID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._:/+=-]{0,127}$`)

// RequestID returns the id that a caller chose if it is well formed, else a new
// one.
func RequestID(chosen string) string {
	if wellFormedID.MatchString(chosen) {
		return chosen
	}
	return rand.Text()
}

type requestIDKey struct{}

// RequestIDFromContext returns the id of the request that a handler works on;
// empty outside of one.
func RequestIDFromContext(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

func requestID(ctx context.Context, call *call, next func(context.Context) error) error {
	chosen := ""
	if values := metadata.ValueFromIncomingContext(ctx, RequestIDKey); len(values) == 1 {
		chosen = values[0]
	}
	call.id = RequestID(chosen)
	// The header can only not be set when the call is over.
	_ = call.setHeader(metadata.Pairs(RequestIDKey, call.id))
	return next(context.WithValue(ctx, requestIDKey{}, call.id))
}
