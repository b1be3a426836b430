package testserver_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/maecenas-cci/maecenas/internal/testserver"
	"github.com/maecenas-cci/maecenas/testdata/demo"
)

// body is the answer to a request, as its bytes are.
func body(t *testing.T, s *testserver.Server, method, path, content string) []byte {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d %s %v", path, response.StatusCode, answer, err)
	}
	return answer
}

var pageToken = regexp.MustCompile(`"nextPageToken": *"[^"]*"`)

// TestSameAnswer: the same question at the same revision has the same answer, byte for
// byte; also by another server on the same data, but for the page token, whose key is
// the process's.
func TestSameAnswer(t *testing.T) {
	t.Parallel()
	one, other := withDemo(t, testserver.Options{}), withDemo(t, testserver.Options{})
	const need = "organizations/calesse-animazione/needs/second-season"
	day := `"asOfDate": "` + demo.Day + `"`
	for _, ask := range []struct{ method, path, content string }{
		{"POST", "/v1/" + tunedMandate + ":matchNeeds", `{"pageSize": 5, ` + day + `}`},
		{"POST", "/v1/" + tunedMandate + ":matchNeeds", `{"robustness": true, "pageSize": 3, "weights": {"TEAM": 3, "PLACE": 1}, ` + day + `}`},
		{"POST", "/v1/" + tunedMandate + ":matchNeeds", `{"nearMisses": "ONLY", ` + day + `}`},
		{"POST", "/v1/" + need + ":matchMandates", `{"pageSize": 2, "robustness": true, ` + day + `}`},
		{"POST", "/v1/" + need + ":proposeFinancingMix", `{` + day + `}`},
		{"POST", "/v1:explainMatch", fmt.Sprintf(`{"need": %q, "mandate": %q, "improvements": true, "robustness": true, %s}`, need, tunedMandate, day)},
		{"POST", "/v1:compareMatches", fmt.Sprintf(`{"need": %q, "mandates": [%q, "investors/fondo-radici/mandates/patient-roots"], %s}`, need, tunedMandate, day)},
		{"GET", "/v1/reports/exposure?asOfDate=" + demo.Day, ""},
		{"GET", "/v1/organizations/calesse-animazione/assessments/current", ""},
		{"GET", "/v1/organizations?pageSize=3&orderBy=founded_date", ""},
		{"GET", "/v1/rankingPolicy", ""},
		{"GET", "/v1/rubric", ""},
	} {
		first := body(t, one, ask.method, ask.path, ask.content)
		for range 3 {
			if again := body(t, one, ask.method, ask.path, ask.content); !bytes.Equal(first, again) {
				t.Errorf("%s %s, asked again, is answered otherwise", ask.path, ask.content)
			}
		}
		if strings.HasPrefix(ask.path, "/v1/organizations") && ask.method == "GET" {
			continue // records, which have their own times there
		}
		there := body(t, other, ask.method, ask.path, ask.content)
		if here := pageToken.ReplaceAll(first, nil); !bytes.Equal(here, pageToken.ReplaceAll(there, nil)) {
			t.Errorf("%s %s, asked elsewhere, is answered otherwise", ask.path, ask.content)
		}
	}
}
