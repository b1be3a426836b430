package testserver_test

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/testserver"
)

// listed are the names that a list answers over REST, page by page.
func listed(t *testing.T, s *testserver.Server, path, field string, query url.Values) []string {
	t.Helper()
	var names []string
	for {
		code, answer, _ := call(t, s, "GET", path+"?"+query.Encode(), "")
		if code != 200 {
			t.Fatalf("%s %v: %d %v", path, query, code, answer)
		}
		records, _ := answer[field].([]any)
		for _, record := range records {
			name, _ := record.(map[string]any)["name"].(string)
			names = append(names, name)
		}
		token, _ := answer["nextPageToken"].(string)
		if token == "" {
			return names
		}
		query.Set("pageToken", token)
	}
}

// TestFilterLists asks each list with filters and words over REST.
func TestFilterLists(t *testing.T) {
	t.Parallel()
	s := withDemo(t, testserver.Options{})
	for _, test := range []struct {
		path, field, filter string
		least, most         int
		each                string // what every name begins with
	}{
		{"/v1/organizations", "organizations", `place.region_code = "ITF4*" AND cultural_domains:PERFORMING_ARTS`, 1, 10, "organizations/"},
		{"/v1/organizations", "organizations", `founded_date >= "2015-01-01" legal_form = LIMITED_COMPANY -place.country_code = IT`, 1, 20, ""},
		{"/v1/organizations", "organizations", `animazione`, 1, 10, ""},
		{"/v1/organizations", "organizations", `puglia`, 10, 30, ""},
		{"/v1/organizations", "organizations", `Tunisia OR tunisie`, 1, 5, ""},
		{"/v1/organizations", "organizations", `no such word anywhere`, 0, 0, ""},
		{"/v1/organizations", "organizations", `puglia OR -puglia`, 53, 53, ""},
		{"/v1/investors", "investors", `amfora`, 1, 1, "investors/amfora-ventures"},
		{"/v1/investors", "investors", `ÀMFORA`, 1, 1, "investors/amfora-ventures"},
		{"/v1/organizations/-/needs", "needs", `state = OPEN AND instruments:GRANT AND amount_max <= 100000`, 3, 40, "organizations/"},
		{"/v1/organizations/-/needs", "needs", `puglia organization.legal_form = ASSOCIATION`, 1, 20, ""},
		{"/v1/organizations/calesse-animazione/needs", "needs", `title = "Second*" season`, 1, 1, "organizations/calesse-animazione/needs/second-season"},
		{"/v1/investors", "investors", `type = FOUNDATION OR type = BANK`, 2, 8, "investors/"},
		{"/v1/investors/-/mandates", "mandates", `state = PUBLISHED investor.type = PUBLIC_BODY`, 1, 15, "investors/"},
		{"/v1/investors/-/mandates", "mandates", `puglia`, 1, 10, ""},
		{"/v1/investors/-/deals", "deals", `date >= "2026-01-01" amount > 50000`, 1, 60, ""},
	} {
		names := listed(t, s, test.path, test.field, url.Values{"filter": {test.filter}, "pageSize": {"3"}})
		if len(names) < test.least || len(names) > test.most {
			t.Errorf("%s where %s: %d records, %v", test.path, test.filter, len(names), names)
		}
		for _, name := range names {
			if !strings.HasPrefix(name, test.each) {
				t.Errorf("%s where %s: %s", test.path, test.filter, name)
			}
		}
		if whole := listed(t, s, test.path, test.field, url.Values{"filter": {test.filter}, "pageSize": {"1000"}}); !slices.Equal(whole, names) {
			t.Errorf("%s where %s: %v in pages, %v at once", test.path, test.filter, names, whole)
		}
	}
}

// TestListsThatCannotBe asks for filters, orders and pages that are none.
func TestListsThatCannotBe(t *testing.T) {
	t.Parallel()
	s := withDemo(t, testserver.Options{})
	for query, want := range map[string]string{
		"filter=shoe_size+%3D+41":               "FILTER_INVALID",
		"filter=legal_form+%3D+GUILD":           "FILTER_INVALID",
		"filter=%28":                            "FILTER_INVALID",
		"filter=places.locality+%3D+Bari":       "FILTER_INVALID",
		"orderBy=shoe_size":                     "ORDER_INVALID",
		"orderBy=description":                   "ORDER_INVALID",
		"orderBy=labels":                        "ORDER_INVALID",
		"orderBy=name+sideways":                 "ORDER_INVALID",
		"filter=" + strings.Repeat("a", 2001):   "FIELD_INVALID",
		"orderBy=" + strings.Repeat("a", 201):   "FIELD_INVALID",
		"orderBy=display_name&pageToken=AAAA":   "PAGE_TOKEN_INVALID",
		"orderBy=display_name&pageSize=-1":      "FIELD_INVALID",
		"filter=" + url.QueryEscape("\u2028(("): "FILTER_INVALID",
	} {
		code, answer, _ := call(t, s, "GET", "/v1/organizations?"+query, "")
		if word, _ := reason(answer); code != 400 || word != want {
			t.Errorf("%.60s: %d %v, want %s", query, code, answer, want)
		}
	}
	client := maecenasv1.NewOrganizationServiceClient(s.Conn)
	first, err := client.ListOrganizations(t.Context(), &maecenasv1.ListOrganizationsRequest{PageSize: 2, OrderBy: "display_name"})
	if err != nil || first.GetNextPageToken() == "" {
		t.Fatal(first, err)
	}
	for _, other := range []*maecenasv1.ListOrganizationsRequest{
		{PageToken: first.GetNextPageToken()},
		{PageToken: first.GetNextPageToken(), OrderBy: "display_name desc"},
		{PageToken: first.GetNextPageToken(), OrderBy: "display_name", Filter: "puglia"},
	} {
		if _, err := client.ListOrganizations(t.Context(), other); status.Code(err) != codes.InvalidArgument {
			t.Errorf("%v: %v", other, err)
		}
	}
}

