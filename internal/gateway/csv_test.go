package gateway_test

import (
	"strings"
	"testing"
)

func TestRankingsAsTables(t *testing.T) {
	t.Parallel()
	f := start(t)
	const path = "/v1/investors/a-a/mandates/b-b:matchNeeds"
	for accept, table := range map[string]bool{
		"text/csv":                               true,
		"text/csv; charset=utf-8":                true,
		"Text/CSV, */*;q=0.8":                    true,
		"text/csv, */*":                          true,
		"text/csv, application/json":             true,
		"application/json, text/csv":             false,
		"application/json;q=0.5, text/csv":       true,
		"text/csv;q=0.5, application/json":       false,
		"text/csv;q=0":                           false,
		"text/csv;q=0.1, application/*":          false,
		"text/html":                              false,
		"":                                       false,
		"*/*":                                    false,
		"text/csv;q=NaN, application/json;q=NaN": false,
		";;;,text/csv;;":                         false,
	} {
		got := f.call(t, "POST", path, "{}", "Accept: "+accept)
		if isTable := strings.HasPrefix(got.text, "rank,need,"); got.code != 200 || isTable != table {
			t.Errorf("Accept %q: %d %.40q", accept, got.code, got.text)
		}
		kind := "application/json"
		if table {
			kind = "text/csv; charset=utf-8"
		}
		if got.header.Get("Content-Type") != kind || got.header.Get("Vary") != "Accept" || got.header.Get("Maecenas-Revision") != "7" ||
			(got.header.Get("Content-Disposition") != "") != table {
			t.Errorf("Accept %q: %v", accept, got.header)
		}
	}
	if got := f.call(t, "GET", "/v1/organizations/a", "", "Accept: text/csv"); got.header.Get("Content-Type") != "application/json" || got.text[0] != '{' {
		t.Errorf("an organization: %v %q", got.header, got.text)
	}
	wantError(t, f.call(t, "POST", path, "{", "Accept: text/csv"), 400, "INVALID_ARGUMENT", "REQUEST_MALFORMED")
	wantError(t, f.call(t, "POST", path, "rank,need", "Accept: text/csv", "Content-Type: text/csv"), 415, "INVALID_ARGUMENT", "REQUEST_MALFORMED")
}
