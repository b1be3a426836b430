package testserver_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/testserver"
)

// call sends JSON and returns the status and the answer.
func call(t *testing.T, s *testserver.Server, method, path, body string) (code int, answer map[string]any, header http.Header) {
	t.Helper()
	return s.Admin().REST(t, method, path, body)
}

// reason returns the reason of an error over REST, and the fields it names.
func reason(answer map[string]any) (word string, fields []string) {
	e, _ := answer["error"].(map[string]any)
	details, _ := e["details"].([]any)
	for _, one := range details {
		detail, _ := one.(map[string]any)
		if r, ok := detail["reason"].(string); ok {
			word = r
		}
		violations, _ := detail["fieldViolations"].([]any)
		for _, v := range violations {
			field, _ := v.(map[string]any)["field"].(string)
			fields = append(fields, field)
		}
	}
	return word, fields
}

// organization is the least that an organization must have.
const organization = `{"displayName": "Teatro", "legalForm": "LIMITED_COMPANY", "helixRole": "COMPANY", "place": {"countryCode": "IT"}}`

func TestREST(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t, testserver.Options{})
	code, created, header := call(t, s, "POST", "/v1/organizations?organizationId=teatro", organization)
	if code != 200 || created["name"] != "organizations/teatro" || header.Get("Maecenas-Revision") == "" {
		t.Fatalf("%d %v %v", code, created, header)
	}
	code, got, _ := call(t, s, "GET", "/v1/organizations/teatro", "")
	if code != 200 || got["displayName"] != "Teatro" {
		t.Errorf("%d %v", code, got)
	}
	code, got, _ = call(t, s, "PATCH", "/v1/organizations/teatro", `{"description": "Dance"}`)
	if code != 200 || got["description"] != "Dance" || got["displayName"] != "Teatro" {
		t.Errorf("a mask made of the body: %d %v", code, got)
	}
	code, got, _ = call(t, s, "PATCH", "/v1/organizations/teatro?updateMask=displayName", `{"displayName": "Teatro 2", "description": "not this"}`)
	if code != 200 || got["description"] != "Dance" || got["displayName"] != "Teatro 2" {
		t.Errorf("a mask in the query: %d %v", code, got)
	}
	// What was read can be sent back as it is.
	whole, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	if code, got, _ = call(t, s, "PATCH", "/v1/organizations/teatro", string(whole)); code != 200 {
		t.Errorf("sent back: %d %v", code, got)
	}
	for path, test := range map[string]struct {
		method, body string
		code         int
		reason       string
	}{
		"/v1/organizations/nobody":                      {"GET", "", 404, "RESOURCE_NOT_FOUND"},
		"/v1/organizations?organizationId=teatro":       {"POST", organization, 409, "RESOURCE_EXISTS"},
		"/v1/organizations?organizationId=T":            {"POST", organization, 400, "FIELD_INVALID"},
		"/v1/organizations/nobody/needs":                {"POST", `{"title": "x"}`, 400, "FIELD_INVALID"},
		"/v1/organizations/teatro?updateMask=colour":    {"PATCH", `{}`, 400, "FIELD_INVALID"},
		"/v1/organizations/teatro?updateMask=a..b":      {"PATCH", `{}`, 400, "FIELD_INVALID"},
		"/v1/organizations/teatro":                      {"PATCH", `{"etag": "stale", "displayName": "x"}`, 409, "ETAG_STALE"},
		"/v1/organizations?pageToken=nonsense":          {"GET", "", 400, "PAGE_TOKEN_INVALID"},
		"/v1/organizations?pageSize=1001":               {"GET", "", 400, "FIELD_INVALID"},
		"/v1/investors/nobody/mandates/none:matchNeeds": {"POST", "{}", 404, "RESOURCE_NOT_FOUND"},
		"/v1:previewAssessment":                         {"POST", `{"organization": {"financials": {"currencyCode": "EUR", "revenueLastYear": "-1"}}}`, 400, ""},
	} {
		code, answer, _ := call(t, s, test.method, path, test.body)
		word, fields := reason(answer)
		if code != test.code || (test.reason != "" && word != test.reason) || word == "" {
			t.Errorf("%s: %d %v, want %d %s", path, code, answer, test.code, test.reason)
		}
		if test.reason == "FIELD_INVALID" && len(fields) == 0 {
			t.Errorf("%s: no field in %v", path, answer)
		}
	}
	if log := s.Log.String(); strings.Contains(log, "level=ERROR") || strings.Contains(log, "Teatro") {
		t.Error(log)
	}
}

func TestGRPC(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t, testserver.Options{File: true})
	client := maecenasv1.NewOrganizationServiceClient(s.Conn)
	var header metadata.MD
	created, err := client.CreateOrganization(t.Context(), &maecenasv1.CreateOrganizationRequest{
		OrganizationId: "teatro", Organization: &maecenasv1.Organization{
			DisplayName: "Teatro", LegalForm: maecenasv1.Organization_LIMITED_COMPANY, HelixRole: maecenasv1.Organization_COMPANY,
			Place: &maecenasv1.Place{CountryCode: "IT"},
		},
	}, grpc.Header(&header))
	if err != nil || created.GetUid() == "" || len(header.Get("maecenas-revision")) != 1 || len(header.Get("x-request-id")) != 1 {
		t.Fatalf("%v %v %v", created, header, err)
	}
	_, err = client.UpdateOrganization(t.Context(), &maecenasv1.UpdateOrganizationRequest{
		Organization: &maecenasv1.Organization{Name: created.GetName()}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"colour"}},
	})
	st := status.Convert(err)
	if st.Code() != codes.InvalidArgument {
		t.Fatal(err)
	}
	for _, detail := range st.Details() {
		if info, ok := detail.(*errdetails.ErrorInfo); ok && info.GetReason() != "FIELD_INVALID" {
			t.Error(info)
		}
	}
}

// TestVectors posts every vector to the running program.
func TestVectors(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../testdata/assessment/*.json")
	if err != nil || len(files) == 0 {
		t.Skip("no vectors in testdata/assessment")
	}
	s := testserver.Start(t, testserver.Options{})
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var vector map[string]json.RawMessage
		if err := json.Unmarshal(text, &vector); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		var expected any
		if err := json.Unmarshal(vector["expected"], &expected); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		delete(vector, "expected")
		body, err := json.Marshal(vector)
		if err != nil {
			t.Fatal(err)
		}
		code, answer, _ := call(t, s, "POST", "/v1:previewAssessment", string(body))
		if code != 200 {
			t.Errorf("%s: %d %v", file, code, answer)
			continue
		}
		if where := differs("", expected, answer); where != "" {
			t.Errorf("%s: %s", filepath.Base(file), where)
		}
	}
}

// differs returns where an answer is not as expected; what is not expected is
// not looked at.
func differs(path string, want, got any) string {
	switch want := want.(type) {
	case map[string]any:
		object, _ := got.(map[string]any)
		for key, value := range want {
			if where := differs(path+"."+key, value, object[key]); where != "" {
				return where
			}
		}
		return ""
	case []any:
		list, _ := got.([]any)
		if len(list) != len(want) {
			return path + ": another number of them"
		}
		for i := range want {
			if where := differs(path+"[]", want[i], list[i]); where != "" {
				return where
			}
		}
		return ""
	default:
		if want != got {
			a, _ := json.Marshal(want)
			b, _ := json.Marshal(got)
			return path + ": " + string(b) + ", want " + string(a)
		}
		return ""
	}
}
