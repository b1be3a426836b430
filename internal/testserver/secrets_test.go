package testserver_test

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth/secret"
	"github.com/maecenas-cci/maecenas/internal/server"
	"github.com/maecenas-cci/maecenas/internal/testserver"
)

// witness keeps every secret that a story makes, and everything that was said
// where none may be.
type witness struct {
	s       *testserver.Server
	secrets map[string]string // to what each is
	said    []string          // answers of errors, headers, pages
	errors  int
}

// made notes a secret.
func (w *witness) made(what, text string) string {
	if text != "" {
		w.secrets[text] = what
	}
	return text
}

// rest sends a request and returns the answer. What an error says is kept, and of
// every answer the headers, but for the cookie.
func (w *witness) rest(t *testing.T, c *testserver.Client, method, path, body string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, w.s.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := c.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, cookie := range response.Cookies() {
		w.made("the token of a session", cookie.Value)
	}
	response.Header.Del("Set-Cookie")
	w.said = append(w.said, fmt.Sprint(response.Header))
	if response.StatusCode >= http.StatusBadRequest {
		w.errors++
		w.said = append(w.said, string(text))
	}
	return response.StatusCode, string(text)
}

// failed keeps what an error over gRPC says.
func (w *witness) failed(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		t.Error("it was to fail")
		return
	}
	w.errors++
	w.said = append(w.said, fmt.Sprint(err, status.Convert(err).Proto()))
}

// forms are the ways in which a secret might be written.
func forms(text string) []string {
	quoted := fmt.Sprintf("%q", text)
	list := []string{text, quoted[1 : len(quoted)-1], hex.EncodeToString([]byte(text)), base64.StdEncoding.EncodeToString([]byte(text))}
	if _, rest, ok := strings.Cut(text, "_"); ok && len(rest) > 20 {
		list = append(list, text[len(text)-20:]) // a part, too
	}
	return list
}

// check looks for every secret in everything, and in the file of the data.
func (w *witness) check(t *testing.T, dir string, admin *testserver.Client) {
	t.Helper()
	code, audit := w.rest(t, admin, "GET", "/v1/auditEntries?pageSize=1000", "")
	if code != http.StatusOK {
		t.Fatalf("%d %s", code, audit)
	}
	file, err := os.ReadFile(server.DataFile(dir))
	if err != nil {
		t.Fatal(err)
	}
	_, metrics := w.rest(t, w.s.Nobody(t), "GET", "/metrics", "")
	where := map[string]string{
		"the log": w.s.Log.String(), "the metrics": metrics, "an error or a header": strings.Join(w.said, "\n"),
		"the audit log": audit, "the data file": string(file),
	}
	for text, what := range w.secrets {
		for name, all := range where {
			for _, form := range forms(text) {
				if at := strings.Index(all, form); at >= 0 {
					t.Errorf("%s is in %s: …%s…", what, name, all[max(0, at-120):min(len(all), at+len(form)+40)])
				}
			}
		}
	}
}

const (
	adminPassword  = "un'arancia \"rossa\" di sera"
	newPassword    = "sette gatti sul tetto caldo"
	wrongPassword  = "otto gatti sul tetto freddo"
	shortPassword  = "fei3Ohk"
	commonPassword = "PasswordPassw0rd"
)

// TestNoSecretIsTold makes every sort of secret and every sort of error with it,
// and looks for each in the log, in the metrics, in what errors say, in the audit log
// and in the file of the data.
func TestNoSecretIsTold(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	w := &witness{s: testserver.Start(t, testserver.Options{Empty: true, Dir: dir}), secrets: map[string]string{}}
	for _, password := range []string{adminPassword, newPassword, wrongPassword} {
		w.made("a password", password)
	}
	admin := w.setUp(t)
	w.keys(t, admin)
	w.people(t, admin)
	w.misplaced(t, admin)
	w.guesses(t)
	w.check(t, dir, admin)
	if len(w.secrets) < 12 || w.errors < 60 {
		t.Errorf("%d secrets and %d errors: the story has become shorter", len(w.secrets), w.errors)
	}
}

