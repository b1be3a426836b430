package rpc

import (
	"context"
	"errors"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/protoadapt"
	"google.golang.org/protobuf/types/known/durationpb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/fault"
)

// Domain is the domain of every ErrorInfo.
const Domain = "maecenas.v1"

// Status tells an error as a gRPC status with ErrorInfo and, for fields,
// BadRequest. A status passes as it is. An error that is neither becomes INTERNAL
// without a word of its own, for it may hold what callers must not see: the log
// has it.
func Status(err error) *status.Status {
	if err == nil {
		return nil
	}
	var own *fault.Error
	if errors.As(err, &own) {
		return statusOf(own)
	}
	if st, ok := status.FromError(err); ok {
		return st
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return statusOf(&fault.Error{
			Code: status.FromContextError(err).Code(), Reason: maecenasv1.ErrorReason_REQUEST_ENDED,
			Message: "the request ended before its work was done",
		})
	}
	return statusOf(&fault.Error{
		Code: codes.Internal, Reason: maecenasv1.ErrorReason_INTERNAL_FAULT,
		Message: "a fault of the server; its log has it under this request's id",
	})
}

func statusOf(e *fault.Error) *status.Status {
	details := []protoadapt.MessageV1{&errdetails.ErrorInfo{Reason: e.Reason.String(), Domain: Domain, Metadata: e.Metadata}}
	if len(e.Violations) > 0 {
		bad := &errdetails.BadRequest{}
		for _, violation := range e.Violations {
			bad.FieldViolations = append(bad.FieldViolations, &errdetails.BadRequest_FieldViolation{
				Field: violation.Field, Description: violation.Description, Reason: violation.Reason,
			})
		}
		details = append(details, bad)
	}
	if e.RetryAfter > 0 {
		details = append(details, &errdetails.RetryInfo{RetryDelay: durationpb.New(e.RetryAfter)})
	}
	st := status.New(e.Code, e.Message)
	if detailed, err := st.WithDetails(details...); err == nil {
		return detailed
	}
	return st
}
