package cli_test

import (
	"context"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/maecenas-cci/maecenas/internal/cli"
)

// ask sends a request and returns the status and the answer.
func ask(t *testing.T, method, url, key, body string) (code int, answer map[string]any) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	if key != "" {
		request.Header.Set("Authorization", "Bearer "+key)
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, answer
}

// serving runs serve, or demo --serve, until the test ends or stop is called.
func serving(t *testing.T, args ...string) (url string, out *output, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out = &output{}
	ended := make(chan int, 1)
	go func() {
		ended <- cli.Run(ctx, append(args, "--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0"), strings.NewReader(""), out, &output{}, nil)
	}()
	stop = func() {
		cancel()
		<-ended
		ended <- 0
	}
	t.Cleanup(stop)
	return strings.TrimSpace(await(ctx, t, out, regexp.MustCompile(`http://127\.0\.0\.1:\d+\n`))), out, stop
}

// setupCall is the line that makes the first account, but for who it is.
var setupCall = regexp.MustCompile(`curl --json '(\{"token": "(ml_\w+)", "email": "YOUR-ADDRESS", "password": "YOUR-PASSWORD"\})' (http://\S+)\n`)

// TestFirstAccount: a server on an empty store prints, at each start, the call by
// which the first administrator comes in; and none once somebody is there.
func TestFirstAccount(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	told := func(out *output) []string {
		await(t.Context(), t, out, setupCall)
		return setupCall.FindStringSubmatch(out.String())
	}
	_, out, stop := serving(t, "serve", "--data-dir", dir)
	first := told(out)[2]
	stop()
	url, out, stop := serving(t, "serve", "--data-dir", dir)
	call := told(out)
	second := call[2]
	if call[3] != url+"/v1/sessions:redeem" {
		t.Errorf("to %s", call[3])
	}
	redeem := func(token string) (int, map[string]any) {
		body := strings.NewReplacer(second, token, "YOUR-ADDRESS", "anna@teatro.example", "YOUR-PASSWORD", "una rosa e una rosa").Replace(call[1])
		return ask(t, "POST", call[3], "", body)
	}
	if code, answer := redeem(first); code != 404 || !strings.Contains(jsonOf(t, answer), "LINK_INVALID") {
		t.Errorf("the first link after the second: %d %v", code, answer)
	}
	if code, answer := redeem(second); code != 200 || !strings.Contains(jsonOf(t, answer), "ADMINISTRATOR") {
		t.Fatalf("%d %v", code, answer)
	}
	stop()
	if status, stdout, stderr := run(t, nil, "account", "show", "anna@teatro.example", "--data-dir", dir); status != 0 || !strings.Contains(stdout, "ADMINISTRATOR") {
		t.Errorf("status %d: %s%s", status, stdout, stderr)
	}
	_, out, _ = serving(t, "serve", "--data-dir", dir)
	await(t.Context(), t, out, regexp.MustCompile(`gRPC`))
	if setupCall.MatchString(out.String()) {
		t.Error(out.String())
	}
}