// setUp takes the link of the first start, and answers the administrator.
func (w *witness) setUp(t *testing.T) *testserver.Client {
	t.Helper()
	link, ok, err := w.s.Accounts.SetupLink(testserver.Local(t.Context()))
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	token := w.made("the token of the set-up", link.Token.Reveal())
	body := fmt.Sprintf(`{"token": %q, "password": %q, "email": "anna@a.example", "displayName": "Anna"}`, token, adminPassword)
	nobody := w.s.Nobody(t)
	for _, bad := range []string{strings.Replace(body, adminPassword[:4], "", 1) + "x", strings.Replace(body, "anna@", "", 1)} {
		w.rest(t, nobody, "POST", "/v1/sessions:redeem", bad)
	}
	code, text := w.rest(t, nobody, "POST", "/v1/sessions:redeem", body)
	if code != http.StatusOK {
		t.Fatalf("%d %s", code, text)
	}
	if code, _ := w.rest(t, nobody, "POST", "/v1/sessions:redeem", body); code < http.StatusBadRequest {
		t.Error("a link was used twice")
	}
	return w.signIn(t, "anna@a.example", adminPassword)
}

// signIn signs in over gRPC.
func (w *witness) signIn(t *testing.T, email, password string) *testserver.Client {
	t.Helper()
	code, text := w.rest(t, w.s.Nobody(t), "POST", "/v1/sessions", fmt.Sprintf(`{"email": %q, "password": %q}`, email, password))
	if code != http.StatusOK {
		t.Fatalf("%d %s", code, text)
	}
	for token, what := range w.secrets {
		if what != "the token of a session" {
			continue
		}
		c := &testserver.Client{Session: token, URL: w.s.URL, Conn: w.s.Nobody(t).Conn}
		if code, who := w.rest(t, c, "GET", "/v1/sessions/current", ""); code == http.StatusOK && strings.Contains(who, email) {
			return c
		}
	}
	t.Fatal("no cookie is that of the session")
	return nil
}

// keys makes a key, rotates it, deletes it, and uses it where it may not be.
func (w *witness) keys(t *testing.T, admin *testserver.Client) {
	t.Helper()
	ctx := metadata.AppendToOutgoingContext(t.Context(), "maecenas-session", admin.Session)
	client := maecenasv1.NewPrincipalServiceClient(admin.Conn)
	robot, err := client.CreatePrincipal(ctx, &maecenasv1.CreatePrincipalRequest{
		Principal: &maecenasv1.Principal{Kind: maecenasv1.Principal_SERVICE_ACCOUNT, DisplayName: "Robot"},
	})
	if err != nil {
		t.Fatal(err)
	}
	made, err := client.CreateApiKey(ctx, &maecenasv1.CreateApiKeyRequest{Parent: robot.GetName(), ApiKey: &maecenasv1.ApiKey{ReadOnly: true}})
	if err != nil || made.GetKey() == "" {
		t.Fatal(made, err)
	}
	first := w.made("a key", made.GetKey())
	rotated, err := client.RotateApiKey(ctx, &maecenasv1.RotateApiKeyRequest{Name: made.GetName(), OverlapMinutes: new(int32(0))})
	if err != nil || rotated.GetKey() == first {
		t.Fatal(rotated, err)
	}
	second := w.made("a rotated key", rotated.GetKey())
	for _, key := range []string{first, second, second + "x", second[:len(second)-1], strings.ToUpper(second)} {
		w.made("a key, nearly", key)
		with := &testserver.Client{Key: key}
		w.rest(t, with, "POST", "/v1/organizations", organization)
		w.rest(t, with, "GET", "/v1/principals", "")
		keyed := metadata.AppendToOutgoingContext(t.Context(), "authorization", "Bearer "+key)
		_, err := client.CreatePrincipal(keyed, &maecenasv1.CreatePrincipalRequest{Principal: &maecenasv1.Principal{DisplayName: key}})
		w.failed(t, err)
	}
	if _, err := client.DeleteApiKey(ctx, &maecenasv1.DeleteApiKeyRequest{Name: made.GetName()}); err != nil {
		t.Fatal(err)
	}
	w.rest(t, &testserver.Client{Key: second}, "GET", "/v1/organizations", "")
}

