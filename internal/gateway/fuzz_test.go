package gateway_test

import (
	"encoding/json"
	"testing"
)

// FuzzBody sends anything as a body: the answer is an assessment, or an error
// that says in which field the body is wrong.
func FuzzBody(f *testing.F) {
	for _, seed := range []string{
		"", "{}", "[]", `{"organization": {"displayName": "a"}}`, `{"canvas": {"revenueStreams": [{"id": 1}]}}`,
		"{\"a\":\xff}", `{"organization": {"displayName": "\ud800"}}`, "{\n\"canvas\":\n[", `{"a": 1} x`, `{"assessDate": 1e999}`,
	} {
		f.Add([]byte(seed))
	}
	server := start(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		got := server.call(t, "POST", "/v1:previewAssessment", string(body))
		if got.code != 200 && got.code != 400 {
			t.Fatalf("%d %s", got.code, got.text)
		}
		if !json.Valid([]byte(got.text)) {
			t.Fatalf("no JSON: %q", got.text)
		}
	})
}
