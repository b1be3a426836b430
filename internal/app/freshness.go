package app

import (
	"context"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/maecenas-cci/maecenas/internal/fault"
)

// Confirmation says that a record is right as it stands.
type Confirmation struct {
	// Name is the record's resource name.
	Name string
	// Etag is the etag that was read; empty: whatever it is.
	Etag string
	// ReviewDueDate is the day it is to be looked through again, YYYY-MM-DD; empty: a
	// year from today.
	ReviewDueDate string
	// Intent is how it is meant.
	Intent Intent
}

// Reviewed is a resource that is confirmed from time to time.
type Reviewed interface {
	Resource
	GetVerifiedTime() *timestamppb.Timestamp
	GetReviewDueDate() string
}

// Confirm sets the time that a record was last confirmed and the day it is to be
// looked through again, and nothing else; it returns the record with the revision
// that was committed. RESOURCE_NOT_FOUND, FIELD_INVALID and ETAG_STALE say what
// hinders it.
func Confirm[T Reviewed](ctx context.Context, c *Collection[T], confirmation Confirmation) (T, int64, error) {
	var none, rec T
	if err := c.kind.checkName("name", confirmation.Name); err != nil {
		return none, 0, err
	}
	if err := fault.CheckDate("reviewDueDate", confirmation.ReviewDueDate); err != nil {
		return none, 0, err
	}
	if due := confirmation.ReviewDueDate; due != "" && due <= c.app.Today() {
		return none, 0, fault.Invalid(fault.Violation{
			Field: "reviewDueDate", Reason: "range", Description: "must be a day after today: " + c.app.Today(),
		})
	}
	_, replayed, revision, err := c.app.once(ctx, confirmation.Intent, func(t *tx) (string, error) {
		old, err := c.load(t, confirmation.Name)
		if err != nil {
			return "", err
		}
		if err := checkEtag(confirmation.Etag, old); err != nil {
			return "", err
		}
		due := confirmation.ReviewDueDate
		if due == "" {
			due = t.now.AddDate(1, 0, 0).Format(time.DateOnly)
		}
		rec = proto.CloneOf(old)
		message := rec.ProtoReflect()
		setField(message, "verified_time", protoreflect.ValueOfMessage(timestamppb.New(t.now).ProtoReflect()))
		setField(message, "review_due_date", protoreflect.ValueOfString(due))
		return confirmation.Name, t.put(rec, old.GetCreateTime())
	})
	if err != nil {
		return none, 0, err
	}
	if replayed {
		rec, _, err = c.Get(ctx, confirmation.Name, 0)
	}
	return rec, revision, err
}
