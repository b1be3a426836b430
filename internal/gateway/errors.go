package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/genproto/googleapis/rpc/code"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/protoadapt"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// failure is an error answer.
type failure struct {
	status *status.Status
	// http is the HTTP status; 0: that of the code and the reason.
	http int
	// allow are the HTTP methods that the path has, for a 405.
	allow []string
	// cause is for the log.
	cause error
}

func newFailure(httpCode int, c codes.Code, reason maecenasv1.ErrorReason, message string, details ...protoadapt.MessageV1) failure {
	info := &errdetails.ErrorInfo{
		Reason: reason.String(),
		Domain: string(maecenasv1.File_maecenas_v1_error_reason_proto.Package()),
	}
	st := status.New(c, message)
	if detailed, err := st.WithDetails(append([]protoadapt.MessageV1{info}, details...)...); err == nil {
		st = detailed
	}
	return failure{status: st, http: httpCode}
}

// malformed is a request that is none, because of a field where that is known.
func malformed(message, field, description string) failure {
	var details []protoadapt.MessageV1
	if field != "" {
		details = append(details, &errdetails.BadRequest{FieldViolations: []*errdetails.BadRequest_FieldViolation{
			{Field: field, Description: description, Reason: "malformed"},
		}})
	}
	return newFailure(0, codes.InvalidArgument, maecenasv1.ErrorReason_REQUEST_MALFORMED, message, details...)
}

func bodyTooLarge(limit int64) failure {
	advice := "send less at a time"
	if limit < MaxBodyBytes {
		advice = "send credentials to be allowed more"
	}
	return newFailure(0, codes.ResourceExhausted, maecenasv1.ErrorReason_REQUEST_TOO_LARGE,
		fmt.Sprintf("the body is larger than %d KiB once unpacked: %s", limit>>10, advice))
}

func unsupportedMedia(message string) failure {
	return newFailure(http.StatusUnsupportedMediaType, codes.InvalidArgument, maecenasv1.ErrorReason_REQUEST_MALFORMED, message)
}

func pathNotFound() failure {
	return newFailure(0, codes.NotFound, maecenasv1.ErrorReason_METHOD_NOT_FOUND,
		"there is nothing at this path: /docs shows what there is")
}

func methodNotAllowed(method string, allow []string) failure {
	slices.Sort(allow)
	f := newFailure(http.StatusMethodNotAllowed, codes.Unimplemented, maecenasv1.ErrorReason_METHOD_NOT_FOUND,
		fmt.Sprintf("this path has no %.20q: it has %s", method, strings.Join(allow, ", ")))
	f.allow = allow
	return f
}

func unauthenticated() failure {
	return newFailure(0, codes.Unauthenticated, maecenasv1.ErrorReason_UNAUTHENTICATED,
		"this needs credentials: sign in, or send Authorization: Bearer KEY")
}

func foreignHost() failure {
	return newFailure(0, codes.PermissionDenied, maecenasv1.ErrorReason_PERMISSION_DENIED,
		"the Host header is no loopback name: call the server as localhost, 127.0.0.1 or [::1]")
}

func foreignOrigin() failure {
	return newFailure(0, codes.PermissionDenied, maecenasv1.ErrorReason_CROSS_SITE_REQUEST,
		"a page of another site may not write here")
}

func notReady(cause error) failure {
	f := newFailure(0, codes.Unavailable, maecenasv1.ErrorReason_SERVER_NOT_READY,
		"the server is starting or stopping: try again later")
	f.cause = cause
	return f
}

func internalFault(cause error) failure {
	f := newFailure(0, codes.Internal, maecenasv1.ErrorReason_INTERNAL_FAULT,
		"the server failed; its log has the reason under this request's id")
	f.cause = cause
	return f
}

// answer is the JSON of an error, as AIP-193 has it.
type answer struct {
	Error struct {
		Code    int               `json:"code"`
		Message string            `json:"message"`
		Status  string            `json:"status"`
		Details []json.RawMessage `json:"details,omitempty"`
	} `json:"error"`
}