// TestOrderedLists pages through orders, with ties, unset values and writes in between.
func TestOrderedLists(t *testing.T) {
	t.Parallel()
	s := withDemo(t, testserver.Options{})
	client := maecenasv1.NewOrganizationServiceClient(s.Conn)
	all, err := client.ListOrganizations(t.Context(), &maecenasv1.ListOrganizationsRequest{PageSize: 1000})
	if err != nil {
		t.Fatal(err)
	}
	for order, compare := range map[string]func(a, b *maecenasv1.Organization) int{
		"display_name": func(a, b *maecenasv1.Organization) int { return cmp.Compare(a.GetDisplayName(), b.GetDisplayName()) },
		"place.country_code desc, founded_date": func(a, b *maecenasv1.Organization) int {
			return cmp.Or(cmp.Compare(b.GetPlace().GetCountryCode(), a.GetPlace().GetCountryCode()),
				cmp.Compare(unsetLast(a.GetFoundedDate()), unsetLast(b.GetFoundedDate())))
		},
		"legal_form": func(a, b *maecenasv1.Organization) int { return cmp.Compare(a.GetLegalForm(), b.GetLegalForm()) },
	} {
		want := slices.Clone(all.GetOrganizations())
		slices.SortFunc(want, func(a, b *maecenasv1.Organization) int {
			return cmp.Or(compare(a, b), cmp.Compare(a.GetName(), b.GetName()))
		})
		var names []string
		for _, o := range want {
			names = append(names, o.GetName())
		}
		got := listed(t, s, "/v1/organizations", "organizations", url.Values{"orderBy": {order}, "pageSize": {"7"}})
		if !slices.Equal(got, names) {
			t.Errorf("by %s: %v, want %v", order, got, names)
		}
	}
	// The record at which a page ended may go; the next page begins behind where it stood.
	request := &maecenasv1.ListOrganizationsRequest{PageSize: 5, OrderBy: "display_name"}
	first, err := client.ListOrganizations(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	last := first.GetOrganizations()[4]
	if _, err := client.DeleteOrganization(t.Context(), &maecenasv1.DeleteOrganizationRequest{Name: last.GetName(), Force: true}); err != nil {
		t.Fatal(err)
	}
	request.PageToken = first.GetNextPageToken()
	second, err := client.ListOrganizations(t.Context(), request)
	if err != nil || second.GetOrganizations()[0].GetDisplayName() <= last.GetDisplayName() {
		t.Errorf("%v, %v", second, err)
	}
}

func unsetLast(text string) string {
	if text == "" {
		return "~"
	}
	return text
}

// TestClosingSoon lists the mandates that close next, over all investors.
func TestClosingSoon(t *testing.T) {
	t.Parallel()
	s := withDemo(t, testserver.Options{})
	answer, err := maecenasv1.NewMandateServiceClient(s.Conn).ListMandates(t.Context(), &maecenasv1.ListMandatesRequest{
		Parent: "investors/-", PageSize: 5, OrderBy: "close_date",
		Filter: `state = PUBLISHED AND close_date >= "2026-11-24"`,
	})
	if err != nil {
		t.Fatal(err)
	}
	last := "2026-11-24"
	for _, m := range answer.GetMandates() {
		if m.GetState() != maecenasv1.Mandate_PUBLISHED || m.GetCloseDate() < last {
			t.Errorf("%s closes on %s, after one of %s", m.GetName(), m.GetCloseDate(), last)
		}
		last = m.GetCloseDate()
	}
	names := listed(t, s, "/v1/investors/-/mandates", "mandates", url.Values{
		"filter": {`state = PUBLISHED AND close_date >= "2026-11-24"`}, "orderBy": {"close_date"}, "pageSize": {"2"},
	})
	if len(answer.GetMandates()) != 5 || len(names) < 6 || names[4] != answer.GetMandates()[4].GetName() {
		t.Errorf("%d over gRPC, %v over REST", len(answer.GetMandates()), names)
	}
}

// TestLikelyDuplicates makes an organization twice and asks for it, in pages.
func TestLikelyDuplicates(t *testing.T) {
	t.Parallel()
	s := withDemo(t, testserver.Options{})
	for id, body := range map[string]string{
		"first-one":  `{"displayName": "Teatro Kursaal srl", "legalForm": "LIMITED_COMPANY", "helixRole": "COMPANY", "place": {"countryCode": "IT", "locality": "Bari"}, "websiteUri": "https://www.kursaal.example/"}`,
		"second-one": `{"displayName": "TEATRO KURSAAL", "legalForm": "OTHER", "helixRole": "COMPANY", "place": {"countryCode": "IT", "locality": "bari"}, "websiteUri": "http://kursaal.example"}`,
		"third-one":  `{"displayName": "Teatro Kursal", "legalForm": "OTHER", "helixRole": "COMPANY", "place": {"countryCode": "IT", "locality": "Bari"}}`,
	} {
		if code, answer, _ := call(t, s, "POST", "/v1/organizations?organizationId="+id, body); code != 200 {
			t.Fatal(code, answer)
		}
	}
	client := maecenasv1.NewReportServiceClient(s.Conn)
	answer, err := client.ListLikelyDuplicates(t.Context(), &maecenasv1.ListLikelyDuplicatesRequest{PageSize: 1})
	if err != nil || len(answer.GetLikelyDuplicates()) != 1 || answer.GetNextPageToken() == "" {
		t.Fatal(answer, err)
	}
	top := answer.GetLikelyDuplicates()[0]
	if !slices.Equal(top.GetReasons(), []string{"SAME_WEBSITE", "SAME_NAME_SAME_PLACE"}) ||
		!strings.Contains(top.GetOrganization()+top.GetDuplicate(), "-one") {
		t.Errorf("first: %v", top)
	}
	code, whole, header := call(t, s, "GET", "/v1/reports/likelyDuplicates?pageSize=1&pageToken="+answer.GetNextPageToken(), "")
	pairs, _ := whole["likelyDuplicates"].([]any)
	if code != 200 || len(pairs) != 1 || whole["dataRevision"] != header.Get("Maecenas-Revision") {
		t.Fatalf("%d %v", code, whole)
	}
	second, _ := pairs[0].(map[string]any)
	if reasons, _ := second["reasons"].([]any); len(reasons) != 1 || reasons[0] != "SIMILAR_NAME_SAME_PLACE" {
		t.Errorf("second: %v", second)
	}
	// What is found is kept for a revision, and no longer.
	if _, err := maecenasv1.NewOrganizationServiceClient(s.Conn).DeleteOrganization(t.Context(), &maecenasv1.DeleteOrganizationRequest{Name: top.GetDuplicate()}); err != nil {
		t.Fatal(err)
	}
	answer, err = client.ListLikelyDuplicates(t.Context(), &maecenasv1.ListLikelyDuplicatesRequest{})
	for _, pair := range answer.GetLikelyDuplicates() {
		if err != nil || pair.GetDuplicate() == top.GetDuplicate() || pair.GetOrganization() == top.GetDuplicate() {
			t.Errorf("%v, %v", pair, err)
		}
	}
}

// TestRankingAsTable asks for a ranking as CSV, in pages: the rows of JSON's matches.
func TestRankingAsTable(t *testing.T) {
	t.Parallel()
	s := withDemo(t, testserver.Options{})
	const path = "/v1/investors/amfora-ventures/mandates/studios-that-own:matchNeeds"
	_, answer, _ := call(t, s, "POST", path, `{"asOfDate": "2026-11-24", "pageSize": 4}`)
	matches, _ := answer["matches"].([]any)
	var rows [][]string
	token := ""
	for range 2 {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+path,
			strings.NewReader(`{"asOfDate": "2026-11-24", "pageSize": 2, "pageToken": "`+token+`"}`))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Accept", "text/csv")
		response, err := http.DefaultTransport.RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		table, err := csv.NewReader(response.Body).ReadAll()
		if err = errors.Join(err, response.Body.Close()); err != nil || len(table) != 3 {
			t.Fatal(table, err)
		}
		token = response.Header.Get("Maecenas-Next-Page-Token")
		rows = append(rows, table[1:]...)
	}
	for i, match := range matches {
		want, _ := match.(map[string]any)
		if rows[i][1] != want["need"] || rows[i][9] != fmt.Sprint(want["score"]) || rows[i][0] != strconv.Itoa(i+1) {
			t.Errorf("row %d: %v, want %v", i, rows[i], want)
		}
	}
	if len(matches) != 4 || token == "" {
		t.Errorf("%d matches, next page %q", len(matches), token)
	}
}
