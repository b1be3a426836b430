package gateway_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

func TestAnswersShowZeros(t *testing.T) {
	t.Parallel()
	f := start(t)
	got := f.call(t, "POST", "/v1:previewAssessment", "{}")
	var fields map[string]any
	if err := json.Unmarshal([]byte(got.text), &fields); err != nil || got.code != 200 {
		t.Fatalf("%d %s", got.code, got.text)
	}
	if flags, ok := fields["flags"].([]any); !ok || len(flags) != 0 {
		t.Errorf("flags %v", fields["flags"])
	}
	got = f.call(t, "POST", "/v1/investors/i/mandates/m:matchNeeds", "")
	if got.code != 200 || !strings.Contains(strings.ReplaceAll(got.text, " ", ""), `"score":0`) {
		t.Errorf("%d %s", got.code, got.text)
	}
	if got.header.Get("Maecenas-Revision") != "7" {
		t.Errorf("revision in %v", got.header)
	}
}

func TestMalformedBodies(t *testing.T) {
	t.Parallel()
	f := start(t)
	t.Cleanup(func() { // after all of them
		if f.last != nil {
			t.Errorf("a malformed request got through: %v", f.last)
		}
	})
	const create, preview = "/v1/organizations", "/v1:previewAssessment"
	for name, test := range map[string]struct {
		path, body string
		fields     []string
	}{
		"cut off":             {path: create, body: `{"displayName": "a"`, fields: []string{"organization"}},
		"no JSON":             {path: create, body: `hello`, fields: []string{"organization"}},
		"an array":            {path: create, body: `[]`, fields: []string{"organization"}},
		"null":                {path: create, body: `null`, fields: []string{"organization"}},
		"two values":          {path: create, body: `{} {}`, fields: []string{"organization"}},
		"unknown field":       {path: create, body: `{"displayName": "a", "colour": "red"}`, fields: []string{"organization.colour"}},
		"unknown enum":        {path: create, body: `{"legalForm": "PIRATES"}`, fields: []string{"organization.legalForm"}},
		"wrong type":          {path: create, body: `{"displayName": 3}`, fields: []string{"organization.displayName"}},
		"duplicate field":     {path: create, body: `{"displayName": "a", "displayName": "b"}`, fields: []string{"organization.displayName"}},
		"invalid UTF-8":       {path: create, body: "{\"displayName\": \"\xff\"}", fields: []string{"organization.displayName"}},
		"whole body":          {path: preview, body: `{"organisation": {}}`, fields: []string{"organisation"}},
		"in a list":           {path: preview, body: "{\"canvas\": {\n \"revenueStreams\": [{}, {\"stage\": \"é\", \"kind\": 1.5}]}}", fields: []string{"canvas.revenueStreams[1].stage"}},
		"unknown in a list":   {path: preview, body: `{"canvas": {"revenueStreams": [{"id": "a"}, {"id": "b", "nothing": {"a": [1]}}]}}`, fields: []string{"canvas.revenueStreams[1].nothing"}},
		"deep objects":        {path: preview, body: strings.Repeat(`{"canvas":`, 1000) + "{}" + strings.Repeat("}", 1000), fields: []string{"canvas.canvas"}},
		"deep arrays":         {path: preview, body: `{"canvas": {"revenueStreams": ` + strings.Repeat("[", 1000) + strings.Repeat("]", 1000) + "}}", fields: []string{"canvas.revenueStreams[0]"}},
		"a very large number": {path: preview, body: `{"organization": {"team": {"headcount": 1e400}}}`, fields: []string{"organization.team.headcount"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := f.call(t, "POST", test.path, test.body)
			wantError(t, got, 400, "INVALID_ARGUMENT", "REQUEST_MALFORMED", test.fields...)
			if strings.ContainsRune(got.text, '\u00a0') {
				t.Errorf("an odd space in %q", got.text)
			}
		})
	}
}

