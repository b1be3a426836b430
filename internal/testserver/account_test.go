package testserver_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/testserver"
)

const rose = "una rosa è una rosa"

// redeem uses a link over REST, and returns who came in, with the cookie.
func redeem(t *testing.T, s *testserver.Server, token, password, more string) (client *testserver.Client, code int, answer map[string]any) {
	t.Helper()
	code, answer, header := s.Nobody(t).REST(t, "POST", "/v1/sessions:redeem", fmt.Sprintf(`{"token": %q, "password": %q%s}`, token, password, more))
	client = &testserver.Client{URL: s.URL}
	for _, cookie := range (&http.Response{Header: header}).Cookies() {
		if cookie.Name == "maecenas_session" {
			client.Session = cookie.Value
			if !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" || cookie.MaxAge <= 0 {
				t.Errorf("cookie %v", cookie)
			}
		}
	}
	return client, code, answer
}

// TestFromNothing: the first administrator comes in by the link that the server
// made, creates an organization, invites a colleague, who acts, and leaves.
func TestFromNothing(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t, testserver.Options{Empty: true, File: true})
	path, _, err := s.SetupLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	admin, code, answer := redeem(t, s, strings.TrimPrefix(path, "/link#"), rose, `, "email": "anna@teatro.example", "displayName": "Anna"`)
	if code != 200 || admin.Session == "" {
		t.Fatalf("%d %v", code, answer)
	}
	if code, answer, _ := admin.REST(t, "POST", "/v1/organizations?organizationId=teatro", organization); code != 200 {
		t.Fatalf("%d %v", code, answer)
	}
	invite := func(client *testserver.Client, email, role string) (int, map[string]any) {
		code, answer, _ := client.REST(t, "POST", "/v1/memberships:invite", fmt.Sprintf(`{"resource": "organizations/teatro", "email": %q, "role": %q}`, email, role))
		return code, answer
	}
	code, answer = invite(admin, "bruno@teatro.example", "EDITOR")
	token, _ := answer["token"].(string)
	if link, _ := answer["path"].(string); code != 200 || link != "/link#"+token {
		t.Fatalf("%d %v", code, answer)
	}
	bruno, code, answer := redeem(t, s, token, "corre il treno nella notte", "")
	if code != 200 {
		t.Fatalf("%d %v", code, answer)
	}
	if code, answer, _ := bruno.REST(t, "PATCH", "/v1/organizations/teatro", `{"description": "Dance"}`); code != 200 {
		t.Errorf("an editor writes: %d %v", code, answer)
	}
	if code, answer, _ := bruno.REST(t, "DELETE", "/v1/organizations/teatro", ""); code != 403 {
		t.Errorf("an editor deletes: %d %v", code, answer)
	}
	if code, answer := invite(bruno, "carla@teatro.example", "VIEWER"); code != 403 {
		t.Errorf("an editor invites: %d %v", code, answer)
	}
	code, answer, _ = bruno.REST(t, "GET", "/v1/sessions/current", "")
	memberships, _ := answer["memberships"].([]any)
	if code != 200 || len(memberships) != 1 {
		t.Fatalf("%d %v", code, answer)
	}
	membership, _ := memberships[0].(map[string]any)["name"].(string)
	if code, answer, _ := bruno.REST(t, "DELETE", "/v1/"+membership, ""); code != 200 {
		t.Errorf("leaving: %d %v", code, answer)
	}
	if code, answer, _ := bruno.REST(t, "GET", "/v1/organizations/teatro", ""); code != 404 {
		t.Errorf("afterwards: %d %v", code, answer)
	}
	code, _, header := bruno.REST(t, "DELETE", "/v1/sessions/current", "")
	if cleared := header.Get("Set-Cookie"); code != 200 || !strings.Contains(cleared, "Max-Age=0") {
		t.Errorf("signing out: %d %s", code, cleared)
	}
	if code, answer, _ := bruno.REST(t, "GET", "/v1/sessions/current", ""); code != 401 {
		t.Errorf("signed out: %d %v", code, answer)
	}
}

