package canonical

import (
	"strings"
	"unicode/utf8"
)

const hexadecimal = "0123456789abcdef"

// appendString appends a string with no more escapes than RFC 8785, 3.2.2.2,
// asks for. What is not UTF-8, which no decoded message holds, is replaced.
func appendString(text []byte, s string) []byte {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, string(utf8.RuneError))
	}
	text = append(text, '"')
	done := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		text = append(text, s[done:i]...)
		text = appendEscape(text, c)
		done = i + 1
	}
	text = append(text, s[done:]...)
	return append(text, '"')
}

func appendEscape(text []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(text, '\\', c)
	case '\b':
		return append(text, `\b`...)
	case '\f':
		return append(text, `\f`...)
	case '\n':
		return append(text, `\n`...)
	case '\r':
		return append(text, `\r`...)
	case '\t':
		return append(text, `\t`...)
	}
	text = append(text, `\u00`...)
	return append(text, hexadecimal[c>>4], hexadecimal[c&15])
}
