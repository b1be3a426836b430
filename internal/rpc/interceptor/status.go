package interceptor

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/protoadapt"
	"google.golang.org/protobuf/reflect/protoreflect"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// fault makes the error of a call with its ErrorInfo.
func fault(code codes.Code, reason maecenasv1.ErrorReason, message string, details ...protoadapt.MessageV1) error {
	info := &errdetails.ErrorInfo{
		Reason: reason.String(),
		Domain: string(maecenasv1.File_maecenas_v1_error_reason_proto.Package()),
	}
	st := status.New(code, message)
	if detailed, err := st.WithDetails(append([]protoadapt.MessageV1{info}, details...)...); err == nil {
		st = detailed
	}
	return st.Err()
}

var errStopping = fault(codes.Unavailable, maecenasv1.ErrorReason_SERVER_NOT_READY,
	"the server is stopping: call again later")

func errInternal() error {
	return fault(codes.Internal, maecenasv1.ErrorReason_INTERNAL_FAULT,
		"the server failed; its log has the reason under this request's id")
}

func tooLarge(limit int) error {
	advice := "send less at a time"
	if limit < MaxMessageBytes {
		advice = "send credentials to be allowed more"
	}
	return fault(codes.ResourceExhausted, maecenasv1.ErrorReason_REQUEST_TOO_LARGE,
		fmt.Sprintf("the request is larger than %d KiB once unpacked: %s", limit>>10, advice))
}

func malformed(name protoreflect.FullName, cause error) error {
	return fault(codes.InvalidArgument, maecenasv1.ErrorReason_REQUEST_MALFORMED,
		fmt.Sprintf("the bytes sent are no %s: %s", name, cause))
}

func methodNotFound(_ any, stream grpc.ServerStream) error {
	method, _ := grpc.MethodFromServerStream(stream)
	return noMethod(method)
}

func noMethod(method string) error {
	return fault(codes.Unimplemented, maecenasv1.ErrorReason_METHOD_NOT_FOUND,
		fmt.Sprintf("there is no method %.200q: the server's reflection lists all", method))
}

// errPanic is what a panic becomes for the log.
type errPanic struct {
	value any
	stack []byte
}

func (e *errPanic) Error() string { return fmt.Sprintf("panic: %v", e.value) }

// recoverPanics answers a panic as a fault of the server; the log gets the stack.
func recoverPanics(ctx context.Context, call *call, next func(context.Context) error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			call.cause = &errPanic{value, debug.Stack()}
			err = errInternal()
		}
	}()
	return next(ctx)
}

// mapStatus makes every error a status with an ErrorInfo, and keeps for the log
// what the caller is not told.
func mapStatus(toStatus func(error) *status.Status) func(context.Context, *call, func(context.Context) error) error {
	return func(ctx context.Context, call *call, next func(context.Context) error) error {
		err := next(ctx)
		if err == nil {
			return nil
		}
		if st, ok := status.FromError(err); ok && (reasonOf(st) != "" || isPublic(call.method)) {
			return err
		}
		st := toStatus(err)
		if reasonOf(st) == "" {
			st, _ = status.FromError(errInternal())
		}
		if levelOf(st.Code(), call) >= slog.LevelWarn {
			call.cause = causeOf(err)
		}
		return st.Err()
	}
}

// causeOf returns the deepest text there is of a failure: an error that is made
// to be told keeps its cause inside.
func causeOf(err error) error {
	if cause := errors.Unwrap(err); cause != nil {
		return fmt.Errorf("%w: %w", err, cause)
	}
	return err
}

// reasonOf returns the reason of a status's ErrorInfo; empty if it has none.
func reasonOf(st *status.Status) string {
	for _, detail := range st.Details() {
		if info, ok := detail.(*errdetails.ErrorInfo); ok {
			return info.GetReason()
		}
	}
	return ""
}
