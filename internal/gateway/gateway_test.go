package gateway_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"
)

func TestPathsAndMethods(t *testing.T) {
	t.Parallel()
	f := start(t)
	for _, path := range []string{"/v1/nothing", "/v2/organizations", "/nothing", "/v1/", "/v1/organizations/a/b/c/d", "/v1:nothing"} {
		wantError(t, f.call(t, "GET", path, ""), 404, "NOT_FOUND", "METHOD_NOT_FOUND")
	}
	for request, allow := range map[string]string{
		"PUT /v1/organizations/a":       "DELETE, GET, HEAD, PATCH",
		"DELETE /v1/organizations":      "GET, HEAD, POST",
		"GET /v1:previewAssessment":     "POST",
		"OPTIONS /v1:previewAssessment": "POST",
		"POST /healthz":                 "GET, HEAD",
		"POST /v1/organizations/a":      "DELETE, GET, HEAD, PATCH",
	} {
		method, path, _ := strings.Cut(request, " ")
		got := f.call(t, method, path, "")
		wantError(t, got, 405, "UNIMPLEMENTED", "METHOD_NOT_FOUND")
		if got.header.Get("Allow") != allow {
			t.Errorf("%s: Allow %q, want %q", request, got.header.Get("Allow"), allow)
		}
	}
	// No way to make a request another one.
	wantError(t, f.call(t, "POST", "/v1/organizations/a", "", "X-HTTP-Method-Override: GET", "Content-Type: application/x-www-form-urlencoded"),
		405, "UNIMPLEMENTED", "METHOD_NOT_FOUND")
	if got := f.call(t, "HEAD", "/v1/organizations/a", ""); got.code != 200 || got.text != "" {
		t.Errorf("HEAD: %d %q", got.code, got.text)
	}
}

func TestErrorsOfTheServer(t *testing.T) {
	t.Parallel()
	f := start(t)
	f.err = errors.New("secret")
	got := f.call(t, "GET", "/v1/organizations/a", "")
	wantError(t, got, 500, "INTERNAL", "INTERNAL_FAULT")
	if strings.Contains(got.text, "secret") {
		t.Error(got.text)
	}
	limited, err := status.New(codes.ResourceExhausted, "too often").WithDetails(
		&errdetails.ErrorInfo{Reason: "RATE_LIMITED", Domain: "maecenas.v1"},
		&errdetails.RetryInfo{RetryDelay: durationpb.New(1500 * time.Millisecond)})
	if err != nil {
		t.Fatal(err)
	}
	f.err = limited.Err()
	got = f.call(t, "GET", "/v1/organizations/a", "")
	wantError(t, got, 429, "RESOURCE_EXHAUSTED", "RATE_LIMITED")
	if got.header.Get("Retry-After") != "2" {
		t.Errorf("Retry-After %q", got.header.Get("Retry-After"))
	}
	f.err = status.Error(codes.NotFound, "bare")
	wantError(t, f.call(t, "GET", "/v1/organizations/a", ""), 500, "INTERNAL", "INTERNAL_FAULT")
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	f := start(t)
	got := f.call(t, "GET", "/v1/organizations/a", "", "X-Request-Id: mine", "Authorization: Bearer k", "Grpc-Metadata-X: y",
		"Grpc-Timeout: 1n", "X-Forwarded-For: 10.0.0.1", "X-Forwarded-Host: other", "Cookie: a=b", "Te: trailers",
		"Maecenas-Session: forged", "Maecenas-Caller-Address: 10.0.0.1")
	if got.code != 200 || got.header.Get("X-Request-Id") != "mine" {
		t.Fatalf("%d %v", got.code, got.header)
	}
	var keys []string
	for key := range f.metadata {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	want := []string{":authority", "authorization", "content-type", "grpc-accept-encoding", "maecenas-caller-address", "user-agent", "x-forwarded-for", "x-forwarded-host", "x-request-id"}
	if diff := cmp.Diff(want, keys); diff != "" {
		t.Errorf("metadata (-want +got):\n%s", diff)
	}
	if md := f.metadata; md.Get("x-forwarded-for")[0] != "127.0.0.1" || md.Get("maecenas-caller-address")[0] != "127.0.0.1" || md.Get("x-request-id")[0] != "mine" || md.Get("authorization")[0] != "Bearer k" {
		t.Errorf("%v", md)
	}
	for name, value := range map[string]string{
		"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer", "Access-Control-Allow-Origin": "",
		"Maecenas-Revision": "7", "Grpc-Trailer-Maecenas-Revision": "", "Trailer": "",
	} {
		if got.header.Get(name) != value {
			t.Errorf("%s: %q, want %q", name, got.header.Get(name), value)
		}
	}
	if !strings.Contains(got.header.Get("Content-Security-Policy"), "default-src 'none'") {
		t.Error(got.header)
	}
}

func TestForeignPages(t *testing.T) {
	t.Parallel()
	f := start(t)
	for _, host := range []string{"evil.example", "192.168.1.1:8080", "127.0.0.1.evil.example", "", "localhost.evil.example"} {
		if host == "" {
			continue // net/http's client does not send an empty one
		}
		wantError(t, f.call(t, "GET", "/v1/organizations", "", "Host: "+host), 403, "PERMISSION_DENIED", "PERMISSION_DENIED")
	}
	for _, host := range []string{"localhost", "localhost:8080", "LOCALHOST.", "[::1]:1", "127.1.2.3"} {
		if got := f.call(t, "GET", "/v1/organizations", "", "Host: "+host); got.code != 200 {
			t.Errorf("%s: %d %s", host, got.code, got.text)
		}
	}
	wantError(t, f.call(t, "POST", "/v1/organizations", "{}", "Origin: https://evil.example"), 403, "PERMISSION_DENIED", "CROSS_SITE_REQUEST")
	wantError(t, f.call(t, "POST", "/v1/organizations", "", "Sec-Fetch-Site: cross-site"), 403, "PERMISSION_DENIED", "CROSS_SITE_REQUEST")
	if got := f.call(t, "POST", "/v1/organizations", "{}", "Origin: "+f.url); got.code != 200 {
		t.Errorf("own origin: %d %s", got.code, got.text)
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	f := start(t)
	for path, media := range map[string]string{
		"/healthz": "text/plain; charset=utf-8", "/readyz": "text/plain; charset=utf-8",
		"/openapi.json": "application/json", "/docs": "text/html; charset=utf-8", "/docs.css": "text/css; charset=utf-8",
	} {
		if got := f.call(t, "GET", path, ""); got.code != 200 || got.header.Get("Content-Type") != media || got.text == "" {
			t.Errorf("%s: %d %v", path, got.code, got.header)
		}
	}
	if got := f.call(t, "GET", "/", ""); got.code != 302 || got.header.Get("Location") != "/docs" {
		t.Errorf("/: %d %v", got.code, got.header)
	}
	docs := f.call(t, "GET", "/docs", "").text
	for _, part := range []string{"MatchService", `href="#Organization"`, "displayName", "/v1:previewAssessment"} {
		if !strings.Contains(docs, part) {
			t.Errorf("the page has no %s", part)
		}
	}
	for _, foreign := range []string{"http://", "https://", "<script", "style="} {
		if strings.Contains(docs, foreign) {
			t.Errorf("the page has %s", foreign)
		}
	}
	f.ready = errors.New("secret")
	got := f.call(t, "GET", "/readyz", "")
	wantError(t, got, 503, "UNAVAILABLE", "SERVER_NOT_READY")
	if strings.Contains(got.text, "secret") {
		t.Error(got.text)
	}
}