// TestSignInOverGRPC: the token of a session comes in a header, and is taken as one.
func TestSignInOverGRPC(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t, testserver.Options{})
	s.Invited(t, "anna@teatro.example", rose, testserver.Auditor())
	client := maecenasv1.NewSessionServiceClient(s.Nobody(t).Conn)
	var header metadata.MD
	session, err := client.SignIn(t.Context(), &maecenasv1.SignInRequest{Email: "anna@teatro.example", Password: rose}, grpc.Header(&header))
	if err != nil || len(header.Get("maecenas-session")) != 1 || session.GetPrincipal().GetEmail() != "anna@teatro.example" {
		t.Fatal(session, header, err)
	}
	ctx := metadata.AppendToOutgoingContext(t.Context(), "maecenas-session", header.Get("maecenas-session")[0])
	current, err := client.GetCurrentSession(ctx, &maecenasv1.GetCurrentSessionRequest{})
	if err != nil || !current.GetExpireTime().AsTime().Equal(session.GetExpireTime().AsTime()) || len(current.GetMemberships()) != 1 {
		t.Error(current, err)
	}
	for range 5 {
		_, err = client.SignIn(t.Context(), &maecenasv1.SignInRequest{Email: "nobody@teatro.example", Password: rose})
		if reasonOf(err) != "SIGN_IN_FAILED" || status.Code(err) != codes.Unauthenticated {
			t.Error(err)
		}
	}
	code, answer, answered := s.Nobody(t).REST(t, "POST", "/v1/sessions", `{"email": "nobody@teatro.example", "password": "x"}`)
	if word, _ := reason(answer); code != 429 || word != "SIGN_IN_THROTTLED" || answered.Get("Retry-After") != "1" {
		t.Errorf("%d %v %v", code, answer, answered)
	}
}

// TestKeysAreBounded: a key does what its scopes and its being read-only let it,
// whatever its principal may.
func TestKeysAreBounded(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t, testserver.Options{})
	for _, id := range []string{"teatro", "danza"} {
		if code, answer, _ := s.Admin().REST(t, "POST", "/v1/organizations?organizationId="+id, organization); code != 200 {
			t.Fatalf("%d %v", code, answer)
		}
	}
	owner := s.As(t, testserver.Owner("organizations/teatro"), testserver.Owner("organizations/danza"))
	scoped := s.Keyed(t, owner.Name, &maecenasv1.ApiKey{Scopes: []*maecenasv1.ApiKey_Scope{{Resource: "organizations/teatro"}}})
	reading := s.Keyed(t, owner.Name, &maecenasv1.ApiKey{ReadOnly: true})
	hour := s.Keyed(t, owner.Name, &maecenasv1.ApiKey{ExpireTime: timestamppb.New(s.Clock.Now().Add(time.Hour))})
	for _, one := range []struct {
		what         string
		client       *testserver.Client
		method, path string
		code         int
		reason       string
	}{
		{"its own", owner, "PATCH", "/v1/organizations/danza", 200, ""},
		{"in its scope", scoped, "PATCH", "/v1/organizations/teatro", 200, ""},
		{"below its scope, with nothing to say", scoped, "PATCH", "/v1/organizations/teatro/canvas", 400, "FIELD_INVALID"},
		{"beside its scope", scoped, "PATCH", "/v1/organizations/danza", 404, "RESOURCE_NOT_FOUND"},
		{"beside its scope", scoped, "GET", "/v1/organizations/danza", 404, "RESOURCE_NOT_FOUND"},
		{"its principal's keys", scoped, "GET", "/v1/" + owner.Name + "/apiKeys", 404, "RESOURCE_NOT_FOUND"},
		{"another key", scoped, "POST", "/v1/" + owner.Name + "/apiKeys", 403, "KEY_SCOPE_EXCEEDED"},
		{"reading", reading, "GET", "/v1/organizations/danza", 200, ""},
		{"writing", reading, "PATCH", "/v1/organizations/danza", 403, "KEY_SCOPE_EXCEEDED"},
		{"another key", reading, "POST", "/v1/" + owner.Name + "/apiKeys", 403, "KEY_SCOPE_EXCEEDED"},
		{"in its hour", hour, "GET", "/v1/organizations/danza", 200, ""},
	} {
		code, answer, _ := one.client.REST(t, one.method, one.path, "{}")
		if word, _ := reason(answer); code != one.code || word != one.reason {
			t.Errorf("%s: %s %s: %d %v", one.what, one.method, one.path, code, answer)
		}
	}
	code, answer, _ := scoped.REST(t, "GET", "/v1/organizations", "")
	if list, _ := answer["organizations"].([]any); code != 200 || len(list) != 1 {
		t.Errorf("a list: %d %v", code, answer)
	}
	s.Clock.Set(s.Clock.Now().Add(time.Hour))
	if code, answer, _ := hour.REST(t, "GET", "/v1/organizations/danza", ""); code != 401 {
		t.Errorf("after its hour: %d %v", code, answer)
	}
}

