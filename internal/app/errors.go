package app

import (
	"fmt"
	"time"

	"google.golang.org/grpc/codes"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/resource"
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

func notFound(name string) *Error {
	return &Error{
		Code: codes.NotFound, Reason: maecenasv1.ErrorReason_RESOURCE_NOT_FOUND,
		Message:  fmt.Sprintf("there is no %s", name),
		Metadata: map[string]string{"resource": name},
	}
}

func parentNotFound(name string) *Error {
	return &Error{
		Code: codes.NotFound, Reason: maecenasv1.ErrorReason_PARENT_NOT_FOUND,
		Message:  fmt.Sprintf("there is no %s to put it under", name),
		Metadata: map[string]string{"resource": name},
	}
}

func referenceNotFound(field, name string) *Error {
	return &Error{
		Code: codes.InvalidArgument, Reason: maecenasv1.ErrorReason_REFERENCE_NOT_FOUND,
		Message:    fmt.Sprintf("%s: there is no %s", field, name),
		Metadata:   map[string]string{"resource": name},
		Violations: []Violation{{Field: field, Description: "there is no " + name, Reason: "reference"}},
	}
}

func exists(name string) *Error {
	return &Error{
		Code: codes.AlreadyExists, Reason: maecenasv1.ErrorReason_RESOURCE_EXISTS,
		Message:  fmt.Sprintf("there is %s already", name),
		Metadata: map[string]string{"resource": name},
	}
}

func staleEtag(name, current string) *Error {
	return &Error{
		Code: codes.Aborted, Reason: maecenasv1.ErrorReason_ETAG_STALE,
		Message:  fmt.Sprintf("%s was written since you read it: read it again, merge, and write with its etag", name),
		Metadata: map[string]string{"resource": name, "etag": current},
	}
}

// checkName answers FIELD_INVALID where name is not one resource of the pattern.
func checkName(field, pattern, name string) error {
	if resource.Valid(pattern, name) {
		return nil
	}
	return Invalid(Violation{
		Field: field, Reason: "resource_name",
		Description: fmt.Sprintf("must be a resource name like %s", pattern),
	})
}

// checkDate answers FIELD_INVALID where a date is stated that is none.
func checkDate(field, date string) error {
	if date == "" {
		return nil
	}
	if _, err := time.Parse(time.DateOnly, date); err != nil {
		return Invalid(Violation{Field: field, Reason: "string.date", Description: "must be a day of the calendar as YYYY-MM-DD"})
	}
	return nil
}
