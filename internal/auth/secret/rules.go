package secret

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Bounds of a password, in characters.
const (
	MinPassword = 12
	MaxPassword = 1024
)

// The reasons why a password is not taken. Each reads after "the password".
var (
	ErrPasswordShort   = errors.New("is shorter than 12 characters: a few words that you can remember are best")
	ErrPasswordLong    = errors.New("is longer than 1024 characters")
	ErrPasswordAddress = errors.New("is your address, or little more: choose another")
	ErrPasswordCommon  = errors.New("is among the first that are tried: choose another")
)

// leastDifferent is how many different characters a password has at least.
const leastDifferent = 5

// worst are words whose repetition or mere lengthening makes passwords of twelve
// characters that everybody tries first; the longer of two goes before its beginning.
var worst = []string{
	"password", "passwort", "passw0rd", "p@ssword", "p@ssw0rd", "contraseña", "motdepasse", "parola", "senha",
	"administrator", "admin", "maecenas", "mecenate", "changeme", "letmein", "welcome", "benvenuto", "iloveyou",
	"qwertyuiop", "qwerty", "qwertz", "azerty", "asdfghjkl", "zxcvbnm", "1q2w3e4r5t6y", "1qaz2wsx3edc", "correcthorsebatterystaple",
}

// CheckPassword returns why a password is not taken for somebody with the
// address, which may be empty: NIST SP 800-63B, section 3.1.1.2, asks for a
// least length and a list of the worst, and for no mixture of characters.
func CheckPassword(password, email string) error {
	password = norm.NFC.String(password)
	switch n := utf8.RuneCountInString(password); {
	case n < MinPassword:
		return ErrPasswordShort
	case n > MaxPassword:
		return ErrPasswordLong
	}
	plain := strings.ToLower(password)
	email = strings.ToLower(norm.NFC.String(email))
	local, _, _ := strings.Cut(email, "@")
	switch {
	case email != "" && little(plain, email), utf8.RuneCountInString(local) >= leastDifferent && little(plain, local):
		return ErrPasswordAddress
	case different(plain) < leastDifferent, stepwise(plain):
		return ErrPasswordCommon
	}
	if little(plain, worst...) {
		return ErrPasswordCommon
	}
	return nil
}

// little tells whether a text is made of words, repeated or not, with nothing
// beside them but digits and signs.
func little(text string, words ...string) bool {
	rest := text
	for _, word := range words {
		rest = strings.ReplaceAll(rest, word, "")
	}
	return rest != text && !strings.ContainsFunc(rest, unicode.IsLetter)
}

func different(text string) int {
	seen := map[rune]bool{}
	for _, r := range text {
		seen[r] = true
	}
	return len(seen)
}

// stepwise tells whether nearly every character is the one after, or before, the
// one before it, such as in abcdefghijkl and 1234567890123.
func stepwise(text string) bool {
	characters := []rune(text)
	steps := 0
	for i, r := range characters[1:] {
		if d := r - characters[i]; d == 1 || d == -1 {
			steps++
		}
	}
	return steps*4 >= (len(characters)-1)*3
}
