// Package fault is what a use case answers when it does not do what was asked:
// one type of error with a stable reason, and the constructors of those that
// several use cases share.
package fault

import (
	"context"
	"errors"
	"fmt"
	"time"

	"google.golang.org/grpc/codes"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/resource"
	"github.com/maecenas-cci/maecenas/internal/store"
	"github.com/maecenas-cci/maecenas/internal/validate"
)

// Error is what every use case answers when it does not do what was asked. Its
// text is for people and shows nothing of the inside; programs go by Reason.
type Error struct {
	// Code is the canonical code.
	Code codes.Code
	// Reason is the stable reason, documented in the schema.
	Reason maecenasv1.ErrorReason
	// Message says what was wrong, where, and what to do.
	Message string
	// Metadata has values that programs need, such as the current etag.
	Metadata map[string]string
	// Violations name the fields that are wrong.
	Violations []Violation
	// RetryAfter is how long to wait before the next try; 0: that does not help, or
	// nobody knows.
	RetryAfter time.Duration
	// Cause is for the log only.
	Cause error
}

// Violation is one field that is wrong.
type Violation = validate.Violation

// Error returns the text for people.
func (e *Error) Error() string { return e.Message }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Invalid is the answer to a request whose fields are not valid.
func Invalid(violations ...Violation) *Error {
	message := "the request has a field that is not valid"
	if len(violations) > 0 {
		message = fmt.Sprintf("%s: %s", violations[0].Field, violations[0].Description)
	}
	if n := len(violations); n > 1 {
		message = fmt.Sprintf("%s (and %d more)", message, n-1)
	}
	return &Error{
		Code: codes.InvalidArgument, Reason: maecenasv1.ErrorReason_FIELD_INVALID,
		Message: message, Violations: violations,
	}
}

// NotFound is the answer where there is no such resource, or the caller may not know of it.
func NotFound(name string) *Error {
	return &Error{
		Code: codes.NotFound, Reason: maecenasv1.ErrorReason_RESOURCE_NOT_FOUND,
		Message:  fmt.Sprintf("there is no %s", name),
		Metadata: map[string]string{"resource": name},
	}
}

// Denied is the answer to a caller who may not do what was asked to an object that
// it may know; message says what it takes.
func Denied(message string) *Error {
	return &Error{Code: codes.PermissionDenied, Reason: maecenasv1.ErrorReason_PERMISSION_DENIED, Message: message}
}

// ParentNotFound is the answer where there is nothing to put a resource under.
func ParentNotFound(name string) *Error {
	return &Error{
		Code: codes.NotFound, Reason: maecenasv1.ErrorReason_PARENT_NOT_FOUND,
		Message:  fmt.Sprintf("there is no %s to put it under", name),
		Metadata: map[string]string{"resource": name},
	}
}

// ReferenceNotFound is the answer to a field that names what does not exist.
func ReferenceNotFound(field, name string) *Error {
	return &Error{
		Code: codes.InvalidArgument, Reason: maecenasv1.ErrorReason_REFERENCE_NOT_FOUND,
		Message:    fmt.Sprintf("%s: there is no %s", field, name),
		Metadata:   map[string]string{"resource": name},
		Violations: []Violation{{Field: field, Description: "there is no " + name, Reason: "reference"}},
	}
}

// Exists is the answer where there is one of that name already.
func Exists(name string) *Error {
	return &Error{
		Code: codes.AlreadyExists, Reason: maecenasv1.ErrorReason_RESOURCE_EXISTS,
		Message:  fmt.Sprintf("there is %s already", name),
		Metadata: map[string]string{"resource": name},
	}
}

// StaleEtag is the answer to an etag that is not the current one.
func StaleEtag(name, current string) *Error {
	return &Error{
		Code: codes.Aborted, Reason: maecenasv1.ErrorReason_ETAG_STALE,
		Message:  fmt.Sprintf("%s was written since you read it: read it again, merge, and write with its etag", name),
		Metadata: map[string]string{"resource": name, "etag": current},
	}
}

// CheckName answers FIELD_INVALID where name is not one resource of the pattern.
func CheckName(field, pattern, name string) error {
	if resource.Valid(pattern, name) {
		return nil
	}
	return Invalid(Violation{
		Field: field, Reason: "resource_name",
		Description: fmt.Sprintf("must be a resource name like %s", pattern),
	})
}

// CheckDate answers FIELD_INVALID where a date is stated that is none.
func CheckDate(field, date string) error {
	if date == "" {
		return nil
	}
	if _, err := time.Parse(time.DateOnly, date); err != nil {
		return Invalid(Violation{Field: field, Reason: "string.date", Description: "must be a day of the calendar as YYYY-MM-DD"})
	}
	return nil
}

// OfFilter is the answer to a filter that cannot be read, for the reason that err tells.
func OfFilter(err error) *Error {
	return &Error{
		Code: codes.InvalidArgument, Reason: maecenasv1.ErrorReason_FILTER_INVALID,
		Message:    "filter: " + err.Error(),
		Violations: []Violation{{Field: "filter", Description: err.Error(), Reason: "filter"}},
		Cause:      err,
	}
}

// OfOrder is the answer to an order that cannot be read, for the reason that err tells.
func OfOrder(err error) *Error {
	return &Error{
		Code: codes.InvalidArgument, Reason: maecenasv1.ErrorReason_ORDER_INVALID,
		Message:    "orderBy: " + err.Error(),
		Violations: []Violation{{Field: "orderBy", Description: err.Error(), Reason: "order"}},
		Cause:      err,
	}
}

// Ended is the answer to a caller whose time is up or who has gone.
func Ended(cause error) *Error {
	code := codes.DeadlineExceeded
	if errors.Is(cause, context.Canceled) {
		code = codes.Canceled
	}
	return &Error{
		Code: code, Reason: maecenasv1.ErrorReason_REQUEST_ENDED,
		Message: "the request ended before its work was done", Cause: cause,
	}
}

// OfStore tells a store's errors in the words of the API. An Error passes as it is.
func OfStore(err error) error {
	var own *Error
	var taken *store.ExternalIDTakenError
	switch {
	case err == nil || errors.As(err, &own):
		return err
	case errors.As(err, &taken):
		e := Exists(taken.Holder)
		e.Message = fmt.Sprintf("%s carries the external id %s of %s already", taken.Holder, validate.Printable(taken.ID), taken.System)
		e.Cause = err
		return e
	case errors.Is(err, store.ErrRecordTooLarge):
		return &Error{
			Code: codes.ResourceExhausted, Reason: maecenasv1.ErrorReason_RECORD_TOO_LARGE,
			Message: fmt.Sprintf("the record is larger than %d bytes: shorten its texts", store.MaxRecordBytes), Cause: err,
		}
	case errors.Is(err, store.ErrFull):
		return &Error{
			Code: codes.ResourceExhausted, Reason: maecenasv1.ErrorReason_STORE_FULL,
			Message: "there is no space left in the store; nothing was written", Cause: err,
		}
	case errors.Is(err, store.ErrDamaged):
		return &Error{
			Code: codes.DataLoss, Reason: maecenasv1.ErrorReason_RECORD_DAMAGED,
			Message: "a stored record does not pass its check; run maecenas check", Cause: err,
		}
	case errors.Is(err, store.ErrClosed):
		return &Error{
			Code: codes.Unavailable, Reason: maecenasv1.ErrorReason_SERVER_NOT_READY,
			Message: "the server is stopping: try again later", Cause: err,
		}
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return Ended(err)
	default:
		return err
	}
}

// Optional takes a missing record for an empty one: it may have been deleted
// between the ranking and its reading.
func Optional(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}
