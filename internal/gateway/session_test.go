package gateway_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/maecenas-cci/maecenas/internal/gateway"
)

const (
	signIn = `{"email": "anna@a.example", "password": "una rosa è una rosa"}`
	token  = "ms_abc"
)

// behindProxy is a gateway that browsers reach over TLS.
func behindProxy(o *gateway.Options) { o.BehindProxy = true }

// noKey sends no Authorization.
const noKey = "Authorization: "

func TestSignInSetsTheCookie(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*gateway.Options)
		want   []string
		not    string
	}{
		"plain":        {nil, []string{"maecenas_session=ms_aaa", "Path=/", "Max-Age=3600", "HttpOnly", "SameSite=Lax"}, "Secure"},
		"behind a TLS": {behindProxy, []string{"__Host-maecenas_session=ms_aaa", "Path=/", "Max-Age=3600", "HttpOnly", "SameSite=Lax", "Secure"}, "Domain"},
	} {
		f := startWith(t, test.change)
		got := f.call(t, "POST", "/v1/sessions", signIn, noKey)
		cookies := got.header.Values("Set-Cookie")
		if got.code != 200 || len(cookies) != 1 {
			t.Fatalf("%s: %d %s %v", name, got.code, got.text, cookies)
		}
		for _, part := range test.want {
			if !strings.Contains(cookies[0], part) {
				t.Errorf("%s: no %s in %s", name, part, cookies[0])
			}
		}
		if strings.Contains(cookies[0], test.not) {
			t.Errorf("%s: %s", name, cookies[0])
		}
		for header, values := range got.header {
			if header != "Set-Cookie" && strings.Contains(strings.Join(values, " "), "ms_aaa") {
				t.Errorf("%s: the token is in %s, too", name, header)
			}
		}
		if strings.Contains(got.text, "ms_") {
			t.Errorf("%s: the token is in %s", name, got.text)
		}
		name, _, _ := strings.Cut(cookies[0], ";")
		out := f.call(t, "DELETE", "/v1/sessions/current", "", noKey, "Cookie: "+name)
		if cookie := out.header.Get("Set-Cookie"); out.code != 200 || !strings.Contains(cookie, "maecenas_session=;") || !strings.Contains(cookie, "Max-Age=0") {
			t.Errorf("%s: signing out: %d %s", name, out.code, cookie)
		}
	}
}

