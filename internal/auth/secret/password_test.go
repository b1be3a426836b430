package secret_test

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/maecenas-cci/maecenas/internal/auth/secret"
)

// cheap are costs for tests that hash often.
var cheap = secret.Params{Memory: 64, Passes: 1, Lanes: 1}

func newHasher(t testing.TB, params secret.Params, atOnce int) *secret.Hasher {
	t.Helper()
	h, err := secret.NewHasher(secret.HasherOptions{Random: rand.Reader, Params: params, AtOnce: atOnce})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestPasswords(t *testing.T) {
	t.Parallel()
	h := newHasher(t, cheap, 0)
	stored, err := h.Hash(t.Context(), "una rosa è una rosa")
	if err != nil || !strings.HasPrefix(stored, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Fatal(stored, err)
	}
	again, err := h.Hash(t.Context(), "una rosa è una rosa")
	if err != nil || again == stored {
		t.Error("two hashes have one salt")
	}
	for password, match := range map[string]bool{
		"una rosa è una rosa": true, "una rosa e\u0300 una rosa": true, // the accent by itself
		"una rosa e una rosa": false, "": false, "una rosa è una rosa ": false,
	} {
		got, err := h.Verify(t.Context(), stored, password)
		if err != nil || got.Match != match || got.Outdated {
			t.Errorf("%q: %+v, %v", password, got, err)
		}
	}
	if got, err := h.Verify(t.Context(), "", "una rosa è una rosa"); err != nil || got.Match {
		t.Errorf("nobody: %+v, %v", got, err)
	}
	dearer := newHasher(t, secret.Params{Memory: 128, Passes: 1, Lanes: 1}, 0)
	if got, err := dearer.Verify(t.Context(), stored, "una rosa è una rosa"); err != nil || !got.Match || !got.Outdated {
		t.Errorf("other costs: %+v, %v", got, err)
	}
	if got, err := dearer.Verify(t.Context(), stored, "wrong"); err != nil || got.Match || got.Outdated {
		t.Errorf("other costs: %+v, %v", got, err)
	}
}

func TestDamagedHashes(t *testing.T) {
	t.Parallel()
	h := newHasher(t, cheap, 0)
	stored, err := h.Hash(t.Context(), "una rosa")
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		"plain", stored[1:], stored[:len(stored)-1], strings.Replace(stored, "argon2id", "argon2i", 1),
		strings.Replace(stored, "v=19", "v=16", 1), strings.Replace(stored, "m=64", "m=9999999", 1), strings.Replace(stored, "m=64", "m=1", 1),
		strings.Replace(stored, "t=1", "t=0", 1), strings.Replace(stored, "t=1", "t=999", 1), strings.Replace(stored, "p=1", "p=0", 1),
		strings.Replace(stored, "p=1", "p=256", 1), stored + "$",
	} {
		if got, err := h.Verify(t.Context(), text, "una rosa"); err == nil || got.Match || strings.Contains(err.Error(), "$") {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
	for _, params := range []secret.Params{{Memory: 1, Passes: 1, Lanes: 1}, {Memory: 1 << 30, Passes: 1, Lanes: 1}, {Memory: 64, Passes: 0, Lanes: 1}} {
		if _, err := secret.NewHasher(secret.HasherOptions{Random: rand.Reader, Params: params}); err == nil {
			t.Errorf("%+v is taken", params)
		}
	}
}

// TestKnownAnswers are hashes that the reference implementation, libargon2
// (P-H-C/phc-winner-argon2), made.
func TestKnownAnswers(t *testing.T) {
	t.Parallel()
	h := newHasher(t, cheap, 0)
	for password, stored := range map[string]string{
		"password":            "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"una rosa è una rosa": "$argon2id$v=19$m=256,t=3,p=4$MDEyMzQ1Njc4OWFiY2RlZg$c7z/wWHBv7J10QPHN6W0udJ3FHHBkojBjZx+siIDZOs",
	} {
		if got, err := h.Verify(t.Context(), stored, password); err != nil || !got.Match || !got.Outdated {
			t.Errorf("%s: %+v, %v", password, got, err)
		}
		if got, err := h.Verify(t.Context(), stored, password+"!"); err != nil || got.Match {
			t.Errorf("not %s: %+v, %v", password, got, err)
		}
	}
}

// TestHashingsWait: while as many run as may, others wait, and who gives up
// waiting is gone.
func TestHashingsWait(t *testing.T) {
	t.Parallel()
	h := newHasher(t, secret.Params{Memory: 64 << 10, Passes: 16, Lanes: 1}, 1)
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = h.Verify(t.Context(), "", "long")
	}()
	for {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
		_, err := h.Verify(ctx, "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHApl8ArZWb2GRPPc", "short")
		cancel()
		if errors.Is(err, context.DeadlineExceeded) {
			break
		}
		select {
		case <-done:
			t.Fatal("nobody waited")
		default:
		}
	}
	<-done
	if _, err := h.Hash(t.Context(), "next"); err != nil {
		t.Error(err)
	}
}

// TestUnknownAccountsTakeAsLong compares the time of a wrong password with that
// of an address that nobody has.
func TestUnknownAccountsTakeAsLong(t *testing.T) { //nolint:paralleltest // it compares times
	h := newHasher(t, secret.Params{Memory: 8 << 10, Passes: 3, Lanes: 1}, 1)
	stored, err := h.Hash(t.Context(), "una rosa è una rosa")
	if err != nil {
		t.Fatal(err)
	}
	least := func(stored string) time.Duration {
		best := time.Hour
		for range 15 {
			began := time.Now()
			if got, err := h.Verify(t.Context(), stored, "wrong"); err != nil || got.Match {
				t.Fatal(got, err)
			}
			best = min(best, time.Since(began))
		}
		return best
	}
	known, unknown := least(stored), least("")
	if ratio := float64(known) / float64(unknown); ratio < 0.5 || ratio > 2 {
		t.Errorf("known %s, unknown %s", known, unknown)
	}
}

func TestPasswordRules(t *testing.T) {
	t.Parallel()
	const email = "Maria.Rossi@teatro.example"
	for password, want := range map[string]error{
		"una rosa è una rosa":                        nil,
		"corre il treno":                             nil,
		"8f3k20dk39sl":                               nil,
		"密码密码一二三四五六七八":                               nil,
		"short":                                      secret.ErrPasswordShort,
		"elevenchars":                                secret.ErrPasswordShort,
		strings.Repeat("ab cd ", 200):                secret.ErrPasswordLong,
		"maria.rossi@teatro.example":                 secret.ErrPasswordAddress,
		"MARIA.ROSSI@TEATRO.EXAMPLE1!":               secret.ErrPasswordAddress,
		"maria.rossi2026":                            secret.ErrPasswordAddress,
		"password1234":                               secret.ErrPasswordCommon,
		"PasswordPassword":                           secret.ErrPasswordCommon,
		"PasswordPassw0rd":                           secret.ErrPasswordCommon,
		"admin-maecenas-2026":                        secret.ErrPasswordCommon,
		"123456789012":                               secret.ErrPasswordCommon,
		"abcdefghijklmnop":                           secret.ErrPasswordCommon,
		"aaaaaaaaaaaa":                               secret.ErrPasswordCommon,
		"abababababab":                               secret.ErrPasswordCommon,
		"qwertyuiop12":                               secret.ErrPasswordCommon,
		"correcthorsebatterystaple":                  secret.ErrPasswordCommon,
		"e\u0300e\u0300e\u0300e\u0300e\u0300e\u0300": secret.ErrPasswordShort, // six characters
	} {
		if got := secret.CheckPassword(password, email); !errors.Is(got, want) || (want == nil) != (got == nil) {
			t.Errorf("%s: %v, want %v", password, got, want)
		}
	}
	if err := secret.CheckPassword("una rosa è una rosa", ""); err != nil {
		t.Error(err)
	}
}

func BenchmarkRecommended(b *testing.B) {
	h := newHasher(b, secret.Recommended(), 1)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := h.Verify(b.Context(), "", "una rosa è una rosa"); err != nil {
			b.Fatal(err)
		}
	}
}
