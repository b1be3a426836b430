package taxonomy

import (
	"fmt"
	"strings"
)

// CodeError says which code of which list was refused, and why, in words for
// the person who typed it.
type CodeError struct {
	// List names the code list: "NACE_2", "NUTS", "ISO 3166-1", "ISO 4217" and so on.
	List string
	// Code is the text that was refused.
	Code string
	// Reason completes the sentence "the code …": "has no division 99".
	Reason string
}

// Error implements error.
func (e *CodeError) Error() string {
	return fmt.Sprintf("%s code %q %s", e.List, e.Code, e.Reason)
}

func refuse(list, code, reason string) error {
	return &CodeError{List: list, Code: code, Reason: reason}
}

// folds maps letters to the plain ones that people type for them. Pairs: the
// replacement first, then the letters it stands for.
var folds = func() map[rune]string {
	m := make(map[rune]string, 128)
	for _, f := range strings.Fields(`
		a:àáâãäåāăą c:çćĉċč d:ďđð e:èéêëēĕėęě g:ĝğġģ h:ĥħ i:ìíîïĩīĭįı k:ķ l:ĺļľł
		n:ñńņňŋ o:òóôõöøōŏő r:ŕŗř s:śŝşšș t:ţťŧț u:ùúûüũūŭůűų w:ŵ y:ýÿŷ z:źżž
		ae:æ oe:œ ss:ß th:þ
		α:ά ε:έ η:ή ι:ίϊΐ ο:ό υ:ύϋΰ ω:ώ σ:ς и:й ' i:ї`) {
		to, from, ok := strings.Cut(f, ":")
		if !ok {
			continue
		}
		for _, r := range from {
			m[r] = to
		}
	}
	return m
}()

// fold brings a name to what searching compares: lower case, no diacritics,
// every run of other characters a single space.
func fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	gap := false
	for _, r := range strings.ToLower(s) {
		to, folded := folds[r]
		switch {
		case !folded && !isWordRune(r):
			gap = b.Len() > 0
			continue
		case gap:
			b.WriteByte(' ')
			gap = false
		}
		if folded {
			b.WriteString(to)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func isWordRune(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r > 0x7f && r != '—' && r != '–' && r != '’'
}

// relevance ranks a folded name for folded search words: 0 when some word of
// the query begins no word of the name, otherwise the more the better.
func relevance(name string, words []string) int {
	if len(words) == 0 {
		return 0
	}
	score := 1
	for i, w := range words {
		at := wordStart(name, w)
		if at < 0 {
			return 0
		}
		if at == 0 && i == 0 {
			score += 4
		}
		if end := at + len(w); end == len(name) || name[end] == ' ' {
			score += 2
		}
	}
	if name == strings.Join(words, " ") {
		score += 8
	}
	return score
}

// wordStart is the first position where w begins a word of the folded name.
func wordStart(name, w string) int {
	for from := 0; ; {
		at := strings.Index(name[from:], w)
		if at < 0 {
			return -1
		}
		at += from
		if at == 0 || name[at-1] == ' ' {
			return at
		}
		from = at + 1
	}
}
