package secret

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"log/slog"
	"strings"
)

// Sizes of what is random, in bytes.
const (
	tokenBytes = 32
	keyBytes   = 25
)

// checkLength is how many letters the checksum of a secret takes: 32 bits, five
// a letter.
const checkLength = 7

// alphabet writes five bits a letter, in letters that nobody mistakes for each
// other, that need no escaping in a URL, a cookie or a shell, and that a
// double click selects as one word (RFC 4648, section 6, in lower case).
var alphabet = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// Kind says what a token is for; it is the beginning of its text.
type Kind string

// The kinds of tokens.
const (
	// Session is the token of a session.
	Session Kind = "ms_"
	// Link is the token of a one-time link.
	Link Kind = "ml_"
)

// ErrMalformed is the error of a text that is no key or token, or was not copied
// whole. It says nothing of the text.
var ErrMalformed = errors.New("is no key or token of Maecenas, or was not copied whole")

// hidden is what a secret prints as.
const hidden = "********"

// Token is the token of a session or of a link. The zero value is none.
type Token struct{ text *string } // a pointer, for fmt reads unexported fields of what holds one

// NewToken makes a token of 256 random bits.
func NewToken(random io.Reader, kind Kind) (Token, error) {
	body, err := letters(random, tokenBytes)
	if err != nil {
		return Token{}, err
	}
	return Token{new(seal(string(kind) + body))}, nil
}

// ParseToken reads the text of a token; anything that cannot be one of the kind
// is [ErrMalformed].
func ParseToken(text string, kind Kind) (Token, error) {
	body, ok := strings.CutPrefix(text, string(kind))
	if !ok || len(body) != alphabet.EncodedLen(tokenBytes)+checkLength || !sealed(text) {
		return Token{}, ErrMalformed
	}
	return Token{new(text)}, nil
}

// Reveal returns the text, for the one who is to have it.
func (t Token) Reveal() string { return reveal(t.text) }

// Hash returns what is stored of it: SHA-256 of its text.
func (t Token) Hash() []byte { return digest(t.Reveal()) }

// String hides it.
func (Token) String() string { return hidden }

// Format hides it, whatever the verb.
func (Token) Format(out fmt.State, _ rune) { _, _ = io.WriteString(out, hidden) }

// LogValue hides it.
func (Token) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText hides it.
func (Token) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// Equal compares two hashes in a time that tells nothing of where they differ.
// An empty hash equals none.
func Equal(stored, given []byte) bool {
	return len(stored) == sha256.Size && subtle.ConstantTimeCompare(stored, given) == 1
}

func reveal(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

func digest(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

// letters returns n random bytes in letters.
func letters(random io.Reader, n int) (string, error) {
	raw := make([]byte, n)
	if _, err := io.ReadFull(random, raw); err != nil {
		return "", fmt.Errorf("reading random bytes: %w", err)
	}
	return alphabet.EncodeToString(raw), nil
}

// seal adds the checksum: CRC-32 (IEEE) of what stands before it. It proves
// nothing; it tells a typing error, and a finding of a secret scanner, from chance.
func seal(text string) string {
	sum := crc32.ChecksumIEEE([]byte(text))
	return text + alphabet.EncodeToString([]byte{byte(sum >> 24), byte(sum >> 16), byte(sum >> 8), byte(sum)})
}

func sealed(text string) bool {
	cut := len(text) - checkLength
	return cut > 0 && seal(text[:cut]) == text
}
