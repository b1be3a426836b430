package privacy_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/maecenas-cci/maecenas/internal/testserver"
)

// TestConsent: given for oneself alone, read by oneself and administrators, and
// withdrawn, which leaves known that it was given.
func TestConsent(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t, testserver.Options{})
	must(t, s.Admin(), "POST", "/v1/organizations?organizationId=hidden", `{"displayName":"Hidden","legalForm":"ASSOCIATION","helixRole":"COMPANY","place":{"countryCode":"IT"}}`)
	anna, bert := s.As(t), s.As(t)
	mine := "/v1/" + anna.Name + "/consents"
	const body = `{"purpose":"newsletter","textVersion":"2026-05"}`
	given := must(t, anna, "POST", mine, body)
	name, _ := given["name"].(string)
	at := s.Clock.Now().Format(time.RFC3339)
	if given["giveTime"] != at || given["withdrawTime"] != nil {
		t.Errorf("%v", given)
	}
	for who, c := range map[string]*testserver.Client{"another": bert, "an administrator": s.Admin()} {
		if code, answer, _ := c.REST(t, "POST", mine, body); code != http.StatusNotFound {
			t.Errorf("given by %s: %d %v", who, code, answer)
		}
	}
	if code, answer, _ := anna.REST(t, "POST", mine, `{"purpose":"x","textVersion":"1","subject":"organizations/hidden"}`); code == http.StatusOK {
		t.Errorf("about what does not exist for her: %v", answer)
	}
	for _, ask := range [][2]string{{"GET", "/v1/" + name}, {"POST", "/v1/" + name + ":withdraw"}} {
		code, answer, _ := bert.REST(t, ask[0], ask[1], `{}`)
		none, unknown, _ := bert.REST(t, ask[0], "/v1/"+anna.Name+"/consents/none"+ask[1][len("/v1/"+name):], `{}`)
		if code != http.StatusNotFound || none != code {
			t.Errorf("%v by another: %d %v, of none %d %v", ask, code, answer, none, unknown)
		}
	}
	must(t, bert, "POST", "/v1/"+bert.Name+"/consents", body)
	for c, want := range map[*testserver.Client]int{anna: 1, bert: 1, s.Admin(): 2} {
		answer := must(t, c, "GET", "/v1/principals/-/consents", "")
		if list, _ := answer["consents"].([]any); len(list) != want {
			t.Errorf("%s sees %v", c.Name, answer)
		}
	}
	if code, _, _ := anna.REST(t, "POST", "/v1/"+name+":withdraw", `{"etag":"stale"}`); code != http.StatusConflict {
		t.Errorf("a stale etag: %d", code)
	}
	s.Clock.Set(s.Clock.Now().Add(time.Hour))
	first := must(t, anna, "POST", "/v1/"+name+":withdraw", `{}`)
	s.Clock.Set(s.Clock.Now().Add(time.Hour))
	second := must(t, anna, "POST", "/v1/"+name+":withdraw", `{}`)
	if first["giveTime"] != at || first["withdrawTime"] == nil || fmt.Sprint(first) != fmt.Sprint(second) {
		t.Errorf("withdrawn: %v, and again: %v", first, second)
	}
}
