package interceptor

import (
	"context"
	"errors"
	"log/slog"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// logCalls writes one line for each call: no payload, no name of a resource, and
// the text of an error only where the server is at fault.
func logCalls(opts Options) func(context.Context, *call, func(context.Context) error) error {
	return func(ctx context.Context, call *call, next func(context.Context) error) error {
		began := opts.Now()
		err := next(ctx)
		st := status.Convert(err)
		level := levelOf(st.Code(), call)
		if !opts.Log.Enabled(ctx, level) {
			return err
		}
		attributes := []slog.Attr{
			slog.String("method", call.method),
			slog.String("code", st.Code().String()),
			slog.Float64("seconds", since(opts.Now, began).Seconds()),
			slog.String("request_id", call.id),
		}
		if reason := reasonOf(st); reason != "" {
			attributes = append(attributes, slog.String("reason", reason))
		}
		if call.principal != nil && call.principal.Name != "" {
			attributes = append(attributes, slog.String("principal", call.principal.Name))
		}
		if call.cause != nil {
			attributes = append(attributes, slog.String("cause", call.cause.Error()))
		}
		var panicked *errPanic
		if errors.As(call.cause, &panicked) {
			attributes = append(attributes, slog.String("stack", string(panicked.stack)))
		}
		opts.Log.LogAttrs(ctx, level, "call", attributes...)
		return err
	}
}

func levelOf(code codes.Code, call *call) slog.Level {
	switch code {
	case codes.Internal, codes.DataLoss, codes.Unknown:
		return slog.LevelError
	case codes.Unavailable:
		return slog.LevelWarn
	}
	if isPublic(call.method) {
		return slog.LevelDebug
	}
	return slog.LevelInfo
}