// fail answers with a failure.
func (g *gateway) fail(w http.ResponseWriter, r *http.Request, f failure) {
	reason := reasonOf(f.status)
	e := exchangeOf(r.Context())
	e.reason, e.cause = reason, f.cause
	if f.http == 0 {
		f.http = httpStatus(f.status.Code(), reason)
	}
	var body answer
	body.Error.Code = f.http
	body.Error.Message = f.status.Message()
	body.Error.Status = code.Code(f.status.Code()).String()
	for _, detail := range f.status.Proto().GetDetails() {
		// A detail of a type that is not linked in says nothing to anybody.
		if text, err := protojson.Marshal(detail); err == nil {
			body.Error.Details = append(body.Error.Details, text)
		}
	}
	text, err := json.Marshal(body)
	if err != nil { // a message that is not UTF-8 is repaired, so this is out of reach
		text = []byte(`{"error":{"code":500,"status":"INTERNAL"}}`)
	}
	header := w.Header()
	header.Set("Content-Type", "application/json")
	if len(f.allow) > 0 {
		header.Set("Allow", strings.Join(f.allow, ", "))
	}
	if wait := retryAfter(f.status); wait > 0 {
		header.Set("Retry-After", strconv.FormatInt(wait, 10))
	}
	if f.status.Code() == codes.Unauthenticated {
		header.Set("WWW-Authenticate", `Bearer realm="maecenas"`)
	}
	w.WriteHeader(f.http)
	_, _ = w.Write(append(text, '\n')) // the caller hung up
}

// httpStatus maps a code as AIP-193 does, but for two reasons that HTTP has a
// better word for.
func httpStatus(c codes.Code, reason string) int {
	switch reason {
	case maecenasv1.ErrorReason_REQUEST_TOO_LARGE.String(), maecenasv1.ErrorReason_RECORD_TOO_LARGE.String():
		return http.StatusRequestEntityTooLarge
	case maecenasv1.ErrorReason_STORE_FULL.String():
		return http.StatusInsufficientStorage
	}
	return runtime.HTTPStatusFromCode(c)
}

// retryAfter returns how many seconds to wait before the next try; 0 where the
// server does not say.
func retryAfter(st *status.Status) int64 {
	for _, detail := range st.Details() {
		if info, ok := detail.(*errdetails.RetryInfo); ok {
			return int64(math.Ceil(info.GetRetryDelay().AsDuration().Seconds()))
		}
	}
	return 0
}

func reasonOf(st *status.Status) string {
	for _, detail := range st.Details() {
		if info, ok := detail.(*errdetails.ErrorInfo); ok {
			return info.GetReason()
		}
	}
	return ""
}

// handleError answers what a call came to. What has no reason did not come from
// the server: the generated code could not make a request of what was sent, or
// the connection failed.
func (g *gateway) handleError(ctx context.Context, _ *runtime.ServeMux, _ runtime.Marshaler, w http.ResponseWriter, r *http.Request, err error) {
	forwardHeaders(ctx, w)
	var withStatus *runtime.HTTPStatusError
	if errors.As(err, &withStatus) {
		err = withStatus.Err
	}
	st, ok := status.FromError(err)
	switch {
	case ok && reasonOf(st) != "":
		g.fail(w, r, failure{status: st})
	case !ok:
		g.fail(w, r, malformed("the path is not valid: "+err.Error(), "", ""))
	default:
		g.fail(w, r, diagnose(exchangeOf(r.Context()), r, st)) //nolint:contextcheck // the parser of queries takes none
	}
}

// handleRoutingError answers where the path or its method has no handler.
func (g *gateway) handleRoutingError(_ context.Context, _ *runtime.ServeMux, _ runtime.Marshaler, w http.ResponseWriter, r *http.Request, code int) {
	if allow := allowed(r.URL.Path); code == http.StatusMethodNotAllowed && len(allow) > 0 {
		g.fail(w, r, methodNotAllowed(r.Method, allow))
		return
	}
	g.fail(w, r, pathNotFound())
}
