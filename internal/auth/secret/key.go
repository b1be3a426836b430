package secret

import (
	"fmt"
	"io"
	"log/slog"
	"strings"
)

// keyMark begins every API key.
const keyMark = "mk_"

// Letters of the parts of a key.
const (
	idLength     = 10
	secretLength = 40
)

// Key is an API key:
//
//	mk_ab3defghij_ 40 letters 7 letters
//	└── prefix ──┘ └ secret ┘ └ check ┘
//
// A scanner finds one by mk_[a-z2-7]{10}_[a-z2-7]{47}. The zero value is none.
type Key struct{ text *string }

// NewKey makes a key of 200 random bits, beside the 50 by which it is
// recognised.
func NewKey(random io.Reader) (Key, error) {
	body, err := letters(random, keyBytes)
	if err != nil {
		return Key{}, err
	}
	id, err := letters(random, idLength)
	if err != nil {
		return Key{}, err
	}
	return Key{new(seal(keyMark + id[:idLength] + "_" + body))}, nil
}

// ParseKey reads the text of a key; anything that cannot be one is
// [ErrMalformed].
func ParseKey(text string) (Key, error) {
	rest, ok := strings.CutPrefix(text, keyMark)
	if !ok || len(rest) != idLength+1+secretLength+checkLength || rest[idLength] != '_' || !sealed(text) {
		return Key{}, ErrMalformed
	}
	return Key{new(text)}, nil
}

// Prefix returns the beginning of its text, by which people recognise it and
// which is no secret.
func (k Key) Prefix() string {
	if k.text == nil {
		return ""
	}
	return k.Reveal()[:len(keyMark)+idLength]
}

// Reveal returns the text, for the one who is to have it.
func (k Key) Reveal() string { return reveal(k.text) }

// Hash returns what is stored of it: SHA-256 of its text.
func (k Key) Hash() []byte { return digest(k.Reveal()) }

// String shows the prefix and hides the rest.
func (k Key) String() string {
	if k.text == nil {
		return hidden
	}
	return k.Prefix() + "_" + hidden
}

// Format shows the prefix and hides the rest, whatever the verb.
func (k Key) Format(out fmt.State, _ rune) { _, _ = io.WriteString(out, k.String()) }

// LogValue shows the prefix and hides the rest.
func (k Key) LogValue() slog.Value { return slog.StringValue(k.String()) }

// MarshalText shows the prefix and hides the rest.
func (k Key) MarshalText() ([]byte, error) { return []byte(k.String()), nil }