// TestRotationOverREST: the secret before is taken for the overlap, and the answer
// alone has the new one.
func TestRotationOverREST(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t, testserver.Options{})
	bot := s.As(t)
	code, answer, _ := bot.REST(t, "GET", "/v1/"+bot.Name+"/apiKeys", "")
	keys, _ := answer["apiKeys"].([]any)
	if code != 200 || len(keys) != 1 || strings.Contains(fmt.Sprint(answer), bot.Key[14:]) {
		t.Fatalf("%d %v", code, answer)
	}
	name, _ := keys[0].(map[string]any)["name"].(string)
	code, answer, _ = bot.REST(t, "POST", "/v1/"+name+":rotate", `{"overlapMinutes": 60}`)
	text, _ := answer["key"].(string)
	if code != 200 || text == "" {
		t.Fatalf("%d %v", code, answer)
	}
	next := &testserver.Client{Key: text, URL: s.URL}
	for _, client := range []*testserver.Client{bot, next} {
		if code, answer, _ := client.REST(t, "GET", "/v1/sessions/current", ""); code != 200 {
			t.Errorf("in the overlap: %d %v", code, answer)
		}
	}
	s.Clock.Set(s.Clock.Now().Add(time.Hour))
	if code, _, _ := bot.REST(t, "GET", "/v1/sessions/current", ""); code != 401 {
		t.Errorf("the one before: %d", code)
	}
	if code, _, _ := next.REST(t, "GET", "/v1/sessions/current", ""); code != 200 {
		t.Errorf("the new one: %d", code)
	}
	if code, answer, _ := next.REST(t, "DELETE", "/v1/"+name, ""); code != 200 {
		t.Errorf("ending itself: %d %v", code, answer)
	}
	if code, _, _ := next.REST(t, "GET", "/v1/sessions/current", ""); code != 401 {
		t.Errorf("ended: %d", code)
	}
}

// TestOthersPrincipals: what is none of a caller's business does not exist, in the
// words in which what is not there does not.
func TestOthersPrincipals(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t, testserver.Options{})
	other, bot := s.As(t), s.As(t)
	code, answer, _ := other.REST(t, "GET", "/v1/"+other.Name+"/apiKeys", "")
	keys, _ := answer["apiKeys"].([]any)
	if code != 200 || len(keys) != 1 {
		t.Fatalf("%d %v", code, answer)
	}
	key, _ := keys[0].(map[string]any)["name"].(string)
	ask := func(method, path, name, missing string) {
		t.Helper()
		code, answer, _ := bot.REST(t, method, fmt.Sprintf(path, name), "{}")
		codeMissing, answerMissing, _ := bot.REST(t, method, fmt.Sprintf(path, missing), "{}")
		same := strings.ReplaceAll(fmt.Sprint(answerMissing), missing, name)
		if code != codeMissing || fmt.Sprint(answer) != same || code != 404 {
			t.Errorf("%s %s: %d %v, and %d %v", method, path, code, answer, codeMissing, answerMissing)
		}
	}
	const nobody = "principals/nobody"
	ask("GET", "/v1/%s", other.Name, nobody)
	ask("PATCH", "/v1/%s", other.Name, nobody)
	ask("DELETE", "/v1/%s", other.Name, nobody)
	ask("POST", "/v1/%s:issueLink", other.Name, nobody)
	ask("GET", "/v1/%s/apiKeys", other.Name, nobody)
	ask("POST", "/v1/%s/apiKeys", other.Name, nobody)
	ask("GET", "/v1/%s", key, nobody+"/apiKeys/k")
	ask("POST", "/v1/%s:rotate", key, nobody+"/apiKeys/k")
	ask("DELETE", "/v1/%s", key, nobody+"/apiKeys/k")
	code, answer, _ = s.Admin().REST(t, "GET", "/v1/memberships", "")
	memberships, _ := answer["memberships"].([]any)
	if code != 200 || len(memberships) != 1 {
		t.Fatalf("%d %v", code, answer)
	}
	membership, _ := memberships[0].(map[string]any)["name"].(string)
	ask("GET", "/v1/%s", membership, "memberships/none")
	ask("PATCH", "/v1/%s", membership, "memberships/none")
	ask("DELETE", "/v1/%s", membership, "memberships/none")
	if code, answer, _ := bot.REST(t, "POST", "/v1/memberships:invite", `{"resource": "installation", "email": "a@b.example", "role": "ADMINISTRATOR"}`); code != 403 {
		t.Errorf("inviting oneself: %d %v", code, answer)
	}
}