// people invites somebody, sets passwords, and lets one forget it.
func (w *witness) people(t *testing.T, admin *testserver.Client) {
	t.Helper()
	ctx := metadata.AppendToOutgoingContext(t.Context(), "maecenas-session", admin.Session)
	invited, err := maecenasv1.NewMembershipServiceClient(admin.Conn).InviteMember(ctx, &maecenasv1.InviteMemberRequest{
		Resource: "installation", Email: "bruno@a.example", Role: maecenasv1.Membership_AUDITOR,
	})
	if err != nil {
		t.Fatal(err)
	}
	token := w.made("the token of an invitation", invited.GetToken())
	nobody := w.s.Nobody(t)
	for _, password := range []string{w.made("a password", shortPassword), w.made("a password", commonPassword), w.made("a password", strings.Repeat("lungo è", 200))} {
		w.rest(t, nobody, "POST", "/v1/sessions:redeem", fmt.Sprintf(`{"token": %q, "password": %q}`, token, password))
	}
	code, text := w.rest(t, nobody, "POST", "/v1/sessions:redeem", fmt.Sprintf(`{"token": %q, "password": %q}`, token, newPassword))
	if code != http.StatusOK {
		t.Fatalf("%d %s", code, text)
	}
	bruno := w.signIn(t, "bruno@a.example", newPassword)
	who, err := maecenasv1.NewSessionServiceClient(bruno.Conn).GetCurrentSession(
		metadata.AppendToOutgoingContext(t.Context(), "maecenas-session", bruno.Session), &maecenasv1.GetCurrentSessionRequest{})
	if err != nil {
		t.Fatal(err)
	}
	name := who.GetPrincipal().GetName()
	for _, change := range [][2]string{{wrongPassword, adminPassword}, {newPassword, commonPassword}, {newPassword, "short" + "pw7"}} {
		w.rest(t, bruno, "POST", "/v1/"+name+":setPassword", fmt.Sprintf(`{"password": %q, "newPassword": %q}`, change[0], change[1]))
	}
	w.rest(t, bruno, "POST", "/v1/principals", `{"displayName": "x"}`)
	link, err := maecenasv1.NewPrincipalServiceClient(admin.Conn).IssueLink(ctx, &maecenasv1.IssueLinkRequest{Name: name})
	if err != nil {
		t.Fatal(err)
	}
	reset := w.made("the token of a reset", link.GetToken())
	w.rest(t, nobody, "POST", "/v1/sessions:redeem", fmt.Sprintf(`{"token": %q, "password": "x"}`, reset))
	w.rest(t, bruno, "DELETE", "/v1/sessions/current", "")
	w.rest(t, bruno, "GET", "/v1/sessions/current", "") // its token has ended
}

// misplaced sends secrets where they do not belong.
func (w *witness) misplaced(t *testing.T, admin *testserver.Client) {
	t.Helper()
	key, err := secret.NewKey(strings.NewReader(strings.Repeat("0123456789abcdef", 8)))
	if err != nil {
		t.Fatal(err)
	}
	text := w.made("a key that was sent somewhere", key.Reveal())
	nobody := w.s.Nobody(t)
	for _, body := range []string{
		`{"email": %q, "password": 12`, `{"email": "a@a.example", "password": [%q]}`, `{"email": "a@a.example", "password": {"x": %q}}`, `%q`,
		`{"email": "a@a.example", "password": "x"} %q`, `{"email": %q, "password": "x"}`, `{"email": "a@a.example", "password": %q, "email": 1}`,
	} {
		for _, path := range []string{"/v1/sessions", "/v1/sessions:redeem", "/v1/principals/x:setPassword"} {
			w.rest(t, nobody, "POST", path, fmt.Sprintf(body, text))
			w.rest(t, admin, "POST", path, fmt.Sprintf(body, text))
		}
	}
	for _, path := range []string{"/v1/organizations?pageToken=", "/v1/organizations?pageSize=", "/v1/sessions/current?x=", "/metrics?x=", "/nothing?x=", "/nothing/"} {
		w.rest(t, admin, "GET", path+text, "")
	}
	for _, header := range []metadata.MD{
		metadata.Pairs("authorization", text), metadata.Pairs("authorization", "Basic "+text), metadata.Pairs("authorization", "Bearer "+text+" "+text),
		metadata.Pairs("authorization", "Bearer "+text, "authorization", "Bearer "+text), metadata.Pairs("maecenas-session", text),
		metadata.Pairs("x-request-id", text+" "), metadata.Pairs("maecenas-caller-address", text),
	} {
		_, err := maecenasv1.NewOrganizationServiceClient(nobody.Conn).ListOrganizations(
			metadata.NewOutgoingContext(t.Context(), header), &maecenasv1.ListOrganizationsRequest{})
		w.failed(t, err)
	}
}

// guesses signs in wrongly until it has to wait.
func (w *witness) guesses(t *testing.T) {
	t.Helper()
	nobody := w.s.Nobody(t)
	code := 0
	for range 12 {
		code, _ = w.rest(t, nobody, "POST", "/v1/sessions", fmt.Sprintf(`{"email": "carla@a.example", "password": %q}`, wrongPassword))
	}
	if code != http.StatusTooManyRequests {
		t.Errorf("after 12 guesses: %d", code)
	}
}