func zip(t *testing.T, text string) string {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestSizesAndEncodings(t *testing.T) {
	t.Parallel()
	f := start(t)
	const create = "/v1/organizations"
	body := func(n int) string { return `{"displayName": "` + strings.Repeat("x", n) + `"}` }
	if got := f.call(t, "POST", create, body(4<<20-100)); got.code != 200 {
		t.Errorf("nearly 4 MiB: %d %.200s", got.code, got.text)
	}
	if got := f.call(t, "POST", create, zip(t, body(10)), "Content-Encoding: gzip"); got.code != 200 || !strings.Contains(got.text, "xxxx") {
		t.Errorf("gzip: %d %s", got.code, got.text)
	}
	if got := f.call(t, "POST", create, body(10), "Content-Type: application/json; charset=UTF-8"); got.code != 200 {
		t.Errorf("charset: %d %s", got.code, got.text)
	}
	for _, size := range []int{5 << 20, 20_000_000} {
		wantError(t, f.call(t, "POST", create, body(size)), 413, "RESOURCE_EXHAUSTED", "REQUEST_TOO_LARGE")
	}
	wantError(t, f.call(t, "POST", create, zip(t, body(40<<20)), "Content-Encoding: gzip"), 413, "RESOURCE_EXHAUSTED", "REQUEST_TOO_LARGE")
	wantError(t, f.call(t, "POST", create, "{}", "Content-Encoding: gzip"), 400, "INVALID_ARGUMENT", "REQUEST_MALFORMED")
	whole := zip(t, body(1000))
	wantError(t, f.call(t, "POST", create, whole[:len(whole)-9], "Content-Encoding: gzip"), 400, "INVALID_ARGUMENT", "REQUEST_MALFORMED")
	wantError(t, f.call(t, "POST", create, "{}", "Content-Encoding: br"), 415, "INVALID_ARGUMENT", "REQUEST_MALFORMED")
	for _, media := range []string{"text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1", "nonsense; ="} {
		wantError(t, f.call(t, "POST", create, "{}", "Content-Type: "+media), 415, "INVALID_ARGUMENT", "REQUEST_MALFORMED")
	}
}

func TestQuery(t *testing.T) {
	t.Parallel()
	f := start(t)
	if got := f.call(t, "GET", "/v1/organizations?pageSize=3&page_token=x", ""); got.code != 200 {
		t.Fatalf("%d %s", got.code, got.text)
	}
	if diff := cmp.Diff("page_size:3 page_token:\"x\"", strings.ReplaceAll(f.last.(*maecenasv1.ListOrganizationsRequest).String(), "  ", " ")); diff != "" {
		t.Error(diff)
	}
	for path, fields := range map[string][]string{
		"/v1/organizations?pageSize=many":                      {"pageSize"},
		"/v1/organizations?pageSize=1&pageSize=2":              {"pageSize"},
		"/v1/organizations?pageSise=1&xyz=2":                   {"pageSise", "xyz"},
		"/v1/organizations/a?name=organizations/b":             {"name"},
		"/v1/organizations/a?minRevision=99999999999999999999": {"minRevision"},
		"/v1/organizations?pageSize[a]=1":                      {"pageSize[a]"},
	} {
		wantError(t, f.call(t, "GET", path, ""), 400, "INVALID_ARGUMENT", "REQUEST_MALFORMED", fields...)
	}
	wantError(t, f.call(t, "POST", "/v1/organizations?organization.displayName=x", "{}"), 400, "INVALID_ARGUMENT", "REQUEST_MALFORMED", "organization.displayName")
	wantError(t, f.call(t, "POST", "/v1:previewAssessment?assessDate=2026-01-01", "{}"), 400, "INVALID_ARGUMENT", "REQUEST_MALFORMED", "assessDate")
	for _, path := range []string{"/v1/organizations/%ff", "/v1/organizations?pageToken=%ff", "/v1/organizations?pageToken=%zz"} {
		wantError(t, f.call(t, "GET", path, ""), 400, "INVALID_ARGUMENT", "REQUEST_MALFORMED")
	}
}

func TestUpdateMask(t *testing.T) {
	t.Parallel()
	f := start(t)
	for path, want := range map[string][]string{
		"/v1/organizations/a": {"display_name", "financials.currency_code", "languages"},
		"/v1/organizations/a?updateMask=displayName,financials.currencyCode": {"display_name", "financials.currency_code"},
		"/v1/organizations/a?update_mask=display_name":                       {"display_name"},
		"/v1/organizations/a?updateMask=*":                                   {"*"},
		"/v1/organizations/a?updateMask=nothing.of.this":                     {"nothing.of.this"},
	} {
		got := f.call(t, "PATCH", path, `{"displayName": "x", "financials": {"currencyCode": "EUR"}, "languages": ["it"]}`)
		if got.code != 200 {
			t.Fatalf("%s: %d %s", path, got.code, got.text)
		}
		request := f.last.(*maecenasv1.UpdateOrganizationRequest)
		if diff := cmp.Diff(want, request.GetUpdateMask().GetPaths()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
		if request.GetOrganization().GetName() != "organizations/a" {
			t.Errorf("name %q", request.GetOrganization().GetName())
		}
	}
	if got := f.call(t, "PATCH", "/v1/organizations/a", ""); got.code != 200 {
		t.Errorf("no body: %d %s", got.code, got.text)
	}
	wantError(t, f.call(t, "PATCH", "/v1/organizations/a", `{"team": {"x": 1}}`), 400, "INVALID_ARGUMENT", "REQUEST_MALFORMED", "organization.team.x")
}