func TestCookieBecomesMetadata(t *testing.T) {
	t.Parallel()
	const plain, secure = "Cookie: maecenas_session=" + token, "Cookie: __Host-maecenas_session=" + token
	for name, test := range map[string]struct {
		change func(*gateway.Options)
		head   []string
		want   string
	}{
		"plain":                       {nil, []string{noKey, plain}, token},
		"over TLS":                    {behindProxy, []string{noKey, secure}, token},
		"without prefix over TLS":     {behindProxy, []string{noKey, plain}, ""},
		"with prefix without TLS":     {nil, []string{noKey, secure}, ""},
		"two":                         {nil, []string{noKey, plain + "; maecenas_session=ms_other"}, ""},
		"no token":                    {nil, []string{noKey, `Cookie: maecenas_session="a b"`}, ""},
		"very long":                   {nil, []string{noKey, plain + strings.Repeat("x", 300)}, ""},
		"beside a key":                {nil, []string{plain}, ""},
		"a header of its own":         {nil, []string{noKey, "Maecenas-Session: " + token}, ""},
		"a header of metadata":        {nil, []string{noKey, "Grpc-Metadata-Maecenas-Session: " + token}, ""},
		"own page":                    {nil, []string{noKey, plain, "Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: cors"}, token},
		"typed address":               {nil, []string{noKey, plain, "Sec-Fetch-Site: none", "Sec-Fetch-Mode: navigate"}, token},
		"a link on another site":      {nil, []string{noKey, plain, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate"}, token},
		"a script of another site":    {nil, []string{noKey, plain, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors"}, ""},
		"a script of a sister domain": {nil, []string{noKey, plain, "Sec-Fetch-Site: same-site", "Sec-Fetch-Mode: cors"}, ""},
	} {
		f := startWith(t, test.change)
		got := f.call(t, "GET", "/v1/organizations/a", "", test.head...)
		if text := strings.Join(f.metadata.Get("maecenas-session"), ","); text != test.want {
			t.Errorf("%s: %q, want %q (%d %s)", name, text, test.want, got.code, got.text)
		}
		if len(f.metadata.Get("cookie"))+len(f.metadata.Get("grpc-metadata-maecenas-session")) > 0 {
			t.Errorf("%s: %v", name, f.metadata)
		}
	}
}

// TestForgery: a page of another origin makes no browser change anything, with a
// cookie or without.
func TestForgery(t *testing.T) {
	t.Parallel()
	const listed = "https://app.example"
	f := startWith(t, func(o *gateway.Options) { o.Origins = []string{listed} })
	const cookie = "Cookie: other=1; maecenas_session=" + token
	for _, head := range [][]string{
		{noKey, cookie, "Origin: https://evil.example"},
		{noKey, cookie, "Origin: null"},
		{noKey, cookie, "Sec-Fetch-Site: cross-site"},
		{noKey, cookie, "Sec-Fetch-Site: same-site"},
		{noKey, cookie, "Origin: " + listed, "Sec-Fetch-Site: same-site"},
		{noKey, "Origin: https://evil.example"},
		{"Origin: https://evil.example"},
	} {
		for _, request := range []string{"POST /v1/organizations", "PATCH /v1/organizations/a", "DELETE /v1/sessions/current", "POST /v1/sessions"} {
			method, path, _ := strings.Cut(request, " ")
			got := f.call(t, method, path, "{}", head...)
			wantError(t, got, 403, "PERMISSION_DENIED", "CROSS_SITE_REQUEST")
			if got.header.Get("Set-Cookie") != "" {
				t.Errorf("%v: %v", head, got.header)
			}
		}
	}
	if f.last != nil {
		t.Errorf("a forged request got through: %v", f.last)
	}
	for _, head := range [][]string{
		{noKey, cookie, "Origin: " + f.url},
		{noKey, cookie, "Sec-Fetch-Site: same-origin"},
		{noKey, cookie}, // no browser
		{"Origin: " + listed, "Sec-Fetch-Site: cross-site"},
	} {
		if got := f.call(t, "POST", "/v1/organizations", "{}", head...); got.code != 200 {
			t.Errorf("%v: %d %s", head, got.code, got.text)
		}
	}
}

func TestSharingWithOrigins(t *testing.T) {
	t.Parallel()
	const listed = "https://app.example"
	f := startWith(t, func(o *gateway.Options) { o.Origins = []string{listed} })
	ask := []string{noKey, "Access-Control-Request-Method: PATCH", "Access-Control-Request-Headers: authorization"}
	got := f.call(t, "OPTIONS", "/v1/organizations/a", "", append(ask, "Origin: "+listed)...)
	if got.code != 204 || got.header.Get("Access-Control-Allow-Origin") != listed || !slices.Contains(got.header.Values("Vary"), "Origin") ||
		!strings.Contains(got.header.Get("Access-Control-Allow-Methods"), "PATCH") || !strings.Contains(got.header.Get("Access-Control-Allow-Headers"), "Authorization") {
		t.Errorf("%d %v", got.code, got.header)
	}
	got = f.call(t, "GET", "/v1/organizations/a", "", "Origin: "+listed)
	if got.code != 200 || got.header.Get("Access-Control-Allow-Origin") != listed {
		t.Errorf("%d %v", got.code, got.header)
	}
	wantError(t, f.call(t, "OPTIONS", "/v1/organizations/a", "", append(ask, "Origin: https://evil.example")...), 405, "UNIMPLEMENTED", "METHOD_NOT_FOUND")
	for _, origin := range []string{"https://evil.example", "https://app.example.evil", "http://app.example", "null"} {
		got = f.call(t, "GET", "/v1/organizations/a", "", "Origin: "+origin)
		if got.header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: %v", origin, got.header)
		}
	}
	without := start(t).call(t, "GET", "/v1/organizations/a", "", "Origin: "+listed)
	for _, header := range []http.Header{got.header, without.header} {
		for name := range header {
			if strings.HasPrefix(name, "Access-Control-") {
				t.Errorf("%s: %s", name, header.Get(name))
			}
		}
	}
	if f.call(t, "GET", "/v1/organizations/a", "", "Origin: "+listed).header.Get("Access-Control-Allow-Credentials") != "" {
		t.Error("pages of other origins may send the cookie")
	}
	for _, origin := range []string{"*", "app.example", "https://app.example/path", "null"} {
		if _, err := gateway.New(t.Context(), gateway.Options{Origins: []string{origin}}); err == nil {
			t.Errorf("the origin %q is taken", origin)
		}
	}
}

func TestAnonymousBodiesAreSmall(t *testing.T) {
	t.Parallel()
	f := start(t)
	body := func(n int) string { return `{"email": "a@a.example", "password": "` + strings.Repeat("x", n) + `"}` }
	const path = "/v1/sessions"
	if got := f.call(t, "POST", path, body(200<<10), noKey); got.code != 200 {
		t.Errorf("%d %.200s", got.code, got.text)
	}
	for _, got := range []answered{
		f.call(t, "POST", path, body(260<<10), noKey),
		f.call(t, "POST", path, zip(t, body(260<<10)), noKey, "Content-Encoding: gzip"),
		f.call(t, "POST", path, body(260<<10), noKey, "Maecenas-Session: x"),
	} {
		wantError(t, got, 413, "RESOURCE_EXHAUSTED", "REQUEST_TOO_LARGE")
		if !strings.Contains(got.text, "the body is larger than 256 KiB") { // and not only the message that it became
			t.Error(got.text)
		}
	}
	for _, head := range [][]string{nil, {noKey, "Cookie: maecenas_session=" + token}} {
		if got := f.call(t, "POST", path, body(260<<10), head...); got.code != 200 {
			t.Errorf("%v: %d %.200s", head, got.code, got.text)
		}
	}
}

// TestNothingIsReadWithoutCredentials: a method that needs them says so, whatever
// is wrong with the request.
func TestNothingIsReadWithoutCredentials(t *testing.T) {
	t.Parallel()
	f := start(t)
	for _, body := range []string{"{}", "no JSON", strings.Repeat("x", 300<<10)} {
		for _, request := range []string{"POST /v1/organizations", "POST /v1/organizations?nothing=1", "PATCH /v1/organizations/a", "POST /v1:previewAssessment"} {
			method, path, _ := strings.Cut(request, " ")
			got := f.call(t, method, path, body, noKey)
			wantError(t, got, 401, "UNAUTHENTICATED", "UNAUTHENTICATED")
			if got.header.Get("WWW-Authenticate") == "" {
				t.Error(got.header)
			}
		}
	}
	wantError(t, f.call(t, "GET", "/v1/organizations/a", "", noKey), 401, "UNAUTHENTICATED", "UNAUTHENTICATED")
	wantError(t, f.call(t, "GET", "/v1/nothing", "", noKey), 404, "NOT_FOUND", "METHOD_NOT_FOUND")
	if f.last != nil {
		t.Errorf("it got through: %v", f.last)
	}
	if got := f.call(t, "GET", "/v1/rankingPolicy", "", noKey); got.code == 401 {
		t.Errorf("what anybody may: %s", got.text)
	}
}

func TestHardening(t *testing.T) {
	t.Parallel()
	web := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	plain := startWith(t, func(o *gateway.Options) { o.Web = web })
	proxied := startWith(t, func(o *gateway.Options) { o.Web, o.BehindProxy = web, true })
	for _, path := range []string{"/", "/v1/organizations/a", "/docs", "/nothing", "/v1/nothing", "/openapi.json"} {
		got := plain.call(t, "GET", path, "")
		for name, value := range map[string]string{
			"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer",
			"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "Strict-Transport-Security": "",
		} {
			if got.header.Get(name) != value {
				t.Errorf("%s: %s: %q", path, name, got.header.Get(name))
			}
		}
		policy := got.header.Get("Content-Security-Policy")
		if !strings.HasPrefix(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") || !strings.Contains(policy, "frame-ancestors 'none'") ||
			!strings.Contains(got.header.Get("Permissions-Policy"), "camera=()") {
			t.Errorf("%s: %v", path, got.header)
		}
		if strings.HasPrefix(path, "/v1/") && got.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %s", path, got.header.Get("Cache-Control"))
		}
		if got := proxied.call(t, "GET", path, "", "Host: maecenas.example"); got.code == 403 || got.header.Get("Strict-Transport-Security") == "" {
			t.Errorf("%s over TLS: %d %v", path, got.code, got.header)
		}
	}
	if policy := plain.call(t, "GET", "/", "").header.Get("Content-Security-Policy"); !strings.Contains(policy, "script-src 'self'") {
		t.Errorf("the web app's policy: %s", policy)
	}
}

func TestCallerAddress(t *testing.T) {
	t.Parallel()
	address := func(f *fixture, head ...string) string {
		f.call(t, "GET", "/v1/organizations/a", "", head...)
		return strings.Join(f.metadata.Get("maecenas-caller-address"), ",")
	}
	f := start(t)
	for _, head := range [][]string{nil, {"X-Forwarded-For: 192.0.2.1"}, {"Maecenas-Caller-Address: 192.0.2.1"}, {"Forwarded: for=192.0.2.1"}} {
		if got := address(f, head...); got != "127.0.0.1" {
			t.Errorf("%v: %s", head, got)
		}
	}
	f = startWith(t, behindProxy)
	for head, want := range map[string]string{
		"X-Forwarded-For: 192.0.2.9, 192.0.2.1": "192.0.2.1", "X-Forwarded-For: 2001:db8::1": "2001:db8::1", "X: y": "127.0.0.1",
	} {
		if got := address(f, head); got != want {
			t.Errorf("%s: %s", head, got)
		}
	}
}