func jsonOf(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestKeysOfAFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if status, _, stderr := run(t, nil, append([]string{"import", "--data-dir", dir}, demoFiles()...)...); status != 0 {
		t.Fatal(stderr)
	}
	of := func(args ...string) string {
		t.Helper()
		status, stdout, stderr := run(t, nil, append(args, "--data-dir", dir)...)
		if status != 0 {
			t.Fatalf("%v: status %d: %s", args, status, stderr)
		}
		return strings.TrimSpace(stdout)
	}
	form := regexp.MustCompile(`^mk_[a-z2-7]{10}_[a-z2-7]{47}$`)
	admin := of("key", "create", "--role", "administrator")
	reader := of("key", "create", "--role", "auditor", "--read-only", "--name", "reader", "--expire", "30d")
	gone := of("key", "create", "--role", "owner", "--resource", "organizations/calesse-animazione", "--expire", "2099-01-01")
	for _, key := range []string{admin, reader, gone} {
		if !form.MatchString(key) {
			t.Errorf("printed %q", key)
		}
	}
	list := of("key", "list")
	if strings.Count(list, "\n") != 2 || strings.Contains(list, admin[14:]) || !strings.Contains(list, "read-only") || !strings.Contains(list, "2099-01-01") {
		t.Error(list)
	}
	of("key", "revoke", gone[:13])
	name := strings.Fields(list)[0]
	rotated := of("key", "rotate", name, "--overlap", "0s")
	link := of("account", "create", "--email", "Anna@teatro.example", "--name", "Anna", "--url", "https://maecenas.example/")
	if !strings.HasPrefix(link, "https://maecenas.example/link#ml_") {
		t.Error(link)
	}
	of("account", "grant", "anna@teatro.example", "editor", "--resource", "organizations/calesse-animazione")
	of("account", "grant", "anna@teatro.example", "viewer", "--resource", "organizations/calesse-animazione")
	mine := of("key", "create", "--account", "anna@teatro.example", "--resource", "organizations/calesse-animazione/canvas")
	of("account", "disable", "anna@teatro.example")
	if shown := of("account", "show", "anna@teatro.example"); !strings.Contains(shown, "disabled): VIEWER of organizations/calesse-animazione") || !strings.Contains(shown, mine[:13]) {
		t.Error(shown)
	}
	of("account", "revoke", "anna@teatro.example", "--resource", "organizations/calesse-animazione")
	of("account", "enable", "anna@teatro.example")
	of("account", "link", "anna@teatro.example")
	if everybody := of("account", "list"); strings.Count(everybody, "\n") != 3 || !strings.Contains(everybody, "Anna (anna@teatro.example): no role") {
		t.Error(everybody)
	}
	of("account", "delete", "anna@teatro.example")
	for args, want := range map[string]int{
		"key create": 2, "key create --role boss": 2, "key create --role owner": 1, "key create --role auditor --expire soon": 2,
		"key create --role auditor --account x": 2, "key create --account nobody@x.example": 1, "key revoke mk_nothing": 1,
		"key rotate principals/a/apiKeys/b": 1, "key rotate " + name + " --overlap 300h": 2, "account show anna@teatro.example": 1,
		"account grant organizations/calesse-animazione editor --resource installation": 1, "account revoke organizations/agency": 1,
	} {
		if status, _, stderr := run(t, nil, append(strings.Fields(args), "--data-dir", dir)...); status != want {
			t.Errorf("%s: status %d, want %d: %s", args, status, want, stderr)
		}
	}

	url, _, _ := serving(t, "serve", "--data-dir", dir)
	for key, want := range map[string]int{rotated: 200, reader: 200, admin: 401, gone: 401, mine: 401, "": 401} {
		if code, answer := ask(t, "GET", url+"/v1/sessions/current", key, ""); code != want {
			t.Errorf("%.13s: %d, want %d: %v", key, code, want, answer)
		}
	}
}

// TestDemoCast: what demo --serve prints can be used as it is.
func TestDemoCast(t *testing.T) {
	t.Parallel()
	url, out, _ := serving(t, "demo", "--serve")
	await(t.Context(), t, out, regexp.MustCompile(`(?s)(export MAECENAS_KEY=.*){5}\n`))
	keys := regexp.MustCompile(`(?m)^ +export MAECENAS_KEY=(mk_\w+)$`).FindAllStringSubmatch(out.String(), -1)
	password := regexp.MustCompile(`password is (\S+);`).FindStringSubmatch(out.String())
	if len(keys) != 5 || len(password) != 2 {
		t.Fatal(out.String())
	}
	for i, part := range []string{"ADMINISTRATOR", "AUDITOR", "VERIFIER", "organizations/calesse-animazione", "investors/amfora-ventures"} {
		if code, answer := ask(t, "GET", url+"/v1/sessions/current", keys[i][1], ""); code != 200 || !strings.Contains(jsonOf(t, answer), part) {
			t.Errorf("%s: %d %v", part, code, answer)
		}
	}
	code, answer := ask(t, "POST", url+"/v1/sessions", "", `{"email": "studio@demo.example", "password": "`+password[1]+`"}`)
	if code != 200 || !strings.Contains(jsonOf(t, answer), "organizations/calesse-animazione") {
		t.Errorf("%d %v", code, answer)
	}
	if setupCall.MatchString(out.String()) {
		t.Error("the demo has a set-up link")
	}
}
