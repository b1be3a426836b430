package secret_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/maecenas-cci/maecenas/internal/auth/secret"
)

func newKey(t testing.TB) secret.Key {
	t.Helper()
	key, err := secret.NewKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func newToken(t testing.TB, kind secret.Kind) secret.Token {
	t.Helper()
	token, err := secret.NewToken(rand.Reader, kind)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestKeys(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^mk_[a-z2-7]{10}_[a-z2-7]{47}$`)
	seen := map[string]bool{}
	for range 100 {
		key := newKey(t)
		if !form.MatchString(key.Reveal()) || seen[key.Reveal()] || !strings.HasPrefix(key.Reveal(), key.Prefix()+"_") || len(key.Prefix()) != 13 {
			t.Fatalf("%s, prefix %s", key.Reveal(), key.Prefix())
		}
		seen[key.Reveal()] = true
		read, err := secret.ParseKey(key.Reveal())
		if err != nil || read.Reveal() != key.Reveal() || !secret.Equal(key.Hash(), read.Hash()) || secret.Equal(key.Hash(), newKey(t).Hash()) {
			t.Fatalf("%v %v", read, err)
		}
	}
	if (secret.Key{}).Prefix() != "" {
		t.Error("the zero key has a prefix")
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	for kind, other := range map[secret.Kind]secret.Kind{secret.Session: secret.Link, secret.Link: secret.Session} {
		token := newToken(t, kind)
		read, err := secret.ParseToken(token.Reveal(), kind)
		if err != nil || read.Reveal() != token.Reveal() || !secret.Equal(token.Hash(), read.Hash()) {
			t.Errorf("%v %v", read, err)
		}
		if _, err := secret.ParseToken(token.Reveal(), other); !errors.Is(err, secret.ErrMalformed) {
			t.Errorf("a %s was taken for a %s", kind, other)
		}
		if n := len(token.Reveal()); n > 200 || strings.ContainsAny(token.Reveal(), "%+/=; ") {
			t.Errorf("%d letters: %s", n, token.Reveal())
		}
	}
}

// TestTypingErrors: one wrong letter, one left out, two exchanged are all
// noticed, and the error does not repeat the text.
func TestTypingErrors(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		key, err := secret.NewKey(bytes.NewReader(rapid.SliceOfN(rapid.Byte(), 64, 64).Draw(t, "random")))
		if err != nil {
			t.Fatal(err)
		}
		text := []byte(key.Reveal())
		i := rapid.IntRange(0, len(text)-2).Draw(t, "place")
		switch rapid.IntRange(0, 3).Draw(t, "error") {
		case 0:
			text[i] = rapid.Byte().Draw(t, "letter")
		case 1:
			text = append(text[:i], text[i+1:]...)
		case 2:
			text[i], text[i+1] = text[i+1], text[i]
		default:
			text = append(text, rapid.Byte().Draw(t, "letter"))
		}
		_, err = secret.ParseKey(string(text))
		if (err == nil) != (string(text) == key.Reveal()) {
			t.Fatalf("%s after %s: %v", text, key.Reveal(), err)
		}
	})
	for _, text := range []string{"", "mk_", "ms_", strings.Repeat("a", 61), "mk_" + strings.Repeat("a", 58)} {
		_, err := secret.ParseKey(text)
		_, err2 := secret.ParseToken(text, secret.Session)
		if !errors.Is(err, secret.ErrMalformed) || !errors.Is(err2, secret.ErrMalformed) {
			t.Errorf("%q: %v, %v", text, err, err2)
		}
	}
}

// TestNothingPrintsThem puts keys and tokens where an oversight would.
func TestNothingPrintsThem(t *testing.T) {
	t.Parallel()
	key, token := newKey(t), newToken(t, secret.Session)
	var out bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&out, nil))
	log.Info("x", "key", key, "token", token, "all", []any{key, token}, "in", struct{ K, T any }{key, token}, "map", map[string]any{"k": key})
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "key", key, "token", token, "all", []any{key, token})
	type held struct {
		Key   secret.Key
		Token secret.Token
		key   secret.Key
		token secret.Token
	}
	all := held{key, token, key, token}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&out, verb+verb+verb+verb+verb+"\n", key, token, &key, all, &all)
	}
	text, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	out.Write(text)
	hex := fmt.Sprintf("%x", key.Reveal()[14:])
	for _, hidden := range []string{key.Reveal()[14:], token.Reveal()[3:], hex} {
		if strings.Contains(out.String(), hidden) {
			t.Errorf("%s is in\n%s", hidden, out.String())
		}
	}
}

func TestNoChance(t *testing.T) {
	t.Parallel()
	dry := func() io.Reader { return bytes.NewReader(make([]byte, 5)) }
	if _, err := secret.NewKey(dry()); err == nil {
		t.Error("a key without chance")
	}
	if _, err := secret.NewToken(dry(), secret.Link); err == nil {
		t.Error("a token without chance")
	}
	if _, err := secret.NewHasher(secret.HasherOptions{Random: dry()}); err == nil {
		t.Error("a hasher without chance")
	}
	if secret.Equal(nil, nil) || secret.Equal([]byte{}, []byte{}) {
		t.Error("nothing equals nothing")
	}
}
