package cli

import (
	"errors"
	"strings"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/maecenas-cci/maecenas/internal/app"
)

// explain tells an error of the use cases with every field that is wrong.
func explain(err error) error {
	var own *app.Error
	if !errors.As(err, &own) || len(own.Violations) < 2 {
		return err
	}
	lines := make([]string, len(own.Violations))
	for i, violation := range own.Violations {
		lines[i] = violation.Field + ": " + violation.Description
	}
	return errors.New(strings.Join(lines, "\n"))
}

// remote tells an error of a server in its words, without those of the library.
func remote(err error) error {
	st, ok := status.FromError(err)
	if !ok || err == nil {
		return err
	}
	if st.Code() == codes.Unavailable {
		_, reason, _ := strings.Cut(st.Message(), "Error while dialing: ")
		return errors.New(strings.TrimRight("the server does not answer: "+strings.Trim(reason, `"`), ": "))
	}
	lines := []string{st.Message()}
	for _, detail := range st.Details() {
		bad, ok := detail.(*errdetails.BadRequest)
		if !ok || len(bad.GetFieldViolations()) < 2 {
			continue
		}
		lines = lines[:0]
		for _, violation := range bad.GetFieldViolations() {
			lines = append(lines, violation.GetField()+": "+violation.GetDescription())
		}
	}
	return errors.New(strings.Join(lines, "\n"))
}

// plain is an error of protojson without its prefix, which varies between builds.
func plain(err error) string {
	text := strings.ReplaceAll(err.Error(), "\u00a0", " ")
	return strings.TrimPrefix(text, "proto: ")
}
