package gateway_test

import (
	"strings"
	"testing"
)

// TestErrorsRepeatNoSecret: what is wrong with a request is told without what it
// says, since that may be a password.
func TestErrorsRepeatNoSecret(t *testing.T) {
	t.Parallel()
	f := start(t)
	const secret = "8342917345628190"
	for _, body := range []string{
		`{"email": "a", "password": ` + secret + `}`,
		`{"email": "a", "password": "` + secret,
		`{"email": "a", "password": ["` + secret + `"]}`,
		`{"email": "a", "password": {"x": "` + secret + `"}}`,
		`{"email": "a", "passwort": "` + secret + `"}`,
		`{"email": "a", "password": "` + secret + `", "password": "` + secret + `"}`,
		`{"email": "a", "password": "` + secret + `" "x"}`,
		`{"email": "a", "password": "` + secret + `\q"}`,
		"{\"email\": \"a\", \"password\": \"" + secret + "\xff\"}",
		`{"email": "a", "password": ` + secret + `x}`,
		`{"email": "a", "password": '` + secret + `'}`,
		`" (line ` + secret + `"`,
		secret, `"` + secret + `"`, `email=a&password=` + secret,
		`{"email": "a", "password": "x"} ` + secret,
	} {
		for _, path := range []string{"/v1/sessions", "/v1/sessions?password=" + secret, "/v1/sessions:redeem?token=" + secret} {
			got := f.call(t, "POST", path, body, noKey)
			if got.code < 400 || strings.Contains(got.text, secret) {
				t.Errorf("%s %q: %d %s", path, body, got.code, got.text)
			}
		}
	}
	for _, path := range []string{"/v1/sessions?token=" + secret, "/v1/organizations?pageSize=" + secret + "x", "/" + secret, "/v1/" + secret} {
		if got := f.call(t, "GET", path, ""); got.code < 400 || strings.Contains(got.text, secret) {
			t.Errorf("%s: %d %s", path, got.code, got.text)
		}
	}
}
